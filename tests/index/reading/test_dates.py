from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.index.reading.dates import read_date, stated_date

TODAY = date(2026, 1, 15)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-09-08", "2024-09-08"),
        ("2022/05/04", "2022-05-04"),
        ("2024.9.8", "2024-09-08"),
        ("2024-09-08 08:21:10", "2024-09-08T08:21:10"),
        ("2024-09-08T08:21", "2024-09-08T08:21:00"),
        ("2024-09-08T08:21:10.123456Z", "2024-09-08T08:21:10"),
        ("2024-09-08T23:21:10-05:00", "2024-09-08T23:21:10"),
        ("Sun, 08 Sep 2024 08:21:10 GMT", "2024-09-08T08:21:10"),
        ("Sun, 8 Sep 2024 08:21:10 +0300 (EEST)", "2024-09-08T08:21:10"),
        ("September 8, 2024", "2024-09-08"),
        ("Sept. 8, 2024, 3:17 p.m. ET", "2024-09-08T15:17:00"),
        ("SUNDAY, SEPTEMBER 8TH, 2024 at 12:05 AM", "2024-09-08T00:05:00"),
        ("8 September 2024", "2024-09-08"),
        ("8th Sept 2024 18:00", "2024-09-08T18:00:00"),
        ("25/12/2024", "2024-12-25"),
        ("12/25/2024", "2024-12-25"),
        ("04/04/2024", "2024-04-04"),
        ("3.4.2024", "2024-04-03"),
        ("Sun Sep 08 08:21:10 CEST 2024", "2024-09-08T08:21:10"),
        ("Sun Sep 08 2024 08:21:10 GMT+0200 (Central European Summer Time)", "2024-09-08T08:21:10"),
        ("20240908", "2024-09-08"),
        ("20240908T082110Z", "2024-09-08T08:21:10"),
        ("20240908082110", "2024-09-08T08:21:10"),
        ("September 8, 2024 | 8:21am", "2024-09-08T08:21:00"),
        ("8 September 2024 at 8.21am", "2024-09-08T08:21:00"),
    ],
)
def test_a_date_that_reads_one_way_is_read(text: str, iso: str) -> None:
    reading = read_date(text, TODAY)
    assert reading is not None
    assert (reading.iso, reading.problem) == (iso, None)


@pytest.mark.threat(17)
@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("03/04/2024", "either way round"),
        ("03-04-2024", "either way round"),
        ("20241345", "no such day"),
        ("1970-01-01T00:00:00Z", "never set"),
        ("January 1, 1970", "never set"),
        ("0001-01-01", "never set"),
        ("2031-05-01", "future"),
        ("2024-02-30", "no such day"),
        ("2024-13-01", "no such day"),
        ("13/14/2024", "no such day"),
        ("2024-09-08 25:00:00", "no such day or time"),
        ("0000-00-00", "no such day"),
    ],
)
def test_a_date_that_is_unclear_or_unbelievable_stays_unknown_and_is_told(text: str, problem: str) -> None:
    reading = read_date(text, TODAY)
    assert reading is not None
    assert reading.iso is None
    assert problem in (reading.problem or "")
    assert repr(text) in (reading.problem or "")


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("1725783670", "2024-09-08T08:21:10"),
        ("1725783670123", "2024-09-08T08:21:10"),
        ("8. September 2024", "2024-09-08"),
        ("Sonntag, 8. März 2020, 18:05 Uhr", "2020-03-08"),
        ("8 août 2024", "2024-08-08"),
        ("8 de enero de 2024", "2024-01-08"),
        ("8 gennaio 2024", "2024-01-08"),
        ("8 stycznia 2024", "2024-01-08"),
        ("8 января 2024", "2024-01-08"),
        ("2024年9月8日", "2024-09-08"),
    ],
)
def test_a_field_may_state_its_date_in_seconds_or_in_another_language(text: str, iso: str) -> None:
    assert stated_date(text).iso == iso


def test_a_month_that_is_known_to_be_first_is_read_first() -> None:
    assert stated_date("03-04-2024", month_first=True).iso == "2024-03-04"
    assert stated_date("13-04-2024", month_first=True).iso == "2024-04-13"


@pytest.mark.parametrize(
    "text", ["", "last Tuesday", "May 2024", "2024", "On May 4, 2024 it rained", "1-2", "5" * 5_000]
)
def test_what_is_no_date_is_none_and_told_where_one_was_stated(text: str) -> None:
    assert read_date(text, TODAY) is None
    assert "in no form that is known" in (stated_date(text).problem or "")


@given(
    st.dates(date(1971, 1, 1), TODAY),
    st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%d %B %Y", "%B %d, %Y", "%a, %d %b %Y"]),
)
def test_a_day_is_read_back_however_it_is_written(day: date, form: str) -> None:
    reading = read_date(day.strftime(form), TODAY)
    assert reading is not None
    assert reading.iso == day.isoformat()


@given(st.dates(date(1971, 1, 1), TODAY), st.times(), st.sampled_from(["", "Z", "+02:00", "-0500"]))
def test_a_time_is_the_one_on_the_clock_whatever_its_zone(day: date, clock: time, zone: str) -> None:
    moment = datetime.combine(day, clock)
    reading = read_date(moment.isoformat() + zone, TODAY)
    assert reading is not None
    assert reading.iso == moment.replace(microsecond=0).isoformat()


def test_tomorrow_is_believed_because_it_has_begun_elsewhere() -> None:
    tomorrow, later = TODAY + timedelta(days=1), TODAY + timedelta(days=2)
    assert [bool(one and one.iso) for one in (read_date(f"{day}", TODAY) for day in (tomorrow, later))] == [True, False]


@given(st.text(max_size=90) | st.text("0123456789-/.: ,TZapm", max_size=40))
def test_no_text_makes_reading_fail(text: str) -> None:
    read_date(text, TODAY)
