"""Finding the article: words alone, vectors alone and both fused, on the news set; and how long a search takes."""

import statistics
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from eval.benchmarks.news import NewsQuestion, news_library, news_questions, set_id
from index.exact import ExactScan
from index.fusion import fuse
from index.library import Library
from index.record import Record
from index.types import ChunkIds

_DEEP = 200  # chunks looked at, so that ten different articles come up
_AT = (1, 4, 10)

Rank = Callable[[str], Iterable[str]]


def run(data: Path) -> None:
    """Print hits@k on both sets of right articles, each ranking beside the others, then the times of a search."""
    folder, questions = news_library(data), news_questions(data)
    with Library.open(folder) as library:
        print(f"{library.count_articles()} articles, {library.count_chunks()} chunks")
        rankings = _single_rankings(folder, library)
        rankings["library"] = lambda question: [one.origin for one in library.search(question, _DEEP)]
        _print_hits(questions, rankings)
        _print_times(questions, library)


def _single_rankings(folder: Path, library: Library) -> dict[str, Rank]:
    record = Record(folder, writable=False)
    scan = ExactScan(*record.vectors())
    origins: dict[int, str] = dict(
        record.run("SELECT chunks.id, name FROM chunks JOIN origins USING (article) GROUP BY chunks.id")
    )

    def named(ids: ChunkIds) -> list[str]:
        return [origins[one] for one in ids.tolist()]

    def words(question: str) -> ChunkIds:
        return record.search_words(question, _DEEP)

    def vectors(question: str) -> ChunkIds:
        return scan.search(library.embedder.embed_question(question), _DEEP).ids

    return {
        "words (FTS5 BM25)": lambda question: named(words(question)),
        "vectors (exact)": lambda question: named(vectors(question)),
        "fused": lambda question: [origins[one.chunk_id] for one in fuse(words(question), vectors(question))],
    }


def _print_hits(questions: list[NewsQuestion], rankings: dict[str, Rank]) -> None:
    rights: dict[str, Callable[[NewsQuestion], frozenset[str]]] = {
        "gold_articles": lambda question: question.gold,
        "articles_with_answer": lambda question: question.with_answer,
    }
    print(f"{'':20}" + "".join(f"{name + ' hits@' + str(k):>30}" for name in rights for k in _AT))
    for name, rank in rankings.items():
        ranked = [list(dict.fromkeys(map(set_id, rank(question.text)))) for question in questions]
        cells = []
        for right_of in rights.values():
            judged = [
                (articles, right_of(one)) for articles, one in zip(ranked, questions, strict=True) if right_of(one)
            ]
            cells += [f"{_hits(judged, k):.3f} (n={len(judged)})" for k in _AT]
        print(f"{name:20}" + "".join(f"{cell:>30}" for cell in cells))


def _hits(judged: list[tuple[list[str], frozenset[str]]], k: int) -> float:
    return statistics.mean(bool(right & set(articles[:k])) for articles, right in judged)


def _print_times(questions: list[NewsQuestion], library: Library) -> None:
    milliseconds = []
    for question in questions:
        started = time.perf_counter()
        library.search(question.text)
        milliseconds.append(1000 * (time.perf_counter() - started))
    parts = statistics.quantiles(milliseconds, n=20)
    print(f"a warm Library.search: p50 {parts[9]:.1f} ms, p95 {parts[18]:.1f} ms over {len(questions)} questions")
