"""Dates as articles state them, in ISO 8601; what could be read in two ways stays unknown."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?\.?,? )?"
_ZONE = r"(?: ?(?:z|(?:gmt|utc)?[+-]\d{2}:?\d{2}|[a-z]{2,4})(?: \([a-z ]+\))?)?"
_TIME = (
    r"(?:(?:t|,? (?:at )?|,|,? [|•·–-] )(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    rf"(?: ?(?P<half>[ap])\.?m\.?)?{_ZONE})?"
)
_CLOCK = r"(?P<hour>\d{2}):(?P<minute>\d{2}):(?P<second>\d{2})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_FORMS = [
    re.compile(form + _TIME, re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})",
        rf"{_WEEKDAY}{_MONTH} {_DAY},? (?P<year>\d{{4}})",
        rf"{_WEEKDAY}{_DAY} {_MONTH},? (?P<year>\d{{4}})",
        r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})",  # the day is first wherever dots are used
        r"(?P<first>\d{1,2})(?P<mark>[-/])(?P<other>\d{1,2})(?P=mark)(?P<year>\d{4})",
    )
]
_FORMS += [
    re.compile(r"(?P<year>\d{4}) ?[年년] ?(?P<month>\d{1,2}) ?[月월] ?(?P<day>\d{1,2}) ?[日일]"),
    re.compile(rf"{_WEEKDAY}{_MONTH} {_DAY} {_CLOCK}{_ZONE} (?P<year>\d{{4}})", re.IGNORECASE),  # Java's Date.toString
    re.compile(
        r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})"
        rf"(?:t?(?P<hour>\d{{2}})(?P<minute>\d{{2}})(?P<second>\d{{2}})?{_ZONE})?",
        re.IGNORECASE,
    ),
]
_EPOCH = re.compile(r"(\d{9,10})(?:\d{3})?(?:\.\d{1,9})?")
_SPELT = re.compile(r"(?=.*(?<!\d)\d{1,2}(?!\d))(?=.*(?<!\d)\d{4}(?!\d))(?=.*[^\W\d_]{3})")
_LANGUAGES = [
    *("de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "fi", "is", "pl", "cs", "sk", "sl", "hr", "hu", "ro", "bg"),
    *("el", "ru", "uk", "sr", "lt", "lv", "et", "tr", "ca", "id", "vi", "ar", "fa", "he", "hi", "bn", "ja", "ko", "zh"),
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


def read_date(text: str, today: date | None = None, *, month_first: bool = False) -> DateReading | None:
    """What a text that is a date and nothing else says; None where it is no date.

    Read are ISO 8601, ``2022/05/04``, ``2024-09-08 08:21:10``, RFC 2822, ``September 8, 2024``, ``8 Sept. 2024``,
    ``8.9.2024``, ``20240908``, and as Java and JavaScript write it, each with or without a time. The time is the clock
    time stated, its zone left out: the day is the one that the article shows, and a reader finds again.

    Args:
        text: at most a line.
        today: dates more than a day later are not believed; the current day in UTC.
        month_first: whether ``03/04/2024`` is known to be in March.
    """
    text = " ".join(text.split())
    if len(text) > _LONGEST:
        return None
    found = next((match for form in _FORMS if (match := form.fullmatch(text))), None)
    if found is None:
        return None
    parts = found.groupdict()
    if "first" in parts and not _order(parts, month_first=month_first):
        return DateReading(None, f"date {text!r} left unknown: day and month could be either way round")
    try:
        day = date(int(parts["year"]), _month(parts["month"]), int(parts["day"]))
        clock = _clock(parts)
    except ValueError:
        return DateReading(None, f"date {text!r} left unknown: there is no such day or time")
    if problem := _problem(day, today or datetime.now(UTC).date()):
        return DateReading(None, f"date {text!r} left unknown: {problem}")
    return DateReading(day.isoformat() if clock is None else datetime.combine(day, clock).isoformat())


def stated_date(text: str, *, month_first: bool = False) -> DateReading:
    """What a field that is meant to be a date says; seconds since 1970 and other languages are read here as well.

    Args:
        text: of the field.
        month_first: whether its numbers are known to have the month first.
    """
    reading = read_date(text, month_first=month_first) or _epoch(text.strip()) or _spelt(" ".join(text.split()))
    return reading or DateReading(None, f"date {text[:80]!r} left unknown: in no form that is known")


def _epoch(text: str) -> DateReading | None:
    found = _EPOCH.fullmatch(text)
    return read_date(f"{datetime.fromtimestamp(int(found[1]), UTC):%Y-%m-%d %H:%M:%S}") if found else None


@lru_cache(maxsize=1_000)  # of a file whose every line has the same odd date each is looked at once
def _spelt(text: str) -> DateReading | None:
    """A date whose month is written in another language: its day, by ``dateparser``."""
    if len(text) > _LONGEST or (text.isascii() and not text[:1].isalnum()) or not _SPELT.match(text):
        return None
    from dateparser import parse

    rules = {"STRICT_PARSING": True, "REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"]}
    try:
        found = parse(text, languages=_LANGUAGES, settings=rules)
    except (ValueError, OverflowError, LookupError, TypeError, AttributeError, RecursionError):  # seen of odd texts
        return None
    return read_date(f"{found.date().isoformat()}") if found else None


def _order(parts: dict[str, str], *, month_first: bool) -> bool:
    """Tell day and month of two numbers apart; False where it can't be told."""
    first, other = int(parts["first"]), int(parts["other"])
    if month_first and first <= 12:
        parts["month"], parts["day"] = str(first), str(other)
        return True
    parts["day"], parts["month"] = str(max(first, other)), str(min(first, other))
    return first == other or max(first, other) > 12


def _month(text: str) -> int:
    return int(text) if text.isdigit() else _MONTHS.index(text[:3].lower()) + 1


def _clock(parts: dict[str, str | None]) -> time | None:
    stated, half = parts.get("hour"), parts.get("half")
    if stated is None:
        return None
    hour = int(stated)
    if half is not None:
        if not 1 <= hour <= 12:
            raise ValueError("hour on a twelve-hour clock")
        hour = hour % 12 + (12 if half.lower() == "p" else 0)
    return time(hour, int(parts["minute"] or 0), int(parts["second"] or 0))


def _problem(day: date, today: date) -> str | None:
    if day in _UNSET or day.year < _FIRST_NEWSPAPER:
        return "it is what a clock that was never set gives"
    return "it lies in the future" if day > today + timedelta(days=1) else None
