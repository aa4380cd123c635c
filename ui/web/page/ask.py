"""The Ask tab: the conversation, the question box, and which articles a question is put to."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from dateline.index.library import Library
from dateline.index.types import filter_in_words
from dateline.rag.assistant import Assistant
from dateline.rag.request import MAX_QUESTION, check_question
from dateline.rag.retrieval import find_article
from dateline.rag.types import Answer, Citation, Claim, Request
from dateline.ui.errors import describe
from dateline.ui.services.workspace import Workspace
from dateline.ui.web import chat_state
from dateline.ui.web.chat_state import Exchange
from dateline.ui.web.html.conversation import conversation_html
from dateline.ui.web.page.components import OWN, hidden_input
from dateline.ui.web.page.scope import chosen_filter, scope_row

_BETWEEN = 0.1  # seconds: a page that is drawn more often is not read faster

Shown = tuple[str, list[dict[str, Any]]]
"""The conversation as HTML, and as the browser keeps it."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a person chose beside the question, in the order in which Gradio hands it over; any value may be forged."""

    since: object
    until: object
    source: object
    how: object
    way: object
    kept: object
    """The conversation before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCallbacks:
    """How questions are answered on the page."""

    workspace: Workspace

    def ask(self, question: object, *chosen: object) -> Iterator[tuple[str, *Shown]]:
        """Answer a question: what is to stand in its box, the conversation, and what is kept of it, as it grows."""
        given = Chosen(*chosen)
        before = chat_state.read_exchanges(given.kept)
        try:
            asked = chat_state.new_exchange(check_question(question))
            only = chosen_filter(given.since, given.until, given.source)
        except Exception as error:  # the edge
            yield self._refused(question, describe(error), before)
            return
        asked = replace(asked, only=f"Only articles {filter_in_words(only)}" if only else "")
        request = Request(question=asked.question, only=only, history=chat_state.turns_of_exchanges(before))
        for exchange in self._exchanges(request, asked, given):
            yield "", *self.shown((*before, exchange))

    def ask_again(self, handed: object, *chosen: object) -> Iterator[Shown]:
        """Ask the question of an exchange once more; where it is the last one, in its place."""
        before = chat_state.read_exchanges(chosen[-1])
        found = next((one for one in before if one.id == handed), None)
        if found is None:
            yield self.shown(before)
            return
        left = before[:-1] if found == before[-1] else before
        for _, html, kept in self.ask(found.question, *chosen[:-1], chat_state.dump_exchanges(left)):
            yield html, kept

    def opened(self, handed: object) -> Shown:
        """A conversation that the browser hands over as JSON; what is none is an empty one."""
        return self.shown(chat_state.parse_exchanges(handed))

    def restored(self, kept: object) -> Shown:
        """The conversation that the browser kept, what was under way as stopped."""
        return self.shown(chat_state.read_exchanges(kept))

    def shown(self, exchanges: Sequence[Exchange]) -> Shown:
        """The last exchanges, as they are shown and kept."""
        last = exchanges[-chat_state.MAX_EXCHANGES :]
        examples = () if last else examples_of(self.workspace.library)
        return conversation_html(last, examples), chat_state.dump_exchanges(last)

    def _exchanges(self, request: Request, asked: Exchange, given: Chosen) -> Iterator[Exchange]:
        yield asked
        try:
            yield from _answers(self.workspace.assistant(given.way, given.how), request, asked)
        except Exception as error:  # the edge: whatever happens, the conversation goes on
            yield replace(asked, state="failed", failure=describe(error))

    def _refused(self, question: object, why: str, before: Sequence[Exchange]) -> tuple[str, *Shown]:
        """The question stays in its box, and the reason stands where the answer would."""
        given = question[:MAX_QUESTION] if isinstance(question, str) else ""
        refused = replace(chat_state.new_exchange(given.strip()[:200] or "(no question)"), state="failed", failure=why)
        return given, conversation_html((*before, refused)), chat_state.dump_exchanges(before)


def _answers(assistant: Assistant, request: Request, asked: Exchange) -> Iterator[Exchange]:
    """The exchange as its answer grows, sentence by sentence, each one checked."""
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    shown = time.monotonic()
    with closing(assistant.stream(request)) as parts:
        for part in parts:
            if isinstance(part, Answer):
                yield chat_state.with_answer(asked, part)
                return
            claims, citations = (*claims, part.claim), (*citations, *part.citations)
            if time.monotonic() - shown >= _BETWEEN:
                shown = time.monotonic()
                yield chat_state.with_claims(asked, claims, citations, part.certainty)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskTab:
    """What the rest of the page needs of this tab."""

    way: gr.Dropdown
    """The choice of the way of answering, which is shown under another tab."""
    restored: Callable[[object], Shown]
    shown: list[Any]
    """The components that it fills."""
    follow: Callable[..., None]
    """Has it count the articles again after each of the events that it is given."""


def ask_tab(workspace: Workspace, kept: gr.BrowserState) -> AskTab:
    """Build the tab."""
    callbacks = AskCallbacks(workspace=workspace)
    conversation = gr.HTML(elem_id="conversation", **OWN)
    with gr.Group(elem_id="asking"):
        with gr.Row(elem_id="asking-row"):
            question = gr.Textbox(
                placeholder="Ask about the articles", show_label=False, label="Question", lines=1, max_lines=5,
                max_length=MAX_QUESTION, elem_id="question", autofocus=True, scale=8, container=False,
            )  # fmt: skip
            send = gr.Button("Ask", variant="primary", elem_id="send", scale=0, min_width=80)
            stop = gr.Button("Stop", elem_id="stop", scale=0, min_width=80)
        scope = scope_row(workspace)
    way = gr.Dropdown(list(workspace.models), value=workspace.models[0], label="Answers are", elem_id="way",
                      render=False, allow_custom_value=True)  # fmt: skip
    chosen = [scope.since, scope.until, scope.source, scope.how, way, kept]
    outputs = [conversation, kept]
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    asked = gr.on(
        [send.click, question.submit], callbacks.ask, [question, *chosen], [question, *outputs],
        trigger_mode="once", **private,
    )  # fmt: skip
    again = hidden_input("again")
    retried = again.button.click(callbacks.ask_again, [again.box, *chosen], outputs, **private)
    stop.click(callbacks.restored, [kept], outputs, cancels=[asked, retried], **private)
    another = hidden_input("open")
    another.button.click(callbacks.opened, [another.box], outputs, cancels=[asked, retried], **private)
    return AskTab(way=way, restored=callbacks.restored, shown=outputs, follow=scope.follow)


_OFFERED = 4
_KNOWN = (
    ("baf61fa4bff1d72f", "when do coalition troops leave Iraq?"),
    ("1f05af21c88d3095", "Who was elected mayor of Wexling?"),
    ("996ee9ff288ac857", "How many people died in the flood at Tolmere?"),
    ("baf61fa4bff1d72f", "How many troops does the United States have in Iraq?"),
)
"""Of the articles that ship: the id of one, and a question that it answers."""


def examples_of(library: Library) -> list[str]:
    """Questions about articles that ship, where they are held, then the headlines of the newest others."""
    held = [question for article_id, question in _KNOWN if find_article(library, article_id)]
    known = {article_id for article_id, _ in _KNOWN}
    newest = [row.title for row in library.rows(limit=2 * _OFFERED) if row.title and row.id not in known]
    return [*held, *newest][:_OFFERED]
