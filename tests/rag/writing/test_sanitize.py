import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.rag.writing.sanitize import to_plain

_PIECES = st.sampled_from(
    ["![", "[", "]", "](", ")", "(", "<", ">", "<img src=", "<a href='", "https://evil.example/x", "//evil.example/y",
     "javascript:alert(1)", "www.evil.example", "a@evil.example", "word", " ", ".", "</b>", "<b>", "data:text/html,x"]
)  # fmt: skip
HOSTILE = st.lists(_PIECES, max_size=30).map("".join)


@pytest.mark.threat(22)
@given(HOSTILE | st.text())
def test_nothing_is_left_that_a_page_would_make_a_link_or_an_image_of(text: str) -> None:
    shown = to_plain(text, ()).text
    assert "](" not in shown
    assert "![" not in shown
    assert "://" not in shown
    assert not re.search(r"<[a-z/!?]", shown, re.IGNORECASE)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("See [the report](https://evil.example/a?b).", "See the report."),
        ("![map](http://evil.example/m.png) They left.", "map They left."),
        ("They left <img src='x'> in May.", "They left in May."),
        ("Read https://evil.example/steal?q=1.", "Read ."),
        ("Write to a@evil.example now.", "Write to now."),
        ("[![x](https://evil.example/i)](https://evil.example)", "x"),
    ],
)
def test_what_came_from_elsewhere_is_taken_out_and_told(written: str, shown: str) -> None:
    plain = to_plain(written, ())
    assert (plain.text, plain.foreign) == (shown, True)


@pytest.mark.parametrize(
    "text",
    ["Sales rose by 7/8 in 2024.", "It was 3 < 5.", "He said: data: none.", "A and/or B.", "At 10:30, they left."],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert (to_plain(text, ()).text, to_plain(text, ()).foreign) == (text, False)


def test_emphasis_in_tags_is_taken_off_and_held_against_nobody() -> None:
    plain = to_plain("They <b>left</b> in May.<br>", ())
    assert (plain.text, plain.foreign) == ("They left in May.", False)


def test_an_address_that_the_quote_has_may_be_repeated() -> None:
    plain = to_plain("It is at https://example.org/a.", ("Read it at https://example.org/a today.",))
    assert (plain.text, plain.foreign) == ("It is at https://example.org/a.", False)
