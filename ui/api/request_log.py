"""ASGI middleware that counts every request and, where wanted, writes a line of JSON about it; and logs as JSON.

No line holds a word of an article, a question or a token. What a question, a query or a checked text says is written
only where that is asked for.
"""

import json
import logging
import re
import time
import traceback
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args
from uuid import uuid4

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dateline.ui.api.metrics import GONE, ROUTES, Metrics

LogFormat = Literal["text", "json"]
LOG_FORMATS: tuple[str, ...] = get_args(LogFormat)
NOTES = "dateline.notes"
"""Where a request's scope keeps what its handler notes of it: an ``outcome``, and its ``words``."""

_ARTICLE = re.compile(r"/v1/articles/[^/]+")
_MOST_WORDS = 1_000  # characters of a question that is logged

logger = logging.getLogger("dateline.requests")


@dataclass(frozen=True, slots=True, kw_only=True)
class Logging:
    """How a server logs."""

    form: LogFormat = "text"
    """``json`` has a line for each request, ``text`` only for what goes wrong."""
    questions: bool = False
    """Whether lines of requests say what was asked."""

    def configure(self) -> None:
        """Have this process log so, on standard error."""
        if self.form == "json":
            handler = logging.StreamHandler()
            handler.setFormatter(JsonFormatter())
            logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
            logger.setLevel(logging.INFO)
        else:
            logging.basicConfig(format="dateline: %(message)s", level=logging.WARNING)

    def tell_address(self, address: str) -> None:
        """Log where it is served."""
        logger.info("serving", extra={"fields": {"address": address}})


class JsonFormatter(logging.Formatter):
    """A record as a line of JSON; of an error its kind and place, as its words may be a question's."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and (error := record.exc_info[1]):
            line["error"] = place_of(error)
        return json.dumps(line, ensure_ascii=False)


def place_of(error: BaseException) -> str:
    """The kind of an error and where it was raised, without its words."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


def route_of(path: str) -> str:
    """What a request is counted by."""
    if path in ROUTES:
        return path
    return "/v1/articles/{article_id}" if _ARTICLE.fullmatch(path) else "page"


class RequestLog:
    """An ASGI application around another: each request gets a number, is counted, and is logged where wanted."""

    def __init__(self, app: ASGIApp, metrics: Metrics, form: Logging) -> None:
        self._app = app
        self._metrics = metrics
        self._form = form

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the application's start and end."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, number, status = time.perf_counter(), uuid4().hex, GONE
        notes: dict[str, str] = {}

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(raw=list(message["headers"]))
                headers["x-request-id"] = number
                message = {**message, "headers": headers.raw}
            await send(message)

        try:
            await self._app({**scope, NOTES: notes}, receive, sending)
        finally:
            seconds = time.perf_counter() - started
            self._note(scope, status, seconds, {"request_id": number, **notes})

    def _note(self, scope: Scope, status: int, seconds: float, notes: dict[str, str]) -> None:
        route = route_of(scope["path"])
        self._metrics.count_request(route, status, seconds)
        if "outcome" in notes:
            self._metrics.count_question(notes["outcome"])
        if self._form.form != "json":
            return
        words = notes.pop("words", "")
        fields = {"method": scope["method"], "route": route, "status": status, "ms": round(1000 * seconds, 1), **notes}
        if self._form.questions and words:
            fields["words"] = words[:_MOST_WORDS]
        logger.info("request", extra={"fields": fields})
