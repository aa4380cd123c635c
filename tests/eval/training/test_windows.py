"""Passages are whole sentences around an answer, and what is exchanged or left out makes a question unanswerable."""

import random

from dateline.eval.training.windows import cut, exchange, holds, leave_out, ten_in_a_row
from dateline.index.types import Span

_TEXT = " ".join(f"Sentence {number} tells of the river, the town and its people." for number in range(40))


def test_a_window_holds_the_span_in_whole_sentences_and_is_no_longer_than_asked() -> None:
    around = Span(_TEXT.index("Sentence 20"), _TEXT.index("Sentence 21") + 4)
    begun = set()
    for seed in range(30):
        window = cut(_TEXT, around, 560, random.Random(seed))
        assert window.start <= around.start < around.end <= window.end
        assert len(window) <= 560
        assert window.of(_TEXT).startswith("Sentence")
        assert window.of(_TEXT).endswith("people.")
        begun.add(window.start)
    assert len(begun) > 3  # the answer stands anywhere within


def test_a_window_is_one_sentence_where_there_is_no_room_for_more() -> None:
    at = _TEXT.index("Sentence 7 ")
    assert cut(_TEXT, Span(at, at + 8), 10, random.Random(1)).of(_TEXT).startswith("Sentence 7 ")


def test_the_sentences_that_answer_are_left_out() -> None:
    at = _TEXT.index("Sentence 1 ")
    left = leave_out(_TEXT, Span(0, _TEXT.index(" Sentence 3 ")), [Span(at, at + 3)])
    assert [word for word in left.split() if word.isdigit()] == ["0", "2"]


def test_an_exchanged_question_asks_for_another_name_or_year_of_its_kind() -> None:
    question = "When was the Old Bridge at Ambleford opened in 1731?"
    for seed in range(20):
        asked = exchange(question, "In 1904 the weavers of Castle Drummond left.", random.Random(seed))
        assert asked is not None
        assert ("1904" in asked) == ("1731" not in asked)
        assert asked.count("Castle Drummond") == ("1731" in asked)


def test_a_number_is_exchanged_where_there_is_no_name() -> None:
    question = "who paid 40 guineas?"
    assert exchange(question, "Of 900 weavers 40 left.", random.Random(1)) == "who paid 900 guineas?"
    assert exchange(question, "Of 900 weavers 40 left.", random.Random(1), numbers=False) is None


def test_nothing_is_exchanged_for_what_the_question_says_itself() -> None:
    assert exchange("Who left Ambleford?", "Nobody left Ambleford that day.", random.Random(1)) is None


def test_an_answer_is_held_in_any_case_and_with_any_white_space() -> None:
    assert holds("paid FORTY\n guineas at once", ["forty guineas"])
    assert not holds("paid forty pounds", ["forty guineas"])


def test_ten_words_in_a_row_are_known_again_in_another_text() -> None:
    words = "One two three, four five six seven eight nine ten eleven."
    assert not ten_in_a_row(words).isdisjoint(ten_in_a_row("Zero ONE two three four five six seven eight nine ten"))
    assert ten_in_a_row(words).isdisjoint(ten_in_a_row("two three four five six seven eight nine ten twelve"))
