"""The days of expressions that are no date: "two weeks ago", "the following day", "this weekend"."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta

from dateline.rag.parsing import calendar_days as calendar
from dateline.rag.parsing.calendar_days import Days
from dateline.rag.parsing.date_context import SHIFTS, DateContext, Found, is_as_fine
from dateline.rag.parsing.date_mentions import near_season, third_of
from dateline.rag.parsing.time_expressions import TimeExpression

_SATURDAY = 5
_ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3}
_THIRDS = {"beginning": 0, "start": 0, "middle": 1, "end": 2, "close": 2}
_NEAR_DAYS = {"last night": -1, "before yesterday": -2, "after tomorrow": 2}
_OF_A_YEAR = re.compile(r"(this|last|next|the|current|that) year$", re.IGNORECASE)
_HOURS = 24  # of a day


def resolve_expression(one: TimeExpression, context: DateContext) -> Found:
    """The days of an expression; None where they hang on an event, or can't be told.

    Raises:
        ValueError, OverflowError: there are no such days.
    """
    resolve = _WAYS.get(one.kind)
    found = resolve(one, context) if resolve and context.published else None
    if found is None or _is_too_late(one, found[0], context):
        return None
    return found[0], found[1] and not context.is_spoken(one.span)


def _is_too_late(one: TimeExpression, days: Days, context: DateContext) -> bool:
    """Whether days counted from others would be ahead of publication though the sentence tells of the past."""
    counted = one.kind in ("counted", "adjacent") and days.first > context.day()
    return counted and context.direction(one.span)[0] != "future"


# Counted from publication


def _ago(one: TimeExpression, context: DateContext) -> Found:
    return calendar.step(context.day(one.span), -one.count, one.unit), one.unit == "day"


def _rolling(one: TimeExpression, context: DateContext) -> Found:
    """``the past two weeks`` end with the day of publication, ``the coming ten days`` begin with it."""
    if one.which in ("following", "previous"):
        return None
    day = context.day(one.span)
    count, unit = (max(1, one.count // _HOURS), "day") if one.unit == "hour" else (one.count, one.unit)
    certain = unit in ("day", "week")
    if one.which in ("past", "last"):
        return Days(calendar.moved(day, -count, unit), day), certain
    return Days(day, calendar.moved(day, count, unit)), certain


def _ahead(one: TimeExpression, context: DateContext) -> Found:
    """``in two weeks`` and ``within ten days``, where they are no length of time."""
    if context.direction(one.span) != ("future", True):
        return None
    day = context.day(one.span)
    if one.which == "within":
        return Days(day, calendar.moved(day, one.count, one.unit)), one.unit in ("day", "week")
    return calendar.step(day, one.count, one.unit), False


def _near(one: TimeExpression, context: DateContext) -> Found:
    day = context.day(one.span)
    if one.which == "overnight":
        begins = day if context.direction(one.span)[0] == "future" else day - timedelta(1)
        return Days(begins, begins + timedelta(1)), False
    return calendar.one_day(day + timedelta(_NEAR_DAYS.get(one.which, 0))), True


def _weekend(one: TimeExpression, context: DateContext) -> Found:
    published, which = context.day(one.span), one.which
    is_on = published.weekday() >= _SATURDAY
    if which in ("last", "next"):
        shift = -1 if which == "last" else int(is_on)
        return calendar.weekend_of(published, shift), which == "last" and not is_on
    where, plain = context.direction(one.span, one.relation)
    if which in ("this past", "the past"):
        return calendar.weekend_of(published, -1), not is_on
    if which == "this" and where == "past" and not is_on:
        return calendar.weekend_of(published, -1), False
    if which in ("this coming", "the coming", "this"):
        return calendar.weekend_of(published), True
    if where == "open":
        return None
    return calendar.weekend_of(published, -1 if where == "past" and not is_on else 0), plain


# Parts of a year


def _quarter(one: TimeExpression, context: DateContext) -> Found:
    published, words = context.day(one.span), one.span.of(context.text)
    if one.which in ("last", "next", "this", "current"):
        return calendar.quarter_of(published, SHIFTS.get(one.which, 0)), one.which != "last"
    number = _ORDINALS.get(one.which, one.count - 1)
    if words[-4:].isdigit():
        return calendar.part_of(calendar.year_of(int(words[-4:])), number, 4), True
    years = [calendar.part_of(calendar.year_of(published.year + shift), number, 4) for shift in (-1, 0, 1)]
    tied = _OF_A_YEAR.search(words)
    if tied:
        return (years[1 + SHIFTS.get(tied[1].lower(), 0)], True) if tied[1].lower() != "that" else None
    if context.direction(one.span, one.relation)[0] == "future":
        return next(days for days in years if days.last >= published), False
    return [days for days in years if days.first <= published][-1], False


def _half(one: TimeExpression, context: DateContext) -> Found:
    whole = calendar.step(context.day(one.span), 0, one.unit)
    return calendar.part_of(whole, _ORDINALS[one.which], 2), one.unit == "year"


def _part(one: TimeExpression, context: DateContext) -> Found:
    """``by the end of the month`` is its last day; without "by" or "until" it is about its last third."""
    whole = calendar.step(context.day(one.span), 0, one.unit)
    third = _THIRDS.get(one.which or "end", 2)
    if one.which in ("", "end", "close") and one.relation in ("until", "by"):
        return calendar.one_day(whole.last), True
    return None if one.unit == "week" else (third_of(whole, third), False)


def _season(one: TimeExpression, context: DateContext) -> Found:
    where, _ = context.direction(one.span, one.relation)
    which = {"past": "last", "future": "next"}.get(where, "this")
    return near_season(one.which, which, context.day()), False


# Counted from the day named before


def _counted(one: TimeExpression, context: DateContext) -> Found:
    """``two days later``, ``a year earlier``: of a month or a quarter a year earlier is as long as that."""
    anchor, certain = context.anchor(one.span)
    count = one.count if one.which == "later" else -one.count
    if anchor is None:
        long = one.unit in ("year", "decade")
        return (calendar.step(context.day(), count, one.unit), False) if count < 0 and long else None
    if count < 0 and one.unit == "year" and anchor.unit in ("month", "quarter", "half"):
        return calendar.in_year(anchor, anchor.first.year + count), certain
    if not is_as_fine(anchor, one.unit):
        return None
    return calendar.step(anchor.first, count, one.unit), certain and one.unit != "week"


def _adjacent(one: TimeExpression, context: DateContext) -> Found:
    """``the following day``, ``that night``, ``the month before``."""
    anchor, certain = context.anchor(one.span)
    unit = one.unit if one.unit in ("week", "weekend", "month", "year") else "day"
    if anchor is None or not is_as_fine(anchor, unit):
        return None
    word = one.which.split()[-1]
    shift = 1 if word in ("following", "next", "after") else -1 if word in ("previous", "preceding", "before") else 0
    if unit == "weekend":
        return calendar.weekend_of(anchor.first, shift), False
    return calendar.step(anchor.first, shift, unit), certain


def _same(one: TimeExpression, context: DateContext) -> Found:
    """``the same month last year``."""
    anchor, certain = context.anchor(one.span)
    if anchor is None or anchor.unit in ("year", "decade"):
        return None
    return calendar.in_year(anchor, anchor.first.year - 1), certain


_WAYS: Mapping[str, Callable[[TimeExpression, DateContext], Found]] = {
    "ago": _ago, "counted": _counted, "adjacent": _adjacent, "same": _same, "rolling": _rolling, "ahead": _ahead,
    "near": _near, "weekend": _weekend, "quarter": _quarter, "half": _half, "part": _part, "season": _season,
}  # fmt: skip
