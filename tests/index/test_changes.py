"""What becomes of articles whose files are renamed, edited and deleted, one after the other."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dateline.index.errors import ArgumentError, NoSuchArticle
from dateline.index.ingest import AddReport
from dateline.index.library import Library
from dateline.index.maintenance.doctor import examine, missing_files, repair_library
from dateline.index.missing import MissingFile
from dateline.index.storage.record import SqliteRecord
from dateline.index.storage.versions import MOST_VERSIONS
from tests.harness.changes import change_a_tenth
from tests.harness.fakes import FakeEmbedder

FERRY = (
    "Nordlink buys two ferries\n\nNordlink has ordered two ferries for the line to Lenn Island, it said on Monday. "
    "Chief executive Karin Holt said the ships will each carry 300 passengers. They cost 41 million crowns and are "
    "built in Harwick. The first one sails in the spring of next year, the other in autumn.\n"
)
VOTE = "Harwick votes\n\nMayor Ida Brandt won the vote with 54 per cent. She takes office in May.\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "ferry.txt").write_text(FERRY, "utf-8")
    (folder / "vote.txt").write_text(VOTE, "utf-8")
    return folder


@pytest.fixture
def library(tmp_path: Path, files: Path) -> Iterator[Library]:
    with Library.write(tmp_path / "library", FakeEmbedder()) as opened:
        opened.add(files)
        yield opened


def _texts(library: Library) -> set[str]:
    return {article.text for article in library.articles()}


def _fates(report: AddReport) -> list[tuple[str, str]]:
    return [(Path(one.origin).name, one.fate) for one in report.missing]


def _on_disk(library: Library) -> bytes:
    return b"".join(path.read_bytes() for path in library.folder.rglob("*") if path.is_file())


# Renamed


@pytest.mark.parametrize("by_name", [False, True], ids=["by its folder", "by its name"])
def test_a_renamed_file_that_is_then_edited_stays_one_article(library: Library, files: Path, by_name: bool) -> None:
    (files / "ferry.txt").rename(files / "ships.txt")
    what = files / "ships.txt" if by_name else files
    assert library.add(what).moved == 1
    edited = FERRY.replace("Karin Holt", "Karin Berg")
    (files / "ships.txt").write_text(edited, "utf-8")
    assert library.add(what).replaced == 1
    assert _texts(library) == {edited, VOTE}
    assert not any("Karin Holt" in passage.text for passage in library.search("Who is the chief executive?"))


def test_a_file_renamed_and_edited_at_once_stays_one_article_and_says_so(library: Library, files: Path) -> None:
    (files / "ferry.txt").unlink()
    edited = FERRY.replace("Karin Holt", "Karin Berg")
    (files / "ships.txt").write_text(edited, "utf-8")
    report = library.add(files)
    assert _fates(report) == [("ferry.txt", "edited")]
    assert _texts(library) == {edited, VOTE}
    assert [one.article.text for one in library.versions(str(files / "ships.txt"))] == [FERRY]


def test_another_article_in_a_new_file_is_no_later_text_of_one_that_is_gone(library: Library, files: Path) -> None:
    (files / "ferry.txt").unlink()
    (files / "tram.txt").write_text(FERRY.replace("ferries", "trams").replace("Monday", "Friday")[:150], "utf-8")
    assert _fates(library.add(files)) == [("ferry.txt", "kept")]
    assert library.count_articles() == 3


def test_a_folder_that_is_renamed_keeps_its_articles_under_the_new_name(library: Library, files: Path) -> None:
    files.rename(files.with_name("archive"))
    library.add(files.with_name("archive").parent)
    assert [Path(row.origin).parent.name for row in library.rows()] == ["archive", "archive"]
    assert _texts(library) == {FERRY, VOTE}


def test_a_name_is_kept_whose_whole_folder_is_out_of_reach(library: Library, files: Path, tmp_path: Path) -> None:
    """As of a disk that is not mounted, when the same article comes from elsewhere."""
    files.rename(tmp_path / "elsewhere")
    (tmp_path / "copy.txt").write_text(FERRY, "utf-8")
    assert library.add(tmp_path / "copy.txt").moved == 0
    assert len(library.article(str(files / "ferry.txt")).origins) == 2


# Deleted


def test_a_deleted_file_is_told_and_its_article_stays_until_it_is_pruned(library: Library, files: Path) -> None:
    (files / "vote.txt").unlink()
    (missing,) = library.add(files).missing
    assert (missing.title, missing.fate) == ("Harwick votes", "kept")
    assert _texts(library) == {FERRY, VOTE}
    report = library.add(files, prune=True)
    assert _fates(report) == [("vote.txt", "removed")]
    assert _texts(library) == {FERRY}
    assert b"Ida Brandt" not in _on_disk(library)
    assert library.add(files).missing == ()


def test_pruning_leaves_what_lies_outside_the_folder_named(library: Library, files: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (files / "vote.txt").unlink()
    assert library.add(other, prune=True).missing == ()
    assert library.count_articles() == 2
    with pytest.raises(ArgumentError, match="none is given; name one"):
        library.add(files / "ferry.txt", prune=True)


def test_a_file_that_is_there_but_can_no_longer_be_read_is_not_gone(library: Library, files: Path) -> None:
    (files / "vote.txt").write_bytes(b"\x00\x01\x02" * 999)
    report = library.add(files, prune=True)
    assert report.missing == ()
    assert _texts(library) == {FERRY, VOTE}


def test_all_articles_of_a_file_of_many_are_told_when_it_is_gone(library: Library, files: Path) -> None:
    posts = files / "posts.jsonl"
    posts.write_text(
        '{"id": "a#1", "text": "The first story of two."}\n{"id": "b", "text": "The second one."}', "utf-8"
    )
    assert library.add(files).missing == ()
    posts.unlink()
    assert _fates(library.add(files)) == [("posts.jsonl#a#1", "kept"), ("posts.jsonl#b", "kept")]


def test_the_doctor_tells_of_files_that_are_gone_and_finds_the_library_in_order(library: Library, files: Path) -> None:
    assert missing_files(library.folder) == []
    (files / "vote.txt").unlink()
    library.close()
    assert examine(library.folder, FakeEmbedder()) == []
    assert missing_files(library.folder) == [
        f"1 file that articles were read from is gone: {str(files / 'vote.txt')!r}; its articles are still answered "
        "from, and 'dateline add FOLDER --prune' removes them"
    ]


# Updated


def _update(library: Library, files: Path, text: str) -> None:
    (files / "vote.txt").write_text(text, "utf-8")
    library.add(files)


def test_an_earlier_text_is_kept_with_its_facts_and_is_never_found(library: Library, files: Path) -> None:
    later = VOTE.replace("54", "55")
    _update(library, files, later)
    (version,) = library.versions(str(files / "vote.txt"))
    assert (version.article.text, version.article.metadata.title) == (VOTE, "Harwick votes")
    assert [Path(one.name).name for one in version.article.origins] == ["vote.txt"]
    assert version.current == library.article(str(files / "vote.txt")).id
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]{15}\+00:00", version.until)
    assert library.version(version.article.id[:8]) == version
    assert not any("54 per cent" in passage.text for passage in library.search("54 per cent", k=50))
    assert (library.count_articles(), library.count_rows("votes")) == (2, 1)
    with pytest.raises(NoSuchArticle):
        library.article(version.article.id)
    library.close()
    assert examine(library.folder, FakeEmbedder()) == []


def test_earlier_texts_follow_through_every_update_and_an_old_text_that_returns_is_none(
    library: Library, files: Path
) -> None:
    name, texts = str(files / "vote.txt"), [VOTE, VOTE.replace("54", "55"), VOTE.replace("54", "56")]
    for text in texts[1:]:
        _update(library, files, text)
    assert [one.article.text for one in library.versions(name)] == [texts[1], texts[0]]
    _update(library, files, texts[0])
    assert [one.article.text for one in library.versions(name)] == [texts[2], texts[1]]
    assert library.article(name).text == texts[0]


def test_an_earlier_text_goes_with_the_article_and_alone_by_its_own_id(library: Library, files: Path) -> None:
    name = str(files / "vote.txt")
    for number in ("55", "56"):
        _update(library, files, VOTE.replace("54", number))
    first = library.versions(name)[-1].article
    assert b"won the vote with 54" in _on_disk(library)
    assert library.remove(first.id[:10]) == [first]
    assert b"won the vote with 54" not in _on_disk(library)
    assert len(library.versions(name)) == 1
    library.remove(library.article(name).id)
    assert b"won the vote with 5" not in _on_disk(library)


def test_an_earlier_text_goes_with_the_file_it_was_read_from(library: Library, files: Path) -> None:
    _update(library, files, FERRY)  # a second origin of the other article
    assert [one.article.text for one in library.versions(str(files / "ferry.txt"))] == [VOTE]
    library.remove(str(files / "vote.txt"))
    assert _texts(library) == {FERRY}
    assert library.versions(str(files / "ferry.txt")) == []
    assert b"Ida Brandt" not in _on_disk(library)


def test_a_text_that_another_file_still_has_is_no_earlier_one(library: Library, files: Path) -> None:
    (files / "copy.txt").write_text(VOTE, "utf-8")
    library.add(files)
    _update(library, files, VOTE.replace("54", "55"))
    assert library.count_articles() == 3
    assert library.versions(str(files / "vote.txt")) == []
    (files / "copy.txt").write_text(VOTE.replace("54", "55"), "utf-8")
    library.add(files)
    assert [one.article.text for one in library.versions(str(files / "vote.txt"))] == [VOTE]


@pytest.mark.slow
def test_the_oldest_of_many_earlier_texts_goes(library: Library, files: Path) -> None:
    record = library._record
    for number in range(MOST_VERSIONS + 3):
        (files / "vote.txt").write_text(VOTE.replace("54", f"{number}.5"), "utf-8")
        library.add(files / "vote.txt")
    kept = [one.article.text for one in record.versions(library.article(str(files / "vote.txt")).id)]
    assert (len(kept), "with 51.5" in kept[0], VOTE in kept) == (MOST_VERSIONS, True, False)


def test_an_altered_earlier_text_is_named_and_removed_by_the_doctor(library: Library, files: Path) -> None:
    _update(library, files, VOTE.replace("54", "55"))
    (version,) = library.versions(str(files / "vote.txt"))
    folder = library.folder
    library.close()
    record = SqliteRecord(folder, writable=True)
    with record.transaction():
        record.run("UPDATE versions SET text = replace(text, '54', '94')")
    record.close()
    name = version.article.id
    assert examine(folder, FakeEmbedder()) == [f"an earlier version, {name}, was altered; --repair removes it"]
    assert repair_library(folder, FakeEmbedder()) == []


# Edited by the user


def test_what_the_user_sets_is_searched_filtered_and_kept_when_the_file_changes(library: Library, files: Path) -> None:
    from dateline.index.types import Filter

    name = str(files / "vote.txt")
    library.edit(name, title="Brandt is mayor", published="4 May 2024", source="Lenn Gazette", authors=["Jo Varga"])
    for text in (VOTE, VOTE.replace("54", "55"), "+++\n" + VOTE):
        (files / "vote.txt").write_text(text, "utf-8")
        library.add(files)
        article = library.article(name)
        assert (article.metadata.title, article.metadata.published) == ("Brandt is mayor", "2024-05-04")
        assert (article.metadata.source, article.metadata.authors) == ("Lenn Gazette", ("Jo Varga",))
        assert list(article.edited) == ["title", "published", "source", "authors"]
        only = Filter(since="2024-05-04", until="2024-05-04", source="gazette")
        assert {one.article_id for one in library.search("who is mayor?", only=only)} == {article.id}
        assert library.count_rows("Brandt") == 1


def test_chroma_has_what_the_user_set(library: Library, files: Path) -> None:
    import sqlite3
    from contextlib import closing

    library.edit(str(files / "vote.txt"), source="Lenn Gazette", published="2024-05-04")
    assert library.engine().startswith("Chroma")
    (database,) = (library.folder / "vectors").rglob("chroma.sqlite3")
    with closing(sqlite3.connect(database)) as chroma:
        rows = chroma.execute("SELECT key, coalesce(string_value, int_value) FROM embedding_metadata").fetchall()
    assert ("source", "Lenn Gazette") in rows
    assert ("published", 20240504) in rows


def test_a_value_of_nothing_is_unknown_and_a_later_value_stands(library: Library, files: Path) -> None:
    name = str(files / "vote.txt")
    library.edit(name, title="One", source="Two")
    assert library.edit(name, title="").metadata.title is None
    assert library.article(name).metadata.source == "Two"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "nothing is set"),
        ({"published": "2024-02-30"}, "there is no such day"),
        ({"published": "soon"}, "'soon', which is no day; give one like"),
        ({"title": 7}, "title is 7; give a text"),
        ({"authors": 7}, "authors is 7; give at most"),
    ],
)
def test_what_can_not_be_set_is_refused_in_a_line(
    library: Library, files: Path, fields: dict[str, object], words: str
) -> None:
    with pytest.raises(ArgumentError, match=words):
        library.edit(str(files / "vote.txt"), **fields)  # type: ignore[arg-type]  # the wrong types are what is tried


def test_what_the_user_set_goes_along_when_a_file_is_renamed_and_edited_at_once(library: Library, files: Path) -> None:
    library.edit(str(files / "ferry.txt"), source="Lenn Gazette")
    (files / "ferry.txt").unlink()
    (files / "ships.txt").write_text(FERRY.replace("Karin Holt", "Karin Berg"), "utf-8")
    assert isinstance(library.add(files).missing[0], MissingFile)
    assert library.article(str(files / "ships.txt")).metadata.source == "Lenn Gazette"


@pytest.mark.slow
def test_of_a_folder_of_mixed_files_no_change_leaves_an_article_twice_stale_or_untold(tmp_path: Path) -> None:
    """With 2,000 files: ``python -m tests.harness.changes``."""
    assert change_a_tenth(tmp_path, 180).wrong == []
