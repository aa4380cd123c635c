import random
from contextlib import closing
from pathlib import Path

import pytest

from dateline.index.errors import LibraryError
from dateline.index.library import Library
from dateline.index.maintenance.doctor import examine, repair_library
from dateline.index.storage import schema
from dateline.index.storage.purge import scrub_is_due, scrub_words
from dateline.index.storage.record import SqliteRecord
from tests.harness.crashing import Worker, open_to_write, stands_in
from tests.harness.fakes import FakeEmbedder

_ARTICLES = 60


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Articles of many lengths, each with words of its own."""
    lengths, paths = random.Random(3), []
    for number in range(_ARTICLES):
        path = tmp_path / f"{number * 7919 % _ARTICLES:03}.txt"  # names come in another order than numbers
        path.write_text(_text(number, lengths.randrange(1, 12)), "utf-8")
        paths.append(path)
    return paths


def _text(number: int, length: int) -> str:
    mark = f"kestrel{number:03}x"
    return f"The {mark} title\n\n" + f"Of {mark} here. " * length + f"End {mark}."


@pytest.fixture
def folder(tmp_path: Path, files: list[Path]) -> Path:
    with Library.write(tmp_path / "library", FakeEmbedder()) as library:
        library.add(files)
    return tmp_path / "library"


def _left_of(folder: Path, removed: list[Path]) -> list[str]:
    """The removed articles of which a word or the name stands somewhere below a folder."""
    on_disk = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    marks = [(path, path.read_text().split()[1]) for path in removed]
    return [mark for path, mark in marks if mark.encode() in on_disk or str(path).encode() in on_disk]


@pytest.mark.slow
def test_nothing_of_an_article_that_was_removed_stays_in_any_file_nor_of_its_earlier_versions(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    versions: dict[str, list[str]] = {}
    worker = Worker(tmp_path, {}, seed=4)  # with this seed SQLite itself leaves two titles in unused parts of pages
    with open_to_write(tmp_path / "library") as library:
        for _ in range(110):
            before = dict(worker.held)
            worker.change(library)
            for name, text in before.items():
                if text and worker.held[name] != text:
                    versions.setdefault(name, []).append(text)
            gone = [text for name in [*versions] if not worker.held[name] for text in versions.pop(name)]
            assert stands_in(library.folder, gone) == set()


def test_a_removal_that_was_cut_off_before_its_words_were_overwritten_is_finished_by_the_next_change(
    folder: Path, files: list[Path]
) -> None:
    _remove_only(folder, files[:50])
    assert _left_of(folder, files[:50])
    with Library.write(folder, FakeEmbedder()) as library:
        library.add(files[60:61])  # known
    assert _left_of(folder, files[:50]) == []


def test_the_doctor_names_words_of_removed_articles_and_overwrites_them(folder: Path, files: list[Path]) -> None:
    _remove_only(folder, files[:50])
    assert examine(folder, embedder=FakeEmbedder()) == [
        "words of removed articles may still stand in the record; --repair overwrites them"
    ]
    assert repair_library(folder, embedder=FakeEmbedder()) == []
    assert _left_of(folder, files[:50]) == []


def test_an_addition_of_what_is_new_or_known_overwrites_nothing(folder: Path, files: list[Path]) -> None:
    record = SqliteRecord(folder, writable=False)
    with Library.write(folder, FakeEmbedder()) as library:
        library.add(files)
        assert not scrub_is_due(record)
    record.close()


def test_where_there_is_no_room_the_removal_stands_and_the_words_go_with_the_next_change(
    folder: Path, files: list[Path], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    run = SqliteRecord.run

    def full(record: SqliteRecord, query: str, *values: object) -> list[tuple[object, ...]]:
        if query == "VACUUM":
            raise LibraryError("database or disk is full; free some space")
        return run(record, query, *values)

    with Library.write(folder, FakeEmbedder()) as library:
        with monkeypatch.context() as patch:
            patch.setattr(SqliteRecord, "run", full)
            (gone,) = library.remove(str(files[0]))
        assert "stay on the disk until the next change: database or disk is full; free some space" in caplog.text
        assert gone.id not in [article.id for article in library.articles()]
        library.remove(str(files[1]))
    assert _left_of(folder, files[:2]) == []


@pytest.mark.slow
def test_what_somebody_is_still_reading_is_overwritten_by_the_next_change(folder: Path, files: list[Path]) -> None:
    with Library.write(folder, FakeEmbedder()) as library, closing(SqliteRecord(folder, writable=False)) as reader:
        with reader.snapshot():
            reader.count_articles()
            library.remove(str(files[0]))
        assert scrub_is_due(reader)
        assert _left_of(folder, files[:1])
        library.add(files[1:2])  # known
        assert _left_of(folder, files[:1]) == []
        assert not scrub_is_due(reader)


def test_the_word_index_outlives_thousands_of_removals(tmp_path: Path) -> None:
    schema.create(tmp_path)
    record = SqliteRecord(tmp_path, writable=True)
    record.run("PRAGMA synchronous = OFF")
    for number in range(1_500):
        record.run("INSERT INTO words (rowid, title, text) VALUES (?, 'a', ?)", number, f"word{number}")
        scrub_words(record)
    rows = record.run("SELECT rowid FROM words WHERE words MATCH 'word1499 OR word2'")
    assert sorted(rows) == [(2,), (1_499,)]
    record.run("INSERT INTO words (words) VALUES ('integrity-check')")
    record.close()


def _remove_only(folder: Path, files: list[Path]) -> None:
    """What a removal does before its words are overwritten."""
    record = SqliteRecord(folder, writable=True)
    with record.transaction():
        for path in files:
            record.remove_origin(str(path))
    record.close()
