"""Removed text is gone from the disk, not only from what is found.

SQLite overwrites the rows that it deletes (``secure_delete``), but a row that it moved leaves a copy in an unused part
of the page it stood on, and the word index keeps the words of removed rows until its parts are merged. So the index is
merged, and the whole file written anew. The record notes that this is due in the transaction that removes, so a process
that ends before leaves it to the next change.
"""

import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from dateline.index.errors import LibraryDamaged, LibraryError
from dateline.index.storage.wal import merge_log

if TYPE_CHECKING:
    from dateline.index.storage.record import SqliteRecord

SCRUB_IS_DUE = "scrub_is_due"
"""In the manifest from when something is removed until its words are gone from the file as well."""

_MOST_LEVELS = 500  # of the word index

logger = logging.getLogger(__name__)


def scrub_is_due(record: "SqliteRecord") -> bool:
    """Whether words of what was removed may still stand in the file."""
    return record.fact(SCRUB_IS_DUE) is not None


def scrub(record: "SqliteRecord") -> None:
    """Overwrite what removed articles left in the record and its log; nothing is done where nothing was removed.

    Where there is no room for it on the disk, a warning says so, and the next change does it; so it does where somebody
    reads on and on.

    Raises:
        LibraryDamaged: the record can't be read.
    """
    if not scrub_is_due(record):
        return
    try:
        with record.lock:
            scrub_words(record)
            record.run("VACUUM")
            if merge_log(record):  # else the old file is still being read
                record.run("DELETE FROM manifest WHERE name = ?", SCRUB_IS_DUE)
                merge_log(record)
    except LibraryDamaged:
        raise
    except LibraryError as error:
        with suppress(LibraryError):  # what was written in vain takes the room that is left
            merge_log(record)
        logger.warning("words of removed articles stay on the disk until the next change: %s", error)


def scrub_words(record: "SqliteRecord") -> None:
    """Drop what removed rows left in the word index.

    SQLite 3.40.1 adds a level or two with every 'optimize' and can't read more than 2,000: a thousand removals made
    the index unreadable. Building it from its own rows starts again from none.
    """
    command = "rebuild" if _levels(record) > _MOST_LEVELS else "optimize"
    record.run("INSERT INTO words (words) VALUES (?)", command)


def _levels(record: "SqliteRecord") -> int:
    """How many levels the index has: a varint, after four bytes, in the row that FTS5 describes it by."""
    ((block,),) = record.run("SELECT block FROM words_data WHERE id = 10")
    levels = 0
    for byte in block[4:]:
        levels = levels << 7 | byte & 0x7F
        if byte < 0x80:
            break
    return levels
