"""The desk set: questions written over news and press releases, by kind, with the sentences that answer them.

Articles are split into five parts by a hash of their id: what is of the first only judges, thresholds and weights of
confidence are chosen on the second, models are trained on the others.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dateline.eval.datasets.files import Fields, read_lines
from dateline.eval.datasets.libraries import kept_library

Kind = Literal["plain", "paraphrase", "why", "list", "near_miss", "premise"]
Part = Literal["dev", "calibration", "training"]

ARTICLES, QUESTIONS = "desk/articles.jsonl.gz", "desk/questions.jsonl.gz"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskQuestion:
    """A question that one article of the set answers, or comes near to answering."""

    article: str
    """Its id in the set."""
    question: str
    kind: Kind
    answers: tuple[str, ...]
    """Any of them is right; of a list, all; none where nothing answers."""
    evidence: tuple[str, ...]
    """The sentences that answer, as they stand in the article."""

    @property
    def answerable(self) -> bool:
        """Whether the article answers it."""
        return self.kind not in ("near_miss", "premise")

    @property
    def part(self) -> Part:
        """What it may be used for."""
        fifth = int(hashlib.sha256(self.article.encode()).hexdigest(), 16) % 5
        return "dev" if fifth == 0 else "calibration" if fifth == 1 else "training"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Article:
    id: str
    title: str | None
    published: str | None
    source: str | None
    url: str | None
    text: str


def desk_questions(data: Path, part: Part) -> list[DeskQuestion]:
    """The questions of a part.

    Raises:
        SetError: they are not there, or not of this form.
    """
    return [one for one in read_lines(data / QUESTIONS, DeskQuestion, "file of desk questions") if one.part == part]


def desk_library(data: Path) -> Path:
    """The folder of a library of all articles of the set."""
    return kept_library("desk", lambda: _articles(data), data / ARTICLES)


def _articles(data: Path) -> Iterator[Fields]:
    for one in read_lines(data / ARTICLES, _Article, "file of desk articles"):
        yield {name: getattr(one, name) for name in ("id", "title", "published", "source", "url", "text")}
