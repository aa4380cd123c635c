"""True claims made of gold sentences: the sentence itself, shorter, in other formats and with other words."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from dateline.index.types import Metadata

MONTHS = "January February March April May June July August September October November December".split()
ONES = "zero one two three four five six seven eight nine ten eleven twelve".split()

_ATTRIBUTIONS = (
    re.compile(r",[”\"]? (?:[^,;“”\"]{3,60} )?said(?: on \w+day| [^,;“”\"]{0,40})?(?=\.$)"),
    re.compile(r", according to [^,;“”\"]{3,60}(?=\.$)"),
    re.compile(r"^According to [^,;“”\"]{3,40}, "),
    re.compile(r"^[A-Z][^,;“”\"]{3,50} (?:said|told Reuters|decided)(?: on \w+day)? that "),
)
_CLAUSES = (
    re.compile(r", (?:which|who|where|whom)\b[^,;“”\"]*(?=\.$)"),
    re.compile(r", (?:as|although|because|after|when|wrapped|down from|up from|built|opened|made)\b[^;“”\"]*(?=\.$)"),
    re.compile(r", an? [^,;“”\"]{3,60}(?=, (?:said|is|was|has|and))|, \d\d?(?=, )"),
    re.compile(r"; [^;]*(?=\.$)"),
    re.compile(r"^(?:On|In|At|From) [^,;“”\"]{3,40}, "),
)
_FULL_NAME = re.compile(
    r"\b(?!The |River |Old |New |State |Gaza |Gull |Saint |Quayside |Halvern |Prime )[A-Z][a-z]+ "
    r"(?=[A-Z][a-z]+(?:,|’s)? (?:has|said|who|told|a|the|is)\b)"
)


def pairs_of(text: str) -> list[tuple[str, str]]:
    """Pairs of words from a text of ``one/other, one/other``."""
    parts = (pair.partition("/") for pair in " ".join(text.split()).split(", "))
    return [(one, other) for one, _, other in parts]


_SYNONYMS = pairs_of(
    """
    said/stated, begin/start, began/started, hurt/injured, largest/biggest, about/roughly, per cent/percent,
    near/close to, because/since, wants to/intends to, has been closed/has been shut,
    put the damage/estimated the damage, demands/is demanding, at the age of/aged, last year/the previous year,
    build/construct, stolen/taken, get/receive, give/grant, at least/a minimum of, mayor/head of the town,
    show/depict, asked for/requested, workers/employees, likely to/expected to, may happen/could happen,
    allow/permit, seeking/trying, reached/struck, died/lost their lives, hope/wish
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """A sentence that an article holds, and what is known of it."""

    text: str
    metadata: Metadata = field(default_factory=Metadata)
    names: tuple[str, ...] = ()
    """Of people, places and bodies in its set of articles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A claim made of a gold sentence."""

    gold: Gold
    claim: str
    way: str
    """How it was made; of a false one ``number``, ``date``, ``name`` or ``negation``, a colon, how it was altered."""
    is_known: bool = True
    """Whether the words put in are on a list of the verifier."""

    @property
    def kind(self) -> str:
        """What was altered, without how."""
        return self.way.partition(":")[0]


def rephrased(gold: Gold) -> Iterator[Made]:
    """True claims: the sentence itself, shorter, and with other words and formats."""
    yield Made(gold=gold, claim=gold.text, way="word for word")
    for way, patterns in (("attribution dropped", _ATTRIBUTIONS), ("clause dropped", _CLAUSES)):
        for pattern in patterns:
            shorter = _capitalised(pattern.sub("", gold.text, count=1))
            if shorter != gold.text and len(shorter.split()) >= 4 and _is_balanced(shorter):
                yield Made(gold=gold, claim=shorter, way=way)
    yield from _formatted(gold)
    for word, other in _SYNONYMS:
        claim = re.sub(rf"\b{word}\b", other, gold.text, count=1)
        if claim != gold.text:
            yield Made(gold=gold, claim=claim, way="other words")
    surname = _FULL_NAME.sub("", gold.text, count=1)
    if surname != gold.text and gold.text.find(surname[:8]) != 0:
        yield Made(gold=gold, claim=surname, way="first name dropped")


def _formatted(gold: Gold) -> Iterator[Made]:
    for way, pattern, change in _FORMATS:
        claim = pattern.sub(change, gold.text, count=1)
        if claim != gold.text:
            yield Made(gold=gold, claim=claim, way=way)


def _in_thousands(found: re.Match[str]) -> str:
    return f"{int(found.group(1) + found.group(2)) / 1000:g} thousand"


def _month_first(found: re.Match[str]) -> str:
    return f"{found.group(2)} {found.group(1)}"


def _in_figures(found: re.Match[str]) -> str:
    return str(ONES.index(found.group().lower()))


_FORMATS: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], str] | str], ...] = (
    ("number format", re.compile(r"\b([0-9]{1,3}),([0-9]00)\b"), _in_thousands),
    ("number format", re.compile(r"\b([0-9]{1,3}),([0-9]{3})\b"), r"\1\2"),
    ("number format", re.compile(r" per cent\b"), "%"),
    ("number format", re.compile(r"(?<!-)\b(?:two|three|four|five|six|seven|nine|eleven)\b", re.I), _in_figures),
    ("number format", re.compile(r"\b([0-9.]+) million(?= [a-z])"), r"\1m"),
    ("date format", re.compile(rf"\b([0-9]{{1,2}}) ({'|'.join(MONTHS)})\b"), _month_first),
    ("date format", re.compile(r"\b([0-9]{1,2})\.([0-9]{2}) ([ap])\.m\."), r"\1:\2 \3m"),
)  # fmt: skip


def _capitalised(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:]


def _is_balanced(text: str) -> bool:
    return text.count("“") == text.count("”") and text.count("(") == text.count(")")
