"""Which articles a question is put to: days, a source, how sure, and how many articles that leaves, always in sight."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from dateline.index.types import Filter, is_article_id
from dateline.rag.retrieval import find_article
from dateline.ui.api.validation import read_filter
from dateline.ui.date_ranges import iso_day
from dateline.ui.services.workspace import Workspace
from dateline.ui.web.html.frame import scope_html
from dateline.ui.web.page.components import OWN, hidden_input, or_failure

_ANY = "any source"
_LONGEST_DAY = 40  # characters
_BALANCED = "balanced"
_STRICTNESS = ((_BALANCED, _BALANCED), ("strict: decline more", "strict"), ("lenient: decline less", "lenient"))
_CLEARED = {"days": ("since", "until"), **{name: (name,) for name in ("since", "until", "source", "how")}}
_PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def chosen_filter(since: object, until: object, source: object) -> Filter | None:
    """The articles that a person chose; any value may be forged.

    Raises:
        ArgumentError: a value is of no use.
    """
    return read_filter(_day(since), _day(until, last=True), None if source == _ANY else source)


def _day(value: object, *, last: bool = False) -> object:
    """A day that a person wrote; what is none is told by the filter."""
    return iso_day(value, last=last) if isinstance(value, str) and len(value) <= _LONGEST_DAY else value


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeCallbacks:
    """What the choice of articles comes to."""

    workspace: Workspace

    def look(self, since: object, until: object, source: object, how: object) -> str:
        """How many articles are asked, and what was chosen, each with a way to take it back."""

        def show() -> str:
            only, library = chosen_filter(since, until, source), self.workspace.library
            total = library.count_articles()
            asked = library.count_rows(only=only) if only else total
            return scope_html(only, asked, total, how if how in ("strict", "lenient") else "")

        return or_failure(show)

    def sources(self) -> dict[str, Any]:
        """The sources that there are to choose from."""
        return gr.update(choices=[_ANY, *self.workspace.library.sources()])

    def cleared(self, name: object) -> tuple[Any, Any, Any, Any]:
        """One choice taken back, by the name of its box, or all of them."""
        name = name if isinstance(name, str) else ""
        back = {"since": "", "until": "", "source": _ANY, "how": _BALANCED}
        since, until, source, how = (
            gr.update(value=value) if name == "all" or box in _CLEARED.get(name, ()) else gr.skip()
            for box, value in back.items()
        )
        return since, until, source, how

    def narrowed(self, article_id: object) -> tuple[Any, Any, Any]:
        """The day and the source of one article, which leave it and what appeared beside it."""
        given = article_id if isinstance(article_id, str) and is_article_id(article_id) else ""
        article = find_article(self.workspace.library, given) if given else None
        if article is None:
            return gr.skip(), gr.skip(), gr.skip()
        day = (article.metadata.published or "")[:10]
        return gr.update(value=day), gr.update(value=day), gr.update(value=article.metadata.source or _ANY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The boxes in which articles are chosen."""

    since: gr.Textbox
    until: gr.Textbox
    source: gr.Dropdown
    how: gr.Dropdown
    follow: Callable[..., None]
    """Has it look again after each of the events that it is given."""


def scope_row(workspace: Workspace) -> Scope:
    """Build the line below the question, and what it unfolds."""
    callbacks = ScopeCallbacks(workspace=workspace)
    shown = gr.HTML(elem_id="scope", **OWN)
    with gr.Group(elem_id="filters"), gr.Row():
        day: dict[str, Any] = {"placeholder": "YYYY-MM-DD", "min_width": 130, "max_lines": 1}
        since = gr.Textbox(label="Published since", elem_id="since", **day)
        until = gr.Textbox(label="Published until", elem_id="until", **day)
        source = gr.Dropdown([_ANY], value=_ANY, label="Source, or a part of its name", elem_id="only-source",
                             min_width=180, allow_custom_value=True)  # fmt: skip
        how = gr.Dropdown(list(_STRICTNESS), value=_BALANCED, label="How sure", elem_id="how", min_width=150)
    boxes: list[Any] = [since, until, source, how]
    gr.on([one.change for one in boxes], callbacks.look, boxes, [shown], trigger_mode="always_last", **_PRIVATE)
    back = hidden_input("clear")
    back.button.click(callbacks.cleared, [back.box], boxes, **_PRIVATE)
    near = hidden_input("narrow")
    near.button.click(callbacks.narrowed, [near.box], [since, until, source], **_PRIVATE)

    def follow(*events: Any) -> None:
        gr.on(list(events), callbacks.look, boxes, [shown], **_PRIVATE)
        gr.on(list(events), callbacks.sources, None, [source], **_PRIVATE)

    return Scope(since=since, until=until, source=source, how=how, follow=follow)
