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
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from dateline.index.vectors.chroma import ChromaFolder, chroma_errors
from dateline.index.vectors.exact import unit

Named = tuple[Sequence[str], NDArray[np.floating]]
"""Names of chunks and their vectors, [n, dimensions]."""

_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
_SECONDS = 60.0
_SECONDS_A_CHUNK = 5e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What is found in a generation."""

    problems: tuple[str, ...]
    names: int = 0
    """The checksum of the names of its chunks."""
    missed: tuple[str, ...] = ()
    """The names of the chunks looked for that it has and does not find."""


def look_for(folder: ChromaFolder, blocks: Iterable[Named]) -> Examination:
    """What an open folder holds, and which of the chunks in ``blocks`` are not found by their own vectors."""
    held, count = folder.held(), folder.count()
    problems = () if count == len(held) else (f"it counts {count} chunks and names {len(held)}",)
    known, missed = set(held), list[str]()
    for names, vectors in blocks:
        there = [place for place, name in enumerate(names) if name in known]
        missed += folder.missed([names[place] for place in there], unit(vectors[there]))
    return Examination(problems=problems, names=checksum(held), missed=tuple(missed))


def examine(path: Path, chunks: int, blocks: Iterable[Named]) -> Examination:
    """As ``look_for``, of a generation that may be damaged, in a child process.

    Args:
        path: the generation.
        chunks: about how many will be looked for.
        blocks: read from the record.
    """
    package = str(Path(__file__).parents[3])
    called = f"from dateline.index.vectors.integrity_check import report; report({str(path)!r}, {os.getpid()})"
    code = f"import sys; sys.path.insert(0, {package!r}); {called}"
    limit = _SECONDS + _SECONDS_A_CHUNK * chunks
    command = [sys.executable, "-P", "-c", code]  # -P: nothing of the folder the user is in is imported
    with tempfile.TemporaryFile() as task:
        for names, vectors in blocks:
            np.save(task, np.array(names))
            np.save(task, vectors)
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
    """The child's side of ``examine``: what is looked for comes on stdin, what is found goes to stdout."""
    _end_with(parent)
    try:
        found = look_for(ChromaFolder.open(Path(path)), _blocks(sys.stdin.buffer))
    except chroma_errors() as error:
        found = Examination(problems=("opening it fails: " + " ".join(str(error).split())[:200],))
    sys.stdout.write("\n" + json.dumps(asdict(found)) + "\n")


def _blocks(task: IO[Any]) -> Iterator[Named]:
    while True:
        try:
            names = np.load(task)
        except EOFError:
            return
        yield names.tolist(), np.load(task)


def _end_with(parent: int) -> None:
    """Have Linux end this process with its parent: else it writes on in a folder that the next one removes."""
    with suppress(OSError, AttributeError, TypeError):  # another system
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)
    if os.name == "posix" and os.getppid() != parent:
        sys.exit(1)


def checksum(names: Sequence[str]) -> int:
    """Of names in order."""
    return zlib.crc32("\n".join(names).encode())
