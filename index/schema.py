"""The book of record as SQLite sees it: its tables, and how a connection to it is opened."""

import sqlite3
from pathlib import Path

from index.errors import LibraryDamaged, LibraryError, LibraryMismatch, NoLibrary

RECORD_NAME = "library.sqlite"
SCHEMA_VERSION = 1

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
_LISTING_INDEXES = (  # without them a list of articles is the same, and slow: it walks the texts
    "CREATE INDEX IF NOT EXISTS articles_named ON articles (source, title, published, id)",
    "CREATE INDEX IF NOT EXISTS articles_size ON articles (length(text))",
)


def create(folder: Path) -> None:
    """Make an empty record in ``folder`` where there is none yet; it appears whole or not at all."""
    path = folder / RECORD_NAME
    if path.exists():
        return
    try:
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(
                f"BEGIN EXCLUSIVE; PRAGMA application_id = {_APPLICATION_ID}; "
                f"PRAGMA user_version = {SCHEMA_VERSION}; {_TABLES} {WORDS_TABLE}; COMMIT;"
            )
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise LibraryError(
            f"can't write a library at {str(folder)!r}: {error}; choose another with --library"
        ) from error


def connect(folder: Path, *, writable: bool) -> sqlite3.Connection:
    """A connection to the record in ``folder``.

    Raises:
        NoLibrary: there is no record.
        LibraryMismatch: another version of Dateline made it.
        LibraryDamaged: it is not a readable database.
    """
    path = folder / RECORD_NAME
    if not path.is_file():
        raise NoLibrary(f"no library at {str(folder)!r}; add articles with 'dateline add PATH'")
    try:
        connection = _connect_writable(path) if writable else _connect_read_only(path)
        _check_version(connection, folder)
        for index in _LISTING_INDEXES if writable else ():  # which a library of an earlier Dateline lacks
            connection.execute(index)
    except sqlite3.OperationalError as error:
        raise LibraryError(f"can't open the library at {str(folder)!r}: {error}") from error
    except sqlite3.DatabaseError as error:
        raise LibraryDamaged(
            f"the record of the library at {str(folder)!r} is damaged ({error}); "
            "restore it from a copy, or add the articles to a new one with --library"
        ) from error
    return connection


def _connect_writable(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # an acknowledged write survives a power cut
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # removed text is overwritten, not just unlinked
    return connection


def _connect_read_only(path: Path) -> sqlite3.Connection:
    """A reader never changes the record; on a read-only medium it does without the shared-memory file."""
    uri = f"{path.resolve().as_uri()}?mode=ro"
    connection = sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        log = path.with_name(path.name + "-wal")
        if log.exists() and log.stat().st_size:
            raise  # what is in the log can't be seen without writing beside it
        connection = sqlite3.connect(f"{uri}&immutable=1", uri=True, isolation_level=None, check_same_thread=False)
    return connection


def _check_version(connection: sqlite3.Connection, folder: Path) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if (application, version) != (_APPLICATION_ID, SCHEMA_VERSION):
        raise LibraryMismatch(
            f"the library at {str(folder)!r} has a record of version {version}, this Dateline reads {SCHEMA_VERSION}; "
            "add the articles to a new one with --library, or use the Dateline that made it"
        )
