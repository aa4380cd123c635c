import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from dateline.eval.journal import journals_folder
from dateline.index.errors import LibraryLocked, NoLibrary, NoSuchArticle
from dateline.index.library import Library
from dateline.rag.assistant import Assistant
from dateline.rag.settings import Settings
from dateline.ui.services.eval_runs import SampleSet, keep_samples, run
from dateline.ui.services.feedback import add_correction
from dateline.ui.services.library_admin import (
    check,
    library_stats,
    remove_article,
    repair,
    results_folder,
    samples_folder,
    still_quoting,
)
from tests.harness.fakes import FakeEmbedder, ScriptedReader
from tests.ui.commands import run as command

ARTICLES = {
    "flood.txt": "Flood in Harwick\n\nThe river Lenn rose four metres on Monday.\n\n2024-03-04 10:00:00",
    "vote.txt": "Harwick votes\n\nMayor Ida Brandt won the vote with 54 per cent.\n\n2024-04-20 18:30:00",
    "note.txt": "Nobody knows when this was written.",
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    for name, text in ARTICLES.items():
        (tmp_path / name).write_text(text, "utf-8")
    with Library.write(tmp_path / "library") as library:
        library.add([tmp_path / name for name in ARTICLES])
    return Settings(library=tmp_path / "library")


def _titles(settings: Settings) -> list[str | None]:
    with Library.open(settings.library) as library:
        return [row.title for row in library.rows()]


def test_what_a_library_holds_is_told(settings: Settings) -> None:
    with Library.open(settings.library) as library:
        held = library_stats(library)
    assert (held.path, held.articles, held.chunks) == (str(settings.library), 3, 3)
    assert (held.oldest, held.newest) == ("2024-03-04", "2024-04-20")
    assert held.embedder is not None
    assert held.embedder.startswith("all-MiniLM-L6-v2")
    assert held.bytes >= (settings.library / "library.sqlite").stat().st_size


def test_an_empty_library_holds_nothing(tmp_path: Path) -> None:
    with Library.write(tmp_path / "empty") as library:
        held = library_stats(library)
    assert (held.articles, held.oldest, held.newest, held.embedder) == (0, None, None, None)


def test_an_article_is_removed_by_its_id_and_named(settings: Settings, tmp_path: Path) -> None:
    with Library.open(settings.library) as library:
        wanted = library.rows("flood")[0].id
    assert remove_article(settings, wanted) == "removed “Flood in Harwick”"
    assert _titles(settings) == ["Harwick votes", None]
    with pytest.raises(NoSuchArticle):
        remove_article(settings, wanted)
    assert (tmp_path / "flood.txt").exists()


def test_nothing_but_an_id_removes_anything(settings: Settings, tmp_path: Path) -> None:
    for name in (str(tmp_path), str(tmp_path / "vote.txt"), "/", "", "%", "0" * 16):
        with pytest.raises(NoSuchArticle):
            remove_article(settings, name)
    assert len(_titles(settings)) == 3


def test_no_library_is_made_by_removing_from_it(tmp_path: Path) -> None:
    with pytest.raises(NoLibrary):
        remove_article(Settings(library=tmp_path / "nothing"), "0" * 16)
    assert not (tmp_path / "nothing").exists()


def test_the_library_is_checked_and_mended(settings: Settings) -> None:
    assert check(settings) == []
    record = sqlite3.connect(settings.library / "library.sqlite")
    with record:
        record.execute("DELETE FROM words")
    record.close()
    assert "word index" in check(settings)[0]
    assert repair(settings) == []
    assert check(settings) == []


@pytest.mark.slow
def test_while_another_writes_there_is_no_change_and_no_check(settings: Settings) -> None:
    with Library.open(settings.library) as library:
        wanted = library.rows("flood")[0].id
    with Library.write(settings.library):
        for do in (lambda: check(settings), lambda: repair(settings), lambda: remove_article(settings, wanted)):
            with pytest.raises(LibraryLocked):
                do()
    assert len(_titles(settings)) == 3


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
