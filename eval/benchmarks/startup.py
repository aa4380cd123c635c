"""A cold ``dateline ask``: a new process, the library built."""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from dateline.eval.datasets.libraries import news_library

_RUNS = 7
_QUESTION = "when do coalition troops leave Iraq?"
_SEED = (
    "Iraq – Baghdad and Washington have agreed on a plan.\n"
    "Sources said that hundreds of coalition troops leave Iraq by September 2025 and the rest by the end of 2026.\n"
)


def run(data: Path) -> None:
    """Print the wall seconds of ``dateline ask`` in a new process, on a library of one article and on the news set."""
    with tempfile.TemporaryDirectory() as folder:
        article, small = Path(folder) / "article.txt", Path(folder) / "library"
        article.write_text(_SEED, "utf-8")
        _seconds("add", str(article), "--library", str(small), "--quiet")
        for name, library in (("one article", small), ("the news set", news_library(data))):
            seconds = [_seconds("ask", _QUESTION, "--library", str(library), "--json") for _ in range(_RUNS)]
            figures = ", ".join(
                f"{function.__name__} {function(seconds):.2f}" for function in (min, statistics.median, max)
            )
            print(f"cold dateline ask, {name}: {figures} s over {_RUNS} runs")


def _seconds(*arguments: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "ui", *arguments], check=True, capture_output=True)
    return time.perf_counter() - started
