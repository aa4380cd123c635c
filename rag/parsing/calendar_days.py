"""Days of the calendar: weeks, months, quarters, seasons and years as a first and a last day; steps between them."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

_QUARTER, _HALF, _YEAR, _DECADE = 3, 6, 12, 120  # months
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
"""The month in which each begins on the northern hemisphere."""
_WEEK = 7  # days
_LONGEST = {"day": 1, "week": _WEEK, "month": 31, "quarter": 92, "half": 184, "year": 366}


@dataclass(frozen=True, slots=True, order=True)
class Days:
    """From a first day to a last one, both included."""

    first: date
    last: date

    @property
    def unit(self) -> str:
        """What it is as long as, or the next longer: day, week, month, quarter, half, year, decade."""
        length = (self.last - self.first).days + 1
        return next((unit for unit, longest in _LONGEST.items() if length <= longest), "decade")

    def overlaps(self, first: date | None, last: date | None) -> bool:
        """Whether any of the days lies between two others, each left open where it is None."""
        return (first is None or first <= self.last) and (last is None or self.first <= last)

    def __str__(self) -> str:
        return days_in_words(self.first, self.last)


def days_in_words(first: date, last: date) -> str:
    """``21 September 2022``, ``September 2022``, ``2022``, ``3 to 9 October 2022``, ``July to September 2022``."""
    if first == last:
        return f"{first.day} {first:%B} {first.year}"
    whole = first.day == 1 and last == month_of(last).last
    if whole and (first.month, last.month) == (1, _YEAR):
        return str(first.year) if first.year == last.year else f"{first.year} to {last.year}"
    begins, ends = (f"{one:%B}" if whole else f"{one.day} {one:%B}" for one in (first, last))
    if first.year != last.year:
        return f"{begins} {first.year} to {ends} {last.year}"
    if first.month != last.month:
        return f"{begins} to {ends} {last.year}"
    return f"{ends} {last.year}" if whole else f"{first.day} to {ends} {last.year}"


def one_day(day: date) -> Days:
    """A day alone."""
    return Days(day, day)


def week_of(day: date, weeks: int = 0) -> Days:
    """The week, from Monday on, that holds a day; or one so many weeks later."""
    monday = day + timedelta(_WEEK * weeks - day.weekday())
    return Days(monday, monday + timedelta(_WEEK - 1))


def weekend_of(day: date, weeks: int = 0) -> Days:
    """Saturday and Sunday of that week."""
    sunday = week_of(day, weeks).last
    return Days(sunday - timedelta(1), sunday)


def month_of(day: date, months: int = 0) -> Days:
    """The month that holds a day; or one so many months later."""
    return _months(12 * day.year + day.month - 1 + months, 1)


def quarter_of(day: date, quarters: int = 0) -> Days:
    """The quarter of a year that holds a day; or one so many quarters later."""
    return _months(12 * day.year + (day.month - 1) // _QUARTER * _QUARTER + _QUARTER * quarters, _QUARTER)


def year_of(year: int) -> Days:
    """A whole year."""
    return _months(12 * year, _YEAR)


def decade_of(year: int) -> Days:
    """The ten years that hold a year, from one that ends in 0 on."""
    return _months(12 * (year // 10 * 10), _DECADE)


def season_of(name: str, year: int) -> Days:
    """Three whole months; winter begins in December of the year."""
    return _months(12 * year + SEASONS[name] - 1, _QUARTER)


def part_of(whole: Days, number: int, parts: int) -> Days:
    """One of the equal parts of a month, year or decade: thirds, halves, quarters; the first one has the number 0."""
    if whole.unit == "month":
        length = 30 // parts
        first = whole.first + timedelta(length * number)
        return Days(first, whole.last if number == parts - 1 else first + timedelta(length - 1))
    if whole.unit == "decade" and parts == 3:  # a decade has no third: four years, three, three
        return Days(
            year_of(whole.first.year + (0, 4, 7)[number]).first, year_of(whole.first.year + (3, 6, 9)[number]).last
        )
    months = (12 * (whole.last.year - whole.first.year) + whole.last.month - whole.first.month + 1) // parts
    return _months(12 * whole.first.year + whole.first.month - 1 + months * number, max(1, months))


def in_year(whole: Days, year: int) -> Days:
    """The same days of another year; 29 February is the day before March."""
    years = year - whole.first.year
    return Days(_in_year(whole.first, years), _in_year(whole.last, years))


def step(day: date, count: int, unit: str) -> Days:
    """The day, week, month, year or decade that is so many of them after the one that holds a day."""
    if unit == "day":
        return one_day(day + timedelta(count))
    if unit == "week":
        return week_of(day, count)
    if unit in ("month", "quarter"):
        return (month_of if unit == "month" else quarter_of)(day, count)
    return year_of(day.year + count * (10 if unit == "decade" else 1))


def moved(day: date, count: int, unit: str) -> date:
    """The day so many units later; of a shorter month its last day."""
    if unit in ("day", "week"):
        return day + timedelta(count * (_WEEK if unit == "week" else 1))
    months = {"month": 1, "year": 12, "decade": _DECADE}[unit]
    there = month_of(day, count * months)
    return there.first.replace(day=min(day.day, there.last.day))


def _months(first: int, count: int) -> Days:
    """So many months, from the ``first`` on, which is counted from the year 0."""
    (year, month), (end_year, end_month) = divmod(first, 12), divmod(first + count - 1, 12)
    return Days(date(year, month + 1, 1), date(end_year, end_month + 1, monthrange(end_year, end_month + 1)[1]))


def _in_year(day: date, years: int) -> date:
    year = day.year + years
    is_last = day.day == monthrange(day.year, day.month)[1]
    there = monthrange(year, day.month)[1]
    return date(year, day.month, there if is_last else min(day.day, there))
