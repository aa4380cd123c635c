"""A library folder that a stranger made: refused in a line before anything in it is run, followed or read at length."""

import os
import shutil
import sqlite3
import struct
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from dateline.index.errors import DatelineError, LibraryDamaged, LibraryError, LibraryMismatch
from dateline.index.library import Library
from dateline.index.maintenance.doctor import examine, repair_library
from dateline.index.storage.schema import RECORD_NAME
from dateline.index.storage.untrusted import armed_object
from dateline.index.storage.uploads import keep_copy
from tests.harness.fakes import FakeEmbedder

TEXT = "HARWICK (Coast Wire) - The ferry between Harwick and Lenn Island reopened on Monday.\n"
ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x AS name, x AS state FROM c"
WAYS: tuple[Callable[[Path], object], ...] = (
    lambda folder: Library.open(folder, FakeEmbedder()),
    lambda folder: Library.write(folder, FakeEmbedder()),
    lambda folder: examine(folder, embedder=FakeEmbedder()),
    lambda folder: repair_library(folder, embedder=FakeEmbedder()),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sound library of one article."""
    (tmp_path / "ferry.txt").write_text(TEXT, "utf-8")
    with Library.write(tmp_path / "library", FakeEmbedder()) as library:
        library.add([tmp_path / "ferry.txt"])
    return tmp_path / "library"


def _alter(folder: Path, script: str) -> None:
    with closing(sqlite3.connect(folder / RECORD_NAME)) as record:
        record.executescript(script)


def _refused_by_all(folder: Path, error: type[DatelineError], words: str) -> None:
    for way in WAYS:
        with pytest.raises(error, match=words) as refusal:
            way(folder)
        assert "\n" not in str(refusal.value)
        assert len(str(refusal.value)) < 500


@pytest.mark.threat(51)
@pytest.mark.parametrize(
    "script",
    [
        f"DROP TABLE files; CREATE VIEW files AS {ENDLESS}",
        f"CREATE VIEW other AS {ENDLESS}",
        "CREATE TRIGGER more AFTER INSERT ON articles BEGIN UPDATE articles SET text = 'altered'; END",
        "CREATE TABLE other (a)",
        "CREATE VIRTUAL TABLE other USING fts5vocab('words', 'row')",
        "CREATE VIRTUAL TABLE other USING rtree(id, a, b)",
        "DROP TABLE files; CREATE TABLE files (name TEXT PRIMARY KEY, state TEXT AS (zeroblob(1000000000)))",
        "DROP TABLE files; CREATE TABLE files (name TEXT PRIMARY KEY, state TEXT NOT NULL DEFAULT (randomblob(1e9)))",
        "CREATE INDEX other ON articles (hex(zeroblob(100000000)))",
        "DROP INDEX articles_size; CREATE INDEX articles_size ON articles (length(text || zeroblob(100000000)))",
        "CREATE TABLE other (a CHECK (a > randomblob(1000000000)))",
        "DROP INDEX articles_published; CREATE INDEX articles_published ON articles (published COLLATE rtrim)",
        "DROP TABLE words; CREATE VIRTUAL TABLE words USING fts5(title, text, tokenize = 'trigram')",
        "ALTER TABLE files ADD COLUMN more DEFAULT 'x'",
    ],
)
def test_a_record_with_anything_that_is_not_ours_is_refused(folder: Path, script: str) -> None:
    _alter(folder, script)
    _refused_by_all(folder, LibraryMismatch, "which is not as Dateline makes it and may be made to do harm")


@pytest.mark.threat(51)
def test_a_schema_that_names_a_table_in_the_place_of_ours_is_refused(folder: Path) -> None:
    rename = "UPDATE sqlite_schema SET name = 'other', tbl_name = 'other' WHERE name = 'files'"
    _alter(folder, f"PRAGMA writable_schema = ON; {rename};")
    _refused_by_all(folder, LibraryError, "library")


@pytest.mark.threat(51)
def test_a_view_in_the_log_alone_is_refused(folder: Path) -> None:
    record = sqlite3.connect(folder / RECORD_NAME)
    record.executescript(f"PRAGMA wal_autocheckpoint = 0; CREATE VIEW other AS {ENDLESS};")
    names = [folder / RECORD_NAME, folder / f"{RECORD_NAME}-wal"]
    kept = [path.read_bytes() for path in names]
    record.close()
    for path, raw in zip(names, kept, strict=True):
        path.write_bytes(raw)
    assert b"CREATE VIEW" not in kept[0]
    _refused_by_all(folder, LibraryMismatch, "holds view 'other'")


@pytest.mark.threat(52)
def test_a_schema_without_end_is_refused_before_sqlite_reads_it(folder: Path) -> None:
    many = ";".join(f"CREATE TABLE t{number} (a CHECK (a IN ({'1,' * 800}1)))" for number in range(200))
    _alter(folder, f"BEGIN; {many}; COMMIT")
    _refused_by_all(folder, LibraryDamaged, "a schema that is not ours")


@pytest.mark.threat(52)
def test_a_schema_without_end_in_the_log_alone_is_refused_as_well(folder: Path) -> None:
    record = sqlite3.connect(folder / RECORD_NAME)
    many = ";".join(f"CREATE TABLE t{number} (a)" for number in range(200))
    record.executescript(f"PRAGMA wal_autocheckpoint = 0; BEGIN; {many}; COMMIT")
    names = [folder / RECORD_NAME, folder / f"{RECORD_NAME}-wal"]
    kept = [path.read_bytes() for path in names]
    record.close()
    for path, raw in zip(names, kept, strict=True):
        path.write_bytes(raw)
    _refused_by_all(folder, LibraryDamaged, "a schema that is not ours")


@pytest.mark.threat(52)
def test_a_log_that_is_a_hole_of_a_terabyte_is_not_read(folder: Path) -> None:
    with (folder / f"{RECORD_NAME}-wal").open("wb") as log:
        log.write(struct.pack(">IIII8sII", 0x377F0682, 3007000, 512, 0, b"saltsalt", 0, 0))
        log.truncate(1 << 40)
    with Library.open(folder, FakeEmbedder()) as library:
        assert library.count_articles() == 1


@pytest.mark.threat(52)
@pytest.mark.parametrize("name", ["embedder_name", "embedder", "revision", "chunker", "index_stamp"])
def test_a_manifest_of_a_gigabyte_is_not_read_whole(folder: Path, name: str) -> None:
    _alter(folder, f"INSERT OR REPLACE INTO manifest VALUES ('{name}', CAST(zeroblob(100000000) AS TEXT))")
    for way in WAYS[:2]:
        try:
            way(folder).close()
        except DatelineError as error:
            assert len(str(error)) < 10_000


@pytest.mark.threat(52)
def test_a_value_larger_than_any_of_ours_is_refused_as_damage(folder: Path) -> None:
    _alter(folder, "UPDATE articles SET text = CAST(zeroblob(200000000) AS TEXT)")
    with Library.open(folder, FakeEmbedder()) as library, pytest.raises(LibraryDamaged, match="too big"):
        list(library.articles())


@pytest.mark.threat(52)
@pytest.mark.parametrize("column", ["body", "tags", "extra"])
def test_lists_in_lists_without_end_are_told_as_damage(folder: Path, column: str) -> None:
    _alter(folder, f"UPDATE articles SET {column} = replace(hex(zeroblob(50000)), '00', '[')")
    with Library.open(folder, FakeEmbedder()) as library, pytest.raises(LibraryDamaged):
        list(library.articles())


@pytest.mark.threat(27)
@pytest.mark.parametrize(
    "change",
    [
        "articles SET title = x'ff00'", "chunks SET \"end\" = 1e9", "articles SET published = 'no day'",
        "articles SET published = '9999-99-99'", "articles SET tags = '{}'", "articles SET tags = '[1]'",
        "articles SET extra = '[1]'", "articles SET text = x'ff'", "chunks SET start = 'x'", "chunks SET start = -5",
        "chunks SET sentences = '[[0, null]]'", "chunks SET sentences = '[[1e400, 2]]'", "chunks SET sentences = '7'",
    ],
)  # fmt: skip
def test_values_that_are_not_of_their_type_are_told_as_damage(folder: Path, change: str) -> None:
    _alter(folder, f"UPDATE {change}")
    with Library.open(folder, FakeEmbedder()) as library, pytest.raises(LibraryDamaged, match="is damaged"):
        library.search("ferry")
        list(library.articles())


@pytest.mark.threat(53)
@pytest.mark.parametrize(
    "name",
    [
        RECORD_NAME, f"{RECORD_NAME}-wal", f"new-{RECORD_NAME}", "writer.lock", "writer.json", "writer.new", "unmerged",
        "uploads", "uploads/0123456789abcdef", "vectors", "vectors/000001", "vectors/000001/chroma.sqlite3",
        "samples/corrections.jsonl", "evaluations",
    ],
)  # fmt: skip
def test_a_link_in_a_library_is_not_followed(folder: Path, tmp_path: Path, name: str) -> None:
    private = tmp_path / "private"
    private.mkdir()
    (private / "thesis.txt").write_text("ten years of work")
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    path.symlink_to(private if "." not in path.name and path.name != "unmerged" else private / "thesis.txt")
    _refused_by_all(folder, LibraryError, "is a link, which is not followed")
    assert (private / "thesis.txt").read_text() == "ten years of work"
    assert [one.name for one in private.iterdir()] == ["thesis.txt"]


@pytest.mark.threat(53)
@pytest.mark.parametrize("name", [f"{RECORD_NAME}-wal", "writer.json", "unmerged", "vectors/CURRENT"])
def test_a_pipe_in_a_library_is_not_waited_for(folder: Path, name: str) -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    _refused_by_all(folder, LibraryError, "is neither a file nor a folder")


@pytest.mark.threat(53)
@pytest.mark.parametrize("name", [f"{RECORD_NAME}-journal", "vectors/000001/chroma.sqlite3-journal"])
def test_a_journal_that_names_a_file_of_the_users_removes_nothing(folder: Path, tmp_path: Path, name: str) -> None:
    victim = tmp_path / "thesis.txt"
    victim.write_text("ten years of work")
    magic, named = bytes.fromhex("d9d505f920a163d7"), str(victim).encode()
    pages = (folder / RECORD_NAME).stat().st_size // 4096
    header = (magic + struct.pack(">IIIII", 0xFFFFFFFF, 1, pages, 512, 4096)).ljust(512, b"\0")
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    lock_page = 0x40000000 // 4096 + 1
    tail = struct.pack(">I", lock_page) + named + struct.pack(">II", len(named), sum(named)) + magic
    (folder / name).write_bytes(header + tail)
    _refused_by_all(folder, LibraryError, "a journal that names another file")
    assert victim.exists()
    if name.startswith(RECORD_NAME):  # that the journal is one
        sqlite3.connect(folder / RECORD_NAME).execute("SELECT * FROM manifest").fetchall()
        assert not victim.exists()


@pytest.mark.threat(53)
def test_a_draft_of_an_upload_that_is_a_link_is_not_written_through(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "private").write_text("mine")
    first = keep_copy(folder, "a.txt", b"uploaded")
    (first.parent / ".draft").symlink_to(tmp_path / "private")
    assert keep_copy(folder, "b.txt", b"uploaded").read_bytes() == b"uploaded"
    assert (tmp_path / "private").read_text() == "mine"


@pytest.mark.threat(50)
@pytest.mark.parametrize(
    "name", ["attacker/tracking-model", "model", "./model", "../model", "/model", "\0", "x" * 100_000]
)
def test_an_embedder_that_a_record_names_is_not_loaded(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "model").mkdir()
    monkeypatch.chdir(tmp_path)
    with closing(sqlite3.connect(folder / RECORD_NAME, isolation_level=None)) as record:
        record.execute("UPDATE manifest SET value = ? WHERE name = 'embedder_name'", (name,))
    for use in (lambda: Library.open(folder).search("ferry"), lambda: examine(folder), lambda: repair_library(folder)):
        with pytest.raises(LibraryMismatch, match="set DATELINE_EMBEDDER to this name") as refusal:
            use()
        assert len(str(refusal.value)) < 600


@pytest.mark.threat(50)
@pytest.mark.parametrize("value", ["x'6d6f64656c'", "7", "x'ff00fe'"])
def test_an_embedder_that_is_no_text_is_not_loaded_either(folder: Path, value: str) -> None:
    _alter(folder, f"UPDATE manifest SET value = {value} WHERE name = 'embedder_name'")
    with Library.open(folder) as library, pytest.raises(LibraryError):
        library.search("ferry")


def test_a_sound_library_is_opened_and_changed_as_ever(folder: Path) -> None:
    with Library.write(folder, FakeEmbedder()) as library:
        library.remove(library.rows()[0].id)
    assert examine(folder, embedder=FakeEmbedder()) == []


def test_a_new_library_is_for_its_owner_alone(folder: Path) -> None:
    assert (folder.stat().st_mode & 0o777, (folder / RECORD_NAME).stat().st_mode & 0o777) == (0o700, 0o600)


@pytest.mark.threat(51)
@pytest.mark.parametrize(
    "script",
    [
        f"CREATE VIEW other AS {ENDLESS}",
        "CREATE TRIGGER more AFTER INSERT ON acquire_write BEGIN SELECT hex(zeroblob(100000000)); END",
        "CREATE TABLE other (a, b AS (hex(zeroblob(100000000))))",
        "CREATE VIRTUAL TABLE other USING rtree(id, a, b)",
    ],
)
def test_a_database_of_chromas_that_would_run_something_is_not_opened(tmp_path: Path, script: str) -> None:
    with closing(sqlite3.connect(tmp_path / "chroma.sqlite3")) as database:
        database.executescript(
            "CREATE TABLE acquire_write (id INTEGER PRIMARY KEY); CREATE VIRTUAL TABLE f USING fts5(a)"
        )
        assert armed_object(tmp_path / "chroma.sqlite3") is None
        database.executescript(script)
    assert "may be made to do harm" in (armed_object(tmp_path / "chroma.sqlite3") or "")
