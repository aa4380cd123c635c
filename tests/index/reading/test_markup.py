"""Fragments of HTML in fields of other formats: their whole text."""

from hypothesis import given
from hypothesis import strategies as st

from dateline.index.reading.markup import fragment_text, is_markup


def test_blocks_are_lines_and_what_is_no_text_is_left_out() -> None:
    assert fragment_text("<p>One.<svg>no</svg> Two.</p><div>Three.<script>x()</script></div>") == "One. Two.\nThree."


def test_what_follows_an_element_that_is_never_closed_is_read() -> None:
    text = fragment_text('<p>One.</p><svg onload="x">Two.')
    assert text == "One.\nTwo."


def test_a_single_tag_is_spoken_of_and_several_are_markup() -> None:
    assert not is_markup("The tag <b> makes text bold.")
    assert is_markup("<p>One.</p>")


@given(st.lists(st.sampled_from(["<p>", "</p>", "<svg>", "</svg>", "<br>", "word ", "&amp;", "<", ">"]), max_size=12))
def test_no_word_is_lost_but_in_elements_that_hold_no_text(parts: list[str]) -> None:
    text = "".join(parts)
    if "<svg>" not in text and "<word" not in text.replace(" ", ""):
        assert fragment_text(text).count("word") == text.count("word")
