"""A record of every schema there was is brought up in place, whole or not at all, and nothing is embedded again."""

import logging
import os
import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from dateline.index.errors import LibraryMismatch
from dateline.index.library import Library
from dateline.index.maintenance.doctor import examine
from dateline.index.storage import schema
from tests.harness.fakes import FakeEmbedder
from tests.harness.old_library import DUMPS, dump, restore

EARLIER = range(1, schema.SCHEMA_VERSION)
TITLES = ["FERRY LINE REOPENS", "Flood warning lifted", "COUNCIL DELAYS VOTE"]


def _version(folder: Path) -> int:
    with closing(sqlite3.connect(folder / schema.RECORD_NAME)) as record:
        return int(record.execute("PRAGMA user_version").fetchone()[0])


def _content(folder: Path) -> list[str]:
    """All rows but those of the manifest, which notes what was done."""
    with closing(sqlite3.connect(folder / schema.RECORD_NAME)) as record:
        return sorted(line for line in dump(record) if line.startswith("INSERT") and " manifest " not in line)


def test_a_library_of_every_earlier_schema_is_kept() -> None:
    assert {path.name for path in DUMPS.iterdir()} == {f"schema-{version}.sql" for version in EARLIER}


@pytest.mark.parametrize("version", EARLIER)
def test_a_library_of_an_earlier_schema_is_read_as_it_is(tmp_path: Path, version: int) -> None:
    restore(version, tmp_path / "library")
    with Library.open(tmp_path / "library", FakeEmbedder()) as library:
        assert [article.metadata.title for article in library.articles()] == TITLES
        assert library.search("ferry to Lenn Island")[0].metadata.title == TITLES[0]
    assert _version(tmp_path / "library") == version


@pytest.mark.parametrize("version", EARLIER)
def test_the_first_writer_brings_it_up_and_embeds_nothing(
    tmp_path: Path, version: int, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "library"
    restore(version, folder)
    (folder / "codes").write_bytes(b"of the vectors, once")
    before, embedder = _content(folder), FakeEmbedder()
    with caplog.at_level(logging.WARNING):
        Library.write(folder, embedder).close()
        with Library.write(folder, embedder) as library:
            library.index_vectors()  # as every addition does
    told = [line for line in caplog.messages if "brought up" in line]
    assert told == [
        f"the library at {str(folder)!r} was brought up from version {version} of its record to "
        f"{schema.SCHEMA_VERSION}; nothing was read or embedded again"
    ]
    assert (_version(folder), _content(folder), embedder.embedded) == (schema.SCHEMA_VERSION, before, 0)
    assert not (folder / "codes").exists()
    assert examine(folder, embedder=embedder) == []
    with Library.open(folder, embedder) as library:
        assert library.search("ferry to Lenn Island")[0].metadata.title == TITLES[0]


def test_a_library_that_was_brought_up_has_what_a_new_one_has(tmp_path: Path) -> None:
    restore(1, tmp_path / "old")
    for name in ("old", "new"):
        Library.write(tmp_path / name, FakeEmbedder()).close()
    objects = []
    for name in ("old", "new"):
        with closing(sqlite3.connect(tmp_path / name / schema.RECORD_NAME)) as record:
            objects.append(set(record.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema")))
    assert objects[0] == objects[1]


@pytest.mark.threat(46)
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_writer_killed_at_any_statement_of_it_leaves_the_old_record_or_the_new(tmp_path: Path) -> None:
    restore(1, tmp_path / "old")
    before, statement, found = _content(tmp_path / "old"), 0, set()
    while True:
        folder = tmp_path / str(statement)
        shutil.copytree(tmp_path / "old", folder)
        child = os.fork()
        if not child:
            _bring_up_until(folder, statement)
        if os.waitpid(child, 0)[1] == 0:  # it came to its end
            break
        found.add(_version(folder))
        with Library.open(folder, FakeEmbedder()) as library:
            assert [article.metadata.title for article in library.articles()] == TITLES
        Library.write(folder, FakeEmbedder()).close()
        assert (_version(folder), _content(folder)) == (schema.SCHEMA_VERSION, before)
        statement += 1
    assert statement >= len(schema.MIGRATIONS)
    assert 1 in found


def _bring_up_until(folder: Path, statement: int) -> None:
    """Open it to write, in a process that is killed before the statement of that number."""
    left = [statement]

    def count(sql: str) -> None:
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1

    connect = sqlite3.connect

    def connect_counted(*arguments: object, **options: object) -> sqlite3.Connection:
        connection = connect(*arguments, **options)
        connection.set_trace_callback(count)
        return connection

    sqlite3.connect = connect_counted
    try:
        schema.connect(folder, writable=True).close()
        os._exit(0)
    finally:
        os._exit(1)


def test_a_later_schema_is_refused_with_the_way_out(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    Library.write(folder, FakeEmbedder()).close()
    with closing(sqlite3.connect(folder / schema.RECORD_NAME)) as record:
        record.execute(f"PRAGMA user_version = {schema.SCHEMA_VERSION + 1}")
    for opening in (Library.open, Library.write):
        with pytest.raises(LibraryMismatch, match="use the Dateline that made it or a later one"):
            opening(folder, FakeEmbedder())
    assert _version(folder) == schema.SCHEMA_VERSION + 1


def test_what_is_no_record_of_ours_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / schema.RECORD_NAME
    with closing(sqlite3.connect(path)) as other:
        other.executescript("CREATE TABLE cookies (name); INSERT INTO cookies VALUES ('mine');")
    before = path.read_bytes()
    for opening in (Library.open, Library.write):
        with pytest.raises(LibraryMismatch, match="no record of Dateline"):
            opening(tmp_path, FakeEmbedder())
    assert path.read_bytes() == before
