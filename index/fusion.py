"""Reciprocal rank fusion of the two searches, as pure functions of ranks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dateline.index.types import ChunkIds

_RRF_K = 60  # Cormack, Clarke & Buettcher 2009
_WORDS_WEIGHT = 2.0  # names and figures decide in news: docs/decisions/12-words-weigh-twice.md


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A chunk that came up, with its scores as in ``Passage``."""

    chunk_id: int
    score: float
    text_rank: int | None
    vector_rank: int | None
    cosine: float = 0.0


def fuse(by_words: ChunkIds, by_vectors: ChunkIds) -> list[Scored]:
    """Both rankings as one, best first: the sum of weight / (60 + rank), where words weigh twice; ties by chunk id."""
    text_ranks = {int(chunk): rank for rank, chunk in enumerate(by_words, 1)}
    vector_ranks = {int(chunk): rank for rank, chunk in enumerate(by_vectors, 1)}
    fused = [
        Scored(
            chunk_id=chunk,
            score=_share(_WORDS_WEIGHT, text_ranks.get(chunk)) + _share(1.0, vector_ranks.get(chunk)),
            text_rank=text_ranks.get(chunk),
            vector_rank=vector_ranks.get(chunk),
        )
        for chunk in text_ranks.keys() | vector_ranks.keys()
    ]
    return sorted(fused, key=lambda one: (-one.score, one.chunk_id))


def _share(weight: float, rank: int | None) -> float:
    return weight / (_RRF_K + rank) if rank else 0.0


def at_most_per_article(found: Iterable[Scored], articles: Mapping[int, int], most: int) -> list[Scored]:
    """Leave out what comes after ``most`` chunks of an article, and chunks that ``articles`` gives no article for."""
    seen: dict[int, int] = {}
    kept = []
    for one in found:
        article = articles.get(one.chunk_id)
        if article is None:  # removed since the vectors were read
            continue
        seen[article] = seen.get(article, 0) + 1
        if seen[article] <= most:
            kept.append(one)
    return kept
