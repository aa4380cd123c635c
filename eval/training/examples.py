"""What a model is trained on: pairs of texts with what is to be said of them, in groups and batches.

A group belongs into one batch: a question with a passage that answers it and others that don't, or claims that differ
in little.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from dateline.rag.reader.crossencoder import Pair

SUPPORTED, CONTRADICTED, NOT_SAID, FALSE = range(4)
"""Verdicts on a claim; FALSE is one of the two before it, where a set does not tell which."""

_ALIKE = 12  # tokens that groups of one batch may differ by in length, but for those at the ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A pair of texts and what is to be said of it."""

    kind: str
    """The set it is of, and how it was made."""
    pair: Pair
    label: int
    """For the reader 1 where the passage answers, else 0; for the verifier a verdict."""
    answer: tuple[int, int] | None = None
    """First and last token of the answer; None where there is none, or its place is not told."""
    choice: int = -1
    """Examples with the same number are passages of one question, one of which answers it; -1 is none of these."""


Group = Sequence[Example]


@lru_cache(64)
def shuffled(size: int, key: str) -> Sequence[int]:
    """The numbers below ``size`` in an order of the key."""
    order = list(range(size))
    random.Random(key).shuffle(order)
    return order


def taken(size: int, key: str, at: int) -> int:
    """Which of ``size`` things comes ``at`` a place, when they are gone through again and again in new orders."""
    turn, place = divmod(at, size)
    return shuffled(size, f"{key} {turn}")[place]


def batches(groups: Sequence[Group], tokens: int, key: str) -> list[list[Example]]:
    """Whole groups of about the same length together, ``tokens`` a batch at most, in an order of the key.

    A group that is larger is a batch of its own.
    """
    chance = random.Random(key)
    order = list(groups)
    chance.shuffle(order)
    order.sort(key=lambda group: longest(group) // _ALIKE)
    made = list(_filled(order, tokens))
    chance.shuffle(made)
    return made


def longest(examples: Sequence[Example]) -> int:
    """Tokens of the longest."""
    return max(len(one.pair.ids) for one in examples)


def _filled(groups: Sequence[Group], tokens: int) -> Iterator[list[Example]]:
    batch: list[Example] = []
    for group in groups:
        joined = [*batch, *group]
        if batch and longest(joined) * len(joined) > tokens:
            yield batch
            joined = list(group)
        batch = joined
    if batch:
        yield batch
