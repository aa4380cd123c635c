"""Which model answers, and what servers here offer, on the page."""

from collections.abc import Sequence

from dateline.rag.writing.discovery import OfferedModels
from dateline.ui.web.html.text import templates


def models_html(model: str, servers: Sequence[OfferedModels] = (), failure: str = "") -> str:
    """What answers, and the servers that were found.

    Args:
        model: ``provider:name`` of the settings; empty where answers are quotations.
        servers: none where nobody has looked yet.
        failure: in a line, why none was found.
    """
    return _TEMPLATE.render(model=model, servers=servers, failure=failure)


_TEMPLATE = templates().get_template("models.html")
