"""From the data sets to packed examples: a library is built of them and every question put to it."""

import logging
import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path

from dateline.eval.datasets.libraries import build_library
from dateline.eval.training.examples import Examples, pack
from dateline.eval.training.mining import Drawing, Example
from dateline.eval.training.questions import Asked, article_fields, read_training
from dateline.index.library import Library

_FOUND = 20  # passages for a question: enough to leave some that hold no answer
_TIMES = {"squad": 1, "nq": 3, "clapnq": 4}  # how often each question is drawn from: few are real searches
_AT_ONCE = 500  # questions handed to a process

_Turn = tuple[Asked, int]
"""A question, and the how many-th time it is drawn from."""

logger = logging.getLogger(__name__)


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
