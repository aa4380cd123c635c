"""One ranking of the two searches, as pure functions of ranks: docs/decisions/37-the-better-of-two-ranks.md."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dateline.index.types import ChunkIds

_RRF_K = 60  # Cormack, Clarke & Buettcher 2009
_WORDS_WEIGHT = 2.0  # names and figures decide in news: docs/decisions/12-words-weigh-twice.md
_VECTORS_WEIGHT = 1.0
_LOOKED_UP = 40  # chunks at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A chunk that came up, with its scores as in ``Passage``."""

    chunk_id: int
    score: float
    text_rank: int | None
    vector_rank: int | None
    cosine: float = 0.0


def fuse(by_words: ChunkIds, by_vectors: ChunkIds, first: ChunkIds | None = None) -> Iterator[Scored]:
    """Both rankings as one, best first: the fused one and that by vectors take turns.

    A chunk counts by the better of two ranks, that by vectors and that by ``reciprocal_ranks``, and its score is
    1 / (60 + rank). What is asked in other words than the article's has the first, names and figures have the second.

    Args:
        by_words: best first.
        by_vectors: best first.
        first: those of them that come before the others, in any order; they have the score of the best.
    """
    ids = np.union1d(by_words, by_vectors)
    text_ranks, vector_ranks = _ranks(ids, by_words), _ranks(ids, by_vectors)
    together = reciprocal_ranks(text_ranks, vector_ranks)
    fused = np.empty(len(ids), np.int64)
    fused[np.lexsort((ids, -together))] = np.arange(1, len(ids) + 1)
    better = np.minimum(fused, np.where(vector_ranks > 0, vector_ranks, fused))
    behind = ~np.isin(ids, () if first is None else first)
    better = np.where(behind, better, 1)
    for at in np.lexsort((fused, better, behind)).tolist():
        yield Scored(
            chunk_id=int(ids[at]),
            score=1 / (_RRF_K + int(better[at])),
            text_rank=int(text_ranks[at]) or None,
            vector_rank=int(vector_ranks[at]) or None,
        )


def reciprocal_ranks(text_ranks: ArrayLike, vector_ranks: ArrayLike) -> NDArray[np.float64]:
    """The sum of weight / (60 + rank) of ranks from 1 on, where words weigh twice; 0 is no rank."""
    sums = np.zeros(np.shape(text_ranks))
    for ranks, weight in ((text_ranks, _WORDS_WEIGHT), (vector_ranks, _VECTORS_WEIGHT)):
        sums += np.where(np.asarray(ranks) > 0, weight / (_RRF_K + np.asarray(ranks)), 0.0)
    return sums


def _ranks(ids: ChunkIds, ranking: ChunkIds) -> NDArray[np.int64]:
    """The rank of each of ``ids``, ascending, from 1 on; 0 where it has none."""
    ranks = np.zeros(len(ids), np.int64)
    ranks[np.searchsorted(ids, ranking)] = np.arange(1, len(ranking) + 1)
    return ranks


def at_most_per_article(
    found: Iterable[Scored], articles_of: Callable[[ChunkIds], Mapping[int, int]], most: int
) -> Iterator[Scored]:
    """Leave out what comes after ``most`` chunks of an article, and chunks that have none any more.

    Args:
        found: best first.
        articles_of: gives a number of the article of each chunk; asked for a few chunks at a time.
        most: chunks of one article.
    """
    seen: Counter[int] = Counter()
    rest = iter(found)
    while some := list(islice(rest, _LOOKED_UP)):
        articles = articles_of(np.array([one.chunk_id for one in some], np.int64))
        for one in some:
            article = articles.get(one.chunk_id)
            if article is None:  # removed since the vectors were read
                continue
            seen[article] += 1
            if seen[article] <= most:
                yield one
