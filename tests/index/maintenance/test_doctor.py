import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from dateline.index.errors import LibraryDamaged, LibraryLocked, NoLibrary
from dateline.index.library import Library
from dateline.index.maintenance.doctor import examine, repair_library

TEXTS = {
    "flood.txt": "The river Lenn rose four metres on Monday. Two bridges are closed.",
    "vote.txt": "Mayor Ida Brandt won the vote with 54 per cent. She takes office in May.",
}


@pytest.fixture
def library(tmp_path: Path) -> Path:
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text, "utf-8")
    with Library.write(tmp_path / "library") as opened:
        opened.add([tmp_path / name for name in TEXTS])
    return tmp_path / "library"


@pytest.fixture
def record(library: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(library / "library.sqlite", isolation_level=None)
    yield connection
    connection.close()


def test_a_healthy_library_is_in_order(library: Path) -> None:
    assert examine(library) == []


def test_no_library_is_not_made_by_looking_for_one(tmp_path: Path) -> None:
    with pytest.raises(NoLibrary):
        examine(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


def test_a_library_that_is_being_written_is_left_alone(library: Path) -> None:
    with Library.write(library), pytest.raises(LibraryLocked):
        examine(library)


def test_an_altered_text_is_named_and_removed(library: Path, record: sqlite3.Connection) -> None:
    record.execute("UPDATE articles SET text = replace(text, 'four', 'nine')")
    (problem,) = examine(library)
    assert "altered" in problem
    assert "flood.txt" in problem
    assert repair_library(library) == []
    with Library.open(library) as opened:
        assert [Path(article.origins[0].name).name for article in opened.articles()] == ["vote.txt"]


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM vectors WHERE chunk = 1",
        "UPDATE vectors SET vector = zeroblob(768)",
        "UPDATE vectors SET vector = x'00'",
        'UPDATE chunks SET "end" = 100000',
        "UPDATE chunks SET sentences = '[]'",
        "DELETE FROM chunks",
    ],
)
def test_damaged_chunks_and_vectors_are_named_and_made_anew(
    library: Path, record: sqlite3.Connection, damage: str
) -> None:
    record.execute("PRAGMA foreign_keys = OFF")
    record.execute(damage)
    assert any("chunks or vectors" in problem for problem in examine(library))
    assert repair_library(library) == []
    with Library.open(library) as opened:
        assert opened.search("who won the vote?")[0].text == TEXTS["vote.txt"]


def test_a_word_index_that_lost_rows_is_named_and_made_anew(library: Path, record: sqlite3.Connection) -> None:
    record.execute("DELETE FROM words WHERE rowid = 1")
    (problem,) = examine(library)
    assert "word index" in problem
    assert repair_library(library) == []
    with Library.open(library) as opened:
        assert all(passage.text_rank for passage in opened.search("river mayor"))


@pytest.mark.threat(27)
def test_a_library_of_another_chunker_is_named_and_split_again(library: Path, record: sqlite3.Connection) -> None:
    record.execute("UPDATE manifest SET value = 'older' WHERE name = 'chunker'")
    (problem,) = examine(library)
    assert "'older'" in problem
    assert repair_library(library) == []
    Library.write(library).close()


@pytest.mark.slow
def test_a_lost_vector_index_is_named_and_rebuilt_without_embedding(library: Path) -> None:
    assert examine(library) == []
    shutil.rmtree(library / "vectors")
    assert examine(library) == ["the vector index is damaged: its folder is missing"]
    assert repair_library(library) == []
    assert examine(library) == []


@pytest.mark.threat(27)
def test_a_record_that_is_no_database_is_said_to_be_damaged(library: Path) -> None:
    (library / "library.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(LibraryDamaged, match="restore it"):
        examine(library)
