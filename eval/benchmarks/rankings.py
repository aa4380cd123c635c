"""Ways to search one library, each on its own: words, vectors, both fused, and as the library itself does."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from dateline.eval.metrics.retrieval import gains_of
from dateline.index.backends import Backend
from dateline.index.fusion import Scored, fuse
from dateline.index.ports import Record
from dateline.index.types import ChunkIds, Embedder, Passage
from dateline.index.vectors.exact import ExactScan

Search = Callable[[str, int], Sequence[Passage]]
"""From a question, and how many passages are wanted, to passages, best first."""

Rank = Callable[[str, int], ChunkIds]


def words_alone(library: Path) -> Search:
    """SQLite FTS5 by BM25."""
    record = Backend.open(library).record
    return _search(record, record.search_words)


def vectors_alone(library: Path, embedder: Embedder) -> Search:
    """Every vector compared with that of the question."""
    record = Backend.open(library).record
    return _search(record, _by_vectors(record, embedder))


def fused(library: Path, embedder: Embedder) -> Search:
    """Both, fused as the library does, but with as many passages of one article as come up."""
    record = Backend.open(library).record
    by_vectors = _by_vectors(record, embedder)

    def rank(question: str, k: int) -> ChunkIds:
        both = islice(fuse(record.search_words(question, k), by_vectors(question, k)), k)
        return np.array([one.chunk_id for one in both], np.int64)

    return _search(record, rank)


def article_gains(
    passages: Iterable[Passage], ids: Mapping[str, frozenset[str]], relevant: Collection[str]
) -> tuple[int, ...]:
    """The gains of the articles that passages are of, each article at the place where it comes up first.

    Args:
        passages: best first.
        ids: what relevant articles are called, by article id.
        relevant: as they are called.
    """
    return gains_of([ids[one] for one in dict.fromkeys(passage.article_id for passage in passages)], relevant)


def _by_vectors(record: Record, embedder: Embedder) -> Rank:
    scan = ExactScan(*record.vectors())
    return lambda question, k: scan.search(embedder.embed_question(question), k).ids


def _search(record: Record, rank: Rank) -> Search:
    def search(question: str, k: int) -> Sequence[Passage]:
        found = rank(question, k).tolist()
        return record.passages([Scored(chunk_id=one, score=0.0, text_rank=None, vector_rank=None) for one in found])

    return search
