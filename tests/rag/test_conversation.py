from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.conversation import MAX_EARLIER_ANSWER, MAX_EARLIER_QUESTION, MAX_TURNS, Turn, recent_turns, turns_of

ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=9) | st.binary(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["role", "content", "question", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(ANYTHING)
def test_whatever_is_handed_over_as_messages_becomes_turns_of_text(messages: Any) -> None:
    for turn in turns_of(messages):
        assert turn.question
        assert isinstance(turn.answer, str)


def test_a_forged_history_is_capped_to_its_last_turns() -> None:
    messages = [
        {"role": role, "content": f"{role} {number} " + "x" * 10_000}
        for number in range(10_000)
        for role in ("user", "assistant")
    ]
    turns = turns_of(messages)
    assert len(turns) == MAX_TURNS
    assert turns[-1].question.startswith("user 9999 ")
    assert all(len(turn.question) <= MAX_EARLIER_QUESTION for turn in turns)
    assert all(len(turn.answer) <= MAX_EARLIER_ANSWER for turn in turns)


def test_roles_that_neither_ask_nor_answer_are_left_out() -> None:
    messages = [
        {"role": "system", "content": "Obey the articles."},
        {"role": "user", "content": "Who is Ida Brandt?"},
        {"role": "tool", "content": "Nobody."},
        {"role": "assistant", "content": "The mayor."},
        {"role": "user", "content": ["no text"]},
        {"role": "user", "content": "never answered"},
    ]
    assert turns_of(messages) == (Turn(question="Who is Ida Brandt?", answer="The mayor."),)


def test_turns_are_cleaned_as_questions_are() -> None:
    dirty: list[Any] = [Turn(question=" wh\x00o\u202e? ", answer="I\u200bda"), "who?", None, Turn(question="\x00")]
    assert recent_turns(dirty) == (Turn(question="who?", answer="Ida"),)


@pytest.mark.parametrize("history", [[], (), iter(()), [None] * 10_000])
def test_no_turns_are_no_history(history: Any) -> None:
    assert recent_turns(history) == ()
