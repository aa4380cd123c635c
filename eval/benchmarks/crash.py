"""Killing ``dateline add`` at random moments: is the library usable, is every acknowledged article there?"""

import contextlib
import hashlib
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.benchmarks.sets.news import news_articles
from index.doctor import examine, repair_library
from index.library import Library

_KILLS = 25
_ARTICLES_A_KILL = 60
_QUESTION = "what was announced?"
_ENVIRONMENT = {**os.environ, "DATELINE_CHROMA_FROM": "0"}  # the Chroma index is under fire as well


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a series of kills came to."""

    kills: int
    acknowledged: int
    """Articles whose addition was acknowledged before a kill."""
    missing: int
    """Of those, how many were not there afterwards, word for word."""
    unusable: int
    """Times the library could not answer, or the doctor could not mend it."""
    repaired: int
    """Times the doctor had something to mend."""


def run(data: Path) -> None:
    """Kill ``dateline add`` 25 times among articles of the news set and print what was lost."""
    texts = [article.text for article in news_articles(data)][: (_KILLS + 1) * _ARTICLES_A_KILL]
    with tempfile.TemporaryDirectory() as folder:
        print(kill_additions(texts, kills=_KILLS, folder=Path(folder), seed=46))


def kill_additions(texts: Sequence[str], *, kills: int, folder: Path, seed: int) -> Outcome:
    """Add ``texts`` in ``kills`` + 1 runs, all but the first killed at a random moment, and check after each.

    Args:
        texts: articles, shared out among the runs.
        kills: how many runs are killed.
        folder: an empty one.
        seed: of the moments, which lie anywhere between the start and the end of a run.
    """
    library, moments = folder / "library", random.Random(seed)
    share = len(texts) // (kills + 1)
    acknowledged, whole_run = _add_and_kill(_written(folder / "0", texts[:share]), library, after=None)
    missing = unusable = repaired = 0
    for kill in range(1, kills + 1):
        source = _written(folder / str(kill), texts[kill * share : (kill + 1) * share])
        acknowledged |= _add_and_kill(source, library, after=moments.random() * whole_run)[0]
        problems = examine(library, chroma_from=0)
        repaired += bool(problems)
        unusable += bool(problems and repair_library(library, chroma_from=0)) or not _answers(library)
        missing += len(acknowledged) - _held(library, acknowledged)
    return Outcome(kills=kills, acknowledged=len(acknowledged), missing=missing, unusable=unusable, repaired=repaired)


def _written(folder: Path, texts: Sequence[str]) -> Path:
    folder.mkdir()
    for number, text in enumerate(texts):
        (folder / f"{number}.txt").write_text(text, "utf-8")
    return folder


def _add_and_kill(source: Path, library: Path, after: float | None) -> tuple[set[str], float]:
    """The ids acknowledged before the kill, or by the end where it is never, and the seconds it took."""
    command = [sys.executable, "-m", "ui", "add", str(source), "--library", str(library), "--quiet"]
    started = time.monotonic()
    with tempfile.TemporaryFile() as printed:
        child = subprocess.Popen(command, stdout=printed, stderr=subprocess.DEVNULL, env=_ENVIRONMENT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(after)
        child.kill()
        child.wait()
        printed.seek(0)
        whole_lines = printed.read().decode().split("\n")[:-1]
    return {line.split("\t")[1] for line in whole_lines}, time.monotonic() - started


def _answers(library: Path) -> bool:
    command = [sys.executable, "-m", "ui", "ask", _QUESTION, "--library", str(library), "--json"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _held(library: Path, acknowledged: set[str]) -> int:
    with Library.open(library) as opened:
        texts = {article.id: article.text for article in opened.articles()}
    return sum(hashlib.sha256(texts.get(one, "").encode()).hexdigest()[:16] == one for one in acknowledged)
