"""What stands around every tab as HTML: the head with its facts, the rail of conversations, the pane of the source.

The script fills the rail with what the browser keeps, as text; nothing of it passes through here.
"""

from typing import Any

from markupsafe import Markup

from dateline.ui.web.html.text import TEMPLATES

KEYS = (
    ("/", "write a question"),
    ("Enter", "ask it; Shift+Enter begins a line"),
    ("← →", "walk through the citations of an answer"),
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


_FRAME: Any = TEMPLATES.get_template("frame.html").module
_FACTS = TEMPLATES.from_string(
    """<p class="facts"><bdi>{{ name|printable }}</bdi> <span>{{ "{:,}".format(articles) }}
article{{ "s" if articles != 1 }}</span> <span class="model">{{ model|printable }}</span></p>"""
)
