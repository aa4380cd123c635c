"""What a question asks for, and how well the words of a passage and of its sentences fit it."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from dateline.index.types import Metadata
from dateline.rag.parsing.names import missing_words
from dateline.rag.parsing.parsed_text import ParsedText, parse
from dateline.rag.parsing.tokens import ASKS

Wanted = Literal["time", "number", "name", "reason"]

_NUMBERS = (
    "share percentage proportion portion fraction number amount sum price cost total toll age rate size length height "
    "speed budget figure"
).split()
_NAMED = "city town country state place company person man woman team club party school hospital".split()
_KINDS: tuple[tuple[Wanted, re.Pattern[str]], ...] = (
    ("number", re.compile(r"\bhow (?:many|much|old|tall|far|large|big|high|deep|heavy|fast|often|long)\b")),
    ("number", re.compile(rf"\b(?:what|which) (?:\w+ )?(?:{'|'.join(_NUMBERS)})\b")),
    (
        "time",
        re.compile(r"\b(?:when|how long ago)\b|\b(?:what|which) (?:day|date|year|month|time|week|decade|century)"),
    ),
    ("reason", re.compile(r"\bwhy\b|\b(?:what|which) (?:reason|caused?|prompted|led)\b|\bhow come\b")),
    ("name", re.compile(rf"\b(?:who|whom|whose|where)\b|\b(?:what|which) (?:{'|'.join(_NAMED)})\b")),
)
_REASONS = re.compile(
    r"\b(?:because|since|due to|owing to|so that|to|after|for|as a result|thanks to|caused?|amid|over|given)\b"
)
_MANY = re.compile(
    r"\b(?:which|what|who|name|list) (?:were |are )?(?:the |all |other )?(?:two|three|four|five|six|seven|eight|nine"
    r"|ten|all)\b|\b(?:which|what) (?:\w+ )?(?:\w{2,}[^su\W]s|people|men|women|children)\b"
    r"|\b(?:what|who) (?:are|were)\b"
)
_CUES = frozenset("not no never only total overall next last first former current new all both average each".split())
"""Small words of a question that decide which of several like sentences answers it."""
_ASKING = frozenset("many much long old kind sort type name happen accord say do".split())
_QUESTION = 3  # words that carry meaning; less, without a question word, are a keyword
_MOST_MISSING = 3
_SHORT = 4  # words: less is a caption, a heading or a part of a sentence
_TEASER = re.compile(
    r"^(?:more|read more|related|watch|see also|photo|picture|image|video|listen|reuters|ap)\b.{0,3}:",
    re.IGNORECASE,
)


_LINK = re.compile(r"[^.!?:]{4,60}: \S.*[^.!?:;\"'”’)\]]", re.DOTALL)
_LINKED = 8  # words at least


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as rules see it."""

    parsed: ParsedText
    asks: bool
    """Whether it asks something: a lone name or keyword asks nothing, signs and small words neither."""
    wanted: Wanted | None
    """The kind of its short answer, where its words tell."""
    stems: frozenset[str]
    """Of the words that carry its meaning."""
    many: bool
    """Whether several things are asked for."""
    cues: frozenset[str]
    years: frozenset[int]

    def missing(self, passage: ParsedText, known: Metadata) -> float:
        """How many names, numbers and years of it neither a passage nor the head of its article holds, at most 3."""
        head = parse(f"{known.title or ''} . {known.source or ''}")
        held = passage.name_words | head.name_words
        names = sum(bool(missing_words(name, held)) for name in self.parsed.names)
        if not (self.parsed.numbers or self.years):  # else nothing has to be read, which takes its time
            return float(min(_MOST_MISSING, names))
        told = {number.low for number in (*passage.numbers, *head.numbers)}
        numbers = sum(number.low not in told for number in self.parsed.numbers)
        years = {mention.year for mention in (*passage.dates, *head.dates)} | told | {_year(known.published)}
        return float(min(_MOST_MISSING, names + numbers + len(self.years - years)))

    def shared(self, sentence: ParsedText, around: Collection[str]) -> tuple[float, float]:
        """The share of its words, 0 to 1, that stand in a sentence, and in the sentence or around it."""
        if not self.stems:
            return 0.0, 0.0
        inside = self.stems & sentence.stems
        return len(inside) / len(self.stems), len(inside | self.stems.intersection(around)) / len(self.stems)

    def lacking_cues(self, sentence: ParsedText) -> float:
        """How many of the small words that decide a sentence lacks."""
        return float(len(self.cues.difference(word.lower for word in sentence.words)))

    def fits(self, answer: ParsedText, sentence: ParsedText) -> float:
        """Whether a short answer is of the kind asked for: 1, -1, or 0 where no kind is known."""
        if self.wanted is None:
            return 0.0
        is_one = {
            "number": bool(answer.numbers or any(character.isdigit() for character in answer.text)),
            "time": bool(answer.dates or any(character.isdigit() for character in answer.text)),
            "name": any(word.text[:1].isupper() for word in answer.words),
            "reason": bool(_REASONS.search(sentence.plain)),
        }[self.wanted]
        return 1.0 if is_one else -1.0


def read_question(text: str) -> Question:
    """What a question asks for."""
    parsed, lower = parse(text), text.lower()
    words = frozenset(word.lower for word in parsed.words)
    stems = parsed.stems - _ASKING
    keywords = len(stems) < _QUESTION and not (words & ASKS or "?" in text)
    return Question(
        parsed=parsed,
        asks=bool(stems) and not keywords,
        wanted=next((kind for kind, form in _KINDS if form.search(lower)), None),
        stems=stems,
        many=bool(_MANY.search(lower)),
        cues=words & _CUES,
        years=frozenset(mention.year for mention in parsed.dates if mention.year),
    )


def leads_elsewhere(sentence: ParsedText) -> bool:
    """Whether a line asks, or is the title of another article: such a line answers nothing."""
    text = sentence.text.strip()
    linked = len(sentence.words) >= _LINKED and _LINK.fullmatch(text) is not None
    return text.endswith("?") or linked or _TEASER.match(text) is not None


def is_statement(sentence: ParsedText) -> bool:
    """Whether a sentence says something: no question, caption, pointer to another article or part of a sentence."""
    if leads_elsewhere(sentence) or len(sentence.words) < _SHORT:
        return False
    return any(word.text[:1].islower() for word in sentence.words[1:])  # else it is a heading or a list of names


def _year(published: str | None) -> int | None:
    return int(published[:4]) if published and published[:4].isdigit() else None
