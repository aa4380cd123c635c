"""Expressions of time in a text that are no date by themselves: "two weeks ago", "the following day", "this weekend".

Dates, weekdays and "last month" are ``dates.Mention``; here is what else tells a day, found first where it holds one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from dateline.index.types import Span

Kind = Literal[
    "ago", "counted", "adjacent", "same", "rolling", "ahead", "near", "weekend", "quarter", "half", "part", "season",
    "event",
]  # fmt: skip
"""How it is resolved; ``event`` are those that hang on an event, and name no day."""

_SMALL = "one two three four five six seven eight nine ten eleven twelve".split()
_NUMBERS = {"a": 1, "an": 1} | {word: at for at, word in enumerate(_SMALL, 1)} | {"twenty": 20, "thirty": 30}
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(_NUMBERS)})"
_UNIT = r"(?P<unit>day|week|month|year|decade)s?"
_PERIOD = r"(?P<unit>day|week|month|year|decade)\b"
_FORMS: tuple[tuple[Kind, str], ...] = (
    ("event", rf"{_COUNT} {_UNIT} ago (?:this|last|next|today|tomorrow|on|in [A-Z0-9]|yesterday)\b(?: \w+)?"),
    ("ago", rf"{_COUNT} {_UNIT} ago\b"),
    ("counted", rf"{_COUNT} {_UNIT} (?P<which>earlier|previously|later)\b(?! than\b)"),
    ("event", rf"{_COUNT} {_UNIT} (?:before|after|from|into|since)\b"),
    ("near", r"the day (?P<which>before yesterday|after tomorrow)\b"),
    ("near", r"(?:late )?(?P<which>last night)|\b(?P<when>overnight)\b(?! (?:stay|train|ferry|bag|success)s?)"),
    ("near", r"(?P<which>this (?:morning|afternoon|evening))\b"),
    (
        "same",
        r"the same (?P<unit>month|quarter|period|week|day) (?:of )?"
        r"(?P<which>last year|a year (?:earlier|ago|before))",
    ),
    (
        "rolling",
        rf"(?:the )?(?P<which>past|last|previous|coming|next|following) {_COUNT} "
        r"(?P<unit>hour|day|week|month|year|decade)s?\b(?! of\b)",
    ),
    ("rolling", rf"(?:the )?(?P<which>past|coming) {_PERIOD}"),
    ("rolling", rf"the (?P<which>last) {_PERIOD}(?! of\b)"),
    (
        "rolling",
        rf"(?:(?<=over )|(?<=within )|(?<=for )|(?<=in )|(?<=during ))the (?P<which>next) {_PERIOD}",
    ),
    (
        "event",
        r"the (?:coming|next|past|last|previous|following) (?:few |several )?"
        r"(?:days|weeks|months|years|decades)\b",
    ),
    (
        "adjacent",
        r"the (?P<which>following|next|previous|preceding) "
        r"(?P<unit>day|morning|afternoon|evening|night|weekend|week|month|year)\b(?! of\b)",
    ),
    ("adjacent", r"(?P<which>the (?P<unit>day|week|month|year) (?:before|after))(?=[.,;]|$| and\b)"),
    ("event", r"the (?:day|night|week|month|year) (?:before|after)\b"),
    (
        "adjacent",
        r"(?P<which>that|the same) (?P<unit>day|night|morning|afternoon|evening|week|month|year)\b"
        r"(?! (?:of|in|a|the|as|when|that)\b)",
    ),
    (
        "weekend",
        r"(?P<which>this coming |this past |the coming |the past |this |last |next |the )?weekend\b(?! of\b)",
    ),
    (
        "event",
        r"fiscal (?:year )?(?:\d{4}|first quarter|second quarter|third quarter|fourth quarter|quarter)"
        r"|(?:first|second|third|fourth) fiscal quarter",
    ),
    ("quarter", r"Q(?P<count>[1-4]) (?:of )?(?P<year>[12]\d{3})\b"),
    (
        "quarter",
        r"(?:the )?(?:(?P<which>first|second|third|fourth|last|next|this|current) quarter|Q(?P<count>[1-4]))\b"
        r"(?!-| final|s\b)(?: of (?:the|this|last|next|current|that) (?P<year>year))?(?! of\b)(?!,? (?:of )?[12]\d{3})",
    ),
    ("half", r"(?:the )?(?P<which>first|second) half of (?:the )(?P<unit>year|month|decade)\b"),
    (
        "part",
        r"(?:the )?(?P<which>beginning|start|middle|end|close) of the (?P<unit>week|month|year|decade)\b"
        r"|\b(?P<year>year)[- ]end\b",
    ),
    (
        "season",
        r"(?<=\bthe )(?P<which>spring|summer|autumn|fall|winter)\b"
        r"(?! (?:of|games?|olympics?|[a-z]*ball|season|break|palace|time|coat|storm)\b)",
    ),
    ("ahead", rf"(?P<which>within|in) (?!an? ){_COUNT} {_UNIT}(?![a-z]|['’]| of\b)"),
)
"""What is found first holds what is found later; of each kind the more particular form comes first."""
_READ = tuple((kind, re.compile(rf"(?<![\w-]){pattern}", re.IGNORECASE)) for kind, pattern in _FORMS)
_RELATION = re.compile(
    r"\b(since|until|till|through|by|before|from|after|over|in|at)(?: at| about)?(?: the)? $", re.IGNORECASE
)
_RELATIONS = {"till": "until", "through": "until", "before": "by"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeExpression:
    """An expression as it stands in a text."""

    kind: Kind
    span: Span
    which: str = ""
    """Its direction or its ordinal, in lower case: ``following``, ``past``, ``third``."""
    unit: str = ""
    """``day``, ``week`` and so on."""
    count: int = 1
    relation: str = ""
    """``since``, ``until``, ``by`` or another word that ties it to the sentence."""


def read_time_expressions(text: str) -> tuple[TimeExpression, ...]:
    """The expressions of a text, in order; none within another."""
    found: list[TimeExpression] = []
    for one in _all(text):
        if all(one.span.end <= other.span.start or other.span.end <= one.span.start for other in found):
            found.append(one)
    return tuple(sorted(found, key=lambda one: one.span))


def _all(text: str) -> Iterator[TimeExpression]:
    for kind, form in _READ:
        for found in form.finditer(text):
            given = {name: (value or "").lower().strip() for name, value in found.groupdict().items()}
            tie = _RELATION.search(text[: found.start()][-20:])
            relation = tie[1].lower() if tie else ""
            count = given.get("count", "")
            yield TimeExpression(
                kind=kind,
                span=Span(*found.span()),
                which=given.get("which") or given.get("when") or "",
                unit=given.get("unit") or given.get("year") or "",
                count=int(count) if count.isdigit() else _NUMBERS.get(count, 1),
                relation=_RELATIONS.get(relation, relation),
            )
