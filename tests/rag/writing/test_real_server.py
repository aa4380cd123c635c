"""A real model server with a model that writes nonsense: that comes out as it is, streamed, and can be stopped."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dateline.rag.errors import ServerFailed, ServerTimeout
from dateline.rag.verification.check_sentence import write_with
from dateline.rag.writing.chat_models import LangChainModel, open_model
from dateline.rag.writing.prompts import Message
from dateline.rag.writing.writer import Ending, RawSentence, Writer
from tests.harness.fakes import FakeEmbedder, passage
from tests.harness.tiny import make_model, serving

pytestmark = pytest.mark.server
MESSAGES = (Message(role="system", text="Be brief."), Message(role="user", text="When do they leave?"))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The name of a model and the address of the server that has it."""
    folder = tmp_path_factory.mktemp("tiny")
    seed = Path(__file__).parents[3] / "seeds" / "2024-09-08-iraq-coalition-withdrawal.txt"
    make_model(folder / "model", seed.read_text("utf-8"))
    with serving(folder / "model", home=folder) as address:
        yield str(folder / "model"), address


def opened(served: tuple[str, str], timeout: float = 60.0, name: str | None = None) -> LangChainModel:
    model = open_model(f"openai:{name or served[0]}", {"OPENAI_BASE_URL": served[1]}, 2048, timeout, lambda _: None)
    assert isinstance(model, LangChainModel)
    return model


def test_nonsense_comes_out_as_sentences_piece_by_piece(served: tuple[str, str]) -> None:
    pieces = list(opened(served).stream(MESSAGES))
    assert len([piece for piece in pieces if piece.text]) > 10
    assert sum(piece.prompt_tokens or 0 for piece in pieces) > 10
    text = passage("The rest leave by the end of 2026. Kuwait keeps its troops.")
    *sentences, ending = Writer(opened(served)).write("When do they leave?", [text])
    assert sentences
    assert all(isinstance(one, RawSentence) and one.text.strip() for one in sentences)
    assert isinstance(ending, Ending)
    assert not ending.abstained


def test_nothing_of_the_nonsense_comes_out_as_supported(served: tuple[str, str]) -> None:
    text = passage("The rest leave by the end of 2026. Kuwait keeps its troops.")
    check = write_with(opened(served), FakeEmbedder()).check
    *sentences, _ = Writer(opened(served)).write("When do they leave?", [text])
    checked = [check(one, [text]) for one in sentences if isinstance(one, RawSentence)]
    assert checked
    assert not [one.text for one in checked if one.support.holds]


def test_a_cancelled_answer_leaves_the_server_free_for_the_next(served: tuple[str, str]) -> None:
    pieces = opened(served).stream(MESSAGES)
    next(iter(pieces))
    pieces.close()
    assert len(list(opened(served).stream(MESSAGES))) > 10


def test_a_server_that_takes_too_long_is_given_up(served: tuple[str, str]) -> None:
    with pytest.raises(ServerTimeout, match=r"was silent for 0\.001 s"):
        list(opened(served, timeout=0.001).stream(MESSAGES))
    assert len(list(opened(served).stream(MESSAGES))) > 10


def test_a_model_that_it_does_not_have_is_told_in_its_own_words(served: tuple[str, str]) -> None:
    with pytest.raises(ServerFailed, match="requested 'nobody'"):
        list(opened(served, name="nobody").stream(MESSAGES))
