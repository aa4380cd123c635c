"""A timeline as HTML: each entry with its day, its quotation and its place; what comes of strangers is escaped.

The page shows a fragment in which every quotation opens its source, with what is saved of it beside; ``dateline
timeline --html`` writes a page that opens anywhere and asks for nothing.
"""

from markupsafe import Markup

from dateline.eval.report.page import whole_page
from dateline.rag.timeline import Timeline
from dateline.ui.text import printable
from dateline.ui.timeline_export import TIMELINE_FORMS
from dateline.ui.web.html.check import place_button, place_in_words
from dateline.ui.web.html.text import TEMPLATES


def timeline_html(timeline: Timeline) -> str:
    """The part of the page that shows a timeline, and its forms as they are saved."""
    forms = {name: (ending, write(timeline)) for name, (ending, write) in TIMELINE_FORMS.items()}
    body = _TIMELINE.render(timeline=timeline, name="", forms=forms if timeline.entries else {}, opener=place_button)
    return f'<div class="evaluation timeline">\n{body}</div>'


def timeline_page(timeline: Timeline) -> str:
    """One HTML page, complete in itself."""
    topic = printable(timeline.topic)
    body = _TIMELINE.render(timeline=timeline, name=topic, forms={}, opener=place_in_words)
    return whole_page(f"Timeline of {topic}", Markup(body))


_TIMELINE = TEMPLATES.get_template("timeline.html")
