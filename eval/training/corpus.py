"""The questions the reader may learn from, each with the article that answers it.

Read are ``squad/train`` (CC BY-SA 4.0), ``nq/train`` (CC BY-SA 3.0) and the even rows, counted from 0, of
``clapnq/answerable`` and ``clapnq/unanswerable`` (Apache-2.0); their odd rows and ``squad/dev`` are measured on.
"""

import gzip
import hashlib
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from dateline.index.types import Article, Metadata, Origin, Span

_BETWEEN = "\n\n"  # two paragraphs of an article
_FIRST_DAY, _DAYS = date(1995, 1, 1), 11_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question and where it is answered."""

    source: str
    text: str
    article: Article
    paragraph: Span
    """The paragraph of the article that the question was asked about."""
    answer: Span | None
    """Of the short answer in the article's text; None where there is none, or its place is not told."""
    answers: tuple[str, ...]
    """What no passage may hold that is said to hold no answer."""
    answerable: bool = True
    """Whether the paragraph answers the question."""


def read_training(data: Path) -> list[Asked]:
    """All that may be trained on."""
    return [*read_squad(data, "train"), *_read_nq(data), *read_clapnq(data, part=0)]


def read_squad(data: Path, name: str) -> Iterator[Asked]:
    """SQuAD 1.1, its paragraphs put together again to articles; ``name`` is ``train`` or ``dev``."""
    rows = list(_rows(data / f"squad/{name}.jsonl.gz"))
    contexts: dict[str, list[str]] = {}
    for row in rows:
        contexts.setdefault(row["title"], []).append(row["context"])
    articles = {title: _article("squad", title.replace("_", " "), parts) for title, parts in contexts.items()}
    places = {title: _places(parts) for title, parts in contexts.items()}
    for row in rows:
        start = places[row["title"]][row["context"]]
        answer = row["answers"][0]
        first = start + answer["start"]
        yield Asked(
            source="squad",
            text=row["question"].strip(),
            article=articles[row["title"]],
            paragraph=Span(start, start + len(row["context"])),
            answer=Span(first, first + len(answer["text"])),
            answers=tuple(dict.fromkeys(answer["text"] for answer in row["answers"])),
        )


def _read_nq(data: Path) -> Iterator[Asked]:
    """Search questions, each with a paragraph that is an article of its own, answered where an answer first stands."""
    for row in _rows(data / "nq/train.jsonl.gz"):
        text, answers = row["context"], tuple(row["answers"])
        lower = text.lower()
        places = [(lower.find(one.lower()), len(one)) for one in answers]
        start, length = min((place for place in places if place[0] >= 0), default=(-1, 0))
        if start >= 0 and len(lower) == len(text):
            yield Asked(
                source="nq",
                text=row["question"],
                article=_article("nq", row["title"], [text]),
                paragraph=Span(0, len(text)),
                answer=Span(start, start + length),
                answers=answers,
            )


def read_clapnq(data: Path, part: int) -> Iterator[Asked]:
    """Questions with a passage that answers them in whole sentences, or does not: the even rows (0) or the odd (1)."""
    for name in ("answerable", "unanswerable"):
        for number, row in enumerate(_rows(data / f"clapnq/{name}.jsonl.gz")):
            if number % 2 != part:
                continue
            passage = row["passages"][0]
            text = " ".join(sentence for sentence in passage["sentences"] if sentence)
            yield Asked(
                source="clapnq",
                text=row["input"],
                article=_article("clapnq", passage["title"], [text]),
                paragraph=Span(0, len(text)),
                answer=None,
                answers=(),
                answerable=name == "answerable",
            )


def _article(source: str, title: str, paragraphs: Sequence[str]) -> Article:
    text = _BETWEEN.join(dict.fromkeys(paragraphs))
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Article(
        text=text,
        body=(Span(0, len(text)),),
        metadata=Metadata(title=title, published=_day(digest)),
        origins=(Origin(name=f"{source}/{digest[:16]}", sha256=digest, encoding="utf-8"),),
    )


def _day(digest: str) -> str | None:
    """A day made up for one article of two.

    News has its day in front of every passage, and these articles have none: without it the model would meet one for
    the first time when it is used, where it must not be taken for the answer to a "when".
    """
    chance = random.Random(digest)
    return (_FIRST_DAY + timedelta(chance.randrange(_DAYS))).isoformat() if chance.random() < 0.5 else None


def _places(paragraphs: Iterable[str]) -> dict[str, int]:
    """Where each paragraph begins in the text that ``_article`` makes of them."""
    places, at = {}, 0
    for paragraph in dict.fromkeys(paragraphs):
        places[paragraph] = at
        at += len(paragraph) + len(_BETWEEN)
    return places


def paragraph_at(text: str, at: int) -> Span:
    """The paragraph of an article around a place in its text."""
    before, after = text.rfind(_BETWEEN, 0, at), text.find(_BETWEEN, at)
    return Span(before + len(_BETWEEN) if before >= 0 else 0, after if after >= 0 else len(text))


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)
