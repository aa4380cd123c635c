import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.rag.types import Checked, Support
from dateline.rag.verification.check_sentence import check_sentence
from dateline.rag.writing.prompts import Numbered
from dateline.rag.writing.writer import RawSentence
from tests.harness.fakes import FakeEmbedder, passage

PASSAGE = passage(
    "The ferry sank off Quillport on Monday. The crew of 25 was saved. Divers found the hull. The owner denied it. "
    "The coast guard began a search. The port was closed on Tuesday. The mayor asked for help. Schools stayed open."
)
AGAIN = passage("The crew of 25 was saved. Divers found the hull.", start=PASSAGE.text.index("The crew"))
PASSAGES = [PASSAGE, AGAIN]
NUMBERED = {number: Numbered(passage=0, span=span) for number, span in enumerate(PASSAGE.sentences, 1)}
EMBEDDER = FakeEmbedder()


def checked(text: str) -> Checked:
    return check_sentence(RawSentence(text=text, sentences=NUMBERED), PASSAGES, EMBEDDER)


def quotes(one: Checked) -> list[str]:
    return [quotation.span.of(PASSAGE.text) for quotation in one.quotations]


def test_the_numbers_of_a_sentence_become_the_places_that_they_stand_for() -> None:
    one = checked("The crew of 25 was saved and divers found the hull [2][3].")
    assert one.text == "The crew of 25 was saved and divers found the hull."
    assert quotes(one) == ["The crew of 25 was saved.", "Divers found the hull."]
    assert one.support.holds


def test_a_sentence_cited_twice_or_known_by_two_numbers_is_cited_once() -> None:
    assert quotes(checked("The crew of 25 was saved. [2][2, 2]")) == ["The crew of 25 was saved."]
    doubled = {**NUMBERED, 9: Numbered(passage=1, span=AGAIN.sentences[0])}
    one = check_sentence(RawSentence(text="The crew was saved. [2][9]", sentences=doubled), PASSAGES, EMBEDDER)
    assert len(one.quotations) == 1


def test_who_cites_everything_rests_on_the_sentences_that_say_it() -> None:
    one = checked("The crew of 25 was saved. [1-8]")
    assert quotes(one) == ["The crew of 25 was saved."]
    assert one.support.holds


def test_a_sentence_without_a_number_is_held_against_what_is_likeliest_to_support_it() -> None:
    assert quotes(checked("The crew of 25 was saved."))[0] == "The crew of 25 was saved."
    altered = checked("The crew of 52 was saved.")
    assert altered.support == Support(verdict="contradicted", why="the quote says 25, the answer 52")
    assert checked("Zebras vote.").quotations == ()


@pytest.mark.parametrize(
    "text", ["Here is what the articles say on the ferry: [1]", "That is all. [1]", "[1]", "It was. [2]"]
)
def test_what_says_nothing_to_check_is_not_supported(text: str) -> None:
    assert not checked(text).support.holds


def test_an_address_that_no_quote_has_is_taken_out_and_told() -> None:
    one = checked("The crew of 25 was saved, [see](https://evil.example/x). [2]")
    assert one.text == "The crew of 25 was saved, see."
    assert one.support == Support(
        verdict="unsupported", why="it held a link, an image or an address that its quotes lack"
    )


@given(st.text(st.characters() | st.sampled_from("[](){}0123456789,-–【】† .<>/:!"), max_size=120))
def test_whatever_a_model_writes_only_given_sentences_are_cited(text: str) -> None:
    one = checked(text)
    places = {numbered.span for numbered in NUMBERED.values()}
    assert all(quotation.span in places and 0 <= quotation.score <= 1 for quotation in one.quotations)
    assert one.support.why
