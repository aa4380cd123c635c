"""``python -m tests.harness.powercut --cuts N``: what a power cut may leave of a library at random moments, looked at.

A child adds, replaces, removes and builds the Chroma index anew, while ``powercut.c`` notes in order what it
writes, renames and syncs, and what it says is safe. Of that are made the states that a disk may be in when the power
comes back (``disks``), as SQLite's own developers do, and each is looked at by a fresh process, as after a kill. Words
of removed articles may be on the disk: a disk may keep what was overwritten and not synced.
"""

import argparse
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dateline.index.library import Library
from dateline.index.maintenance.doctor import repair_library
from dateline.index.storage.durability import sync_file, sync_names
from dateline.index.storage.record import SqliteRecord
from dateline.index.storage.schema import RECORD_NAME
from tests.harness.crash import Outcome, Say, look, reckon
from tests.harness.crashing import Ledger, Worker
from tests.harness.damage import write_articles
from tests.harness.disks import Disk, Kind, Operation, read_journal
from tests.harness.fakes import FakeEmbedder

_SOURCE = Path(__file__).with_suffix(".c")
_COMPILED = ("-O2", "-U_FORTIFY_SOURCE", "-shared", "-fPIC")
_MAPPED = "-shm"  # SQLite writes it through a mapping, and makes it anew
_ROUNDS = 4  # of a worker: some sixty changes
_CUTS_A_WORKER = 25
_A_DOCTOR = 4  # cuts: the doctor starts processes, and takes ten times as long as all other questions


def lacking() -> str | None:
    """What this machine lacks to record what a process writes, in words."""
    if not sys.platform.startswith("linux"):
        return "LD_PRELOAD, as Linux has it"
    return None if shutil.which("cc") else "a C compiler, 'cc'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """All that a worker did to a folder, from an empty one."""

    folder: Path
    inode: int
    operations: list[Operation]

    def disk(self, *, obeys: bool = True) -> Disk:
        """The disk as it was before."""
        return Disk(self.folder, self.inode, obeys=obeys)

    def notes(self, moment: int) -> list[Any]:
        """What stood in the ledger after so many operations."""
        return [json.loads(self.operations[one].data) for one in self.noted() if one < moment]

    def noted(self) -> list[int]:
        """Which operations wrote to the ledger."""
        ledger = str(self.folder / "ledger")
        made = next(n for n, one in enumerate(self.operations) if (one.kind, one.path) == (Kind.CREATE, ledger))
        inode = self.operations[made].inode  # of another file before, perhaps
        later = enumerate(self.operations[made:], made)
        return [n for n, one in later if (one.kind, one.inode) == (Kind.WRITE, inode)]


def work(folder: str, seed: str, rounds: str) -> None:
    """What a child does: change a library at random."""
    (Path(folder) / "files").mkdir()
    Worker(Path(folder), {}, int(seed)).work(int(rounds))


def mend(folder: str, harm: str) -> None:
    """What a child does: mend a record of which a page is lost, its log not empty, or whose row is altered."""
    library, ledger = Path(folder) / "library", Ledger(Path(folder) / "ledger")
    *articles, last = write_articles(Path(folder) / "files", 12)
    with _open(library) as opened:
        opened.add(articles)
    {"page": _lose_page, "row": _alter_row}[harm](library, last)
    ledger.note("begun", {})
    assert repair_library(library, FakeEmbedder()) == []
    ledger.note("done", {})


def _lose_page(library: Path, article: Path) -> None:
    path, log = library / RECORD_NAME, library / f"{RECORD_NAME}-wal"
    with _open(library) as opened, closing(SqliteRecord(library, writable=False)) as reader, reader.snapshot():
        reader.count_articles()  # as long as somebody reads, the log is not merged
        opened.add([article])
        logged, content = log.read_bytes(), path.read_bytes()
    page = content.index(b"kestrel3 sank\n\nBarge") // 4096 * 4096
    path.write_bytes(content[:page] + bytes(4096) + content[page + 4096 :])
    log.write_bytes(logged)
    sync_file(path)
    sync_file(log)
    sync_names(library)


def _alter_row(library: Path, article: Path) -> None:
    with _open(library) as opened:
        opened.add([article])
    with closing(sqlite3.connect(library / RECORD_NAME)) as connection, connection:
        connection.execute("UPDATE articles SET title = 'altered' WHERE number = 4")


def _open(library: Path) -> Library:
    return Library.write(library, FakeEmbedder())


def record(folder: Path, child: Callable[..., None], *arguments: object) -> Recording:
    """Let a child, a function of this module, work below an empty folder, and note what it does to the disk.

    Raises:
        AssertionError: what was noted is not what lies there.
    """
    place, journal, shim = folder.resolve() / "worked", folder / "journal", folder / "powercut.so"
    place.mkdir()
    subprocess.run(["cc", *_COMPILED, "-o", shim, _SOURCE, "-ldl", "-lpthread"], check=True)
    noting = {"LD_PRELOAD": str(shim), "POWERCUT_ROOT": str(place), "POWERCUT_JOURNAL": str(journal)}
    code = f"import sys; from tests.harness.powercut import {child.__name__} as child; child(*sys.argv[1:])"
    command = [sys.executable, "-c", code, str(place), *map(str, arguments)]
    subprocess.run(command, env={**os.environ, **noting}, cwd=_SOURCE.parents[2], check=True)
    recording = Recording(folder=place, inode=place.stat().st_ino, operations=read_journal(journal))
    disk = recording.disk()
    for operation in recording.operations:
        disk.perform(operation)
    noted, there = disk.read(), _files_below(place)
    seen = (path for path in noted.keys() | there.keys() if not path.endswith(_MAPPED))
    differ = [path for path in seen if noted.get(path) != there.get(path)]
    if differ:
        raise AssertionError(f"the journal says otherwise of {differ}")
    return recording


def cut_at_random(
    recording: Recording, folder: Path, cuts: int, seed: int, *, a_doctor: int = 1, obeys: bool = True, say: Say = print
) -> Outcome:
    """Cut the power at random moments of what was recorded, and look at what may be left.

    Args:
        recording: of a worker.
        folder: an empty one; states that are not as they should be stay there.
        cuts: how often.
        seed: of the moments and of what is left.
        a_doctor: cuts to one visit of the doctor.
        obeys: whether the disk keeps what it was told to.
        say: told of everything that is not as it should be.
    """
    chance, outcome, disk, done = random.Random(seed), Outcome(), recording.disk(obeys=obeys), 0
    for cut, moment in enumerate(_moments(recording, cuts, chance)):
        for operation in recording.operations[done:moment]:
            disk.perform(operation)
        done, left = moment, folder / f"cut-{cut}"
        left.mkdir()
        disk.cut(chance, left)
        allowed, gone, acknowledged = reckon({}, recording.notes(moment))
        found = look(left, allowed, gone, doctored=not (cut + 1) % a_doctor, overwritten=False)
        if outcome.count(found, acknowledged):
            shutil.rmtree(left)
        else:
            say(f"cut {cut}, after {moment} of {len(recording.operations)} operations: {found}")
    return outcome


def _moments(recording: Recording, cuts: int, chance: random.Random) -> list[int]:
    """A third anywhere, a third behind something noted as safe or begun, a third behind a change of names or a sync."""
    written = (Kind.WRITE, Kind.TRUNCATE)
    anywhere = range(len(recording.operations))
    rare = [number for number in anywhere if recording.operations[number].kind not in written]
    return sorted(chance.choice(chance.choice((anywhere, recording.noted(), rare))) + 1 for _ in range(cuts))


def _files_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def main() -> None:
    """Work, cut, look, and print what it came to; exit 1 where anything was lost."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.harness.powercut", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--cuts", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lying", action="store_true", help="of a disk that keeps nothing it was told to: must fail")
    given = parser.parse_args()
    if reason := lacking():
        parser.exit(2, f"this needs {reason}\n")
    outcome, everything = Outcome(), Path(tempfile.mkdtemp())
    for start in range(0, given.cuts, _CUTS_A_WORKER):
        folder, seed = everything / str(start), given.seed * 10_000 + start
        folder.mkdir()
        cuts = min(_CUTS_A_WORKER, given.cuts - start)
        recording = record(folder, work, seed, _ROUNDS)
        came_to = cut_at_random(recording, folder, cuts, seed, a_doctor=_A_DOCTOR, obeys=not given.lying)
        outcome += came_to
        print(outcome, flush=True)
        if came_to.is_as_it_should_be(cuts):
            shutil.rmtree(folder, ignore_errors=True)
    if not outcome.is_as_it_should_be(given.cuts):
        parser.exit(1, f"the states are kept below {everything}\n")
    everything.rmdir()


if __name__ == "__main__":
    main()
