"""What keeps a library: the only module that knows which record and which vector index a place has."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from dateline.index.errors import LibraryError, LibraryMismatch
from dateline.index.ports import Record, VectorIndex
from dateline.index.postgres import schema as server_schema
from dateline.index.postgres.address import ServerAddress
from dateline.index.postgres.connection import Database
from dateline.index.postgres.record import PostgresRecord
from dateline.index.postgres.vectors import EXACT_UP_TO, PostgresIndex
from dateline.index.storage import schema
from dateline.index.storage.durability import make_private_folder
from dateline.index.storage.lock import WriterLock
from dateline.index.storage.record import SqliteRecord
from dateline.index.storage.wal import lost_with_log
from dateline.index.vectors.index import ChromaIndex

MOVING = "moving"
"""The fact that another library is being moved here, from where: what is there is not whole until it is gone."""
_VECTORS_NAME = "vectors"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """The parts of a library that is open."""

    record: Record
    vectors: VectorIndex
    writable: bool = False
    lock: WriterLock | None = None
    """Of a folder, which one process at a time changes."""

    @classmethod
    def open(cls, place: Path | ServerAddress) -> Self:
        """Of a library in a folder or on a server, to read it.

        Raises:
            NoLibrary: nothing was built there.
            LibraryMismatch: it was built by another version, or is only half there.
            ExtraMissing: it is on a server, and what that needs is not installed.
        """
        if isinstance(place, ServerAddress):
            return cls.on_server(place, writable=False)
        record = SqliteRecord(place, writable=False)
        backend = cls(record=record, vectors=vector_index(place, record))
        return backend._checked(place, moving=False)

    @classmethod
    def write(cls, place: Path | ServerAddress, *, wait: bool = True, moving: bool = False) -> Self:
        """Of a library in a folder or on a server, to change it; made where there is none.

        Args:
            place: where it lies.
            wait: whether for another process that writes to a folder; on a server several write at once.
            moving: whether another library is being moved there.

        Raises:
            LibraryLocked: another process writes to it and is not waited for.
            LibraryMismatch: it was built by another version, or is only half there.
            ExtraMissing: it is on a server, and what that needs is not installed.
        """
        if isinstance(place, ServerAddress):
            return cls.on_server(place, writable=True, moving=moving)
        return cls._write_folder(place, wait=wait)._checked(place, moving=moving)

    @classmethod
    def on_server(
        cls, address: ServerAddress, *, writable: bool, moving: bool = False, exact_up_to: int = EXACT_UP_TO
    ) -> Self:
        """Of a library on a server.

        Args:
            address: its database and schema.
            writable: whether it may be changed, and is made where there is none.
            moving: whether another library is being moved there.
            exact_up_to: as of ``PostgresIndex``.
        """
        database = Database(address)
        try:
            if writable:
                server_schema.create(database)
            server_schema.check(database)
        except BaseException:
            database.close()
            raise
        record = PostgresRecord(database)
        backend = cls(record=record, vectors=PostgresIndex(record, exact_up_to), writable=writable)
        return backend._checked(address, moving=moving)

    @classmethod
    def _write_folder(cls, folder: Path, *, wait: bool) -> Self:
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
        return cls(record=record, vectors=vector_index(folder, record), writable=True, lock=lock)

    def _checked(self, place: Path | ServerAddress, *, moving: bool) -> Self:
        """Itself, unless another library is still being moved there."""
        try:
            if moving or self.record.fact(MOVING) is None:
                return self
        except BaseException:
            self.close()
            raise
        self.close()
        raise LibraryMismatch(
            f"a library is still being moved to {str(place)!r}; run the same 'dateline move' again, or choose another"
        )

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
