"""The questions of desk, each with what a library of all its articles finds for it; searched once, kept in a folder."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from dateline.eval.datasets.desk import DeskArticle, DeskQuestion, desk_articles, desk_library, desk_questions
from dateline.eval.datasets.files import Fields, read_lines, write_lines
from dateline.eval.datasets.libraries import set_ids
from dateline.eval.training.windows import holds, meet
from dateline.eval.types import Place
from dateline.index.library import Library
from dateline.index.types import Span

FOUND = "desk-passages.jsonl"

_FOUND = 20  # passages for a question
_LONGEST_LIST = 130  # characters from the first item of a list to its last, to be marked as one answer
_SHOWN_EVERY = 500  # questions

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPassage:
    """A passage of an article of desk."""

    article: DeskArticle
    span: Span

    @property
    def text(self) -> str:
        """Its words."""
        return self.span.of(self.article.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedDesk:
    """A question of desk with its article, and what is found for it."""

    question: DeskQuestion
    article: DeskArticle
    evidence: tuple[Span, ...]
    """Where the sentences that answer stand in the article."""
    found: tuple[FoundPassage, ...]
    """Best first."""

    @property
    def own(self) -> list[Span]:
        """Where the passages of its own article stand there."""
        return [one.span for one in self.found if one.article.id == self.article.id]

    @property
    def answer(self) -> Span | None:
        """Where the short answer stands in the evidence: of a list from its first item in a sentence to its last."""
        for evidence in self.evidence:
            places = [self.article.text.find(one, evidence.start, evidence.end) for one in self.question.answers]
            ends = zip(places, self.question.answers, strict=True)
            spans = [Span(at, at + len(answer)) for at, answer in ends if at >= 0]
            if spans and self.question.kind == "list":
                whole = Span(min(one.start for one in spans), max(one.end for one in spans))
                return whole if len(whole) <= _LONGEST_LIST else spans[0]
            if spans:
                return spans[0]
        return None

    def may_be_answered_by(self, passage: FoundPassage) -> bool:
        """Whether a passage of the right article has evidence, or the words of an answer."""
        touched = any(meet(passage.span, one) for one in self.evidence)
        return touched or holds(passage.text, self.question.answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    article: str
    question: str
    found: tuple[Place, ...]


def ask_desk(data: Path, folder: Path) -> list[AskedDesk]:
    """The questions of the parts that are trained on and that judge; what is found is kept in ``folder``."""
    asked = [one for part in ("training", "dev") for one in desk_questions(data, part)]
    articles = desk_articles(data)
    if not (folder / FOUND).exists():
        write_lines(folder / FOUND, _searched(asked, articles, desk_library(data, further=True)))
    rows = read_lines(folder / FOUND, _Row, "file of passages found for desk")
    found = {(one.article, one.question): one.found for one in rows}
    return [asked_of(one, articles, found[one.article, one.question]) for one in asked]


def asked_of(question: DeskQuestion, articles: Mapping[str, DeskArticle], found: Sequence[Place]) -> AskedDesk:
    """A question with the places that were found, each in an article by its id in the set."""
    article = articles[question.article]
    places = ((article.text.find(one), len(one)) for one in question.evidence)
    return AskedDesk(
        question=question,
        article=article,
        evidence=tuple(Span(at, at + length) for at, length in places if at >= 0),
        found=tuple(FoundPassage(article=articles[one.article_id], span=Span(one.start, one.end)) for one in found),
    )


def _searched(asked: Sequence[DeskQuestion], articles: Mapping[str, DeskArticle], folder: Path) -> Iterator[Fields]:
    ids = set_ids(folder)
    with Library.open(folder) as library:
        for number, one in enumerate(asked):
            passages = [
                (one.article if one.article in ids[found.article_id] else min(ids[found.article_id]), found)
                for first in library.search(one.question, _FOUND)
                for found in (first, *first.copies)
            ]
            # A text that was repaired when it was read has its passages elsewhere.
            kept = [
                asdict(Place(article_id=name, start=found.start, end=found.end))
                for name, found in passages
                if articles[name].text[found.start : found.end] == found.text
            ]
            yield {"article": one.article, "question": one.question, "found": kept}
            if number % _SHOWN_EVERY == 0:
                logger.info("searched for %d questions of desk", number)
