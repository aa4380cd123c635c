"""The support score: how likely quotes hold what a claim says, by the words that they share.

Where no rule finds a fault, this score decides. Its weights are of a logistic model that was fitted, what rules find
being further features, by ``python -m dateline.eval.benchmarks claims --data PATH`` on the part of ``claims`` that is
not held out (FEVER-symmetric, CC BY-SA 3.0; SummEdits, Apache-2.0; WiCE, ODC-BY, its texts CC BY-SA and Common Crawl).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dateline.rag.parsing.parsed_text import ParsedText

_HELD, _HELD_BY_ONE, _INTERCEPT = 0.047, 1.119, 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Shares of a claim's content words, 0 to 1."""

    held: float
    """Of those that stand in the quotes."""
    held_by_one: float
    """Of those that stand in the one quote that has most of them."""


def read_overlap(claim: ParsedText, quotes: Sequence[ParsedText]) -> Overlap:
    """How much of a claim's words its quotes hold; there is at least one quote."""
    every = frozenset().union(*(quote.stems for quote in quotes))
    by_one = max(_share(claim.stems, quote.stems) for quote in quotes)
    return Overlap(held=_share(claim.stems, every), held_by_one=by_one)


def support_score(overlap: Overlap) -> float:
    """That quotes with this overlap support the claim, 0 to 1, where no rule finds a fault."""
    return 1 / (1 + math.exp(-(_HELD * overlap.held + _HELD_BY_ONE * overlap.held_by_one + _INTERCEPT)))


def _share(wanted: frozenset[str], there: frozenset[str]) -> float:
    return len(wanted & there) / len(wanted) if wanted else 1.0
