"""What a process holds in memory, in megabytes."""

import resource
import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")


def most_memory() -> float:
    """The most so far; of this program alone: Linux counts what the process held before it became this one as well."""
    if _STATUS.exists():
        return _status("VmHWM")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most * 1024 / 1e6


def own_memory() -> float:
    """Now, without files that are mapped: those lie in memory once for all processes, and only while there is room."""
    return _status("RssAnon") if _STATUS.exists() else most_memory()


def _status(name: str) -> float:
    (line,) = (line for line in _STATUS.read_text("utf-8").splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1]) * 1024 / 1e6
