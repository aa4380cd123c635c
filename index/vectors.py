"""The vector index: generations of a Chroma folder, each built from the record and replaced whole when it is not right.

The record keeps every vector, so nothing here is precious: what is damaged is built anew and nothing is embedded again.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import generation as disk
from index.chroma import ChromaFolder, chroma_errors, told
from index.errors import LibraryError
from index.exact import Nearest
from index.examination import Load, examine
from index.types import ChunkIds

_LOADED_AT_ONCE = 2_000
_PENDING_AT_LEAST = 2_000  # changes that may lie in the log, whatever the size
_PENDING_SHARE = 0.1  # and of the size; above both a new generation is built

logger = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
"""Called with the chunks that are done and their number."""


class Generations:
    """The vector index of a library; only the process that holds its writer lock may use it, one thread at a time."""

    def __init__(self, folder: Path, dimensions: int, stamp: str | None = None) -> None:
        """Nothing is opened yet.

        Args:
            folder: of the index.
            dimensions: of its vectors.
            stamp: the last one that the record noted; None where there is no record to ask.
        """
        self._folder = folder
        self._dimensions = dimensions
        self._stamp = stamp
        self._opened: _Opened | None = None
        self._distrusted = False

    @property
    def stamp(self) -> str | None:
        """For the record to note after ``sync``."""
        return self._stamp

    def sync(self, ids: ChunkIds, load: Load, progress: Progress | None = None) -> None:
        """Bring the index to exactly these chunks, by a few changes or by a new generation; never embeds.

        Args:
            ids: ascending.
            load: reads vectors from the record.
            progress: called while a generation is built.

        Raises:
            LibraryError: it can't be built; the record is as it was.
        """
        with told(self._folder):
            for path in disk.leftovers(self._folder):
                disk.remove(path)
            if self._distrusted or not self._changed_to(ids, load):
                self._build(ids, load, progress)
            if self._opened:
                self._stamp = self._opened.stamp

    def search(self, question: NDArray[np.float32], k: int, among: ChunkIds | None = None) -> Nearest:
        """The chunks nearest to a question, as of the last ``sync``.

        Args:
            question: float32 [dimensions], unit length.
            k: how many.
            among: only these chunk ids, ascending; those that are not known here are ignored.

        Raises:
            LibraryError: the index is not there or is damaged.
        """
        with told(self._folder):
            opened = self._opened or self._open(np.empty(0, np.int64), None)
            if opened is None:
                raise LibraryError(f"no vector index at {str(self._folder)!r}; 'dateline doctor --repair' builds it")
            return opened.search(question, k, among)

    def problems(self, ids: ChunkIds, load: Load) -> list[str]:
        """What is wrong with the index, each in one line; nothing that could crash or hang is done in this process.

        What is found here is mended by the next ``sync``, even where only a search can tell it.

        Args:
            ids: what it should hold, ascending.
            load: reads vectors from the record.
        """
        self.close()
        left = [f"{path.name!r} is left of a build that was cut off" for path in disk.leftovers(self._folder)]
        path = disk.current(self._folder)
        if path is None:
            return [*left, f"the vector index is missing: {disk.POINTER_NAME!r} names no generation"]
        sign = disk.sign_of_damage(path, self._dimensions, self._stamp)
        found = [sign] if sign else examine(path, ids, load, complete=True)
        self._distrusted = bool(found)
        return [*left, *(f"the vector index is damaged: {problem}" for problem in found)]

    def close(self) -> None:
        """Give Chroma's files and threads back; the next ``sync`` or ``search`` opens them again."""
        if self._opened:
            self._opened.folder.close()
            self._opened = None

    def _changed_to(self, ids: ChunkIds, load: Load) -> bool:
        """Whether the current generation could be brought to these chunks."""
        try:
            opened = self._opened or self._open(ids, load)
            return opened is not None and opened.change_to(ids, load)
        except chroma_errors() as error:
            logger.warning("the vector index is built anew: %s", error)
            return False

    def _open(self, ids: ChunkIds, load: Load | None) -> "_Opened | None":
        """The current generation, opened; None where none may be. Needs ``load`` to examine one left unsealed."""
        path = disk.current(self._folder)
        if path is None:
            return None
        sign, sealed = disk.sign_of_damage(path, self._dimensions, self._stamp), disk.read_seal(path)
        problems = [sign] if sign else []
        if sealed and not sealed.closed and not problems:
            problems = examine(path, ids, load, complete=False) if load else ["a change was cut off"]
        if problems or sealed is None:
            logger.warning("the vector index is damaged: %s", "; ".join(problems))
            return None
        self._opened = _Opened(path, sealed)
        return self._opened

    def _build(self, ids: ChunkIds, load: Load, progress: Progress | None) -> None:
        started = time.perf_counter()
        self.close()
        previous = disk.current(self._folder)
        building = disk.new_building(self._folder)
        try:
            _fill(building, ids, load, progress)
            sealed = disk.seal(building, self._dimensions)
            problems = examine(building, ids, load, complete=True)
            if problems:
                raise LibraryError(f"the vector index at {str(self._folder)!r} can't be built: {'; '.join(problems)}")
            path = disk.promote(building)
        except BaseException:
            disk.remove(building)
            raise
        if previous:
            disk.remove(previous)
        self._opened = _Opened(path, sealed)
        self._distrusted = False
        logger.info("vector index: %d chunks in %.0f ms", len(ids), 1e3 * (time.perf_counter() - started))


class _Opened:
    """A generation opened in this process."""

    def __init__(self, path: Path, sealed: disk.Seal) -> None:
        self._path = path
        self._seal = sealed
        self.folder = ChromaFolder.open(path)
        self._ids = self.folder.held()

    @property
    def stamp(self) -> str:
        return self._seal.stamp

    def change_to(self, ids: ChunkIds, load: Load) -> bool:
        """Whether it now holds exactly these chunks; False, and nothing done, where that is too much for the log."""
        added, removed = np.setdiff1d(ids, self._ids), np.setdiff1d(self._ids, ids)
        changes = len(added) + len(removed)
        if not changes and self._seal.closed:
            return True
        pending = self._seal.pending + changes
        if pending > max(_PENDING_AT_LEAST, _PENDING_SHARE * len(ids)) or not len(self._ids):
            return False
        self._reseal(replace(self._seal, closed=False, pending=pending))
        self.folder.delete(removed)
        _upsert(self.folder, added, load)
        self._ids = self.folder.held()
        if not np.array_equal(self._ids, ids):
            return False
        self._reseal(replace(self._seal, closed=True, stamp=disk.new_stamp()))
        return True

    def search(self, question: NDArray[np.float32], k: int, among: ChunkIds | None) -> Nearest:
        known = self._ids if among is None else np.intersect1d(among, self._ids)
        if not len(known) or k < 1:
            return Nearest(np.empty(0, np.int64), np.empty(0, np.float32))
        return self.folder.search(question, min(k, len(known)), None if among is None else known)

    def _reseal(self, new: disk.Seal) -> None:
        disk.write_seal(self._path, new)
        self._seal = new


def _fill(path: Path, ids: ChunkIds, load: Load, progress: Progress | None) -> None:
    """Build a generation in an empty folder and close it."""
    folder = ChromaFolder.create(path, len(ids))
    try:
        _upsert(folder, ids, load, progress)
        folder.end_build()
    finally:
        folder.close()


def _upsert(folder: ChromaFolder, ids: ChunkIds, load: Load, progress: Progress | None = None) -> None:
    for start in range(0, len(ids), _LOADED_AT_ONCE):
        batch = ids[start : start + _LOADED_AT_ONCE]
        folder.upsert(batch, load(batch).astype(np.float32))
        if progress:
            progress(start + len(batch), len(ids))
