"""The days of dates, weekdays, months and years, with the words around that make them others: "early", "of last year".

A weekday or a month without a year is the last or the next one by the verb that it goes with.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from dateline.index.types import Span
from dateline.rag.parsing import calendar_days as calendar
from dateline.rag.parsing.calendar_days import Days
from dateline.rag.parsing.date_context import SHIFTS, DateContext, Found
from dateline.rag.parsing.dates import WEEKDAYS, Mention
from dateline.rag.parsing.tense import is_perfect, sentence_at

Resolved = tuple[Found, Span]
"""What is meant, and the words that say so."""

_WEEK = 7  # days
_FAR = {"past": 5, "future": 6}  # days: a weekday so far off may be that of the day after or before publication
_LONG_AGO, _FAR_AHEAD = 215, 300  # days: of a day that is farther off than that, papers mostly tell the year
_TIES = ("in", "until", "by", "since", "from")
_ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": 3, "final": 3}
_THIRDS = {"early": 0, "middle": 1, "late": 2, "end": 2}
_COUNTS = "one two three four five six seven eight nine ten".split()

_SEASON_BEFORE = re.compile(r"\b(spring|summer|autumn|fall|winter) (?:of )?$", re.IGNORECASE)
_PART_BEFORE = re.compile(
    r"\b(?:the )?(?:(first|second) half|(first|second|third|fourth|last|final) quarter|Q([1-4])) "
    r"(?:of |in )?(?:the )?$",
    re.IGNORECASE,
)
_FEW_BEFORE = re.compile(
    rf"\b(?:the )?(first|last|final) (?:(\d{{1,2}}|{'|'.join(_COUNTS)}) )?(day|week|month|year)s? of (?:the )?$",
    re.IGNORECASE,
)
_THIRD_BEFORE = re.compile(
    r"\b(?:early|mid|late|beginning|start|middle|end|close)(?: of| in)?[- ](?:the )?$", re.IGNORECASE
)
_RANGE_BEFORE = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?(?: ?[-–—] ?| to | until | through )(?:the )?$")
_RANGE_BEHIND = re.compile(r" ?[-–—] ?(\d{1,2})\b(?!:)")
_RANGE_WITH_YEAR = re.compile(r" ?[-–—] ?(\d{1,2}),? ([12]\d{3})\b")
_YEAR_BEHIND = re.compile(r",? (?:of )?(last|this|next) year\b")
_WEEK_BEHIND = re.compile(r",? (?:of )?(last|this|next) week\b")
_WEEKDAY_BEFORE = re.compile(rf"\b({'|'.join(one.capitalize() for one in WEEKDAYS)}),? (?:the )?$")
_OF_BEHIND = re.compile(r" of (?!last|this|next)")
_ARTICLE_BEFORE = re.compile(r"\bthe $")
_NOUN_BEHIND = re.compile(
    r" (?!(?:to|in|at|after|before|and|as|for|when|with|by|from|on|of|but|during|following|that|while|or|until|because"
    r"|the|over|amid|against|near|outside|if|due|showed|is|was|will|were)\b)[a-z]"
)
_RECURRING = re.compile(
    r"\b(?:every|each|most|many|some|any|one|a|other|per|previous|following|preceding|first|second|third|fourth|final)"
    r" $",
    re.IGNORECASE,
)
_NAMED_BEFORE = re.compile(
    r"\b(?:Black|Good|Super|Ash|Bloody|Easter|Palm|Cyber|Giving|Whit|Shrove|Fat|Holy|Maundy|Sheffield|Man|Girl) $"
)
_NAMED_BEHIND = re.compile(
    r"s\b| (?:mornings|afternoons|evenings|nights|school|Times|Mirror|Express|Mail|Post|Telegraph|Herald|Star"
    r"|Independent|Night Live|Night Football|Agreement|Club)\b"
)
_NAMED_TODAY = re.compile(r"(?:[a-z,]|\bUSA|['\"“‘]) (?:the )?['\"“‘]?To(?:day|night|morrow)$")


def resolve_mention(one: Mention, context: DateContext) -> Resolved:
    """The days of a date of a text; None where they can't be told.

    Raises:
        ValueError: there is no such day.
    """
    if one.weekday is not None:
        return _weekday(one, context)
    if one.relative and one.month is None and one.year is None:
        return _narrowed(one, context, _phrase(one, context), one.span)
    return _narrowed(one, context, *_month_or_year(one, context))


# Months and years


def _month_or_year(one: Mention, context: DateContext) -> Resolved:
    if one.year is not None and one.month is None:
        return ((calendar.decade_of if one.relative == "s" else calendar.year_of)(one.year), True), one.span
    if one.year is not None:
        return (_day_or_month(one.year, one.month or 1, one.day), True), one.span
    recurs = _RECURRING.search(context.text[: one.span.start][-20:])
    if context.published is None or recurs or _is_name(one, context):
        return None, one.span
    ranged = _RANGE_WITH_YEAR.match(context.text, one.span.end) if one.day else None
    if ranged:
        first = _day_or_month(int(ranged[2]), one.month or 1, one.day).first
        return (Days(first, first.replace(day=int(ranged[1]))), True), Span(one.span.start, ranged.end())
    behind = _YEAR_BEHIND.match(context.text, one.span.end)
    if behind:
        year = context.published.year + SHIFTS.get(behind[1].lower(), 0)
        return (_day_or_month(year, one.month or 1, one.day), True), Span(one.span.start, behind.end())
    return _yearless(one, context), one.span


def _yearless(one: Mention, context: DateContext) -> Found:
    """A day or a month of the year that its weekday, or the verb and the day of publication make it."""
    published = context.day()
    near = range(published.year - 1, published.year + 2)
    years = [_day_or_month(year, one.month or 1, one.day) for year in near if _is_day(year, one.month or 1, one.day)]
    if one.relative:
        return _tied_month(one.relative, years, published)
    named = _WEEKDAY_BEFORE.search(context.text[: one.span.start][-16:]) if one.day else None
    if named:
        fitting = [days for days in years if days.first.weekday() == WEEKDAYS.index(named[1].lower())]
        return (fitting[0], True) if len(fitting) == 1 else None
    where, plain = context.direction(one.span, one.relation)
    past, ahead = (
        [days for days in years if days.first <= published],
        [days for days in years if days.last >= published],
    )
    chosen = {"past": past[-1:], "future": ahead[:1]}.get(where, [])
    if not chosen or (where == "future" and (chosen[0].first - published).days > _FAR_AHEAD):
        return min(years, key=lambda days: abs((days.first - published).days)), False
    certain = plain and (published - chosen[0].first).days <= _LONG_AGO
    tied = bool(one.relation or one.part or one.day)
    return chosen[0], certain and tied and not context.has_another_year()


def _is_name(one: Mention, context: DateContext) -> bool:
    """Whether a day is the name of what was then, perhaps years ago, and tells of no other: "the January 6 trials"."""
    free = one.day and one.relation not in _TIES and not one.part
    return bool(free and _NOUN_BEHIND.match(context.text, one.span.end))


def _tied_month(which: str, years: Sequence[Days], published: date) -> Found:
    """``last March`` is the one before this month, which in December may be that of the year before all the same."""
    if which == "this":
        return next(days for days in years if days.first.year == published.year), True
    if which == "last":
        found = [days for days in years if days.last < published][-1]
    else:
        found = next(days for days in years if days.first > published)
    return found, found.first.year != published.year


# The words before


def _narrowed(one: Mention, context: DateContext, found: Found, span: Span) -> Resolved:
    """The part of the days that the words before name."""
    if found is None:
        return None, span
    days, certain = found
    before = context.text[: span.start]
    season = _SEASON_BEFORE.search(before[-20:])
    part, few = _PART_BEFORE.search(before[-30:]), _FEW_BEFORE.search(before[-40:])
    if season and days.unit == "year":
        return (calendar.season_of(season[1].lower(), days.first.year), False), _grown(span, season)
    if part and not one.day:
        fiscal = before[: -len(part[0])].lower().endswith("fiscal ")
        return (_half_or_quarter(days, part), certain and not fiscal), _grown(span, part)
    if few:
        return (_few(days, few), certain), _grown(span, few)
    if one.part and not one.day:
        return _third(one, days, certain, _THIRD_BEFORE.search(before[-20:]), span)
    return _ranged(days, certain, span, context) if one.day else (found, span)


def _third(one: Mention, days: Days, certain: bool, before: re.Match[str] | None, span: Span) -> Resolved:
    """``by the end of`` is the last day; without "by" or "until" about the last third."""
    span = _grown(span, before) if before else span
    if one.part == "end" and one.relation in ("until", "by", "since"):
        return (calendar.one_day(days.last), certain), span
    return (third_of(days, _THIRDS[one.part]), False), span


def third_of(whole: Days, number: int) -> Days:
    """The first, second or last third of a month, a year or a decade; all of a shorter time."""
    return calendar.part_of(whole, number, 3) if whole.unit in ("month", "year", "decade") else whole


def _half_or_quarter(whole: Days, found: re.Match[str]) -> Days:
    half, quarter, number = found.groups()
    if half:
        return calendar.part_of(whole, _ORDINALS[half.lower()], 2)
    return calendar.part_of(whole, _ORDINALS[quarter.lower()] if quarter else int(number) - 1, 4)


def _few(whole: Days, found: re.Match[str]) -> Days:
    """``the first ten days of January``, ``the last week of May``."""
    given, unit = (found[2] or "1").lower(), found[3].lower()
    count = int(given) if given.isdigit() else _COUNTS.index(given) + 1
    if found[1].lower() == "first":
        return Days(whole.first, calendar.moved(whole.first, count, unit) - timedelta(1))
    return Days(calendar.moved(whole.last + timedelta(1), -count, unit), whole.last)


def _ranged(days: Days, certain: bool, span: Span, context: DateContext) -> Resolved:
    """From one day to another of the same month: ``3 to 5 May``, ``May 3-5``."""
    before = _RANGE_BEFORE.search(context.text[: span.start][-16:])
    behind = _RANGE_BEHIND.match(context.text, span.end)
    last_found = context.found[-1].span.end if context.found else 0
    if before and last_found <= span.start - len(before[0]) and 0 < int(before[1]) < days.first.day:
        return (Days(days.first.replace(day=int(before[1])), days.last), certain), _grown(span, before)
    if behind and int(behind[1]) > days.first.day and _is_day(days.first.year, days.first.month, int(behind[1])):
        return (Days(days.first, days.last.replace(day=int(behind[1]))), certain), Span(span.start, behind.end())
    return (days, certain), span


# Weekdays, and weeks, months and years by words


def _weekday(one: Mention, context: DateContext) -> Resolved:
    before, weekday = context.text[: one.span.start][-20:], one.weekday or 0
    unusable = _RECURRING.search(before) or _NAMED_BEFORE.search(before)
    if unusable or _NAMED_BEHIND.match(context.text, one.span.end) or context.published is None:
        return None, one.span
    named = _ARTICLE_BEFORE.search(before) and _NOUN_BEHIND.match(context.text, one.span.end)
    certain = not context.is_spoken(one.span) and not named  # "the Friday meeting" was perhaps still to come
    behind = _WEEK_BEHIND.match(context.text, one.span.end)
    if behind:
        week = calendar.week_of(context.published, SHIFTS.get(behind[1].lower(), 0))
        return (calendar.one_day(week.first + timedelta(weekday)), certain), Span(one.span.start, behind.end())
    back = (context.published.weekday() - weekday) % _WEEK
    found = _tied_weekday(one, context, back) if one.relative else _bare_weekday(one, context, back)
    return ((found[0], found[1] and certain) if found else None), one.span


def _tied_weekday(one: Mention, context: DateContext, back: int) -> Found:
    """``last Tuesday``, on a Friday, may be three days ago or ten, and ``next Friday``, on a Monday, likewise."""
    published = context.day()
    days_to = {"last": -(back or _WEEK), "next": _WEEK - back}
    if one.relative in days_to:
        day = published + timedelta(days_to[one.relative])
        return calendar.one_day(day), calendar.week_of(day) != calendar.week_of(published)
    day = calendar.week_of(published).first + timedelta(one.weekday or 0)
    where, plain = context.direction(one.span, one.relation)
    return calendar.one_day(day), plain and (day <= published if where == "past" else day >= published)


def _bare_weekday(one: Mention, context: DateContext, back: int) -> Found:
    published = context.day()
    where, plain = context.direction(one.span, one.relation)
    if back == 0:
        return calendar.one_day(published), plain or where == "future"
    if where == "open" and abs(2 * back - _WEEK) == 1:
        return None  # three days ago, or in four: as near as the other
    if where == "open":
        where = "past" if 2 * back < _WEEK else "future"
    distance = -back if where == "past" else _WEEK - back
    return calendar.one_day(published + timedelta(distance)), plain and abs(distance) < _FAR[where]


def _phrase(one: Mention, context: DateContext) -> Found:
    """``last month``, ``next year``, ``this week``, ``yesterday``."""
    if context.published is None:
        return None
    which, _, unit = one.relative.partition(" ")
    if _OF_BEHIND.match(context.text, one.span.end):
        return None  # "the last week of May"
    if unit in calendar.SEASONS:
        return near_season(unit, which, context.day()), False
    if unit == "decade":
        return calendar.decade_of(context.day().year + 10 * SHIFTS.get(which, 0)), False
    if unit in ("week", "month", "year"):
        return calendar.step(context.day(one.span), SHIFTS.get(which, 0), unit), not context.is_spoken(one.span)
    return _near_day(one, context) if not unit else None


def _near_day(one: Mention, context: DateContext) -> Found:
    """``yesterday``, ``today``, ``tomorrow``: of "today" only where it is not "these days" or the name of a paper."""
    if one.span.of(context.text).isupper() or _NAMED_TODAY.search(context.text[: one.span.end]):
        return None
    day = context.day(one.span) + timedelta({"yesterday": -1, "tomorrow": 1}.get(one.relative, 0))
    plain = one.relative != "today" or _is_that_day(one.span, context)
    said = not context.is_spoken(one.span) or context.day(one.span) != context.published
    return calendar.one_day(day), plain and said


def _is_that_day(today: Span, context: DateContext) -> bool:
    """Whether "today" is the day of publication for certain."""
    before = context.text[sentence_at(context.text, today.start).start : today.start]
    where, plain = context.direction(today)
    tells = (plain and where == "future") or is_perfect(context.text, today)
    return context.is_said(today) or (bool(before.strip(' "“')) and tells)


def near_season(name: str, which: str, published: date) -> Days:
    """The ``last``, the ``next`` or ``this`` season, seen from a day."""
    years = [calendar.season_of(name, published.year + shift) for shift in (-2, -1, 0, 1)]
    if which == "last":
        return [days for days in years if days.first <= published][-1]
    if which == "next":
        return next(days for days in years if days.last >= published)
    return min(years, key=lambda days: abs((days.first + timedelta(45) - published).days))


def _day_or_month(year: int, month: int, day: int | None) -> Days:
    return calendar.one_day(date(year, month, day)) if day else calendar.month_of(date(year, month, 1))


def _is_day(year: int, month: int, day: int | None) -> bool:
    try:
        date(year, month, day or 1)
    except ValueError:
        return False
    return True


def _grown(span: Span, before: re.Match[str]) -> Span:
    """A span with the words before it that were found."""
    return Span(span.start - len(before[0]), span.end)
