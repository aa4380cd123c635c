import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.eval.metrics.answers import (
    contained,
    exact_match,
    f1,
    item_precision,
    item_recall,
    newest_first,
    normalize,
)  # fmt: skip

PARTIES = (("Green Bloc",), ("Coast Party",), ("People's List", "the Popular List"))
names = st.sampled_from(("Green Bloc", "Coast Party", "People's List", "Farmers' League", "", "41", "38"))


def test_the_squad_script_ignores_case_punctuation_articles_and_blanks() -> None:
    assert normalize("  The U.S.  troops, a few!") == "us troops few"


@given(answer=st.text(), expected=st.lists(st.text(), max_size=3))
def test_every_score_lies_between_0_and_1(answer: str, expected: list[str]) -> None:
    for score in (exact_match, f1, contained):
        assert 0 <= score(answer, expected) <= 1


@given(answer=st.text(min_size=1))
def test_an_answer_is_its_own_best_match(answer: str) -> None:
    assert exact_match(answer, ["another", answer]) == f1(answer, [answer]) == 1


@pytest.mark.parametrize(
    ("text", "answer", "held"),
    [
        ("about 2,500 troops in Iraq", "2500", True),
        ("about 25,000 troops in Iraq", "2,500", False),
        ("about 2.5 thousand troops", "5", False),
        ("the rest by the end of 2026.", "the end of 2026", True),
        ("by the end of 2026", "2026", True),
        ("in 20264", "2026", False),
        ("a 12-year-old boy", "12", True),
        ("the U.S. and Iraq", "US", True),
        ("“Squid Game” returns", "Squid Game", True),
        ("Iraqi prime minister’s adviser", "prime ministers adviser", True),
        ("Paris—London in an hour", "London", True),
        ("Syria, a neighbour of Iraq", "Iraqi", False),
        ("", "anything", False),
        ("anything", "", False),
        ("anything", "the", False),
    ],
)
def test_an_answer_is_held_where_its_words_stand_in_a_row(text: str, answer: str, held: bool) -> None:
    assert contained(text, [answer]) == held


def test_any_of_the_expected_answers_will_do() -> None:
    assert contained("Hundreds leave by May.", ["June", "May"]) == 1
    assert contained("Hundreds leave by May.", []) == 0


def test_a_list_of_all_items_and_nothing_else_is_perfect() -> None:
    stated = ("the Coast Party", "Green Bloc", "People's List")
    assert (item_recall(stated, PARTIES), item_precision(stated, PARTIES)) == (1, 1)


def test_one_text_may_name_several_items() -> None:
    stated = ("The Popular List, the Green Bloc and the Coast Party voted for it.",)
    assert (item_recall(stated, PARTIES), item_precision(stated, PARTIES)) == (1, 1)


def test_an_item_that_is_none_costs_precision_and_one_that_is_missing_costs_recall() -> None:
    stated = ("Green Bloc", "Farmers' League")
    assert (item_recall(stated, PARTIES), item_precision(stated, PARTIES)) == (1 / 3, 1 / 2)


def test_an_item_that_is_said_twice_is_right_once() -> None:
    assert item_precision(("Green Bloc", "the Green Bloc", "Coast Party"), PARTIES) == 2 / 3


def test_nothing_stated_has_no_precision_and_no_recall() -> None:
    assert (item_recall((), PARTIES), item_precision((), PARTIES)) == (0, None)


def test_the_newest_value_counts_where_it_is_stated_first() -> None:
    assert newest_first(("41", "38", "14"), ("41",)) == 1
    assert newest_first(("38", "41"), ("41", "forty-one")) == 0
    assert newest_first((), ("41",)) == 0


def test_a_number_is_not_part_of_a_longer_one() -> None:
    assert newest_first(("410 people",), ("41",)) == 0
    assert newest_first(("22,000 homes",), ("22000",)) == 1


@given(
    stated=st.lists(names, max_size=5), gold=st.lists(st.lists(names, min_size=1, max_size=2), min_size=1, max_size=4)
)
def test_figures_lie_between_0_and_1(stated: list[str], gold: list[list[str]]) -> None:
    assert 0 <= item_recall(stated, gold) <= 1
    assert 0 <= (item_precision(stated, gold) or 0) <= 1
    assert newest_first(stated, gold[0]) in (0, 1)


@given(stated=st.lists(names, max_size=5), more=names)
def test_saying_more_never_finds_fewer_items(stated: list[str], more: str) -> None:
    assert item_recall([*stated, more], PARTIES) >= item_recall(stated, PARTIES)
