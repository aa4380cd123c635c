"""Exact vector search: every vector is compared with the question, so nothing near is missed.

Measured on 2 cores, 384 dimensions, the best 50, median and 95th percentile in ms of a search, and MB kept:

    vectors      float32 kept    MB     float16 kept, blocks of 512    MB     float16, blocks of 4,096
    10,000         0.2 /   0.4     15                    7 /    15        7                         24
    35,000         2.6 /   2.9     51                   24 /    27       26                         72
    100,000        7.6 /   8.0    147                   69 /    80       73                        200
    1,000,000      126 /   136  1,465                1,027 / 1,183      732                      2,172

Memory bandwidth sets the pace of float32; numpy converts float16 at a tenth of it, so float32 is what is kept.
"""

import numpy as np
from numpy.typing import NDArray

from dateline.index.types import ChunkIds, Nearest, Vectors

_CONVERTED_AT_ONCE = 65_536
_GATHERED_UP_TO = 0.1  # of the vectors: copying out more of them takes longer than comparing all
_DECIMALS = 6  # float16 holds fewer; what is equal but for the order of a sum is a tie


class ExactScan:
    """Searches vectors exactly: cosine by matrix product."""

    def __init__(self, ids: ChunkIds, vectors: NDArray[np.float16] | NDArray[np.float32]) -> None:
        """Keep the vectors, as float32.

        Args:
            ids: ascending.
            vectors: [len(ids), dimensions], unit length.
        """
        if len(ids) != len(vectors) or np.any(ids[1:] <= ids[:-1]):
            raise ValueError("chunk ids must be ascending and as many as vectors")
        self._ids = ids
        self._matrix = np.empty(vectors.shape, np.float32)
        for start in range(0, len(ids), _CONVERTED_AT_ONCE):  # the caches hold a block, not all of it
            self._matrix[start : start + _CONVERTED_AT_ONCE] = vectors[start : start + _CONVERTED_AT_ONCE]

    def __len__(self) -> int:
        return len(self._ids)

    def search(self, question: NDArray[np.float32], k: int, among: ChunkIds | None = None) -> Nearest:
        """The chunks nearest to a question, fewer than ``k`` only where there are fewer.

        Args:
            question: float32 [dimensions], unit length.
            k: how many.
            among: only these chunk ids, ascending; those that are not known here are ignored.
        """
        if among is None:
            return best(self._ids, self._cosines(question), k)
        rows = self._rows(among)
        if len(rows) <= _GATHERED_UP_TO * len(self._ids):
            return best(self._ids[rows], self._matrix[rows] @ question, k)
        return best(self._ids[rows], self._cosines(question)[rows], k)

    def _cosines(self, question: NDArray[np.float32]) -> NDArray[np.float32]:
        if not len(self._ids):
            return np.empty(0, np.float32)
        cosines: NDArray[np.float32] = self._matrix @ question
        return cosines

    def _rows(self, ids: ChunkIds) -> NDArray[np.intp]:
        known = ids[: np.searchsorted(ids, self._ids[-1:].max(initial=-1), side="right")]
        rows: NDArray[np.intp] = np.searchsorted(self._ids, known)
        there: NDArray[np.bool_] = self._ids[rows] == known
        return rows[there]


def best(ids: ChunkIds, cosines: NDArray[np.float32], k: int) -> Nearest:
    """The ``k`` best of ``ids`` by their cosines, in order; ties by id."""
    k = max(0, min(k, len(ids)))
    if not k:
        return Nearest(np.empty(0, np.int64), np.empty(0, np.float32))
    least = np.partition(cosines, len(cosines) - k)[len(cosines) - k]
    candidates = np.flatnonzero(cosines >= least - 10.0**-_DECIMALS)  # with every tie of the last one
    rounded = np.round(cosines[candidates], _DECIMALS)
    order = np.lexsort((ids[candidates], -rounded))[:k]
    return Nearest(ids[candidates][order], np.clip(rounded[order], -1.0, 1.0))


def unit(vectors: NDArray[np.floating]) -> Vectors:
    """To exactly unit length, as Chroma has them: a float16 rounds off more than near copies of a text differ."""
    rows = vectors.astype(np.float32)
    made: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return made
