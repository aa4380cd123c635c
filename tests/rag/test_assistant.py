from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from langchain_core.runnables import Runnable, RunnableLambda

from dateline import Assistant, Request, Turn
from dateline.index.library import Library
from dateline.index.types import Filter, Passage, Span
from dateline.rag.errors import QuestionError
from dateline.rag.retrieval import LibraryRetriever, to_document, to_passages
from dateline.rag.types import Quotation, Reading
from dateline.rag.verification.verify import verify_quotation

QUESTION = "when do coalition troops leave Iraq?"
ANSWER = "by September 2025 and the rest by the end of 2026"


class QuotingReader:
    """Quotes the first sentence of every passage, or nothing."""

    id = "quoting"

    def __init__(self, silent: bool = False) -> None:
        self.silent = silent

    def read(self, question: str, passages: Sequence[Passage]) -> Reading:
        if self.silent:
            return Reading(quotations=(), confidence=0.1, reason="nothing fits")
        quotations = (
            Quotation(passage=index, span=passage.sentences[0], score=1.0, answer=None)
            for index, passage in enumerate(passages)
        )
        return Reading(quotations=tuple(quotations), confidence=1.0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    seeds = Path(__file__).parents[2] / "seeds"
    folder = tmp_path_factory.mktemp("chain") / "library"
    with Library.write(folder) as library:
        library.add(sorted(seeds.glob("*.txt")))
    return folder


def test_the_seed_question_is_answered_with_an_exact_quotation(folder: Path) -> None:
    with Assistant.open(folder) as assistant:
        answer = assistant.ask(QUESTION)
        article = assistant.library.article(answer.citations[0].article_id)
    assert ANSWER in answer.text
    assert not answer.abstained
    assert all(claim.support.holds for claim in answer.claims)
    for citation in answer.citations:
        assert article.text[citation.start : citation.end] == citation.quote
        assert (citation.metadata.source, citation.metadata.published) == ("Reuters", "2024-09-08T08:21:10")
    assert set(answer.timings_ms) == {"rewrite", "retrieve", "read", "cite", "verify"}


@pytest.mark.threat(4)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text(min_size=1, max_size=60).filter(lambda text: any(one.isalnum() for one in text)))
def test_every_citation_of_any_question_slices_back(folder: Path, question: str) -> None:
    with Assistant.open(folder) as assistant:
        answer = Assistant(assistant.library, QuotingReader()).ask(question)
        for claim in answer.claims:
            for citation in (answer.citations[index] for index in claim.citations):
                text = assistant.library.article(citation.article_id).text
                assert text[citation.start : citation.end] == citation.quote == claim.text


@pytest.mark.threat(30)
def test_an_abstention_gives_its_reason_and_the_nearest_passages(folder: Path) -> None:
    with Assistant.open(folder) as opened:
        answer = Assistant(opened.library, QuotingReader(silent=True)).ask(QUESTION)
    assert (answer.abstained, answer.reason, answer.text, answer.claims) == (True, "nothing fits", "", ())
    assert answer.passages


def test_a_filter_that_leaves_nothing_is_the_reason_to_abstain(folder: Path) -> None:
    with Assistant.open(folder) as assistant:
        answer = assistant.ask(QUESTION, Filter(source="Nobody's Gazette"))
    assert answer.abstained
    assert answer.reason == "no article has a source like \"Nobody's Gazette\"; there are 'Reuters'"


@pytest.mark.threat(28)
@pytest.mark.parametrize("question", ["", "   ", "?", "🤔", "...", "\n\t", '"*"'])
def test_what_is_no_question_is_refused_before_anything_is_read(folder: Path, question: str) -> None:
    with Assistant.open(folder) as assistant, pytest.raises(QuestionError, match="no word"):
        assistant.ask(question)


def test_a_question_in_another_language_is_told_that_articles_are_read_in_english(folder: Path) -> None:
    with Assistant.open(folder) as assistant:
        assert "ask it in English" in (assistant.ask("Wann verlassen die Truppen den Irak?").notice or "")
        assert assistant.ask(QUESTION).notice is None


def test_a_question_may_hold_what_no_text_should(folder: Path) -> None:
    with Assistant.open(folder) as assistant:
        assert assistant.ask("when do \ud800 coalition\u200b troops\x00 leave Iraq?").question.startswith(
            "when do \ufffd coa"
        )


@pytest.mark.threat(39)
@pytest.mark.parametrize("message", [None, float("nan"), {"role": "system"}, ["why?"], 7, b"why?"])
def test_what_is_no_text_is_refused_in_one_line(folder: Path, message: Any) -> None:
    with Assistant.open(folder) as assistant, pytest.raises(QuestionError, match=r"^[^\n]*no text but[^\n]*$"):
        assistant.ask(message)


def test_a_follow_up_is_retrieved_for_and_read_as_it_is_understood(folder: Path) -> None:
    read: list[str] = []

    class ListeningReader(QuotingReader):
        def read(self, question: str, passages: Sequence[Passage]) -> Reading:
            read.append(question)
            return super().read(question, passages)

    history = [Turn(question="Who is Farhad Alaaldin?", answer="The Iraqi prime minister's foreign affairs adviser.")]
    with Assistant.open(folder) as opened:
        assistant = Assistant(opened.library, ListeningReader())
        answer = assistant.ask("What did he say?", history=history)
        alone = assistant.ask(QUESTION, history=history)
    assert answer.question == "What did he say?"
    assert read == [answer.stand_alone, alone.stand_alone] == ["What did Farhad Alaaldin say?", QUESTION]


@pytest.mark.threat(29)
def test_a_question_that_is_too_long_is_refused_with_the_limit(folder: Path) -> None:
    with Assistant.open(folder) as assistant, pytest.raises(QuestionError, match="4000"):
        assistant.ask("why " * 2_000)


def test_the_chain_is_a_runnable_that_others_can_compose(folder: Path) -> None:
    with Assistant.open(folder) as assistant:
        assert isinstance(assistant.chain, Runnable)
        shouted = assistant.chain | RunnableLambda(lambda answer: answer.text.upper())
        first, second = shouted.batch([Request(question=QUESTION)] * 2)
    assert first == second
    assert ANSWER.upper() in first


def test_the_retriever_gives_documents_that_come_back_as_the_same_passages(folder: Path) -> None:
    with Library.open(folder) as library:
        passages = library.search(QUESTION, 4)
        documents = LibraryRetriever(library=library, k=4).invoke(QUESTION)
    assert documents == [to_document(passage) for passage in passages]
    assert to_passages(documents) == tuple(passages)


def test_words_that_are_not_where_the_citation_says_are_unsupported(folder: Path) -> None:
    with Assistant.open(folder) as assistant:
        (citation, *_) = assistant.ask(QUESTION).citations
        article = assistant.library.article(citation.article_id)
    assert verify_quotation(citation, article).holds
    assert not verify_quotation(citation, None).holds
    object.__setattr__(citation, "start", citation.start + 1)
    assert not verify_quotation(citation, article).holds


def test_a_short_answer_is_sliced_from_its_quotation(folder: Path) -> None:
    class PointingReader(QuotingReader):
        def read(self, question: str, passages: Sequence[Passage]) -> Reading:
            index, passage = next((i, one) for i, one in enumerate(passages) if "September 2025" in one.text)
            start = passage.start + passage.text.index("September 2025")
            sentence = next(one for one in passage.sentences if one.start <= start < one.end)
            span = Span(start, start + len("September 2025"))
            quotation = Quotation(passage=index, span=sentence, score=1.0, answer=span)
            return Reading(quotations=(quotation,), confidence=1.0)

    with Library.open(folder) as library:
        answer = Assistant(library, PointingReader()).ask(QUESTION)
    assert answer.short_answer == "September 2025"
