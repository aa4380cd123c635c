"""What the days of a sentence are resolved against: when it was published, what is quoted in it, days named before."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from dateline.index.types import Span
from dateline.rag.parsing.calendar_days import Days
from dateline.rag.parsing.dates import read_dates
from dateline.rag.parsing.tense import Direction, direction, sentence_at

Found = tuple[Days, bool] | None
"""The days of an expression, and whether they are certain; None where they can't be told."""

SHIFTS = {"last": -1, "next": 1}
"""How many weeks, months or years a word moves."""

_SAID = re.compile(
    r"\b(?:said|says|told [^,.;]{1,40}|reported|announced|added|confirmed|wrote|dated|according to [^,;]{1,60})"
    r"(?: in [^,;]{1,40}| late| early)?,? (?:on )?$"
)
_SAID_AT = re.compile(r"\b(?:said|told|says|added|wrote|announced)\b")
_NEAR = 60  # characters in which a verb of saying is looked for
_WEEK = 7  # days
_UNITS = "day week weekend month quarter half year decade".split()  # from the shortest to the longest


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedDate:
    """An expression of a text, and the days that it means."""

    span: Span
    """Of its words."""
    text: str
    """Its words."""
    first: date
    last: date
    certain: bool
    """Whether the words leave no other reading; else these are the likeliest days."""
    told: bool = False
    """Whether the words tell it by themselves, as "3 May 2021" does."""
    said: bool = False
    """Whether it is only the day on which something was said, as in "police said on Tuesday"."""

    @property
    def days(self) -> Days:
        """From the first to the last."""
        return Days(self.first, self.last)

    def __str__(self) -> str:
        """``21 September 2022``; what is not certain has ``probably`` or ``about`` before it."""
        doubt = "" if self.certain else "probably " if self.first == self.last else "about "
        return f"{doubt}{self.days}"


@dataclass(slots=True)
class DateContext:
    """A text whose expressions are resolved one after the other."""

    text: str
    published: date | None
    before: Sequence[ResolvedDate] = ()
    """What the sentence before speaks of."""
    found: list[ResolvedDate] = field(default_factory=list)
    """What this text speaks of, so far."""

    def day(self, span: Span | None = None) -> date:
        """The day of publication; within a quotation the day on which it was said, where that is told.

        Raises:
            ValueError: it is not known.
        """
        if self.published is None:
            raise ValueError("the day of publication is not known")
        said = self._said_on(self.published, span) if span and self.is_spoken(span) else None
        return said or self.published

    def direction(self, span: Span, relation: str = "") -> tuple[Direction, bool]:
        """As ``tense.direction`` has it."""
        return direction(self.text, span, relation)

    def is_spoken(self, span: Span) -> bool:
        """Whether words stand within a quotation."""
        before = self.text[: span.start]
        return before.rfind("“") > before.rfind("”") or before.count('"') % 2 == 1

    def is_said(self, span: Span) -> bool:
        """Whether a day is that on which something was said, as in "said on Tuesday"."""
        return bool(_SAID.search(self.text[: span.start][-_NEAR:]))

    def anchor(self, span: Span) -> tuple[Days | None, bool]:
        """The days named last before an expression, and whether it can count from no others."""
        here = [one for one in self.found if one.span.end <= span.start]
        chosen = [one for one in here if not one.said] or here
        chosen = chosen or [one for one in self.before if not one.said] or list(self.before)
        if not chosen:
            return None, False
        anchor = chosen[-1].days
        sure = chosen[-1].certain and len({one.days for one in chosen}) == 1
        return anchor, sure and (bool(here) or anchor.unit == "day")

    def has_another_year(self) -> bool:
        """Whether a year was named before that is not near the day of publication: a month may be of that year."""
        known = (one for one in (*self.before, *self.found) if one.told)
        return any(abs(one.first.year - self.day().year) > 1 for one in known)

    def _said_on(self, published: date, span: Span) -> date | None:
        """The weekday of "said on Sunday", in the sentence of a quotation."""
        sentence = sentence_at(self.text, span.start)
        for one in read_dates(self.text):
            outside = one.weekday is not None and not self.is_spoken(one.span) and one.span.start >= sentence.start
            if outside and _SAID_AT.search(self.text[max(0, one.span.start - _NEAR) : one.span.start]):
                return published - timedelta((published.weekday() - (one.weekday or 0)) % _WEEK)
        return None


def is_as_fine(anchor: Days, unit: str) -> bool:
    """Whether days are told so finely that a day, a week, a month or a year can be counted from them."""
    return _UNITS.index(anchor.unit) <= _UNITS.index(unit)
