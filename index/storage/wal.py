"""The log of the record, merged into it before anything is acknowledged, so that nothing is lost with the log.

Who reads for longer than SQLite waits keeps the log from being merged. What is acknowledged then stands in the log
alone: that is noted in a file beside it, by which the loss of the log is seen.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from dateline.index.errors import LibraryError
from dateline.index.storage.durability import sync_file, sync_names

if TYPE_CHECKING:
    from dateline.index.storage.record import SqliteRecord

NOTE_NAME = "unmerged"
"""Holds the revision that stood in the log alone."""
_MOST_BYTES = 20


def merge_log(record: "SqliteRecord") -> bool:
    """Merge the log, or note that it could not be; tells which.

    Raises:
        LibraryError: it can't be noted.
    """
    ((busy, _, _),) = record.run("PRAGMA wal_checkpoint(TRUNCATE)")
    if not busy:
        forget_log(record)
        return True
    note = record.folder / NOTE_NAME
    try:
        note.write_text(f"{record.revision}\n", "ascii")
        sync_file(note)
        sync_names(record.folder)
    except OSError as error:
        raise LibraryError(f"can't write in library {str(record.folder)!r}: {error.strerror}") from error
    return False


def lost_with_log(record: "SqliteRecord") -> str | None:
    """In a line, that acknowledged changes are not there; None where they are."""
    noted = _read(record.folder / NOTE_NAME)
    if noted is None or record.revision >= noted:
        return None
    return "the log of the record was lost, and with it the last changes; add the articles that are missing again"


def forget_log(record: "SqliteRecord") -> None:
    """Take the record for whole as it is."""
    (record.folder / NOTE_NAME).unlink(missing_ok=True)


def _read(note: Path) -> int | None:
    try:
        with note.open("rb") as file:
            return int(file.read(_MOST_BYTES))
    except (OSError, ValueError):
        return None
