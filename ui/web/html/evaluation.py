"""An evaluation as HTML: the body of the report, with a button wherever words can be opened in place."""

import re
from dataclasses import replace
from importlib.resources import files
from pathlib import PurePath

from markupsafe import Markup

from dateline.eval.comparison import Comparison
from dateline.eval.report.page import Look, render_body
from dateline.eval.types import Evaluation, Quoted, Retrieved
from dateline.ui.text import printable

_PREFIX = "sample-"
_OPEN = Markup(
    '<button type="button" class="open-source" data-article="{id}" data-start="{start}" data-end="{end}">'
    "{id} {start}–{end}</button>"
)
_COLOURS = re.compile(r":root \{([^{}]*)\}")
_SELECTORS = re.compile(r"(@?)([^{}@;]+) \{")


def evaluation_html(evaluation: Evaluation, comparison: Comparison | None = None) -> str:
    """Figures, plots, what changed and every sample, failing first; the ids of samples begin with ``sample-``."""
    evaluation = replace(evaluation, samples=PurePath(evaluation.samples).name)  # not where it lies
    body = render_body(evaluation, comparison, Look(place=_place, prefix=_PREFIX, shown=printable))
    return f'<div class="evaluation">\n{body}</div>'


def evaluation_css() -> str:
    """The rules of the report, for what is within ``.evaluation`` alone; ``.dark`` around it makes it dark."""
    report = files("dateline.eval.report")
    page, body = (report.joinpath(name).read_text("utf-8") for name in ("page.css", "body.css"))
    own = files("dateline.ui.web.html").joinpath("evaluation.css").read_text("utf-8")
    light, dark = _COLOURS.findall(page)
    colours = f".evaluation {{{light}}}\n.dark .evaluation {{{dark}}}\n"
    return colours + _SELECTORS.sub(lambda rule: rule[0] if rule[1] else f"{_within(rule[2])} {{", body) + own


def _place(one: Quoted | Retrieved) -> Markup:
    return _OPEN.format(id=one.article_id, start=one.start, end=one.end)


def _within(selectors: str) -> str:
    before = selectors[: len(selectors) - len(selectors.lstrip())]
    return before + ", ".join(f".evaluation {one.strip()}" for one in selectors.split(","))
