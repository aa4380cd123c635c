"""The short answer: whole, with all that belongs to it, or none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.index.types import Span
from dateline.rag.parsing.parsed_text import parse
from dateline.rag.reader.question import read_question
from dateline.rag.reader.short_answer import short_answer


def _short(question: str, sentence: str, marked: str) -> str | None:
    at = sentence.index(marked)
    found = short_answer(read_question(question), parse(sentence), Span(at, at + len(marked)))
    return found and sentence[found.start : found.end]


@pytest.mark.parametrize(
    ("question", "sentence", "marked", "whole"),
    [
        ("When do ferries stop?", "Half of the ferries stop by May 2031 and the others by the end of 2032.", "May 2031",
         "by May 2031 and the others by the end of 2032"),
        ("When was she elected?", "She was elected on Sunday, 3 May 2031.", "Sunday", "Sunday, 3 May 2031"),
        ("When was the mill built?", "The mill was built in 1331 by monks.", "1331", "1331"),
        ("When does it melt?", "It melts after heavy rain.", "after heavy rain", "after heavy rain"),
        ("When was it passed?", "After the act of 1994, which asked for councils, came that of 1996.", "1996", "1996"),
        ("How long did it last?", "It lasted for almost a month.", "almost a month", "almost a month"),
        ("Who paid for it?", "The king of Lenn and his family paid for it.", "king of Lenn and his family",
         "king of Lenn and his family"),
        ("Who opened it?", "Ana Ruiz, Boris Prell and Carla Dorn opened it.", "Boris Prell", "Boris Prell"),
        ("How much did it cost?", "It cost $3.5 billion and $118 million in debts.", "$3.5 billion", "$3.5 billion"),
        ("Who was elected?", "Lenka Osterby was elected on Sunday.", "Lenka", "Lenka Osterby"),
        ("Who are the candidates?", "On the list are Anna Vell, Boris Prell and Carla Dorn.", "Boris Prell",
         "Anna Vell, Boris Prell and Carla Dorn"),
        ("Which towns did she see?", "She saw Tolmere, Wexling and the port of Lenn.", "Tolmere", "Tolmere, Wexling"),
        ("How much is the repair?", "The repair would cost 4.2 million euros.", "4.2", "4.2 million euros"),
        ("How long is the sentence?", "He faces five to seven years.", "five", "five to seven"),
        ("How many shops are on strike?", "Clerks of 77 Vell Brothers shops are on strike.", "77 Vell Brothers", "77"),
        ("What did the mayor promise?", "The mayor promised a new bridge.", "a new bridge", "a new bridge"),
    ],
)  # fmt: skip
def test_what_belongs_to_a_short_answer_is_in_it(question: str, sentence: str, marked: str, whole: str) -> None:
    assert _short(question, sentence, marked) == whole


@pytest.mark.parametrize(
    ("question", "sentence", "marked"),
    [
        ("Who was elected?", "She was elected on Sunday.", "She"),
        ("When was she elected?", "She was elected by the whole council.", "council"),
        ("How many came?", "People came from everywhere.", "People"),
        ("What did the mayor say?", "The mayor said it was safe.", "mayor"),
        ("Why was it closed?", "It was closed for repairs.", "repairs"),
    ],
)
def test_what_answers_nothing_by_itself_is_no_short_answer(question: str, sentence: str, marked: str) -> None:
    assert _short(question, sentence, marked) is None


@given(st.text(max_size=60), st.text(min_size=1, max_size=120), st.integers(0, 120), st.integers(1, 30))
def test_a_short_answer_is_within_its_sentence(question: str, sentence: str, start: int, length: int) -> None:
    start = min(start, len(sentence) - 1)
    found = short_answer(read_question(question), parse(sentence), Span(start, min(len(sentence), start + length)))
    assert found is None or 0 <= found.start < found.end <= len(sentence)
