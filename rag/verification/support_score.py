"""Support: how likely the quotes hold what a claim says, from what rules found and from how its words are spread.

Where no rule finds a fault, this score decides. Its weights were fitted by ``python -m dateline.eval.benchmarks
claims --data
PATH`` on the part of ``claims`` that is not held out (FEVER-symmetric, CC BY-SA 3.0; SummEdits, Apache-2.0; WiCE,
ODC-BY, its texts CC BY-SA and Common Crawl).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from dateline.rag.verification.tokens import content_stems, read_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known of a claim and its quotes."""

    held: float
    """Share of the claim's content words that stand in the quotes."""
    held_by_one: float
    """Share in the one quote that has most of them."""
    numbers: float
    """Faults in numbers, dates, names and polarity, by kind."""
    dates: float
    names: float
    polarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Of a logistic model of `Evidence`."""

    held: float
    held_by_one: float
    numbers: float
    dates: float
    names: float
    polarity: float
    intercept: float


WEIGHTS = Weights(
    held=0.047, held_by_one=1.119, numbers=-1.423, dates=-0.599, names=-0.61, polarity=-0.596, intercept=0.05
)

FEATURES = tuple(one.name for one in fields(Evidence))


def probability(evidence: Evidence, weights: Weights = WEIGHTS) -> float:
    """That the quotes support the claim, 0 to 1."""
    total = sum(getattr(weights, name) * getattr(evidence, name) for name in FEATURES) + weights.intercept
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, total))))


def read_evidence(claim: str, quotes: Sequence[str], fault_kinds: Iterable[str]) -> Evidence:
    """What is known of a claim.

    Args:
        claim: one sentence.
        quotes: what is cited for it, at least one.
        fault_kinds: of the faults that rules find.
    """
    stems, others = content_stems(read_words(claim)), [content_stems(read_words(quote)) for quote in quotes]
    kinds = list(fault_kinds)
    every = set().union(*others)
    return Evidence(
        held=_share(set(stems), every),
        held_by_one=max(_share(set(stems), set(one)) for one in others),
        numbers=min(2, kinds.count("number")),
        dates=min(2, kinds.count("date")),
        names=min(2, kinds.count("name")),
        polarity=min(2, kinds.count("polarity") + kinds.count("role")),
    )


def _share(wanted: set[str], there: set[str]) -> float:
    return len(wanted & there) / len(wanted) if wanted else 1.0
