"""A library in PostgreSQL beside the same in a folder: what both find, and how long a search takes.

The library of the folder is moved to the server, so that both hold the same chunks, numbers and vectors. The right
passage is that of ``retrieval``; agreement is of the first ten chunks of the searches by words, and of whole searches.
"""

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from functools import partial
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np

from dateline.eval.benchmarks.rankings import article_gains
from dateline.eval.benchmarks.resources import milliseconds, timed
from dateline.eval.benchmarks.tables import print_table
from dateline.eval.datasets.generated import Newsroom
from dateline.eval.datasets.libraries import news_library, record_articles, set_ids
from dateline.eval.datasets.news import SOURCE, WITH_ANSWER, NewsQuestion, news_questions
from dateline.eval.metrics import retrieval
from dateline.index.backends import Backend
from dateline.index.embedding.embedder import load_embedder
from dateline.index.errors import NoLibrary
from dateline.index.library import Library
from dateline.index.maintenance.move import move_library
from dateline.index.postgres.address import ServerAddress
from dateline.index.types import Filter

_K = 10
_CANDIDATES = 200
_ALL = 10**9  # chunks that are compared one by one
_ASKED = 500  # questions
_AT_ONCE = 8
_ONLY = Filter(since=date(2012, 1, 1))  # of generated articles half
_HEAD = ("library", "search p50, ms", "p95", "with a filter, p50", f"{_AT_ONCE} askers at once, p50", "p95")

_Place = Path | ServerAddress


def run_server(
    data: Path, *, address: Annotated[str, "a schema without a library, or with that of an earlier run"] = ""
) -> None:
    """Print what the news library finds there and in its folder, how far both agree, and the times of a search."""
    folder, there, questions = news_library(data), ServerAddress.parse(address), news_questions(data)
    _move(folder, there)
    ids = set_ids(folder)
    asked = [one.question for one in questions][:: max(1, len(questions) // _ASKED)]
    with Library.open(folder) as library:
        days = [row.published for row in library.rows(order="oldest", limit=library.count_articles()) if row.published]
        print(f"{library.count_articles()} articles, {library.count_chunks()} chunks, {len(asked)} questions")
    _print_agreement(folder, there, asked)
    rows = (_hits(name, place, questions, ids) for name, place in _both(folder, there))
    rights = ("gold_articles", "articles_with_answer")
    print_table(("library", *(f"{right} hits@{k}" for right in rights for k in (1, _K))), rows)
    only = Filter(since=date.fromisoformat(days[len(days) // 2][:10]))
    print_table(_HEAD, (_times(name, place, asked, only) for name, place in _both(folder, there)))


def run_servergrowth(
    *,
    address: Annotated[str, "a schema without a library"] = "",
    chunks: Annotated[int, "how many are made up"] = 50_000,
    questions: Annotated[int, "how many are asked"] = 200,
) -> None:
    """Print the same times for made-up articles, and how long it took to move them there."""
    embedder, there = load_embedder(), ServerAddress.parse(address)
    newsroom = Newsroom(embedder)
    asked = newsroom.questions(questions)
    with TemporaryDirectory() as temporary:
        folder = Path(temporary) / "library"
        folder.mkdir()
        record_articles(folder, embedder, newsroom.articles(chunks))
        _move(folder, there)
        with Library.write(folder) as library:
            _, built = timed(library.index_vectors)
        print(f"Chroma built in {built / 1000:.0f} s")
        _print_agreement(folder, there, asked)
        print_table(_HEAD, (_times(name, place, asked, _ONLY) for name, place in _both(folder, there)))


def _move(folder: Path, there: ServerAddress) -> None:
    try:
        Library.open(there).close()
    except NoLibrary:
        moved, taken = timed(lambda: move_library(folder, there))
        print(f"{moved.chunks:,} chunks moved and indexed in {taken / 1000:.0f} s")
    with Library.open(there) as library:
        print(f"{library.engine()}; {library.bytes_elsewhere() / 1e6:,.0f} MB")


def _both(folder: Path, there: ServerAddress) -> Iterator[tuple[str, _Place]]:
    yield "folder", folder
    yield "PostgreSQL", there


def _print_agreement(folder: Path, there: ServerAddress, asked: Sequence[str]) -> None:
    """Print the shares of the folder's first ten that are among the server's, and how often all are in one order."""
    by_words = [_by_words(place, asked) for place in (folder, there)]
    whole = [_by_search(place, asked) for place in (folder, there)]
    near = _recall(there, asked)
    print_table(
        ("agreement of the first ten", "share", "same order"),
        ((name, *_agreeing(*found)) for name, found in (("words", by_words), ("search", whole))),
    )
    print(f"vectors: of the 200 nearest {near:.4f} are found")


def _agreeing(one: Sequence[Sequence[object]], other: Sequence[Sequence[object]]) -> tuple[str, str]:
    shares = [len({*mine} & {*theirs}) / max(1, len(mine)) for mine, theirs in zip(one, other, strict=True) if mine]
    orders = [list(mine) == list(theirs) for mine, theirs in zip(one, other, strict=True)]
    return f"{fmean(shares):.4f}", f"{fmean(orders):.4f}"


def _by_words(place: _Place, asked: Sequence[str]) -> list[list[int]]:
    with closing(Backend.open(place)) as backend:
        return [backend.record.search_words(question, _K).tolist() for question in asked]


def _by_search(place: _Place, asked: Sequence[str]) -> list[list[tuple[str, int]]]:
    with Library.open(place) as library:
        return [[(one.article_id, one.start) for one in library.search(question, _K)] for question in asked]


def _recall(there: ServerAddress, asked: Sequence[str]) -> float:
    """Of the nearest by comparing all, the share that the server's search finds."""
    embedder = load_embedder()
    every = Backend.on_server(there, writable=False, exact_up_to=_ALL)
    with closing(Backend.open(there)) as backend, closing(every):
        found = []
        for question in asked:
            vector = embedder.embed_question(question)
            near, right = (one.vectors.search(vector, _CANDIDATES).ids for one in (backend, every))
            found.append(float(np.isin(right, near).mean()))
    return fmean(found)


def _hits(
    name: str, place: _Place, questions: Sequence[NewsQuestion], ids: Mapping[str, frozenset[str]]
) -> tuple[str, ...]:
    cells = []
    with Library.open(place) as library:
        found = [(one, library.search(one.question, _CANDIDATES)) for one in questions]
    for right in (SOURCE, WITH_ANSWER):
        gains = [article_gains(passages, ids, right(one)) for one, passages in found if right(one)]
        cells += [f"{fmean(retrieval.hits(one, k) for one in gains):.3f} (n={len(gains)})" for k in (1, _K)]
    return name, *cells


def _times(name: str, place: _Place, asked: Sequence[str], only: Filter) -> tuple[str, ...]:
    with Library.open(place) as library:
        for question in asked[:5]:
            library.search(question)
            library.search(question, only=only)
        alone = [milliseconds(partial(library.search, question)) for question in asked]
        narrowed = [milliseconds(partial(library.search, question, only=only)) for question in asked]
        work: list[Callable[[], object]] = [partial(library.search, question) for question in asked]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            together = list(pool.map(milliseconds, work))
    parts, crowd = statistics.quantiles(alone, n=20), statistics.quantiles(together, n=20)
    return name, *(f"{one:.1f}" for one in (parts[9], parts[18], statistics.median(narrowed), crowd[9], crowd[18]))
