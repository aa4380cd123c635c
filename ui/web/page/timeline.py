"""The Timeline tab: a topic is typed, and what the articles say of it is shown in order of its days."""

from dataclasses import dataclass

import gradio as gr

from dateline.index.types import Filter
from dateline.rag.timeline import MAX_TOPIC, build_timeline
from dateline.ui.api.validation import MAX_WORDS, read_filter
from dateline.ui.date_ranges import iso_day
from dateline.ui.services.workspace import Workspace
from dateline.ui.web.html.timeline import timeline_html
from dateline.ui.web.page.components import OWN, or_failure

_DAY_LENGTH = 40  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineCallbacks:
    """How timelines are made on the page."""

    workspace: Workspace

    def show(self, topic: object, since: object, until: object, source: object) -> str:
        """The timeline of a topic; what goes wrong is told in a line.

        Args:
            topic: words.
            since: the first day that it tells of, as people write days; empty where any may be.
            until: the last one.
            source: part of the name of the sources that are read; empty where all are.
        """

        def show() -> str:
            days = read_filter(_day(since), _day(until, last=True), None) or Filter()
            only = read_filter(None, None, source)
            library = self.workspace.library
            return timeline_html(build_timeline(topic, library, only, since=days.since, until=days.until))

        return or_failure(show)


def _day(value: object, *, last: bool = False) -> object:
    """A day as people write it, in ISO 8601; what is none is told by whoever reads it."""
    return iso_day(value, last=last) if isinstance(value, str) and 0 < len(value) <= _DAY_LENGTH else value


def timeline_tab(workspace: Workspace) -> None:
    """Build the tab."""
    callbacks = TimelineCallbacks(workspace=workspace)
    topic = gr.Textbox(
        label="Topic", placeholder="An event, a person, a place", max_length=MAX_TOPIC, elem_id="topic"
    )  # fmt: skip
    with gr.Row(elem_id="days-of-timeline"):
        since = gr.Textbox(label="From the day", placeholder="2024-09-08, 2024-09, last week", max_length=_DAY_LENGTH,
                           elem_id="timeline-since")  # fmt: skip
        until = gr.Textbox(label="To the day", placeholder="2024-09-08, 2024-09, yesterday", max_length=_DAY_LENGTH,
                           elem_id="timeline-until")  # fmt: skip
        source = gr.Textbox(label="Source", placeholder="Part of its name", max_length=MAX_WORDS,
                            elem_id="timeline-source")  # fmt: skip
    start = gr.Button("Show the timeline", variant="primary", elem_id="show-timeline")
    result = gr.HTML(elem_id="timeline", **OWN)
    gr.on([start.click, topic.submit], callbacks.show, [topic, since, until, source], [result],
          api_visibility="private", concurrency_limit=1)  # fmt: skip
