"""The vector index: generations of a Chroma folder, each built from the record and replaced whole when it is not right.

The record keeps every vector, so nothing here is precious: what is damaged is built anew and nothing is embedded again.
A generation stays as it was built. What was added since, and what its graph does not lead to, is compared exactly
beside it; what was removed since is left out of what it finds. So every chunk is found by its own vector.
"""

import logging
import math
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dateline.index.errors import LibraryError
from dateline.index.types import ChunkIds
from dateline.index.vectors import generation as disk
from dateline.index.vectors.check import Load, checksum, examine
from dateline.index.vectors.chroma import ChromaFolder, chroma_errors, told
from dateline.index.vectors.exact import ExactScan, Nearest, best

_WRITTEN_AT_ONCE, _WAITING = 2_000, 20_000  # chunks
_CHANGES_AT_LEAST = 2_000  # chunks that may come and go beside a generation, whatever its size
_CHANGES_SHARE = 0.1  # and of the size; above both a new one is built
_MISSED_SHARE = 0.5  # of the chunks: a graph that loses more is not worth having

_SPARE, _SPARE_SHARE = 10, 2  # asked for beyond what is wanted: twice what is likely to have been removed, and some

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
        """Bring the index to exactly these chunks, beside the current generation or by a new one; never embeds.

        Args:
            ids: ascending.
            load: reads vectors from the record.
            progress: called while a generation is built.

        Raises:
            LibraryError: it can't be built; the record is as it was.
        """
        with told(self._folder):
            self._tidy()
            if self._distrusted or not self._follows(ids, load):
                self._build(ids, load, progress)
                self._tidy()

    def open(self, ids: ChunkIds, load: Load) -> None:
        """As ``sync``, but nothing is built.

        Args:
            ids: ascending.
            load: reads vectors from the record.

        Raises:
            LibraryError: the index is not there, is damaged, or of too many other chunks.
        """
        with told(self._folder):
            if not self._follows(ids, load):
                raise LibraryError(f"no vector index at {str(self._folder)!r}; 'dateline doctor --repair' builds it")

    def search(self, question: NDArray[np.float32], k: int, among: ChunkIds | None = None) -> Nearest:
        """The chunks nearest to a question, as of the last ``sync`` or ``open``.

        Args:
            question: float32 [dimensions], unit length.
            k: how many.
            among: only these chunk ids, ascending; those that are not known here are ignored.

        Raises:
            LibraryError: the index is not open or is damaged.
        """
        with told(self._folder):
            if self._opened is None:
                raise LibraryError(f"no vector index is open at {str(self._folder)!r}")
            return self._opened.search(question, k, among)

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
        sign, sealed = disk.sign_of_damage(path, self._dimensions, self._stamp), disk.read_seal(path)
        found = [sign] if sign or sealed is None else _differences(path, sealed, ids, load)
        self._distrusted = bool(found)
        return [*left, *(f"the vector index is damaged: {problem}" for problem in found)]

    def close(self) -> None:
        """Give Chroma's files and threads back; the next ``sync`` or ``open`` opens them again."""
        if self._opened:
            self._opened.folder.close()
            self._opened = None

    def _tidy(self) -> None:
        for path in disk.leftovers(self._folder):
            disk.remove(path)

    def _follows(self, ids: ChunkIds, load: Load) -> bool:
        """Whether the current generation, opened, could be brought to these chunks."""
        try:
            self._opened = self._opened or self._open()
            if self._opened and self._opened.follow(ids, load):
                return True
        except chroma_errors() as error:
            logger.warning("the vector index is damaged: %s", error)
        self.close()
        return False

    def _open(self) -> "_Opened | None":
        path = disk.current(self._folder)
        if path is None:
            return None
        sign, sealed = disk.sign_of_damage(path, self._dimensions, self._stamp), disk.read_seal(path)
        if sign or sealed is None:
            logger.warning("the vector index is damaged: %s", sign)
            return None
        return _Opened(path, sealed)

    def _build(self, ids: ChunkIds, load: Load, progress: Progress | None) -> None:
        started = time.perf_counter()
        self.close()
        building = disk.new_building(self._folder)
        try:
            _fill(building, ids, load, progress)
            sealed = self._sealed(building, ids, load)
            path = disk.promote(building)
        except BaseException:
            disk.remove(building)
            raise
        self._opened = _Opened(path, sealed)
        self._opened.follow(ids, load)
        self._stamp, self._distrusted = sealed.stamp, False
        milliseconds = 1e3 * (time.perf_counter() - started)
        logger.info("vector index: %d chunks in %.0f ms, %d beside", len(ids), milliseconds, len(sealed.missed))

    def _sealed(self, building: Path, ids: ChunkIds, load: Load) -> disk.Seal:
        found = examine(building, ids, load)
        problems = list(found.problems)
        if not problems and found.chunks != checksum(ids):
            problems = ["it holds other chunks than it was given"]
        if len(found.missed) > _MISSED_SHARE * len(ids):
            problems.append(_not_found(found.missed, ids))
        if problems:
            raise LibraryError(f"the vector index at {str(self._folder)!r} can't be built: {'; '.join(problems)}")
        return disk.seal(building, self._dimensions, found.chunks, found.missed)


class _Opened:
    """A generation opened in this process, and what is searched beside it."""

    def __init__(self, path: Path, sealed: disk.Seal) -> None:
        self.folder = ChromaFolder.open(path)
        self._built = self.folder.held()
        self._missed = np.array(sealed.missed, np.int64)
        if checksum(self._built) != sealed.chunks:
            self.folder.close()
            raise ValueError("it names other chunks than it was built of")

    def follow(self, ids: ChunkIds, load: Load) -> bool:
        """Whether it is searched for exactly these chunks from now on; False where they are too many others."""
        added = np.setdiff1d(ids, self._built)
        self._live = np.intersect1d(ids, self._built)  # of the graph
        self._removed = len(self._built) - len(self._live)
        if _is_too_much(len(added) + self._removed, len(ids)) or (len(ids) and not len(self._live)):
            return False
        beside = np.union1d(added, np.intersect1d(self._missed, ids))
        self._beside = ExactScan(beside, _unit(load(beside))) if len(beside) else None
        self._beside_ids = beside
        return True

    def search(self, question: NDArray[np.float32], k: int, among: ChunkIds | None) -> Nearest:
        parts = [self._search_graph(question, k, among)]
        if self._beside:
            parts.append(self._beside.search(_unit(question[None, :])[0], k, among))
        ids, cosines = (np.concatenate(rows) for rows in zip(*((one.ids, one.cosines) for one in parts), strict=True))
        return best(ids, cosines, k)

    def _search_graph(self, question: NDArray[np.float32], k: int, among: ChunkIds | None) -> Nearest:
        """What the graph finds and is not searched beside it; asked for more until enough of it is still there."""
        known = self._live if among is None else np.intersect1d(among, self._live)
        wanted = min(k, len(known))
        asked = wanted + min(self._removed, _SPARE + _SPARE_SHARE * wanted * self._removed // max(1, len(self._built)))
        while wanted > 0:
            found = self.folder.search(question, min(asked, len(self._built)), None if among is None else known)
            there = np.isin(found.ids, known)
            if among is not None or there.sum() >= wanted or asked >= len(self._built):
                kept = there & ~np.isin(found.ids, self._beside_ids)
                return Nearest(found.ids[kept], found.cosines[kept])
            asked *= 4
        return Nearest(np.empty(0, np.int64), np.empty(0, np.float32))


def _unit(vectors: NDArray[np.floating]) -> NDArray[np.float32]:
    """To exactly unit length, as Chroma has them: a float16 rounds off more than near copies of a text differ."""
    rows = vectors.astype(np.float32)
    unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def _differences(path: Path, sealed: disk.Seal, ids: ChunkIds, load: Load) -> list[str]:
    """What is wrong with a generation that may be opened by a child process."""
    found = examine(path, ids, load)
    if found.problems:
        return list(found.problems)
    if found.chunks != sealed.chunks:
        return ["it names other chunks than it was built of"]
    if _is_too_much(found.others, len(ids)):
        return [f"{found.others} chunks came or went since it was built"]
    newly = np.setdiff1d(np.array(found.missed, np.int64), np.array(sealed.missed, np.int64))
    return [_not_found(newly.tolist(), ids)] if len(newly) else []


def _not_found(missed: Iterable[int], ids: ChunkIds) -> str:
    return f"{len([*missed])} of {len(ids)} vectors looked for are not found"


def _is_too_much(changes: int, chunks: int) -> bool:
    return changes > max(_CHANGES_AT_LEAST, _CHANGES_SHARE * chunks)


def _fill(path: Path, ids: ChunkIds, load: Load, progress: Progress | None) -> None:
    """Build a generation in an empty folder and close it."""
    parts, waiting = _parts(ids)
    done = 0
    folder = ChromaFolder.create(path, waiting)
    try:
        for part in parts:
            folder.add(part, load(part).astype(np.float32))
            done += len(part)
            if progress:
                progress(done, len(ids))
        folder.end_build()
    finally:
        folder.close()


def _parts(ids: ChunkIds) -> tuple[list[ChunkIds], int]:
    """What is written at once, and how many chunks may wait for the graph so that none does after the last write.

    With every write Chroma reads all those that wait: were that all there are, the time would grow by their square.
    """
    if not len(ids):
        return [], 0
    times = max(1, round(len(ids) / _WAITING))
    writes = math.ceil(len(ids) / times / _WRITTEN_AT_ONCE)
    parts = np.array_split(ids, times * writes)
    return parts, sum(map(len, parts[-writes:]))
