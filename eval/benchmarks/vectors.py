"""The exact scan against the graph of Chroma: what each costs, and what the graph misses, by number of chunks."""

import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dateline.index.types import ChunkIds, Vectors
from dateline.index.vectors.exact import ExactScan
from dateline.index.vectors.index import Generations

_SIZES = (10_000, 35_000, 100_000)
_DIMENSIONS = 384
_QUESTIONS = 200
_CANDIDATES = 100
_COLD = {
    "exact": """import sqlite3, sys, numpy as np
from dateline.index.vectors.exact import ExactScan
connection = sqlite3.connect(sys.argv[1] + "/record.sqlite")
rows = connection.execute("SELECT chunk, vector FROM vectors ORDER BY chunk").fetchall()
vectors = np.frombuffer(b"".join([row[1] for row in rows]), "<f2").reshape(len(rows), -1)
ExactScan(np.array([row[0] for row in rows], np.int64), vectors).search(vectors[0].astype(np.float32), 100)""",
    "chroma": """import sys, numpy as np
from pathlib import Path
from dateline.index.vectors.index import Generations
import sqlite3
connection = sqlite3.connect(sys.argv[1] + "/record.sqlite")
ids = np.array([row[0] for row in connection.execute("SELECT chunk FROM vectors ORDER BY chunk")], np.int64)
def load(wanted):
    found = (connection.execute("SELECT vector FROM vectors WHERE chunk = ?", (int(one),)).fetchone() for one in wanted)
    return np.stack([np.frombuffer(row[0], "<f2") for row in found])
index = Generations(Path(sys.argv[1]) / "vectors", 384)
index.open(ids, load)
index.search(np.full(384, 384**-0.5, np.float32), 100)
index.close()""",
}


def run(data: Path) -> None:
    """Print exact against Chroma at several sizes; the vectors are generated in clusters, ``data`` is not used."""
    print("  chunks way     build s recall@10  p50 ms  p95 ms  cold ms  disk MB")
    for count in _SIZES:
        vectors, questions = _clustered(count)
        with tempfile.TemporaryDirectory() as folder:
            _compare(Path(folder), np.arange(1, count + 1, dtype=np.int64), vectors, questions)
    print(f"most memory held: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def _compare(folder: Path, ids: ChunkIds, vectors: NDArray[np.float16], questions: Vectors) -> None:
    _record(folder / "record.sqlite", ids, vectors)
    index = Generations(folder / "vectors", _DIMENSIONS)
    started = time.perf_counter()
    index.sync(ids, lambda wanted: vectors[wanted - 1])
    built = time.perf_counter() - started
    started = time.perf_counter()
    scan = ExactScan(ids, vectors)
    converted = time.perf_counter() - started
    exact, exact_ms = _searched(scan, questions)
    near, near_ms = _searched(index, questions)
    index.close()
    shared = sum(len(np.intersect1d(one[:10], other[:10])) for one, other in zip(exact, near, strict=True))
    recall = shared / (10 * len(questions))
    exact_costs = (converted, 1.0, *exact_ms, _cold_ms("exact", folder), _megabytes(folder / "record.sqlite"))
    chroma_costs = (built, recall, *near_ms, _cold_ms("chroma", folder), _megabytes(folder / "vectors"))
    for way, costs in (("exact", exact_costs), ("chroma", chroma_costs)):
        print("{:>8,} {:<7} {:>7.1f} {:>9.4f} {:>7.1f} {:>7.1f} {:>8.0f} {:>8.0f}".format(len(ids), way, *costs))


def _clustered(count: int) -> tuple[NDArray[np.float16], Vectors]:
    """Vectors as those of texts: in topics, each with spread of its own; and questions, near some of them."""
    rng = np.random.default_rng(count)
    topics = rng.standard_normal((max(10, count // 50), _DIMENSIONS), dtype=np.float32)
    rows = topics[rng.integers(0, len(topics), count)] + 0.8 * rng.standard_normal(
        (count, _DIMENSIONS), dtype=np.float32
    )
    asked = rows[rng.integers(0, count, _QUESTIONS)] + 0.8 * rng.standard_normal(
        (_QUESTIONS, _DIMENSIONS), dtype=np.float32
    )
    return _unit(rows).astype(np.float16), _unit(asked)


def _unit(rows: Vectors) -> Vectors:
    scaled: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return scaled


def _searched(search: ExactScan | Generations, questions: Vectors) -> tuple[list[ChunkIds], tuple[float, float]]:
    found, milliseconds = [], []
    for question in questions:
        started = time.perf_counter()
        found.append(search.search(question, _CANDIDATES).ids)
        milliseconds.append(1e3 * (time.perf_counter() - started))
    return found, (float(np.median(milliseconds)), float(np.percentile(milliseconds, 95)))


def _cold_ms(way: str, folder: Path) -> float:
    """From the start of a process to its first result, least of three."""
    command = [sys.executable, "-c", _COLD[way], str(folder)]
    times = []
    for _ in range(3):
        started = time.perf_counter()
        subprocess.run(command, check=True)
        times.append(1e3 * (time.perf_counter() - started))
    return min(times)


def _record(path: Path, ids: ChunkIds, vectors: NDArray[np.float16]) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE vectors (chunk INTEGER PRIMARY KEY, vector BLOB NOT NULL)")
    rows = ((number, vector.tobytes()) for number, vector in zip(ids.tolist(), vectors, strict=True))
    connection.executemany("INSERT INTO vectors VALUES (?, ?)", rows)
    connection.commit()
    connection.close()


def _megabytes(path: Path) -> float:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6
