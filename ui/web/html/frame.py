"""What stands around every tab as HTML: the head with its facts, the rail of conversations, the pane of the source.

The script fills the rail with what the browser keeps, as text; nothing of it passes through here.
"""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from dateline.index.types import Filter
from dateline.ui.web.html.text import TEMPLATES
from dateline.ui.web.notes import Note

KEYS = (
    ("/", "write a question"),
    ("Enter", "ask it; Shift+Enter begins a line"),
    ("← →", "walk through the citations of an answer"),
    ("Ctrl F", "in the source: search it; Enter goes to the next hit"),
    ("Esc", "close the source, a menu or this list"),
    ("?", "this list"),
)
"""Keys of the page, and what they do."""


def mast_html() -> Markup:
    """The head of the page, with what it says in passing and its two dialogs."""
    return Markup(_FRAME.mast(KEYS))


def rail_html() -> Markup:
    """The rail at the left, empty."""
    return Markup(_FRAME.rail())


def board_html() -> Markup:
    """The Notes tab, which the script fills with what ``notes_html`` makes."""
    return Markup(_FRAME.board())


def notes_html(notes: Sequence[Note]) -> str:
    """The notes of a person, each with its quotations, its remark, and ways to move and remove it."""
    return _NOTES.render(notes=notes)


def pane_html() -> Markup:
    """The pane at the right, with nothing opened."""
    return Markup(_FRAME.pane())


def facts_html(name: str, articles: int, model: str) -> str:
    """Which library is asked, how many articles it holds, and what answers.

    Args:
        name: of the library's folder.
        articles: that it holds.
        model: as the person chose it.
    """
    return _FACTS.render(name=name, articles=articles, model=model)


def scope_html(only: Filter | None, asked: int, total: int, how: str) -> str:
    """Over how many articles a question goes, and what was chosen.

    Args:
        only: which articles; None where that is all of them.
        asked: how many pass.
        total: how many there are.
        how: how sure an answer must be, where that is not the usual.
    """
    return _SCOPE.render(only=only or Filter(), asked=asked, total=total, how=how)


_FRAME: Any = TEMPLATES.get_template("frame.html").module
_NOTES = TEMPLATES.get_template("notes.html")
_FACTS = TEMPLATES.from_string(
    """<p class="facts"><bdi>{{ name|printable }}</bdi> <span>{{ "{:,}".format(articles) }}
article{{ "s" if articles != 1 }}</span> <span class="model">{{ model|printable }}</span></p>"""
)
_SCOPE = TEMPLATES.from_string(
    """{% macro chip(name, words) %}<button type="button" class="chip" data-clear="{{ name }}"
aria-label="Ask without: {{ words }}">{{ words }} <span aria-hidden="true">✕</span></button>{% endmacro %}
<p class="scope"><button type="button" class="choose" data-act="filters" aria-expanded="false"
aria-controls="filters">Which articles</button> <span role="status">over {% if asked == total %}all
{{ "{:,}".format(total) }}{% else %}<strong>{{
"{:,}".format(asked) }}</strong> of {{ "{:,}".format(total) }}{% endif %} articles</span>
{% if only.since and only.since == only.until %}{{ chip("days", "of " ~ only.since.isoformat()|date) }}
{% else %}{% if only.since %}{{ chip("since", "since " ~ only.since.isoformat()|date) }}{% endif %}
{% if only.until %}{{ chip("until", "until " ~ only.until.isoformat()|date) }}{% endif %}{% endif %}

{% if only.source %}{{ chip("source", only.source|printable) }}{% endif %}
{% if how %}{{ chip("how", how) }}{% endif %}
{% if only or how %}<button type="button" class="chip" data-clear="all">ask all</button>{% endif %}</p>"""
)
