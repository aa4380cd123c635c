"""The desk set: questions and claims written over news and press releases, by kind, with the sentences they rest on.

Articles are split into five parts by a hash of their id: what is of the first only judges, thresholds and weights of
confidence are chosen on the second, models are trained on the others. What was written later, over other articles, lies
in ``desk-further``, in files of the same names: all of it is trained on, and no library of desk holds its articles.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal, TypeVar

from dateline.eval.datasets.files import part_by_hash, read_lines
from dateline.eval.datasets.libraries import kept_library

Kind = Literal["plain", "paraphrase", "why", "list", "near_miss", "premise"]
Part = Literal["dev", "calibration", "training"]

FURTHER = "desk-further"
ARTICLES, QUESTIONS, CLAIMS = (f"desk/{name}.jsonl.gz" for name in ("articles", "questions", "claims"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskArticle:
    """An article of the set."""

    id: str
    title: str | None
    published: str | None
    source: str | None
    url: str | None
    text: str
    further: bool = False
    """Whether it was written later, to be trained on."""

    @property
    def part(self) -> Part:
        """What it may be used for."""
        return "training" if self.further else _part_of(self.id)


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
    further: bool = False
    """Whether it was written later, to be trained on."""

    @property
    def answerable(self) -> bool:
        """Whether the article answers it."""
        return self.kind not in ("near_miss", "premise")

    @property
    def part(self) -> Part:
        """What it may be used for."""
        return "training" if self.further else _part_of(self.article)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskClaim:
    """A claim about an article of the set."""

    article: str
    """Its id in the set."""
    claim: str
    evidence: tuple[str, ...]
    """What is cited for it, as it stands in the article."""
    supported: bool
    kind: str
    further: bool = False
    """Whether it was written later, to be trained on."""

    @property
    def part(self) -> Part:
        """What it may be used for."""
        return "training" if self.further else _part_of(self.article)


Row = TypeVar("Row", DeskArticle, DeskQuestion, DeskClaim)


def _part_of(article: str) -> Part:
    fifth = part_by_hash(article, 5)
    return "dev" if fifth == 0 else "calibration" if fifth == 1 else "training"


def desk_questions(data: Path, part: Part) -> list[DeskQuestion]:
    """The questions of a part.

    Raises:
        SetError: they are not there, or not of this form.
    """
    return [one for one in _read(data, QUESTIONS, DeskQuestion) if one.part == part]


def desk_claims(data: Path, part: Part) -> list[DeskClaim]:
    """The claims of a part; errors as of ``desk_questions``."""
    return [one for one in _read(data, CLAIMS, DeskClaim) if one.part == part]


def desk_articles(data: Path) -> dict[str, DeskArticle]:
    """All articles by their ids in the set; errors as of ``desk_questions``."""
    return {one.id: one for one in _read(data, ARTICLES, DeskArticle)}


def _read(data: Path, name: str, form: type[Row]) -> Iterator[Row]:
    """The rows of a file, then those of the file that was written later, if there is one."""
    what, further = f"file of desk {Path(name).name.split('.')[0]}", data / FURTHER / Path(name).name
    yield from read_lines(data / name, form, what)
    if further.exists():
        yield from (replace(one, further=True) for one in read_lines(further, form, what))


def desk_library(data: Path, *, further: bool = False) -> Path:
    """The folder of a library of all articles of the set, with those that were written about later or without."""
    kept = {name: one for name, one in desk_articles(data).items() if further or not one.further}
    name = f"desk-{len(kept)}" if further else "desk"
    return kept_library(name, lambda: map(_fields, kept.values()), data / ARTICLES)


def _fields(article: DeskArticle) -> dict[str, object]:
    return {name: value for name, value in asdict(article).items() if name != "further"}
