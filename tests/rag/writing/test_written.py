from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dateline import Assistant, Request, Turn
from dateline.index.library import Library
from dateline.rag.errors import QuestionError
from dateline.rag.reader.confidence import Strictness
from dateline.rag.types import Answer, AnswerChunk, Support
from dateline.rag.verification.check_sentence import write_with
from dateline.rag.writing.chat_models import open_model
from tests.harness.fakes import ScriptedReader
from tests.harness.servers import (
    MARKERS,
    Act,
    Asked,
    Break,
    ChatServer,
    End,
    Play,
    Refusal,
    Silence,
    in_turn,
    knows,
    says,
    talks_on,
)

QUESTION = "when do coalition troops leave Iraq?"
WORDS = ("withdrawal of hundreds of US-led coalition forces",)
REWRITTEN = "when does the rest of the coalition troops leave Iraq?"
BY_RULES = f"{QUESTION} And the rest?"
READER = ScriptedReader(
    {QUESTION: WORDS[0], REWRITTEN: WORDS[0], BY_RULES: WORDS[0], "who pays?": "not withdrawal of hundreds"}
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    seeds = Path(__file__).parents[3] / "seeds"
    folder = tmp_path_factory.mktemp("written") / "library"
    with Library.write(folder) as library:
        library.add(sorted(seeds.glob("*.txt")))
    return folder


@pytest.fixture
def library(folder: Path) -> Iterator[Library]:
    with Library.open(folder) as library:
        yield library


def assistant_of(
    library: Library, server: ChatServer, timeout: float = 30.0, strictness: Strictness = "balanced"
) -> Assistant:
    model = open_model("openai:played", {"OPENAI_BASE_URL": server.url}, 4096, timeout, wait=lambda _: None)
    return Assistant(library, READER, strictness=strictness, writing=write_with(model, library.embedder))


def answer_of(library: Library, play: Play, question: str = QUESTION, timeout: float = 30.0) -> Answer:
    with ChatServer(play) as server:
        return assistant_of(library, server, timeout).ask(question)


def test_a_good_model_answers_with_exact_citations(library: Library) -> None:
    answer = answer_of(library, knows({QUESTION: WORDS}))
    (claim,) = answer.claims
    (citation,) = answer.citations
    assert WORDS[0] in claim.text
    assert claim.support.holds
    assert library.article(citation.article_id).text[citation.start : citation.end] == citation.quote == claim.text
    assert (answer.model, answer.notice, answer.supported_share) == ("openai:played", None, 1.0)
    assert set(answer.timings_ms) == {"rewrite", "retrieve", "read", "first_sentence", "further_sentences"}


def test_sentences_are_released_one_by_one_and_the_answer_is_made_of_them(library: Library) -> None:
    def play(asked: Asked) -> Iterator[Act]:
        yield "Coalition forces go. [1][2] Troops stay. [2] Soldiers came. [3] What is"

    with ChatServer(play) as server:
        *parts, answer = assistant_of(library, server).stream(Request(question=QUESTION))
    assert isinstance(answer, Answer)
    assert [part.claim for part in parts if isinstance(part, AnswerChunk)] == list(answer.claims)
    assert [len(part.citations) for part in parts if isinstance(part, AnswerChunk)] == [2, 0, 1, 0]
    assert [claim.citations for claim in answer.claims] == [(0, 1), (1,), (2,), ()]
    assert answer.text == "Coalition forces go. Troops stay. Soldiers came. What is"


@pytest.mark.threat(40)
def test_closing_the_stream_of_an_answer_stops_the_model(library: Library) -> None:
    with ChatServer(talks_on()) as server:
        parts = assistant_of(library, server).stream(Request(question=QUESTION))
        assert isinstance(next(parts), AnswerChunk)
        parts.close()
        assert server.hung_up.wait(30)


def test_altered_numbers_come_out_unsupported_with_the_reason(library: Library) -> None:
    altered = answer_of(library, knows({QUESTION: WORDS}, altered=lambda said: said.replace("2025", "2052")))
    assert altered.claims[0].support == Support(
        verdict="contradicted", why="the quote says by September 2025, the answer by September 2052"
    )


@pytest.mark.parametrize("marker", MARKERS.values(), ids=MARKERS.keys())
def test_a_marker_of_any_form_cites_the_sentence_it_names(library: Library, marker) -> None:
    for marker_first in (True, False):
        answer = answer_of(library, knows({QUESTION: WORDS}, marker, marker_first=marker_first))
        (claim,) = answer.claims
        assert claim.support == Support(verdict="supported", why="quoted word for word")
        assert [one.quote for one in answer.citations] == [claim.text]
        assert answer.notice is None


def test_a_sentence_without_a_marker_cites_what_supports_it(library: Library) -> None:
    answer = answer_of(library, knows({QUESTION: WORDS}, lambda number: ""))
    (claim,) = answer.claims
    assert claim.support.holds
    assert answer.citations[claim.citations[0]].quote == claim.text


@pytest.mark.threat(41)
def test_numbers_that_were_never_given_cite_nothing_and_are_told(library: Library) -> None:
    answer = answer_of(library, knows({QUESTION: WORDS}, lambda number: f" [{number}][777][778]"))
    assert [claim.citations for claim in answer.claims] == [(0,)]
    assert answer.notice == "2 citations name no sentence that the chat model was given; left out"


def test_a_lead_in_has_no_verdict_and_does_not_count(library: Library) -> None:
    lead_in = "Here is the answer to the question on coalition forces: [1]\n"
    answer = answer_of(library, says(f"{lead_in}- Pigs fly. [1]\n- There are about 2,500 troops in Iraq. [2]"))
    assert [claim.support.verdict for claim in answer.claims] == [None, "unsupported", "supported"]
    assert answer.supported_share == 0.5
    assert answer.text.splitlines() == [
        lead_in.removesuffix(" [1]\n"),
        "",
        *(f"- {one.text}" for one in answer.claims[1:]),
    ]


def test_a_strict_answer_leaves_out_what_nothing_supports_and_says_so(library: Library) -> None:
    def play(asked: Asked) -> Iterator[Act]:
        yield "Pigs can fly. [1] "
        yield from knows({QUESTION: WORDS})(asked)

    with ChatServer(play) as server:
        *parts, answer = assistant_of(library, server, strictness="strict").stream(Request(question=QUESTION))
    assert isinstance(answer, Answer)
    assert [part.claim for part in parts if isinstance(part, AnswerChunk)] == list(answer.claims)
    assert all(claim.support.holds for claim in answer.claims)
    assert "Pigs" not in answer.text
    assert (answer.notice, answer.supported_share) == ("1 unsupported sentence was left out", 0.5)
    assert answer.model == "openai:played, strict"


def test_a_strict_answer_of_nothing_supported_is_an_abstention(library: Library) -> None:
    with ChatServer(says("Pigs can fly. [1]")) as server:
        answer = assistant_of(library, server, strictness="strict").ask("who pays?")
    assert (answer.abstained, answer.claims) == (True, ())
    assert answer.reason == "nothing that the chat model wrote is supported by the passages"
    assert answer.passages


def test_a_follow_up_is_rewritten_by_the_model_and_by_rules_where_it_fails(library: Library) -> None:
    history = [Turn(question=QUESTION, answer="Hundreds leave by September 2025.")]
    for first, expected in ((says(REWRITTEN), REWRITTEN), (says(Refusal(status=400)), BY_RULES)):
        with ChatServer(in_turn(first, knows({}))) as server:
            answer = assistant_of(library, server).ask("And the rest?", history=history)
            assert server.asked[-1].question == answer.stand_alone == expected
        assert answer.question == "And the rest?"


FAILURES = {
    "no key": says(Refusal(status=401)),
    "no such model": says(Refusal(status=404)),
    "busy": says(Refusal(status=429, headers={"Retry-After": "1"})),
    "broken": says(Refusal(status=500)),
    "silent": says(Silence()),
    "silent in a word": says("They lea", Silence()),
    "cut in a word": says("They lea", Break()),
    "empty": says(End()),
    "blank": says("  \n ", " "),
    "only thoughts": says("<think>They leave.</think>"),
}


@pytest.mark.threat(42)
@pytest.mark.parametrize("play", FAILURES.values(), ids=FAILURES.keys())
def test_when_the_model_fails_the_answer_is_quoted_and_says_so(library: Library, play: Play) -> None:
    answer = answer_of(library, play, timeout=0.3)
    assert WORDS[0] in answer.text
    assert all(claim.support.holds for claim in answer.claims)
    assert answer.model == "scripted"
    assert (answer.notice or "").startswith("answered by quotations, because ")
    assert (answer.notice or "").isprintable()
    assert answer.passages


def test_when_the_model_fails_and_nothing_can_be_quoted_both_are_said(library: Library) -> None:
    answer = answer_of(library, says(Refusal(status=500)), question="who pays?")
    assert answer.abstained
    assert answer.reason == "not sure enough"
    assert "because" in (answer.notice or "")


@pytest.mark.threat(41)
def test_an_answer_that_breaks_off_keeps_its_whole_sentences_and_says_so(library: Library) -> None:
    answer = answer_of(library, says("They leave. [1] The rest st", Break()))
    assert answer.claims[0].text == "They leave."
    assert "rest st" not in answer.text
    assert "the answer is not whole: the server at http://127.0.0.1" in (answer.notice or "")


@pytest.mark.threat(41)
def test_an_answer_of_a_hundred_thousand_tokens_is_ended(library: Library) -> None:
    with ChatServer(talks_on("And so on. ", 100_000)) as server:
        answer = assistant_of(library, server).ask(QUESTION)
        assert server.hung_up.wait(30)
    assert "ended at 1024 tokens" in (answer.notice or "")
    assert len(answer.text) < 10_000


@pytest.mark.threat(42)
def test_a_prompt_that_was_cut_in_silence_is_told_with_the_answer(library: Library) -> None:
    answer = answer_of(library, says("They leave. [1]", End(prompt_tokens=17)))
    assert "the server read 17 of at least" in (answer.notice or "")
    assert answer.claims[0].text == "They leave."


@pytest.mark.parametrize("said", ["The articles do not answer this question.", "I don't know."])
def test_where_the_model_declines_and_the_reader_is_sure_the_articles_are_quoted(library: Library, said: str) -> None:
    answer = answer_of(library, says(said))
    (claim,) = answer.claims
    assert claim.support.verdict == "quoted"
    assert WORDS[0] in answer.text
    assert answer.notice == "the articles are quoted, because the chat model found no answer in the passages"
    assert (answer.reason, answer.supported_share, answer.model) == (None, None, "openai:played")


def test_behind_what_nothing_supports_the_articles_are_quoted(library: Library) -> None:
    with ChatServer(says("Pigs can fly. [1]")) as server:
        *parts, answer = assistant_of(library, server).stream(Request(question=QUESTION))
    assert isinstance(answer, Answer)
    assert [part.claim for part in parts if isinstance(part, AnswerChunk)] == list(answer.claims)
    assert [claim.support.verdict for claim in answer.claims] == ["unsupported", "quoted"]
    assert answer.text.startswith("Pigs can fly.\n\n")
    assert answer.supported_share == 0.0
    assert "because nothing that the chat model wrote is supported" in (answer.notice or "")


def test_a_model_that_declines_is_an_abstention_where_the_reader_is_not_sure(library: Library) -> None:
    answer = answer_of(library, knows({}), question="who pays?")
    assert answer.abstained
    assert answer.reason == "the chat model found no answer in the passages"
    assert answer.passages


@pytest.mark.threat(28)
def test_what_is_no_question_reaches_no_model(library: Library) -> None:
    with ChatServer(says("Yes.")) as server:
        with pytest.raises(QuestionError):
            assistant_of(library, server).ask("?")
        assert not server.asked


def test_without_a_chat_model_an_answer_streams_all_the_same(library: Library) -> None:
    *parts, answer = Assistant(library, READER).stream(Request(question=QUESTION))
    assert isinstance(answer, Answer)
    asked = Assistant(library, READER).ask(QUESTION)
    assert replace(answer, timings_ms={}) == replace(asked, timings_ms={})
    assert [part.claim for part in parts if isinstance(part, AnswerChunk)] == list(answer.claims)


def test_the_chain_with_a_chat_model_is_a_runnable_too(library: Library) -> None:
    with ChatServer(knows({QUESTION: WORDS})) as server:
        answers = assistant_of(library, server).chain.batch([Request(question=QUESTION)] * 2)
    assert answers[0].text == answers[1].text != ""
