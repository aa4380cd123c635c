"""An application that fails: what who asked is told, and the terminal."""

import logging

import pytest
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from dateline.ui.web.security import ErrorMiddleware


async def _failing(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["path"] != "/at-once":
        await send({"type": "http.response.start", "status": 200 if scope["path"] == "/later" else 500, "headers": []})
        await send({"type": "http.response.body", "body": b"begun ", "more_body": True})
    if scope["path"] != "/told":
        raise ClientDisconnect if scope["path"] == "/gone" else KeyError("secret")
    await send({"type": "http.response.body", "body": b"and ended"})


@pytest.mark.parametrize("way", ["/at-once", "/begun"])
def test_what_fails_is_one_line_of_json_and_one_on_the_terminal(caplog: pytest.LogCaptureFixture, way: str) -> None:
    client = TestClient(ErrorMiddleware(_failing))
    asked, posted = client.get(way), client.post(way)
    assert (asked.status_code, posted.status_code) == (500, 422)
    assert asked.json()["detail"].startswith("unexpected KeyError in test_errors.py, line ")
    assert posted.json()["detail"].startswith("the call is not of its form")
    assert [(one.levelno, one.exc_info) for one in caplog.records] == [(logging.WARNING, None)] * 2
    assert all("\n" not in one.getMessage() for one in caplog.records)


def test_an_answer_that_had_begun_is_ended_and_one_that_says_it_failed_is_handed_on() -> None:
    client = TestClient(ErrorMiddleware(_failing))
    assert (client.get("/later").status_code, client.get("/later").text) == (200, "begun ")
    assert (client.get("/told").status_code, client.get("/told").text) == (500, "begun and ended")
    assert TestClient(ErrorMiddleware(PlainTextResponse("x"))).get("/").text == "x"


def test_a_client_that_has_gone_is_no_news(caplog: pytest.LogCaptureFixture) -> None:
    TestClient(ErrorMiddleware(_failing)).get("/gone")
    assert caplog.records == []
