"""``dateline ask`` in a terminal: sentence by sentence, each as soon as it is checked."""

from contextlib import closing
from typing import TYPE_CHECKING

from rich.console import Console

from dateline.index.types import Filter

if TYPE_CHECKING:
    from dateline.rag.assistant import Assistant
    from dateline.rag.types import Citation


def show_as_written(assistant: "Assistant", question: str, only: Filter | None) -> None:
    """Print an answer while it is written; in the end there stands what ``render_answer`` would give."""
    from dateline.rag.types import Answer, Request
    from dateline.ui.cli.render import render_claim, render_rest

    console = Console()
    citations: tuple[Citation, ...] = ()
    with closing(assistant.stream(Request(question=question, only=only))) as parts:
        for part in parts:
            if isinstance(part, Answer):
                console.print(render_rest(part))
            else:
                citations += part.citations
                console.print(render_claim(part.claim, citations))
