"""The Gradio page as a whole: its tabs, the source beside them, the endpoints that programs call."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import gradio as gr
from fastapi import FastAPI
from gradio.events import api

from dateline.rag.errors import ChatModelError
from dateline.ui.api.endpoints import ENDPOINTS, Endpoints
from dateline.ui.errors import describe
from dateline.ui.services.workspace import Workspace
from dateline.ui.web.html.text import models_html
from dateline.ui.web.page.ask import ask_tab
from dateline.ui.web.page.check import check_tab
from dateline.ui.web.page.components import OWN
from dateline.ui.web.page.evaluate import evaluate_tab
from dateline.ui.web.page.library import library_tab
from dateline.ui.web.page.routes import Routes
from dateline.ui.web.page.timeline import timeline_tab

QUEUE = 32
"""Requests that may wait; more are told to come again."""
_AT_ONCE = 2
_SESSIONS = 500
"""Whose state Gradio keeps, the last ones: 0.15 MB each, and every call of a program is one; its limit is 10,000."""
_LARGEST_UPLOAD = 20_000_000  # bytes of a file
_KEPT = 3600  # seconds that a temporary file of an upload may lie
_HEAD = """
<link rel="stylesheet" href="/page/page.css"><link rel="stylesheet" href="/page/evaluation.css">
<link rel="icon" href="/page/icon.svg" type="image/svg+xml"><script src="/page/page.js" defer></script>
"""
_MAST = """
<header class="mast"><h1>Dateline</h1><p>answers from your articles, word for word</p>
<div class="tools" role="group" aria-label="The conversation">
<button type="button" data-act="new">New conversation</button>
<button type="button" data-act="save-all" data-form="markdown">Save .md<span
class="hidden-text">: the conversation as Markdown</span></button>
<button type="button" data-act="save-all" data-form="json">Save .json<span
class="hidden-text">: the conversation as JSON</span></button></div>
<button type="button" id="theme" aria-label="Light or dark">◐</button></header>
<p id="told" role="status" aria-live="polite"></p>
<dialog id="sure"><form method="dialog"><p></p><div><button value="no" autofocus>Keep</button>
<button value="yes" class="danger"></button></div></form></dialog>
"""
_PANE = """
<section class="pane" aria-labelledby="pane-title"><div class="pane-bar"><h2 id="pane-title">Source</h2>
<div id="walk" hidden><button type="button" id="previous-citation" aria-label="Previous citation">←</button>
<output id="place" aria-live="polite"></output>
<button type="button" id="next-citation" aria-label="Next citation">→</button></div>
<button type="button" id="close-source" aria-label="Close the source">✕</button></div>
<div id="source-text"><p class="notice">Click a number in an answer: the whole article opens here, with the
cited words marked. The arrow keys go from one citation to the next.</p></div></section>
"""


def build_page(workspace: Workspace) -> gr.Blocks:
    """Every tab, and the endpoints."""
    blocks = gr.Blocks(title="Dateline", analytics_enabled=False, fill_width=True, delete_cache=(_KEPT, _KEPT))
    with blocks:
        named_endpoints(workspace)  # first: a name that is taken would be changed
        # The browser keeps the conversation; the key is no secret, what comes back is checked as any stranger's words.
        kept = gr.BrowserState([], storage_key="dateline-conversation", secret="kept by the browser")
        gr.HTML(_MAST, elem_id="mast", **OWN)
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="talk"), gr.Tabs(elem_id="rooms"):
                with gr.Tab("Ask", id="ask"):
                    ask = ask_tab(workspace, kept)
                with gr.Tab("Check", id="check"):
                    check_tab(workspace)
                with gr.Tab("Timeline", id="timeline"):
                    timeline_tab(workspace)
                with gr.Tab("Library", id="library") as library:
                    library_tab(workspace, library)
                with gr.Tab("Evaluate", id="evaluate") as evaluate:
                    evaluate_tab(workspace, evaluate, ask.way)
                with gr.Tab("Models", id="models"):
                    models_tab(workspace, ask.way)
            with gr.Column(elem_id="source"):
                gr.HTML(_PANE, elem_id="pane", **OWN)
        blocks.load(ask.restored, [kept], ask.shown, api_visibility="private", show_progress="hidden")
    blocks.state_session_capacity = _SESSIONS
    blocks.queue(max_size=QUEUE, default_concurrency_limit=_AT_ONCE, api_open=True)
    return blocks


def build_app(workspace: Workspace) -> FastAPI:
    """The page with what its script asks for; nothing here keeps strangers out, see ``dateline.ui.web.security``."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(Routes(workspace=workspace).router())
    blocks = build_page(workspace)
    closed: dict[str, Any] = {  # in so many words, so that no variable of the environment opens what is closed
        "allowed_paths": [], "blocked_paths": [], "show_error": False, "ssr_mode": False, "enable_monitoring": False,
        "pwa": False, "mcp_server": False, "auth": None, "root_path": "", "run_history": False, "footer_links": [],
    }  # fmt: skip
    mounted: FastAPI = gr.mount_gradio_app(
        app, blocks, path="", max_file_size=_LARGEST_UPLOAD, theme=gr.themes.Base(font=_FONTS, font_mono=["monospace"]),
        head=_HEAD, **closed,
    )  # fmt: skip
    return mounted


_FONTS = ["system-ui", "sans-serif"]


def named_endpoints(workspace: Workspace) -> None:
    """Offer all of ``ENDPOINTS``."""
    endpoints = Endpoints(assistant=workspace.assistant)
    for name in ENDPOINTS:
        api(_edge(getattr(endpoints, name)), api_name=name)


def _edge(endpoint: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """The endpoint; what goes wrong in it is told in one line, which Gradio keeps of a ``gr.Error`` alone."""

    @wraps(endpoint)
    def answer(*arguments: Any, **named: Any) -> dict[str, Any]:
        try:
            return endpoint(*arguments, **named)
        except Exception as error:  # the edge
            raise gr.Error(describe(error), print_exception=False) from None

    return answer


def models_tab(workspace: Workspace, way: gr.Dropdown) -> None:
    """Build the tab around the choice of the way of answering."""

    def look() -> tuple[dict[str, object], str]:
        try:
            shown = models_html(workspace.settings.model, workspace.find_models())
        except ChatModelError as error:
            shown = models_html(workspace.settings.model, failure=describe(error))
        return gr.update(choices=list(workspace.models)), shown

    shown = gr.HTML(models_html(workspace.settings.model), elem_id="models", **OWN)
    way.render()  # type: ignore[no-untyped-call]  # Gradio leaves its type out
    gr.Button("Look for model servers on this machine", elem_id="find-models").click(
        look, None, [way, shown], api_visibility="private"
    )
