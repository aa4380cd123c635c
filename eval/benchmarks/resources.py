"""What work takes: milliseconds, cores, memory and disk; and processes of its own, so that it is its alone."""

import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")

_STATUS = Path("/proc/self/status")


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """What came of a call, and the milliseconds that it took."""
    started = time.perf_counter()
    result = work()
    return result, 1000 * (time.perf_counter() - started)


def milliseconds(work: Callable[[], object]) -> float:
    """How long a call takes."""
    return timed(work)[1]


def percentiles_in_words(taken: Sequence[float]) -> str:
    """How long half of some calls took at most, and 95 of 100: ``p50 11.6 ms, p95 19.6 ms``."""
    parts = statistics.quantiles(taken, n=20)
    return f"p50 {parts[9]:.1f} ms, p95 {parts[18]:.1f} ms"


def own_process() -> ProcessPoolExecutor:
    """A new process that begins with the first call handed to it; what libraries print there is not shown."""
    return ProcessPoolExecutor(1, get_context("spawn"), initializer=_silence)


def _silence() -> None:
    nothing = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nothing, stream.fileno())


def keep_to(cores: int) -> None:
    """Let this process and those that it starts run on so many cores at most, where the system can say so."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])


def on_disk(path: Path) -> float:
    """Megabytes of a file, or of all files of a folder."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6


def most_memory() -> float:
    """The most megabytes so far, of this program alone: Linux counts what the process held before it became it."""
    if _STATUS.exists():
        return _status("VmHWM")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most * 1024 / 1e6


def own_memory() -> float:
    """Megabytes now, without mapped files: those lie in memory once for all processes, and only while there is room."""
    return _status("RssAnon") if _STATUS.exists() else most_memory()


def _status(name: str) -> float:
    (line,) = (line for line in _STATUS.read_text("utf-8").splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1]) * 1024 / 1e6
