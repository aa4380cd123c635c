"""``python -m tests.browser.timing --runs 30``: how long a person waits, and what the waiting server holds."""

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from tests.browser.chromium import browser
from tests.browser.libraries import shipped_library
from tests.browser.load import resident
from tests.browser.person import Person
from tests.browser.watching import Watch
from tests.harness.serving import served

_QUESTIONS = (
    "when do coalition troops leave Iraq?",
    "Who was elected mayor of Wexling?",
    "How many people died in the flood at Tolmere?",
)
_STARTS = 5


def main() -> None:
    """Measure, and print each figure with its half and 95 of 100."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=30)
    runs: int = parser.parse_args().runs
    with shipped_library() as library:
        ready, idle = zip(*(_start(library) for _ in range(_STARTS)), strict=True)
        _print("page ready after the start", list(ready))
        print(f"idle: {np.median(idle):.0f} MB")
        with _somebody(library) as person:
            _print("question to highlighted source", [_ask(person, run) for run in range(runs)])


def _start(library: Path) -> tuple[float, float]:
    """Seconds from the command to a page that can be typed into, and megabytes once its models are loaded."""
    with browser() as opened:
        began = time.perf_counter()
        with served(library) as serving:
            page = opened.new_page()
            page.goto(serving.address)
            page.wait_for_selector("body[data-ready=true]")
            page.wait_for_selector(".welcome")
            seconds = time.perf_counter() - began
            person = Person(page, serving, Watch(serving.address))
            person.ask(_QUESTIONS[0])
            return seconds, resident(serving.process)


def _ask(person: Person, run: int) -> float:
    """Seconds from Enter to the marked words in view, beside a source that is open."""
    person.page.evaluate("localStorage.clear()")
    person.open()
    person.open_first(person.ask(_QUESTIONS[(run + 1) % len(_QUESTIONS)]))  # a source is open: it gives way
    before, question = person.last(), _QUESTIONS[run % len(_QUESTIONS)]
    person.question.fill(question)
    began = time.perf_counter()
    person.question.press("Enter")
    person.answered(before)
    person.opened(1)
    return time.perf_counter() - began


@contextmanager
def _somebody(library: Path) -> Iterator[Person]:
    with browser() as opened, served(library) as serving:
        page = opened.new_page(viewport={"width": 1400, "height": 900})
        person = Person(page, serving, Watch(serving.address))
        person.open()
        yield person


def _print(what: str, seconds: list[float]) -> None:
    half, most = np.percentile(seconds, [50, 95])
    print(f"{what}: p50 {half * 1000:,.0f} ms, p95 {most * 1000:,.0f} ms, {len(seconds)} runs")


if __name__ == "__main__":
    main()
