"""Megabytes of article text indexed a second: Dateline against the chain of LangChain's tutorial."""

import os
import statistics
import tempfile
import time
from pathlib import Path

from dateline.eval.benchmarks.systems import DATELINE, SYSTEMS, TUTORIAL
from dateline.eval.datasets.news import news_articles

_PAIRS = 3
_ARTICLES = 40  # of each pair, other ones each time: about 0.4 MB
_CORES = 2


def run(data: Path) -> None:
    """Print the rate of both for each pair of runs on the same articles, their medians and the ratio.

    Needs ``pip install -e '.[dev,benchmarks]'``. Models are loaded and warm before the clock starts, on both sides.
    """
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:_CORES])
    articles = news_articles(data)
    adds = {name: SYSTEMS[name].prepare() for name in (TUTORIAL, DATELINE)}
    rates: dict[str, list[float]] = {name: [] for name in adds}
    for pair in range(_PAIRS):
        sample = articles[pair :: len(articles) // _ARTICLES][:_ARTICLES]
        megabytes = sum(len(article.text.encode()) for article in sample) / 1e6
        for name, taken in rates.items():
            with tempfile.TemporaryDirectory() as folder:
                started = time.perf_counter()
                adds[name](sample, Path(folder) / "index")
                taken.append(megabytes / (time.perf_counter() - started))
        print(f"{megabytes:.2f} MB: " + ", ".join(f"{name} {rates[name][-1]:.4f} MB/s" for name in rates), flush=True)
    ratios = [ours / theirs for ours, theirs in zip(rates[DATELINE], rates[TUTORIAL], strict=True)]
    medians = ", ".join(f"{name} {statistics.median(taken):.4f} MB/s" for name, taken in rates.items())
    print(f"median: {medians}, ratio {statistics.median(ratios):.1f}")
