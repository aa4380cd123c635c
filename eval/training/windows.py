"""Passages cut from texts as a library cuts them, and what makes of an answerable question one that is not.

Either the sentences that answer are left out of the passage, or a name, year or number of the question is exchanged.
"""

import bisect
import random
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from dateline.index.splitting.sentences import split_sentences
from dateline.index.types import Span

SHORT, MIDDLE, LONG = 560, 850, 1300
"""Characters of a passage: about 128, 190 and 290 tokens."""

_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*|\b1[0-9]{3}\b|\b20[0-2][0-9]\b")
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
_WORD = re.compile(r"[a-z0-9]+")


@lru_cache(60_000)
def sentences_of(text: str) -> tuple[Span, ...]:
    """The sentences of a text."""
    return split_sentences(text, Span(0, len(text)))


def cut(text: str, around: Span, characters: int, chance: random.Random) -> Span:
    """Whole sentences around a span, of about so many characters at most; the span stands anywhere within them."""
    found = sentences_of(text)
    first = max(0, bisect.bisect_right([one.start for one in found], around.start) - 1)
    last = first
    while last + 1 < len(found) and found[last].end < around.end:
        last += 1
    left_first = chance.random()
    while True:
        room = characters - (found[last].end - found[first].start)
        left = first > 0 and found[first].start - found[first - 1].start <= room
        right = last + 1 < len(found) and found[last + 1].end - found[last].end <= room
        if not left and not right:
            return Span(found[first].start, found[last].end)
        if left and (not right or chance.random() < left_first):
            first -= 1
        else:
            last += 1


def any_length(chance: random.Random) -> int:
    """Characters of a passage, mostly those of a library's chunk."""
    return chance.choices((SHORT, MIDDLE, LONG), (0.6, 0.28, 0.12))[0]


def leave_out(text: str, window: Span, spans: Sequence[Span]) -> str:
    """The sentences in a window of a text, but for those that share characters with some spans."""
    kept = (one for one in sentences_of(text) if within(one, window) and not any(meet(one, span) for span in spans))
    return " ".join(one.of(text) for one in kept)


def exchange(question: str, text: str, chance: random.Random, *, numbers: bool = True) -> str | None:
    """The question with one of its names or years exchanged for one of a text.

    Where it has none and ``numbers`` is set, one of its numbers; None where there is nothing to exchange.
    """
    own = _NAME.findall(question) or (_NUMBER.findall(question) if numbers else [])
    if not own:
        return None
    old = chance.choice(own)
    pattern = _NAME if _NAME.fullmatch(old) or not old[0].isdigit() else _NUMBER
    known = words_of(question)
    others = [
        one
        for one in dict.fromkeys(pattern.findall(text))
        if one[0].isdigit() == old[0].isdigit() and known.isdisjoint(words_of(one))
    ]
    return question.replace(old, chance.choice(others), 1) if others else None


def holds(text: str, answers: Iterable[str]) -> bool:
    """Whether one of the answers stands in a text, in any case and with any white space."""
    plain = _plain(text)
    return any(_plain(one) in plain for one in answers)


def words_of(text: str) -> set[str]:
    """The words of a text in lower case."""
    return set(_WORD.findall(text.lower()))


def ten_in_a_row(text: str) -> set[int]:
    """Every ten words in a row of a text, as hashes, which are others in another process."""
    words = _WORD.findall(text.lower())
    return {hash(tuple(words[at : at + 10])) for at in range(len(words) - 9)}


def moved(span: Span, window: Span) -> Span:
    """A span of a text as one of a window of it."""
    return Span(span.start - window.start, span.end - window.start)


def within(span: Span, window: Span) -> bool:
    """Whether one span lies in another."""
    return window.start <= span.start and span.end <= window.end


def meet(one: Span, other: Span) -> bool:
    """Whether two spans share characters."""
    return one.start < other.end and other.start < one.end


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
