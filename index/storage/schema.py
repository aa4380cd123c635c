"""The book of record as SQLite sees it: its tables, and how a connection to it is opened."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dateline.index.errors import LibraryDamaged, LibraryError, LibraryMismatch, NoLibrary
from dateline.index.storage.durability import sync_name_of, sync_names
from dateline.index.storage.wal import NOTE_NAME

RECORD_NAME = "library.sqlite"
LOG_SUFFIXES = ("-wal", "-shm")
SCHEMA_VERSION = 1
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
_LISTING_INDEXES = (  # without them a list of articles is the same, and slow: it walks the texts
    "CREATE INDEX IF NOT EXISTS articles_named ON articles (source, title, published, id)",
    "CREATE INDEX IF NOT EXISTS articles_size ON articles (length(text))",
)

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


def create(folder: Path) -> None:
    """Make an empty record in ``folder`` where there is none yet; it appears whole or not at all, and for good."""
    path, draft = folder / RECORD_NAME, folder / f"new-{RECORD_NAME}"
    if path.exists():
        return
    try:
        for suffix in ("", *LOG_SUFFIXES):  # of a process that was killed here
            draft.with_name(draft.name + suffix).unlink(missing_ok=True)
        connection = sqlite3.connect(draft, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(
                f"BEGIN EXCLUSIVE; PRAGMA application_id = {_APPLICATION_ID}; "
                f"PRAGMA user_version = {SCHEMA_VERSION}; {_TABLES} {WORDS_TABLE}; {_SEALS} "
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
    """A connection to the record in ``folder``.

    Args:
        folder: of the library.
        writable: whether it may be changed.
        damaged: whether it is read as far as it goes, though its file is shorter than it says.

    Raises:
        NoLibrary: there is no record.
        LibraryMismatch: another version of Dateline made it.
        LibraryDamaged: it is not a readable database.
    """
    path = folder / RECORD_NAME
    _check_files(folder)
    try:
        connection = _connect_writable(path) if writable else _connect_read_only(path, damaged=damaged)
        _check_version(connection, folder)
        if writable:  # a library of an earlier Dateline lacks some
            connection.executescript(_SEALS)
            for index in _LISTING_INDEXES:
                connection.execute(index)
    except sqlite3.OperationalError as error:
        raise LibraryError(f"can't open the library at {str(folder)!r}: {error}") from error
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # SQLite's own message may quote damaged bytes
        raise LibraryDamaged(f"the record of the library at {str(folder)!r} is damaged ({error}); {RESTORE}") from error
    return connection


@contextmanager
def told(folder: Path) -> Iterator[None]:
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
    except (sqlite3.DatabaseError, ValueError, TypeError, KeyError) as error:
        raise LibraryDamaged(f"the library at {place!r} is damaged: {error}; run 'dateline doctor'") from error


def _check_files(folder: Path) -> None:
    """Refuse what is no record before SQLite sees it."""
    path = folder / RECORD_NAME
    for name in (RECORD_NAME, *(RECORD_NAME + suffix for suffix in LOG_SUFFIXES), NOTE_NAME):
        if (folder / name).is_dir():
            raise LibraryDamaged(f"{str(folder / name)!r} is a folder, not a file of the record; move it away")
    if not path.is_file():
        left = any(folder.glob(f"{RECORD_NAME}*")) or (folder / "vectors").exists()
        what = f"{RECORD_NAME!r} is missing in the library" if left else "no library"
        raise NoLibrary(f"{what} at {str(folder)!r}; add articles with 'dateline add PATH'")
    if not path.stat().st_size:
        raise LibraryDamaged(f"the record of the library at {str(folder)!r} is empty; {RESTORE}")


def _connect_writable(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # an acknowledged write survives a power cut
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # removed text is overwritten, not just unlinked
    return connection


def _connect_read_only(path: Path, *, damaged: bool) -> sqlite3.Connection:
    """A reader never changes the record; on a read-only medium it does without the shared-memory file."""
    uri = f"{path.resolve().as_uri()}?mode=ro"
    connection = sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        connection.execute(f"PRAGMA writable_schema = {damaged}")  # with it SQLite opens a file that was cut off
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
