"""A checked text as HTML: each sentence with its verdict and the words of articles that it rests on.

The page shows a fragment in which every quotation opens its source; ``dateline check --html`` writes a page that opens
anywhere and asks for nothing. What comes of the text, of titles and of articles is escaped.
"""

from collections.abc import Callable

from markupsafe import Markup

from dateline.eval.report.page import whole_page
from dateline.rag.types import CheckedText, Citation
from dateline.ui.text import printable
from dateline.ui.web.html.text import TEMPLATES

_SIGNS = {
    "quoted": ("✓", "good"),
    "supported": ("✓", "good"),
    "contradicted": ("✗", "bad"),
    "unsupported": ("?", "dim"),
}
"""Of each verdict a sign and a class of the report's style."""
_OPEN = Markup(
    '<button type="button" class="open-source" data-article="{id}" data-start="{start}" data-end="{end}">'
    "open the source</button>"
)


def check_html(checked: CheckedText) -> str:
    """The part of the page that shows a checked text; each quotation has a button that opens its source."""
    return f'<div class="evaluation check">\n{_body(checked, "", place_button)}</div>'


def check_page(checked: CheckedText, name: str) -> str:
    """One HTML page, complete in itself; ``name`` is that of the text."""
    return whole_page(f"Check of {printable(name)}", _body(checked, name, place_in_words))


def _body(checked: CheckedText, name: str, place: Callable[[Citation], str | Markup]) -> Markup:
    return Markup(_CHECK.render(checked=checked, name=name, place=place, signs=_SIGNS))


def place_button(citation: Citation) -> Markup:
    """A button that opens the source at the words of a citation."""
    return _OPEN.format(id=citation.article_id, start=citation.start, end=citation.end)


def place_in_words(citation: Citation) -> str:
    """Where the words of a citation stand."""
    return f"article {citation.article_id}, characters {citation.start} to {citation.end}"


_CHECK = TEMPLATES.get_template("check.html")
