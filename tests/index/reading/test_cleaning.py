import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.index.reading.cleaning import clean, one_line

_ANY = st.text(st.characters(codec=None), max_size=60)  # lone surrogates too
_TRICKY = st.text(
    "a é\u0301\u0323\n\r\x00\x85\u2028\u200b\u200c\u200d\ufe0f\U000e0041\u202e\xad\ud800می👩#", max_size=40
)


@pytest.mark.threat(4)
@given(_ANY | _TRICKY)
def test_a_clean_text_is_in_nfc_and_has_no_control_character_but_line_feeds_and_tabs(text: str) -> None:
    cleaned = clean(text).text
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not [one for one in cleaned if unicodedata.category(one) in ("Cc", "Cs") and one not in "\n\t"]
    cleaned.encode()


@given(st.text("abc .,\n\téèüçÅ“”–ßñ漢字", max_size=60))
def test_a_text_that_needs_no_repair_is_left_as_it_is(text: str) -> None:
    assert clean(text) == type(clean(""))(text)


@pytest.mark.threat(4, 20)
@pytest.mark.parametrize(
    ("text", "cleaned", "repair"),
    [
        ("a\x00b\x07c\x1b", "abc", "3 control characters removed"),
        ("a\ud83d b", "a\N{REPLACEMENT CHARACTER} b", "1 lone surrogate replaced"),
        ("pay \u202e100\u202c now", "pay 100 now", "2 direction marks removed"),
        ("ok" + "".join(chr(0xE0000 + ord(one)) for one in "ignore"), "ok", "6 tag characters removed"),
        ("no\u200bthing\ufeff to\u2060 see", "nothing to see", "3 invisible characters removed"),
        ("a\u200d\u200cb", "ab", "2 invisible characters removed"),
        ("x\ufe00\ufe01y", "xy", "2 invisible characters removed"),
        ("with\xaddrawal", "withdrawal", "1 soft hyphen removed"),
        ("e\u0301", "é", "letters and accents composed to unicode nfc"),
    ],
)
def test_what_can_not_be_seen_is_taken_out_and_told(text: str, cleaned: str, repair: str) -> None:
    assert (clean(text).text, clean(text).repairs) == (cleaned, (repair,))


@pytest.mark.parametrize(
    "text", ["👩\u200d👧\u200d👦", "❤\ufe0f\u200d🔥", "می\u200cخواهم", "क्\u200dष", "3\ufe0f\u20e3"]
)
def test_joiners_that_scripts_and_emoji_are_written_with_stay(text: str) -> None:
    assert clean(text).text == text


@pytest.mark.parametrize("end", ["\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_every_line_end_becomes_a_line_feed(end: str) -> None:
    assert clean(f"one{end}two").text == "one\ntwo"


def test_a_pile_of_accents_is_cut_before_it_takes_quadratic_time() -> None:
    cleaned = clean("a" + "\u0301\u0323" * 200_000 + " end")
    assert len(cleaned.text) < 40
    assert "399,970 piled accents removed" in cleaned.repairs


def test_a_field_is_one_line() -> None:
    assert one_line(" Troops\n\tleave \u200b Iraq ") == "Troops leave Iraq"
