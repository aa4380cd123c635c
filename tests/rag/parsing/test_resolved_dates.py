"""Days that sentences speak of: by the verb, by the day of publication, by the day named before; or not at all."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.rag.parsing.calendar_days import days_in_words
from dateline.rag.parsing.date_context import ResolvedDate
from dateline.rag.parsing.resolved_dates import resolve_dates

_SET = Path(__file__).parents[3] / "eval" / "sets" / "days" / "sentences.jsonl"
_FRIDAY = date(2022, 9, 23)


def said(text: str, published: date | None = _FRIDAY, before: str = "") -> list[str]:
    """What is resolved in a text, in words, each behind the words of the text."""
    return [f"{one.text}: {one}" for one in resolve_dates(text, published, before)]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Russia announced it on Wednesday.", ["Wednesday: 21 September 2022"]),
        ("Parliament will vote on Wednesday.", ["Wednesday: 28 September 2022"]),
        ("The ministers met on Friday.", ["Friday: 23 September 2022"]),
        ("Wednesday's vote was close.", ["Wednesday: 21 September 2022"]),
        ("The law will be changed, the minister said on Tuesday.", ["Tuesday: 20 September 2022"]),
        ("It is to close on Monday, he said.", ["Monday: 26 September 2022"]),
        ("The shop remains closed until Monday.", ["Monday: 26 September 2022"]),
        ("They have been missing since Monday.", ["Monday: 19 September 2022"]),
        ("It was found in November.", ["November: about November 2021"]),
        ("It is expected in November.", ["November: November 2022"]),
        ("He died on Dec. 29.", ["Dec. 29: probably 29 December 2021"]),
        ("It opens on Wednesday, March 24.", ["March 24: 24 March 2021"]),
        ("It opens on Sunday, March 24.", []),
        ("It began on Thursday, 22 September.", ["22 September: 22 September 2022"]),
        ("The fair was held on 3 to 5 May.", ["3 to 5 May: 3 to 5 May 2022"]),
        ("The fair was held May 3-5, 2021.", ["May 3-5, 2021: 3 to 5 May 2021"]),
        ("It ended in April of last year.", ["April of last year: April 2021"]),
        ("It ended on Monday of last week.", ["Monday of last week: 12 September 2022"]),
        ("They moved the Friday meeting in 2019.", ["Friday: probably 23 September 2022", "2019: 2019"]),
    ],
)  # fmt: skip
def test_weekdays_and_months_go_by_their_verb(text: str, days: list[str]) -> None:
    assert said(text) == days


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("It fell in the third quarter of 2021.", ["the third quarter of 2021: July to September 2021"]),
        ("It fell in Q3 2021.", ["Q3 2021: July to September 2021"]),
        ("It will be done by the end of the month.", ["the end of the month: 30 September 2022"]),
        ("It is due by the end of next year.", ["end of next year: 31 December 2023"]),
        ("In the first half of 2019 it grew.", ["the first half of 2019: January to June 2019"]),
        ("The first two days of May 2020 were wet.", ["The first two days of May 2020: 1 to 2 May 2020"]),
        ("It was built in the summer of 1999.", ["summer of 1999: about June to August 1999"]),
        ("It was built in the 1970s.", ["1970s: 1970 to 1979"]),
        ("It happened three days ago.", ["three days ago: 20 September 2022"]),
        ("It happened two weeks ago.", ["two weeks ago: about 5 to 11 September 2022"]),
        ("It happened over the past two weeks.", ["the past two weeks: 9 to 23 September 2022"]),
        ("They met this weekend.", ["this weekend: about 17 to 18 September 2022"]),
        ("They will meet this weekend.", ["this weekend: 24 to 25 September 2022"]),
        ("It burned overnight.", ["overnight: about 22 to 23 September 2022"]),
        ("It will be back in two weeks.", ["in two weeks: about 3 to 9 October 2022"]),
        ("It was sold out in two weeks.", []),
        ("Ten years ago this week the banks merged.", []),
        ("Two days after the vote he left.", []),
        ("It fell in the fiscal third quarter.", []),
    ],
)  # fmt: skip
def test_relative_expressions_count_from_publication(text: str, days: list[str]) -> None:
    assert said(text) == days


def test_the_following_day_counts_from_the_day_named_before() -> None:
    assert said("It began on Wednesday and ended the following day.")[1] == "the following day: 22 September 2022"
    assert said("It ended the following day.", before="It began on 28 June.") == ["the following day: 29 June 2022"]
    assert said("That night it rained.", before="He came on Monday.") == ["That night: 19 September 2022"]
    assert said("It ended the following day.") == []
    assert said("It was sold two years later.", before="It was built in 2009.") == [
        "two years later: probably 2011"
    ] or [str(one) for one in resolve_dates("It was sold two years later.", _FRIDAY, "It was built in 2009.")] == [
        "about 2011"
    ]


def test_a_day_on_which_something_was_only_said_is_not_counted_from() -> None:
    before = "He was arrested on 3 September, police said on Tuesday."
    assert said("He was freed the next day.", before=before) == ["the next day: 4 September 2022"]
    unsure = said("He was freed the next day.", before="He was seen on 3 September and arrested on 5 September.")
    assert unsure == ["the next day: probably 6 September 2022"]


def test_what_is_quoted_counts_from_the_day_on_which_it_was_said() -> None:
    assert said("“I will go tomorrow,” she told them on Sunday.")[0] == "tomorrow: 19 September 2022"
    assert said("“I will go tomorrow,” she wrote.") == ["tomorrow: probably 24 September 2022"]
    assert said("“We meet on Monday,” she wrote.") == ["Monday: probably 26 September 2022"]


def test_names_and_habits_are_no_days() -> None:
    for text in (
        "It is open every Tuesday and on Sundays.",
        "She read the Sunday Times on Black Friday.",
        "They met on Monday evenings.",
        "USA TODAY reported it.",
        "It is the coldest of a February.",
        "He came to Mar-a-Lago.",
        "The first Monday was wet.",
    ):
        assert said(text) == [], text


def test_what_leaves_two_readings_is_not_certain() -> None:
    for text in (
        "The trial opens on Tuesday.",
        "The verdict had been expected on Tuesday.",
        "He decided it last Tuesday.",  # published on a Friday: three days ago, or ten
        "Today, most people have one.",
        "The January 6 trials went on.",
        "It was said on Saturday.",  # six days ago, or tomorrow's paper
        "In 1987 he left. He came back in March.",
    ):
        assert all(not one.certain for one in resolve_dates(text, _FRIDAY) if not one.told), text


def test_without_a_day_of_publication_only_whole_dates_are_resolved() -> None:
    assert said("On Wednesday, in May and on 3 May 2021 it rained; two days later it stopped.", None) == [
        "3 May 2021: 3 May 2021"
    ]


def test_the_days_of_the_set_are_resolved_and_none_is_wrong_and_certain() -> None:
    right = total = 0
    for row in map(json.loads, _SET.read_text("utf-8").splitlines()):
        found = resolve_dates(row["sentence"], date.fromisoformat(row["published"]), row["before"])
        for meant in row["days"]:
            end = meant["start"] + len(meant["text"])
            here = [one for one in found if one.span.start < end and meant["start"] < one.span.end]
            days = (str(here[0].first), str(here[0].last)) if here else (None, None)
            right += days == (meant["first"], meant["last"])
            total += 1
            assert days == (meant["first"], meant["last"]) or not any(one.certain for one in here), row
    assert total == 151
    assert right >= 0.97 * total


_WORDS = st.sampled_from(
    """Monday Sunday last next this week month year the following day two three days later ago will was said on in by
    until since end of May 31 29 February 2020 1999 quarter first second half “ ” tomorrow overnight weekend decade .
    , and within coming past hours summer Q2 autumn that same earlier before after 0 99""".split()
)


@given(st.lists(_WORDS, max_size=30).map(" ".join), st.dates(), st.lists(_WORDS, max_size=9).map(" ".join))
def test_any_words_on_any_day_give_spans_of_the_text_and_days_in_order(text: str, published: date, before: str) -> None:
    found = resolve_dates(text, published, before)
    for one in found:
        assert one.span.of(text) == one.text
        assert one.first <= one.last
        assert str(one)
    ends = [0, *(one.span.end for one in found)]
    assert all(one.span.start >= end for one, end in zip(found, ends, strict=False))


@given(st.dates(date(1, 1, 9), date(9999, 12, 20)))
def test_a_weekday_in_the_past_is_within_the_week_before(published: date) -> None:
    for name in ("Monday", "Sunday"):
        (one,) = resolve_dates(f"It burned on {name}.", published)
        assert timedelta(0) <= published - one.first < timedelta(7)


def test_days_are_put_into_words() -> None:
    spans = {
        "3 May 2021": ((2021, 5, 3), (2021, 5, 3)),
        "May 2021": ((2021, 5, 1), (2021, 5, 31)),
        "2021": ((2021, 1, 1), (2021, 12, 31)),
        "1990 to 1999": ((1990, 1, 1), (1999, 12, 31)),
        "July to September 2021": ((2021, 7, 1), (2021, 9, 30)),
        "December 2021 to February 2022": ((2021, 12, 1), (2022, 2, 28)),
        "28 February to 6 March 2022": ((2022, 2, 28), (2022, 3, 6)),
        "30 December 2021 to 5 January 2022": ((2021, 12, 30), (2022, 1, 5)),
    }
    for words, (first, last) in spans.items():
        assert days_in_words(date(*first), date(*last)) == words


def test_a_resolved_date_says_that_it_is_not_certain() -> None:
    one = {"span": None, "text": "", "certain": False}
    day = ResolvedDate(first=date(2021, 5, 3), last=date(2021, 5, 3), **one)  # type: ignore[arg-type]
    month = ResolvedDate(first=date(2021, 5, 1), last=date(2021, 5, 31), **one)  # type: ignore[arg-type]
    assert (str(day), str(month)) == ("probably 3 May 2021", "about May 2021")
