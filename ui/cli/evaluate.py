"""``dateline eval``: samples run with a progress bar, and the result as a person reads it in a terminal."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from dateline.eval.aggregate import LATENCY, TOP_PASSAGE, check_floors, latencies_of, outcomes_by_tag
from dateline.eval.comparison import Comparison
from dateline.eval.errors import MetricError
from dateline.eval.journal import Journal
from dateline.eval.run import evaluate
from dateline.eval.samples import read_samples
from dateline.eval.types import Evaluation, Figure, Outcome, Sample
from dateline.index.ingest import AddReport
from dateline.rag.reader.confidence import Strictness
from dateline.rag.settings import Settings
from dateline.ui.cli.output import watch_samples
from dateline.ui.services.session import add_new, assistant_for, opened_to_read, say
from dateline.ui.text import cut, printable

_DIM, _GOOD, _BAD = "dim", "green", "yellow"
_LISTED = 20
_CUT = 100
_NUMBER = re.compile(r"\d*\.?\d+")


def evaluate_file(
    settings: Settings,
    strictness: Strictness,
    samples: Path,
    articles: Sequence[Path],
    *,
    quiet: bool,
    wait: bool = True,
) -> tuple[Evaluation, AddReport | None]:
    """The evaluation of a file of samples over the library, to which what is new at ``articles`` is added first."""
    file = read_samples(samples)
    report = add_new(settings, articles, quiet=quiet, wait=wait)
    with opened_to_read(settings) as library, watch_samples(quiet=quiet) as watch:
        assistant = assistant_for(settings, library, strictness)
        journal = Journal(file, assistant)
        try:
            return evaluate(assistant, file, journal, watch), report
        except KeyboardInterrupt:
            done = len(journal.read())
            say(f"stopped; {done} of {len(file.samples)} samples are kept, and the same command goes on from there")
            raise


def render_evaluation(evaluation: Evaluation, comparison: Comparison | None) -> RenderableType:
    """The figures, what fails and where, and what changed since an earlier run."""
    asked = f"{len(evaluation.outcomes)} samples of {printable(evaluation.samples)}"
    held = f"articles: {evaluation.articles}, chunks: {evaluation.chunks}"
    head = Text(f"{asked} · {held} · answers by {printable(evaluation.model)}")
    latencies = Text(_latencies(evaluation.figures), style=_DIM)
    parts: list[RenderableType] = [head, Text(), _figures(evaluation), latencies]
    tags = outcomes_by_tag(evaluation.outcomes)
    if tags:
        parts += [Text(), Text("right, by tag: " + ", ".join(_tally(tag, some) for tag, some in tags.items()))]
    if comparison:
        parts += [Text(), *_changes(comparison)]
    return Group(*parts, Text(), *_failing(evaluation.outcomes))


def _tally(tag: str, outcomes: Sequence[Outcome]) -> str:
    return f"{printable(tag)} {sum(one.right for one in outcomes)}/{len(outcomes)}"


def _figures(evaluation: Evaluation) -> Table:
    table = Table(box=None, pad_edge=False, header_style=_DIM)
    table.add_column("figure", no_wrap=True)
    for column in ("value", "± error", "95 % interval", "samples", "first passage"):
        table.add_column(column, justify="right", no_wrap=True)
    shortcut = {figure.name: figure.value for figure in evaluation.shortcuts[TOP_PASSAGE]}
    for figure in evaluation.figures:
        if LATENCY not in figure.name:
            error = "" if figure.stderr is None else f"± {figure.stderr:.3f}"
            first = f"{shortcut[figure.name]:.3f}" if figure.name in shortcut else ""
            interval = f"{figure.low:.3f} to {figure.high:.3f}"
            table.add_row(figure.name, f"{figure.value:.3f}", error, interval, str(figure.count), first)
    return table


def _latencies(figures: Sequence[Figure]) -> str:
    spans = (f"{one.step} {one.p50:.1f} / {one.p95:.1f}" for one in latencies_of(figures))
    return f"milliseconds, p50 / p95: {', '.join(spans)}"


def _changes(comparison: Comparison) -> list[RenderableType]:
    left_out = f", {comparison.not_compared} not in both" if comparison.not_compared else ""
    against = f"against {printable(comparison.baseline)} of {comparison.finished}: {comparison.compared} samples"
    counts = f"{len(comparison.better)} better, {len(comparison.worse)} worse"
    lines: list[RenderableType] = [Text(f"{against}{left_out}, {counts}")]
    for change in comparison.changes:
        if change.difference.mean:
            style = (_GOOD if change.difference.mean > 0 else _BAD) if change.certain else _DIM
            moved = f"  {change.name} {change.before:.3f} → {change.after:.3f} ({change.difference.mean:+.3f}, "
            lines.append(Text(f"{moved}p = {change.difference.p:.3f}, {change.count} samples)", style=style))
    for what, ids in (("better", comparison.better), ("worse", comparison.worse)):
        if ids:
            lines.append(Text(f"  {what}: {', '.join(map(printable, ids))}"))
    return lines


def _failing(outcomes: Sequence[Outcome]) -> list[RenderableType]:
    failing = [outcome for outcome in outcomes if outcome.failure]
    if not failing:
        return [Text("every sample is right", style=_GOOD)]
    counts = Counter(outcome.failure for outcome in failing)
    where = ", ".join(f"{count} {failure}" for failure, count in counts.most_common())
    lines: list[RenderableType] = [Text(f"{len(failing)} of {len(outcomes)} are wrong: {where}", style=_BAD)]
    for outcome in failing[:_LISTED]:
        sample = outcome.sample
        lines += [
            Text(f"  {printable(sample.id)}  {cut(sample.question, _CUT)}"),
            Text(f"    {outcome.failure}; expected {_expected(sample)}; {_said(outcome)}", style=_DIM),
        ]
    if len(failing) > _LISTED:
        lines.append(Text(f"  and {len(failing) - _LISTED} more; --html FILE shows every one with its sources"))
    return lines


def _expected(sample: Sample) -> str:
    if sample.verdict or sample.items or sample.result:
        named = [sample.verdict or "", *(item.answers[0] for item in sample.items), *sample.result[:1]]
        return f"'{cut(', '.join(filter(None, named)), _CUT)}'"
    if sample.unanswerable:
        return "no answer"
    return " or ".join(f"'{cut(answer, _CUT)}'" for answer in sample.answers) or f"'{cut(sample.quotes[0], _CUT)}'"


def _said(outcome: Outcome) -> str:
    return "it declined" if outcome.abstained else f"it said '{cut(outcome.answer, _CUT)}'"


def parse_floors(values: Sequence[str]) -> dict[str, float]:
    """Floors from ``METRIC=X``.

    Raises:
        MetricError: one is not of that form, or of no figure that can be held from below.
    """
    floors = {}
    for value in values:
        name, _, floor = value.partition("=")
        if not _NUMBER.fullmatch(floor.strip()):
            raise MetricError(f"{value!r} is no floor; give METRIC=X, like citation_exactness=1.0")
        floors[name.strip()] = float(floor.strip())
    check_floors(floors)
    return floors
