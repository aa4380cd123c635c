"""The vector index of a library in a folder: generations of Chroma, each built from the record and replaced whole.

The record keeps every vector, so nothing here is precious: what is damaged is built anew and nothing is embedded again.
A generation stays as it was built. What was added since, and what its graph does not lead to, is compared exactly
beside it; a removal discards it, so that no removed text stays in it. So every chunk is found by its own vector, and
what Chroma names is looked up in the record before it is believed.

A filter is applied to what Chroma finds, asked for more by as much as the filter leaves out; where that leaves few, the
chunks that pass are compared exactly.
"""

import logging
import secrets
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dateline.index.errors import LibraryError
from dateline.index.fusion import Scored
from dateline.index.ports import Record
from dateline.index.types import ChunkIds, Filter, Nearest, Passage, Place
from dateline.index.vectors import generation as disk
from dateline.index.vectors.chroma import ChromaFolder, chroma_errors, place_of, translate_errors
from dateline.index.vectors.exact import ExactScan, best, unit
from dateline.index.vectors.integrity_check import Named, checksum, examine, look_for

_WRITTEN_AT_ONCE = 2_000  # chunks
_WAITING_SHARE, _WAITING_AT_MOST = 0.05, 20_000  # for the graph: whenever they are put into it, all of it is written
_READ_AT_ONCE = 200
_ADDED_SHARE = 0.1  # chunks that may be compared beside a generation; above that a new one is built
_MISSED_SHARE = 0.5  # of the chunks: a graph that loses more is not worth having
_LOOKED_AT = ((10_000, 200), (100_000, 400))  # neighbours in sight of a search, up to so many chunks
_LOOKED_AT_MOST = 800
_LOOKED_AT_FIRST = 40  # when every chunk is looked for; who isn't found by so few is looked for once more
_LOOKED_FOR_AGAIN = 1_000  # chunks, by the doctor: checksums tell nearly all
_NARROW, _NARROW_SHARE = 2_000, 0.1  # chunks that pass a filter: so few are compared exactly
_SPARE = 1.5  # times what a filter is likely to leave out
_MISSING = "none was built since an article was last removed or changed; 'dateline add' and --repair build it"

logger = logging.getLogger(__name__)


class ChromaIndex:
    """The vectors of a record; one process may ``sync`` and ``discard``, any number search.

    Several threads may use it, one at a time, in a snapshot of the record.
    """

    def __init__(self, folder: Path, record: Record) -> None:
        """Nothing is opened yet.

        Args:
            folder: of the index.
            record: which it is built from.
        """
        self._folder = folder
        self._record = record
        self._opened: _Generation | None = None
        self._refused: tuple[str, str] | None = None  # a generation, and why it is not used
        self._scan: tuple[int, Filter | None, ExactScan] | None = None  # of a revision

    def search(self, question: NDArray[np.float32], k: int, only: Filter | None = None) -> Nearest:
        """As ``VectorIndex.search``."""
        passing = self._record.chunk_ids(only) if only else None
        narrow = passing is not None and len(passing) <= max(_NARROW, _NARROW_SHARE * self._record.count_chunks())
        generation = None if narrow else self._current()
        if generation:
            try:
                if found := generation.search(question, k, passing):
                    return found
            except chroma_errors() as error:
                self._refuse(generation.name, error)
        return self._compare(question, k, only if narrow else None, passing)

    def sync(self, at_most: int | None = None) -> None:
        """Build a generation of what the record holds now, where the current one is not right or far behind.

        Args:
            at_most: none is built of more chunks than this.
        """
        ids = self._record.chunk_ids()
        if not len(ids):
            self.discard()
            return
        try:
            with translate_errors(self._folder):
                if self._fault(ids) and len(ids) <= (at_most or len(ids)):
                    self._build(ids)
                self._tidy(self._note())
        except LibraryError as error:
            logger.warning("%s; searching without the vector index", error)

    def discard(self) -> None:
        """Remove every generation: the record is about to lose some of what was indexed."""
        self.close()
        if left := self._tidy(""):
            logger.warning("can't remove %s; words of removed articles stay there until the next change", left)
        if self._note():
            self._record.note_index("")

    def problems(self) -> list[str]:
        """What is wrong, each in one line; nothing that could crash or hang is done in this process.

        What is found here is mended by the next ``sync``, even where only a search can tell it.
        """
        self.close()
        ids, note = self._record.chunk_ids(), self._note()
        left = [f"{path.name!r} is left of a build that was cut off" for path in disk.folders_but(self._folder, note)]
        fault = (self._fault(ids) or self._difference(ids)) if len(ids) else None
        if fault is None:
            return left
        self._refused = note, fault
        return [*left, f"the vector index is {'damaged' if note else 'missing'}: {fault}"]

    def engine(self) -> str:
        """What a search without a filter is answered by, and why."""
        with self._record.snapshot():
            generation = self._current()
            if generation:
                place = str(self._folder / generation.name)
                held, beside = generation.manifest.chunks, generation.beside
                return f"Chroma at {place!r}: {held:,} chunks, {beside:,} compared exactly"
            why = self._refused[1] if self._refused else _MISSING
            return f"exact comparison of every chunk; {why}"

    def close(self) -> None:
        """Give Chroma's files and threads back; the next search opens them again."""
        if self._opened:
            self._opened.folder.close()
            self._opened = None

    def _note(self) -> str:
        return self._record.fact("index") or ""

    # Searching

    def _current(self) -> "_Generation | None":
        """The generation that the record names, opened; None where it can't be used."""
        note = self._note()
        if self._opened and self._opened.name != note:
            self.close()
        if not note or (self._refused and self._refused[0] == note):
            return None
        try:
            self._opened = self._opened or self._open(note)
            if self._opened:
                self._opened.follow(self._record.revision)
        except chroma_errors() as error:
            self._refuse(note, error)
        return self._opened

    def _open(self, name: str) -> "_Generation | None":
        path = self._folder / name
        manifest = disk.read_manifest(path)
        if (sign := disk.sign_of_damage(path, manifest)) or manifest is None:
            self._refuse(name, sign)
            return None
        return _Generation(ChromaFolder.open(path), name, manifest, self._record)

    def _refuse(self, name: str, why: object) -> None:
        self.close()
        self._refused = name, " ".join(str(why).split())
        logger.info("the vector index is not used: %s; every vector is compared", self._refused[1])

    def _compare(
        self, question: NDArray[np.float32], k: int, loaded: Filter | None, passing: ChunkIds | None
    ) -> Nearest:
        """By comparing the question with every vector ``loaded``, kept for the next one."""
        if passing is not None and not len(passing):
            return best(passing, np.empty(0, np.float32), k)
        revision = self._record.revision
        if self._scan is None or self._scan[:2] != (revision, loaded):
            self._scan = revision, loaded, ExactScan(*self._record.vectors(passing if loaded else None))
        found = self._scan[2].search(question, k, passing)
        logger.debug("%d candidates of an exact comparison", len(found.ids))
        return found

    # Building

    def _fault(self, ids: ChunkIds) -> str | None:
        """Why there has to be another generation, as far as it can be told without opening the one there is."""
        note = self._note()
        if not note:
            return _MISSING
        if self._refused and self._refused[0] == note:
            return self._refused[1]
        path = self._folder / note
        manifest = disk.read_manifest(path)
        if (sign := disk.sign_of_damage(path, manifest)) or manifest is None:
            return sign
        held, dimensions = int(np.searchsorted(ids, manifest.last, side="right")), self._dimensions(ids)
        if manifest.dimensions != dimensions:
            return f"its vectors have {manifest.dimensions} dimensions instead of {dimensions}"
        if held != manifest.chunks:
            return f"the record has {held} of its {manifest.chunks} chunks"
        added = len(ids) - held
        return f"{added} chunks were added since it was built" if added > _ADDED_SHARE * manifest.chunks else None

    def _dimensions(self, ids: ChunkIds) -> int:
        return int(self._record.vectors(ids[:1])[1].shape[1])

    def _difference(self, ids: ChunkIds) -> str | None:
        """What is wrong with a generation that may be opened by a child process."""
        path = self._folder / self._note()
        manifest = disk.read_manifest(path)
        assert manifest
        held = ids[: np.searchsorted(ids, manifest.last, side="right")]
        some = held[:: len(held) // _LOOKED_FOR_AGAIN + 1]
        found = examine(path, len(held), self._named(some))
        if found.problems:
            return found.problems[0]
        if found.names != manifest.names:
            return "it names other chunks than it was built of"
        newly = np.setdiff1d(self._numbers(found.missed), np.array(manifest.missed, np.int64))
        return _not_found(len(newly), len(some)) if len(newly) else None

    def _build(self, ids: ChunkIds) -> None:
        started = time.perf_counter()
        self.close()
        self._tidy(self._note())  # an earlier one serves readers until this one is there
        building = disk.new_building(self._folder)
        try:
            names = self._fill(building, ids)
            manifest = self._examined(building, ids, names)
            path = disk.promote(building, manifest)
        except BaseException:
            disk.remove(building)
            raise
        self._record.note_index(path.name)
        milliseconds = 1e3 * (time.perf_counter() - started)
        logger.info("vector index: %d chunks in %.0f ms, %d beside", len(ids), milliseconds, len(manifest.missed))

    def _fill(self, building: Path, ids: ChunkIds) -> list[str]:
        """Build a generation in an empty folder and close it; gives the names of its chunks."""
        parts, waiting = _parts(ids)
        names: set[str] = set()
        with closing(ChromaFolder.create(building, waiting)) as folder:
            for part in parts if len(ids) > 1 else parts * 2:
                chunks = self._chunks(part)
                folder.add(chunks, unit(self._record.vectors(part)[1]))
                names.update(str(place_of(one)) for one in chunks)
            folder.end_build(_LOOKED_AT_FIRST)
        disk.blank_unused(building)
        return sorted(names)

    def _examined(self, building: Path, ids: ChunkIds, names: list[str]) -> disk.Manifest:
        """What was built, each of its chunks looked for."""
        files = disk.graph_files(building)
        with closing(ChromaFolder.open(building)) as folder:
            found = look_for(folder, self._named(ids))
            looked_at = next((looked_at for size, looked_at in _LOOKED_AT if len(ids) <= size), _LOOKED_AT_MOST)
            folder.end_build(looked_at)
        with closing(ChromaFolder.open(building)) as folder:
            missed = look_for(folder, self._named(np.sort(self._numbers(found.missed)))).missed
        problems = list(found.problems)
        if found.names != checksum(names):
            problems.append("it holds other chunks than it was given")
        if len(missed) > _MISSED_SHARE * len(ids):
            problems.append(_not_found(len(missed), len(ids)))
        if problems:
            raise ValueError("; ".join(problems))
        return disk.Manifest(
            dimensions=self._dimensions(ids),
            chunks=len(ids),
            last=int(ids[-1]),
            names=found.names,
            missed=tuple(np.sort(self._numbers(missed)).tolist()),
            files=files,
            build=secrets.token_hex(8),
        )

    def _chunks(self, ids: ChunkIds) -> list[Passage]:
        wanted = [Scored(chunk_id=one, score=0.0, text_rank=None, vector_rank=None) for one in ids.tolist()]
        return self._record.passages(wanted)

    def _named(self, ids: ChunkIds) -> Iterator[Named]:
        for start in range(0, len(ids), _READ_AT_ONCE):
            part = ids[start : start + _READ_AT_ONCE]
            yield [str(place_of(one)) for one in self._chunks(part)], self._record.vectors(part)[1]

    def _numbers(self, names: tuple[str, ...]) -> ChunkIds:
        return self._record.chunks_at([Place.parse(one) for one in names])

    def _tidy(self, name: str) -> list[str]:
        """Remove all but the generation of a name; gives what is still there."""
        return [str(path) for path in disk.folders_but(self._folder, name) if not disk.remove(path)]


class _Generation:
    """A generation opened in this process, and what is searched beside it."""

    def __init__(self, folder: ChromaFolder, name: str, manifest: disk.Manifest, record: Record) -> None:
        self.folder, self.name, self.manifest = folder, name, manifest
        self._record = record
        self._numbers: dict[str, int] = {}  # of names that came up: as long as it is current, none of them goes
        self._revision: int | None = None

    @property
    def beside(self) -> int:
        """How many chunks are compared exactly."""
        return len(self._scan)

    def follow(self, revision: int) -> None:
        """Compare exactly, beside it, what was added up to a revision of the record."""
        if self._revision != revision:
            added = self._record.chunk_ids(after=self.manifest.last)
            self._beside = np.union1d(np.array(self.manifest.missed, np.int64), added)
            ids, vectors = self._record.vectors(self._beside)
            self._scan, self._revision = ExactScan(ids, unit(vectors)), revision

    def search(self, question: NDArray[np.float32], k: int, passing: ChunkIds | None) -> Nearest | None:
        """The nearest chunks, of those ``passing``; None where Chroma gives too few of them."""
        wanted = asked = k
        if passing is not None:
            wanted = min(k, len(passing))
            asked = round(_SPARE * k * (self.manifest.chunks + self.beside) / len(passing))
        names, cosines = self.folder.search(question, min(asked, self.manifest.chunks))
        ids = self._numbers_of(names)
        kept = ~np.isin(ids, self._beside)
        if passing is not None:
            kept &= np.isin(ids, passing)
        beside = self._scan.search(unit(question[None, :])[0], k, passing)
        logger.debug("%d candidates from Chroma, %d compared exactly", kept.sum(), len(beside.ids))
        if passing is not None and kept.sum() + len(beside.ids) < wanted:
            return None
        ids, cosines = np.concatenate([ids[kept], beside.ids]), np.concatenate([cosines[kept], beside.cosines])
        return replace(best(ids, cosines, k), approximate=True)

    def _numbers_of(self, names: list[str]) -> ChunkIds:
        unknown = [name for name in names if name not in self._numbers]
        if unknown:
            found = self._record.chunks_at([Place.parse(name) for name in unknown])
            if not found.all():
                raise ValueError("it names chunks that the record does not hold")
            self._numbers.update(zip(unknown, found.tolist(), strict=True))
        return np.array([self._numbers[name] for name in names], np.int64)


def _not_found(count: int, chunks: int) -> str:
    return f"{count} of {chunks} vectors looked for are not found"


def _parts(ids: ChunkIds) -> tuple[list[ChunkIds], int]:
    """What is written at once, and how many chunks may wait for the graph so that none does after the last write.

    With every write Chroma reads all those that wait: were that all there are, the time would grow by their square.
    """
    waiting = min(max(_WRITTEN_AT_ONCE, round(_WAITING_SHARE * len(ids))), _WAITING_AT_MOST)
    times = max(1, round(len(ids) / waiting))
    writes = max(1, round(len(ids) / times / _WRITTEN_AT_ONCE))
    parts = np.array_split(ids, times * writes)
    return parts, sum(map(len, parts[-writes:]))
