"""Dates as articles state them, in ISO 8601; what could be read in two ways is unknown."""

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

_FORMATS = (
    "%Y/%m/%d", "%Y.%m.%d", "%Y/%m/%d %H:%M:%S", "%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y", "%B %d %Y",
    "%A, %B %d, %Y", "%A, %d %B %Y", "%A %d %B %Y", "%B %d, %Y %H:%M", "%d %B %Y %H:%M",
)  # fmt: skip
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")
_SEPTEMBER = re.compile(r"\bSept\b\.?")
_MONTH_POINT = re.compile(r"\b(Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\.")
_EARLIEST = 1600  # the first newspapers


def read_date(text: str, today: date | None = None) -> tuple[str | None, str | None]:
    """A date, or date and time, in ISO 8601, and why there is none.

    A time with a zone is given in UTC, ending in ``+00:00``; without one it is left as it stands.

    Args:
        text: what an article gives as its date.
        today: dates more than a day later are of no use; the current day.
    """
    found = _parse(" ".join(text.split()))
    if found is None:
        return None, f"date {text[:40]!r} is not understood"
    day = found.date() if isinstance(found, datetime) else found
    today = today or datetime.now(UTC).date()
    if day == date(1970, 1, 1):
        return None, f"date {text[:40]!r} is a clock that was not set"
    if day.year < _EARLIEST or day > today + timedelta(days=1):
        return None, f"date {text[:40]!r} is not in the past"
    return found.isoformat(), None


def _parse(text: str) -> date | datetime | None:
    for read in (_iso, _written, _mailed):
        found = read(text)
        if found is not None:
            return found
    return None


def _iso(text: str) -> date | datetime | None:
    try:
        if len(text) == len("2024-09-08"):
            return date.fromisoformat(text)
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return _in_utc(found)


def _written(text: str) -> date | datetime | None:
    plain = _MONTH_POINT.sub(r"\1", _SEPTEMBER.sub("Sep", _ORDINAL.sub("", text)))
    for form in _FORMATS:
        try:
            found = datetime.strptime(plain, form)  # noqa: DTZ007 - the article gives no zone
        except ValueError:
            continue
        return found if "%H" in form else found.date()
    return None


def _mailed(text: str) -> datetime | None:
    try:
        return _in_utc(parsedate_to_datetime(text))
    except (ValueError, IndexError, TypeError):
        return None


def _in_utc(found: datetime) -> datetime:
    try:
        return found.astimezone(UTC) if found.tzinfo else found
    except OverflowError:
        return found.replace(tzinfo=None)
