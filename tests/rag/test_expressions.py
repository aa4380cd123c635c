from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.expressions import Kind, find_expressions


def found(kind, text):
    return [span.of(text) for span in find_expressions(kind, text)]


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("They leave by September 2025 and the rest by the end of 2026.", ["by September 2025", "by the end of 2026"]),
        ("It opened last Tuesday.", ["last Tuesday"]),
        ("The group was formed in 2014.", ["2014"]),
        ("They met on April 3 in Ghent.", ["on April 3"]),
        ("They met on 3 April 1998.", ["3 April 1998"]),
        ("It may happen this month.", ["this month"]),
        ("She may march on.", []),
        ("It begins in May.", ["in May."]),
        ("It cost $2025 and weighed 2,014 kilos.", []),
        ("He arrived three days ago, at 5 p.m.", ["three days ago", "5 p.m."]),
        ("Born in the 1990s.", ["1990s"]),
    ],
)
def test_dates_and_times_are_found(text, dates):
    assert found(Kind.DATE, text) == dates


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("There are about 2,500 troops.", ["about 2,500"]),
        ("Half a million people came.", ["Half a million"]),
        ("At least 14 died, hundreds fled.", ["At least 14", "hundreds"]),
        ("Twenty-one ships sank.", ["Twenty-one"]),
        ("It was formed in 2014.", []),
        ("They met on April 3.", []),
        ("She was one of them.", []),
    ],
)
def test_numbers_are_found_and_dates_are_none(text, numbers):
    assert found(Kind.NUMBER, text) == numbers


def test_percentages_are_found_in_figures_and_in_words():
    text = "Rates rose by three-quarters of a percentage point, then 12 per cent and 5%."
    assert found(Kind.PERCENT, text) == ["three-quarters of a percentage point", "12 per cent", "5%"]


def test_sums_of_money_are_found_before_and_after_their_sign():
    text = "It cost $5, then US$3.5 billion, then two million euros and 40 pence."
    assert found(Kind.MONEY, text) == ["$5", "US$3.5 billion", "two million euros", "40 pence"]


def test_durations_are_found():
    assert found(Kind.DURATION, "It took three years and 20 minutes.") == ["three years", "20 minutes"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Dr. J. K. Rowe met Ursula von der Leyen.", ["Dr", "J. K. Rowe", "Ursula von der Leyen"]),
        ("Sources said nothing.", []),
        ("The mayor saw Ilse Maes on Monday.", ["Ilse Maes"]),
        ("Mohammed al-Sudani spoke.", ["Mohammed al-Sudani"]),
        ("However, nobody came.", []),
    ],
)
def test_names_are_runs_of_capitalised_words(text, names):
    assert found(Kind.NAME, text) == names


def test_a_place_is_a_name_behind_a_preposition_of_place():
    assert found(Kind.PLACE, "Ilse Maes spoke in northern Gaza, near Rafah.") == ["Gaza", "Rafah"]


@given(st.text(), st.sampled_from(Kind))
def test_expressions_are_slices_of_any_text_ascending_and_disjoint(text, kind):
    spans = find_expressions(kind, text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))


@pytest.mark.parametrize("piece", ["1,", "A ", "the end of ", "A.B.", "one ", "a", "about ", "1"])
@pytest.mark.parametrize("kind", Kind)
def test_a_long_hostile_sentence_is_read_through(piece, kind):
    text = piece * 5000
    assert all(span.end <= len(text) for span in find_expressions(kind, text))
