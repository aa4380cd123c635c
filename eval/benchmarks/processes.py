"""Systems in processes of their own: what they take, in time and memory, is theirs alone.

``python -m dateline.eval.benchmarks.processes index NAME FOLDER`` adds the articles of the files that it reads the
names of, ``... search NAME FOLDER`` answers the questions that it reads; to each line one comes back.
"""

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, Self

from pydantic import TypeAdapter

from dateline.eval.benchmarks.resources import most_memory
from dateline.eval.benchmarks.systems import SYSTEMS
from dateline.eval.datasets.files import read_lines
from dateline.eval.datasets.news import NewsArticle

Role = Literal["index", "search"]

_MODULE = "dateline.eval.benchmarks.processes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """What adding articles to an index took, models loaded before."""

    seconds: float
    megabytes: float
    """The most memory that the process held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What came of one question."""

    ids: tuple[str, ...]
    """Of the articles of the passages found, best first."""
    milliseconds: float
    megabytes: float
    """The most memory that the process held so far."""


@dataclass(frozen=True, slots=True)
class _Asked:
    question: str
    k: int


_ARTICLE, _ASKED = TypeAdapter(NewsArticle), TypeAdapter(_Asked)
_INDEXED, _FOUND = TypeAdapter(Indexed), TypeAdapter(Found)


class SystemProcess:
    """A system in a process of its own that makes its index in a folder, or searches it: lines in, lines out."""

    def __init__(self, role: Role, name: str, folder: Path) -> None:
        self._started = time.perf_counter()
        command = [sys.executable, "-m", _MODULE, role, name, str(folder)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def seconds(self) -> float:
        """Since the process was started."""
        return time.perf_counter() - self._started

    def add(self, articles: Path) -> Indexed:
        """Add the articles of a file of JSON lines."""
        return _INDEXED.validate_json(self._answer(bytes(articles)))

    def find(self, question: str, k: int) -> Found:
        """The articles of ``k`` passages."""
        return _FOUND.validate_json(self._answer(_ASKED.dump_json(_Asked(question, k))))

    def _answer(self, line: bytes) -> bytes:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(line + b"\n")
        self._process.stdin.flush()
        return self._process.stdout.readline()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()  # it ends when there is nothing left to read


def _index(answers: BinaryIO, name: str, folder: Path) -> None:
    add = SYSTEMS[name].prepare()
    for line in sys.stdin.buffer:
        path = Path(line.rstrip(b"\n").decode())
        articles = list(read_lines(path, _ARTICLE, "file of news articles"))
        started = time.perf_counter()
        add(articles, folder)
        seconds = time.perf_counter() - started
        _write(answers, _INDEXED.dump_json(Indexed(seconds=seconds, megabytes=most_memory())))


def _search(answers: BinaryIO, name: str, folder: Path) -> None:
    find = SYSTEMS[name].open(folder)
    for line in sys.stdin.buffer:
        asked = _ASKED.validate_json(line)
        started = time.perf_counter()
        ids = tuple(find(asked.question, asked.k))
        milliseconds = 1000 * (time.perf_counter() - started)
        _write(answers, _FOUND.dump_json(Found(ids=ids, milliseconds=milliseconds, megabytes=most_memory())))


def _write(answers: BinaryIO, line: bytes) -> None:
    answers.write(line + b"\n")
    answers.flush()


def _main(role: str, name: str, folder: str) -> None:
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr  # libraries print as well
    {"index": _index, "search": _search}[role](answers, name, Path(folder))


if __name__ == "__main__":
    _main(*sys.argv[1:])
