"""Examples on disk and in batches: all their tokens in one row, and a table of where each begins and what it is.

They are made of the data sets: a library is built of these and every question put to it.
"""

import hashlib
import logging
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dateline.eval.datasets.libraries import build_library
from dateline.eval.training.mining import Drawing, Example
from dateline.eval.training.questions import Asked, article_fields, read_training
from dateline.index.library import Library

_NO_ANSWER = -1
_POOL = 64  # batches sorted by length together: enough to leave 3 % of padding, few enough to keep the order random
_STEP = 16  # tokens: every width has matrix products compiled for it, whose number costs time and gigabytes
_FOUND = 20  # passages for a question: enough to leave some that hold no answer
_TIMES = {"squad": 1, "nq": 3, "clapnq": 4}  # how often each question is drawn from: few are real searches
_AT_ONCE = 500  # questions handed to a process

_Turn = tuple[Asked, int]
"""A question, and the how many-th time it is drawn from."""

logger = logging.getLogger(__name__)


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

    def __init__(self, tokens: NDArray[np.uint16], table: NDArray[np.int32]) -> None:
        """Take examples as ``pack`` makes them.

        Args:
            tokens: of all pairs in a row.
            table: a row an example: number of tokens, passage, text, answerable, first, last.
        """
        self.tokens, self.table = tokens, table
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
        np.savez(file, tokens=self.tokens, table=self.table)

    @classmethod
    def load(cls, file: Path) -> "Examples":
        """Read what ``save`` wrote."""
        with np.load(file) as arrays:
            return cls(arrays["tokens"], arrays["table"])

    @property
    def fingerprint(self) -> str:
        """The same for the same examples in the same order."""
        return hashlib.sha256(self.tokens.tobytes() + self.table.tobytes()).hexdigest()[:16]


def pack(examples: Iterable[Example]) -> Examples:
    """Examples as arrays, in the order given."""
    tokens: list[NDArray[np.uint16]] = []
    rows: list[tuple[int, ...]] = []
    for one in examples:
        first, last = one.answer or (_NO_ANSWER, _NO_ANSWER)
        tokens.append(np.array(one.pair.ids, np.uint16))
        rows.append((len(one.pair.ids), one.pair.passage, one.pair.text, int(one.answerable), first, last))
    return Examples(np.concatenate(tokens), np.array(rows, np.int32))


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


# Making them


def prepare(data: Path, folder: Path, seed: int) -> Examples:
    """The examples of all training questions, in an order of the seed; made once and kept in ``folder``."""
    file = folder / f"examples-{seed}.npz"
    if not file.exists():
        asked = read_training(data)
        articles = {one.article.id: one.article for one in asked}
        library = build_library(folder, lambda: map(article_fields, articles.values()))
        turns = [(one, number) for one in asked for number in range(_TIMES[one.source])]
        random.Random(seed).shuffle(turns)
        examples = pack(_drawn(turns, library, seed))
        unfinished = file.with_suffix(".part.npz")
        examples.save(unfinished)
        unfinished.replace(file)
    return Examples.load(file)


def _drawn(turns: Sequence[_Turn], library: Path, seed: int) -> Iterator[Example]:
    parts = [turns[start : start + _AT_ONCE] for start in range(0, len(turns), _AT_ONCE)]
    started = time.perf_counter()
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for number, part in enumerate(pool.map(partial(_draw, library, seed), parts), 1):
            yield from part
            logger.info("drew part %d of %d after %.0f s", number, len(parts), time.perf_counter() - started)


def _draw(library: Path, seed: int, turns: Sequence[_Turn]) -> list[Example]:
    drawing = _drawing(library, seed)
    return [example for asked, number in turns for example in drawing.draw(asked, number)]


@lru_cache(1)
def _drawing(folder: Path, seed: int) -> Drawing:
    """One of each process, over its own connection to the library."""
    library = Library.open(folder)
    articles = {article.id: article for article in library.articles()}
    return Drawing(articles, library.embedder, partial(library.search, k=_FOUND), seed)
