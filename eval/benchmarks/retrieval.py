"""Finding the article: words alone, vectors alone and both fused, on the news set; and how long a search takes."""

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from dateline.eval.benchmarks.rankings import Search, article_gains, by_library, fused, vectors_alone, words_alone
from dateline.eval.datasets.libraries import news_library, set_ids
from dateline.eval.datasets.news import NewsQuestion, news_questions
from dateline.eval.metrics.retrieval import hits
from dateline.index.library import Library

_DEEP = 200  # chunks looked at, so that ten different articles come up
_AT = (1, 4, 10)
_RIGHT: dict[str, Callable[[NewsQuestion], frozenset[str]]] = {
    "gold_articles": lambda question: question.gold_articles,
    "articles_with_answer": lambda question: question.articles_with_answer,
}


def run(data: Path) -> None:
    """Print hits@k on both sets of right articles, each ranking beside the others, then the times of a search."""
    folder, questions = news_library(data), news_questions(data)
    with Library.open(folder) as library:
        print(f"{library.count_articles()} articles, {library.count_chunks()} chunks")
        searches = {
            "words (FTS5 BM25)": words_alone(folder),
            "vectors (exact)": vectors_alone(folder, library.embedder),
            "fused": fused(folder, library.embedder),
            "library": by_library(library),
        }
        _print_hits(questions, searches, set_ids(folder))
        _print_times(questions, library)


def _print_hits(questions: Sequence[NewsQuestion], searches: dict[str, Search], ids: dict[str, frozenset[str]]) -> None:
    print(f"{'':20}" + "".join(f"{name + ' hits@' + str(k):>30}" for name in _RIGHT for k in _AT))
    for name, search in searches.items():
        found = [search(question.question, _DEEP) for question in questions]
        cells = []
        for right_of in _RIGHT.values():
            gains = [
                article_gains(passages, ids, right_of(question))
                for passages, question in zip(found, questions, strict=True)
                if right_of(question)
            ]
            cells += [f"{statistics.mean(hits(one, k) for one in gains):.3f} (n={len(gains)})" for k in _AT]
        print(f"{name:20}" + "".join(f"{cell:>30}" for cell in cells))


def _print_times(questions: Sequence[NewsQuestion], library: Library) -> None:
    milliseconds = []
    for question in questions:
        started = time.perf_counter()
        library.search(question.question)
        milliseconds.append(1000 * (time.perf_counter() - started))
    parts = statistics.quantiles(milliseconds, n=20)
    print(f"a warm Library.search: p50 {parts[9]:.1f} ms, p95 {parts[18]:.1f} ms over {len(questions)} questions")
