"""Examples on disk and in batches: all their tokens in one row, and a table of where each begins and what it is."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dateline.eval.training.mining import Example

_NO_ANSWER = -1
_POOL = 64  # batches sorted by length together: enough to leave 3 % of padding, few enough to keep the order random
_STEP = 16  # tokens: every width has matrix products compiled for it, whose number costs time and gigabytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Examples of about the same length, filled up with zeros; int64 and bool arrays of a row an example."""

    ids: NDArray[np.int64]
    segments: NDArray[np.int64]
    """0 in the question, 1 in heading and text."""
    mask: NDArray[np.bool_]
    """False where it was filled up."""
    text: NDArray[np.bool_]
    """True in the text, where an answer may stand."""
    answerable: NDArray[np.float32]
    first: NDArray[np.int64]
    """First token of the answer; -1 where there is none, or its place is not told."""
    last: NDArray[np.int64]


class Examples:
    """Examples packed into arrays."""

    def __init__(self, tokens: NDArray[np.uint16], table: NDArray[np.int32], kinds: Sequence[str]) -> None:
        """Take examples as ``pack`` makes them.

        Args:
            tokens: of all pairs in a row.
            table: a row an example: number of tokens, passage, text, answerable, first, last, kind.
            kinds: their names.
        """
        self.tokens, self.table, self.kinds = tokens, table, tuple(kinds)
        self._starts = np.concatenate([[0], np.cumsum(table[:, 0])])

    def __len__(self) -> int:
        return len(self.table)

    @property
    def lengths(self) -> NDArray[np.int32]:
        """Tokens of each example."""
        return self.table[:, 0]

    def batch(self, numbers: Sequence[int] | NDArray[np.int64]) -> Batch:
        """The examples of these numbers."""
        rows = self.table[numbers]
        width = -int(-rows[:, 0].max() // _STEP) * _STEP
        ids = np.zeros((len(rows), width), np.int64)
        for row, number in enumerate(numbers):
            ids[row, : rows[row, 0]] = self.tokens[self._starts[number] : self._starts[number + 1]]
        places = np.arange(width)[np.newaxis]
        mask = places < rows[:, :1]
        return Batch(
            ids=ids,
            segments=((places >= rows[:, 1:2]) & mask).astype(np.int64),
            mask=mask,
            text=(places >= rows[:, 2:3]) & (places < rows[:, :1] - 1),
            answerable=rows[:, 3].astype(np.float32),
            first=rows[:, 4].astype(np.int64),
            last=rows[:, 5].astype(np.int64),
        )

    def save(self, file: Path) -> None:
        """Write them to a file."""
        np.savez(file, tokens=self.tokens, table=self.table, kinds=np.array(self.kinds))

    @classmethod
    def load(cls, file: Path) -> "Examples":
        """Read what ``save`` wrote."""
        with np.load(file) as arrays:
            return cls(arrays["tokens"], arrays["table"], arrays["kinds"].tolist())

    @property
    def fingerprint(self) -> str:
        """The same for the same examples in the same order."""
        return hashlib.sha256(self.tokens.tobytes() + self.table.tobytes()).hexdigest()[:16]


def pack(examples: Iterable[Example]) -> Examples:
    """Examples as arrays, in the order given."""
    tokens: list[NDArray[np.uint16]] = []
    rows: list[tuple[int, ...]] = []
    kinds: dict[str, int] = {}
    for one in examples:
        first, last = one.answer or (_NO_ANSWER, _NO_ANSWER)
        kind = kinds.setdefault(one.kind, len(kinds))
        tokens.append(np.array(one.pair.ids, np.uint16))
        rows.append((len(one.pair.ids), one.pair.passage, one.pair.text, int(one.answerable), first, last, kind))
    return Examples(np.concatenate(tokens), np.array(rows, np.int32), tuple(kinds))


def batches(lengths: NDArray[np.int32], size: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """Numbers of examples, ``size`` of about the same length at a time, all of them once, in an order of the seed."""
    chance = np.random.default_rng(seed)
    order = chance.permutation(len(lengths))
    for start in range(0, len(order), size * _POOL):
        pool = order[start : start + size * _POOL]
        pool = pool[np.argsort(lengths[pool], kind="stable")]
        starts = np.arange(0, len(pool), size)
        for at in chance.permutation(starts):
            yield pool[at : at + size]
