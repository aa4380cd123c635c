import sqlite3
from datetime import date
from pathlib import Path

import pytest

from dateline.index.library import Library
from dateline.index.splitting.chunks import CHUNKER_ID
from dateline.index.types import Filter, Order
from tests.harness.fakes import FakeEmbedder

ARTICLES = {
    "flood.txt": "FLOOD in Harwick\n\nThe river Lenn rose four metres on Monday. Two bridges are closed.\n\n"
    "Source: Harwick Post\n2024-03-04 10:00:00",
    "vote.txt": "Harwick votes\n\nMayor Ida Brandt won the vote with 54 per cent. She takes office in May.\n\n"
    "Source: Lenn Gazette\n2024-04-20 18:30:00",
    "strike.txt": "Ferry strike\n\nFerry crews stopped work at dawn. The union asks for eight per cent more. It is much"
    ".\n\nSource: Harwick Post\n2024-05-02 07:15:00",
    "50%_note.txt": "Nobody knows when this was written, nor who wrote it.",
}


@pytest.fixture
def library(tmp_path: Path) -> Library:
    for name, text in ARTICLES.items():
        (tmp_path / name).write_text(text, "utf-8")
    library = Library.write(tmp_path / "library", FakeEmbedder())
    library.add([tmp_path / name for name in ARTICLES])
    return library


def _names(library: Library, query: str = "", order: Order = "newest", **page: int) -> list[str]:
    return [Path(row.origin).name for row in library.rows(query, order, **page)]


def test_a_row_says_what_is_known_of_an_article_without_its_text(library: Library) -> None:
    row = library.rows("flood")[0]
    article = library.article(row.id)
    assert (row.title, row.source, row.published) == ("FLOOD in Harwick", "Harwick Post", "2024-03-04T10:00:00")
    assert (row.origin, row.origins, row.url) == (article.origins[0].name, 1, None)
    assert row.characters == len(article.text)


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("newest", ["strike.txt", "vote.txt", "flood.txt", "50%_note.txt"]),
        ("oldest", ["flood.txt", "vote.txt", "strike.txt", "50%_note.txt"]),
        ("title", ["strike.txt", "flood.txt", "vote.txt", "50%_note.txt"]),
        ("source", ["strike.txt", "flood.txt", "vote.txt", "50%_note.txt"]),
        ("size", ["strike.txt", "vote.txt", "flood.txt", "50%_note.txt"]),
        ("added", ["50%_note.txt", "strike.txt", "vote.txt", "flood.txt"]),
    ],
)
def test_every_order_puts_what_is_unknown_last_and_its_pages_make_the_whole(
    library: Library, order: Order, names: list[str]
) -> None:
    assert _names(library, order=order) == names
    assert _names(library, order=order, limit=3) + _names(library, order=order, offset=3, limit=3) == names


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("HARWICK", {"flood.txt", "vote.txt", "strike.txt"}),
        ("harwick post", {"flood.txt", "strike.txt"}),
        ("strike post ferry", {"strike.txt"}),
        ("note.txt", {"50%_note.txt"}),
        ("union", set()),
        ("0%", {"50%_note.txt"}),
        ("_note", {"50%_note.txt"}),
        ("\\", set()),
        ("' OR 1=1 --", set()),
        ("\ud800\x00", set()),
        ("   ", set(ARTICLES)),
        ("harwick " * 4_000, {"flood.txt", "vote.txt", "strike.txt"}),
    ],
)
def test_a_search_finds_every_word_in_title_source_or_origin(library: Library, query: str, names: set[str]) -> None:
    assert set(_names(library, query)) == names
    assert library.count_rows(query) == len(names)


def test_an_id_is_found_by_any_part_of_it(library: Library) -> None:
    wanted = library.rows("strike")[0].id
    assert wanted in {row.id for row in library.rows(wanted[4:12])}


def test_a_filter_narrows_the_list_and_the_count(library: Library) -> None:
    spring = Filter(since=date(2024, 4, 1), source="post")
    assert [row.title for row in library.rows(only=spring)] == ["Ferry strike"]
    assert (library.count_rows("", spring), library.count_rows("flood", spring)) == (1, 0)


def test_a_page_out_of_range_is_empty(library: Library) -> None:
    assert _names(library, offset=4) == _names(library, limit=0) == _names(library, limit=-1) == []
    assert len(_names(library, offset=-5)) == 4


def test_the_sources_come_with_the_most_frequent_first(library: Library) -> None:
    assert library.sources() == ["Harwick Post", "Lenn Gazette"]


def test_a_text_of_two_files_is_one_row_with_two_origins(library: Library, tmp_path: Path) -> None:
    (tmp_path / "copy.txt").write_text(ARTICLES["vote.txt"], "utf-8")
    library.add([tmp_path / "copy.txt"])
    (row,) = library.rows("votes")
    assert (row.origins, Path(row.origin).name) == (2, "vote.txt")
    assert library.rows("copy.txt") == [row]


def test_a_library_says_what_it_was_built_with(library: Library, tmp_path: Path) -> None:
    assert (library.built_with().embedder, library.built_with().chunker) == ("fake@1", CHUNKER_ID)
    with Library.write(tmp_path / "empty", FakeEmbedder()) as empty:
        assert (empty.built_with().embedder, empty.built_with().chunker) == (None, None)
        assert (empty.rows(), empty.count_rows(), empty.sources()) == ([], 0, [])


def test_a_library_of_an_earlier_dateline_is_listed_and_gets_its_indexes_when_written_to(
    library: Library, tmp_path: Path
) -> None:
    library.close()
    record = sqlite3.connect(tmp_path / "library" / "library.sqlite")
    record.executescript("DROP INDEX articles_named; DROP INDEX articles_size; PRAGMA user_version = 1;")

    def indexes() -> set[str]:
        return {row[0] for row in record.execute("SELECT name FROM sqlite_schema WHERE name LIKE 'articles_%'")}

    with Library.open(tmp_path / "library", FakeEmbedder()) as earlier:
        assert _names(earlier, "harwick", "size") == ["strike.txt", "vote.txt", "flood.txt"]
    assert indexes() == {"articles_published"}
    Library.write(tmp_path / "library", FakeEmbedder()).close()
    assert indexes() == {"articles_published", "articles_named", "articles_size"}
    record.close()
