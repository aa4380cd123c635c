from typing import Any

import pytest

from dateline.index.errors import ArgumentError
from dateline.rag.conversation import (
    MAX_EARLIER_ANSWER,
    MAX_EARLIER_QUESTION,
    MAX_HISTORY,
    MAX_TURNS,
    Turn,
    recent_turns,
)


@pytest.mark.threat(38)
def test_a_forged_history_is_capped_to_its_last_turns() -> None:
    forged = [Turn(question=f"question {number} " + "x" * 10_000, answer="y" * 10_000) for number in range(MAX_HISTORY)]
    turns = recent_turns(forged)
    assert len(turns) == MAX_TURNS
    assert turns[-1].question.startswith("question 999 ")
    assert all(len(turn.question) <= MAX_EARLIER_QUESTION for turn in turns)
    assert all(len(turn.answer) <= MAX_EARLIER_ANSWER for turn in turns)


def test_turns_are_cleaned_as_questions_are() -> None:
    dirty = [Turn(question=" wh\x00o\u202e? ", answer="I\u200bda"), Turn(question="\x00")]
    assert recent_turns(dirty) == (Turn(question="who?", answer="Ida"),)


def test_a_turn_may_be_an_object_of_json_such_as_an_earlier_answer() -> None:
    assert recent_turns([{"question": "who?", "answer": "Ida", "confidence": 1}, {"question": "when?"}]) == (
        Turn(question="who?", answer="Ida"),
        Turn(question="when?"),
    )


@pytest.mark.parametrize("history", [[], (), iter(())])
def test_no_turns_are_no_history(history: Any) -> None:
    assert recent_turns(history) == ()


@pytest.mark.threat(38)
@pytest.mark.parametrize(
    "history",
    ["who?", b"who?", 7, {"question": "who?", "answer": "she"}, ["who?"], [None], [Turn(question=7)], [("who?", "she")],
     [{"question": "who?", "answer": None}], [Turn(question="who?")] * (MAX_HISTORY + 1)],
    ids=lambda history: repr(history)[:40],
)  # fmt: skip
def test_what_is_no_history_is_told_in_one_line(history: Any) -> None:
    with pytest.raises(ArgumentError, match=r"\Ahistory [^\n]{1,120}\Z"):
        recent_turns(history)
