"""What it costs to read pages in the sandbox, a process of their own: pages a second, and seconds of the processor.

The pages are the articles of the news set, with the navigation and the footer that such pages have.
"""

import html
import os
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

from dateline.eval.benchmarks.tables import print_table
from dateline.eval.datasets.news import NewsArticle, news_articles
from dateline.index.reading.formats import Source, read_html
from dateline.index.reading.sandbox import Sandbox

_ROUNDS = 5
_AROUND = "<li><a href='/x'>Section</a></li>" * 60


def run(data: Path, *, pages: Annotated[int, "how many pages are read"] = 200) -> None:
    """Print the medians of some rounds, the ways taking turns."""
    articles = news_articles(data)
    sources = [_page(article) for article in articles[:: max(1, len(articles) // pages)][:pages]]
    sandbox = Sandbox()
    ways: dict[str, Callable[[Source], object]] = {
        "here": lambda source: list(read_html(source)),
        "in the sandbox": lambda source: list(sandbox.reader("html")(source)),
    }
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for read in ways.values():
        read(sources[0])
    for _ in range(_ROUNDS):
        for name, read in ways.items():
            taken[name].append(_seconds(read, sources, sandbox.pid))
    rows = [
        (name, f"{len(sources) / statistics.median(wall for wall, _ in some):.1f}", _per_page(some, sources))
        for name, some in taken.items()
    ]
    print_table(("read", "pages a second", "ms of the processor a page"), rows)
    sandbox.close()


def _per_page(some: Sequence[tuple[float, float]], sources: Sequence[Source]) -> str:
    return f"{1000 * statistics.median(processor for _, processor in some) / len(sources):.2f}"


def _seconds(read: Callable[[Source], object], sources: Sequence[Source], pid: int | None) -> tuple[float, float]:
    """On the clock, and of the processor in both processes."""
    wall, processor = time.perf_counter(), time.process_time() + _used(pid)
    for source in sources:
        read(source)
    return time.perf_counter() - wall, time.process_time() + _used(pid) - processor


def _used(pid: int | None) -> float:
    """Seconds of the processor that another process has taken, where Linux tells."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _page(article: NewsArticle) -> Source:
    title = html.escape(article.title or "News")
    text = "".join(f"<p>{html.escape(line)}</p>" for line in article.text.split("\n") if line.strip())
    page = (
        f"<!doctype html><html><head><meta charset='utf-8'><title>{title}</title></head><body><nav><ul>{_AROUND}</ul>"
        f"</nav><article><h1>{title}</h1>{text}</article><footer><ul>{_AROUND}</ul></footer></body></html>"
    )
    return Source(page.encode(), article.id)
