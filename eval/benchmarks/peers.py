"""Dateline beside its parts and its peers: what each finds on the news set, how fast, and what it takes.

Every system indexes the same articles and answers the same questions, each in processes of its own, in turn. Models are
loaded before the clock of indexing starts. Cold is from the start of a process to its first ten passages, the index on
disk and files in the system's cache; imports and models count. Warm is a search for ten passages. Nothing is read: an
answer takes longer. Ratios are medians of pairs: parts of the articles, rounds of cold starts, questions. bm25s, which
can't add, makes its index of all articles at once. The tutorial embeds 0.02 MB/s on two cores, so part of the set is
taken, the articles that questions name as their source first: every figure of quality is higher than on the whole set.
"""

import statistics
import tempfile
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import numpy as np

from dateline.eval.benchmarks.resources import keep_to, on_disk, own_process, timed
from dateline.eval.benchmarks.systems import DATELINE, SYSTEMS, Done, find, index
from dateline.eval.benchmarks.tables import print_table
from dateline.eval.datasets.files import spread
from dateline.eval.datasets.news import (
    SOURCE,
    WITH_ANSWER,
    NewsArticle,
    NewsQuestion,
    Right,
    news_articles,
    news_questions,
)
from dateline.eval.metrics import retrieval

_CORES = 2
_PARTS = 4  # that the articles are indexed in
_ROUNDS = 3  # of cold starts
_PASSAGES = 10
_DEEP = 200  # passages looked at, so that ten different articles come up
_K = 10
_HEAD = (
    "system", "hits@1", "hits@4", "hits@10", "MRR@10", "nDCG@10", "answer hits@1", "answer hits@10", "index MB/s",
    "index MB held", "disk MB", "cold s", "warm p50 ms", "warm p95 ms", "search MB held",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some articles of the set, no text twice, and the questions that they answer."""

    articles: tuple[NewsArticle, ...]
    questions: tuple[NewsQuestion, ...]

    @property
    def megabytes(self) -> float:
        """Of their texts."""
        return sum(len(article.text.encode()) for article in self.articles) / 1e6

    def count(self, right: Right) -> int:
        """The questions that have right articles."""
        return sum(bool(right(question)) for question in self.questions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What came of one system."""

    indexed: Sequence[Done]
    """By part of the articles."""
    disk: float
    """Megabytes of its index."""
    cold: Sequence[float]
    """Seconds of each round."""
    warm: Sequence[float]
    """Milliseconds of each question."""
    deep: Sequence[Done]
    """For each question what is found far down."""


def run_peers(
    data: Path,
    *,
    articles: Annotated[int, "how many articles at most, those that questions name as source first; 0 is all"] = 300,
) -> None:
    """Print what each system takes as it comes, then the table and the ratios; needs ``.[dev,benchmarks]``."""
    keep_to(_CORES)
    compare(part_of(news_articles(data), news_questions(data), articles), tuple(SYSTEMS))


def part_of(articles: Sequence[NewsArticle], questions: Sequence[NewsQuestion], most: int) -> Part:
    """At most ``most`` articles, 0 for all: those that a question names as its source, then others evenly spread."""
    once = list({article.text: article for article in reversed(articles)}.values())[::-1]
    sources = {one for question in questions for one in question.gold_articles}
    gold = [article for article in once if article.id in sources][: most or None]
    left = (most or len(once)) - len(gold)
    others = spread([article for article in once if article.id not in sources], left) if left else []
    ids = {article.id for article in (*gold, *others)}
    asked = (
        replace(one, gold_articles=one.gold_articles & ids, articles_with_answer=one.articles_with_answer & ids)
        for one in questions
    )
    answered = (one for one in asked if one.gold_articles or one.articles_with_answer)
    return Part(articles=(*gold, *others), questions=tuple(answered))


def compare(part: Part, names: Sequence[str], rounds: int = _ROUNDS) -> None:
    """Print the table of some systems, by their names in ``SYSTEMS``; Dateline is one of them."""
    print(
        f"{len(part.articles)} articles, {part.megabytes:.2f} MB; {part.count(SOURCE)} questions with their source "
        f"among them, {part.count(WITH_ANSWER)} with an article that holds the answer",
        flush=True,
    )
    with tempfile.TemporaryDirectory() as folder:
        measured = _measure(part, names, Path(folder), rounds)
    print()
    print_table(_HEAD, [(name, *_quality(part, one), *_costs(part, name, one)) for name, one in measured.items()])
    print()
    for name in names:
        if name != DATELINE:
            print(f"{name} beside {DATELINE}: {_ratios(name, measured[name], measured[DATELINE])}")


def _measure(part: Part, names: Sequence[str], folder: Path, rounds: int) -> dict[str, Measured]:
    owners = {name: SYSTEMS[name].shares or name for name in names}
    indexed = _indexed(part, {name: folder / name for name in owners.values()})
    folders = {name: folder / owner for name, owner in owners.items()}
    questions = [one.question for one in part.questions]
    cold = _cold(questions[0], folders, rounds)
    warm, deep = _answered(questions, folders)
    return {
        name: Measured(
            indexed=indexed[owner], disk=on_disk(folders[name]), cold=cold[name], warm=warm[name], deep=deep[name]
        )
        for name, owner in owners.items()
    }


def _indexed(part: Part, folders: Mapping[str, Path]) -> dict[str, list[Done]]:
    """The articles in several parts, each added to every index before the next one is."""
    taken: dict[str, list[Done]] = {name: [] for name in folders}
    with ExitStack() as stack:
        processes = {name: stack.enter_context(own_process()) for name in folders}
        for number in range(_PARTS):
            articles = part.articles[number::_PARTS]
            for name, folder in folders.items() if articles else ():
                taken[name].append(processes[name].submit(index, name, folder, articles).result())
                seconds = taken[name][-1].milliseconds / 1000
                print(f"{name}: part {number + 1} of {_PARTS} indexed in {seconds:.1f} s", flush=True)
    return taken


def _cold(question: str, folders: Mapping[str, Path], rounds: int) -> dict[str, list[float]]:
    """Seconds from the start of a process to its first result, a round of all systems at a time."""
    seconds: dict[str, list[float]] = {name: [] for name in folders}
    for _ in range(rounds):
        for name, folder in folders.items():
            seconds[name].append(_first(name, folder, question))
    for name in folders:
        print(f"{name}: cold " + ", ".join(f"{one:.2f}" for one in seconds[name]) + " s", flush=True)
    return seconds


def _first(name: str, folder: Path, question: str) -> float:
    with own_process() as process:
        return timed(lambda: process.submit(find, name, folder, question, _PASSAGES).result())[1] / 1000


def _answered(
    questions: Sequence[str], folders: Mapping[str, Path]
) -> tuple[dict[str, list[float]], dict[str, list[Done]]]:
    """Each question is put to every system before the next one is; which comes first changes each time."""
    warm: dict[str, list[float]] = {name: [] for name in folders}
    with ExitStack() as stack:
        processes = {name: stack.enter_context(own_process()) for name in folders}

        def ask(name: str, question: str, k: int) -> Done:
            return processes[name].submit(find, name, folders[name], question, k).result()

        for name in folders:
            ask(name, questions[0], _PASSAGES)
        order = deque(folders)
        for question in questions:
            for name in order:
                warm[name].append(ask(name, question, _PASSAGES).milliseconds)
            order.rotate(-1)
        deep = {name: [ask(name, question, _DEEP) for question in questions] for name in folders}
    return warm, deep


def _quality(part: Part, one: Measured) -> list[str]:
    source, holding = (_gains(part, one, right) for right in (SOURCE, WITH_ANSWER))
    figures = [
        *([retrieval.hits(gains, k) for gains, _ in source] for k in (1, 4, 10)),
        [retrieval.reciprocal_rank(gains, _K) for gains, _ in source],
        [retrieval.ndcg(gains, relevant, _K) for gains, relevant in source],
        *([retrieval.hits(gains, k) for gains, _ in holding] for k in (1, 10)),
    ]
    return [f"{statistics.mean(values):.3f}" if values else "-" for values in figures]


def _gains(part: Part, one: Measured, right: Right) -> list[tuple[tuple[int, ...], int]]:
    """Of each question that has right articles: the gains of what was found, and how many are right."""
    return [
        (retrieval.gains_of([{name} for name in dict.fromkeys(found.ids)], right(question)), len(right(question)))
        for question, found in zip(part.questions, one.deep, strict=True)
        if right(question)
    ]


def _costs(part: Part, name: str, one: Measured) -> list[str]:
    p50, p95 = np.percentile(one.warm, (50, 95))
    rate = part.megabytes / _seconds(name, one)
    indexing = (f"{rate:.3f}", f"{one.indexed[-1].megabytes:.0f}", f"{one.disk:.1f}")
    return [
        *(["(shared)"] * len(indexing) if SYSTEMS[name].shares else indexing),
        f"{statistics.median(one.cold):.2f}",
        f"{p50:.1f}",
        f"{p95:.1f}",
        f"{one.deep[-1].megabytes:.0f}",
    ]


def _ratios(name: str, one: Measured, ours: Measured) -> str:
    def median(theirs: Sequence[float], own: Sequence[float]) -> float:
        return statistics.median(their / our for their, our in zip(theirs, own, strict=True))

    if SYSTEMS[name].rebuilds:
        slower = _seconds(name, one) / _seconds(DATELINE, ours)
    else:
        slower = median([part.milliseconds for part in one.indexed], [part.milliseconds for part in ours.indexed])
    indexing = f"indexing takes {slower:.2f} times as long, "
    cold, warm = median(one.cold, ours.cold), median(one.warm, ours.warm)
    return f"{'' if SYSTEMS[name].shares else indexing}a cold start {cold:.2f} times, a warm search {warm:.2f} times"


def _seconds(name: str, one: Measured) -> float:
    """Of indexing everything."""
    seconds = [part.milliseconds / 1000 for part in one.indexed]
    return seconds[-1] if SYSTEMS[name].rebuilds else sum(seconds)
