from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.index.reading.cleaning import one_line
from dateline.rag.writing.sentence_stream import Sentence, SentenceStream
from tests.harness.servers import MARKERS

_PARTS = st.sampled_from(
    [" ", "\n", "\n\n", ".", "!", "?", "…", "[1]", " [2, 3]", "【4】", "(5)", " [sentence ", "6]", "¹", "[", "]", "("]
) | st.sampled_from(
    [
        "<think>",
        "</think>",
        "<",
        "</thi",
        "Mr.",
        "U.S.",
        " The",
        " it",
        "2.5",
        "3.",
        "- ",
        "# ",
        "| a ",
        "|",
        "|--|",
        "```",
        "**",
        '"',
        "”",
        ",",
    ]
)
_TEXTS = st.one_of(st.text(max_size=80), st.lists(_PARTS, max_size=30).map("".join))


def read(*pieces: str, cut: bool = False) -> list[Sentence]:
    stream = SentenceStream()
    found = [sentence for piece in pieces for sentence in stream.feed(piece)]
    return [*found, *stream.finish(cut=cut)]


def split(*pieces: str, cut: bool = False) -> list[str]:
    return [sentence.text for sentence in read(*pieces, cut=cut)]


@given(text=_TEXTS, cuts=st.lists(st.integers(0, 80), max_size=8), broken_off=st.booleans())
def test_the_sentences_depend_on_the_text_and_not_on_the_pieces_it_came_in(
    text: str, cuts: list[int], broken_off: bool
) -> None:
    places = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    pieces = [text[start:end] for start, end in pairwise(places)]
    assert read(*pieces, cut=broken_off) == read(text, cut=broken_off)


@given(text=_TEXTS)
def test_no_sentence_is_blank_or_wide_and_none_has_a_line_end_or_what_cannot_be_seen(text: str) -> None:
    for sentence in split(text):
        assert sentence == one_line(sentence)
        assert any(letter.isalnum() for letter in sentence)
        assert len(sentence) < 1_500


@given(
    words=st.lists(
        st.sampled_from("troops leave Iraq by Mr. U.S. 2.5 [1] 【2】 “now”".split()), min_size=1, max_size=40
    )
)
def test_no_word_is_lost_and_none_is_added(words: list[str]) -> None:
    text = " ".join(words)
    assert " ".join(split(text)) == (text if set(words) - {"[1]", "【2】"} else "")


def test_a_sentence_is_given_as_soon_as_the_word_behind_it_is_whole() -> None:
    stream = SentenceStream()
    assert list(stream.feed("The troops leave in 2026. [1]")) == []
    assert list(stream.feed(" The")) == []
    assert [one.text for one in stream.feed(" rest")] == ["The troops leave in 2026. [1]"]


@pytest.mark.parametrize(
    "text",
    [
        "Mr. Smith of the U.S. Army spoke on Sept. 3 at 2.5 p.m. about $2.5 million.",
        "The deal was worth 1.5 billion dollars, Reuters said.",
        "“Why?” she asked.",
        "It was signed by Gen. Joseph Dunford in Washington D.C. last week.",
        "Troops [of the coalition] and others (about 900) leave.",
    ],
)
def test_what_is_one_sentence_is_not_cut(text: str) -> None:
    assert split(text) == [text]
    assert split(f"{text} [1] Then they left.") == [f"{text} [1]", "Then they left."]


@pytest.mark.parametrize("marker", MARKERS.values(), ids=MARKERS.keys())
def test_a_marker_stays_with_its_sentence_before_and_behind_the_full_stop(marker) -> None:
    behind = [f"They leave in 2026.{marker(3)}", f"The rest stay.{marker(12)}"]
    before = [f"They leave in 2026{marker(3)}.", f"The rest stay{marker(12)}."]
    assert split(" ".join(behind)) == behind
    assert split(" ".join(before)) == before
    assert split("\n".join(behind)) == behind


def test_a_marker_on_a_line_of_its_own_belongs_to_the_line_before() -> None:
    assert split("They leave in 2026.\n[3]\nThe rest stay.\n\n[4] [5]") == [
        "They leave in 2026. [3]",
        "The rest stay. [4] [5]",
    ]


def test_a_bracket_that_is_no_marker_begins_a_sentence() -> None:
    assert split("He left. (In 2024 he came back.) [The plan] failed.") == [
        "He left.",
        "(In 2024 he came back.)",
        "[The plan] failed.",
    ]


def test_signs_of_lists_headings_emphasis_and_fences_are_taken_off_and_told() -> None:
    answer = (
        "## The **answer**\nThey go. All. [1]\n- **They leave** in 2026. [1] Soon.\n* The rest stay [2]\n\n"
        "1. One. [3]\n2) `Two`.\n```text\nThree.\n```\n\nThat is all."
    )
    assert [(one.begins, one.text) for one in read(answer)] == [
        ("heading", "The answer"),
        ("paragraph", "They go."),
        ("", "All. [1]"),
        ("item", "They leave in 2026. [1]"),
        ("", "Soon."),
        ("item", "The rest stay [2]"),
        ("item", "One. [3]"),
        ("item", "Two."),
        ("", "Three."),
        ("paragraph", "That is all."),
    ]


def test_each_row_of_a_table_is_a_sentence_and_the_one_over_the_line_its_head() -> None:
    table = (
        "It says:\n\n| Land | Troops |\n|---|:--|\n| Iraq | **2,500** [3] |\n| Syria | 900 | [4]\nIt is all.\n| a | b |"
    )
    assert [(one.begins, one.text) for one in read(table)] == [
        ("", "It says:"),
        ("header", "Land | Troops"),
        ("row", "Iraq | 2,500 [3]"),
        ("row", "Syria | 900 | [4]"),
        ("paragraph", "It is all."),
        ("row", "a | b"),
    ]
    assert split("| Land | Troops |\n|--|--|\n| Iraq | 2,5", cut=True) == ["Land | Troops"]


def test_thoughts_are_left_out_however_they_are_marked() -> None:
    assert split("<think>I must. See [3].</think>They leave. [1]") == ["They leave. [1]"]
    assert split("<THINKING>Hm.\n</THINKING>\n\nThey leave. [1] <think>More?</think> All.") == [
        "They leave. [1]",
        "All.",
    ]
    assert split("I must see</think>They leave. [1]") == ["They leave. [1]"]
    assert split("<think>And so on. And on.") == []
    assert split("If 3 < 4 then <b>they</b> leave.") == ["If 3 < 4 then <b>they</b> leave."]


def test_of_an_answer_that_was_cut_only_what_is_whole_is_given() -> None:
    assert split("They leave in 2026. [1] The rest st", cut=True) == ["They leave in 2026. [1]"]
    assert split("They leave in 2026. [1]", cut=True) == ["They leave in 2026. [1]"]
    assert split("Prices rose by 2.", cut=True) == []  # it may have been 2.5 per cent
    assert split("They leave", cut=True) == []


def test_a_text_without_an_end_is_cut_and_nothing_of_it_is_kept() -> None:
    stream = SentenceStream()
    given_out = sum(len(one.text) for _ in range(1_000) for one in stream.feed("x" * 500))
    assert given_out > 490_000
    words = split(*["word "] * 5_000)
    assert max(map(len, words)) < 1_300


def test_markers_without_a_sentence_are_no_sentence() -> None:
    assert split("[1] [2]\n---\n***\n. ! ?") == []
