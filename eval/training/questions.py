"""The questions the reader may learn from, each with the article that answers it.

Read are ``squad/train`` (CC BY-SA 4.0), ``nq/train`` (CC BY-SA 3.0) and the even rows, counted from 0, of
``clapnq/answerable`` and ``clapnq/unanswerable`` (Apache-2.0); their odd rows and ``squad/dev`` are measured on. Of
articles, paragraphs are left out that would be repaired when they are read: one in 400.
"""

import hashlib
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from dateline.eval.datasets.files import Fields
from dateline.eval.datasets.natural_questions import read_clapnq_half, read_nq
from dateline.eval.datasets.squad import SquadQuestion, read_squad
from dateline.index.reading.cleaning import clean
from dateline.index.types import Article, Metadata, Span

_BETWEEN = "\n\n"  # two paragraphs of an article
_FIRST_DAY, _DAYS = date(1995, 1, 1), 11_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question and where it is answered."""

    text: str
    article: Article
    paragraph: Span
    """The paragraph of the article that the question was asked about."""
    answer: Span | None = None
    """Of the short answer in the article's text; None where there is none, or its place is not told."""
    answers: tuple[str, ...] = ()
    """What no passage may hold that is said to hold no answer."""
    answerable: bool = True
    """Whether the paragraph answers the question."""

    @property
    def source(self) -> str:
        """The set it is of, which its article names as its source."""
        return self.article.metadata.source or ""


def read_training(data: Path) -> list[Asked]:
    """All questions that may be trained on."""
    return [*read_articles(data / "squad/train.jsonl.gz"), *_read_nq(data), *_read_clapnq(data)]


def read_articles(file: Path) -> Iterator[Asked]:
    """The questions of a SQuAD file, the paragraphs put together again to articles."""
    contexts: dict[str, dict[str, list[SquadQuestion]]] = {}
    for one in read_squad(file):
        contexts.setdefault(one.title, {}).setdefault(one.context, []).append(one)
    for title, paragraphs in contexts.items():
        kept = {context: asked for context, asked in paragraphs.items() if _is_clean(context)}
        article, start = _article("squad", title, kept), 0
        for context, several in kept.items():
            for one in several:
                span = one.spans[0]
                yield Asked(
                    text=one.question.strip(),
                    article=article,
                    paragraph=Span(start, start + len(context)),
                    answer=Span(start + span.start, start + span.end),
                    answers=tuple(dict.fromkeys(one.answers)),
                )
            start += len(context) + len(_BETWEEN)


def _read_nq(data: Path) -> Iterator[Asked]:
    """Search questions, each with a paragraph that is an article of its own, answered where an answer first stands."""
    for one in read_nq(data / "nq/train.jsonl.gz"):
        lower = one.context.lower()
        places = [(lower.find(answer.lower()), len(answer)) for answer in one.answers]
        start, length = min((place for place in places if place[0] >= 0), default=(-1, 0))
        if start >= 0 and len(lower) == len(one.context) and _is_clean(one.context):
            answer = Span(start, start + length)
            yield _about_one("nq", one.question, one.title, one.context, answer=answer, answers=one.answers)


def _read_clapnq(data: Path) -> Iterator[Asked]:
    """Questions with a passage that answers them in whole sentences, or does not."""
    for answerable, questions in zip((True, False), read_clapnq_half(data, 0), strict=True):
        for one in questions:
            if _is_clean(one.passage):
                yield _about_one("clapnq", one.question, one.title, one.passage, answerable=answerable)


def article_fields(article: Article) -> Fields:
    """An article as a library reads it."""
    known = {name: getattr(article.metadata, name) for name in ("title", "source", "published")}
    return {"id": article.id, "text": article.text, **known}


def paragraph_at(text: str, at: int) -> Span:
    """The paragraph of an article around a place in its text."""
    before, after = text.rfind(_BETWEEN, 0, at), text.find(_BETWEEN, at)
    return Span(before + len(_BETWEEN) if before >= 0 else 0, after if after >= 0 else len(text))


def _about_one(source: str, question: str, title: str, paragraph: str, **known: Any) -> Asked:
    """A question about an article of one paragraph."""
    article = _article(source, title, [paragraph])
    return Asked(text=question, article=article, paragraph=Span(0, len(paragraph)), **known)


def _is_clean(paragraph: str) -> bool:
    return clean(paragraph).text == paragraph


def _article(source: str, title: str, paragraphs: Iterable[str]) -> Article:
    text = _BETWEEN.join(paragraphs)
    metadata = Metadata(title=title, source=source, published=_day(hashlib.sha256(text.encode()).hexdigest()))
    return Article(text=text, body=(Span(0, len(text)),), metadata=metadata, origins=())


def _day(digest: str) -> str | None:
    """A day made up for one article of two.

    News has its day in front of every passage, and these articles have none: without it the model would meet one for
    the first time when it is used, where it must not be taken for the answer to a "when".
    """
    chance = random.Random(digest)
    return (_FIRST_DAY + timedelta(chance.randrange(_DAYS))).isoformat() if chance.random() < 0.5 else None
