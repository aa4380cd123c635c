"""The middleware around a real Gradio page: what it lets in, what it refuses, and what a browser is told."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import gradio as gr
import pytest
from fastapi import FastAPI
from httpx import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from dateline.ui.errors import ServeError
from dateline.ui.services.upload_folder import UploadFolder
from dateline.ui.web.security import Access, SecurityMiddleware, middleware, parse_login
from dateline.ui.web.security.access import LoginAttempts
from dateline.ui.web.security.csp import harden

_PORT = 7860
_ENDPOINTS = {"hear": {"text": True}, "weigh": {"path": True}}
_HOME = f"http://127.0.0.1:{_PORT}"
_MEGABYTE = 1024 * 1024
_STRANGER = "</script><script>alert(1)</script><img src=//evil.example/x onerror=alert(1)>"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    with gr.Blocks(analytics_enabled=False, title=_STRANGER) as blocks:
        question, heard = gr.Textbox(label=_STRANGER), gr.HTML(_STRANGER)
        given, size = gr.File(), gr.HTML()
        question.submit(lambda text: f"heard {text}", question, heard, api_name="hear")
        question.change(lambda text: text.upper(), question, heard, api_name="shout", api_visibility="private")
        given.upload(lambda path: str(Path(path).stat().st_size), given, size, api_name="weigh")
    app = FastAPI()
    app.get("/source/{name}")(lambda name: PlainTextResponse(name, headers={"access-control-allow-origin": "*"}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(tmp_path_factory.mktemp("uploads")))
        yield gr.mount_gradio_app(app, blocks, path="", show_error=False, run_history=False)


@pytest.fixture
def page(served: FastAPI) -> Iterator[TestClient]:
    with TestClient(SecurityMiddleware(served, Access(host="127.0.0.1"), _PORT, _ENDPOINTS), base_url=_HOME) as client:
        yield client


def _answer(client: TestClient, name: str, *arguments: object) -> str:
    event = client.post(f"/gradio_api/call/{name}", json={"data": arguments}).json()["event_id"]
    return client.get(f"/gradio_api/call/{name}/{event}").text


class _Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def _tags(html: str, name: str) -> list[dict[str, str | None]]:
    return [attributes for tag, attributes in _Tags(html).seen if tag == name]


# Who may come in


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost", "LOCALHOST"])
def test_this_machine_needs_no_login(host: str) -> None:
    assert Access(host=host).local


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.168.1.5", "localhost.evil.example", "127.0.0.1.nip.io"])
def test_a_host_that_others_reach_needs_a_login(host: str) -> None:
    with pytest.raises(ServeError) as refused:
        Access(host=host)
    assert str(refused.value) == (
        f"{host!r} can be reached from other machines; set DATELINE_AUTH to USER:PASSWORD, or leave --host out"
    )
    assert not Access(host=host, login=("ann", "a long word")).local


def test_a_login_is_cut_at_its_first_colon() -> None:
    assert parse_login("ann:a:long:word") == ("ann", "a:long:word")


@pytest.mark.parametrize("text", ["", "ann", "ann:", ":a long word", "ann:short77"])
def test_a_login_without_a_user_or_a_password_worth_the_name_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ServeError) as refused:
        parse_login(text)
    assert "\n" not in str(refused.value)
    assert "short77" not in str(refused.value)


def test_a_password_is_in_no_traceback() -> None:
    assert "a long word" not in repr(Access(host="0.0.0.0", login=("ann", "a long word")))


def test_with_a_login_nothing_is_served_without_it(served: FastAPI) -> None:
    walls = SecurityMiddleware(served, Access(host="0.0.0.0", login=("ann", "pass:wörd")), _PORT, _ENDPOINTS)
    with TestClient(walls, base_url="http://news.example") as client:
        for path in ("/", "/config", "/gradio_api/info", "/source/x", "/nowhere"):
            refused = client.get(path)
            assert refused.status_code == 401
            assert refused.headers["www-authenticate"].startswith("Basic ")
            assert refused.json() == {"detail": "a login is needed"}
        assert client.post("/gradio_api/queue/join", content=b"x" * 100).status_code == 401
        for wrong in (("ann", "pass:word"), ("", "pass:wörd"), ("ann", ""), ("ann:pass", "wörd ")):
            assert client.get("/", auth=(wrong[0].encode(), wrong[1].encode())).status_code == 401
        assert client.get("/", auth=(b"ann", "pass:wörd".encode())).status_code == 200
        for header in ("", "Basic", "Basic ???", "Bearer YW5uOnBhc3M6d8O2cmQ=", "Basic \xff"):
            assert client.get("/", headers={"authorization": header.encode("latin-1")}).status_code == 401
        assert client.get("/", auth=(b"ann", "pass:wörd".encode())).status_code == 200


@pytest.mark.parametrize("host", [f"localhost:{_PORT}", f"[::1]:{_PORT}", f"127.0.0.1:{_PORT}", f"LocalHost:{_PORT}"])
def test_a_name_of_this_machine_is_served(page: TestClient, host: str) -> None:
    assert page.get("/config", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", f"evil.example:{_PORT}", "127.0.0.1", "localhost:80", f"localhost.evil.example:{_PORT}", "",
     f"127.0.0.1:{_PORT}@evil.example", f"127.0.0.1:{_PORT}:1", f"evil.example/127.0.0.1:{_PORT}"],
)  # fmt: skip
def test_a_name_that_was_pointed_here_is_refused(page: TestClient, host: str) -> None:
    refused = page.get("/config", headers={"host": host})
    assert refused.status_code == 403
    assert list(refused.json()) == ["detail"]


def test_two_names_at_once_are_refused(page: TestClient) -> None:
    both = [("host", f"127.0.0.1:{_PORT}"), ("host", "evil.example")]
    assert page.get("/config", headers=both).status_code == 403


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", f"http://127.0.0.1:{_PORT + 1}", f"http://localhost:{_PORT}", ""]
)
@pytest.mark.parametrize(("method", "path"), [("POST", "/gradio_api/queue/join"), ("GET", "/config")])
def test_another_origin_is_refused(page: TestClient, method: str, path: str, origin: str) -> None:
    assert page.request(method, path, headers={"origin": origin}).status_code == 403


def test_the_page_itself_may_post(page: TestClient) -> None:
    headers = {"origin": _HOME, "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"}
    assert page.post("/gradio_api/call/hear", json={"data": ["x"]}, headers=headers).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_page_may_link_here_but_not_embed_or_read(page: TestClient, site: str) -> None:
    link = {"sec-fetch-site": site, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert page.get("/", headers=link).status_code == 200
    assert page.get("/", headers={**link, "sec-fetch-dest": "iframe"}).status_code == 403
    assert (
        page.get("/config", headers={**link, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script"}).status_code
        == 403
    )
    assert page.post("/gradio_api/queue/join", json={}, headers=link).status_code == 403


# What is served


@pytest.mark.parametrize(
    "path",
    ["/gradio_api/file=/etc/passwd", "/gradio_api/file=http://evil.example", "/gradio_api/file/etc/passwd",
     "/gradio_api/proxy=http://evil.example/", "/file=/etc/passwd", "/gradio_api/vibe-code", "/gradio_api/dev/reload",
     "/gradio_api/token", "/gradio_api/deep_link", "/gradio_api/custom_component/1/client/component/index.js",
     "/gradio_api/openapi.json", "/gradio_api/queue/status", "/gradio_api/runs", "/gradio_api/app_id", "/openapi.json",
     "/monitoring", "/monitoring/summary", "/docs", "/redoc", "/svelte/svelte.js", "/login", "/logout", "/pwa_icon",
     "/manifest.json", "/robots.txt", "/assets/", "/assets/%2e%2e/index.html", "/assets/..%2findex.html", "/%2f",
     "/%00", "/static/.git", "/static/%2e%2e%5cindex.html", "/source//etc/passwd", "/source/%2e%2e", "/config%0a",
     "/config/", "/gradio_api/call/hear"],
)  # fmt: skip
def test_what_the_page_does_not_need_is_not_there(page: TestClient, path: str) -> None:
    refused = page.get(path, follow_redirects=False)
    assert refused.status_code == 404
    assert refused.json() == {"detail": "nothing is served here"}


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/"), ("POST", "/login"), ("POST", "/gradio_api/vibe-edit"), ("POST", "/gradio_api/component_server"),
     ("POST", "/gradio_api/process_recording"), ("POST", "/gradio_api/run/hear"), ("POST", "/gradio_api/api/hear"),
     ("POST", "/gradio_api/stream/x"), ("PUT", "/corrections"), ("DELETE", "/source/x"), ("TRACE", "/"),
     ("OPTIONS", "/gradio_api/queue/join"), ("GET", "/corrections"), ("GET", "/export/x"), ("POST", "/source/x")],
)  # fmt: skip
def test_no_other_method_is_taken(page: TestClient, method: str, path: str) -> None:
    assert page.request(method, path).status_code == 404


def test_the_page_and_all_that_it_names_is_served(page: TestClient) -> None:
    html = page.get("/").text
    named = [tag["src"] for tag in _tags(html, "script") if "src" in tag] + [tag["href"] for tag in _tags(html, "link")]
    assert len(named) >= 2
    for path in (*named, "/theme.css", "/favicon.ico", "/config", "/gradio_api/info", "/gradio_api/startup-events"):
        assert page.get(str(path)).status_code == 200, path
    assert page.head("/").status_code == 200


def test_a_question_goes_through_to_its_answer(page: TestClient) -> None:
    assert "heard when?" in _answer(page, "hear", "when?")
    event = page.post("/gradio_api/call/v2/hear", json={"text": "when?"}).json()["event_id"]
    assert "heard when?" in page.get(f"/gradio_api/call/v2/hear/{event}").text


@pytest.mark.parametrize("way", ["call", "call/v2"])
def test_a_name_that_is_no_endpoint_is_told_with_those_that_are(page: TestClient, way: str) -> None:
    for name in ("nothing", "shout", "n" * 5_000):
        line = f"no endpoint is called {name[:60]!r}; there are hear, weigh"
        for refused in (
            page.post(f"/gradio_api/{way}/{name}", json={"data": ["x"], "text": "x"}),
            page.get(f"/gradio_api/{way}/{name}/0123"),
        ):
            assert refused.status_code == 404
            assert refused.json() == {"detail": line}


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, "lacks 'text'"),
        ({"txt": "when?"}, "has no argument 'txt'"),
        ({"text": "when?", "x" * 9_000: 1}, f"has no argument '{'x' * 39}…'"),
    ],
)
def test_arguments_that_an_endpoint_does_not_take_are_told(page: TestClient, given: object, wrong: str) -> None:
    refused = page.post("/gradio_api/call/v2/hear", json=given)
    assert refused.status_code == 400
    assert refused.json() == {"detail": f"hear {wrong}; it takes text"}


@pytest.mark.parametrize(("values", "wrong"), [([], "lacks 'text'"), (["when?", 2], "has no argument 'number 2'")])
def test_too_few_or_too_many_values_are_told(page: TestClient, values: list[object], wrong: str) -> None:
    refused = page.post("/gradio_api/call/hear", json={"data": values})
    assert refused.status_code == 400
    assert refused.json() == {"detail": f"hear {wrong}; it takes text"}


def test_our_own_ways_are_open(page: TestClient) -> None:
    assert page.get("/source/baf61fa4bff1d72f").text == "baf61fa4bff1d72f"


def test_a_file_that_was_uploaded_reaches_its_function(page: TestClient) -> None:
    files = [("files", (f"{number}.txt", b"x" * number)) for number in range(1, 9)]  # long enough to be compressed
    paths = page.post("/gradio_api/upload", files=files, headers={"accept-encoding": "br"}).json()
    assert '"8"' in _answer(page, "weigh", {"path": paths[-1], "meta": {"_type": "gradio.FileData"}})


@pytest.mark.parametrize("path", ["/etc/passwd", "http://127.0.0.1:9/x", f"/proc/self/{'x' * 9}", 7, None, ["x"]])
@pytest.mark.parametrize("way", ["/gradio_api/call/weigh", "/gradio_api/queue/join", "/gradio_api/call/v2/weigh"])
def test_a_file_that_was_not_uploaded_cannot_be_named(page: TestClient, way: str, path: object) -> None:
    file = {"path": path, "meta": {"_type": "gradio.FileData"}}
    for data in (file, [file], {"a": [{"b": file}]}):
        body = {"data": [data], "path": data, "fn_index": 1, "session_hash": "x"}
        assert page.post(way, json=body).status_code == 400


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 500_000])
def test_a_call_that_is_no_json_is_refused(page: TestClient, body: bytes) -> None:
    refused = page.post("/gradio_api/queue/join", content=body, headers={"content-type": "application/json"})
    assert refused.status_code == 400
    assert "Traceback" not in refused.text


def test_websockets_are_refused(page: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect), page.websocket_connect("/gradio_api/queue/join"):
        pass


def test_the_application_starts_and_ends_behind_the_walls() -> None:
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while seen[-1:] != ["lifespan.shutdown"]:
            seen.append((await receive())["type"])
            await send({"type": f"{seen[-1]}.complete"})

    with TestClient(SecurityMiddleware(app, Access(host="127.0.0.1"), _PORT, _ENDPOINTS)):
        pass
    assert seen == ["lifespan.startup", "lifespan.shutdown"]


# How much is taken


def _pieces(size: int) -> Iterator[bytes]:
    """A body whose length is not told beforehand."""
    for _ in range(size // _MEGABYTE):
        yield b"x" * _MEGABYTE
    yield b"x" * (size % _MEGABYTE)


def _reading() -> SecurityMiddleware:
    """SecurityMiddleware around what reads its body to the end, then answers with how much it was."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        size, more = 0, True
        while more:
            message = await receive()
            size += len(message.get("body", b""))
            more = message.get("more_body", False)
        await PlainTextResponse(f"[{size}]")(scope, receive, send)

    return SecurityMiddleware(app, Access(host="127.0.0.1"), _PORT, _ENDPOINTS)


@pytest.mark.threat(29)
@pytest.mark.parametrize(
    ("path", "limit"), [("/corrections", 2), ("/gradio_api/reset", 2), ("/gradio_api/upload", 200)]
)
def test_a_body_is_counted_as_it_comes(path: str, limit: int) -> None:
    client = TestClient(_reading(), base_url=_HOME)
    assert client.post(path, content=_pieces(limit * _MEGABYTE)).text == f"[{limit * _MEGABYTE}]"
    refused = client.post(path, content=_pieces(limit * _MEGABYTE + 1))
    assert refused.status_code == 413
    assert refused.json() == {"detail": f"more than {limit} MB is not taken here; send less at once"}
    assert refused.headers["x-content-type-options"] == "nosniff"


@pytest.mark.threat(29)
def test_a_body_that_says_it_is_too_large_is_not_read() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("it was handed on")

    client = TestClient(SecurityMiddleware(app, Access(host="127.0.0.1"), _PORT, _ENDPOINTS), base_url=_HOME)
    for length, status in ((str(2 * _MEGABYTE + 1), 413), ("9" * 5000, 413), ("-1", 400), ("٣", 400), ("1e3", 400)):
        refused = client.post("/corrections", content=b"x", headers={"content-length": length.encode()})
        assert refused.status_code == status


def test_a_call_that_is_too_large_is_refused_by_gradio_s_page_in_words(page: TestClient) -> None:
    body = b'{"data": ["' + b"x" * (2 * _MEGABYTE) + b'"]}'
    for content in (body, iter([body[:_MEGABYTE], body[_MEGABYTE:]])):
        assert page.post("/gradio_api/call/hear", content=content).status_code == 413


def test_an_application_that_fails_for_want_of_its_body_is_not_heard() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        raise RuntimeError("the client is gone")

    client = TestClient(SecurityMiddleware(app, Access(host="127.0.0.1"), _PORT, _ENDPOINTS), base_url=_HOME)
    assert client.post("/corrections", content=_pieces(3 * _MEGABYTE)).status_code == 413


def test_a_query_of_more_than_8_kb_is_refused(page: TestClient) -> None:
    assert page.get("/config?" + "x" * 8192).status_code == 200
    assert page.get("/config?" + "x" * 8193).status_code == 414


# What a browser is told


_ON_EVERYTHING = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cache-control": "no-store",
}


def _policy(headers: Headers) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in headers["content-security-policy"].split(";"))
    return {name: rest for name, _, rest in parts}


@pytest.mark.parametrize(
    "path", ["/", "/config", "/theme.css", "/source/x", "/nowhere", "/static/img/logo.svg", "/corrections"]
)
def test_every_response_has_the_headers(page: TestClient, path: str) -> None:
    headers = page.get(path, headers={"accept-encoding": "br"}).headers
    assert {name: headers[name] for name in _ON_EVERYTHING} == _ON_EVERYTHING
    assert not [name for name in headers if name.startswith("access-control-")]
    policy = _policy(headers)
    assert policy["default-src"] == policy["connect-src"] == policy["font-src"] == "'self'"
    assert policy["img-src"] == "'self' data:"
    for name in ("media-src", "frame-src", "object-src", "base-uri", "form-action", "frame-ancestors"):
        assert policy[name] == "'none'"
    assert "unsafe-inline" not in policy["script-src"]
    if path != "/":
        assert policy["script-src"] == "'self'"


def test_only_what_is_named_by_its_hash_is_kept(page: TestClient) -> None:
    script = next(tag["src"] for tag in _tags(page.get("/").text, "script") if "src" in tag)
    kept = page.get(str(script)).headers
    assert kept["cache-control"] == "private, max-age=31536000, immutable"
    assert kept["x-content-type-options"] == "nosniff"
    assert page.get("/assets/index-DphvyggX.js").headers["cache-control"] == "no-store"  # there is none


def test_each_inline_script_of_the_page_has_the_nonce_of_its_response(page: TestClient) -> None:
    nonces = set()
    for _ in range(2):
        response = page.get("/")
        (nonce,) = re.findall(r"'nonce-([\w-]{22})'", _policy(response.headers)["script-src"])
        inline = [tag for tag in _tags(response.text, "script") if "src" not in tag]
        assert len(inline) >= 3
        assert {tag["nonce"] for tag in inline} == {nonce}
        nonces.add(nonce)
    assert len(nonces) == 2


def test_a_page_that_would_be_compressed_is_tightened_all_the_same() -> None:
    html = HTMLResponse("<base><script>1</script>" + " " * 1000)
    client = TestClient(
        SecurityMiddleware(GZipMiddleware(html), Access(host="127.0.0.1"), _PORT, _ENDPOINTS), base_url=_HOME
    )
    response = client.get("/", headers={"accept-encoding": "gzip"})
    assert re.match(r'<script nonce="[\w-]{22}">1</script>', response.text)


def test_words_of_a_stranger_in_the_page_become_no_script(page: TestClient) -> None:
    ours = _Tags(page.get("/").text).seen
    assert not [attributes for tag, attributes in ours if tag == "img" or "onerror" in attributes]
    assert len([tag for tag, _ in ours if tag == "script"]) == len(_tags(_plain_page(), "script"))


def _plain_page() -> str:
    with gr.Blocks(analytics_enabled=False) as blocks:
        gr.Textbox()
    with TestClient(gr.mount_gradio_app(FastAPI(), blocks, path="")) as client:
        return client.get("/").text


def test_the_page_names_nothing_outside(page: TestClient) -> None:
    html = page.get("/", headers={"x-forwarded-host": "evil.example", "x-gradio-server": "http://evil.example"}).text
    assert not _tags(html, "base")
    assert not [tag for tag in _tags(html, "meta") if "image" in str(tag)]
    for tag in _tags(html, "link") + _tags(html, "script"):
        assert re.match(r"\./assets/[\w-]+\.\w+$", str(tag.get("href") or tag.get("src") or "./assets/x.js"))
    assert "http://evil.example" not in html


def test_of_the_rest_of_a_page_not_a_character_changes() -> None:
    html = "<!DOCTYPE html><Html  lang=en><p a='1'>x &amp; &#8211; y<br/><style>a>b{}</style><svg viewBox=\"0\"/></p>"
    assert harden(html, "n") == html


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("<script>a < b && '</p>'</script>", "<script nonce=\"n\">a < b && '</p>'</script>"),
        ('<script nonce="old" data-x=\'"\'>1</script>', '<script data-x="&quot;" nonce="n">1</script>'),
        ('<SCRIPT type=module>1</SCRIPT>', '<script type="module" nonce="n">1</script>'),
        ('<script src="./a.js"></script>', '<script src="./a.js"></script>'),
        ('<script src="https://cdn.example/a.js">1</script>.', "."),
        ('<script src=" //cdn.example/a.js"></script>.', "."),
        ('<script src="/\\cdn.example/a.js"></script>.', "."),
        ('<script src="ht\ntps:cdn.example/a.js"></script>.', "."),
        ('<script src="data:text/javascript,1"></script>.', "."),
        ('<link rel="preconnect" href="/x"><link href="//x" rel=stylesheet><link rel=manifest href=/m>.', "."),
        ('<link rel="stylesheet" href="./a.css">', '<link rel="stylesheet" href="./a.css">'),
        ('<base href="./" /><meta property="og:image" content="x"><meta name=twitter:card>.', "."),
        ('<meta http-equiv="Refresh" content="0; url=//x">.', "."),
        ('<meta charset="utf-8" />', '<meta charset="utf-8" />'),
    ],
)  # fmt: skip
def test_tags_that_are_changed_or_left_out(html: str, left: str) -> None:
    assert harden(html, "n") == left


@pytest.mark.threat(55)
def test_after_wrong_passwords_nothing_from_that_address_is_compared_for_a_while(
    caplog: pytest.LogCaptureFixture,
) -> None:
    now = [100.0]
    attempts = LoginAttempts(clock=lambda: now[0])
    for _ in range(5):
        attempts.note_wrong("203.0.113.7")
        assert attempts.pause("203.0.113.7") == 0
    pauses = []
    for _ in range(9):
        attempts.note_wrong("203.0.113.7")
        pauses.append(attempts.pause("203.0.113.7"))
        now[0] += pauses[-1]
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert attempts.pause("203.0.113.8") == 0
    assert "6 wrong passwords from 203.0.113.7; the next is heard in 1 s" in caplog.text
    attempts.note_right("203.0.113.7")
    attempts.note_wrong("203.0.113.7")
    assert attempts.pause("203.0.113.7") == 0


@pytest.mark.threat(55)
def test_a_machine_has_a_whole_network_of_ipv6_and_the_list_of_addresses_has_an_end() -> None:
    attempts = LoginAttempts(clock=lambda: 0.0)
    for number in range(6):
        attempts.note_wrong(f"2001:db8:1:2::{number}")
    assert attempts.pause("2001:db8:1:2::99") == 1
    for number in range(1_001):
        attempts.note_wrong(f"10.0.{number // 256}.{number % 256}")
    assert attempts.pause("2001:db8:1:2::99") == 0


@pytest.mark.threat(55)
def test_in_a_pause_the_right_password_is_refused_too(served: FastAPI) -> None:
    walls = SecurityMiddleware(served, Access(host="0.0.0.0", login=("ann", "long word")), _PORT, _ENDPOINTS)
    with TestClient(walls, base_url="http://news.example") as client:
        for _ in range(6):
            assert client.get("/config", auth=("ann", "wrong")).status_code == 401
        refused = client.get("/config", auth=("ann", "long word"))
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "1"


@pytest.mark.threat(55)
def test_uploads_are_refused_where_too_many_wait(served: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "MOST_BYTES", 1_000)
    with UploadFolder() as folder:
        (folder.path / "waiting.txt").write_bytes(b"x" * 1_000)
        walls = SecurityMiddleware(served, Access(host="127.0.0.1"), _PORT, _ENDPOINTS, folder)
        with TestClient(walls, base_url=_HOME) as client:
            assert client.post("/gradio_api/upload", files={"files": b"x"}).status_code == 503
            (folder.path / "waiting.txt").unlink()
            assert client.post("/gradio_api/upload", files={"files": b"x"}).status_code == 200
