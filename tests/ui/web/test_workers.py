"""``dateline serve --api-only``: real processes, one or several, on one port."""

import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from dateline.index.library import Library
from tests.harness.servers import Act, Asked, ChatServer
from tests.harness.serving import Served, served
from tests.ui.commands import run

_TOKEN = "a-token-of-a-program"
_QUESTION = "when do coalition troops leave Iraq?"
_SEEDS = Path(__file__).parents[3] / "seeds"


def _request(server: Served, method: str, path: str, given: Any = None, token: str | None = None) -> tuple[int, bytes]:
    host, port = server.address.removeprefix("http://").rstrip("/").split(":")
    connection = HTTPConnection(host, int(port), timeout=120)
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    connection.request(method, path, json.dumps(given) if given is not None else None, headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def _answered(server: Served, status: str = "200") -> float:
    text = _request(server, "GET", "/metrics")[1].decode()
    samples = (one for family in text_string_to_metric_families(text) for one in family.samples)
    labels = {"route": "/v1/search", "status": status}
    return sum(one.value for one in samples if one.name == "dateline_http_requests_total" and one.labels == labels)


def _children(process: int) -> set[int]:
    """The processes that one started and that live."""
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    started = {int(one) for path in tasks for one in path.read_text("ascii").split()}
    return {one for one in started if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served") / "library"
    with Library.write(folder) as library:
        library.add([_SEEDS])
    return folder


@pytest.fixture
def workers(folder: Path) -> Iterator[Served]:
    with served(folder, "--api-only", "--workers", "2") as server:
        yield server


_ON_LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are looked up in /proc")


@pytest.mark.slow
@_ON_LINUX
def test_two_processes_answer_all_count_together_and_one_that_is_killed_is_replaced(workers: Served) -> None:
    with ThreadPoolExecutor(8) as clients:
        given = {"query": "coalition troops"}
        answers = list(clients.map(lambda _: _request(workers, "POST", "/v1/search", given), range(40)))
    assert {status for status, _ in answers} == {200}
    assert len({body for _, body in answers}) == 1
    assert _answered(workers) == 40
    before = _children(workers.process)
    assert len(before) == 2
    os.kill(min(before), signal.SIGKILL)
    while len(after := _children(workers.process)) < 2 or after == before:
        assert _request(workers, "GET", "/healthz")[0] == 200
    assert _request(workers, "POST", "/v1/search", given)[0] == 200
    assert _answered(workers) == 41
    assert workers.stop() == 0
    assert not [line for line in workers.said if "Traceback" in line]


@pytest.mark.slow
@_ON_LINUX
def test_where_the_first_process_is_killed_the_others_end_and_free_the_port(workers: Served) -> None:
    assert _request(workers, "POST", "/v1/ask", {"question": _QUESTION})[0] == 200
    left = _children(workers.process)
    workers.running.kill()
    workers.running.wait()
    while any(Path(f"/proc/{one}").exists() for one in left):
        os.sched_yield()
    port = int(workers.address.rstrip("/").rpartition(":")[2])
    with socket.create_server(("127.0.0.1", port)):
        pass


@pytest.mark.slow
def test_a_question_that_is_being_answered_when_the_server_is_stopped_is_answered(folder: Path) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def held(_: Asked) -> Iterator[Act]:
        asked.set()
        go_on.wait(60)
        yield "Nobody knows."

    with ChatServer(held) as model, ThreadPoolExecutor(1) as client:
        settings = {"DATELINE_MODEL": "openai:played", "OPENAI_BASE_URL": model.url, "OPENAI_API_KEY": "none"}
        with served(folder, "--api-only", environment=settings) as server:
            answer = client.submit(_request, server, "POST", "/v1/ask", {"question": _QUESTION})
            assert asked.wait(60)
            server.running.send_signal(signal.SIGINT)
            host, port = server.address.removeprefix("http://").rstrip("/").split(":")
            while _is_open(host, int(port)):
                os.sched_yield()
            go_on.set()
            assert answer.result()[0] == 200
            assert server.running.wait(60) in (0, 130)


def _is_open(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port)).close()
    except OSError:
        return False
    return True


@pytest.mark.slow
@pytest.mark.threat(60)
@_ON_LINUX
def test_a_token_stands_in_no_list_of_processes_and_no_log(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "tokens").write_text(f"{_TOKEN}\n", "utf-8")
    arguments = ("--api-only", "--workers", "2", "--log-format", "json", "--token-file", str(tmp_path / "tokens"))
    with served(folder, *arguments) as server:
        assert _request(server, "POST", "/v1/search", {"query": "troops"})[0] == 401
        assert _request(server, "POST", "/v1/search", {"query": "troops"}, _TOKEN)[0] == 200
        processes = {server.process, *_children(server.process)}
        shown = b"".join(Path(f"/proc/{one}/cmdline").read_bytes() for one in processes)
        kept = b"".join(Path(f"/proc/{one}/environ").read_bytes() for one in processes)
        assert server.stop() == 0
    assert len(processes) == 3
    assert _TOKEN.encode() not in shown + kept
    lines = [json.loads(line) for line in server.said if line.startswith("{")]
    assert [one["status"] for one in lines if one["message"] == "request"] == [401, 200]
    assert _TOKEN not in "".join(server.said)
    assert "troops" not in "".join(server.said)


@pytest.mark.parametrize(
    ("arguments", "environment", "code", "line"),
    [
        (("--workers", "2"), {}, 1, "the page keeps its conversations in one process; give --api-only with --workers"),
        (("--workers", "0", "--api-only"), {}, 2, "workers"),
        (("--log-format", "xml"), {}, 2, "there is no log format 'xml'; there are text, json"),
        (("--log-questions",), {}, 2, "--log-questions adds to --log-format json; give both"),
        (("--host", "0.0.0.0", "--api-only"), {}, 1, "set DATELINE_TOKEN, give --token-file, or leave --host out"),
        ((), {"DATELINE_TOKEN": _TOKEN}, 1, "a token is for /v1 alone; set DATELINE_AUTH"),
        (("--api-only",), {"DATELINE_TOKEN": "short"}, 1, "the token of DATELINE_TOKEN has 5 characters; give 16 to"),
        (("--api-only", "--token-file", "nowhere"), {}, 1, "can't read the tokens of 'nowhere': no such file"),
    ],
)
def test_what_can_not_be_served_so_is_a_line(
    tmp_path: Path, arguments: tuple[str, ...], environment: dict[str, str], code: int, line: str
) -> None:
    done = run("serve", "--port", "0", "--library", tmp_path / "library", *arguments, **environment)
    assert done.returncode == code
    assert line in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "library").exists()


def test_a_token_is_no_setting_that_is_shown(tmp_path: Path) -> None:
    done = run("config", "show", "--library", tmp_path, DATELINE_TOKEN=_TOKEN)
    assert done.returncode == 0
    assert _TOKEN not in done.stdout + done.stderr
