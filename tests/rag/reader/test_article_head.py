from dataclasses import replace

import pytest

from dateline.index.types import Metadata, Passage
from dateline.rag.reader.article_head import asks_who_wrote
from dateline.rag.reader.reader import QuotingReader
from dateline.rag.types import Reading
from tests.harness.fakes import TRUSTING, FakeMarker, passage

HEADLINE = "Mayor Lindqvist of Ostrel quits over market sale"
BODY = "She told the council that she had not slept well. Her deputy, Olaf Brann, takes over until May."


def _passage(head: str, title: str | None, *authors: str) -> Passage:
    known = Metadata(title=title, source="Ostrel Gazette", extra={"authors": list(authors)} if authors else {})
    return replace(passage(BODY, start=len(head)), head=head, metadata=known)


def _read(question: str, *passages: Passage) -> Reading:
    marker = FakeMarker({"Olaf Brann": 0.9, "not slept": 0.05}, {"Olaf Brann": "Olaf Brann"})
    return QuotingReader(marker, weights=TRUSTING).read(question, passages)


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Who wrote the article about the ferries?", True),
        ("who is the author of the story on the market sale", True),
        ("Who's the reporter behind this report?", True),
        ("By whom was the piece on ferries written?", True),
        ("Who wrote the novel?", False),
        ("Who reported the fire?", False),
        ("What does the article say of who wrote to the mayor?", False),
    ],
)
def test_who_wrote_an_article_is_asked_only_of_articles(question: str, asks: bool) -> None:
    assert asks_who_wrote(question) is asks


def test_who_wrote_it_is_answered_by_the_line_that_says_so_to_the_character() -> None:
    head = f"{HEADLINE}\n\nBy Ida Brandt and Tom Reed\n\n"
    one = _passage(head, HEADLINE, "Ida Brandt", "Tom Reed")
    (quotation,) = _read("Who wrote the article about the market sale in Ostrel?", one).quotations
    assert one.words_at(quotation.span) == "By Ida Brandt and Tom Reed"
    assert quotation.answer is not None
    assert one.words_at(quotation.answer) == "Ida Brandt and Tom Reed"
    assert (head + BODY)[quotation.span.start : quotation.span.end] == "By Ida Brandt and Tom Reed"


def test_an_author_who_is_not_named_in_the_text_is_not_quoted_but_told() -> None:
    reading = _read("Who wrote the article about the market sale in Ostrel?", _passage("", HEADLINE, "Ida Brandt"))
    assert reading.quotations == ()
    assert "it is by Ida Brandt, as is known beside its text" in (reading.reason or "")


def test_where_no_author_is_known_or_another_article_is_meant_that_is_said() -> None:
    question = "Who wrote the article about the tram strike in Harwick?"
    for one in (_passage("", HEADLINE), _passage("By Ida Brandt\n", HEADLINE, "Ida Brandt")):
        reading = _read(question, one)
        assert (reading.quotations, reading.reason) == ((), "no author is known of the articles found")


def test_a_headline_that_answers_otherwise_is_quoted_in_the_place_of_a_sentence_about_somebody_else() -> None:
    one = _passage(f"{HEADLINE}\n\n", HEADLINE)
    reading = _read("Who quit over the market sale?", one)
    (quotation,) = reading.quotations
    assert one.words_at(quotation.span) == HEADLINE
    assert quotation.answer is None
    assert reading.confidence < 0.6
    assert reading.likeliest, "a chat model is still told which sentences are"


@pytest.mark.parametrize(
    ("question", "title", "head"),
    [
        ("Who takes over until May?", HEADLINE, f"{HEADLINE}\n\n"),  # the sentence has these words itself
        ("Who quit over the market sale?", "A market sale is quit", "A market sale is quit\n\n"),  # nobody is named
        ("Who quit over the market sale?", HEADLINE, ""),  # it does not stand in the text
        ("When did she quit over the market sale?", HEADLINE, f"{HEADLINE}\n\n"),
    ],
)
def test_else_the_sentence_is_quoted(question: str, title: str, head: str) -> None:
    one = _passage(head, title)
    (quotation, *_) = _read(question, one).quotations
    assert "Olaf Brann" in one.words_at(quotation.span)
