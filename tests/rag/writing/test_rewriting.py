from collections.abc import Iterator

import pytest

from dateline.rag.conversation import Turn
from dateline.rag.errors import ServerFailed
from dateline.rag.writing.chat_models import Piece, open_model
from dateline.rag.writing.writer import Writer
from tests.harness.fakes import ScriptedModel
from tests.harness.servers import Act, Asked, ChatServer

TURNS = (Turn(question="when do coalition troops leave Iraq?", answer="Hundreds leave by September 2025."),)
ALONE = "When do the rest of the coalition troops leave Iraq?"


def rewritten(*pieces: str | Piece | ServerFailed) -> str | None:
    return Writer(ScriptedModel(*pieces)).rewrite("and the rest?", TURNS)


@pytest.mark.parametrize(
    "said",
    [
        ALONE,
        f"  {ALONE}\n",
        f'"{ALONE}"',
        f"Question: {ALONE}",
        f"The rewritten question is: {ALONE}",
        f"**Stand-alone question:** {ALONE}",
        f"<think>They mean the troops. Do they?</think>\n{ALONE}",
    ],
)
def test_a_question_comes_out_bare_however_the_model_dressed_it(said: str) -> None:
    assert rewritten(*said) == ALONE


@pytest.mark.parametrize("said", ["", " \n", "Hundreds leave by September 2025.", "why? " * 200, "<think>Why?"])
def test_what_is_no_question_is_none(said: str) -> None:
    assert rewritten(said) is None


def test_a_model_that_fails_rewrites_nothing() -> None:
    assert rewritten("When do", ServerFailed("the server at x failed (500)")) is None


def test_an_essay_is_stopped() -> None:
    model = ScriptedModel(*["And so it goes on. "] * 10_000)
    assert Writer(model).rewrite("and the rest?", TURNS) is None
    assert model.closed
    assert model.given < 100


def test_a_server_is_shown_the_conversation_in_the_users_turn() -> None:
    def play(asked: Asked) -> Iterator[Act]:
        assert "Hundreds leave by September 2025." in asked.body["messages"][1]["content"]
        yield f"{asked.question.replace('and the rest', 'When do the rest of the coalition troops leave Iraq')}"

    with ChatServer(play) as server:
        model = open_model("openai:played", {"OPENAI_BASE_URL": server.url}, 4096, 30)
        assert Writer(model).rewrite("and the rest?", TURNS) == ALONE
