from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.rag.parsing.dates import Mention, bears_out, counterpart, is_publication, is_same, read_dates

_PIECES = st.sampled_from(
    "by the end of in on since until next last this May March Wednesday 2026 12 12th 6.52 p.m. 18:30 week , -".split()
)
TEXT = st.text(max_size=60) | st.lists(_PIECES, max_size=10).map(" ".join)
DAYS = st.dates() | st.none()
PUBLISHED = date(2026, 3, 12)  # a Thursday


def one(text: str) -> Mention:
    (mention,) = read_dates(text)
    return mention


@given(TEXT)
def test_dates_stand_in_their_text_in_order_and_apart(text: str) -> None:
    mentions = read_dates(text)
    ends = [0, *(mention.span.end for mention in mentions)]
    for mention, end in zip(mentions, ends, strict=False):
        assert end <= mention.span.start < mention.span.end <= len(text)
        assert mention.text.endswith(mention.span.of(text).strip())


@given(TEXT, DAYS)
def test_a_date_bears_out_itself(text: str, published: date | None) -> None:
    assert all(bears_out(mention, mention, published) for mention in read_dates(text))


@given(TEXT, TEXT, DAYS)
def test_what_bears_out_a_date_is_the_same_date(quote: str, claim: str, published: date | None) -> None:
    for told in read_dates(quote):
        for mention in read_dates(claim):
            assert is_same(told, mention, published) or not bears_out(told, mention, published)


@given(st.dates(date(1500, 1, 1), date(2099, 12, 31)))
def test_a_day_is_the_same_in_every_form(day: date) -> None:
    forms = (f"{day.day} {day:%B} {day.year}", f"{day:%B} {day.day}, {day.year}", day.isoformat())
    mentions = [one(f"It sank on {form}.") for form in forms]
    assert {(mention.year, mention.month, mention.day) for mention in mentions} == {(day.year, day.month, day.day)}


@pytest.mark.parametrize(
    ("quote", "claim"),
    [
        ("on Wednesday", "on 11 March 2026"),
        ("next year", "in 2027"),
        ("next month", "in April 2026"),
        ("yesterday", "on 11 March"),
        ("on 18 March 2026", "in March"),
        ("by the end of 2026", "by the end of 2026"),
        ("at 6.52 p.m.", "at 18:52"),
    ],
)
def test_the_day_of_publication_tells_what_a_date_is(quote: str, claim: str) -> None:
    assert bears_out(one(quote), one(claim), PUBLISHED)


@pytest.mark.parametrize(
    ("quote", "claim"),
    [
        ("on Wednesday", "on 10 March 2026"),
        ("by the end of 2026", "in 2026"),
        ("until 2026", "since 2026"),
        ("in March", "on 18 March 2026"),
        ("at 6.52 p.m.", "at 6.52 a.m."),
        ("last year", "next year"),
        ("in early 2026", "in late 2026"),
    ],
)
def test_another_date_or_another_tie_is_not_borne_out(quote: str, claim: str) -> None:
    assert not bears_out(one(quote), one(claim), PUBLISHED)


@pytest.mark.parametrize("text", ["It may rain.", "2,026 people", "It costs $2026.", "The 1500 metres", "March on!"])
def test_a_verb_a_count_and_a_price_are_no_dates(text: str) -> None:
    assert [mention for mention in read_dates(text) if mention.year or text.startswith("It may")] == []


def test_the_day_of_publication_is_a_date_of_what_tells_none() -> None:
    claim = one("on 12 March 2026")
    assert is_publication(claim, (), PUBLISHED)
    assert not is_publication(claim, (), None)
    assert not is_publication(claim, read_dates("on 3 March"), PUBLISHED)
    assert not is_publication(one("by 12 March 2026"), (), PUBLISHED)


def test_what_stands_instead_tells_as_much() -> None:
    told = read_dates("In 2024 it was found, on 3 March 2026 it was sold.")
    assert counterpart(one("on 4 March 2026"), told) == told[1]
    assert counterpart(one("in 2025"), told) == told[0]
    assert counterpart(one("in 2025"), ()) is None
