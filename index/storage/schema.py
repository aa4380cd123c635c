"""The book of record as SQLite sees it: its tables in every version, and how a connection to it is opened."""

import functools
import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from dateline.index.errors import LibraryDamaged, LibraryError, LibraryMismatch, NoLibrary
from dateline.index.storage.durability import sync_name_of, sync_names
from dateline.index.storage.untrusted import SchemaObject, check_entries, check_objects, harden, is_oversized
from dateline.index.storage.wal import NOTE_NAME
from dateline.index.types import RECORD_NAME as RECORD_NAME

LOG_SUFFIXES = ("-wal", "-shm")
RESTORE = "restore it from a copy, or add the articles to a new one with --library"
"""The way out where nothing can be read."""

_APPLICATION_ID = 0x444C4E45  # "DLNE"
_BUSY_SECONDS = 2.0
_TABLES = """
CREATE TABLE manifest (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    text TEXT NOT NULL,
    body TEXT NOT NULL,        -- JSON [[start, end], ...]
    title TEXT, source TEXT, url TEXT, published TEXT,
    tags TEXT NOT NULL,        -- JSON [str, ...]
    extra TEXT NOT NULL        -- JSON object
);
CREATE INDEX articles_published ON articles (published);
CREATE TABLE origins (
    name TEXT PRIMARY KEY,
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    sha256 TEXT NOT NULL, encoding TEXT NOT NULL,
    repairs TEXT NOT NULL      -- JSON [str, ...]
);
CREATE INDEX origins_article ON origins (article);
CREATE TABLE files (name TEXT PRIMARY KEY, state TEXT NOT NULL);   -- files whose every article is recorded
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,                          -- never used twice: the vector index relies on it
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    sentences TEXT NOT NULL    -- JSON [[start, end], ...]
);
CREATE INDEX chunks_article ON chunks (article);
CREATE TABLE vectors (
    chunk INTEGER PRIMARY KEY REFERENCES chunks ON DELETE CASCADE,
    vector BLOB NOT NULL       -- float16, little endian, unit length
);
"""
WORDS_TABLE = "CREATE VIRTUAL TABLE words USING fts5(title, text, tokenize = 'porter unicode61 remove_diacritics 2')"
"""One row a chunk, under its id."""
_SEALS = """
CREATE TABLE IF NOT EXISTS seals (
    article INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE,
    facts INTEGER NOT NULL,    -- checksum of body and metadata; the text has its id
    chunks INTEGER NOT NULL    -- checksum of chunks and vectors
);
CREATE TABLE IF NOT EXISTS origin_seals (
    origin TEXT PRIMARY KEY REFERENCES origins ON DELETE CASCADE, checksum INTEGER NOT NULL
) WITHOUT ROWID;
"""
_LISTING_INDEXES = """
CREATE INDEX IF NOT EXISTS articles_named ON articles (source, title, published, id);
CREATE INDEX IF NOT EXISTS articles_size ON articles (length(text));
"""
"""Without them a list of articles is the same, and slow: it walks the texts."""
_PLACES_INDEX = """
DROP INDEX IF EXISTS chunks_article;
CREATE INDEX IF NOT EXISTS chunks_place ON chunks (article, start, "end");
"""
"""With it a chunk is found by where it stands, as Chroma names it, without reading all those of its article."""
_CHANGES = """
CREATE TABLE IF NOT EXISTS versions (
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    id TEXT NOT NULL, until TEXT NOT NULL, text TEXT NOT NULL, facts TEXT NOT NULL,
    checksum INTEGER NOT NULL, PRIMARY KEY (article, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS edits (
    article INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE,
    fields TEXT NOT NULL, checksum INTEGER NOT NULL
);
"""
"""Earlier texts of an article, and what the user set of its metadata. The rows of the schema fill one page, as
``untrusted`` demands: a few hundred bytes are left."""
MIGRATIONS = (
    f"{_TABLES} {WORDS_TABLE};",
    # 2: a library of 1 may lack the checksums; vectors have no file of codes any more
    f"{_SEALS} {_LISTING_INDEXES} DELETE FROM manifest WHERE name = 'codes';",
    _PLACES_INDEX,
    _CHANGES,
)
"""What makes each version of the schema of the one before it, the first of nothing. A statement that was released is
never changed, as libraries keep it to the letter: a change of the schema is one more entry, and one more dump in
``tests/index/storage/data``."""
SCHEMA_VERSION = len(MIGRATIONS)
WITH_CHANGES = 4
"""The first version of the schema that keeps earlier texts, and what the user set."""
_LEFT_OVER = ("codes",)
"""Files that earlier versions kept in the folder."""

logger = logging.getLogger(__name__)


def create(folder: Path) -> None:
    """Make an empty record in ``folder`` where there is none yet; it appears whole or not at all, and for good."""
    path, draft = folder / RECORD_NAME, folder / f"new-{RECORD_NAME}"
    if path.exists():
        return
    try:
        for suffix in ("", *LOG_SUFFIXES):  # of a process that was killed here
            draft.with_name(draft.name + suffix).unlink(missing_ok=True)
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL, 0o600))  # its log takes the same rights
        connection = sqlite3.connect(draft, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(
                f"BEGIN EXCLUSIVE; PRAGMA application_id = {_APPLICATION_ID}; "
                f"PRAGMA user_version = {SCHEMA_VERSION}; {' '.join(MIGRATIONS)} "
                "INSERT INTO manifest VALUES ('sealed', 'from the beginning'); COMMIT;"
            )
        finally:
            connection.close()
        sync_name_of(folder)  # before: once there is a record, nobody asks again
        draft.replace(path)
        sync_names(folder)
    except (sqlite3.Error, OSError) as error:
        raise LibraryError(
            f"can't write a library at {str(folder)!r}: {error}; choose another with --library"
        ) from error


def connect(folder: Path, *, writable: bool, damaged: bool = False) -> sqlite3.Connection:
    """A connection to the record in ``folder``; one of an earlier schema is brought up where it may be changed.

    Args:
        folder: of the library.
        writable: whether it may be changed.
        damaged: whether it is read as far as it goes, though its file is shorter than it says.

    Raises:
        NoLibrary: there is no record.
        LibraryMismatch: a later version of Dateline made it, or something else did.
        LibraryDamaged: it is not a readable database.
    """
    try:
        _check_files(folder)
        connection = _open_to_write(folder) if writable else _open_to_read(folder / RECORD_NAME, damaged=damaged)
        try:
            version = _checked_version(connection, folder)
            check_objects(connection, _known_objects(), folder, damaged=damaged)
            if writable:
                _set_durable(connection)
                _bring_up(connection, folder, version)
        except BaseException:
            connection.close()
            raise
    except (sqlite3.OperationalError, OSError) as error:
        what = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
        raise LibraryError(
            f"can't open the library at {str(folder)!r}: {what.lower()}; choose another with --library"
        ) from error
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # SQLite's own message may quote damaged bytes
        raise LibraryDamaged(f"the record of the library at {str(folder)!r} is damaged ({error}); {RESTORE}") from error
    return connection


@contextmanager
def translate_errors(folder: Path) -> Iterator[None]:
    """What SQLite raises inside, and rows that are not of their form, as the user is told it."""
    place = str(folder)
    try:
        yield
    except sqlite3.OperationalError as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        if code == sqlite3.SQLITE_ERROR:  # our own statements are right: a table is missing, or a text is not one
            raise LibraryDamaged(f"the library at {place!r} is damaged: {error}; run 'dateline doctor'") from error
        way = "free some space" if code == sqlite3.SQLITE_FULL else "run 'dateline doctor'"
        raise LibraryError(f"the library at {place!r} can't be used: {error}; {way}") from error
    except (sqlite3.DatabaseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise LibraryDamaged(f"the library at {place!r} is damaged: {error}; run 'dateline doctor'") from error


def _check_files(folder: Path) -> None:
    """Refuse what is no record before SQLite sees it."""
    path = folder / RECORD_NAME
    for name in (RECORD_NAME, *(RECORD_NAME + suffix for suffix in LOG_SUFFIXES), NOTE_NAME):
        if (folder / name).is_dir():
            raise LibraryDamaged(f"{str(folder / name)!r} is a folder, not a file of the record; move it away")
    check_entries(folder)
    if not path.is_file():
        left = any(folder.glob(f"{RECORD_NAME}*")) or (folder / "vectors").exists()
        what = f"{RECORD_NAME!r} is missing in the library" if left else "no library"
        raise NoLibrary(f"{what} at {str(folder)!r}; add articles with 'dateline add PATH'")
    if not path.stat().st_size:
        raise LibraryDamaged(f"the record of the library at {str(folder)!r} is empty; {RESTORE}")
    if is_oversized(path):
        raise LibraryDamaged(f"the record of the library at {str(folder)!r} has a schema that is not ours; {RESTORE}")


def _open_to_write(folder: Path) -> sqlite3.Connection:
    path = folder / RECORD_NAME
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    harden(connection)
    return connection


def _set_durable(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # an acknowledged write survives a power cut
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # removed text is overwritten, not just unlinked


def _open_to_read(path: Path, *, damaged: bool) -> sqlite3.Connection:
    """A reader never changes the record; on a read-only medium it does without the shared-memory file."""
    uri = f"{path.resolve().as_uri()}?mode=ro"
    connection = sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        harden(connection)
        connection.execute(f"PRAGMA writable_schema = {damaged}")  # with it SQLite opens a file that was cut off
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        log = path.with_name(path.name + "-wal")
        if log.exists() and log.stat().st_size:
            raise  # what is in the log can't be seen without writing beside it
        connection = sqlite3.connect(f"{uri}&immutable=1", uri=True, isolation_level=None, check_same_thread=False)
        harden(connection)
    return connection


def _checked_version(connection: sqlite3.Connection, folder: Path) -> int:
    """The version of the record's schema, where this Dateline knows it."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != _APPLICATION_ID or version < 1:
        raise LibraryMismatch(f"{RECORD_NAME!r} at {str(folder)!r} is no record of Dateline; choose another folder")
    if version > SCHEMA_VERSION:
        raise LibraryMismatch(
            f"the library at {str(folder)!r} has a record of version {version}, this Dateline reads up to "
            f"{SCHEMA_VERSION}; use the Dateline that made it or a later one, or add the articles to a new library "
            "with --library"
        )
    return int(version)


@functools.cache
def _known_objects() -> frozenset[SchemaObject]:
    """What a record of any version may hold."""
    known: set[SchemaObject] = set()
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        for migration in MIGRATIONS:
            connection.executescript(migration)
            known.update(connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema"))
    return frozenset(known)


def _bring_up(connection: sqlite3.Connection, folder: Path, version: int) -> None:
    """Make a record of an earlier schema one of this, in one transaction: what it holds stays as it is."""
    if version == SCHEMA_VERSION:
        return
    for name in _LEFT_OVER:  # first: were it cut off here, nobody would ask again
        with suppress(OSError):
            (folder / name).unlink(missing_ok=True)
    try:
        connection.executescript(
            f"BEGIN IMMEDIATE; {' '.join(MIGRATIONS[version:])} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
        )
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    logger.warning(
        "the library at %r was brought up from version %d of its record to %d; nothing was read or embedded again",
        str(folder), version, SCHEMA_VERSION,
    )  # fmt: skip
