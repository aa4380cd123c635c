from typing import Any

import pytest

from dateline.rag.conversation import MAX_EARLIER_ANSWER, MAX_EARLIER_QUESTION, MAX_TURNS, Turn, recent_turns


@pytest.mark.threat(38)
def test_a_forged_history_is_capped_to_its_last_turns() -> None:
    forged = [Turn(question=f"question {number} " + "x" * 10_000, answer="y" * 10_000) for number in range(10_000)]
    turns = recent_turns(forged)
    assert len(turns) == MAX_TURNS
    assert turns[-1].question.startswith("question 9999 ")
    assert all(len(turn.question) <= MAX_EARLIER_QUESTION for turn in turns)
    assert all(len(turn.answer) <= MAX_EARLIER_ANSWER for turn in turns)


def test_turns_are_cleaned_as_questions_are() -> None:
    dirty: list[Any] = [Turn(question=" wh\x00o\u202e? ", answer="I\u200bda"), "who?", None, Turn(question="\x00")]
    assert recent_turns(dirty) == (Turn(question="who?", answer="Ida"),)


@pytest.mark.parametrize("history", [[], (), iter(()), [None] * 10_000])
def test_no_turns_are_no_history(history: Any) -> None:
    assert recent_turns(history) == ()
