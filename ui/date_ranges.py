"""Days in a person's words, ``yesterday``, ``last week``, ``3 months ago``, ``May 2024``, as ISO 8601."""

import re
from calendar import day_name, month_name, monthrange
from datetime import date, datetime, timedelta

from dateline.index.reading.dates import read_date

_AGO = re.compile(r"(?:(?:the )?(?:last|past) )?(\d{1,4}|an?|one) (day|week|month|year)s?(?: ago)?")
_LAST_DAY = date(9999, 1, 1)  # of an article no later day than today is believed; here any may be asked for
_DAYS_IN = {"day": 1, "week": 7}
_MONTHS_IN = {"month": 1, "year": 12}


def iso_day(text: str, *, last: bool = False, today: date | None = None) -> str:
    """The day, month or year that words mean, in ISO 8601; what means none, or more than one, is given back as it is.

    Words count back: ``monday`` is the last one before today, ``last week`` began on the Monday before this week's.

    Args:
        text: as it was typed.
        last: the end of a week is meant, not its beginning.
        today: the current day where this machine is, unless given.
    """
    today = today or datetime.now().astimezone().date()
    words = " ".join(text.casefold().split())
    return _relative(words, today, last=last) or _month(words) or _absolute(text) or text


def _relative(words: str, today: date, *, last: bool) -> str | None:
    start, _, unit = words.partition(" ")
    back = start == "last"
    monday = today - timedelta(today.weekday() + 7 * back)
    named = {
        "today": today,
        "yesterday": today - timedelta(1),
        f"{start} week": monday + timedelta(6 * last),
        f"{start} month": _months_before(today, back)[:7],
        f"{start} year": f"{today.year - back:04}",
    }
    if words in named and (start in ("last", "this") or not unit):
        return str(named[words])
    weekdays = [name.lower() for name in day_name]
    name = words.removeprefix("last ")
    if name in weekdays:
        return str(today - timedelta((today.weekday() - weekdays.index(name) - 1) % 7 + 1))
    found = _AGO.fullmatch(words)
    return _before(today, int(found[1]) if found[1].isdigit() else 1, found[2]) if found else None


def _before(today: date, count: int, unit: str) -> str | None:
    try:
        if unit in _DAYS_IN:
            return str(today - timedelta(count * _DAYS_IN[unit]))
        return _months_before(today, count * _MONTHS_IN[unit])
    except (OverflowError, ValueError):  # before the year 1
        return None


def _months_before(day: date, count: int) -> str:
    year, month = divmod(12 * day.year + day.month - 1 - count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])).isoformat()


def _month(words: str) -> str | None:
    """``May 2024`` or ``Sept. 2024``; a month alone may be of any year."""
    name, _, year = words.partition(" ")
    name = name.rstrip(".")
    number = next((at for at in range(1, 13) if len(name) > 2 and month_name[at].lower().startswith(name)), None)
    return f"{year}-{number:02}" if number and re.fullmatch(r"\d{4}", year, re.ASCII) else None


def _absolute(text: str) -> str | None:
    found = read_date(text, _LAST_DAY)
    return found.iso[:10] if found and found.iso else None
