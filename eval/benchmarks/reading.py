"""What reading takes: ten passages of about 150 tokens, a loaded model; and what more passages would bring on news.

The questions of the table are those whose own source is in the library: how often the likeliest sentence holds the
answer, how often the first passage is of that source before and after reranking, and the time of reading.
"""

import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from dateline.eval.benchmarks.resources import milliseconds
from dateline.eval.benchmarks.tables import mean_cell, print_table
from dateline.eval.datasets.libraries import news_library, set_ids
from dateline.eval.datasets.news import NewsQuestion, news_questions
from dateline.eval.metrics.answers import contained
from dateline.index.library import Library
from dateline.index.types import Embedder, Passage
from dateline.rag.citations import cite
from dateline.rag.reader.crossencoder import CrossEncoder
from dateline.rag.reader.reader import QuotingReader

_PASSAGES, _TOKENS = 10, 150
_QUESTIONS, _LOADS = 40, 5
_DEPTHS = (5, 10, 15, 20)


def run(data: Path) -> None:
    """Print the milliseconds of reading, p50 and p95, and of loading the model; then the table by depth."""
    folder, marker = news_library(data), CrossEncoder()
    questions = news_questions(data)
    with Library.open(folder) as library:
        _print_times(library, [one.question for one in questions[:_QUESTIONS]], marker)
        _print_depths(library, questions, set_ids(folder), marker)


def _print_times(library: Library, questions: Sequence[str], marker: CrossEncoder) -> None:
    read = [(one, _cut(library.search(one, _PASSAGES), library.embedder)) for one in questions]
    marker.mark(*read[0])
    times = [milliseconds(partial(marker.mark, *one)) for one in read]
    tokens = statistics.mean(library.embedder.count_tokens([one.text for _, some in read for one in some]))
    parts = statistics.quantiles(times, n=20)
    print(f"{_PASSAGES} passages of {tokens:.0f} tokens: p50 {parts[9]:.0f} ms, p95 {parts[18]:.0f} ms")
    loads = [milliseconds(lambda: CrossEncoder().mark(read[0][0], read[0][1][:1])) for _ in range(_LOADS)]
    print(f"loading the model, hash and first passage: {min(loads):.0f} ms")


def _print_depths(
    library: Library, questions: Sequence[NewsQuestion], ids: dict[str, frozenset[str]], marker: CrossEncoder
) -> None:
    held = frozenset[str]().union(*ids.values())
    asked = [one for one in questions if one.gold_articles & held]
    found = [library.search(one.question, max(_DEPTHS)) for one in asked]
    print(f"\n{len(asked)} questions")
    print_table(
        ("passages read", "likeliest sentence right", "first before", "first after", "p50 ms"),
        (
            (
                depth,
                *_depth(list(zip(asked, (some[:depth] for some in found), strict=True)), ids, QuotingReader(marker)),
            )
            for depth in _DEPTHS
        ),
    )


def _depth(
    read: Sequence[tuple[NewsQuestion, list[Passage]]], ids: dict[str, frozenset[str]], reader: QuotingReader
) -> list[str]:
    right, before, after, times = [], [], [], []
    for one, passages in read:
        started = time.perf_counter()
        reading = reader.read(one.question, passages)
        times.append(1000 * (time.perf_counter() - started))
        likeliest = cite((reading.quotations or reading.withheld)[:1], passages)
        right.append(contained(" ".join(citation.quote for citation in likeliest), one.answers))
        before.append(float(bool(ids[passages[0].article_id] & one.gold_articles)))
        after.append(float(bool(ids[passages[reading.ranking[0]].article_id] & one.gold_articles)))
    return [mean_cell(right), mean_cell(before), mean_cell(after), f"{statistics.median(times):.0f}"]


def _cut(passages: list[Passage], embedder: Embedder) -> list[Passage]:
    """Passages made as long as wanted: shorter ones are repeated, longer ones lose their last words."""
    return [replace(one, text=text) for one, text in zip(passages, _texts(passages, embedder), strict=True)]


def _texts(passages: list[Passage], embedder: Embedder) -> Iterator[str]:
    for passage in passages:
        words = (passage.text + " ").split(" ") * 8
        tokens, count = embedder.count_tokens(words), 0
        for at, many in enumerate(tokens):
            count += many
            if count >= _TOKENS:
                yield " ".join(words[: at + 1])
                break
        else:
            yield passage.text
