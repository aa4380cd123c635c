"""The exact search of a record's vectors: those of a small library are kept and compared, of a large one its codes."""

import logging
import shutil
import threading
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dateline.index.storage.record import Record
from dateline.index.storage.schema import told
from dateline.index.types import ChunkIds
from dateline.index.vectors.codefile import draft_of, read_codes, write_codes
from dateline.index.vectors.codes import CodedScan, Codes
from dateline.index.vectors.exact import ExactScan, Nearest

CODES_NAME = "codes"
CODED_FROM = 20_000
"""Chunks from which on a library is searched by codes; below, reading and comparing its vectors takes little longer."""

_FACT = "codes"  # of the record: the mark of the file that was made from it
_BEHIND_AT_LEAST = 2_000  # chunks that came or went since the file was written, whatever the size
_BEHIND_SHARE = 0.05  # and of the size; above both it is written anew

logger = logging.getLogger(__name__)


class Scan:
    """Searches the vectors of a record as it is at the moment; several threads may use it, one at a time."""

    def __init__(self, record: Record, folder: Path) -> None:
        self._record = record
        self._path = folder / CODES_NAME
        self._opened: tuple[int, ExactScan | CodedScan] | None = None  # with the revision it was made of
        self._codes: tuple[str | None, Codes] | None = None  # with the mark of their file
        self._turn = threading.Lock()

    def search(self, question: NDArray[np.float32], k: int, among: ChunkIds | None) -> Nearest:
        """The chunks nearest to a question; as ``ExactScan.search``. Call it in a snapshot of the record."""
        revision = self._record.revision
        with self._turn:
            if self._opened is None or self._opened[0] != revision:
                self._opened = revision, self._open()
            return self._opened[1].search(question, k, among)

    def problems(self, least: int = CODED_FROM) -> list[str]:
        """What is wrong with the codes of a record of ``least`` chunks or more, each in one line."""
        fine = self._record.count_chunks() < max(1, least) or self._read() is not None
        return [] if fine else ["the codes of the vectors are missing or damaged; --repair writes them anew"]

    def sync(self, least: int = CODED_FROM) -> None:
        """Write the codes of a record of ``least`` chunks or more where they are missing, damaged or far behind."""
        ids = self._record.chunk_ids()
        small = len(ids) < max(1, least)
        for path in (draft_of(self._path), *([self._path] if small else [])):
            with suppress(OSError):
                path.unlink()
        if small:
            return
        codes = self._codes_of(ids)
        changed = len(ids) if codes is None else len(np.setxor1d(codes.ids, ids, assume_unique=True))
        if codes and changed <= max(_BEHIND_AT_LEAST, _BEHIND_SHARE * len(ids)):
            return
        try:
            if self._path.is_dir():  # whatever made it: no file can take its place
                shutil.rmtree(self._path)
            with self._record.snapshot():
                mark = write_codes(self._path, self._record.vector_blocks())
        except OSError as error:  # a full disk, or a system that does not replace a file while it is read
            logger.warning("can't write %r: %s; searching without it", str(self._path), error.strerror)
        else:
            self._record.set_fact(_FACT, mark)

    def _open(self) -> ExactScan | CodedScan:
        ids = self._record.chunk_ids()
        codes = self._codes_of(ids)
        if codes is None and self._record.count_chunks() >= CODED_FROM:
            codes = Codes.of(self._record.vector_blocks())
        if codes is None:
            return ExactScan(*self._record.vectors())
        return CodedScan(codes, ids, self._vectors_of)

    def _vectors_of(self, ids: ChunkIds) -> NDArray[np.float16]:
        vectors = self._record.vectors_of(ids)
        with told(self._path.parent):
            if len(vectors) < len(ids):
                raise ValueError("vectors are missing")
        return vectors

    def _codes_of(self, ids: ChunkIds) -> Codes | None:
        """The codes in the file, unless all of their chunks went: they may have been of another embedder."""
        codes = self._read()
        return codes if codes and np.isin(codes.ids, ids, assume_unique=True).any() else None

    def _read(self) -> Codes | None:
        """The codes in the file, checked once."""
        mark = self._record.fact(_FACT)
        if self._codes is None or self._codes[0] != mark:
            codes = read_codes(self._path, mark) if mark else None
            self._codes = (mark, codes) if codes else None
        return self._codes[1] if self._codes else None
