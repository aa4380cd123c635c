from collections.abc import Sequence
from datetime import date

import pytest

from dateline.index.types import Passage
from dateline.rag.errors import ChatModelError, EmptyAnswer, ServerFailed, StreamCut
from dateline.rag.writing.chat_models import Piece
from dateline.rag.writing.prompts import NO_ANSWER
from dateline.rag.writing.writer import Ending, RawSentence, Writer, abstains, tokens_at_least
from tests.harness.fakes import ScriptedModel, passage

PASSAGES = (passage("The rest leave by the end of 2026. Kuwait keeps its troops."),)


def write(*pieces: str | Piece | ChatModelError, passages: Sequence[Passage] = PASSAGES) -> tuple[list[str], Ending]:
    *sentences, ending = Writer(ScriptedModel(*pieces)).write("When do they leave?", passages)
    assert isinstance(ending, Ending)
    return [one.text for one in sentences if isinstance(one, RawSentence)], ending


def test_the_model_is_given_the_numbered_sentences_and_its_own_come_out() -> None:
    model = ScriptedModel("They leave by the end of 2026. [1] Kuwait", " keeps its troops [2].")
    writer = Writer(model, today=lambda: date(2026, 3, 9), delimiter=lambda: "5f1e0c77")
    first, second, ending = writer.write("When do they leave?", PASSAGES)
    assert isinstance(first, RawSentence)
    assert isinstance(second, RawSentence)
    assert [first.text, second.text] == ["They leave by the end of 2026. [1]", "Kuwait keeps its troops [2]."]
    assert ending == Ending(abstained=False)
    user = model.messages[1].text
    assert "Monday, 9 March 2026" in user
    assert "<<<5f1e0c77" in user
    assert first.sentences[1].span.of(PASSAGES[0].text) == "The rest leave by the end of 2026."


def test_each_question_has_a_delimiter_of_its_own() -> None:
    model = ScriptedModel("Yes.")
    prompts = [list(Writer(model).write("When?", PASSAGES)) and model.messages[1].text for _ in range(2)]
    assert prompts[0] != prompts[1]


def test_a_sentence_is_given_before_the_model_is_done() -> None:
    model = ScriptedModel("They leave. [1] ", "The rest ", "stay. [2]")
    parts = Writer(model).write("When?", PASSAGES)
    assert isinstance(next(parts), RawSentence)
    assert model.given == 2


def test_closing_the_answer_closes_the_models_stream() -> None:
    model = ScriptedModel("They leave. [1] ", "The rest ", "stay. [2]")
    parts = Writer(model).write("When?", PASSAGES)
    next(parts)
    parts.close()
    assert model.closed
    assert model.given == 2


@pytest.mark.threat(41)
@pytest.mark.parametrize("said", ["", "   \n \n", "<think>Let me see. It is so.</think>\n", "[1] [2]", "---"])
def test_an_answer_without_a_word_is_a_failure(said: str) -> None:
    with pytest.raises(EmptyAnswer, match="scripted:model wrote nothing"):
        write(*said)


def test_a_model_that_only_thinks_is_told_from_one_that_is_silent() -> None:
    with pytest.raises(EmptyAnswer, match="only thought; set DATELINE_CONTEXT higher"):
        write("<think>And so on, and on", Piece(full=True))


def test_what_fails_before_a_sentence_is_raised_and_after_one_told() -> None:
    with pytest.raises(ServerFailed):
        write("They lea", ServerFailed("the server at x failed (500)"))
    sentences, ending = write("They leave. [1] The rest stay. [2] Kuw", StreamCut("the server at x broke off"))
    assert sentences == ["They leave. [1]", "The rest stay. [2]"]
    assert ending == Ending(abstained=False, notices=("the answer is not whole: the server at x broke off",))


def test_an_answer_that_never_ends_is_ended() -> None:
    model = ScriptedModel(*["And so it goes on. "] * 100_000)
    *sentences, ending = Writer(model).write("When?", PASSAGES)
    assert model.closed
    assert model.given < 100
    assert len(sentences) < 100
    assert ending == Ending(abstained=False, notices=("the answer was ended at 100 tokens; it may not be whole",))


def test_an_answer_that_the_server_ended_says_so_and_leaves_out_the_broken_sentence() -> None:
    sentences, ending = write("They leave. [1] The rest st", Piece(full=True))
    assert sentences == ["They leave. [1]"]
    assert "ended at 100 tokens" in ending.notices[0]


def test_a_prompt_that_the_server_cut_in_silence_is_told() -> None:
    _, ending = write("They leave. [1]", Piece(prompt_tokens=40))
    (notice,) = ending.notices
    assert notice.startswith("the server read 40 of at least ")
    assert "raise its context length" in notice
    assert write("They leave. [1]", Piece(prompt_tokens=2_000))[1].notices == ()


@pytest.mark.parametrize(
    ("text", "least"),
    [("The U.S. left in 2026.", 7), ("don't", 1), ("2,500 men", 3), ('(Reuters) - "Why?"', 2), ("", 0)],
)
def test_the_least_number_of_tokens_counts_nothing_that_a_vocabulary_may_join(text: str, least: int) -> None:
    assert tokens_at_least(text) == least


@pytest.mark.parametrize(
    "sentence",
    [
        NO_ANSWER,
        "the articles do not answer this question",
        "**The articles do not answer this question.** [1]",
        "The articles don't answer this question.",
        "The provided articles do not contain information about the World Cup.",
        "I cannot answer this question.",
        "Based on the given sentences, the articles do not mention who won.",
        "There is no information about that in the articles.",
        "Unfortunately, I don't know.",
        "Sorry, the given context does not provide an answer.",
    ],
)
def test_a_model_that_declines_is_understood(sentence: str) -> None:
    assert abstains(sentence)
    sentences, ending = write(sentence)
    assert (sentences, ending.abstained) == ([], True)


@pytest.mark.parametrize(
    "sentence",
    [
        "The minister did not answer the question. [2]",
        "The plan does not mention a date. [3]",
        "The article says that troops leave in 2026. [1]",
        "“I do not know,” the minister said. [2]",
        "There is no answer from Baghdad yet. [1]",
        "I cannot be bought, he told the articles of the day. [4]",
    ],
)
def test_a_claim_that_sounds_like_declining_is_none(sentence: str) -> None:
    assert not abstains(sentence)


def test_a_model_that_answers_a_part_and_declines_the_rest_is_quoted_with_a_notice() -> None:
    sentences, ending = write("They leave in 2026. [1] The articles do not say who paid.")
    assert sentences == ["They leave in 2026. [1]"]
    assert ending == Ending(abstained=False, notices=("scripted:model says that the articles do not answer all of it",))


def test_headings_and_lead_ins_come_with_what_they_introduce_or_not_at_all() -> None:
    sentences, _ = write("## Answer\n\nThe articles say: [1]\n- They leave. [1]\n- Soon. [2]\n\n## More\n")
    assert sentences == ["Answer", "The articles say: [1]", "They leave. [1]", "Soon. [2]"]
    sentences, ending = write(f"## Answer\n{NO_ANSWER}")
    assert (sentences, ending.abstained) == ([], True)
