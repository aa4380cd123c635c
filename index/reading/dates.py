"""Dates as articles state them, in ISO 8601; what could be read in two ways stays unknown."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?\.?,? )?"
_ZONE = r"(?: ?(?:z|gmt|utc|[a-z]{2,4}|[+-]\d{2}:?\d{2})(?: \([a-z]+\))?)?"
_TIME = (
    r"(?:(?:t|,? (?:at )?|,)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    rf"(?: ?(?P<half>[ap])\.?m\.?)?{_ZONE})?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_FORMS = [
    re.compile(form + _TIME, re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})",
        rf"{_WEEKDAY}{_MONTH} {_DAY},? (?P<year>\d{{4}})",
        rf"{_WEEKDAY}{_DAY} {_MONTH},? (?P<year>\d{{4}})",
        r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<other>\d{1,2})(?P=mark)(?P<year>\d{4})",
    )
]
_LONGEST = 80  # characters
_FIRST_NEWSPAPER = 1605
_UNSET = {date(1970, 1, 1), date(1969, 12, 31), date(1900, 1, 1)}  # what clocks and spreadsheets give for no date


@dataclass(frozen=True, slots=True)
class DateReading:
    """A date in ISO 8601, or why it stays unknown."""

    iso: str | None
    problem: str | None = None
    """One line, in words."""


def read_date(text: str, today: date | None = None) -> DateReading | None:
    """What a text that is a date and nothing else says; None where it is no date.

    Read are ISO 8601, ``2022/05/04``, ``2024-09-08 08:21:10``, RFC 2822, ``September 8, 2024`` and ``8 Sept. 2024``,
    each with or without a time. The time is the clock time stated, its zone left out: the day is the one that the
    article shows, and a reader finds again.

    Args:
        text: at most a line.
        today: dates more than a day later are not believed; the current day in UTC.
    """
    text = " ".join(text.split())
    if len(text) > _LONGEST:
        return None
    found = next((match for form in _FORMS if (match := form.fullmatch(text))), None)
    if found is None:
        return None
    parts = found.groupdict()
    if "first" in parts:
        first, other = int(parts["first"]), int(parts["other"])
        if first != other and max(first, other) <= 12:
            return DateReading(None, f"date {text!r} left unknown: day and month could be either way round")
        parts["day"], parts["month"] = str(max(first, other)), str(min(first, other))
    try:
        day = date(int(parts["year"]), _month(parts["month"]), int(parts["day"]))
        clock = _clock(parts)
    except ValueError:
        return DateReading(None, f"date {text!r} left unknown: there is no such day or time")
    if problem := _problem(day, today or datetime.now(UTC).date()):
        return DateReading(None, f"date {text!r} left unknown: {problem}")
    return DateReading(day.isoformat() if clock is None else datetime.combine(day, clock).isoformat())


def stated_date(text: str) -> DateReading:
    """What a field that is meant to be a date says."""
    return read_date(text) or DateReading(None, f"date {text[:80]!r} left unknown: in no form that is known")


def _month(text: str) -> int:
    return int(text) if text.isdigit() else _MONTHS.index(text[:3].lower()) + 1


def _clock(parts: dict[str, str | None]) -> time | None:
    if parts["hour"] is None:
        return None
    hour = int(parts["hour"])
    if parts["half"] is not None:
        if not 1 <= hour <= 12:
            raise ValueError("hour on a twelve-hour clock")
        hour = hour % 12 + (12 if parts["half"].lower() == "p" else 0)
    return time(hour, int(parts["minute"] or 0), int(parts["second"] or 0))


def _problem(day: date, today: date) -> str | None:
    if day in _UNSET or day.year < _FIRST_NEWSPAPER:
        return "it is what a clock that was never set gives"
    return "it lies in the future" if day > today + timedelta(days=1) else None
