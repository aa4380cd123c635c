"""The library over HTTP for programs: ``/v1``, without sessions, with the JSON of the command line.

    POST /v1/ask, /v1/check, /v1/search, /v1/timeline
                                            an object of the arguments of the endpoint of that name
    GET  /v1/articles, /v1/articles/ID      the same in the address
    GET  /v1/openapi.json                   all of that as OpenAPI describes it
    GET  /healthz, /readyz, /metrics        for what runs the server

What keeps strangers out stands around it: ``dateline.ui.web.security``.
"""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator, Mapping
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any, TypeVar

from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse, Response

from dateline.index.errors import ArgumentError, DatelineError, NoSuchArticle, shown
from dateline.rag.errors import QuestionError
from dateline.rag.types import Answer, AnswerChunk, CheckedSentence, CheckedText
from dateline.ui.api import schemas
from dateline.ui.api.descriptions import describe_endpoint
from dateline.ui.api.endpoints import ENDPOINTS, Endpoints
from dateline.ui.api.metrics import CONTENT_TYPE, Metrics
from dateline.ui.api.readiness import Readiness
from dateline.ui.api.request_log import NOTES, logger, place_of, route_of
from dateline.ui.api.serializers import answer_fields, check_fields, sentence_fields, written_fields
from dateline.ui.api.streams import Turns, from_thread, stream
from dateline.ui.api.validation import check_names, read_filter, read_text
from dateline.ui.errors import ServerBusy, describe

_JSON, _EVENTS = "application/json", "text/event-stream"
_STREAM = "stream"
_STREAMS = ("ask", "check")
_STREAMED = "events 'sentence', each as it is checked, then 'result' with the object that is given as JSON, or 'error'"
_DIGITS = 12  # of a number at most: more are out of every range
_FORMS: Mapping[str, Any] = {
    "ask": schemas.AnswerJson, "check": schemas.CheckJson, "search": schemas.FoundJson,
    "timeline": schemas.TimelineJson, "articles": schemas.ArticlesJson, "get_article": schemas.ArticleJson,
}  # fmt: skip
_REFUSALS = {
    400: "an argument is of no use", 401: "no token, or a wrong one", 404: "no such article", 413: "too much at once",
    415: "no JSON", 429: "too many wrong tokens", 500: "a fault", 503: "no library, or too many ask at once",
}  # fmt: skip
_STATUSES: Mapping[type[Exception], int] = {
    ArgumentError: 400, QuestionError: 400, NoSuchArticle: 404, ServerBusy: 503, DatelineError: 503,
}  # fmt: skip
_SAID = """Answers about a library of news articles, each sentence with the exact words it rests on. Any citation can be
checked: text[start:end] == quote, of the article's text, counted in Unicode code points."""

_Events = AsyncGenerator[tuple[str, dict[str, Any]], None]
_Handler = Callable[[Request], Awaitable[Response]]
_Part = TypeVar("_Part")


class HttpApi:
    """The handlers; each request is answered from what it says alone."""

    def __init__(self, readiness: Readiness, metrics: Metrics) -> None:
        self._workspace = readiness.workspace
        self._endpoints = Endpoints(assistant=self._workspace.assistant)
        self._readiness = readiness
        self._metrics = metrics
        self._turns = Turns()

    def app(self) -> FastAPI:
        """The application; where it is served by itself, it loads the models when it starts."""

        @asynccontextmanager
        async def lifespan(_: FastAPI) -> AsyncIterator[None]:
            self._readiness.warm_up()
            yield
            await run_in_threadpool(self._readiness.close)

        app = FastAPI(docs_url=None, redoc_url=None, openapi_url="/v1/openapi.json", lifespan=lifespan)
        self._add_routes(app)
        app.openapi = lambda: _described(app)  # type: ignore[method-assign]  # as FastAPI's own papers have it
        return app

    def _add_routes(self, app: FastAPI) -> None:
        endpoints = self._endpoints
        _route(app, "POST", "/v1/ask", self.ask, endpoints.ask)
        _route(app, "POST", "/v1/check", self.check, endpoints.check)
        _route(app, "POST", "/v1/search", self.search, endpoints.search)
        _route(app, "POST", "/v1/timeline", self.timeline, endpoints.timeline)
        _route(app, "GET", "/v1/articles", self.articles, endpoints.articles)
        _route(app, "GET", "/v1/articles/{article_id}", self.article, endpoints.get_article)
        for path, probe in (("/healthz", self.healthz), ("/readyz", self.readyz), ("/metrics", self.metrics)):
            app.add_route(path, _edge(probe), methods=["GET"], include_in_schema=False)

    async def ask(self, request: Request) -> Response:
        """Answer a question, at once or sentence by sentence."""
        given, streamed = await _posted(request, "ask")
        _note_words(request, given.get("question"))
        if not streamed:
            found = await self._turned("ask", given)
            _note_outcome(request, abstained=found["abstained"])
            return JSONResponse(found)
        only = read_filter(given.get("since"), given.get("until"), given.get("source"))
        asked = {"only": only, **{name: given.get(name) for name in ("question", "history", "asked_for")}}

        def parts() -> Generator[Answer | AnswerChunk, None, None]:
            yield from self._workspace.assistant().chain.stream(asked)

        async def events() -> _Events:
            async for part in self._streamed(parts):
                if isinstance(part, Answer):
                    _note_outcome(request, abstained=part.abstained)
                    yield "result", answer_fields(part)
                else:
                    yield "sentence", written_fields(part)

        return await stream(events())

    async def check(self, request: Request) -> Response:
        """Check a text, at once or sentence by sentence."""
        given, streamed = await _posted(request, "check")
        _note_words(request, given.get("text"))
        if not streamed:
            return JSONResponse(await self._turned("check", given))
        text = read_text("text", given["text"])
        only = read_filter(given.get("since"), given.get("until"), given.get("source"))

        def parts() -> Generator[CheckedSentence | CheckedText, None, None]:
            yield from self._workspace.assistant().stream_check(text, only)

        async def events() -> _Events:
            async for part in self._streamed(parts):
                if isinstance(part, CheckedText):
                    yield "result", check_fields(part)
                else:
                    yield "sentence", sentence_fields(part)

        return await stream(events())

    async def search(self, request: Request) -> Response:
        """Find passages."""
        given, _ = await _posted(request, "search")
        _note_words(request, given.get("query"))
        return JSONResponse(await self._turned("search", given))

    async def timeline(self, request: Request) -> Response:
        """Put what is said of a topic in order."""
        given, _ = await _posted(request, "timeline")
        _note_words(request, given.get("topic"))
        return JSONResponse(await self._turned("timeline", given))

    async def articles(self, request: Request) -> Response:
        """List articles."""
        return await self._read("articles", _asked(request))

    async def article(self, request: Request) -> Response:
        """Give an article."""
        return await self._read("get_article", {**_asked(request), "article_id": request.path_params["article_id"]})

    async def healthz(self, request: Request) -> Response:
        """The process lives."""
        return JSONResponse({"status": "alive"})

    async def readyz(self, request: Request) -> Response:
        """The library opens and the models are loaded; what is wrong is logged, not told to whoever asks."""
        waits_for = await run_in_threadpool(self._readiness.waits_for)
        return JSONResponse({"status": waits_for or "ready"}, 503 if waits_for else 200)

    async def metrics(self, request: Request) -> Response:
        """All counts, of all processes that serve."""
        sizes = await run_in_threadpool(self._readiness.sizes)
        return PlainTextResponse(self._metrics.render(sizes), media_type=CONTENT_TYPE)

    async def _read(self, name: str, given: dict[str, Any]) -> Response:
        check_names(name, ENDPOINTS[name], given)
        return JSONResponse(await run_in_threadpool(lambda: getattr(self._endpoints, name)(**given)))

    async def _turned(self, name: str, given: dict[str, Any]) -> dict[str, Any]:
        async with self._turns.turn():
            found: dict[str, Any] = await run_in_threadpool(lambda: getattr(self._endpoints, name)(**given))
            return found

    async def _streamed(self, parts: Callable[[], Generator[_Part, None, None]]) -> AsyncGenerator[_Part, None]:
        async with self._turns.turn():
            coming = from_thread(parts())
            try:
                async for part in coming:
                    yield part
            finally:
                await coming.aclose()


def _route(app: FastAPI, method: str, path: str, handler: _Handler, endpoint: Callable[..., Any]) -> None:
    """Add one with its description: what the endpoint's docstring says of it, its arguments, its answers."""
    name, read = endpoint.__name__, describe_endpoint(endpoint)
    answers: dict[int | str, dict[str, Any]] = {200: {"model": _FORMS[name], "description": "as --json prints it"}}
    answers |= {status: {"model": schemas.ErrorJson, "description": said} for status, said in _REFUSALS.items()}
    if name in _STREAMS:
        answers[200]["content"] = {_EVENTS: {"schema": {"type": "string", "description": _STREAMED}}}
    app.add_api_route(
        path, _edge(handler), methods=[method], operation_id=name, responses=answers, response_model=None,
        summary=read.said.partition(". ")[0], description=read.said,
        openapi_extra=_body_of(name, read.arguments) if method == "POST" else _parameters_of(path, read.arguments),
    )  # fmt: skip


def _body_of(name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """How the arguments are sent in a body."""
    streamed = {"type": "boolean", "default": False, "description": "Whether to answer by server-sent events."}
    further = {_STREAM: streamed} if name in _STREAMS else {}
    schema = {**arguments, "properties": {**arguments["properties"], **further}}
    return {"requestBody": {"required": True, "content": {_JSON: {"schema": schema}}}}


def _parameters_of(path: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """How the arguments are sent in the address."""
    found = []
    for name, form in arguments["properties"].items():
        place = "path" if f"{{{name}}}" in path else "query"
        told = {"in": place, "required": place == "path", "description": form["description"]}
        found.append({"name": name, "schema": form, **told})
    return {"parameters": found}


def _described(app: FastAPI) -> dict[str, Any]:
    """The description of all that is served, made once."""
    if not app.openapi_schema:
        schema = get_openapi(title="Dateline", version=version("dateline"), description=_SAID, routes=app.routes)
        schema["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        schema["security"] = [{"token": []}]
        app.openapi_schema = schema
    return app.openapi_schema


async def _posted(request: Request, name: str) -> tuple[dict[str, Any], bool]:
    """The arguments that were posted, their names checked, and whether the answer is to be streamed."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _JSON:
        raise HTTPException(415, f"send an object of JSON with the header 'Content-Type: {_JSON}'")
    try:
        given = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise ArgumentError("the body is no JSON; send an object of the arguments") from None
    if not isinstance(given, dict):
        raise ArgumentError(f"the body is {shown(given)}; send an object of the arguments")
    streamed = given.pop(_STREAM, False) if name in _STREAMS else False
    if not isinstance(streamed, bool):
        raise ArgumentError(f"{_STREAM} is {shown(streamed)}; give true or false")
    check_names(name, ENDPOINTS[name], given)
    return given, name in _STREAMS and (streamed or _EVENTS in request.headers.get("accept", ""))


def _asked(request: Request) -> dict[str, Any]:
    """The arguments of an address; what is written as a number is one."""
    given = request.query_params
    twice = [name for name in given if len(given.getlist(name)) > 1]
    if twice:
        raise ArgumentError(f"{shown(twice[0])} is given twice")
    numbers = ("offset", "limit", "start", "end")
    return {name: _number(value) if name in numbers else value for name, value in given.items()}


def _number(value: str) -> int | str:
    return int(value) if value.isascii() and value.isdigit() and len(value) <= _DIGITS else value


def _note_words(request: Request, words: object) -> None:
    """Note what was asked, for a log that was asked to hold it."""
    if isinstance(words, str):
        request.scope[NOTES]["words"] = words


def _note_outcome(request: Request, *, abstained: bool) -> None:
    request.scope[NOTES]["outcome"] = "declined" if abstained else "answered"


def _edge(handler: _Handler) -> _Handler:
    """The handler; what goes wrong in it is an answer, too."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except Exception as error:  # the edge
            return _failure(request, error)

    return answer


def _failure(request: Request, error: Exception) -> Response:
    """What went wrong, in a line; what nobody foresaw is logged by its place."""
    if isinstance(error, HTTPException):
        return JSONResponse({"detail": error.detail}, error.status_code)
    status = next((status for kind, status in _STATUSES.items() if isinstance(error, kind)), 500)
    if status == 500:
        logger.warning("%s: %s", route_of(request.url.path), place_of(error))
    response = JSONResponse({"detail": describe(error)}, status)
    if isinstance(error, ServerBusy):
        response.headers["retry-after"] = "1"
    return response
