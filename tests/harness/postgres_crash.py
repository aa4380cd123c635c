"""``python -m tests.harness.postgres_crash --kills N``: every process of a server is killed under four writers.

The writers add, replace and remove articles and note what they were told is safe. After each SIGKILL of the server, all
its processes at once, it is started again, and every acknowledged article is asked for by the sentence of its title.
"""

import argparse
import multiprocessing
import random
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dateline.index.errors import DatelineError
from dateline.index.library import Library
from dateline.index.maintenance.doctor import examine
from dateline.index.postgres.address import ServerAddress
from tests.harness.crash import reckon
from tests.harness.crashing import Allowed, Findings, Ledger, Worker, look_into
from tests.harness.fakes import FakeEmbedder
from tests.harness.postgres_server import PostgresServer, running_server

_LONGEST_LIFE = 3.0  # seconds
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.harness.crashing", "psycopg", "psycopg_pool"])


@dataclass(kw_only=True)
class Outcome:
    """What a series of kills came to."""

    kills: int = 0
    acknowledged: int = 0
    """Articles that were said to be safe."""
    lost: int = 0
    """Times one of them was not there word for word, or could not be cited."""
    stale: int = 0
    """Times one was there or cited whose removal was acknowledged."""
    half_there: int = 0
    """Times the doctor found something wrong."""
    slowest: float = 0.0
    """Seconds from the start of the server until the library was open."""

    def is_as_it_should_be(self, kills: int, within: float) -> bool:
        """Whether nothing was wrong after any of so many, and the library ready within so many seconds."""
        return (self.kills, self.lost, self.stale, self.half_there) == (kills, 0, 0, 0) and self.slowest <= within


class _Writer(Worker):
    """Changes a library on a server, with files and a ledger of its own."""

    def __init__(self, folder: Path, address: str, held: dict[str, str | None], seed: int) -> None:
        super().__init__(folder, held, seed)
        self._library = address  # type: ignore[assignment]

    def _rebuild(self) -> None:
        """There is nothing to build."""


def write_on(folder: Path, address: str, held: dict[str, str | None], seed: int) -> None:
    """Change the library until the server is gone."""
    with suppress(DatelineError):
        _Writer(folder, address, held, seed).work()


def kill_server(server: PostgresServer, folder: Path, kills: int, seed: int, writers: int = 4) -> Outcome:
    """Kill a server under writers, again and again.

    Args:
        server: that runs.
        folder: an empty one.
        kills: how often.
        seed: of the moments and of the changes.
        writers: how many processes write.
    """
    moments, outcome, address = random.Random(seed), Outcome(), server.new_address()
    places = [folder / f"writer-{number}" for number in range(writers)]
    held: list[dict[str, str | None]] = [{} for _ in places]
    for place in places:
        (place / "files").mkdir(parents=True)
    Library.write(address, FakeEmbedder()).close()
    for kill in range(kills):
        for place in places:
            (place / "ledger").unlink(missing_ok=True)
        processes = [
            _PROCESSES.Process(target=write_on, args=(place, address, known, (seed * 10_000 + kill) * 10 + number))
            for number, (place, known) in enumerate(zip(places, held, strict=True))
        ]
        for process in processes:
            process.start()
        processes[0].join(moments.uniform(0.3, _LONGEST_LIFE))
        server.kill()
        for process in processes:
            process.join()
        if any(process.exitcode for process in processes):
            raise AssertionError(f"a writer ended with {[process.exitcode for process in processes]}")
        outcome.slowest = max(outcome.slowest, _start(server, address))
        outcome.kills += 1
        if not _is_sound(address, places, held, outcome):
            break  # what comes after would only repeat it
    return outcome


def _start(server: PostgresServer, address: str) -> float:
    started = time.perf_counter()
    server.start()
    Library.open(address, FakeEmbedder()).close()
    return time.perf_counter() - started


def _is_sound(address: str, places: list[Path], held: list[dict[str, str | None]], outcome: Outcome) -> bool:
    """Ask for everything, count what is wrong, and note what each writer's files hold now."""
    allowed: Allowed = {}
    gone: list[str] = []
    for place, known in zip(places, held, strict=True):
        may_be, removed, acknowledged = reckon(known, Ledger(place / "ledger").lines())
        allowed.update(may_be)
        gone += removed
        outcome.acknowledged += acknowledged
    found = Findings(held=dict.fromkeys(allowed))
    with Library.open(address, FakeEmbedder()) as library:
        look_into(library, allowed, gone, found)
    found.problems = examine(ServerAddress.parse(address), FakeEmbedder())
    outcome.lost += len(found.lost)
    outcome.stale += len(found.stale)
    outcome.half_there += bool(found.problems)
    for place, known in zip(places, held, strict=True):
        known.update({name: text for name, text in found.held.items() if name.startswith(str(place))})
    if found.lost or found.stale or found.problems:
        print(found)
        return False
    return True


def main() -> None:
    """Kill, look, and print what it came to; exit 1 where anything was lost."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.harness.postgres_crash", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--within", type=float, default=10.0, help="seconds until it is ready again")
    given = parser.parse_args()
    with running_server(durable=True) as server, tempfile.TemporaryDirectory() as folder:
        outcome = kill_server(server, Path(folder), given.kills, given.seed)
    print(outcome)
    if not outcome.is_as_it_should_be(given.kills, given.within):
        parser.exit(1)


if __name__ == "__main__":
    main()
