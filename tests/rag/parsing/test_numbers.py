import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.rag.parsing.numbers import NUMBER_WORDS, Number, bears_out, counterpart, read_numbers

_PIECES = st.sampled_from(
    "about more than at least 1 2,500 2.5 twelve million thousand hundreds per cent % $ € m third half - and".split()
)
TEXT = st.text(max_size=60) | st.lists(_PIECES, max_size=10).map(" ".join)


def one(text: str) -> Number:
    (number,) = read_numbers(text)
    return number


@given(TEXT)
def test_numbers_stand_in_their_text_in_order_and_apart(text: str) -> None:
    numbers = read_numbers(text)
    ends = [0, *(number.span.end for number in numbers)]
    for number, end in zip(numbers, ends, strict=False):
        assert end <= number.span.start < number.span.end <= len(text)
        assert number.low <= number.high
        assert text[number.span.start : number.span.end] in number.text


@given(TEXT)
def test_a_number_bears_out_itself(text: str) -> None:
    assert all(bears_out(number, number) for number in read_numbers(text))


@given(TEXT)
def test_numbers_in_spans_left_out_are_left_out(text: str) -> None:
    numbers = read_numbers(text)
    assert read_numbers(text, [number.span for number in numbers]) == ()


@given(st.integers(2, 999_999))
def test_a_number_is_the_same_with_and_without_commas(value: int) -> None:
    assert one(f"{value:,} people").low == one(f"{value} people").low == value


@pytest.mark.parametrize("word", sorted(NUMBER_WORDS))
def test_a_word_that_is_called_a_number_is_read_as_one(word: str) -> None:
    assert len(read_numbers(word)) == 1


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("two thousand five hundred", 2_500, ""),
        ("2.5 thousand", 2_500, ""),
        ("twenty-one", 21, ""),
        ("a hundred and five", 105, ""),
        ("$4.2m", 4_200_000, "dollar"),
        ("4.2 million dollars", 4_200_000, "dollar"),
        ("8%", 8, "per cent"),
        ("eight per cent", 8, "per cent"),
        ("half", 50, "per cent"),
        ("the third", 3, "ordinal"),
        ("the 3rd", 3, "ordinal"),
    ],
)
def test_a_number_is_read_in_every_form(text: str, value: float, unit: str) -> None:
    number = one(text)
    assert (number.low, number.high, number.unit) == (value, value, unit)


@pytest.mark.parametrize("text", ["F-16", "COVID-19", "Q1", "one of them", "no one"])
def test_digits_of_a_name_and_the_pronoun_one_are_no_numbers(text: str) -> None:
    assert read_numbers(text) == ()


@pytest.mark.parametrize(
    ("quote", "claim"),
    [
        ("2,500 troops", "about 2,500 troops"),
        ("2,487 troops", "about 2,500 troops"),
        ("about 2,500 troops", "2,500 troops"),
        ("2,345 people", "more than 2,000 people"),
        ("more than 12 people", "at least 12 people"),
        ("2,500 troops", "thousands of troops"),
        ("no fewer than 12 people", "at least 12 people"),
    ],
)
def test_a_number_allows_what_follows_from_it(quote: str, claim: str) -> None:
    assert bears_out(one(quote), one(claim))


@pytest.mark.parametrize(
    ("quote", "claim"),
    [
        ("2,500 troops", "25,000 troops"),
        ("2,500 troops", "more than 2,500 troops"),
        ("12 people", "more than 9,000 people"),
        ("at least 12 people", "12 people"),
        ("12 euros", "12 crowns"),
        ("the third", "3"),
        ("500 troops", "thousands of troops"),
    ],
)
def test_a_number_allows_nothing_else(quote: str, claim: str) -> None:
    assert not bears_out(one(quote), one(claim))


def test_what_stands_instead_is_of_the_same_things_before_it_is_near() -> None:
    quotes = read_numbers("12 ferries, 900 troops and the third day")
    instead = counterpart(one("13 troops"), quotes)
    assert instead is not None
    assert instead.text == "900"
    assert counterpart(one("13 troops"), ()) is None
