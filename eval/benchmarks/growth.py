"""What grows with a library, measured at several sizes: time, memory, disk and what the Chroma index misses.

Articles and vectors are generated (``dateline.eval.datasets.generated``) and recorded as ``dateline add`` records them;
questions are embedded for real. The figures of each step are taken in a process of its own.
"""

import json
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

import numpy as np

from dateline.eval.benchmarks.growth_figures import Figures, draw_growth, print_growth
from dateline.eval.benchmarks.resources import most_memory, on_disk, own_memory, own_process, timed
from dateline.eval.datasets.generated import Newsroom
from dateline.eval.datasets.libraries import record_articles
from dateline.index.backends import Backend
from dateline.index.embedding.embedder import load_embedder
from dateline.index.library import Library
from dateline.index.ports import VectorIndex
from dateline.index.storage.record import SqliteRecord
from dateline.index.types import ChunkIds, Embedder, Filter
from dateline.index.vectors.exact import ExactScan

Result = TypeVar("Result")

_QUESTIONS = 100
_PAUSE = 0.2  # seconds before what is timed, as between questions of people
_NARROWED = 20
_ONLY = Filter(since=date(2012, 1, 1))  # half of the articles
_CANDIDATES = 200  # as a search takes of each way
_ONE_MORE = 900_000  # the number of an article that no library here is built of
_DISK = {
    "texts": "SELECT sum(length(CAST(text AS BLOB))) FROM articles",
    "vectors": "SELECT sum(length(vector)) FROM vectors",
    "words": "SELECT sum(length(block)) FROM words_data",
    "words_texts": "SELECT sum(length(CAST(c1 AS BLOB))) FROM words_content",
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
    if not figures:
        shutil.rmtree(folder / "library", ignore_errors=True)
    for step, figure in _BUILDING.items():
        if figure not in figures or (step == "chroma" and not _is_indexed(folder)):  # the last step removes an article
            figures |= _step(step, folder, size)
            kept.write_text(json.dumps(figures), "utf-8")
    for step in _OF_WHAT_IS_BUILT:
        figures |= _step(step, folder, size)
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
    made = ((one.article, one.chunks, one.vectors) for one in Newsroom(embedder).articles(size))
    seconds = record_articles(folder / "library", embedder, made)
    return {"record_s": seconds, "record_mb": most_memory()}


def _chroma(folder: Path, size: int) -> Figures:
    """Built by one core and a bit; its time is that of the processor, as what takes an hour is stopped for others."""
    started = time.process_time()
    with Library.write(folder / "library") as library:
        library.index_vectors()
    return {"chroma_s": time.process_time() - started, "chroma_mb": most_memory()}


def _exact(folder: Path, size: int) -> Figures:
    """All vectors compared in float32: what the other ways are held against; and what lies on the disk."""
    record = SqliteRecord(folder / "library", writable=False)
    scan = ExactScan(*record.vectors())
    found, figures = _searched("exact", scan, load_embedder())
    np.save(folder / "exact.npy", np.stack(found))
    figures |= {f"{name}_in_record_mb": record.run(query)[0][0] / 1e6 for name, query in _DISK.items()}
    record.close()
    figures |= {f"{path.name}_disk_mb": on_disk(path) for path in sorted((folder / "library").iterdir())}
    return {**figures, "exact_mb": own_memory()}


def _by_chroma(folder: Path, size: int) -> Figures:
    """The vector index alone: opened, searched, and what it misses."""
    embedder = load_embedder()
    backend = Backend.open(folder / "library")
    _, opened = _timed(lambda: backend.vectors.search(embedder.embed_question("opened?"), _CANDIDATES))
    found, figures = _searched("chroma", backend.vectors, embedder)
    backend.close()
    recalls = {f"chroma_recall@{k}": _recall(np.load(folder / "exact.npy"), found, k) for k in (10, _CANDIDATES)}
    return {**figures, **recalls, "chroma_open_s": opened / 1e3, "chroma_search_mb": own_memory()}


def _change(folder: Path, size: int) -> Figures:
    """One article added as a file, and removed: with it goes the vector index of a large library."""
    path = folder / "one-more.txt"
    path.write_text(Newsroom(load_embedder()).article(_ONE_MORE).article.text, "utf-8")
    with Library.write(folder / "library") as library:
        library.search("is everything loaded?")
        _, added = _timed(lambda: library.add([path]))
        _, removed = _timed(lambda: library.remove(str(path.resolve())))
    return {"add_s": added / 1e3, "remove_s": removed / 1e3, "change_mb": most_memory()}


def _reader(who: str, folder: Path, size: int) -> Figures:
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
        f"{who}_core_ms": 1e3 * worked / len(questions),
        f"{who}_narrowed_p50_ms": float(np.median(narrowed)),
        **_percentiles(who, taken),
        f"{who}_open_s": opened,
        f"{who}_mb": own_memory(),
        f"{who}_most_mb": most_memory(),
    }


def _searched(way: str, search: ExactScan | VectorIndex, embedder: Embedder) -> tuple[list[ChunkIds], Figures]:
    vectors = [embedder.embed_question(question) for question in Newsroom(embedder).questions(_QUESTIONS)]
    taken = [_timed(partial(search.search, vector, _CANDIDATES, None)) for vector in vectors]
    return [nearest.ids for nearest, _ in taken], _percentiles(way, [milliseconds for _, milliseconds in taken])


def _timed(work: Callable[[], Result]) -> tuple[Result, float]:
    time.sleep(_PAUSE)
    return timed(work)


def _percentiles(name: str, milliseconds: Sequence[float]) -> Figures:
    return {f"{name}_p50_ms": float(np.median(milliseconds)), f"{name}_p95_ms": float(np.percentile(milliseconds, 95))}


def _recall(exact: ChunkIds, found: Sequence[ChunkIds], k: int) -> float:
    shared = sum(len(np.intersect1d(one[:k], other[:k])) for one, other in zip(exact, found, strict=True))
    return shared / exact[:, :k].size


_BUILDING = {"record": "record_s", "chroma": "chroma_s"}  # with a figure of each
_OF_WHAT_IS_BUILT = ("exact", "by_chroma", "reader", "change", "without")
STEPS: dict[str, Callable[[Path, int], Figures]] = {
    "record": _record, "chroma": _chroma, "exact": _exact, "by_chroma": _by_chroma,
    "reader": partial(_reader, "reader"), "change": _change, "without": partial(_reader, "without"),
}  # fmt: skip
"""What is measured of a folder and a number of chunks, each in a process of its own; in this order."""
