"""What several tabs are made of: HTML of ours, hidden boxes that the page's script fills, and failures as a line."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from dateline.ui.errors import describe
from dateline.ui.web.html.articles import failure_html

OWN: dict[str, Any] = {"js_on_load": None, "apply_default_css": False, "padding": False}
"""Of a ``gr.HTML`` that is ours: no script and no style of Gradio's in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenInput:
    """What the script fills, and what it presses."""

    box: gr.Textbox
    button: gr.Button


def hidden_input(name: str) -> HiddenInput:
    """A hidden box with the id ``NAME-box`` and its button ``NAME-go``; what is in the box comes from a stranger."""
    return HiddenInput(
        box=gr.Textbox(elem_id=f"{name}-box", visible="hidden", show_label=False),
        button=gr.Button(name, elem_id=f"{name}-go", visible="hidden"),
    )


def or_failure(make: Callable[[], str]) -> str:
    """The HTML that is made, or in a line what went wrong."""
    try:
        return make()
    except Exception as error:  # the edge
        return failure_html(describe(error))
