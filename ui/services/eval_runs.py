"""Evaluations on the page: the sets that can be asked, a run step by step, and the results that the library keeps."""

import json
import os
import threading
from collections.abc import Generator
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from dateline.eval.comparison import Comparison, compare
from dateline.eval.errors import BaselineError, ReportError, SamplesError
from dateline.eval.journal import Journal
from dateline.eval.results import evaluation_fields, read_evaluation
from dateline.eval.run import Done, evaluating
from dateline.eval.samples import SampleFile, parse_samples, read_samples
from dateline.eval.types import Evaluation
from dateline.index.library import Library
from dateline.index.reading import MAX_BYTES
from dateline.index.reading.files import open_file, unreadable
from dateline.index.storage.durability import make_private_folder
from dateline.rag.assistant import Assistant
from dateline.rag.retrieval import find_article
from dateline.ui.services.feedback import CORRECTIONS_NAME
from dateline.ui.services.filenames import safe_name, shown_name
from dateline.ui.services.library_admin import results_folder, samples_folder

_KINDS = (".jsonl", ".csv")
_SHOWN_FAULTS = 20
_NOT_ASKED = ("drafts", "pairs")  # texts to be checked, and sentences to be compared


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSet:
    """A set of questions whose answers are known."""

    name: str
    """What it is chosen by."""
    path: Path
    samples: int
    articles: Path | None = None
    """Where the articles lie that it asks about, for one that ships."""


def sample_sets(folder: Path) -> list[SampleSet]:
    """The sets that ship, then those that were uploaded to the library in ``folder`` or made by correcting answers."""
    shipped = Path(str(files("dateline.eval"))) / "sets"
    seeds = Path(str(files("dateline.eval"))).resolve().parent / "seeds"  # in a checkout
    sets = [_set("seeds", path, seeds) for path in [seeds / "questions.jsonl"] if path.is_file()]
    for name in ("newsroom", "many_articles"):
        asked = (path for path in sorted((shipped / name).glob("*.jsonl"), reverse=True) if path.stem not in _NOT_ASKED)
        sets += [_set(name.replace("_", " "), path, shipped / name / "articles") for path in asked]
    own = sorted(path for kind in _KINDS for path in samples_folder(folder).glob(f"[!.]*{kind}"))
    return sets + [_set("own", path) for path in own]


def keep_samples(folder: Path, path: Path, name: str) -> SampleSet:
    """Keep an uploaded set with the library in ``folder``, in place of an earlier one of its name.

    Args:
        folder: of the library.
        path: where the server has it.
        name: as the browser called it.

    Raises:
        SamplesError: it can't be read, or something in it is wrong, line by line; nothing is kept.
    """
    safe, shown = safe_name(name), shown_name(name)
    if not safe.endswith(_KINDS):
        raise SamplesError(shown, [f"only {' and '.join(_KINDS)} files hold samples"])
    try:
        with open_file(path) as stream:
            raw = stream.read(MAX_BYTES + 1)
        file = parse_samples(raw, safe)
        if file.faults:
            raise SamplesError(shown, [f"line {line}: {fault}" for line, fault in file.faults[:_SHOWN_FAULTS]])
        place = samples_folder(folder) / (f"uploaded-{safe}" if safe == CORRECTIONS_NAME else safe)
        _write(place, raw)
    except (OSError, ValueError) as error:
        raise SamplesError(shown, [unreadable(error)]) from error
    return _set("own", place)


def run(assistant: Assistant, chosen: SampleSet) -> Generator[Done | Evaluation, None, None]:
    """Ask a set: how far it has come after each sample, and in the end the evaluation, which is kept with the library.

    Of corrections those are left out whose article has been removed or replaced since: nobody can mend that file here.
    Closed before that it stops; asked again with the same library and model it goes on from there.

    Raises:
        SamplesError: the set is faulty, or its articles are not in the library; nothing was asked.
        ReportError: the result can't be kept.
    """
    file = read_samples(chosen.path)
    if chosen.path.name == CORRECTIONS_NAME:
        file = _standing(file, assistant.library)
    for part in evaluating(assistant, file, Journal(file, assistant)):
        if isinstance(part, Evaluation):
            _keep(assistant.library.folder, chosen.name, part)
        yield part


def list_runs(folder: Path) -> list[str]:
    """The results that the library in ``folder`` keeps, the newest first: when each was finished, UTC, and the set."""
    kept = results_folder(folder).glob("[!.]*.json")
    return sorted((path.stem for path in kept), reverse=True)  # of one second the second has "(2)" behind its name


def read_run(folder: Path, name: str) -> Evaluation:
    """A result by its name.

    Raises:
        BaselineError: there is none of that name, or it can't be read.
    """
    if name not in list_runs(folder):
        raise BaselineError(f"no evaluation is called {shown_name(name)!r}; choose one of those that are kept")
    return read_evaluation(results_folder(folder) / f"{name}.json")


def compare_runs(folder: Path, earlier: str, later: str) -> Comparison:
    """What changed from one result to another, over the samples that both have.

    Raises:
        BaselineError: as ``read_run``.
    """
    return compare(read_run(folder, earlier), read_run(folder, later), earlier)


def _set(group: str, path: Path, articles: Path | None = None) -> SampleSet:
    stem = path.stem if path.suffix == _KINDS[0] else path.name
    count = _count(path, path.stat().st_mtime_ns)
    return SampleSet(name=f"{group}: {stem}", path=path, samples=count, articles=articles)


@lru_cache(maxsize=256)
def _count(path: Path, changed: int) -> int:
    """Samples in a file as it was when it was last ``changed``; running one that is faulty says what is wrong."""
    del changed
    try:
        return len(read_samples(path).samples)
    except SamplesError:
        return 0


def _standing(file: SampleFile, library: Library) -> SampleFile:
    kept = tuple(sample for sample in file.samples if all(find_article(library, one) for one in sample.articles))
    if file.samples and not kept:
        raise SamplesError(file.name, ["every correction is about an article that is no longer in the library"])
    return replace(file, samples=kept)


def _keep(folder: Path, name: str, evaluation: Evaluation) -> None:
    finished = evaluation.finished[:19].replace("T", " ").replace(":", ".")
    stem = safe_name(f"{finished} {name.replace(':', '')}.json").removesuffix(".json")
    taken = list_runs(folder)
    others = (f"{stem} ({number})" for number in range(2, len(taken) + 3))
    free = next(one for one in (stem, *others) if one not in taken)
    try:
        _write(results_folder(folder) / f"{free}.json", json.dumps(evaluation_fields(evaluation)).encode())
    except OSError as error:
        raise ReportError(f"can't keep the result: {(error.strerror or str(error)).lower()}") from error


def _write(path: Path, raw: bytes) -> None:
    """Write a file whole or not at all."""
    make_private_folder(path.parent)
    draft = path.with_name(f".{os.getpid()}-{threading.get_ident()}{path.suffix}")
    try:
        draft.write_bytes(raw)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
