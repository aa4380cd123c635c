"""Results on disk: an evaluation as JSON, and the journal that lets a stopped run go on."""

import contextlib
import hashlib
import json
import logging
import os
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path
from pydantic import TypeAdapter, ValidationError

from eval.comparison import Comparison
from eval.errors import BaselineError
from eval.samples import SampleFile
from eval.types import Evaluation, Outcome
from rag.chain import Assistant

_MAX_BYTES = 200_000_000  # of an earlier result
_EVALUATION = TypeAdapter(Evaluation)
_COMPARISON = TypeAdapter(Comparison | None)
_OUTCOME = TypeAdapter(Outcome)

logger = logging.getLogger(__name__)


def evaluation_fields(evaluation: Evaluation, comparison: Comparison | None = None) -> dict[str, Any]:
    """The object that ``dateline eval --json`` prints."""
    fields: dict[str, Any] = _EVALUATION.dump_python(evaluation, mode="json")
    outcomes = fields.pop("outcomes")
    return {**fields, "comparison": _COMPARISON.dump_python(comparison, mode="json"), "outcomes": outcomes}


def read_evaluation(path: Path) -> Evaluation:
    """What ``evaluation_fields`` gave, from a file.

    Raises:
        BaselineError: the file can't be read, or is no such result.
    """
    try:
        with path.open("rb") as stream:
            raw = stream.read(_MAX_BYTES + 1)
        if len(raw) > _MAX_BYTES:
            raise BaselineError(f"{str(path)!r} is larger than {_MAX_BYTES // 1_000_000} MB, as no result is")
        return _EVALUATION.validate_python(json.loads(raw))
    except OSError as error:
        raise BaselineError(f"can't read {str(path)!r}: {(error.strerror or '').lower()}") from error
    except (ValueError, RecursionError, ValidationError) as error:
        raise BaselineError(
            f"{str(path)!r} is no result of an evaluation; write one with 'dateline eval SAMPLES --json > FILE'"
        ) from error


class Journal:
    """The outcomes of a run that is under way, a line each, so that what was done survives a stop.

    Its file is named after everything that an outcome depends on: samples, library, model, settings and code.
    """

    def __init__(self, file: SampleFile, assistant: Assistant, folder: Path | None = None) -> None:
        state = (
            file.sha256,
            str(assistant.library.folder.resolve()),
            str(assistant.library.revision),
            assistant.model,
            str(assistant.passages),
            _code_state(),
        )
        name = hashlib.sha256("\n".join(state).encode()).hexdigest()[:24]
        self._path = (folder or user_cache_path("dateline") / "evaluations") / f"{name}.jsonl"
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
            self._path.parent.mkdir(parents=True, exist_ok=True)
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
    changed = 0
    for package in ("index", "rag", "eval"):
        for folder, _, names in os.walk(str(files(package))):
            changed = max(
                changed, *(os.stat(os.path.join(folder, name)).st_mtime_ns for name in names if name.endswith(".py")), 0
            )
    return f"{version('dateline')} {changed}"
