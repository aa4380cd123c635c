import http.client
import importlib.util
import socket
from collections.abc import Mapping

import pytest

from dateline.rag.errors import (
    AccessRefused,
    ChatModelError,
    ContextTooSmall,
    ModelNotOffered,
    RateLimited,
    ServerFailed,
    ServerTimeout,
    ServerUnreachable,
    StreamCut,
)
from dateline.rag.writing.addresses import without_secrets
from dateline.rag.writing.chat_models import LangChainModel, open_model
from dateline.rag.writing.prompts import Message
from tests.harness.servers import Break, Bytes, ChatServer, End, Leave, Play, Refusal, Silence, in_turn, says, talks_on

MESSAGES = (Message(role="system", text="Rules {with} braces."), Message(role="user", text="Who leaves?"))
KEY = "sk-very-secret-0123456789"
LOCAL = {"openai": "OPENAI_BASE_URL", "ollama": "OLLAMA_HOST"}


class Waits(list[float]):
    """Notes how long it was to wait, and does not."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def ask(server: ChatServer, provider: str = "openai", *, timeout: float = 30.0, waits: Waits | None = None) -> str:
    model = open_model(
        f"{provider}:played", where(server, provider), 4096, timeout, Waits() if waits is None else waits
    )
    return "".join(piece.text for piece in model.stream(MESSAGES))


def where(server: ChatServer, provider: str) -> Mapping[str, str]:
    return {LOCAL[provider]: server.url, "OPENAI_API_KEY": KEY}


def failure_of(play: Play, provider: str = "openai", *, timeout: float = 30.0) -> ChatModelError:
    """How the failure of a server that plays this is told; whoever reads it must find what, where, and no secret."""
    with ChatServer(play, ollama=provider == "ollama") as server, pytest.raises(ChatModelError) as caught:
        ask(server, provider, timeout=timeout)
    line = str(caught.value)
    assert server.url in line
    assert KEY not in line
    assert line.isprintable()
    return caught.value


@pytest.mark.parametrize("provider", LOCAL)
def test_what_a_server_writes_comes_out_as_it_was_written(provider: str) -> None:
    with ChatServer(says("They ", "leave ", "in 2026.", End(prompt_tokens=812)), ollama=provider == "ollama") as server:
        model = open_model(f"{provider}:played", where(server, provider), 4096, 30)
        pieces = list(model.stream(MESSAGES))
    assert "".join(piece.text for piece in pieces) == "They leave in 2026."
    assert [piece.prompt_tokens for piece in pieces if piece.prompt_tokens] == [812]
    assert not any(piece.full for piece in pieces)
    assert model.id == f"{provider}:played"


def test_a_server_is_asked_without_randomness_for_no_more_than_there_is_room_for() -> None:
    with ChatServer(says("Yes.")) as server:
        ask(server)
    (asked,) = server.asked
    assert asked.body["messages"] == [{"role": "system", "content": "Rules {with} braces."},
                                      {"role": "user", "content": "Who leaves?"}]  # fmt: skip
    assert (asked.body["temperature"], asked.body["stream"], asked.body["model"]) == (0, True, "played")
    assert asked.body["max_tokens"] == asked.body["max_completion_tokens"] == 1024
    assert asked.headers["authorization"] == f"Bearer {KEY}"


def test_ollama_is_told_the_context_that_the_prompt_was_made_for() -> None:
    with ChatServer(says("Yes."), ollama=True) as server:
        ask(server, "ollama")
    options = server.asked[0].body["options"]
    assert (options["num_ctx"], options["num_predict"], options["temperature"]) == (4096, 1024, 0)


def test_a_server_of_ones_own_needs_no_key() -> None:
    with ChatServer(says("Yes.")) as server:
        model = open_model("openai:played", {"OPENAI_BASE_URL": server.url}, 4096, 30)
        assert "".join(piece.text for piece in model.stream(MESSAGES)) == "Yes."


def test_an_answer_that_may_be_no_longer_says_so() -> None:
    with ChatServer(says("They", End(reason="length"))) as server:
        model = open_model("openai:played", where(server, "openai"), 4096, 30)
        assert [piece.full for piece in model.stream(MESSAGES) if piece.full] == [True]


@pytest.mark.threat(42)
@pytest.mark.parametrize("provider", LOCAL)
@pytest.mark.parametrize(
    ("status", "kind", "way_out"),
    [
        (401, AccessRefused, "refused access"),
        (404, ModelNotOffered, "'played' (404): no such model"),
        (429, RateLimited, "no more requests"),
        (500, ServerFailed, "failed (500)"),
        (418, ServerFailed, "failed (418)"),
    ],
)
def test_a_refusal_is_told_by_what_it_means(
    provider: str, status: int, kind: type[ChatModelError], way_out: str
) -> None:
    error = failure_of(says(Refusal(status=status, message="no such model")), provider)
    assert type(error) is kind
    assert way_out in str(error)


@pytest.mark.threat(35)
def test_what_a_server_says_is_shown_without_keys_escapes_and_line_ends() -> None:
    said = f"bad key {KEY} or sk-other-12345678\n\x1b[31mred " + "x" * 500
    line = str(failure_of(says(Refusal(status=500, message=said))))
    assert "bad key" in line
    assert "sk-other" not in line
    assert len(line) < 400


@pytest.mark.threat(42)
def test_a_prompt_that_is_too_long_for_the_model_is_told_as_that() -> None:
    message = "This model's maximum context length is 2048 tokens. However, you requested 4096 tokens."
    assert isinstance(failure_of(says(Refusal(status=400, message=message))), ContextTooSmall)
    message = "request (5000 tokens) exceeds the available context size (4096 tokens), try increasing it"
    assert isinstance(failure_of(says(Refusal(status=400, message=message))), ContextTooSmall)


def test_a_server_that_is_not_there_is_told_with_the_setting_for_its_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for provider, variable in LOCAL.items():
        model = open_model(f"{provider}:played", {variable: f"http://127.0.0.1:{port}"}, 4096, 30, Waits())
        with pytest.raises(ServerUnreachable, match=f"{port}; start it, or set {variable}"):
            list(model.stream(MESSAGES))


@pytest.mark.parametrize("provider", LOCAL)
def test_a_server_that_is_silent_is_given_up_before_and_between_words(provider: str) -> None:
    assert isinstance(failure_of(says(Silence()), provider, timeout=0.2), ServerTimeout)
    assert isinstance(failure_of(says("They ", Silence()), provider, timeout=0.2), ServerTimeout)


@pytest.mark.parametrize("provider", LOCAL)
@pytest.mark.parametrize("act", [Break(), Leave()], ids=["in a piece", "without a word"])
def test_an_answer_that_breaks_off_is_never_taken_for_whole(provider: str, act: Break | Leave) -> None:
    assert isinstance(failure_of(says("They lea", act), provider), StreamCut)


@pytest.mark.parametrize("provider", LOCAL)
def test_what_is_no_json_is_a_failure_of_the_server(provider: str) -> None:
    error = failure_of(says("They ", Bytes(b'data: {"choices": [{"delta"\n\n')), provider)
    assert isinstance(error, ServerFailed)


def test_an_error_in_the_stream_is_a_failure_of_the_server() -> None:
    error = failure_of(says("They ", Bytes(b'data: {"error": {"message": "out of memory"}}\n\n')))
    assert isinstance(error, ServerFailed)
    assert "out of memory" in str(error)


@pytest.mark.parametrize("provider", LOCAL)
def test_a_request_is_repeated_when_the_server_is_only_busy(provider: str) -> None:
    waits = Waits()
    busy = says(Refusal(status=503, message="loading"))
    with ChatServer(in_turn(busy, busy, says("Yes.")), ollama=provider == "ollama") as server:
        assert ask(server, provider, waits=waits) == "Yes."
    assert len(server.asked) == 3
    assert waits[0] < waits[1]


@pytest.mark.threat(42)
def test_a_server_that_says_how_long_to_wait_is_waited_for_within_reason() -> None:
    waits = Waits()
    with ChatServer(in_turn(says(Refusal(status=429, headers={"Retry-After": "7"})), says("Yes."))) as server:
        assert ask(server, waits=waits) == "Yes."
    assert waits == [7.0]
    with ChatServer(says(Refusal(status=429, headers={"Retry-After": "3600"}))) as server:
        with pytest.raises(RateLimited):
            ask(server)
        assert len(server.asked) == 1


def test_nothing_is_repeated_once_a_word_was_given() -> None:
    with ChatServer(says("They ", Break())) as server:
        with pytest.raises(StreamCut):
            ask(server)
        assert len(server.asked) == 1


@pytest.mark.parametrize("provider", LOCAL)
def test_closing_an_answer_hangs_up_on_its_server(provider: str) -> None:
    with ChatServer(talks_on(), ollama=provider == "ollama") as server:
        pieces = open_model(f"{provider}:played", where(server, provider), 4096, 30).stream(MESSAGES)
        assert next(iter(pieces)).text
        pieces.close()
        assert server.hung_up.wait(30)


@pytest.mark.parametrize(
    ("name", "example"),
    [
        ("llama3.2:3b", "llama3.2:3b"),
        ("llama3.2", "llama3.2"),
        ("openai: ", "llama3.2"),
        ("", "llama3.2"),
        (":", "llama3.2"),
    ],
)
def test_a_name_that_is_of_no_use_is_refused_with_the_form_it_must_have(name: str, example: str) -> None:
    with pytest.raises(ChatModelError, match=f"as in 'openai:{example}'; there are openai, ollama"):
        open_model(name, {}, 4096, 30)


def test_openai_itself_is_sent_no_older_name_of_the_limit_on_tokens() -> None:
    model = open_model("openai:gpt-5", {"OPENAI_API_KEY": KEY}, 4096, 30)
    assert isinstance(model, LangChainModel)
    assert model._chat.extra_body is None  # a client of OpenAI's has nobody to ask on the loopback


def test_a_server_that_sells_its_answers_wants_a_key() -> None:
    with pytest.raises(ChatModelError, match="OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own"):
        open_model("openai:gpt-5", {}, 4096, 30)


@pytest.mark.skipif(importlib.util.find_spec("langchain_anthropic") is not None, reason="langchain-anthropic is here")
def test_a_package_that_is_missing_is_named_with_what_installs_it() -> None:
    with pytest.raises(ChatModelError, match=r"pip install -e '[^']*\[anthropic\]'"):
        open_model("anthropic:claude", {"ANTHROPIC_API_KEY": KEY}, 4096, 30)


def test_an_address_is_shown_without_what_is_secret_in_it() -> None:
    assert without_secrets("https://user:pass@host:8000/v1/?key=1") == "https://host:8000/v1"
    assert without_secrets("127.0.0.1:11434") == "http://127.0.0.1:11434"


@pytest.mark.parametrize(
    "address", ["http://[", "http://", "host:port", "ftp://host", "file:///etc/passwd", "http://h:0"]
)
def test_what_is_no_address_of_a_server_is_refused_before_anything_is_asked(address: str) -> None:
    for provider, variable in LOCAL.items():
        with pytest.raises(ServerUnreachable, match="is no address of a server"):
            open_model(f"{provider}:played", {variable: address}, 4096, 30)


def test_the_scripted_server_is_one_that_others_can_talk_to_as_well() -> None:
    with ChatServer(says("Yes.")) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1])
        connection.request("GET", "/v1/models")
        assert b'"id": "played"' in connection.getresponse().read()
        connection.close()
