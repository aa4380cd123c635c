"""From the data sets to packed examples: a library is built of them and every question put to it."""

import logging
import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path

from dateline.eval.training import negatives as shelf
from dateline.eval.training.corpus import Asked, read_training
from dateline.eval.training.examples import Examples, pack
from dateline.eval.training.mining import Corpus, Drawing, Example
from dateline.index.embedding.embedder import load_embedder
from dateline.index.library import Library
from dateline.index.splitting.chunks import split_article
from dateline.index.types import Chunk

_FOUND = 20  # passages for a question: enough to leave some that hold no answer
_TIMES = {"squad": 1, "nq": 3, "clapnq": 4}  # how often each question is drawn from: few are real searches
_AT_ONCE = 500  # questions handed to a process

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Turn:
    """A question, and the how many-th time it is drawn from."""

    asked: Asked
    number: int


def prepare(data: Path, folder: Path, seed: int) -> Examples:
    """The examples of all training questions, in an order of the seed; made once and kept in ``folder``."""
    file = folder / f"examples-{seed}.npz"
    if not file.exists():
        asked = read_training(data)
        articles = list({one.article.id: one.article for one in asked}.values())
        shelf.build(folder / "library", articles, load_embedder())
        turns = [_Turn(one, number) for one in asked for number in range(_TIMES[one.source])]
        random.Random(seed).shuffle(turns)
        examples = pack(_drawn(turns, folder / "library", seed))
        unfinished = file.with_suffix(".part.npz")
        examples.save(unfinished)
        unfinished.replace(file)
    return Examples.load(file)


def _drawn(turns: Sequence[_Turn], library: Path, seed: int) -> Iterator[Example]:
    parts = [turns[start : start + _AT_ONCE] for start in range(0, len(turns), _AT_ONCE)]
    started, questions = time.perf_counter(), 0
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for part in pool.map(partial(_draw, library, seed), parts):
            yield from part
            questions += _AT_ONCE
            seconds = time.perf_counter() - started
            logger.info("drew from %d of %d questions in %.0f s", min(questions, len(turns)), len(turns), seconds)


def _draw(library: Path, seed: int, turns: Sequence[_Turn]) -> list[Example]:
    drawing = _drawing(library, seed)
    return [example for turn in turns for example in drawing.draw(turn.asked, turn.number)]


@lru_cache(1)
def _drawing(folder: Path, seed: int) -> Drawing:
    """One of each process, over its own connection to the library."""
    library = Library.open(folder, load_embedder())
    articles = {article.id: article for article in library.articles()}

    @lru_cache(None)
    def chunks(article_id: str) -> Sequence[Chunk]:
        return split_article(articles[article_id], library.embedder)

    corpus = Corpus(texts={key: article.text for key, article in articles.items()}, chunks=chunks)
    return Drawing(corpus, partial(library.search, k=_FOUND), seed)
