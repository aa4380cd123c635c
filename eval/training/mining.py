"""From a question to its examples: a passage that answers it, and one that does not but was found for it."""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from dateline.eval.training.questions import Asked, paragraph_at
from dateline.index.splitting.chunks import split_article
from dateline.index.types import Article, Embedder, Passage, Span
from dateline.rag.reader.crossencoder import Pair, tokenize_pair

_WHOLE_WITH_ANSWER = 0.4  # of the passages, whole paragraphs in place of chunks: `squad/dev` gives such
_WHOLE_WITHOUT = 0.4  # the same share, or the cut would tell
_RENAMED = 0.08  # of the examples without an answer: the passage is right, but for a name or a year in the question
_AMONG = 4  # the first of those found, one of which is drawn

_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*|\b1[0-9]{3}\b|\b20[0-2][0-9]\b")

Search = Callable[[str], Sequence[Passage]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A question with a passage, as the model is trained on it."""

    kind: str
    """The set it is of, and how its passage was chosen."""
    pair: Pair
    answerable: bool
    answer: tuple[int, int] | None
    """First and last token of the answer; None where there is none, or its place is not told."""


class Drawing:
    """Draws examples: for the same seed the same ones, whatever was drawn before."""

    def __init__(self, articles: Mapping[str, Article], embedder: Embedder, search: Search, seed: int) -> None:
        """Take the articles that passages are drawn from, by id, and what splits and searches them."""
        self._articles, self._search, self._seed = articles, search, seed
        self._chunks = cache(lambda article_id: split_article(articles[article_id], embedder))

    def draw(self, asked: Asked, turn: int = 0) -> list[Example]:
        """The examples of one question; those of another ``turn`` are others."""
        chance = random.Random(f"{self._seed} {turn} {asked.source} {asked.text}")
        if not asked.answers:  # ClapNQ's, already with and without an answer
            return list(self._right(asked, asked.paragraph))
        passage = self._place(asked, chance)
        found = [one for one in self._search(asked.text) if not holds(one.text, asked.answers)]
        right = list(self._right(asked, passage))
        if chance.random() < _RENAMED and (renamed := self._renamed(asked, passage, found, chance)):
            return [*right, renamed]
        return [*right, *self._wrong(asked, found, chance)]

    def _place(self, asked: Asked, chance: random.Random) -> Span:
        """The paragraph, or the chunk that holds the answer whole."""
        answer = asked.answer
        if answer is None or chance.random() < _WHOLE_WITH_ANSWER:
            return asked.paragraph
        chunks = self._chunks(asked.article.id)
        held = (Span(one.start, one.end) for one in chunks if one.start <= answer.start < answer.end <= one.end)
        return next(held, asked.paragraph)

    def _right(self, asked: Asked, passage: Span) -> Iterator[Example]:
        """The example of a passage that holds the answer; none where there is no room for it."""
        pair = tokenize_pair(asked.text, asked.article.metadata, passage.of(asked.article.text))
        answer = None
        if asked.answer is not None:
            answer = pair.tokens_of(Span(asked.answer.start - passage.start, asked.answer.end - passage.start))
            if answer is None:
                return
        cut = "paragraph" if passage == asked.paragraph else "chunk"
        yield Example(kind=f"{asked.source} {cut}", pair=pair, answerable=asked.answerable, answer=answer)

    def _wrong(self, asked: Asked, found: Sequence[Passage], chance: random.Random) -> Iterator[Example]:
        """One of the passages found: of the same article or of another, the one as likely as the other.

        A passage of another article is of the same set where there is one, else the set would tell the answer.
        """
        same = [one for one in found if one.article_id == asked.article.id]
        others = [one for one in found if one.article_id != asked.article.id]
        alike = [one for one in others if one.metadata.source == asked.source]
        groups = [(name, group) for name, group in (("same", same), ("other", alike or others)) if group]
        if not groups:
            return
        name, group = chance.choice(groups)
        passage = chance.choice(group[:_AMONG])
        text = self._paragraph(passage) if chance.random() < _WHOLE_WITHOUT else passage.text
        if holds(text, asked.answers):
            text = passage.text
        pair = tokenize_pair(asked.text, passage.metadata, text)
        yield Example(kind=f"{asked.source} {name} article", pair=pair, answerable=False, answer=None)

    def _renamed(self, asked: Asked, place: Span, found: Sequence[Passage], chance: random.Random) -> Example | None:
        """The right passage, with a name or year of the question exchanged for one of that passage or of another."""
        text = place.of(asked.article.text)
        far = [one.text for one in found if one.article_id != asked.article.id]
        question = rename(asked.text, far[0] if far and chance.random() < 0.5 else text, chance)
        if question is None:
            return None
        pair = tokenize_pair(question, asked.article.metadata, text)
        return Example(kind=f"{asked.source} renamed", pair=pair, answerable=False, answer=None)

    def _paragraph(self, passage: Passage) -> str:
        """The paragraph around the middle of a passage."""
        text = self._articles[passage.article_id].text
        return paragraph_at(text, (passage.start + passage.end) // 2).of(text)


def holds(text: str, answers: Sequence[str]) -> bool:
    """Whether one of the answers stands in a text, in any case and with any white space."""
    plain = _plain(text)
    return any(_plain(answer) in plain for answer in answers)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def rename(question: str, names_of: str, chance: random.Random) -> str | None:
    """The question with one of its names or years exchanged for one of a text; None where there is nothing to take."""
    own = _NAME.findall(question)
    if not own:
        return None
    old = chance.choice(own)
    others = [
        name
        for name in dict.fromkeys(_NAME.findall(names_of))
        if name[0].isdigit() == old[0].isdigit() and not _share_words(name, question)
    ]
    return question.replace(old, chance.choice(others)) if others else None


def _share_words(name: str, question: str) -> bool:
    return not set(name.casefold().split()).isdisjoint(re.findall(r"[\w'’-]+", question.casefold()))
