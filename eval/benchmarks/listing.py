"""Pages of a long list of articles: each order, each kind of search, on a large library."""

import random
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, get_args

import numpy as np

from dateline.eval.benchmarks.resources import milliseconds
from dateline.eval.benchmarks.tables import print_table
from dateline.eval.datasets.libraries import record_articles
from dateline.eval.datasets.passages import whole_article
from dateline.index.embedding.embedder import load_embedder
from dateline.index.storage.catalog import count_rows, list_rows, list_sources
from dateline.index.storage.record import SqliteRecord
from dateline.index.types import Article, Metadata, Order, Selection

_RUNS = 7
_HEAD = ("what", f"ms, least of {_RUNS}", "ms, median")
_PAGE = 50
_SEARCHES = ("post", "zzzz", "e post 2024", "articles-7.jsonl")  # many, none, of several words, by origin


def run(data: Path, *, articles: Annotated[int, "articles of the library"] = 100_000) -> None:
    """Print the milliseconds of pages, searches and counts; articles are generated, ``data`` is not used."""
    with tempfile.TemporaryDirectory() as folder:
        nothing = np.zeros((0, 1), np.float32)
        record_articles(Path(folder), load_embedder(), ((one, (), nothing) for one in _articles(articles)))
        print_table(_HEAD, _timed(Path(folder), articles))


def _articles(count: int) -> Iterator[Article]:
    chance = random.Random(count)
    words = ["".join(chance.choices("abcdefghijklmnoprstuw", k=chance.randint(3, 9))) for _ in range(5_000)]
    for number in range(count):
        text = " ".join(chance.choices(words, k=chance.randint(200, 900))) + f" {number}"
        day = f"{chance.randint(1990, 2025)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}T08:00:00"
        known = Metadata(
            title=" ".join(chance.choices(words, k=9)).capitalize() if number % 20 else None,
            source=f"{chance.choice(words[:300])} {chance.choice(('Post', 'Gazette'))}",
            url=f"https://news.example/{number}",
            published=day if number % 19 else None,
        )
        yield whole_article(text, known, f"/home/someone/news/articles-{number // 1_000}.jsonl#{number}")


def _timed(folder: Path, count: int) -> Iterator[Sequence[str]]:
    record = SqliteRecord(folder, writable=False)
    orders: tuple[Order, ...] = get_args(Order)
    for order in orders:
        for what, offset in (("first page", 0), ("page in the middle", count // 2)):
            yield _row(f"{order}, {what}", partial(list_rows, record, Selection(), order, offset, _PAGE))
    for query in _SEARCHES:
        wanted = Selection(query=query)
        pages = (_row(f"search {query!r}, {by}", partial(list_rows, record, wanted, by, 0, _PAGE)) for by in orders)
        yield max(pages, key=lambda row: float(row[1]))  # the slowest order
        yield _row(f"count {query!r}", partial(count_rows, record, wanted))
    yield _row("sources", partial(list_sources, record))
    record.close()


def _row(what: str, do: Callable[[], object]) -> Sequence[str]:
    taken = [milliseconds(do) for _ in range(_RUNS)]
    return what, f"{min(taken):.1f}", f"{statistics.median(taken):.1f}"
