"""The Gradio page as a whole: its tabs, the source beside them, the endpoints that programs call."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import gradio as gr
from fastapi import FastAPI
from gradio.events import api

from dateline.ui.api.endpoints import ENDPOINTS, Endpoints
from dateline.ui.errors import describe
from dateline.ui.services.workspace import Workspace
from dateline.ui.web.html.frame import board_html, facts_html, mast_html, pane_html, rail_html
from dateline.ui.web.page.ask import ask_tab
from dateline.ui.web.page.check import check_tab
from dateline.ui.web.page.components import OWN, or_failure
from dateline.ui.web.page.evaluate import evaluate_tab
from dateline.ui.web.page.library import library_tab
from dateline.ui.web.page.models import models_tab
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
<link rel="icon" href="/page/icon.svg" type="image/svg+xml"><script type="module" src="/page/page.js"></script>
"""


def build_page(workspace: Workspace) -> gr.Blocks:
    """Every tab, and the endpoints."""
    blocks = gr.Blocks(title="Dateline", analytics_enabled=False, fill_width=True, delete_cache=(_KEPT, _KEPT))
    with blocks:
        named_endpoints(workspace)  # first: a name that is taken would be changed
        # The browser keeps the conversation; the key is no secret, what comes back is checked as any stranger's words.
        kept = gr.BrowserState([], storage_key="dateline-conversation", secret="kept by the browser")
        gr.HTML(mast_html(), elem_id="mast", **OWN)
        facts = gr.HTML(elem_id="facts", **OWN)
        with gr.Row(elem_id="desk"):
            gr.HTML(rail_html(), elem_id="rail", **OWN)
            with gr.Column(elem_id="talk"), gr.Tabs(elem_id="rooms"):
                with gr.Tab("Ask", id="ask"):
                    ask = ask_tab(workspace, kept)
                with gr.Tab("Check", id="check"):
                    check_tab(workspace)
                with gr.Tab("Timeline", id="timeline"):
                    timeline_tab(workspace)
                with gr.Tab("Notes", id="notes"):
                    gr.HTML(board_html(), elem_id="notes", **OWN)
                with gr.Tab("Library", id="library") as library:
                    held = library_tab(workspace, library)
                with gr.Tab("Evaluate", id="evaluate") as evaluate:
                    evaluate_tab(workspace, evaluate, ask.way)
                with gr.Tab("Models", id="models"):
                    models_tab(workspace, ask.way)
            with gr.Column(elem_id="source"):
                gr.HTML(pane_html(), elem_id="pane", **OWN)
        quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        blocks.load(ask.restored, [kept], ask.shown, **quiet)
        ask.follow(blocks.load, held.change)
        gr.on([blocks.load, ask.way.change, held.change], _facts(workspace), [ask.way], [facts], **quiet)
    blocks.state_session_capacity = _SESSIONS
    blocks.queue(max_size=QUEUE, default_concurrency_limit=_AT_ONCE, api_open=True)
    return blocks


def _facts(workspace: Workspace) -> Callable[[object], str]:
    """What the head of the page says of the library and of what answers."""

    def look(way: object) -> str:
        def show() -> str:
            library = workspace.library
            name = library.folder.resolve().name
            model = way if isinstance(way, str) and way in workspace.models else workspace.models[0]
            return facts_html(name, library.count_articles(), model)

        return or_failure(show)

    return look


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
