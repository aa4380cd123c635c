"""The journal of a run that is under way, so that one that was stopped goes on."""

import contextlib
import hashlib
import logging
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_cache_path
from pydantic import TypeAdapter, ValidationError

from dateline.eval.types import Outcome
from dateline.index.storage.durability import make_private_folder

if TYPE_CHECKING:
    from dateline.eval.samples import SampleFile
    from dateline.rag.assistant import Assistant

_OUTCOME = TypeAdapter(Outcome)

logger = logging.getLogger(__name__)


def journals_folder() -> Path:
    """Where the journals of all libraries are kept."""
    return user_cache_path("dateline") / "evaluations"


class Journal:
    """The outcomes of a run that is under way, a line each, so that what was done survives a stop.

    Its file is named after everything that an outcome depends on: samples, library, model, settings and code.
    """

    def __init__(self, file: "SampleFile", assistant: "Assistant", folder: Path | None = None) -> None:
        state = (
            file.sha256,
            str(assistant.library.folder.resolve()),
            str(assistant.library.revision),
            assistant.model,
            str(assistant.passages),
            _code_state(),
        )
        name = hashlib.sha256("\n".join(state).encode()).hexdigest()[:24]
        self._path = (folder or journals_folder()) / f"{name}.jsonl"
        self._kept = True

    def read(self) -> dict[str, Outcome]:
        """The outcomes noted so far, by the id of their sample; a line that was cut short is left out."""
        found: dict[str, Outcome] = {}
        lines = self._path.read_bytes().splitlines() if self._path.exists() else []
        for line in lines:
            try:
                outcome = _OUTCOME.validate_json(line)
            except ValidationError:
                continue
            found[outcome.sample.id] = outcome
        return found

    def note(self, outcome: Outcome) -> None:
        """Keep one outcome."""
        if not self._kept:
            return
        try:
            make_private_folder(self._path.parent)
            with self._path.open("ab") as journal:
                journal.write(_OUTCOME.dump_json(outcome) + b"\n")
        except OSError as error:  # a full disk or a home that can't be written to is no reason to stop
            self._kept = False
            logger.warning("can't keep outcomes at %r: %s; a run that is stopped begins anew", str(self._path), error)

    def remove(self) -> None:
        """Forget the run: it is complete."""
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)


def _code_state() -> str:
    """The version, and when a module was last changed: outcomes of other code are not this run's."""
    folders = (Path(str(files(f"dateline.{package}"))) for package in ("index", "rag", "eval"))
    changed = max(path.stat().st_mtime_ns for folder in folders for path in folder.rglob("*.py"))
    return f"{version('dateline')} {changed}"
