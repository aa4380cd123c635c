"""The named endpoints of the page, for other programs: the JSON of the command line."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import gradio as gr
from gradio.events import api

from ui.desk import Desk
from ui.endpoints import Endpoints
from ui.telling import told


def named_endpoints(desk: Desk) -> None:
    """Offer ``ask``, ``search``, ``articles`` and ``get_article``."""
    endpoints = Endpoints(assistant=desk.assistant)
    for endpoint in (endpoints.ask, endpoints.search, endpoints.articles, endpoints.get_article):
        api(_edge(endpoint), api_name=endpoint.__name__)


def _edge(endpoint: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """The endpoint; what goes wrong in it is told in one line, which Gradio keeps of a ``gr.Error`` alone."""

    @wraps(endpoint)
    def answer(*arguments: Any, **named: Any) -> dict[str, Any]:
        try:
            return endpoint(*arguments, **named)
        except Exception as error:  # the edge
            raise gr.Error(told(error), print_exception=False) from None

    return answer
