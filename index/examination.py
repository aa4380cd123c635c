"""Whether a generation of the vector index is what it should be, found out in a child process.

A damaged one can crash the interpreter or hang it; there it is the child that crashes or hangs, which is a finding.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from index.chroma import ChromaFolder, chroma_errors
from index.types import ChunkIds

Load = Callable[[ChunkIds], NDArray[np.float16]]
"""Ascending chunk ids to their vectors, float16 [n, dimensions], from the record."""

_SAMPLE = 500  # where not all are looked for
_MISSED_SHARE = 0.05  # of a sample: what a change that was cut off may leave is soon built anew
_AT_ONCE = 200
_SAME = 1e-3  # cosine distance of a vector from itself, rounding included
_SECONDS = 60.0
_SECONDS_A_CHUNK = 5e-3


def examine(path: Path, ids: ChunkIds, load: Load, *, complete: bool) -> list[str]:
    """What is wrong with a generation that no process has open: count, ids, and whether every chunk finds itself.

    Args:
        path: the generation.
        ids: the chunks of the record, ascending.
        load: reads vectors from the record.
        complete: whether it should hold exactly ``ids``, all of which are looked for; else some may be missing or
            foreign, and a sample is looked for.
    """
    sought = ids
    if not complete:
        sought = np.sort(np.random.default_rng(len(ids)).choice(ids, min(_SAMPLE, len(ids)), replace=False))
    package = str(Path(__file__).resolve().parents[1])
    code = f"import sys; sys.path.insert(0, {package!r}); from index.examination import report; report({str(path)!r})"
    limit = _SECONDS + _SECONDS_A_CHUNK * len(ids)
    command = [sys.executable, "-P", "-c", code]  # -P: nothing of the folder the user is in is imported
    with tempfile.TemporaryFile() as task:
        for array in (ids, sought, np.array(complete)):
            np.save(task, array)
        for start in range(0, len(sought), _AT_ONCE):
            np.save(task, load(sought[start : start + _AT_ONCE]))
        task.seek(0)
        try:
            done = subprocess.run(command, stdin=task, capture_output=True, timeout=limit, check=False)
        except subprocess.TimeoutExpired:
            return [f"opening it takes longer than {limit:.0f} s"]
    if done.returncode < 0:
        return [f"opening it ends the process with signal {-done.returncode}"]
    try:
        problems: list[str] = json.loads(done.stdout.decode().splitlines()[-1])
    except (ValueError, IndexError):
        problems = ["opening it fails: " + " ".join(done.stderr.decode(errors="replace").split())[-200:]]
    return problems


def report(path: str) -> None:
    """The child's side of ``examine``: the task comes on stdin, the problems go to stdout."""
    try:
        folder = ChromaFolder.open(Path(path))
        problems = _findings(folder, sys.stdin.buffer)
        folder.close()
    except chroma_errors() as error:
        problems = ["opening it fails: " + " ".join(str(error).split())[:200]]
    sys.stdout.write("\n" + json.dumps(problems) + "\n")


def _findings(folder: ChromaFolder, task: IO[Any]) -> list[str]:
    ids, sought, complete = np.load(task), np.load(task), bool(np.load(task))
    held, count = folder.held(), folder.count()
    problems = []
    if count != len(held):
        problems.append(f"it counts {count} chunks and names {len(held)}")
    missing, foreign = len(np.setdiff1d(ids, held)), len(np.setdiff1d(held, ids))
    if complete and missing + foreign:
        problems.append(f"{missing} of {len(ids)} chunks are missing and {foreign} are not in the record")
    there, lost = np.isin(sought, held), 0
    for start in range(0, len(sought), _AT_ONCE):
        vectors = np.load(task)[there[start : start + _AT_ONCE]]
        lost += len(vectors) - folder.count_found(vectors.astype(np.float32), _SAME)
    if lost > (0 if complete else _MISSED_SHARE * there.sum()):
        problems.append(f"{lost} of {there.sum()} vectors looked for are not found")
    return problems
