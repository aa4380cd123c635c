"""Half-sent requests to a real server: they are closed, the oldest first, and others are answered meanwhile."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.request import urlopen

import pytest
import uvicorn
from starlette.responses import PlainTextResponse

from dateline.ui.web.security import Access, BoundedConnection, SecurityMiddleware, connections, middleware


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(connections, "SECONDS", 0.5)
    monkeypatch.setattr(connections, "MOST_WAITING", 20)
    monkeypatch.setattr(middleware, "_PATIENCE", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        app = SecurityMiddleware(PlainTextResponse("here"), Access(host="127.0.0.1"), port, {"ask": {}})
        config = uvicorn.Config(app, http=BoundedConnection, ws="none", lifespan="off", log_level="critical")
        server = uvicorn.Server(config)
        running = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        running.start()
        yield port
        server.should_exit = True
        running.join()


def _half(port: int, request: str) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), timeout=30)
    made.sendall(request.format(port=port).encode())
    return made


def _rest(made: socket.socket) -> bytes:
    """What comes until the server closes."""
    try:
        return b"".join(iter(lambda: made.recv(65_536), b""))
    except ConnectionResetError:
        return b""


_HEAD = "POST /gradio_api/call/ask HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 900\r\n\r\n"


@pytest.mark.threat(55)
@pytest.mark.parametrize(
    ("request_", "answer"),
    [("", b""), ("GET /page/page.js HTTP/1.1\r\nX-a: ", b""), (_HEAD + '{{"data"', b"HTTP/1.1 408")],
)
def test_half_a_request_is_closed(port: int, request_: str, answer: bytes) -> None:
    with _half(port, request_) as made:
        assert _rest(made).startswith(answer)


@pytest.mark.threat(55)
def test_half_a_request_after_a_whole_one_is_closed(port: int) -> None:
    whole = "GET /page/page.js HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"
    with _half(port, whole) as made:
        assert made.recv(65_536).startswith(b"HTTP/1.1 200")
        made.sendall(b"GET /pa")
        _rest(made)


@pytest.mark.threat(55)
def test_others_are_answered_while_many_connections_ask_for_nothing(port: int) -> None:
    with ExitStack() as stack:
        waiting = [stack.enter_context(_half(port, "GET / HT")) for _ in range(60)]
        with urlopen(f"http://127.0.0.1:{port}/page/page.js") as page:
            assert page.read() == b"here"
        for made in waiting:
            _rest(made)
