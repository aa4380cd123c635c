"""What running costs: a cold ``dateline ask`` in a process of its own, and thousands of questions to one assistant."""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np

from dateline.eval.benchmarks.resources import milliseconds, own_memory
from dateline.eval.benchmarks.tables import print_row, print_table
from dateline.eval.datasets.generated import Newsroom
from dateline.eval.datasets.libraries import news_library
from dateline.eval.samples import read_samples
from dateline.index.library import Library
from dateline.rag.assistant import Assistant
from dateline.rag.conversation import Turn

_CHECKOUT = Path(__file__).resolve().parents[2]
_NEWSROOM = _CHECKOUT / "eval" / "sets" / "newsroom"
_ARTICLES = (_CHECKOUT / "seeds", _NEWSROOM / "articles")
_SAMPLES = (_CHECKOUT / "seeds" / "questions.jsonl", _NEWSROOM / "questions.jsonl", _NEWSROOM / "follow-ups.jsonl")
_EVERY = 500
_WARM_UP = 0.2  # of the questions: until then caches with a limit fill up
_MADE_UP = 1_000  # of them other words each time, however often they come round
_RUNS = 7
_QUESTION = "when do coalition troops leave Iraq?"
_SEED = (
    "Iraq – Baghdad and Washington have agreed on a plan.\n"
    "Sources said that hundreds of coalition troops leave Iraq by September 2025 and the rest by the end of 2026.\n"
)

Asked = tuple[str, Sequence[Turn]]


def run_startup(data: Path) -> None:
    """Print the wall seconds of ``dateline ask`` in a new process, on a library of one article and on the news set."""
    with TemporaryDirectory() as folder:
        article, small = Path(folder) / "article.txt", Path(folder) / "library"
        article.write_text(_SEED, "utf-8")
        _dateline("add", str(article), "--library", str(small), "--quiet")
        rows = []
        for name, library in (("one article", small), ("the news set", news_library(data))):
            ask = partial(_dateline, "ask", _QUESTION, "--library", str(library), "--json")
            seconds = [milliseconds(ask) / 1000 for _ in range(_RUNS)]
            rows.append((name, *(f"{figure(seconds):.2f}" for figure in (min, statistics.median, max))))
    print_table(("cold dateline ask, s", "least", f"median of {_RUNS}", "most"), rows)


def _dateline(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "dateline", *arguments], check=True, capture_output=True)


def run_longrun(
    *,
    questions: Annotated[int, "how many are asked"] = 10_000,
    passages: Annotated[int, "how many are read for each"] = 10,
) -> None:
    """Print the memory of the process every 500 questions and its slope after the first fifth.

    Questions of the sets that ship take turns with made-up ones. Needs a checkout, for the seeds.
    """
    with TemporaryDirectory() as folder:
        with Library.write(Path(folder)) as library:
            library.add(_ARTICLES)
        with Library.open(Path(folder)) as library:
            assistant = Assistant(library, passages=passages)
            print_row(("questions", "memory, MB", "s"))
            print_row(["---"] * 3)
            measured = list(_memory(assistant, islice(_questions(Newsroom(library.embedder)), questions)))
    print(slope_in_words([one for one in measured if one[0] >= _WARM_UP * questions]))


def slope_in_words(measured: Sequence[tuple[float, float]]) -> str:
    """Megabytes for each thousand questions, by least squares over (questions, megabytes), with its standard error."""
    if len(measured) < 3:
        return "too few questions for a slope"
    asked, megabytes = np.array(measured, float).T
    (slope, _), covariance = np.polyfit(asked, megabytes, 1, cov=True)
    error = float(np.sqrt(covariance[0, 0]))
    return f"slope: {1_000 * slope:+.2f} ± {1_000 * error:.2f} MB for 1,000 questions"


def _memory(assistant: Assistant, questions: Iterator[Asked]) -> Iterator[tuple[int, float]]:
    """Every so often how many were asked, and the megabytes held then."""
    started = time.perf_counter()
    for number, (question, history) in enumerate(questions, 1):
        assistant.ask(question, history=history)
        if number % _EVERY == 0:
            megabytes = own_memory()
            print_row((f"{number:,}", f"{megabytes:.1f}", f"{time.perf_counter() - started:.0f}"))
            yield number, megabytes


def _questions(newsroom: Newsroom) -> Iterator[Asked]:
    """Those of the sets in turn, each followed by one that was made up; every other of these is a follow-up."""
    samples = cycle([sample for path in _SAMPLES for sample in read_samples(path).samples])
    for number, (sample, question) in enumerate(zip(samples, _made_up(newsroom), strict=False)):
        yield sample.question, sample.history
        yield question, (Turn(question=sample.question),) if number % 2 else ()


def _made_up(newsroom: Newsroom) -> Iterator[str]:
    seed = 0
    while True:
        yield from newsroom.questions(_MADE_UP, seed)
        seed += 1
