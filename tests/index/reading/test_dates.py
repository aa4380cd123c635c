from datetime import date

import pytest

from index.reading.dates import read_date

TODAY = date(2026, 1, 15)


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("2024-09-08", "2024-09-08"),
        ("2024/09/08", "2024-09-08"),
        ("2024-09-08 08:21:10", "2024-09-08T08:21:10"),
        ("2024-09-08T08:21:10Z", "2024-09-08T08:21:10+00:00"),
        ("2024-09-08T08:21:10+02:00", "2024-09-08T06:21:10+00:00"),
        ("September 8, 2024", "2024-09-08"),
        ("Sept. 8, 2024", "2024-09-08"),
        ("8th September 2024", "2024-09-08"),
        ("Sunday, September 8, 2024", "2024-09-08"),
        ("Sun, 08 Sep 2024 08:21:10 GMT", "2024-09-08T08:21:10+00:00"),
    ],
)
def test_a_date_that_can_be_read_one_way_is_read(text: str, published: str) -> None:
    assert read_date(text, TODAY) == (published, None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("03/04/2024", "not understood"),
        ("last Tuesday", "not understood"),
        ("", "not understood"),
        ("2024-13-45", "not understood"),
        ("1970-01-01T00:00:00Z", "clock that was not set"),
        ("2031-05-01", "not in the past"),
        ("0001-01-01", "not in the past"),
        ("9999-12-31T23:59:59-12:00", "not in the past"),
    ],
)
def test_what_is_unclear_stays_unknown_and_is_told(text: str, problem: str) -> None:
    published, told = read_date(text, TODAY)
    assert published is None
    assert told
    assert problem in told
