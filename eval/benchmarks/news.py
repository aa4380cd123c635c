"""The news set: articles, questions, and a library of all its articles, built once and kept."""

import gzip
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from index.adding import Progress
from index.chunking import CHUNKER_ID
from index.library import Library


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsQuestion:
    """A question of the weekly quiz with the articles that answer it, by their ids in the set."""

    text: str
    answers: tuple[str, ...]
    gold: frozenset[str]
    """The quiz's own source; may be empty."""
    with_answer: frozenset[str]
    """Articles found for the question that hold the answer's words; may be empty, may be wrong for short answers."""


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a gzipped file of JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def news_questions(data: Path) -> list[NewsQuestion]:
    """All questions of the set."""
    return [
        NewsQuestion(
            text=row["question"],
            answers=tuple(row["answers"]),
            gold=frozenset(row["gold_articles"]),
            with_answer=frozenset(row["articles_with_answer"]),
        )
        for row in read_lines(data / "news" / "questions.jsonl.gz")
    ]


def news_library(data: Path) -> Path:
    """The folder of a library of all articles of the set; what an earlier run has built is used again."""
    folder = user_cache_path("dateline") / "benchmarks" / f"news-{CHUNKER_ID.replace('/', '-')}"
    folder.mkdir(parents=True, exist_ok=True)
    articles = folder / "articles.jsonl"
    if not articles.exists():
        lines = (json.dumps(row) for row in read_lines(data / "news" / "articles.jsonl.gz"))
        articles.write_text("\n".join(lines), "utf-8")
    started, shown = time.perf_counter(), 0.0

    def watch(event: object) -> None:
        nonlocal shown
        if isinstance(event, Progress) and time.perf_counter() - shown > 30:
            shown = time.perf_counter()
            print(f"  building the library: {event.done / 1e6:.1f} of {event.total / 1e6:.1f} MB", flush=True)

    with Library.write(folder / "library") as library:
        report = library.add([articles], watch)
    if report.chunks_embedded:
        print(f"  built in {time.perf_counter() - started:.0f} s: {report.chunks_embedded} chunks")
    return folder / "library"


def set_id(origin: str) -> str:
    """The id in the set of the article that was read from an origin."""
    return origin.rpartition("#")[2]
