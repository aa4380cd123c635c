"""How early in a ranking the relevant items come up.

A ranking is given as its *gains*: for each place, best first, how many of the relevant items come up there for the
first time. One place may bring several (a passage that holds two gold quotations) and none counts twice. ``relevant``
is how many there are to be found, at least 1. Every figure lies in [0, 1].
"""

import math
from collections.abc import Collection, Hashable, Iterable, Sequence


def gains_of(ranking: Iterable[Collection[Hashable]], relevant: Collection[Hashable]) -> tuple[int, ...]:
    """The gains of a ranking whose places hold the items given."""
    left, gains = set(relevant), []
    for place in ranking:
        found = left.intersection(place)
        left -= found
        gains.append(len(found))
    return tuple(gains)


def hits(gains: Sequence[int], k: int) -> float:
    """1.0 where anything relevant is among the first ``k``, else 0.0 (success@k)."""
    return float(any(gains[:k]))


def recall(gains: Sequence[int], relevant: int, k: int) -> float:
    """The share of what is relevant that comes up among the first ``k``."""
    return sum(gains[:k]) / relevant


def reciprocal_rank(gains: Sequence[int], k: int) -> float:
    """1 / place of the first relevant item among ``k``, else 0 (Kantor & Voorhees 2000; its mean is MRR)."""
    return next((1 / place for place, gain in enumerate(gains[:k], 1) if gain), 0.0)


def ndcg(gains: Sequence[int], relevant: int, k: int) -> float:
    """Discounted gain over the best that could be (Järvelin & Kekäläinen 2002), gain / log2(1 + place).

    The best: the same places in the best order, and each item that did not come up at a place of its own.
    """
    return graded_ndcg(gains, (*gains, *[1] * (relevant - sum(gains))), k)


def graded_ndcg(grades: Sequence[int], known: Iterable[int], k: int) -> float:
    """The same where items are relevant to a degree, as trec_eval has it: the gain is the grade.

    Args:
        grades: at each place, 0 for what is not relevant.
        known: all grades above 0 that could be gained, in any order; at least one.
        k: how many places count.
    """
    return _discounted(grades[:k]) / _discounted(sorted(known, reverse=True)[:k])


def multihop_precision(gains: Sequence[int], relevant: int, k: int = 10) -> float:
    """What MultiHop-RAG averages as MAP@10 (Tang & Yang 2024, ``retrieval_evaluate.py``).

    At each place the share of *newly* found evidence over the place, not of all found so far as average precision has
    it; over ``min(relevant, k)``.
    """
    return sum(gain / place for place, gain in enumerate(gains[:k], 1)) / min(relevant, k)


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(1 + place) for place, gain in enumerate(gains, 1))
