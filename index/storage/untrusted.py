"""A library folder that a stranger made: what of it is refused before SQLite or anything else follows what it says.

A record is data, but SQLite runs what a schema says: triggers when something is written, views and generated columns
when something is read. Links in the folder would let what is written here be written, or removed, elsewhere.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from dateline.index.errors import LibraryError, LibraryMismatch

SchemaObject = tuple[str, str, str, str | None]
"""A row of ``sqlite_schema``: type, name, table and the statement that made it; an index of a constraint has none."""

_DEEPEST = 4  # levels of folders: vectors/<generation>/<segment>/<file>
_FLAT = "uploads"  # what lies below its folders is only replaced or removed, never opened to write
_JOURNAL, _JOURNAL_MAGIC = "-journal", bytes.fromhex("d9d505f920a163d7")
_LARGEST_VALUE = 128 * 1024 * 1024  # bytes of a text, a vector or a row; the largest file that is read has 20 MB
_LARGEST_OBJECT = 10_000  # bytes of a row of the schema
_MOST_OBJECTS = 64  # there are 26
_FEW_LETTERS = 3  # no expression that SQLite would run fits in
_SHOWN = 60  # characters of a name
_LIMITS = (
    (sqlite3.SQLITE_LIMIT_COLUMN, 64),
    (sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 100),
    (sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH, 1),
    (sqlite3.SQLITE_LIMIT_ATTACHED, 1),  # VACUUM attaches what it writes
)
_LEAF = 0x0D  # of a table's tree
_MAGIC = b"SQLite format 3\0"
_HEADER_BYTES = 100  # of a database, before the first page's own
_LOG_MAGIC, _LOG_HEADER_BYTES, _FRAME_HEADER_BYTES, _SMALLEST_PAGE = b"\x37\x7f\x06", 32, 24, 512


def check_entries(folder: Path) -> None:
    """Refuse a folder that holds anything but files and folders of its own, or a journal that names another file.

    A link would lead what is written or removed here to another place, a pipe would be waited for without an end, and
    SQLite removes the file that a journal names when it plays the journal back, whatever file that is. The folder
    itself may be reached by a link.

    Raises:
        LibraryError: it holds one.
    """
    for entry in _entries(folder, _DEEPEST):
        what = None
        if entry.is_symlink():
            what = "a link"
        elif entry.is_file(follow_symlinks=False):
            what = "a journal that names another file" if _names_a_file(entry) else None
        elif not entry.is_dir(follow_symlinks=False) and os.path.lexists(entry.path):  # else it is gone meanwhile
            what = "neither a file nor a folder"
        if what:
            raise LibraryError(
                f"{os.path.relpath(entry.path, folder)!r} in library {str(folder)!r} is {what}, which is not "
                "followed; remove it, or choose another with --library"
            )


def _names_a_file(entry: "os.DirEntry[str]") -> bool:
    """Whether it is a journal that ends in the name of another, as those of several databases at once do."""
    if not entry.name.endswith(_JOURNAL):
        return False
    try:
        with open(entry.path, "rb") as file:
            file.seek(-len(_JOURNAL_MAGIC), os.SEEK_END)
            return file.read() == _JOURNAL_MAGIC
    except OSError:  # it is shorter, or gone
        return False


def _entries(folder: Path | str, depth: int) -> Iterator["os.DirEntry[str]"]:
    try:
        found = list(os.scandir(folder))
    except OSError:  # it is not there, or may not be read: whoever opens it is told
        return
    for entry in found:
        yield entry
        if depth > 1 and entry.is_dir(follow_symlinks=False):
            yield from _entries(entry.path, 1 if entry.name == _FLAT else depth - 1)


def is_oversized(path: Path) -> bool:
    """Whether the schema of a record, which SQLite reads whole before anything else, is larger than any of ours."""
    return any(
        len(first) == 8 and (first[0] != _LEAF or int.from_bytes(first[3:5], "big") > _MOST_OBJECTS)
        for first in _first_pages(path)
    )


def _first_pages(path: Path) -> Iterator[bytes]:
    """The tree's header on the first page of a database, as the file has it and as its log does, however often."""
    with path.open("rb") as file:
        if file.read(_HEADER_BYTES).startswith(_MAGIC):
            yield file.read(8)
    try:
        log = path.with_name(path.name + "-wal").open("rb")
    except OSError:
        return
    with log:
        header = log.read(_LOG_HEADER_BYTES)
        salts, page_bytes = header[16:24], int.from_bytes(header[8:12], "big")
        if header[:3] != _LOG_MAGIC or page_bytes < _SMALLEST_PAGE:
            return  # SQLite does not read it either
        while (frame := log.read(_FRAME_HEADER_BYTES))[8:16] == salts:  # what comes later is of an earlier log
            page = log.tell()
            if int.from_bytes(frame[:4], "big") == 1:
                log.seek(page + _HEADER_BYTES)
                yield log.read(8)
            log.seek(page + page_bytes)


def harden(connection: sqlite3.Connection) -> None:
    """Let SQLite trust nothing in a file that was just opened and not read yet."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST_OBJECT)
    for limit, value in _LIMITS:
        connection.setlimit(limit, value)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA mmap_size = 0")


def check_objects(
    connection: sqlite3.Connection, known: frozenset[SchemaObject], folder: Path, *, damaged: bool
) -> None:
    """Refuse a record that holds a table, view, index or trigger other than ours, before anything of it is evaluated.

    Args:
        connection: hardened; it may read values of their full size from then on.
        known: what the record may hold, as SQLite keeps it.
        folder: of the library, to be named.
        damaged: whether a statement of ours in which a few letters were altered will do.

    Raises:
        LibraryMismatch: it holds another.
        sqlite3.DatabaseError: it holds one of ours with a few letters altered.
    """
    for row in connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema"):
        if row in known:
            continue
        kind, name = (str(part)[:_SHOWN] for part in row[:2])
        if not any(_letters_between(row, one) <= _FEW_LETTERS for one in known):
            raise LibraryMismatch(
                f"the record of the library at {str(folder)!r} holds {kind} {name!r}, which is not as Dateline makes "
                "it and may be made to do harm; add the articles to a new library with --library"
            )
        if not damaged:
            raise sqlite3.DatabaseError(f"{kind} {name!r} was altered")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST_VALUE)


def _letters_between(row: SchemaObject, other: SchemaObject) -> int:
    """How many letters differ, as when bits flip; more than a few where the texts are not of the same lengths."""
    pairs = list(zip(map(str, row), map(str, other), strict=True))
    if any(len(one) != len(two) for one, two in pairs):
        return _FEW_LETTERS + 1
    return sum(one != two for pair in pairs for one, two in zip(*pair, strict=True))


def armed_object(path: Path) -> str | None:
    """What stands in another engine's database and would be run when it is used, in words; None where nothing does."""
    query = """SELECT type, name FROM sqlite_schema WHERE type NOT IN ('table', 'index') OR sql LIKE '% AS (%'
        OR sql LIKE 'CREATE VIRTUAL TABLE%' AND sql NOT LIKE '% USING fts5(%' LIMIT 1"""
    try:
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"  # nothing is played back
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            harden(connection)
            found = connection.execute(query).fetchone()
    except (sqlite3.Error, UnicodeDecodeError):  # damaged: that is looked for elsewhere
        return None
    return (
        f"{path.name!r} holds a {found[0]}, {str(found[1])[:_SHOWN]!r}, which may be made to do harm" if found else None
    )
