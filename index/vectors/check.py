"""Whether a generation of the vector index is what it should be, found out in a child process.

A damaged one can crash the interpreter or hang it; there it is the child that crashes or hangs, which is a finding.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from dateline.index.types import ChunkIds
from dateline.index.vectors.chroma import ChromaFolder, chroma_errors

Load = Callable[[ChunkIds], NDArray[np.float16]]
"""Ascending chunk ids to their vectors, float16 [n, dimensions], from the record."""

_AT_ONCE = 200
_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
_SECONDS = 60.0
_SECONDS_A_CHUNK = 5e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What a child process found in a generation."""

    problems: tuple[str, ...]
    chunks: int = 0
    """The checksum of the numbers of its chunks."""
    missed: tuple[int, ...] = ()
    """The chunks looked for that it has and does not find."""
    others: int = 0
    """How many chunks only it or only the record has."""


def examine(path: Path, ids: ChunkIds, load: Load) -> Examination:
    """What a generation that no process has open holds, and which of it is found by its own vector.

    Args:
        path: the generation.
        ids: the chunks of the record, ascending; those that it has are looked for.
        load: reads vectors from the record.
    """
    package = str(Path(__file__).parents[3])
    called = f"from dateline.index.vectors.check import report; report({str(path)!r}, {os.getpid()})"
    code = f"import sys; sys.path.insert(0, {package!r}); {called}"
    limit = _SECONDS + _SECONDS_A_CHUNK * len(ids)
    command = [sys.executable, "-P", "-c", code]  # -P: nothing of the folder the user is in is imported
    with tempfile.TemporaryFile() as task:
        np.save(task, ids)
        for start in range(0, len(ids), _AT_ONCE):
            np.save(task, load(ids[start : start + _AT_ONCE]))
        task.seek(0)
        try:
            done = subprocess.run(command, stdin=task, capture_output=True, timeout=limit, check=False)
        except subprocess.TimeoutExpired:
            return Examination(problems=(f"opening it takes longer than {limit:.0f} s",))
    if done.returncode < 0:
        return Examination(problems=(f"opening it ends the process with signal {-done.returncode}",))
    try:
        told = json.loads(done.stdout.decode().splitlines()[-1])
        return Examination(**{**told, "problems": tuple(told["problems"]), "missed": tuple(told["missed"])})
    except (ValueError, IndexError):
        words = " ".join(done.stderr.decode(errors="replace").split())
        return Examination(problems=(f"opening it fails: {words[-200:]}",))


def report(path: str, parent: int) -> None:
    """The child's side of ``examine``: the task comes on stdin, what is found goes to stdout."""
    _end_with(parent)
    try:
        folder = ChromaFolder.open(Path(path))
        found = _examination(folder, sys.stdin.buffer)
        folder.close()
    except chroma_errors() as error:
        found = Examination(problems=("opening it fails: " + " ".join(str(error).split())[:200],))
    sys.stdout.write("\n" + json.dumps(asdict(found)) + "\n")


def _end_with(parent: int) -> None:
    """Have Linux end this process with its parent: else it writes on in a folder that the next one removes."""
    with suppress(OSError, AttributeError, TypeError):  # another system
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)
    if os.name == "posix" and os.getppid() != parent:
        sys.exit(1)


def checksum(ids: ChunkIds) -> int:
    """Of the numbers of chunks."""
    return zlib.crc32(ids.astype("<i8").tobytes())


def _examination(folder: ChromaFolder, task: IO[Any]) -> Examination:
    ids, held, count = np.load(task), folder.held(), folder.count()
    problems = () if count == len(held) else (f"it counts {count} chunks and names {len(held)}",)
    missed: list[int] = []
    for start in range(0, len(ids), _AT_ONCE):
        part, vectors = ids[start : start + _AT_ONCE], np.load(task).astype(np.float32)
        there = np.isin(part, held)
        missed += folder.missed(part[there], vectors[there]).tolist()
    others = len(np.setxor1d(ids, held))
    return Examination(problems=problems, chunks=checksum(held), missed=tuple(missed), others=others)
