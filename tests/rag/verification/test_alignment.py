import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.rag.parsing.parsed_text import ParsedText, parse
from dateline.rag.verification.alignment import Change, read_changes

_QUOTE = "Three of the five ferries sank off the coast on Monday."
_WORDS = st.lists(st.sampled_from([*_QUOTE.split(), "Five", "boats", "not"]), max_size=14).map(" ".join)
TEXT = st.text(max_size=60) | _WORDS


def changes(claim: str, quote: str = _QUOTE) -> list[Change]:
    return list(read_changes(parse(claim), parse(quote)))


@given(TEXT, TEXT)
def test_a_change_is_made_of_words_of_both_texts(claim: str, quote: str) -> None:
    for change in read_changes(ParsedText(claim), ParsedText(quote)):
        assert change.claimed
        assert set(change.claimed) <= set(ParsedText(claim).words)
        assert set(change.quoted) <= set(ParsedText(quote).words)
        assert change.claim_around.text in change.claim_window or change.claim_window in claim
        assert change.claim_window in claim
        assert change.quote_window in quote


@given(TEXT)
def test_a_text_changes_nothing_of_itself(text: str) -> None:
    assert list(read_changes(ParsedText(text), ParsedText(text))) == []


def test_a_word_in_the_place_of_another_is_a_change() -> None:
    (change,) = changes("Five of the five ferries sank off the coast on Monday.")
    assert [word.text for word in change.quoted] == ["Three"]
    assert [word.text for word in change.claimed] == ["Five"]
    assert change.alone
    assert change.claim_around.text == "Five of the"


def test_what_is_left_out_at_the_end_changes_nothing() -> None:
    assert changes("Three of the five ferries sank off the coast.") == []


@pytest.mark.parametrize("claim", ["", "It rained.", "Boats burned in the harbour of Lund on a Sunday in May."])
def test_who_does_not_repeat_the_quote_changes_nothing(claim: str) -> None:
    assert changes(claim) == []


def test_two_changes_are_not_alone() -> None:
    found = changes("Five of the five ferries sank off the coast on Tuesday.")
    assert [change.alone for change in found] == [False, False]


def test_texts_that_repeat_themselves_are_not_compared() -> None:
    assert changes("sank off " * 40, "sank off " * 39 + "sunk off") == []
