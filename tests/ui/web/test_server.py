import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from dateline.index.library import Library
from dateline.ui.web.page.blocks import QUEUE
from tests.harness.servers import Act, Asked, ChatServer
from tests.harness.serving import Served, served
from tests.ui.commands import run

pytestmark = pytest.mark.slow  # each starts a process of its own

QUESTION = "when do coalition troops leave Iraq?"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served") / "library"
    with Library.write(folder) as library:
        library.add([Path(__file__).parents[3] / "seeds"])
    with served(folder) as server:
        yield server


def test_the_page_comes_with_its_walls(server: Served) -> None:
    with urlopen(server.address) as page:
        assert "default-src 'self'" in page.headers["Content-Security-Policy"]
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        text = page.read().decode()
    assert "page.js" in text
    assert "fonts.googleapis.com" not in text
    with pytest.raises(HTTPError, match="404"):
        urlopen(f"{server.address}gradio_api/file=/etc/passwd")


def test_a_program_asks_by_gradios_own_client_and_gets_the_json_of_the_command_line(server: Served) -> None:
    from gradio_client import Client

    client = Client(server.address, download_files=False, verbose=False)
    answer = client.predict(QUESTION, api_name="/ask")
    (citation,) = answer["citations"][:1]
    article = client.predict(citation["article_id"], api_name="/get_article")
    assert article["text"][citation["start"] : citation["end"]] == citation["quote"]
    assert client.predict("troops", api_name="/search")["passages"][0]["article_id"] == citation["article_id"]
    assert client.predict(api_name="/articles")["total"] == 1
    with pytest.raises(Exception, match="the question holds no word"):
        client.predict("?", api_name="/ask")
    with pytest.raises(Exception, match="give a day like"):
        client.predict(QUESTION, "yesterday", api_name="/ask")
    assert not [line for line in server.said if "Traceback" in line]


def test_a_program_asks_by_plain_http(server: Served) -> None:
    call = f"{server.address}gradio_api/call/v2/ask"
    posted = Request(call, json.dumps({"question": QUESTION}).encode(), {"Content-Type": "application/json"})
    event = json.load(urlopen(posted))["event_id"]
    with urlopen(f"{server.address}gradio_api/call/ask/{event}") as stream:
        lines = stream.read().decode().splitlines()
    assert lines[0] == "event: complete"
    (answer,) = json.loads(lines[1].removeprefix("data: "))
    assert answer["claims"][0]["support"] == "quoted"


def test_beside_the_page_programs_are_answered_at_v1_without_sessions(server: Served) -> None:
    given = json.dumps({"question": QUESTION}).encode()
    with urlopen(Request(f"{server.address}v1/ask", given, {"Content-Type": "application/json"})) as asked:
        assert json.load(asked)["claims"][0]["support"] == "quoted"
        assert asked.headers["Cache-Control"] == "no-store"
    assert json.load(urlopen(f"{server.address}healthz")) == {"status": "alive"}
    assert 'route="/v1/ask",status="200"} 1' in urlopen(f"{server.address}metrics").read().decode()
    assert json.load(urlopen(f"{server.address}v1/openapi.json"))["info"]["title"] == "Dateline"


def test_an_endpoint_that_is_not_there_is_told_with_those_that_are(server: Served) -> None:
    posted = Request(f"{server.address}gradio_api/call/v2/remove", b"{}", {"Content-Type": "application/json"})
    with pytest.raises(HTTPError, match="404") as refusal:
        urlopen(posted)
    line = "no endpoint is called 'remove'; there are ask, check, search, timeline, articles, get_article"
    assert json.load(refusal.value) == {"detail": line}


@pytest.mark.threat(39)
@pytest.mark.parametrize(
    ("way", "body"),
    [
        ("call/v2/ask", '["\\ud800"]'),
        ("call/ask", '{"data": NaN}'),
        ("queue/join", '{"fn_index": 1000000000, "data": [], "session_hash": "a"}'),
        ("queue/join", '{"fn_index": -1, "data": [], "session_hash": "a"}'),
        ("cancel", '{"a": Infinity}'),
        ("reset", '"\\udfff"'),
    ],
)
def test_a_call_that_is_not_of_its_form_is_a_line_here_and_there(server: Served, way: str, body: str) -> None:
    before = len(server.said)
    posted = Request(f"{server.address}gradio_api/{way}", body.encode(), {"Content-Type": "application/json"})
    with pytest.raises(HTTPError) as refused:
        urlopen(posted)
    assert refused.value.code == 422
    assert json.load(refused.value) == {
        "detail": "the call is not of its form; /gradio_api/info has the names and the arguments"
    }
    assert json.load(urlopen(f"{server.address}gradio_api/info"))["named_endpoints"]["/ask"]
    assert not [line for line in server.said[before:] if line.startswith((" ", "Traceback"))]


@pytest.mark.threat(40)
def test_more_questions_than_the_queue_holds_are_refused_in_a_line_and_the_others_answered(tmp_path: Path) -> None:
    go_on = threading.Event()

    def held(asked: Asked) -> Iterator[Act]:
        go_on.wait(60)
        yield "Nobody knows."

    folder = tmp_path / "library"
    with Library.write(folder) as library:
        library.add([Path(__file__).parents[3] / "seeds"])
    with ChatServer(held) as model:
        settings = {"DATELINE_MODEL": "openai:played", "OPENAI_BASE_URL": model.url, "OPENAI_API_KEY": "none"}
        with served(folder, environment=settings) as server:
            call = f"{server.address}gradio_api/call/v2/ask"
            body = json.dumps({"question": QUESTION}).encode()
            events, refused = [], []
            for _ in range(60):
                try:
                    events.append(json.load(urlopen(Request(call, body, {"Content-Type": "application/json"}))))
                except HTTPError as error:
                    refused.append((error.code, json.load(error)["detail"]))
            go_on.set()
            assert QUEUE <= len(events) <= QUEUE + 2
            assert {(code, line.partition(".")[0]) for code, line in refused} == {(503, "Queue is full")}
            for event in events:
                with urlopen(f"{server.address}gradio_api/call/ask/{event['event_id']}") as stream:
                    assert stream.readline() == b"event: complete\n"


def test_ctrl_c_ends_it_in_silence(tmp_path: Path) -> None:
    with served(tmp_path / "library") as server:
        assert urlopen(server.address).status == 200
        assert server.stop() in (0, 130)
        assert not [line for line in server.said if "Traceback" in line]


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (("--auth", "anna:a long password"), {"DATELINE_AUTH": "berta:another password"}),
        ((), {"DATELINE_AUTH": "anna:a long password"}),
    ],
)
def test_a_login_keeps_others_out(tmp_path: Path, arguments: tuple[str, ...], environment: dict[str, str]) -> None:
    with served(tmp_path / "library", *arguments, environment=environment) as server:
        with pytest.raises(HTTPError, match="401"):
            urlopen(server.address)
        asked = Request(server.address, headers={"Authorization": "Basic YW5uYTphIGxvbmcgcGFzc3dvcmQ="})
        assert urlopen(asked).status == 200


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("--host", "0.0.0.0"), "can be reached from other machines; set DATELINE_AUTH to USER:PASSWORD"),
        (("--auth", "anna"), "a login has the form USER:PASSWORD"),
        (("--auth", "anna:short"), "too short"),
        (("--host", "no.such.host.invalid", "--auth", "anna:a long password"), "can't listen at"),
    ],
)
def test_what_can_not_be_served_is_a_line(tmp_path: Path, arguments: tuple[str, ...], line: str) -> None:
    done = run("serve", "--port", "0", "--library", tmp_path / "library", *arguments)
    assert done.returncode == 1
    assert line in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "library").exists()


def test_a_login_of_the_environment_that_is_wrong_is_a_line_without_it(tmp_path: Path) -> None:
    done = run("serve", "--port", "0", "--library", tmp_path / "library", DATELINE_AUTH="anna:short77")
    assert done.returncode == 1
    assert "the password of 'anna' is too short" in done.stderr
    assert "short77" not in done.stderr


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", "--port", str(port), "--library", tmp_path / "library")
    assert done.returncode == 1
    assert f"port {port}: address already in use; choose another with --port" in done.stderr


def test_no_variable_of_the_environment_opens_what_is_closed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    opened = {"GRADIO_ALLOWED_PATHS": str(tmp_path), "GRADIO_SHARE": "True", "GRADIO_ANALYTICS_ENABLED": "True",
              "GRADIO_MCP_SERVER": "True", "GRADIO_SERVER_NAME": "0.0.0.0", "GRADIO_SSR_MODE": "True"}  # fmt: skip
    with served(tmp_path / "library", environment=opened) as server:
        assert server.address.startswith("http://127.0.0.1:")
        for path in (f"gradio_api/file={tmp_path}/secret.txt", f"file={tmp_path}/secret.txt", "gradio_api/mcp/sse"):
            with pytest.raises(HTTPError, match="404"):
                urlopen(server.address + path)
