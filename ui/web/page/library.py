"""The Library tab: search, open, add and remove articles; check and repair the library."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import gradio as gr

from dateline.index.errors import ArgumentError
from dateline.index.ingest import Added, Progress
from dateline.index.reading import Skipped
from dateline.index.types import Order, is_article_id
from dateline.ui.api.validation import read_words
from dateline.ui.errors import describe
from dateline.ui.services.additions import add_address, add_text, edit_metadata
from dateline.ui.services.library_admin import check, library_stats, remove_article, repair
from dateline.ui.services.uploads import Upload, upload
from dateline.ui.services.workspace import Workspace
from dateline.ui.web.html.articles import (
    articles_html,
    done_html,
    failure_html,
    found_html,
    problems_html,
    stats_html,
    upload_html,
)
from dateline.ui.web.page.components import OWN, hidden_input, or_failure

ROWS = 25
"""Articles on a page of the table."""
_PLACES = 40  # in the texts
_SHOWN_AS = {
    "newest": "newest first", "oldest": "oldest first", "title": "by title", "source": "by source",
    "size": "longest first", "added": "last added first",
}  # fmt: skip

Table = tuple[str, str, int]
"""The articles and the holdings as HTML, and how many articles come before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryCallbacks:
    """What can be done with the articles on the page."""

    workspace: Workspace
    stopping: threading.Event = field(default_factory=threading.Event)
    """Set where the addition that goes on is to end."""

    def table(self, query: object, order: object, offset: object = 0, move: int = 0) -> Table:
        """A page of the articles that a search finds, or what is wrong with the search.

        Args:
            query: words that they have.
            order: how they are sorted.
            offset: how many come before.
            move: how many to go on from there, or back.
        """
        library = self.workspace.library
        try:
            words = read_words("the search", query)
            total = library.count_rows(words)
            start = max(0, min(offset + move if isinstance(offset, int) else 0, (total - 1) // ROWS * ROWS))
            rows = library.rows(words, _order(order), start, ROWS)
            shown = articles_html(rows, total, start, words, shared=self.workspace.shared)
            return shown, stats_html(library_stats(library)), start
        except Exception as error:  # the edge
            return failure_html(describe(error)), "", 0

    def add(self, files: object, progress: gr.Progress = gr.Progress()) -> tuple[None, str]:  # noqa: B008 - Gradio's way
        """Take uploaded files into the library; gives the emptied box, and what came of it."""

        def watch(event: Added | Skipped | Progress) -> None:
            if isinstance(event, Progress):
                progress((event.done, event.total), desc="reading", unit="bytes")

        self.stopping.clear()
        paths = [Path(one) for one in files or () if isinstance(one, str)] if isinstance(files, list) else []
        uploads = [Upload(path=path, name=path.name) for path in paths]
        return None, or_failure(
            lambda: upload_html(upload(self.workspace.settings, uploads, watch, self.stopping.is_set))
        )

    def search_texts(self, query: object) -> str:
        """Places in the texts that hold words of a search."""

        def search() -> str:
            words = read_words("the search", query)
            if not words:
                raise ArgumentError("there is nothing to search for; write some words")
            found = self.workspace.library.search(words, _PLACES)
            return found_html([one for one in found if one.text_rank is not None], words)

        return or_failure(search)

    def add_text(self, text: object) -> tuple[Any, str]:
        """Take a pasted text into the library; gives what stays in its box, and what came of it."""
        try:
            return "", upload_html(add_text(self.workspace.settings, text).report)
        except Exception as error:  # the edge
            return gr.skip(), failure_html(describe(error))

    def add_address(self, address: object) -> tuple[Any, str]:
        """Take what stands at an address into the library, where the page is its owner's alone."""
        try:
            if self.workspace.shared:
                raise ArgumentError("this page is shared, and its owner alone adds by address: 'dateline add ADDRESS'")
            return "", upload_html(add_address(self.workspace.settings, address).report)
        except Exception as error:  # the edge
            return gr.skip(), failure_html(describe(error))

    def edit(self, handed: object) -> str:
        """Set what is known of an article."""
        return or_failure(lambda: done_html(edit_metadata(self.workspace.settings, handed)))

    def stop(self) -> str:
        """End the addition that goes on, after the articles that are being embedded."""
        self.stopping.set()
        return done_html("the addition ends after the articles that are being read")

    def remove(self, article_id: object) -> str:
        """Remove an article that a person has confirmed."""
        if self.workspace.shared:
            return failure_html(
                "this page is shared, and its owner alone removes articles: 'dateline articles remove ID'"
            )
        if not (isinstance(article_id, str) and is_article_id(article_id)):
            return failure_html("no article was named")
        return or_failure(lambda: done_html(remove_article(self.workspace.settings, article_id)))

    def check(self) -> str:
        """Whether the library is in order."""
        return or_failure(lambda: problems_html(check(self.workspace.settings)))

    def repair(self) -> str:
        """Mend what can be mended."""
        return or_failure(lambda: problems_html(repair(self.workspace.settings), repaired=True))


def _other_ways(callbacks: LibraryCallbacks) -> list[tuple[gr.Textbox, gr.Button, Callable[..., Any]]]:
    """Boxes for an address and for a text, each with its button and what that does."""
    ways: list[tuple[gr.Textbox, gr.Button, Callable[..., Any]]] = []
    with gr.Column(elem_id="other-ways"):
        if not callbacks.workspace.shared:
            with gr.Row(elem_id="by-address"):
                address = gr.Textbox(label="Or the address of a page or a feed", placeholder="https://", max_lines=1,
                                     elem_id="address", scale=3, max_length=2_000)  # fmt: skip
                fetch = gr.Button("Add the page", elem_id="add-address", size="sm", scale=0, min_width=130)
            ways.append((address, fetch, callbacks.add_address))
        with gr.Row(elem_id="by-paste"):
            text = gr.Textbox(label="Or a text, its title in the first line", placeholder="Paste an article", lines=2,
                              max_lines=8, elem_id="pasted", scale=3, max_length=500_000)  # fmt: skip
            take = gr.Button("Add the text", elem_id="add-text", size="sm", scale=0, min_width=130)
        ways.append((text, take, callbacks.add_text))
    return ways


def _order(value: object) -> Order:
    return next((one for one in get_args(Order) if one == value), "newest")


def _buttons(row: str, names: Mapping[str, str]) -> list[gr.Button]:
    """A row of small buttons, by their ids and what stands on them."""
    with gr.Row(elem_id=row):
        return [gr.Button(words, elem_id=name, size="sm") for name, words in names.items()]


def library_tab(workspace: Workspace, tab: gr.Tab) -> gr.HTML:
    """Build the tab; gives what is drawn anew whenever the library was looked at."""
    callbacks = LibraryCallbacks(workspace=workspace)
    offset = gr.State(0)
    holdings = gr.HTML(elem_id="holdings", **OWN)
    said = gr.HTML(elem_id="said-of-library", render=False, **OWN)
    with gr.Row(elem_id="add-articles"):
        files = gr.File(label="Add articles (text, Markdown, HTML, PDF, office, mail, JSON, zip)",
                        file_count="multiple", elem_id="upload", height=172)  # fmt: skip
        given = _other_ways(callbacks)
    names = {"stop-adding": "Stop adding", "check-library": "Check the library", "repair-library": "Repair"}
    stop, look, mend = _buttons("care", names)
    said.render()  # type: ignore[no-untyped-call]  # Gradio leaves its type out
    with gr.Row(elem_id="find-articles"):
        query = gr.Textbox(label="Search title, source and file name", elem_id="search-articles", scale=3)
        order = gr.Dropdown([(_SHOWN_AS[one], one) for one in get_args(Order)], value="newest", label="Order",
                            elem_id="order-articles", scale=1, min_width=200)  # fmt: skip
        texts = gr.Button("Search the texts", elem_id="search-texts", size="sm", scale=0, min_width=150)
    table = gr.HTML(elem_id="articles", **OWN)
    pages = {"previous-page": "Previous page", "next-page": "Next page"}
    earlier, later = _buttons("pages-of-articles", pages)
    found, chosen = [table, holdings, offset], [query, order, offset]
    loud: dict[str, Any] = {"api_visibility": "private"}
    quiet: dict[str, Any] = {**loud, "show_progress": "hidden"}
    gr.on([tab.select, query.submit, order.change], callbacks.table, [query, order], found, **quiet)
    query.change(callbacks.table, [query, order], found, trigger_mode="always_last", **quiet)
    earlier.click(lambda query, order, offset: callbacks.table(query, order, offset, -ROWS), chosen, found, **quiet)
    later.click(lambda query, order, offset: callbacks.table(query, order, offset, ROWS), chosen, found, **quiet)
    texts.click(callbacks.search_texts, [query], [table], **quiet)
    removal, editing = hidden_input("remove"), hidden_input("edit")
    changes = (
        editing.button.click(callbacks.edit, [editing.box], [said], **quiet),
        *(button.click(act, [box], [box, said], concurrency_limit=1, **loud) for box, button, act in given),
        removal.button.click(callbacks.remove, [removal.box], [said], **quiet),
        files.upload(callbacks.add, [files], [files, said], concurrency_limit=1, **loud),
        mend.click(callbacks.repair, None, [said], **loud),
    )
    for change in changes:
        change.then(callbacks.table, chosen, found, **quiet)
    stop.click(callbacks.stop, None, [said], queue=False, **quiet)
    look.click(callbacks.check, None, [said], **loud)
    return holdings
