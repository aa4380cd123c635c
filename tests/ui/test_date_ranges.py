"""Days in words: always in the past, and only where they can mean one thing."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.index.errors import ArgumentError
from dateline.index.types import Filter
from dateline.ui.date_ranges import iso_day

MONDAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("words", "since", "until"),
    [
        ("today", "2026-11-30", "2026-11-30"),
        (" Yesterday ", "2026-11-29", "2026-11-29"),
        ("last week", "2026-11-23", "2026-11-29"),
        ("this week", "2026-11-30", "2026-12-06"),
        ("last month", "2026-10", "2026-10"),
        ("this year", "2026", "2026"),
        ("last year", "2025", "2025"),
        ("monday", "2026-11-23", "2026-11-23"),
        ("last Sunday", "2026-11-29", "2026-11-29"),
        ("3 days ago", "2026-11-27", "2026-11-27"),
        ("a week ago", "2026-11-23", "2026-11-23"),
        ("the past 2 weeks", "2026-11-16", "2026-11-16"),
        ("9 months ago", "2026-02-28", "2026-02-28"),
        ("2 years ago", "2024-11-30", "2024-11-30"),
        ("May 2024", "2024-05", "2024-05"),
        ("Sept. 2024", "2024-09", "2024-09"),
        ("8 September 2024", "2024-09-08", "2024-09-08"),
        ("September 8, 2024", "2024-09-08", "2024-09-08"),
        ("8 May 2030", "2030-05-08", "2030-05-08"),
    ],
)
def test_words_mean_a_day_a_month_or_a_year(words: str, since: str, until: str) -> None:
    assert (iso_day(words, today=MONDAY), iso_day(words, last=True, today=MONDAY)) == (since, until)
    Filter(since=since, until=until)


@pytest.mark.parametrize(
    "words", ["", "may", "last", "week", "tomorrow", "03/04/2024", "8 Sept", "9999 years ago", "now"]
)
def test_what_may_mean_more_than_one_day_or_none_is_left_as_it_is(words: str) -> None:
    assert iso_day(words, today=MONDAY) == words
    with pytest.raises(ArgumentError, match=r"\Asince is [^\n]*give a day"):
        Filter(since=iso_day(words, today=MONDAY))


@given(st.text(max_size=30), st.dates(min_value=date(1, 2, 1)))
def test_any_text_on_any_day_is_understood_or_left(text: str, today: date) -> None:
    iso_day(text, today=today)


PERIODS = "yesterday", "last week", "last month", "last year", "friday", "1 month ago", "3 weeks ago"


@given(st.sampled_from(PERIODS), st.dates(min_value=date(2, 1, 1)))
def test_a_period_begins_before_it_ends_and_in_the_past(words: str, today: date) -> None:
    period = Filter(since=iso_day(words, today=today), until=iso_day(words, last=True, today=today))
    assert period.since is not None
    assert period.until is not None
    assert period.since <= period.until < today
