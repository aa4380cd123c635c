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

from eval.benchmarks.news import read_lines
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
    texts = [row["text"] for row in read_lines(data / "news" / "articles.jsonl.gz")][: _KILLS * _ARTICLES_A_KILL]
    with tempfile.TemporaryDirectory() as folder:
        print(kill_additions(texts, kills=_KILLS, folder=Path(folder), seed=46))


def kill_additions(texts: Sequence[str], *, kills: int, folder: Path, seed: int) -> Outcome:
    """Add ``texts`` in ``kills`` runs, each killed at a random moment, and check the library after each.

    Args:
        texts: articles, shared out among the runs.
        kills: how many runs.
        folder: an empty one.
        seed: of the moments.
    """
    library, moments = folder / "library", random.Random(seed)
    acknowledged: set[str] = set()
    missing = unusable = repaired = 0
    share = len(texts) // kills
    longest = 1.0
    for kill in range(kills):
        source = folder / f"articles-{kill}"
        source.mkdir()
        for number, text in enumerate(texts[kill * share : (kill + 1) * share]):
            (source / f"{number}.txt").write_text(text, "utf-8")
        done, seconds = _add_and_kill(source, library, 0.3 + moments.random() * longest)
        longest = max(longest, seconds)
        acknowledged |= done
        if not library.joinpath("library.sqlite").exists():  # killed before there was anything
            missing += len(acknowledged)
            continue
        problems = examine(library, chroma_from=0)
        repaired += bool(problems)
        unusable += bool(problems and repair_library(library, chroma_from=0)) or not _answers(library)
        missing += len(acknowledged) - _held(library, acknowledged)
    return Outcome(kills=kills, acknowledged=len(acknowledged), missing=missing, unusable=unusable, repaired=repaired)


def _add_and_kill(source: Path, library: Path, after: float) -> tuple[set[str], float]:
    """The ids acknowledged before the kill, and the seconds until then or until the end."""
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
