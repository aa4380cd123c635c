import socket

import pytest

from dateline.rag.errors import AccessRefused, ServerFailed, ServerUnreachable
from dateline.rag.writing.chat_models import open_model
from dateline.rag.writing.local_servers import OfferedModels, find_models, offer
from tests.harness.servers import ChatServer, says


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


def test_servers_at_the_usual_ports_are_found_with_what_they_offer() -> None:
    with ChatServer(says("Yes."), offered=("qwen3:8b", "llama3.2:3b")) as server:
        port = server.server_address[1]
        found = find_models({}, {"Ollama": port, "LM Studio": free_port()})
    assert found == (OfferedModels(name="Ollama", address=server.url, models=("llama3.2:3b", "qwen3:8b")),)


def test_the_server_that_is_set_is_the_only_one_that_is_asked() -> None:
    with ChatServer(says("Yes.")) as server, ChatServer(says("No.")) as other:
        address = server.url.replace("//", "//user:secret@")
        (found,) = find_models({"OPENAI_BASE_URL": address}, {"Ollama": other.server_address[1]})
    assert found == OfferedModels(name="OPENAI_BASE_URL", address=server.url, models=("played",))


def test_it_is_said_plainly_that_none_runs() -> None:
    port = free_port()
    with pytest.raises(ServerUnreachable, match=rf"none answers at the ports {port} \(Ollama\); start one"):
        find_models({}, {"Ollama": port})
    with pytest.raises(ServerUnreachable, match=f"no server answers at http://127.0.0.1:{port}/v1"):
        find_models({"OPENAI_BASE_URL": f"http://127.0.0.1:{port}/v1"})


def test_what_is_no_list_of_models_is_told_from_a_server() -> None:
    with ChatServer(says("Yes.")) as server, pytest.raises(ServerFailed, match="mostly ends in '/v1'"):
        find_models({"OPENAI_BASE_URL": server.url.removesuffix("/v1")})
    with ChatServer(says("Yes."), ollama=True) as other, pytest.raises(ServerUnreachable, match="none answers"):
        find_models({}, {"another program": other.server_address[1]})
    for address in ("http://[", "http://", "nonsense:port", "ftp://127.0.0.1:1"):
        with pytest.raises(ServerUnreachable):
            find_models({"OPENAI_BASE_URL": address})


def test_a_server_that_wants_a_key_says_which_setting_holds_it() -> None:
    class Guarded(ChatServer):
        def __init__(self) -> None:
            super().__init__(says("Yes."))
            self.RequestHandlerClass = type("Guarded", (self.RequestHandlerClass,), {"do_GET": _refuse})

    def _refuse(handler) -> None:
        if handler.headers["Authorization"] == "Bearer right":
            return handler._send(200, handler.offered(("played",)))
        return handler._send(401, {})

    with Guarded() as server:
        with pytest.raises(AccessRefused, match="set OPENAI_API_KEY"):
            find_models({"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "wrong"})
        assert find_models({"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "right"})[0].models == ("played",)


def test_a_server_that_runs_here_is_offered_in_one_line() -> None:
    with ChatServer(says("Yes."), offered=("qwen3:8b",)) as server:
        line = offer({"nobody": free_port(), "Ollama": server.server_address[1]})
    assert line == (
        f"Ollama runs on this machine and could write answers: set OPENAI_BASE_URL={server.url} and "
        "DATELINE_MODEL=openai:qwen3:8b"
    )
    assert not server.asked
    assert offer({"nobody": free_port()}) is None


class Telling(ChatServer):
    """A server that tells how many tokens its model holds, in the list of models or as llama.cpp does."""

    def __init__(self, listed: object = None, props: object = None) -> None:
        super().__init__(says("They leave. [1]"))
        given = {"/v1/models": {"data": [{"id": "played", "meta": listed}]}, "/props": props}

        def do_get(handler) -> None:
            known = given.get(handler.path)
            handler._send(200 if known else 404, known or {})

        self.RequestHandlerClass = type("Telling", (self.RequestHandlerClass,), {"do_GET": do_get})


@pytest.mark.parametrize(
    ("listed", "props", "room"),
    [
        ({"n_ctx": 2048}, None, 1536),
        (None, {"default_generation_settings": {"n_ctx": 1024}}, 768),
        ({"n_ctx": 65_536}, None, 3072),
        ({"n_ctx": "many"}, {"default_generation_settings": []}, 3072),
        (None, None, 3072),
    ],
)
def test_a_prompt_has_the_room_that_the_server_says_or_what_is_set(listed, props, room) -> None:
    with Telling(listed, props) as server:
        model = open_model("openai:played", {"OPENAI_BASE_URL": server.url}, 4096, 30)
        assert model.prompt_room == room
