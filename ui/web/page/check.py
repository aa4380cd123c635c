"""The Check tab: a text that someone else wrote is pasted, and each of its sentences held against the articles."""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import gradio as gr

from dateline.rag.types import CheckedText
from dateline.ui.api.validation import MAX_CHECKED, read_text
from dateline.ui.errors import describe
from dateline.ui.services.workspace import QUOTING, Workspace
from dateline.ui.web.html.articles import failure_html
from dateline.ui.web.html.check import check_html
from dateline.ui.web.html.text import progress_html
from dateline.ui.web.page.components import OWN

_BETWEEN = 0.3  # seconds between two looks at how far it has come


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckCallbacks:
    """How texts are checked on the page."""

    workspace: Workspace

    def check(self, text: object) -> Iterator[tuple[str, Any]]:
        """How far the check has come, then the text with its verdicts; what goes wrong is told in a line."""
        try:
            given = read_text("the text", text)
            yield progress_html(0, len(given), "characters"), gr.skip()
            shown = time.monotonic()
            with closing(self.workspace.assistant(QUOTING).stream_check(given)) as parts:
                for part in parts:
                    if isinstance(part, CheckedText):
                        yield "", check_html(part)
                    elif time.monotonic() - shown >= _BETWEEN:
                        shown = time.monotonic()
                        yield progress_html(part.end, len(given), "characters"), gr.skip()
        except Exception as error:  # the edge
            yield failure_html(describe(error)), gr.skip()


def check_tab(workspace: Workspace) -> None:
    """Build the tab."""
    callbacks = CheckCallbacks(workspace=workspace)
    text = gr.Textbox(
        label="A draft, a press release, an answer of a chatbot", placeholder="Paste a text", lines=8, max_lines=16,
        max_length=MAX_CHECKED, elem_id="text-to-check",
    )  # fmt: skip
    with gr.Row(elem_id="checking"):
        start = gr.Button("Check the text", variant="primary", elem_id="check-text", scale=0, min_width=140)
        stop = gr.Button("Stop checking", elem_id="stop-checking", scale=0, min_width=140)
    said = gr.HTML(elem_id="said-of-text", **OWN)
    result = gr.HTML(elem_id="checked", **OWN)
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    running = start.click(callbacks.check, [text], [said, result], concurrency_limit=1, **private)
    stop.click(lambda: _STOPPED, None, [said], cancels=[running], **private)


_STOPPED = '<p class="notice" role="status">Stopped.</p>'
