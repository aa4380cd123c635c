"""The named endpoints of the page, for other programs: the JSON of the command line."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import gradio as gr
from gradio.events import api

from dateline.ui.api.endpoints import ENDPOINTS, Endpoints
from dateline.ui.app.workspace import Desk
from dateline.ui.telling import told


def named_endpoints(desk: Desk) -> None:
    """Offer all of ``ENDPOINTS``."""
    endpoints = Endpoints(assistant=desk.assistant)
    for name in ENDPOINTS:
        api(_edge(getattr(endpoints, name)), api_name=name)


def _edge(endpoint: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """The endpoint; what goes wrong in it is told in one line, which Gradio keeps of a ``gr.Error`` alone."""

    @wraps(endpoint)
    def answer(*arguments: Any, **named: Any) -> dict[str, Any]:
        try:
            return endpoint(*arguments, **named)
        except Exception as error:  # the edge
            raise gr.Error(told(error), print_exception=False) from None

    return answer
