"""What keeps a library: the only module that knows which record and which vector index a place has."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from dateline.index.errors import LibraryError
from dateline.index.ports import Record, VectorIndex
from dateline.index.storage import schema
from dateline.index.storage.durability import make_private_folder
from dateline.index.storage.lock import WriterLock
from dateline.index.storage.record import SqliteRecord
from dateline.index.storage.wal import lost_with_log
from dateline.index.vectors.index import ChromaIndex

_VECTORS_NAME = "vectors"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """The parts of a library that is open."""

    record: Record
    vectors: VectorIndex
    lock: WriterLock | None = None

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Of a library in a folder, to read it.

        Raises:
            NoLibrary: nothing was built there.
            LibraryMismatch: it was built by another version.
        """
        record = SqliteRecord(folder, writable=False)
        return cls(record=record, vectors=vector_index(folder, record))

    @classmethod
    def write(cls, folder: Path, *, wait: bool = True) -> Self:
        """Of a library in a folder, to change it; made where there is none.

        Args:
            folder: where it lies.
            wait: whether for another process that writes to it.

        Raises:
            LibraryLocked: another process writes to it and is not waited for.
            LibraryMismatch: it was built by another version.
        """
        try:
            make_private_folder(folder)
        except OSError as error:
            raise LibraryError(
                f"can't make a library at {str(folder)!r}: {error.strerror}; choose another with --library"
            ) from error
        lock = WriterLock(folder, wait=wait)
        lock.acquire()
        try:
            schema.create(folder)
            record = SqliteRecord(folder, writable=True)
            if lost := lost_with_log(record):
                logger.warning("%s", lost)
        except BaseException:
            lock.release()
            raise
        return cls(record=record, vectors=vector_index(folder, record), lock=lock)

    def close(self) -> None:
        """Give everything back."""
        self.vectors.close()
        self.record.close()
        if self.lock:
            self.lock.release()


def vector_index(folder: Path, record: SqliteRecord) -> ChromaIndex:
    """The index of the vectors of a record in a folder; what is removed from the record is removed from it first."""
    vectors = ChromaIndex(folder / _VECTORS_NAME, record)
    record.before_removal = vectors.discard
    return vectors
