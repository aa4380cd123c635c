"""HTTP routes that the page's script calls beside Gradio's: an article, an export, a correction, static files."""

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, PlainTextResponse

from dateline.index.errors import ArgumentError, DatelineError, NoSuchArticle
from dateline.index.types import Span, is_article_id
from dateline.ui.api.validation import MAX_WORDS
from dateline.ui.errors import describe
from dateline.ui.services.feedback import add_correction
from dateline.ui.services.workspace import Workspace
from dateline.ui.web.chat_export import to_json, to_markdown
from dateline.ui.web.chat_state import read_exchanges
from dateline.ui.web.html.articles import failure_html
from dateline.ui.web.html.conversation import Mark, source_html
from dateline.ui.web.html.evaluation import evaluation_css

_SCRIPTS = ("page", "helpers", "store", "conversations", "source", "answers")
_FILES = {f"{name}.js": "text/javascript" for name in _SCRIPTS}
_FILES |= {"page.css": "text/css", "icon.svg": "image/svg+xml"}
_FORMS = {"markdown": ("text/markdown", to_markdown), "json": ("application/json", to_json)}
_GONE = "this article is no longer in the library; its words stand in the citation"
_MOST_MARKS = 200
_MOST_EXPORTED = 2_000  # exchanges
_LONGEST_NUMBER = 9  # digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """The ways in of the page's script. Whatever they are handed comes from strangers."""

    workspace: Workspace

    def router(self) -> APIRouter:
        """All of them."""
        router = APIRouter()
        router.add_api_route("/source/{article_id}", self.source, methods=["GET"])
        router.add_api_route("/export/{form}", self.export, methods=["POST"])
        router.add_api_route("/corrections", self.correct, methods=["POST"])
        router.add_api_route("/page/{name}", self.file, methods=["GET"])
        return router

    def source(self, article_id: str, request: Request) -> Response:
        """An article with marks: ``mark=NUMBER:START-END``, ``answer=START-END``, ``chosen=NUMBER``."""
        given = request.query_params
        try:
            if not is_article_id(article_id):
                raise ArgumentError("no article has such an id")
            marks = [read_mark(text) for text in given.getlist("mark")[:_MOST_MARKS]]
            answers = [read_span(text) for text in given.getlist("answer")[:_MOST_MARKS]]
            chosen = _number(given.get("chosen", "0"))
            return HTMLResponse(source_html(self.workspace.library.article(article_id), marks, answers, chosen))
        except NoSuchArticle:
            return HTMLResponse(failure_html(_GONE), 404)
        except ArgumentError as error:
            return HTMLResponse(failure_html(str(error)), 422)

    async def export(self, form: str, request: Request) -> Response:
        """The exchanges that are posted as JSON, or a conversation with its name, to be kept as a file."""
        if form not in _FORMS:
            return PlainTextResponse("an export is markdown or json", 404)
        given = await _posted(request)
        named = given if isinstance(given, dict) else {"exchanges": given}
        exchanges = read_exchanges(named.get("exchanges"), _MOST_EXPORTED)
        if not exchanges:
            return PlainTextResponse("there is nothing to export", 422)
        kind, write = _FORMS[form]
        name = named.get("name")
        text = write(exchanges, name[:MAX_WORDS] if isinstance(name, str) else "")
        return Response(text, media_type=f"{kind}; charset=utf-8")

    async def correct(self, request: Request) -> Response:
        """A correction becomes a sample."""
        given = await _posted(request)
        try:
            fields = given if isinstance(given, dict) else {}
            return PlainTextResponse(await run_in_threadpool(add_correction, fields, self.workspace.library))
        except Exception as error:  # the edge
            return PlainTextResponse(describe(error), 422 if isinstance(error, DatelineError) else 500)

    async def file(self, name: str) -> Response:
        """A file of the page itself."""
        if name == "evaluation.css":
            return Response(evaluation_css(), media_type="text/css")
        if name not in _FILES:
            return PlainTextResponse("there is no such file", 404)
        return Response(files("dateline.ui.web.page").joinpath(name).read_bytes(), media_type=_FILES[name])


def read_mark(text: str) -> Mark:
    """``NUMBER:START-END``.

    Raises:
        ArgumentError: it is none.
    """
    number, colon, span = text.partition(":")
    if not colon:
        raise ArgumentError("a mark has the form NUMBER:START-END")
    return Mark(number=_number(number), span=read_span(span))


def read_span(text: str) -> Span:
    """``START-END``.

    Raises:
        ArgumentError: it is none.
    """
    start, dash, end = text.partition("-")
    if not dash:
        raise ArgumentError("a span has the form START-END")
    return Span(_number(start), _number(end))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER):
        raise ArgumentError("a place in an article is a whole number")
    return int(text)


async def _posted(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except (ValueError, RecursionError):
        return None
