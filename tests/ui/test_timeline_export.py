"""Timelines as Markdown, CSV, JSON and HTML: what strangers wrote is shown, and neither obeyed nor computed."""

import csv
import io
import json
from dataclasses import replace
from datetime import date

import pytest
from rich.console import Console

from dateline.index.types import Metadata, Span
from dateline.rag.parsing.date_context import ResolvedDate
from dateline.rag.timeline import Timeline, TimelineEntry
from dateline.rag.types import Citation, LibraryState
from dateline.ui.api.serializers import timeline_fields
from dateline.ui.cli.timeline import render_timeline
from dateline.ui.timeline_export import timeline_to_csv, timeline_to_json, timeline_to_markdown
from dateline.ui.web.html.timeline import timeline_html, timeline_page

_QUOTE = '=HYPERLINK("https://evil.example") sank on Monday, <img src=x onerror=alert(1)> [x](javascript:1).'
_WHEN = ResolvedDate(
    span=Span(110, 116), text="Monday", first=date(2024, 3, 4), last=date(2024, 3, 4), certain=True
)  # fmt: skip


def citation(article_id: str = "ab" * 8, title: str = "-2+3 <b>sank</b>") -> Citation:
    metadata = Metadata(title=title, source="@gazette", published="2024-03-06", url="javascript:alert(1)")
    return Citation(
        article_id=article_id, metadata=metadata, origin="/news/a.txt", start=69, end=69 + len(_QUOTE), quote=_QUOTE,
        days=(_WHEN,),
    )  # fmt: skip


@pytest.fixture
def timeline() -> Timeline:
    entry = TimelineEntry(when=_WHEN, citation=citation(), also=(citation("cd" * 8, "Other"),))
    unsure = replace(entry, when=replace(_WHEN, certain=False, last=date(2024, 3, 9)), also=())
    return Timeline(
        topic="<script>ship</script>", entries=(entry, unsure), undated=3, passages=9, notice=None,
        library=LibraryState(path="/x", articles=2, chunks=4), timings_ms={"timeline": 1.0},
    )  # fmt: skip


@pytest.mark.threat(12)
def test_cells_that_a_spreadsheet_would_compute_are_harmless(timeline: Timeline) -> None:
    first, second = csv.DictReader(io.StringIO(timeline_to_csv(timeline)))
    assert first["quote"] == f"'{_QUOTE}"
    assert (first["title"], first["source"]) == ("'-2+3 <b>sank</b>", "'@gazette")
    assert (first["first"], first["certain"], second["certain"]) == ("2024-03-04", "yes", "no")
    assert first["also_in"] == f"{'cd' * 8}:69-{69 + len(_QUOTE)}"
    assert (first["start"], first["end"]) == ("69", str(69 + len(_QUOTE)))
    for sign in ("=", "+", "-", "@", "\t=", " ="):
        row = replace(timeline.entries[0], citation=replace(citation(), quote=f"{sign}1"))
        (shown,) = csv.DictReader(io.StringIO(timeline_to_csv(replace(timeline, entries=(row,)))))
        assert shown["quote"].startswith("'"), sign


def test_markdown_has_day_quotation_place_and_the_other_articles_and_no_markup_of_theirs(timeline: Timeline) -> None:
    text = timeline_to_markdown(timeline)
    assert text.startswith("## \\<script\\>ship\\</script\\>\n")
    assert "**4 March 2024**: " in text
    assert "**about 4 to 9 March 2024**" in text
    assert "Monday (4 March 2024)" in text
    assert f"(article {'ab' * 8}, characters 69 to {69 + len(_QUOTE)})" in text
    assert "> also in: Other" in text
    assert "<img" not in text.replace("\\<img", "")
    assert "<javascript" not in text
    assert text.endswith("*2 entries; 3 sentences more name no day that can be told*\n")


def test_json_is_the_object_of_the_command(timeline: Timeline) -> None:
    given = json.loads(timeline_to_json(timeline))
    assert given == timeline_fields(timeline)
    (first, _) = given["entries"]
    assert (first["first"], first["last"], first["certain"], first["text"]) == (
        "2024-03-04",
        "2024-03-04",
        True,
        "Monday",
    )
    assert first["citation"]["quote"] == _QUOTE
    assert [one["article_id"] for one in first["also"]] == ["cd" * 8]
    assert given["undated"] == 3


@pytest.mark.threat(12)
def test_the_page_and_the_report_show_words_of_strangers_as_text(timeline: Timeline) -> None:
    fragment, page = timeline_html(timeline), timeline_page(timeline)
    for html in (fragment, page):
        assert "<img" not in html
        assert "<script>ship" not in html
        assert "&lt;img src=x onerror=alert(1)&gt;" in html
        assert 'href="javascript' not in html
        assert "about 4 to 9 March 2024" in html
    assert fragment.count('data-act="save-text"') == 3
    assert 'data-act="save-text"' not in page
    assert page.startswith("<!doctype html>")


def test_a_terminal_shows_each_entry_and_what_was_left_out(timeline: Timeline) -> None:
    stream = io.StringIO()
    Console(file=stream, width=250).print(render_timeline(replace(timeline, notice="only \x1b days")))
    shown = stream.getvalue()
    assert "\x1b" not in shown
    assert "4 March 2024\n    > =HYPERLINK" in shown
    assert "also in: Other · @gazette, 6 March 2024" in shown
    assert shown.rstrip().endswith("2 entries; 3 sentences more name no day that can be told")
