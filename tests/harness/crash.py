"""``python -m tests.harness.crash --kills N [--readers M]``: a writer is killed at random, its library looked at.

A child adds, replaces, removes and builds the Chroma index anew, and notes what it was told is safe. After each SIGKILL
a fresh process asks for every acknowledged article by the sentence of its title, before and after the doctor came.
A kill ends a process, not the machine: that is ``tests.harness.powercut``.
"""

import argparse
import json
import multiprocessing
import random
import signal
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from tests.harness.crashing import Allowed, Findings, Ledger, inspect, read_on, work

_LONGEST_LIFE = 3.0  # seconds: opening, and some changes, each of which builds the index
_PATIENCE = 300.0
Say = Callable[[str], None]
_PROCESSES = multiprocessing.get_context("forkserver")  # each starts as fresh as a new interpreter, but for the imports
_PROCESSES.set_forkserver_preload(["tests.harness.crashing", "chromadb_rust_bindings"])


@dataclass(kw_only=True)
class Outcome:
    """What a series of kills or power cuts came to."""

    times: int = 0
    acknowledged: int = 0
    """Articles that were said to be safe."""
    lost: int = 0
    """Times one of them was not there word for word, or could not be cited."""
    stale: int = 0
    """Times one was there or cited whose removal was acknowledged."""
    unusable: int = 0
    """Times the library could not be opened or mended."""
    repaired: int = 0
    """Times the doctor had something to mend."""

    def count(self, found: Findings, acknowledged: int) -> bool:
        """Count what was found after one of them; gives whether all was as it should be."""
        self.times += 1
        self.acknowledged += acknowledged
        self.lost += len(found.lost)
        self.stale += len(found.stale)
        self.unusable += bool(found.left)
        self.repaired += bool(found.problems)
        return not (found.lost or found.stale or found.left)

    def __add__(self, other: "Outcome") -> "Outcome":
        """What two series came to."""
        return Outcome(**{name: value + getattr(other, name) for name, value in asdict(self).items()})

    def is_as_it_should_be(self, times: int) -> bool:
        """Whether nothing was wrong after any of so many."""
        return (self.times, self.lost, self.stale, self.unusable) == (times, 0, 0, 0)


def kill_at_random(
    folder: Path,
    kills: int,
    seed: int,
    *,
    a_doctor: int = 1,
    longest: float = _LONGEST_LIFE,
    readers: int = 0,
    say: Say = print,
) -> Outcome:
    """Let a child change the library below an empty folder and kill it, again and again.

    Args:
        folder: an empty one.
        kills: how often.
        seed: of the moments and of the changes.
        a_doctor: kills to one visit of the doctor.
        longest: seconds that a child may live.
        readers: how many children search the library meanwhile and are killed as well.
        say: told of everything that is not as it should be.
    """
    moments, outcome, held = random.Random(seed), Outcome(), {}
    (folder / "files").mkdir()
    for kill in range(kills):
        (folder / "ledger").unlink(missing_ok=True)
        reading = [_started(read_on, (folder, held, number)) for number in range(readers if any(held.values()) else 0)]
        code = run_and_kill(work, (folder, held, seed * 10_000 + kill), life=moments.uniform(0.0, longest))
        for process in reading:
            process.kill()
            process.join()
        if code != -signal.SIGKILL or any(process.exitcode != -signal.SIGKILL for process in reading):
            raise AssertionError(f"the worker ended by itself with {code}, or a reader did")
        allowed, gone, acknowledged = reckon(held, Ledger(folder / "ledger").lines())
        found = look(folder, allowed, gone, doctored=not (kill + 1) % a_doctor)
        wrong = {str(line) for path in folder.glob("wrong-*") for line in Ledger(path).lines()}
        found.lost = {*found.lost, *wrong}
        if not outcome.count(found, acknowledged):
            say(f"kill {kill}: {found}")
            return outcome  # what comes after would only repeat it
        held = found.held
    return outcome


def reckon(held: dict[str, str | None], lines: list[Any]) -> tuple[Allowed, list[str], int]:
    """What the library may hold, which texts are removed for good, and how many articles were said to be safe."""
    allowed: Allowed = {name: [text] for name, text in held.items()}
    gone, acknowledged = [], 0
    for line in lines:
        for name, text in line.get("begun", {}).items():
            allowed.setdefault(name, [None]).append(text)
        for name, text in line.get("done", {}).items():
            if text is None:
                gone += [one for one in allowed[name] if one]
            allowed[name] = [text]
            acknowledged += text is not None
    return allowed, gone, acknowledged


def look(folder: Path, allowed: Allowed, gone: list[str], *, doctored: bool, overwritten: bool = True) -> Findings:
    """What a fresh process finds in the library below a folder; as ``inspect``."""
    report = folder / "report"
    report.unlink(missing_ok=True)
    how = {"doctored": doctored, "overwritten": overwritten}
    code = run_and_kill(partial(inspect, **how), (folder, allowed, gone, report), life=_PATIENCE)
    if not report.exists():
        return Findings(left=[f"the process that looked at it ended with {code}"])
    return Findings(**json.loads(report.read_text("utf-8")))


def run_and_kill(what: Callable[..., None], arguments: tuple[Any, ...], life: float) -> int | None:
    """Run a function in a process of its own, killed when its time is over; gives its exit code."""
    process = _started(what, arguments)
    process.join(life)
    process.kill()
    process.join()
    return process.exitcode


def _started(what: Callable[..., None], arguments: tuple[Any, ...]) -> ForkServerProcess:
    process = _PROCESSES.Process(target=what, args=arguments)
    process.start()
    return process


def main() -> None:
    """Kill, look, and print what it came to; exit 1 where anything was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.harness.crash", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--readers", type=int, default=0, help="processes that search meanwhile and are killed as well")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:  # a killed child's child may still read
        outcome = kill_at_random(Path(folder), given.kills, given.seed, readers=given.readers)
    print(outcome)
    if not outcome.is_as_it_should_be(given.kills):
        parser.exit(1)


if __name__ == "__main__":
    main()
