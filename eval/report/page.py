"""An evaluation as a page that opens anywhere and asks for nothing: figures, plots, and every sample, failing first."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from statistics import fmean

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from dateline.eval.aggregate import ALWAYS_DECLINING, LATENCY, MEANS, OTHERS, TOP_PASSAGE, latencies_of, outcomes_by_tag
from dateline.eval.comparison import Comparison
from dateline.eval.metrics.abstaining import risk_coverage
from dateline.eval.report.plots import SHARES, Axes, Bar, Line, bar_plot, line_plot
from dateline.eval.types import Evaluation, Figure, Outcome, Quoted, Retrieved
from dateline.index.reading.urls import is_web_address
from dateline.index.types import date_in_words

_RANKS = 10
_SERIES = 2
_CARDS = {
    "right": "right",
    "contained": "hold the answer",
    "declined": "of the unanswerable declined",
    "citation_exactness": "citations exact",
    "citation_recall": "of the gold words cited",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A drawing with its words."""

    title: str
    note: str
    drawing: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """In what the report and the page of the assistant differ."""

    place: Callable[[Quoted | Retrieved], str | Markup]
    """Where words stand in an article: what is shown, or markup to open it there."""
    prefix: str = ""
    """Of the ids of samples."""
    shown: Callable[[str], str] = str
    """What is done to names that strangers gave."""


def render_page(evaluation: Evaluation, comparison: Comparison | None = None) -> str:
    """One HTML page, complete in itself."""
    look = Look(place=lambda one: f"{one.article_id} {one.start}–{one.end}")
    return whole_page(f"Evaluation of {evaluation.samples}", render_body(evaluation, comparison, look))


def whole_page(title: str, body: Markup) -> str:
    """One HTML page with the report's style around a body that is escaped already; it asks for nothing outside."""
    environment = Environment(loader=PackageLoader("dateline.eval.report", "."), autoescape=True)
    return environment.get_template("page.html").render(title=title, style=style_of_page(), body=body)


def style_of_page() -> Markup:
    """The style sheet."""
    folder = files("dateline.eval.report")
    return Markup("".join(folder.joinpath(name).read_text("utf-8") for name in ("page.css", "body.css")))


def render_body(evaluation: Evaluation, comparison: Comparison | None, look: Look) -> Markup:
    """What the page shows, without the page around it: figures, plots, what changed, and the samples, failing first."""
    outcomes, figures = sorted(evaluation.outcomes, key=lambda one: one.right), _by_name(evaluation.figures)
    body = _environment(look).get_template("body.html").render(
        evaluation=evaluation,
        comparison=comparison,
        changes=[change for change in comparison.changes if change.difference.mean] if comparison else [],
        cards=[(name, said) for name, said in _CARDS.items() if name in figures],
        figures=figures,
        meanings=MEANS | OTHERS,
        latency=LATENCY,
        shortcuts=[(name, _by_name(evaluation.shortcuts[name])) for name in (TOP_PASSAGE, ALWAYS_DECLINING)],
        plots=_plots(evaluation),
        failures=Counter(one.failure for one in outcomes if one.failure).most_common(),
        outcomes=outcomes,
        place=look.place,
        prefix=look.prefix,
    )  # fmt: skip
    return Markup(body)


def _environment(look: Look) -> Environment:
    """Everything that is put into a template is escaped."""
    environment = Environment(
        loader=PackageLoader("dateline.eval.report", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {"percent": _percent, "day": date_in_words, "web": _web, "shown": look.shown}
    return environment


def _by_name(figures: Iterable[Figure]) -> dict[str, Figure]:
    return {figure.name: figure for figure in figures}


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %" if value < 0.9995 else "100 %"


def _web(url: str | None) -> str | None:
    """The address where it may be a link."""
    return url if url and is_web_address(url) else None


# Plots


def _plots(evaluation: Evaluation) -> list[Plot]:
    outcomes = evaluation.outcomes
    plots = [_where(outcomes), _risk_coverage(outcomes), _hits(outcomes), _latency(evaluation.figures), _tags(outcomes)]
    return [plot for plot in plots if plot]


def _bars(title: str, note: str, bars: Sequence[Bar]) -> Plot:
    return Plot(title=title, note=note, drawing=bar_plot(title.lower(), bars))


def _where(outcomes: Sequence[Outcome]) -> Plot:
    failures = Counter(outcome.failure for outcome in outcomes if outcome.failure).most_common()
    counts = [("right", sum(outcome.right for outcome in outcomes)), *failures]
    bars = [Bar(name=name, value=count, said=str(count)) for name, count in counts]
    return _bars("Where it goes wrong", "The first step that failed, in samples.", bars)


def _risk_coverage(outcomes: Sequence[Outcome]) -> Plot:
    risks = risk_coverage([one.confidence for one in outcomes], [one.right_if_answered for one in outcomes])
    points = [((at + 1) / len(risks), float(risk)) for at, risk in enumerate(risks)]
    answered = [one for one in outcomes if not one.abstained]
    now = (len(answered) / len(outcomes), sum(not one.right for one in answered) / max(1, len(answered)))
    axes = Axes(x="share of samples answered, surest first", y="share of answers that are wrong", x_marks=SHARES)
    marks = [(now, f"now: {_percent(now[1])} wrong")]
    note = (
        "How many answers are wrong when only the surest are given. The lower the line, the better the assistant knows "
        "what it knows."
    )
    drawing = line_plot(axes, [Line(name="wrong", points=points)], marks, dotted=False)
    return Plot(title="Risk and coverage", note=note, drawing=drawing)


def _hits(outcomes: Sequence[Outcome]) -> Plot | None:
    places = [((k - 1) / (_RANKS - 1), k) for k in range(1, _RANKS + 1)]
    lines = []
    for style, (name, score) in enumerate({"article": "mrr@10", "gold quotation": "quote_mrr@10"}.items(), 1):
        reciprocal = [one.scores[score] for one in outcomes if score in one.scores]
        if reciprocal:  # of the rank of what is right, 0 where there is none
            points = [(at, fmean(bool(one) and round(1 / one) <= k for one in reciprocal)) for at, k in places]
            lines.append(Line(name=f"right {name}", points=points, style=style))
    if not lines:
        return None
    axes = Axes(x="among the first k", y="hits", x_marks=[(at, str(k)) for at, k in places])
    note = "How often something right is among the first k that retrieval found."
    return Plot(title="Hits by rank", note=note, drawing=line_plot(axes, lines, dotted=True))


def _latency(figures: Iterable[Figure]) -> Plot:
    bars = [
        Bar(name=one.step, value=one.p50, tail=one.p95, said=f"{one.p50:.1f} / {one.p95:.1f} ms")
        for one in latencies_of(figures)
    ]
    note = "Half of the questions take no longer than the bar, 95 of 100 no longer than its tail."
    return _bars("Latency by step", note, bars)


def _tags(outcomes: Sequence[Outcome]) -> Plot | None:
    bars = []
    for tag, some in outcomes_by_tag(outcomes).items():
        right = sum(one.right for one in some)
        bars.append(Bar(name=tag, value=right / len(some), said=f"{right} of {len(some)}"))
    return _bars("Right by tag", "The tags are those of the samples.", bars) if bars else None
