"""What is kept of evaluations and quotes an article that was removed is named."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from dateline.eval.journal import journals_folder
from dateline.index.library import Library
from dateline.rag.assistant import Assistant
from dateline.rag.settings import Settings
from dateline.ui.app.eval_runs import SampleSet, keep_samples, run
from dateline.ui.app.feedback import add_correction
from dateline.ui.app.kept import results_folder, samples_folder, still_quoting
from dateline.ui.app.library_admin import remove_article
from tests.harness.fakes import FakeEmbedder, ScriptedReader
from tests.ui.commands import run as command

TEXTS = {"lenn.txt": "The harbour of Lenn opens on Friday.", "tarrow.txt": "The bridge at Tarrow was sold in May."}
QUESTIONS = ("when does the harbour open?", "what opens on Friday?")


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text, "utf-8")
    return [tmp_path / name for name in TEXTS]


@pytest.fixture
def library(tmp_path: Path, files: list[Path]) -> Library:
    library = Library.write(tmp_path / "library", FakeEmbedder())
    library.add(files[:1])
    return library


@pytest.fixture
def chosen(library: Library, tmp_path: Path) -> SampleSet:
    lines = "\n".join(json.dumps({"question": one, "answers": ["Friday"]}) for one in QUESTIONS)
    (tmp_path / "blob").write_text(lines, "utf-8")
    return keep_samples(library.folder, tmp_path / "blob", "harbour.jsonl")


def _assistant(library: Library) -> Assistant:
    return Assistant(library, ScriptedReader(dict.fromkeys(QUESTIONS, "opens on Friday")))


def test_results_samples_and_stopped_runs_that_quote_what_was_removed_are_named(
    library: Library, chosen: SampleSet, files: list[Path]
) -> None:
    list(run(_assistant(library), chosen))
    with closing(run(_assistant(library), chosen)) as stopped:
        next(stopped), next(stopped)
    (article,) = library.articles()
    quoting = {"question": QUESTIONS[0], "verdict": "wrong", "quotes": TEXTS["lenn.txt"], "article": article.id}
    add_correction(quoting, library)
    library.add(files[1:])
    removed = {path.name: library.remove(str(path)) for path in files}
    assert still_quoting(library.folder, removed["tarrow.txt"]) is None
    paths = [
        *results_folder(library.folder).glob("*.json"),
        samples_folder(library.folder) / "corrections.jsonl",
        *journals_folder().glob("*.jsonl"),
    ]
    assert len(paths) == 3
    for left in range(3, 0, -1):
        line = still_quoting(library.folder, removed["lenn.txt"]) or ""
        assert line.startswith(f"{left} kept file{'s' * (left > 1)} of evaluations quote")
        assert [repr(str(path)) in line for path in paths] == [True] * left
        assert "\n" not in line
        paths.pop().unlink()
    assert still_quoting(library.folder, removed["lenn.txt"]) is None


def test_a_removal_says_which_files_quote_the_article(files: list[Path], tmp_path: Path) -> None:
    folder = tmp_path / "library"
    with Library.write(folder) as library:
        library.add(files)
        ids = {Path(row.origin).name: row.id for row in library.rows()}
    kept = results_folder(folder) / "2026-01-02 10.00.00 own.json"
    kept.parent.mkdir()
    kept.write_text(json.dumps({"outcomes": [{"article_id": one} for one in ids.values()]}), "utf-8")
    named = f"1 kept file of evaluations quotes what was removed: {str(kept)!r}; delete it to remove its words"
    assert remove_article(Settings(library=folder), ids["lenn.txt"]).endswith(f"”; {named}")
    done = command("articles", "remove", ids["tarrow.txt"], "--library", folder)
    assert done.stderr.splitlines()[-1] == named
