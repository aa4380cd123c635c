"""A timeline as Markdown, CSV or JSON, each entry with its day, its quotation and the exact place of that."""

import csv
import io
import json
from collections.abc import Callable, Mapping

from dateline.index.reading.urls import is_web_address
from dateline.index.types import article_name, date_in_words
from dateline.rag.timeline import Timeline, TimelineEntry
from dateline.rag.types import Citation
from dateline.ui.api.serializers import timeline_fields
from dateline.ui.text import counts_of_timeline, days_beside, markdown_line, printable

_COLUMNS = (
    "first", "last", "certain", "words", "quote", "title", "source", "published", "url", "article_id", "start", "end",
    "also_in",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def timeline_to_markdown(timeline: Timeline) -> str:
    """A list by days; behind each quotation its article, and the other articles that say it."""
    notice = [f"*{markdown_line(timeline.notice)}*"] if timeline.notice else []
    lines = [f"## {markdown_line(timeline.topic)}", *notice, *map(_entry, timeline.entries)]
    return "\n\n".join((*lines, f"*{markdown_line(counts_of_timeline(timeline))}*")) + "\n"


def timeline_to_csv(timeline: Timeline) -> str:
    """A row an entry; a cell that a spreadsheet would take for a formula has an apostrophe before it."""
    rows = io.StringIO()
    writer = csv.writer(rows, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows([_cell(value) for value in _row(one)] for one in timeline.entries)
    return rows.getvalue()


def timeline_to_json(timeline: Timeline) -> str:
    """The object that ``dateline timeline --json`` prints, on several lines."""
    return json.dumps(timeline_fields(timeline), ensure_ascii=False, indent=1) + "\n"


TIMELINE_FORMS: Mapping[str, tuple[str, Callable[[Timeline], str]]] = {
    "Markdown": ("md", timeline_to_markdown), "CSV": ("csv", timeline_to_csv), "JSON": ("json", timeline_to_json),
}  # fmt: skip
"""The forms by their names, each with the ending of its files."""


def _entry(one: TimelineEntry) -> str:
    citation = one.citation
    quote = "\n".join(f"> {markdown_line(line)}" for line in citation.quote.split("\n"))
    also = "".join(f"\n> also in: {_place(other)}" for other in one.also)
    days = days_beside(citation.days)
    beside = f"\n>\n> {markdown_line(days)}" if days else ""
    return f"**{markdown_line(str(one.when))}**: {_place(citation)}\n\n{quote}{beside}{also}"


def _place(one: Citation) -> str:
    url = one.metadata.url
    address = f", <{url}>" if url and is_web_address(url) else ""
    name = markdown_line(article_name(one.metadata, one.origin))
    source = markdown_line(one.source or "unknown source")
    day = date_in_words(one.published)
    return f"{name}, {source}, {day} (article {one.article_id}, characters {one.start} to {one.end}){address}"


def _row(one: TimelineEntry) -> tuple[object, ...]:
    citation, when = one.citation, one.when
    also = "; ".join(f"{other.article_id}:{other.start}-{other.end}" for other in one.also)
    return (
        when.first, when.last, "yes" if when.certain else "no", when.text, citation.quote, citation.title,
        citation.source, citation.published, citation.url, citation.article_id, citation.start, citation.end, also,
    )  # fmt: skip


def _cell(value: object) -> str:
    """A cell of a table, harmless whoever wrote its words."""
    text = "" if value is None else printable(str(value))
    return f"'{text}" if text.lstrip(" '").startswith(_FORMULA) else text
