from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.index.types import Filter, Passage
from dateline.rag.types import Block, Checked, Support
from dateline.rag.verification.check_sentence import SentenceChecker, check_sentence
from dateline.rag.writing.prompts import Numbered
from dateline.rag.writing.writer import RawSentence
from tests.harness.fakes import FakeEmbedder, FakeVerifier, passage

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


def test_a_sentence_that_cites_the_wrong_one_is_moved_to_the_one_that_says_it() -> None:
    one = checked("The crew of 25 was saved. [7]")
    assert (quotes(one), one.moved, one.support.verdict) == (["The crew of 25 was saved."], True, "supported")
    wrong = checked("The crew of 52 was saved. [7]")
    assert (quotes(wrong), wrong.moved, wrong.support.holds) == (["The mayor asked for help."], False, False)


def test_of_what_is_cited_that_which_says_nothing_of_it_is_left_out() -> None:
    one = checked("The crew of 25 was saved. [1][2][8]")
    assert (quotes(one), one.moved, one.support.holds) == (["The crew of 25 was saved."], False, True)


def test_what_the_model_was_not_given_is_found_in_the_library() -> None:
    elsewhere = passage("The wreck was raised by two cranes in June. It rusts.", article="b2")
    asked: list[tuple[str, Filter | None]] = []

    def search(text: str, most: int, only: Filter | None) -> list[Passage]:
        asked.append((text, only))
        return [elsewhere]

    checker = SentenceChecker(embedder=EMBEDDER, search=search)
    only = Filter(source="Reuters")
    one = checker(RawSentence(text="Two cranes raised the wreck. [3]", sentences=NUMBERED), PASSAGES, only)
    (quotation,) = one.quotations
    assert (*PASSAGES, *one.found)[quotation.passage].words_at(quotation.span) == elsewhere.text[:43]
    assert one.support.holds
    assert asked == [("Two cranes raised the wreck.", only)]
    checker(RawSentence(text="The crew of 25 was saved. [2]", sentences=NUMBERED), PASSAGES, only)
    checker(RawSentence(text="That is all.", sentences=NUMBERED), PASSAGES, only)
    assert len(asked) == 1
    four = checker(RawSentence(text="Four cranes raised the wreck. [3]", sentences=NUMBERED), PASSAGES)
    assert (four.support.holds, four.found) == (False, ())


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("Here is what the articles say on the ferry: [1]", ""),
        ("According to the articles:", ""),
        ("Rescue of the crew:", ""),
        ("Background", "heading"),
        ("Ship; Crew", "header"),
        ("The crew was saved:", ""),
    ],
)
def test_what_only_introduces_has_no_verdict(text: str, begins: Block) -> None:
    one = check_sentence(RawSentence(text=text, sentences=NUMBERED, begins=begins), PASSAGES, EMBEDDER)
    assert (one.support.verdict, one.quotations, one.begins) == (None, (), begins)


@pytest.mark.parametrize("text", ["Zebras were arrested", "Mayor resigned in 2019:"])
def test_a_heading_that_tells_what_no_article_says_is_marked(text: str) -> None:
    one = check_sentence(RawSentence(text=text, sentences=NUMBERED, begins="heading"), PASSAGES, EMBEDDER)
    assert one.support.verdict == "unsupported"


def test_a_row_of_a_table_is_a_claim() -> None:
    row = RawSentence(text="Crew | 25 | saved | [2]", sentences=NUMBERED, begins="row")
    one = check_sentence(row, PASSAGES, EMBEDDER)
    assert (one.text, one.support.verdict, quotes(one)) == (
        "Crew | 25 | saved", "supported", ["The crew of 25 was saved."]
    )  # fmt: skip
    wrong = replace(row, text="Crew | 52 | saved | [2]")
    assert check_sentence(wrong, PASSAGES, EMBEDDER).support.verdict == "contradicted"


def test_another_verifier_judges_where_one_is_given() -> None:
    contrary = FakeVerifier(0.1, 0.8)
    checker = SentenceChecker(embedder=EMBEDDER, verifier=contrary)

    def verdict(text: str) -> Support:
        return checker(RawSentence(text=text, sentences=NUMBERED), PASSAGES).support

    assert verdict("Saved was a crew of 25. [2]") == Support(
        verdict="contradicted", why="the quote says otherwise, though in the same words"
    )
    assert contrary.read[0][0] == "Iraq deal\n2024-09-08\nThe crew of 25 was saved."
    assert verdict("The crew of 52 was saved. [2]").why == "the quote says 25, the answer 52"
    assert verdict("The crew of 25 was saved. [2]").why == "quoted word for word"


@pytest.mark.parametrize(
    "text", ["Here is what the articles say on the ferry. [1]", "That is all. [1]", "[1]", "It was. [2]"]
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
