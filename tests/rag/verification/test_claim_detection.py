"""Claim detection: which sentences of a text claim something, and what of them is a claim."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.index.reading.cleaning import clean
from dateline.rag.verification.claim_detection import detect_claims

BEFORE, BEHIND = "Anna Berg is the mayor of Skagen.\n\n", "\n\nShe was elected in 2019."


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("Who pays for the bridge?", "a question"),
        ("The most important points:", "a lead-in"),
        ("## The bridge of Skagen", "a heading"),
        ("**The bridge of Skagen**", "a heading"),
        ("The bridge of Skagen at last", "a heading"),
        ("The bridge of Skagen\n===", "a heading"),
        ("| Place | Dead |\n|---|---|", "a heading"),
        ("Dear colleagues,", "a greeting"),
        ("Thank you for reading!", "a greeting"),
        ("Here is what happened in Skagen last week.", "about the text itself"),
        ("As an AI, I can't look that up.", "about the text itself"),
        ("I hope that this helps.", "about the text itself"),
        ("Let me know what else you need.", "about the text itself"),
        ("That is really sad.", "an opinion"),
        ("What a shame, honestly and truly terrible!", None),
        ("It was what it was.", "no words to check"),
        ("***", "no words to check"),
        ("2026-03-01 10:00", "no words to check"),
        ("Source: Skagen News", "a line about the text"),
        ("Der Bürgermeister ist nicht in der Stadt.", "not in English, in which alone claims can be checked"),
        ("buffalo buffalo buffalo buffalo buffalo buffalo.", "the same words again and again"),
    ],
)  # fmt: skip
def test_what_claims_nothing_is_passed_over_and_says_why(sentence: str, why: str | None) -> None:
    found = detect_claims(BEFORE + sentence + BEHIND)
    assert found[1].passed_over == why


@pytest.mark.parametrize(
    ("sentence", "claim"),
    [
        ("The bridge was closed on 3 March.", "The bridge was closed on 3 March."),
        ("- **Bridge:** it was _closed_ on 3 March [2][3].", "Bridge: it was closed on 3 March."),
        ("2) The bridge was closed [^1].", "The bridge was closed."),
        ("> The bridge was closed.", "The bridge was closed."),
        ("SKAGEN, March 3 (Reuters) - The bridge was closed.", "The bridge was closed."),
        ("- The bridge was closed on 3 March", "The bridge was closed on 3 March"),
        ("| Bridge | closed |", "Bridge, closed"),
        ("The [bridge](https://example.com/x) was closed.", "The bridge was closed."),
        ("I think that the bridge of Skagen was closed.", "I think that the bridge of Skagen was closed."),
        ("Please note that 17 people died.", "Please note that 17 people died."),
        ("“We closed it,” Berg said.", "“We closed it,” Berg said."),
    ],
)
def test_what_claims_something_is_found_without_its_markup(sentence: str, claim: str) -> None:
    found = detect_claims(BEFORE + sentence + BEHIND)
    assert (found[1].claim, found[1].passed_over) == (claim, None)
    assert found[1].paragraph == found[0].paragraph + 1


def test_a_line_without_a_full_stop_that_nothing_follows_is_a_claim() -> None:
    assert [one.passed_over for one in detect_claims("Seventeen people died in Skagen")] == [None]


@given(st.text(alphabet=st.sampled_from("ab #*_|>-.\n?:[](1)“é\u202e")))
def test_the_sentences_of_any_text_are_parts_of_it_in_order(text: str) -> None:
    text = clean(text).text
    last = 0
    for one in detect_claims(text):
        assert last <= one.span.start < one.span.end <= len(text)
        last = one.span.end
