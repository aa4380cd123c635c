"""Chroma against the exact comparison on the news set: what it misses, how often it answers, and how fast."""

import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np

from dateline.eval.datasets.libraries import news_library
from dateline.eval.datasets.news import news_questions
from dateline.index.backends import Backend
from dateline.index.library import Library
from dateline.index.types import Filter, Vectors, filter_in_words
from dateline.index.vectors.exact import ExactScan

_CANDIDATES = 200  # as a search takes
_AT = (10, 200)
_QUESTIONS = 500


def run(data: Path) -> None:
    """Print recall@10 and @200 over the questions that Chroma answered, their share, and p50, by filter."""
    folder = news_library(data)
    with Library.open(folder) as library:
        questions = [one.question for one in news_questions(data)]
        questions = questions[:: max(1, len(questions) // _QUESTIONS)]
        vectors = np.stack([library.embedder.embed_question(question) for question in questions])
        print(f"{library.count_articles()} articles, {library.count_chunks()} chunks, {len(questions)} questions")
        print(library.engine())
        print(" " * 47 + "chunks  by Chroma  recall@10  recall@200  index p50  search p50")
        for only in _filters(library):
            found = _found(folder, vectors, only)
            searched = _median_ms([_seconds_of(library, question, only) for question in questions])
            print(f"{filter_in_words(only) if only else 'no filter':45}{found}{searched:>9.1f} ms", flush=True)


def _filters(library: Library) -> list[Filter | None]:
    """None, the later half by date, half a year of it, the source with most articles, and one with few."""
    days = [row.published[:10] for row in library.rows(order="oldest", limit=library.count_articles()) if row.published]
    sources = library.sources()
    later, half_a_year = (date.fromisoformat(days[int(share * (len(days) - 1))]) for share in (0.5, 0.75))
    return [
        None,
        Filter(since=later),
        Filter(since=later, until=half_a_year),
        Filter(source=sources[0]),
        Filter(source=sources[len(sources) // 2]),
    ]


def _found(folder: Path, questions: Vectors, only: Filter | None) -> str:
    """The cells of a row: chunks that pass, the share that Chroma answered, recalls over these, and p50."""
    backend = Backend.open(folder)
    with backend.record.snapshot():
        scan, passing = ExactScan(*backend.record.vectors()), backend.record.chunk_ids(only)
        backend.vectors.search(questions[0], _CANDIDATES, only)
        seconds, recalls = [], []
        for question in questions:
            started = time.perf_counter()
            near = backend.vectors.search(question, _CANDIDATES, only)
            seconds.append(time.perf_counter() - started)
            if near.approximate:
                exact = scan.search(question, _CANDIDATES, passing)
                recalls.append([np.isin(exact.ids[:k], near.ids[:k]).mean() for k in _AT])
    backend.close()
    ten, all_of_them = np.mean(recalls, axis=0) if recalls else (np.nan, np.nan)
    share = len(recalls) / len(questions)
    return f"{len(passing):>8,}{share:>11.3f}{ten:>11.4f}{all_of_them:>12.4f}{_median_ms(seconds):>8.1f} ms"


def _seconds_of(library: Library, question: str, only: Filter | None) -> float:
    started = time.perf_counter()
    library.search(question, only=only)
    return time.perf_counter() - started


def _median_ms(seconds: Sequence[float]) -> float:
    return 1e3 * float(np.median(seconds))
