"""The Chroma index of one record: built from a number of chunks on, kept up, and searched where it can be trusted."""

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dateline.index.errors import LibraryError
from dateline.index.storage.record import Record
from dateline.index.vectors.exact import Nearest
from dateline.index.vectors.index import Generations

logger = logging.getLogger(__name__)


class IndexedVectors:
    """The vectors of a library whose writer lock this process holds, as far as they are indexed."""

    def __init__(self, folder: Path, record: Record, dimensions: Callable[[], int], from_chunks: int) -> None:
        """Nothing is opened yet.

        Args:
            folder: of the index.
            record: which it is built from.
            dimensions: of the vectors; asked for when the index is opened.
            from_chunks: how many chunks it takes; below there is none.
        """
        self._folder = folder
        self._record = record
        self._dimensions = dimensions
        self._from_chunks = from_chunks
        self._generations: Generations | None = None
        self._followed: int | None = None  # revision that the index was brought to, or could not be
        self._usable = False

    def sync(self) -> None:
        """Bring the index up to the record; where that fails the library is searched exactly."""
        revision = self._record.revision
        if self._record.count_chunks() < self._from_chunks:
            shutil.rmtree(self._folder, ignore_errors=True)
        elif self._record.fact("indexed_revision") != str(revision):
            self._bring_to(revision, build=True)
            if self._usable:
                self._record.note_index(self._open().stamp)

    def search(self, vector: NDArray[np.float32], k: int) -> Nearest | None:
        """The chunks nearest to a vector; None where the index can't tell."""
        if self._record.count_chunks() < self._from_chunks:
            return None
        revision = self._record.revision
        if self._followed != revision:
            self._bring_to(revision, build=False)
        try:
            return self._open().search(vector, k) if self._usable else None
        except LibraryError as error:
            self._usable = False
            logger.warning("%s; searching without the vector index", error)
            return None

    def close(self) -> None:
        """Give everything back."""
        if self._generations:
            self._generations.close()

    def _bring_to(self, revision: int, *, build: bool) -> None:
        generations = self._open()
        bring = generations.sync if build else generations.open
        self._followed, self._usable = revision, True
        try:
            bring(self._record.chunk_ids(), self._record.vectors_of)
        except LibraryError as error:
            self._usable = False
            logger.warning("%s; searching without the vector index", error)

    def _open(self) -> Generations:
        if self._generations is None:
            self._generations = Generations(self._folder, self._dimensions(), self._record.fact("index_stamp") or "")
        return self._generations
