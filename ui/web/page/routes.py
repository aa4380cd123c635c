"""HTTP routes that the page's script calls beside Gradio's: an article, an export, a correction, static files."""

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse

from dateline.index.errors import ArgumentError, DatelineError, NoSuchArticle
from dateline.index.types import Article, Span, Version, is_article_id
from dateline.rag.retrieval import find_article
from dateline.rag.types import Citation
from dateline.ui.api.validation import MAX_WORDS
from dateline.ui.errors import describe
from dateline.ui.services.feedback import add_correction
from dateline.ui.services.workspace import Workspace
from dateline.ui.web.chat_export import citation_markdown, to_json, to_markdown
from dateline.ui.web.chat_state import read_exchanges
from dateline.ui.web.html.articles import failure_html
from dateline.ui.web.html.conversation import Mark, source_html
from dateline.ui.web.html.evaluation import evaluation_css
from dateline.ui.web.html.frame import notes_html
from dateline.ui.web.notes import FORMS, dump_citation, read_notes

_SCRIPTS = ("page", "helpers", "store", "conversations", "source", "answers", "notes")
_FILES = {f"{name}.js": "text/javascript" for name in _SCRIPTS}
_FILES |= {"page.css": "text/css", "icon.svg": "image/svg+xml"}
_FORMS = {"markdown": ("text/markdown", to_markdown), "json": ("application/json", to_json)}
_GONE = "this article is no longer in the library; its words stand in the citation"
_MOST_MARKS = 200
_LONGEST_QUOTE = 5_000  # characters
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
        router.add_api_route("/quote/{article_id}", self.quote, methods=["GET"])
        router.add_api_route("/export/{form}", self.export, methods=["POST"])
        router.add_api_route("/notes/{form}", self.notes, methods=["POST"])
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
            article, versions, later = self._text(article_id)
            return HTMLResponse(source_html(article, marks, answers, chosen, versions, later))
        except NoSuchArticle:
            return HTMLResponse(failure_html(_GONE), 404)
        except ArgumentError as error:
            return HTMLResponse(failure_html(str(error)), 422)

    def _text(self, article_id: str) -> tuple[Article, list[Version], Version | None]:
        """The article with its earlier texts, or the earlier text that has the id."""
        library = self.workspace.library
        article = find_article(library, article_id)
        if article is not None:
            return article, library.versions(article_id), None
        later = library.version(article_id)
        return later.article, [], later

    def quote(self, article_id: str, request: Request) -> Response:
        """The words of an article at ``span=START-END``, with their citation in Markdown and as fields."""
        try:
            if not is_article_id(article_id):
                raise ArgumentError("no article has such an id")
            span = read_span(request.query_params.get("span", ""))
            citation = quoted(self.workspace.library.article(article_id), span)
            return JSONResponse({"markdown": citation_markdown(citation), "citation": dump_citation(citation)})
        except NoSuchArticle:
            return PlainTextResponse(_GONE, 404)
        except ArgumentError as error:
            return PlainTextResponse(str(error), 422)

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

    async def notes(self, form: str, request: Request) -> Response:
        """The notes that are posted as JSON: as they are shown, or to be kept as a file."""
        notes = read_notes(await _posted(request))
        if form == "html":
            return HTMLResponse(notes_html(notes))
        if form not in FORMS:
            return PlainTextResponse(f"notes are exported as {', '.join(FORMS)}", 404)
        if not notes:
            return PlainTextResponse("there is nothing to export", 422)
        kind, write = FORMS[form]
        try:
            return Response(await run_in_threadpool(write, notes, self.workspace.library), media_type=kind)
        except DatelineError as error:
            return PlainTextResponse(describe(error), 422)

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


def quoted(article: Article, span: Span) -> Citation:
    """The citation of some words of an article.

    Raises:
        ArgumentError: there are no words there, or too many.
    """
    if not 0 <= span.start < span.end <= len(article.text) or len(span) > _LONGEST_QUOTE:
        place = f"{span.start}-{span.end}"
        raise ArgumentError(
            f"there is no quotation at {place}; give at most {_LONGEST_QUOTE:,} characters of the article"
        )
    return Citation(
        article_id=article.id, metadata=article.metadata, origin=article.origins[0].name, start=span.start,
        end=span.end, quote=span.of(article.text),
    )  # fmt: skip


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
