"""What grows with a library, measured at several sizes: time, memory, disk and what the Chroma index misses.

Articles and vectors are generated (``dateline.eval.datasets.generated``) and recorded as ``dateline add`` records them;
questions are embedded for real. The figures of each step, called by what they say, are taken in a process of its own.
"""

import json
import math
import shutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

import numpy as np

from dateline.eval.benchmarks.resources import most_memory, on_disk, own_memory, own_process, timed
from dateline.eval.benchmarks.tables import print_table
from dateline.eval.datasets.generated import Newsroom
from dateline.eval.datasets.libraries import record_articles
from dateline.eval.report.page import style_of_page
from dateline.eval.report.plots import Axes, Line, panels
from dateline.index.backends import Backend
from dateline.index.embedding.embedder import load_embedder
from dateline.index.library import Library
from dateline.index.ports import VectorIndex
from dateline.index.storage.record import SqliteRecord
from dateline.index.storage.schema import RECORD_NAME
from dateline.index.types import ChunkIds, Embedder, Filter
from dateline.index.vectors.exact import ExactScan

Result = TypeVar("Result")
Figures = dict[str, float]

_QUESTIONS = 100
_PAUSE = 0.2  # seconds before what is timed, as between questions of people
_NARROWED = 20
_ONLY = Filter(since=date(2012, 1, 1))  # half of the articles
_CANDIDATES = 200  # as a search takes of each way
_ONE_MORE = 900_000  # the number of an article that no library here is built of
_RECORDED, _INDEXED = "record built, s", "Chroma built, s of a core"
_DISK = {
    "texts": "SELECT sum(length(CAST(text AS BLOB))) FROM articles",
    "vectors": "SELECT sum(length(vector)) FROM vectors",
    "the word index": "SELECT sum(length(block)) FROM words_data",
    "texts once more, for the word index": "SELECT sum(length(CAST(c1 AS BLOB))) FROM words_content",
}


def run_growth(
    *,
    chunks: Annotated[str, "sizes, as 100000,1000000"] = "10000,100000,1000000",
    out: Annotated[Path, "folder for the libraries and the plot"] = Path("growth"),
) -> None:
    """Print a table of figures by size and draw ``growth.svg``; a library that is there already is not built again."""
    found: dict[int, Figures] = {}
    for size in (int(one) for one in chunks.split(",")):
        folder = out / str(size)
        folder.mkdir(parents=True, exist_ok=True)
        found[size] = _measured(folder, size)
    print_growth(found)
    (out / "growth.svg").write_text(draw_growth(found), "utf-8")


def _measured(folder: Path, size: int) -> Figures:
    kept = folder / "built.json"
    figures: Figures = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    if _RECORDED not in figures:
        shutil.rmtree(folder / "library", ignore_errors=True)
    for step in STEPS:
        is_gone = step == "chroma" and not _is_indexed(folder)  # with the article that a later step removes
        if is_gone or _BUILT.get(step) not in figures:
            figures |= _step(step, folder, size)
        if step in _BUILT:
            kept.write_text(json.dumps(figures), "utf-8")
    return figures


def _is_indexed(folder: Path) -> bool:
    return any((folder / "library" / "vectors").glob("*/MANIFEST.json"))


def _step(name: str, folder: Path, size: int) -> Figures:
    started = time.perf_counter()
    with own_process() as process:
        figures = process.submit(STEPS[name], folder, size).result()
    print(f"{size:,} chunks, {name}: {time.perf_counter() - started:.0f} s, {figures}", file=sys.stderr, flush=True)
    return figures


# The steps


def _record(folder: Path, size: int) -> Figures:
    """Record the articles, as adding files does, but for reading, splitting and embedding them."""
    embedder = load_embedder()
    (folder / "library").mkdir()
    seconds = record_articles(folder / "library", embedder, Newsroom(embedder).articles(size))
    return {_RECORDED: seconds, "record built: its process, MB": most_memory()}


def _chroma(folder: Path, size: int) -> Figures:
    """Built by one core and a bit; its time is that of the processor, as what takes an hour is stopped for others."""
    started = time.process_time()
    with Library.write(folder / "library") as library:
        library.index_vectors()
    return {_INDEXED: time.process_time() - started, "Chroma built: its process, MB": most_memory()}


def _exact(folder: Path, size: int) -> Figures:
    """All vectors compared in float32: what the other ways are held against; and what lies on the disk."""
    record = SqliteRecord(folder / "library", writable=False)
    scan = ExactScan(*record.vectors())
    found, figures = _searched("vectors alone, compared:", scan, load_embedder())
    np.save(folder / "exact.npy", np.stack(found))
    figures |= {f"record on disk: {name}, MB": record.run(query)[0][0] / 1e6 for name, query in _DISK.items()}
    record.close()
    files = {"record": folder / "library" / RECORD_NAME, "Chroma": folder / "library" / "vectors"}
    figures |= {f"{name} on disk, MB": on_disk(path) for name, path in files.items()}
    return {**figures, "vectors alone, compared: memory, MB": own_memory()}


def _by_chroma(folder: Path, size: int) -> Figures:
    """The vector index alone: opened, searched, and what it misses."""
    embedder = load_embedder()
    backend = Backend.open(folder / "library")
    _, opened = _timed(lambda: backend.vectors.search(embedder.embed_question("opened?"), _CANDIDATES))
    way = "vectors alone, Chroma:"
    found, figures = _searched(way, backend.vectors, embedder)
    backend.close()
    recalls = {f"{way} recall@{k}": _recall(np.load(folder / "exact.npy"), found, k) for k in (10, _CANDIDATES)}
    opening = {f"{way} opened and first search, s": opened / 1e3, f"{way} memory, MB": own_memory()}
    return figures | recalls | opening


def _change(folder: Path, size: int) -> Figures:
    """One article added as a file, and removed: with it goes the vector index of a large library."""
    path = folder / "one-more.txt"
    path.write_text(Newsroom(load_embedder()).article(_ONE_MORE).article.text, "utf-8")
    with Library.write(folder / "library") as library:
        library.search("is everything loaded?")
        _, added = _timed(lambda: library.add([path]))
        _, removed = _timed(lambda: library.remove(str(path.resolve())))
    taken = {"one article added, s": added / 1e3, "one article removed, s": removed / 1e3}
    return {**taken, "most of the process that did, MB": most_memory()}


def _reader(where: str, folder: Path, size: int) -> Figures:
    """Questions put to a library; opening it lasts until the first is answered, which pays for what is loaded then."""
    questions = Newsroom(load_embedder()).questions(_QUESTIONS)
    started = time.perf_counter()
    with Library.open(folder / "library") as library:
        library.search("opened?")
        opened = time.perf_counter() - started
        worked = time.process_time()
        taken = [_timed(partial(library.search, question))[1] for question in questions]
        worked = time.process_time() - worked
        narrowed = [_timed(partial(library.search, question, only=_ONLY))[1] for question in questions[:_NARROWED]]
    return {
        f"{where}opened and first search, s": opened,
        **_percentiles(f"{where}search", taken),
        f"{where}search, ms of a core": 1e3 * worked / len(questions),
        f"{where}search of half the articles, p50, ms": float(np.median(narrowed)),
        f"{where}memory, MB": own_memory(),
        f"{where}most, with mapped files, MB": most_memory(),
    }


def _searched(way: str, search: ExactScan | VectorIndex, embedder: Embedder) -> tuple[list[ChunkIds], Figures]:
    vectors = [embedder.embed_question(question) for question in Newsroom(embedder).questions(_QUESTIONS)]
    taken = [_timed(partial(search.search, vector, _CANDIDATES, None)) for vector in vectors]
    return [nearest.ids for nearest, _ in taken], _percentiles(way, [milliseconds for _, milliseconds in taken])


def _timed(work: Callable[[], Result]) -> tuple[Result, float]:
    time.sleep(_PAUSE)
    return timed(work)


def _percentiles(name: str, milliseconds: Sequence[float]) -> Figures:
    return {
        f"{name} p50, ms": float(np.median(milliseconds)),
        f"{name} p95, ms": float(np.percentile(milliseconds, 95)),
    }


def _recall(exact: ChunkIds, found: Sequence[ChunkIds], k: int) -> float:
    shared = sum(len(np.intersect1d(one[:k], other[:k])) for one, other in zip(exact, found, strict=True))
    return shared / exact[:, :k].size


_BUILT = {"record": _RECORDED, "chroma": _INDEXED}  # once, with a figure of each
STEPS: dict[str, Callable[[Path, int], Figures]] = {
    "record": _record, "chroma": _chroma, "exact": _exact, "by_chroma": _by_chroma,
    "reader": partial(_reader, ""), "change": _change, "without": partial(_reader, "Chroma removed: "),
}  # fmt: skip
"""What is measured of a folder and a number of chunks, each in a process of its own; in this order."""


# What is shown

_PANELS = {
    "search, ms": {
        "search p50, ms": "p50", "Chroma removed: search p50, ms": "compared, p50", "search p95, ms": "p95",
    },
    "opened and first search, s": {
        "opened and first search, s": "Chroma", "Chroma removed: opened and first search, s": "compared",
    },
    "memory, MB": {"memory, MB": "Chroma", "Chroma removed: memory, MB": "compared"},
    "disk, MB": {"record on disk, MB": "record", "Chroma on disk, MB": "Chroma"},
}  # fmt: skip
"""By what is drawn, the figures and how they are called."""


def print_growth(found: Mapping[int, Figures]) -> None:
    """Print a row for each figure and a column for each number of chunks."""
    names = dict.fromkeys(name for figures in found.values() for name in figures)
    rows = ([name, *(_cell(name, figures.get(name)) for figures in found.values())] for name in names)
    print_table(["chunks", *(f"{size:,}" for size in found)], rows)


def _cell(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    if "recall" in name:
        return f"{value:.4f}"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def draw_growth(found: Mapping[int, Figures]) -> str:
    """A plot as SVG, complete in itself, in the colours of the page."""
    plots = [_panel(title, names, found) for title, names in _PANELS.items()]
    return panels("growth by number of chunks", plots, style_of_page())


def _panel(title: str, names: Mapping[str, str], found: Mapping[int, Figures]) -> tuple[Axes, list[Line]]:
    values = [figures[name] for figures in found.values() for name in names if figures.get(name)] or [1.0]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    high = max(high, low + 1)
    least, most = min(found), max(found)

    def place(size: int, value: float) -> tuple[float, float]:
        return math.log10(size / least) / (math.log10(most / least) or 1.0), (math.log10(value) - low) / (high - low)

    lines = []
    for style, (name, said) in enumerate(names.items(), 1):
        points = [place(size, figures[name]) for size, figures in sorted(found.items()) if figures.get(name)]
        lines += [Line(name=said, points=points, style=style)] if points else []
    x_marks = [(place(size, 1)[0], f"{size / 1000:,g}") for size in found]
    y_marks = [(place(least, 10.0**power)[1], f"{10.0**power:g}") for power in range(low, high + 1)]
    return Axes(x=f"{title}, by 1,000 chunks", y=title, x_marks=x_marks, y_marks=y_marks), lines
