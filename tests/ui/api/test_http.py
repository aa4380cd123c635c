"""``/v1`` as it is served, with what stands around it: its answers, their form, what it refuses, counts and logs."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from dateline.index.library import Library
from dateline.rag.settings import Settings
from dateline.ui.api import schemas
from dateline.ui.api.endpoints import ENDPOINTS, Endpoints
from dateline.ui.api.readiness import Readiness
from dateline.ui.api.request_log import JsonFormatter, Logging
from dateline.ui.api.request_log import logger as requests_logged
from dateline.ui.services.workspace import Workspace
from dateline.ui.web.security import Access
from dateline.ui.web.server import Serving

_HOME = "http://127.0.0.1:7860"
_TOKEN = "a-token-of-a-program"
_QUESTION = "Who won the vote in Harwick?"
_ARTICLES = {
    "vote.txt": "Harwick votes\n\nMara Lind won the vote in Harwick by nine votes on Monday. She takes office in May."
    "\n\nSource: Lenn Gazette\n2024-03-04 18:30:00",
    "strike.txt": "Ferry strike\n\nFerry crews stopped work at dawn. The union asks for eight per cent more pay.\n\n"
    "Source: Harwick Post\n2024-05-02 07:15:00",
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("served")
    for name, text in _ARTICLES.items():
        (folder / name).write_text(text, "utf-8")
    with Library.write(folder / "library") as library:
        library.add([folder])
    made = Workspace(Settings(library=folder / "library"))
    yield made
    made.close()


def _client(workspace: Workspace, counts: Path, access: Access | None = None, logs: Logging | None = None) -> Any:
    serving = Serving(
        settings=workspace.settings, access=access or Access(host="127.0.0.1", page=False), port=7860, counts=counts,
        logging=logs or Logging(),
    )  # fmt: skip
    return TestClient(serving.application(Readiness(workspace)), base_url=_HOME)  # not entered: nothing is closed


@pytest.fixture
def client(workspace: Workspace, tmp_path: Path) -> TestClient:
    return _client(workspace, tmp_path)


def _untimed(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "timings_ms"}


def _events(text: str) -> list[tuple[str, dict[str, Any]]]:
    """The events of a stream, each with its data."""
    blocks = [block.split("\n") for block in text.strip().split("\n\n") if not block.startswith(":")]
    return [(one.removeprefix("event: "), json.loads(two.removeprefix("data: "))) for one, two in blocks]


# What it answers


def test_each_endpoint_gives_the_object_of_the_command_line(client: TestClient, workspace: Workspace) -> None:
    endpoints = Endpoints(assistant=workspace.assistant)
    asked = client.post("/v1/ask", json={"question": _QUESTION})
    assert asked.status_code == 200
    assert _untimed(asked.json()) == _untimed(endpoints.ask(_QUESTION))
    assert "nine votes" in asked.json()["answer"]
    checked = client.post("/v1/check", json={"text": "Mara Lind won by ninety votes."})
    assert _untimed(checked.json()) == _untimed(endpoints.check("Mara Lind won by ninety votes."))
    found = client.post("/v1/search", json={"query": "ferry", "k": 1, "source": "harwick"})
    assert found.json() == endpoints.search("ferry", k=1, source="harwick")
    listed = client.get("/v1/articles", params={"limit": 1, "offset": 1, "query": ""})
    assert listed.json() == endpoints.articles(limit=1, offset=1)
    article_id = listed.json()["articles"][0]["article_id"]
    part = client.get(f"/v1/articles/{article_id}", params={"start": 2, "end": 9})
    assert part.json() == endpoints.get_article(article_id, 2, 9)


def test_a_citation_slices_back_out_of_the_article_that_is_served(client: TestClient) -> None:
    for citation in client.post("/v1/ask", json={"question": _QUESTION}).json()["citations"]:
        article = client.get(f"/v1/articles/{citation['article_id']}").json()
        assert article["text"][citation["start"] : citation["end"]] == citation["quote"]


@pytest.mark.parametrize("asks", ["header", "argument"])
def test_an_answer_comes_sentence_by_sentence_and_then_whole(client: TestClient, asks: str) -> None:
    headers = {"accept": "text/event-stream"} if asks == "header" else {}
    argument = {"stream": True} if asks == "argument" else {}
    streamed = client.post("/v1/ask", json={"question": _QUESTION, **argument}, headers=headers)
    assert streamed.headers["content-type"].startswith("text/event-stream")
    *sentences, (last, whole) = _events(streamed.text)
    assert last == "result"
    assert _untimed(whole) == _untimed(client.post("/v1/ask", json={"question": _QUESTION}).json())
    assert [name for name, _ in sentences] == ["sentence"] * len(whole["claims"])
    assert [one["claim"] for _, one in sentences] == whole["claims"]
    assert [citation for _, one in sentences for citation in one["citations"]] == whole["citations"]


def test_a_text_is_checked_sentence_by_sentence(client: TestClient) -> None:
    streamed = client.post("/v1/check", json={"text": "Mara Lind won by ninety votes. Hello!", "stream": True})
    *sentences, (last, whole) = _events(streamed.text)
    assert last == "result"
    assert [one for _, one in sentences] == whole["sentences"]
    assert whole["counts"]["passed_over"] == 1


def test_what_is_of_no_use_is_refused_before_a_stream_begins(client: TestClient) -> None:
    for path, asked in (("ask", {"question": "?"}), ("check", {"text": "!"}), ("ask", {"question": "x", "since": "x"})):
        refused = client.post(f"/v1/{path}", json={**asked, "stream": True})
        assert refused.status_code == 400
        assert "\n" not in refused.json()["detail"]


# Its form


def test_the_form_that_is_described_is_the_form_that_is_given(client: TestClient) -> None:
    answers = [
        client.post("/v1/ask", json={"question": question}).json()
        for question in (_QUESTION, "What is the capital of Peru?")
    ]
    assert [answer["abstained"] for answer in answers] == [False, True]
    for answer in answers:
        assert schemas.AnswerJson.model_validate(answer).model_dump().keys() == answer.keys()
    text = "Mara Lind won the vote by ninety votes. The union asks for eight per cent more pay. Hello!"
    assert schemas.CheckJson.model_validate(client.post("/v1/check", json={"text": text}).json())
    assert schemas.FoundJson.model_validate(client.post("/v1/search", json={"query": "ferry"}).json())
    assert schemas.TimelineJson.model_validate(client.post("/v1/timeline", json={"topic": "ferry"}).json())
    listed = client.get("/v1/articles").json()
    assert schemas.ArticlesJson.model_validate(listed)
    article_id = listed["articles"][0]["article_id"]
    assert schemas.ArticleJson.model_validate(client.get(f"/v1/articles/{article_id}").json())
    assert schemas.ErrorJson.model_validate(client.get("/v1/articles/abcdef").json())


def _references(described: Any) -> Iterator[str]:
    if isinstance(described, dict):
        yield from ([described["$ref"]] if "$ref" in described else [])
        described = list(described.values())
    if isinstance(described, list):
        for one in described:
            yield from _references(one)


def test_the_description_names_every_endpoint_its_arguments_and_its_answer(client: TestClient) -> None:
    described = client.get("/v1/openapi.json").json()
    assert described["openapi"].startswith("3.")
    operations = {one["operationId"]: one for path in described["paths"].values() for one in path.values()}
    assert operations.keys() == ENDPOINTS.keys()
    for name, takes in ENDPOINTS.items():
        told = operations[name]
        if "requestBody" in told:
            schema = told["requestBody"]["content"]["application/json"]["schema"]
            assert schema["properties"].keys() - {"stream"} == takes.keys()
            assert schema.get("required", []) == [one for one, is_needed in takes.items() if is_needed]
        else:
            assert {one["name"]: one["required"] for one in told["parameters"]} == takes
        assert told["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
    assert {name for name, one in operations.items() if "text/event-stream" in str(one)} == {"ask", "check"}
    names = {reference.removeprefix("#/components/schemas/") for reference in _references(described)}
    assert names <= described["components"]["schemas"].keys()
    assert described["security"] == [{"token": []}]


# What it refuses


@pytest.mark.parametrize(
    ("method", "path", "given", "status", "line"),
    [
        ("POST", "/v1/ask", {"json": {}}, 400, "ask lacks 'question'; it takes question"),
        ("POST", "/v1/ask", {"json": {"question": "who?", "k": 1}}, 400, "ask has no argument 'k'"),
        ("POST", "/v1/ask", {"json": {"question": 3}}, 400, "the question is no text but 'int'"),
        ("POST", "/v1/ask", {"json": {"question": "who?", "stream": "yes"}}, 400, "stream is 'yes'"),
        ("POST", "/v1/ask", {"json": ["who?"]}, 400, "the body is of type 'list'"),
        ("POST", "/v1/search", {"json": {"query": "x", "k": 0}}, 400, "k is 0; give a whole number from 1 to 50"),
        ("POST", "/v1/search", {"json": {"query": "x", "stream": True}}, 400, "search has no argument 'stream'"),
        ("POST", "/v1/search", {"data": {"query": "x"}}, 415, "Content-Type: application/json"),
        ("POST", "/v1/search", {"content": b"{", "headers": {"content-type": "application/json"}}, 400, "no JSON"),
        ("GET", "/v1/articles?limit=-1", {}, 400, "limit is '-1'"),
        ("GET", "/v1/articles?limit=1&limit=2", {}, 400, "'limit' is given twice"),
        ("GET", "/v1/articles?order=title", {}, 400, "articles has no argument 'order'"),
        ("GET", "/v1/articles/abcdef", {}, 404, "no article 'abcdef'"),
        ("GET", "/v1/articles/abc", {}, 400, "article_id is 'abc'"),
        ("GET", "/v1/articles/..%2f..", {}, 404, "nothing is served here"),
        ("GET", "/v1/remove", {}, 404, "nothing is served here"),
        ("GET", "/v1/ask", {}, 405, "ask by POST"),
        ("POST", "/v1/articles", {"json": {}}, 405, "ask by GET"),
        ("DELETE", "/v1/articles/abcdef", {}, 405, "ask by GET"),
        ("GET", "/", {}, 404, "the page is not served here (--api-only)"),
        ("GET", "/gradio_api/info", {}, 404, "the page is not served here (--api-only)"),
    ],
)
def test_what_can_not_be_answered_is_one_line(
    client: TestClient, method: str, path: str, given: dict[str, Any], status: int, line: str
) -> None:
    refused = client.request(method, path, **given)
    assert refused.status_code == status
    assert refused.json().keys() == {"detail"}
    assert line in refused.json()["detail"]
    assert "\n" not in refused.json()["detail"]


def test_a_body_that_is_longer_than_any_text_that_is_checked_is_refused(client: TestClient) -> None:
    longest = json.dumps({"text": "\U0001f600" * 20_000})  # 12 bytes a character
    headers = {"content-type": "application/json"}
    assert "no word" in client.post("/v1/check", content=longest, headers=headers).json()["detail"]
    refused = client.post("/v1/check", content=b"x" * (256 * 1024 + 1), headers=headers)
    assert refused.status_code == 413
    assert refused.json() == {"detail": "more than 256 kB is not taken here; send less at once"}


_ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("2024-03-04"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["question", "answer"]), inner),
    max_leaves=5,
)


@pytest.mark.threat(39, 60)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(name=st.sampled_from(["ask", "check", "search"]), data=st.data())
def test_whatever_is_posted_is_answered_or_refused_in_one_line(client: TestClient, name: str, data: Any) -> None:
    takes = st.dictionaries(st.sampled_from([*ENDPOINTS[name], "stream", "x"]), _ANYTHING, max_size=4)
    body = data.draw(st.binary(max_size=30) | _ANYTHING.map(json.dumps) | takes.map(json.dumps))
    answer = client.post(f"/v1/{name}", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (200, 400)
    if answer.status_code == 400:
        assert "\n" not in answer.json()["detail"]


@pytest.mark.threat(60)
def test_another_page_and_another_name_of_this_machine_are_refused(client: TestClient) -> None:
    given = {"json": {"query": "ferry"}}
    assert client.post("/v1/search", **given, headers={"origin": "http://evil.example"}).status_code == 403
    assert client.post("/v1/search", **given, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.post("/v1/search", **given, headers={"host": "evil.example:7860"}).status_code == 403
    assert client.post("/v1/search", **given).status_code == 200


# Tokens


@pytest.fixture
def guarded(workspace: Workspace, tmp_path: Path) -> TestClient:
    access = Access(host="0.0.0.0", tokens=(_TOKEN, "another-token-of-one"), page=False)
    return _client(workspace, tmp_path, access)


def _bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


@pytest.mark.threat(60)
def test_without_a_token_nothing_is_told_but_whether_it_lives(guarded: TestClient) -> None:
    for path in ("/v1/articles", "/v1/openapi.json", "/metrics", "/v1/nothing"):
        refused = guarded.get(path)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"] == 'Bearer realm="Dateline"'
        assert refused.json() == {"detail": "a token is needed: send the header 'Authorization: Bearer TOKEN'"}
    assert guarded.post("/v1/ask", json={"question": _QUESTION}).status_code == 401
    assert guarded.get("/healthz").json() == {"status": "alive"}
    assert guarded.get("/readyz").json()["status"] in ("ready", "waits for the models")
    for token in (_TOKEN, "another-token-of-one"):
        assert guarded.get("/v1/articles", headers=_bearer(token)).status_code == 200
    assert guarded.get("/metrics", headers={"authorization": f"bearer  {_TOKEN}"}).status_code == 200


@pytest.mark.threat(55, 60)
def test_tokens_tried_one_after_the_other_are_followed_by_a_pause_for_the_right_one_too(guarded: TestClient) -> None:
    for wrong in ("x", _TOKEN[:-1], f"{_TOKEN}x", _TOKEN.upper(), "", "tökén"):
        headers = {"authorization": f"Bearer {wrong}".encode("latin-1")}
        assert guarded.get("/v1/articles", headers=headers).status_code == 401
    refused = guarded.get("/v1/articles", headers=_bearer(_TOKEN))
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "1"
    assert guarded.get("/healthz").status_code == 200


def test_what_a_browser_sends_for_the_page_is_no_wrong_token(guarded: TestClient) -> None:
    for _ in range(8):
        assert guarded.get("/v1/articles", auth=("ann", "a long word")).status_code == 401
    assert guarded.get("/v1/articles", headers=_bearer(_TOKEN)).status_code == 200


@pytest.mark.threat(60)
def test_beside_a_page_with_a_login_nothing_is_open_to_programs_without_a_token(
    workspace: Workspace, tmp_path: Path
) -> None:
    client = _client(workspace, tmp_path, Access(host="127.0.0.1", login=("ann", "a long word")))
    refused = client.get("/v1/articles", auth=("ann", "a long word"))
    assert refused.status_code == 403
    assert "DATELINE_TOKEN or --token-file" in refused.json()["detail"]


# What runs the server asks


def test_it_is_ready_once_the_library_opens_and_the_models_are_loaded(tmp_path: Path) -> None:
    workspace = Workspace(Settings(library=tmp_path / "library"))
    readiness, counts = Readiness(workspace), tmp_path / "counts"
    counts.mkdir()
    serving = Serving(
        settings=workspace.settings, access=Access(host="127.0.0.1", page=False), port=7860, counts=counts
    )
    client = TestClient(serving.application(readiness), base_url=_HOME)
    assert client.get("/healthz").json() == {"status": "alive"}
    assert (client.get("/readyz").status_code, client.get("/readyz").json()) == (
        503,
        {"status": "waits for the library"},
    )
    assert client.post("/v1/ask", json={"question": "who?"}).status_code == 503
    assert "dateline_library_articles" not in client.get("/metrics").text
    (tmp_path / "vote.txt").write_text(_ARTICLES["vote.txt"], "utf-8")
    with Library.write(tmp_path / "library") as library:
        library.add([tmp_path / "vote.txt"])
    assert client.get("/readyz").json() == {"status": "waits for the models"}
    readiness.wait()
    assert (client.get("/readyz").status_code, client.get("/readyz").json()) == (200, {"status": "ready"})
    readiness.close()


def _counts(client: TestClient) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


def test_prometheus_reads_what_was_counted(client: TestClient) -> None:
    for question in (_QUESTION, "What is the capital of Peru?", "?"):
        client.post("/v1/ask", json={"question": question})
    client.post("/v1/ask", json={"question": _QUESTION, "stream": True})
    client.get("/v1/articles/abcdef")
    counts = _counts(client)
    assert counts["dateline_http_requests_total", "/v1/ask", "200"] == 3
    assert counts["dateline_http_requests_total", "/v1/ask", "400"] == 1
    assert counts["dateline_http_requests_total", "/v1/articles/{article_id}", "404"] == 1
    assert counts["dateline_questions_total", "answered"] == 2
    assert counts["dateline_questions_total", "declined"] == 1
    assert counts["dateline_http_request_seconds_count", "/v1/ask"] == 4
    assert counts["dateline_http_request_seconds_bucket", "/v1/ask", "+Inf"] == 4
    assert counts["dateline_http_request_seconds_sum", "/v1/ask"] > 0
    assert counts["dateline_library_articles",] == 2
    assert _counts(client)["dateline_http_requests_total", "/metrics", "200"] == 1


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """Lines of JSON, as they are written from here on."""
    lines: list[str] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    handler, level = Handler(), requests_logged.level
    handler.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(handler)
    requests_logged.setLevel(logging.INFO)
    yield lines
    requests_logged.setLevel(level)
    logging.getLogger().removeHandler(handler)


@pytest.mark.threat(60)
def test_a_request_is_logged_without_a_word_of_it_its_answer_or_its_token(
    workspace: Workspace, tmp_path: Path, logged: list[str]
) -> None:
    access = Access(host="0.0.0.0", tokens=(_TOKEN,), page=False)
    client = _client(workspace, tmp_path, access, Logging(form="json"))
    answer = client.post("/v1/ask", json={"question": _QUESTION}, headers=_bearer(_TOKEN))
    client.post("/v1/check", json={"text": "Mara Lind won. ?"}, headers=_bearer(_TOKEN))
    client.post("/v1/search", json={"query": 7, "Harwick": 1}, headers=_bearer(_TOKEN))
    client.get("/v1/articles?query=Harwick", headers=_bearer("a-wrong-token-of-one"))
    asked, checked, searched, listed = map(json.loads, logged)
    assert asked["route"] == "/v1/ask"
    assert (asked["method"], asked["status"], asked["outcome"]) == ("POST", 200, "answered")
    assert asked["request_id"] == answer.headers["x-request-id"]
    assert [one["status"] for one in (checked, searched, listed)] == [200, 400, 401]
    for word in ("Harwick", "vote", "Lind", _TOKEN, "wrong-token"):
        assert word not in "".join(logged)


def test_what_was_asked_is_logged_where_that_is_wanted(workspace: Workspace, tmp_path: Path, logged: list[str]) -> None:
    client = _client(workspace, tmp_path, logs=Logging(form="json", questions=True))
    client.post("/v1/ask", json={"question": f"{_QUESTION}\nAnd when?"})
    (line,) = logged
    assert json.loads(line)["words"] == f"{_QUESTION}\nAnd when?"
    assert "\n" not in line


def test_an_error_that_nobody_foresaw_is_a_line_and_logged_by_its_place(
    workspace: Workspace, tmp_path: Path, logged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise KeyError("Harwick")

    monkeypatch.setattr("dateline.ui.api.endpoints.search", fails)
    client = _client(workspace, tmp_path, logs=Logging(form="json"))
    failed = client.post("/v1/search", json={"query": "ferry"})
    assert failed.status_code == 500
    assert "unexpected KeyError in test_http.py" in failed.json()["detail"]
    told, _ = map(json.loads, logged)
    assert told["message"].startswith("/v1/search: KeyError in test_http.py, line ")
    assert "Harwick" not in "".join(logged)
