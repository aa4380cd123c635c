import sqlite3
from pathlib import Path

import pytest

from dateline.index.errors import LibraryLocked, NoLibrary, NoSuchArticle
from dateline.index.library import Library
from dateline.rag.settings import Settings
from dateline.ui.app.library_admin import check, holdings_of, remove_article, repair

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
        held = holdings_of(library)
    assert (held.path, held.articles, held.chunks) == (str(settings.library), 3, 3)
    assert (held.oldest, held.newest) == ("2024-03-04", "2024-04-20")
    assert held.embedder is not None
    assert held.embedder.startswith("all-MiniLM-L6-v2")
    assert held.bytes >= (settings.library / "library.sqlite").stat().st_size


def test_an_empty_library_holds_nothing(tmp_path: Path) -> None:
    with Library.write(tmp_path / "empty") as library:
        held = holdings_of(library)
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


def test_while_another_writes_there_is_no_change_and_no_check(settings: Settings) -> None:
    with Library.open(settings.library) as library:
        wanted = library.rows("flood")[0].id
    with Library.write(settings.library):
        for do in (lambda: check(settings), lambda: repair(settings), lambda: remove_article(settings, wanted)):
            with pytest.raises(LibraryLocked):
                do()
    assert len(_titles(settings)) == 3
