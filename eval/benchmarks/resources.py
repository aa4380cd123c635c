"""What work takes: milliseconds, cores, memory and disk."""

import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

_STATUS = Path("/proc/self/status")


def milliseconds(work: Callable[[], object]) -> float:
    """How long a call takes."""
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


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
