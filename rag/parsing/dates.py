"""The days, months, years and times of a text: what is known of each, and how it is tied to the sentence.

``12 March 2026``, ``March 12, 2026`` and ``2026-03-12`` are one day; told when an article was published, "Wednesday"
and "next month" in it are dates too. "By the end of 2026" is another statement than "in 2026".
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from dateline.index.types import Span
from dateline.rag.parsing.tokens import by_form

_MONTHS = "january february march april may june july august september october november december".split()
MONTH_NUMBERS = {form: at for at, name in enumerate(_MONTHS, 1) for form in (name, name[:3])} | {"sept": 9}
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTH = r"(?P<month>January|February|March|April|May|June|July|August|September|October|November|December" \
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"  # fmt: skip
_DAY = r"(?P<day>[0-3]?[0-9])(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>1[5-9][0-9]{2}|20[0-9]{2})"
_FORMS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{_YEAR}-(?P<month_number>[01][0-9])-(?P<day>[0-3][0-9])\b",
        rf"\b(?:the )?{_DAY}(?: of)? {_MONTH}\b(?:,? {_YEAR}\b)?",
        rf"\b{_MONTH} {_DAY}\b(?!:)(?:,? {_YEAR}\b)?",
        rf"\b{_MONTH}(?:,| of)? {_YEAR}\b",
        rf"(?<![A-Z] )\b(?P<tied>last |next |this )?{_MONTH}\b(?! [A-Z]|-a-)",
        rf"(?<![-,.$€£0-9]){_YEAR}(?P<decade>s)?\b(?![-,.]?[0-9%])",
        r"\b(?P<tied>last |next |this )?(?P<weekday>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b",
        r"\b(?P<hour>[0-2]?[0-9])(?:[.:](?P<minute>[0-5][0-9]))? ?(?P<half>[ap])\.?m\b\.?",
        r"\b(?P<hour>[0-2]?[0-9]):(?P<minute>[0-5][0-9])\b",
        r"\b(?P<relative>(?i:last|next|this) (?:year|month|week|spring|summer|autumn|winter|decade|century))\b",
        r"\b(?P<relative>(?i:yesterday|tomorrow|tonight|today))\b",
    )
)
_RELATIONS = by_form({
    "in": "in on at during", "by": "by before", "until": "until till through", "since": "since",
    "from": "from starting beginning", "after": "after following",
})  # fmt: skip
_PARTS = by_form({"early": "early beginning start", "middle": "middle mid", "late": "late", "end": "end close"})
_BEFORE = re.compile(
    rf"(?:\b(?P<relation>{'|'.join(_RELATIONS)}) )?(?:at )?(?:the )?"
    rf"(?:\b(?P<part>{'|'.join(_PARTS)})(?:[- ]of[- ]|[- ]in[- ]|[- ]))?(?:the )?(?:morning of |evening of )?$",
    re.IGNORECASE,
)
_YEAR_BEFORE = re.compile(
    r"(?:^|[(,–—]|\b(?:in|since|by|until|till|of|from|to|between|and|before|after|early|late|during|for|the|mid|than|around"
    r"|about|spring|summer|autumn|winter|through|year|last|this|next)|[A-Z][a-z]+,?)[ -]?$",
    re.IGNORECASE,
)
_DATED = re.compile(r"(?i)\b(?:in|since|by|until) $")
_COUNTED = re.compile(r" [a-z]+s\b")
_NEAR = 8  # days: "Wednesday" is of the week before or after publication


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A date, or a time of day, as it stands in a text; what is None it leaves open."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    """0 is Monday."""
    minute: int | None = None
    """Of the day: 6.52 p.m. is 1132."""
    relative: str = ""
    """``last``, ``next``, ``this``, or a phrase such as ``next month``, as it stands."""
    relation: str = ""
    """``in`` (on, at), ``by`` (before), ``until``, ``since``, ``from``, ``after``, or empty."""
    part: str = ""
    """``early``, ``middle``, ``late``, ``end``, or empty."""
    span: Span
    text: str
    """With the words that tie it to the sentence: ``by the end of 2026``."""


def read_dates(text: str) -> tuple[Mention, ...]:
    """The dates of a text, in order."""
    taken: list[tuple[Span, re.Match[str]]] = []
    for form in _FORMS:
        for found in form.finditer(text):
            span = Span(*found.span())
            if all(span.end <= other.start or other.end <= span.start for other, _ in taken) and _is_date(text, found):
                taken.append((span, found))
    return tuple(_mention(text, found) for _, found in sorted(taken, key=lambda one: one[0]))


def bears_out(quote: Mention, claim: Mention, published: date | None) -> bool:
    """Whether a date in a quote is the claim's, tied to the sentence in the same way."""
    return is_same(quote, claim, published) and _is_tied_alike(quote, claim)


def is_same(quote: Mention, claim: Mention, published: date | None) -> bool:
    """Whether all that the claim tells of a date, the quote tells too, or the day it was published does."""
    if claim.minute is not None or quote.minute is not None:
        return claim.minute == quote.minute
    if claim.relative and quote.relative and claim.relative != quote.relative:
        return False
    alike = (claim.relative, claim.weekday, claim.month) == (quote.relative, quote.weekday, quote.month)
    if alike and not claim.day:
        return claim.year in (None, quote.year)
    return any(_agree(one, other) for one in _readings(quote, published) for other in _readings(claim, published))


def is_publication(claim: Mention, quotes: Sequence[Mention], published: date | None) -> bool:
    """Whether the claim's date is that on which the quotes were published, and none of them tells another."""
    if not published or claim.minute is not None or claim.part or claim.relation in ("by", "until", "since", "after"):
        return False
    told = _as_day(claim, published)
    parts = ("year", "month", "day", "weekday")
    others = (getattr(one, part) for one in quotes for part in parts if getattr(claim, part) is not None)
    return any(_agree(told, one) for one in _readings(claim, published)) and not any(one is not None for one in others)


def counterpart(claim: Mention, quotes: Sequence[Mention]) -> Mention | None:
    """The date of the quotes that is most like the claim's."""

    def likeness(quote: Mention) -> tuple[int, int]:
        parts = ("year", "month", "day", "weekday", "minute")
        told = [(getattr(quote, part), getattr(claim, part)) for part in parts]
        return sum((one is None) == (other is None) for one, other in told), sum(one == other for one, other in told)

    return max(quotes, key=likeness, default=None)


# Comparing


def _is_tied_alike(quote: Mention, claim: Mention) -> bool:
    if claim.part and claim.part != quote.part:
        return False
    if quote.part and not claim.part and {quote.relation, claim.relation} & {"by", "until", "since", "after", "from"}:
        return False
    tied = {quote.relation, claim.relation}
    return len(tied) == 1 or "" in tied or tied in ({"from", "in"}, {"from", "since"})


def _readings(mention: Mention, published: date | None) -> Iterator[Mention]:
    """What a date may mean, seen from the day of publication; itself where that is unknown or not needed."""
    yield mention
    if published is None:
        return
    if mention.weekday is not None and mention.day is None:
        yield from (_as_day(mention, day) for day in _days_around(published) if day.weekday() == mention.weekday)
    elif mention.month and mention.year is None:
        years = (published.year - 1, published.year, published.year + 1)
        near = (year for year in years if abs((year - published.year) * 12 + mention.month - published.month) <= 11)
        yield from (replace(mention, year=year, relative="") for year in near)
    elif mention.relative:
        yield from _relative(mention, published)


def _as_day(mention: Mention, day: date) -> Mention:
    return replace(mention, year=day.year, month=day.month, day=day.day, weekday=day.weekday(), relative="")


def _days_around(published: date) -> Iterator[date]:
    """The days of the week before and of that after."""
    first = published.toordinal() - _NEAR + 1
    return (date.fromordinal(day) for day in range(max(1, first), min(first + 2 * _NEAR - 1, date.max.toordinal())))


def _relative(mention: Mention, published: date) -> Iterator[Mention]:
    which, _, unit = mention.relative.partition(" ")
    shift = {"last": -1, "yesterday": -1, "next": 1, "tomorrow": 1}.get(which, 0)
    if unit == "year":
        yield replace(mention, year=published.year + shift, relative="")
    elif unit == "month":
        months = published.year * 12 + published.month - 1 + shift
        yield replace(mention, year=months // 12, month=months % 12 + 1, relative="")
    elif not unit:
        yield from (_as_day(mention, day) for day in _days_around(published) if (day - published).days == shift)


def _agree(quote: Mention, claim: Mention) -> bool:
    if claim.relative != quote.relative:
        return False
    weekday = quote.weekday if quote.weekday is not None else _weekday(quote)
    if claim.weekday is not None and claim.weekday != weekday:
        return False
    told = [(quote.year, claim.year), (quote.month, claim.month), (quote.day, claim.day)]
    return all(other is None or one == other for one, other in told) and any(
        other is not None for _, other in [*told, (None, claim.weekday)]
    )


def _weekday(mention: Mention) -> int | None:
    try:
        return date(mention.year or 0, mention.month or 0, mention.day or 0).weekday()
    except ValueError:  # no whole date, or none that there is
        return None


# Reading


def _is_date(text: str, found: re.Match[str]) -> bool:
    given = found.groupdict()
    if given.get("month") == "May" and not given.get("day") and not given.get("year"):
        tie = _BEFORE.search(text[: found.start()][-40:])
        return not re.match(r" [a-z]", text[found.end() :]) or bool(tie and tie.group("relation"))
    if given.get("year") and not given.get("month") and not given.get("month_number"):
        before = text[: found.start()][-20:]
        counted = _COUNTED.match(text, found.end()) and not _DATED.search(before)
        return bool(_YEAR_BEFORE.search(before)) and not counted
    return True


def _mention(text: str, found: re.Match[str]) -> Mention:
    given = {name: value for name, value in found.groupdict().items() if value}
    tie = _BEFORE.search(text[: found.start()][-40:])
    relation, part = (tie.group("relation"), tie.group("part")) if tie else (None, None)
    month = given.get("month_number") or MONTH_NUMBERS.get(given.get("month", "").lower().rstrip("."))
    start = max(0, found.start() - len(tie.group()) if tie else found.start())
    weekday = given.get("weekday")
    return Mention(
        year=int(given["year"]) if "year" in given else None,
        month=int(month) if month else None,
        day=int(given["day"]) if "day" in given else None,
        weekday=WEEKDAYS.index(weekday.lower()) if weekday else None,
        minute=_minute(given) if "hour" in given else None,
        relative=" ".join(given.get("relative", given.get("tied", given.get("decade", ""))).lower().split()),
        relation=_RELATIONS.get((relation or "").lower(), ""),
        part=_PARTS.get((part or "").lower(), ""),
        span=Span(found.start(), found.end()),
        text=text[start : found.end()].strip(),
    )


def _minute(given: dict[str, str]) -> int:
    hour = int(given["hour"])
    if "half" in given:
        hour = hour % 12 + (12 if given["half"] == "p" else 0)
    return 60 * hour + int(given.get("minute", 0))
