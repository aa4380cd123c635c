import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.eval.metrics.answers import contained, exact_match, f1, normalize


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
