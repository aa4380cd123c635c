"""From outcomes to figures: what is printed, compared and held."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from dateline.eval.errors import MetricError
from dateline.eval.metrics.abstaining import calibration_error, risk_coverage_area
from dateline.eval.metrics.uncertainty import Interval, bootstrap, bootstrap_mean, standard_error
from dateline.eval.types import Figure, Outcome, Sample

_CUTOFFS = ("hits@1", "hits@4", "hits@10", "recall@10", "mrr@10", "ndcg@10")
MEANS: dict[str, str] = {
    "right": "samples answered rightly, every claim supported, or declined rightly",
    "contained": "answers that hold an expected answer",
    "exact_match": "short answers, else whole ones, that are an expected answer, word for word",
    "f1": "words shared by the short answer, else the whole one, and an expected answer",
    "answered": "answerable samples that were answered",
    "declined": "unanswerable samples that were declined",
    "citation_exactness": "citations that stand in the article, to the character",
    "citation_precision": "words cited that stand in a gold quotation",
    "citation_recall": "words of gold quotations that are cited",
    "claims_supported": "written sentences whose citations support them",
    "item_recall": "items of lists that are named",
    "item_precision": "items stated that are of the list, each named once",
    "newest_first": "latest values that are stated first",
    "earlier_named": "earlier values that are named as well",
    "verdict_right": "questions for yes or no answered rightly, or told not to be said",
    "result_right": "comparisons and differences whose result is right",
    **{name: f"right articles among those retrieved: {name}" for name in _CUTOFFS},
    **{f"quote_{name}": f"gold quotations in the passages retrieved: {name}" for name in _CUTOFFS},
}
"""What each mean says, in words, in the order they are shown."""

AREA, CALIBRATION = "risk_coverage_area", "calibration_error"
LATENCY = "_ms_p"
OTHERS: dict[str, str] = {
    AREA: "wrong answers over all shares answered, surest first; less is better",
    CALIBRATION: "difference of confidence and share right; less is better",
}

TOP_PASSAGE, ALWAYS_DECLINING = "quoting the first passage whole", "always declining"
_OF_KINDS = ("item_recall", "item_precision", "newest_first", "earlier_named", "verdict_right", "result_right")
_SHORTCUT_FIGURES = (
    "right", "contained", "f1", "citation_precision", "citation_recall", "answered", "declined", *_OF_KINDS,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """How long a step takes, in milliseconds: half of the time at most, and 95 times of 100."""

    step: str
    p50: float
    p95: float


def figures_of(outcomes: Sequence[Outcome]) -> tuple[Figure, ...]:
    """Every figure that applies to some of the outcomes: means, abstaining, then latencies by step."""
    if not outcomes:
        return ()
    return (*_means([outcome.scores for outcome in outcomes], MEANS), *_abstaining(outcomes), *_latencies(outcomes))


def shortcuts_of(outcomes: Sequence[Outcome]) -> dict[str, tuple[Figure, ...]]:
    """The figures of what takes no skill; where those of the assistant are no better, they say nothing."""
    declining = [_declining(one.sample) for one in outcomes]
    return {
        TOP_PASSAGE: _means([outcome.top_passage_scores for outcome in outcomes], _SHORTCUT_FIGURES),
        ALWAYS_DECLINING: _means(declining, _SHORTCUT_FIGURES),
    }


def _declining(sample: Sample) -> dict[str, float]:
    """The scores of a sample that is declined, which says of a question for yes or no that it is not said."""
    if sample.verdict:
        right = float(sample.verdict == "not said")
        return {"right": right, "verdict_right": right}
    return {"right": 1.0, "declined": 1.0} if sample.unanswerable else {"right": 0.0, "answered": 0.0}


def outcomes_by_tag(outcomes: Sequence[Outcome]) -> dict[str, tuple[Outcome, ...]]:
    """The outcomes of each tag, the most frequent first."""
    tags = Counter(tag for outcome in outcomes for tag in outcome.sample.tags)
    return {tag: tuple(one for one in outcomes if tag in one.sample.tags) for tag, _ in tags.most_common()}


def latencies_of(figures: Iterable[Figure]) -> tuple[Latency, ...]:
    """The latencies among figures, step by step."""
    values = {figure.name: figure.value for figure in figures if LATENCY in figure.name}
    steps = dict.fromkeys(name.partition(LATENCY)[0] for name in values)
    return tuple(
        Latency(step=step, p50=values[f"{step}{LATENCY}50"], p95=values[f"{step}{LATENCY}95"]) for step in steps
    )


def floors_missed(figures: Sequence[Figure], floors: Mapping[str, float]) -> tuple[str, ...]:
    """The floors that were not reached, each in words.

    Raises:
        MetricError: a floor is of a figure that none of the samples gives.
    """
    values = {figure.name: figure.value for figure in figures}
    for name in floors:
        if name not in values:
            there = ", ".join(name for name in MEANS if name in values)
            raise MetricError(f"no sample of the set gives {name!r}; there are {there}")
    return tuple(
        f"{name} is {values[name]:.4f}, under {floor}" for name, floor in floors.items() if values[name] < floor - 1e-9
    )


def check_floors(floors: Mapping[str, float]) -> None:
    """Refuse floors of what no run can give.

    Raises:
        MetricError: the name is of no mean.
    """
    for name in floors:
        if name not in MEANS:
            raise MetricError(f"no figure {name!r} to hold from below; there are {', '.join(MEANS)}")


def _means(scores: Sequence[Mapping[str, float]], names: Sequence[str] | Mapping[str, str]) -> tuple[Figure, ...]:
    columns = {name: [one[name] for one in scores if name in one] for name in names}
    return tuple(_mean(name, values) for name, values in columns.items() if values)


def _mean(name: str, values: Sequence[float]) -> Figure:
    return _figure(name, float(np.mean(values)), bootstrap_mean(values), len(values), standard_error(values))


def _figure(name: str, value: float, interval: Interval, count: int, stderr: float | None = None) -> Figure:
    return Figure(name=name, value=value, stderr=stderr, low=interval.low, high=interval.high, count=count)


def _abstaining(outcomes: Sequence[Outcome]) -> tuple[Figure, ...]:
    """Over all samples: those declined by what came nearest."""
    confidence = [outcome.confidence for outcome in outcomes]
    right = [float(outcome.right_if_answered) for outcome in outcomes]
    statistics = {AREA: risk_coverage_area, CALIBRATION: calibration_error}
    return tuple(_bootstrapped(name, statistic, confidence, right) for name, statistic in statistics.items())


def _latencies(outcomes: Sequence[Outcome]) -> tuple[Figure, ...]:
    taken: dict[str, list[float]] = {}
    for outcome in outcomes:
        for step, milliseconds in outcome.timings_ms.items():
            taken.setdefault(step, []).append(milliseconds)
    return tuple(
        _bootstrapped(f"{step}{LATENCY}{share}", partial(np.percentile, q=share), values)
        for step, values in taken.items()
        for share in (50, 95)
    )


def _bootstrapped(name: str, statistic: Callable[..., float], *columns: Sequence[float]) -> Figure:
    return _figure(name, float(statistic(*columns)), bootstrap(statistic, *columns), len(columns[0]))
