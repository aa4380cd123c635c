"""The weights by which the reader is sure of an answer and puts passages in order, and what each threshold risks.

The questions are of SQuAD's dev part, which the reader is not trained on; its paragraphs, put together to articles, are
a library. Every question is read three ways: over what is retrieved for it; over what is retrieved when all that holds
an answer is left out; and, some of them, with another name in the question. Half of the questions are fitted on, the
figures are of the other half.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dateline.eval.benchmarks.tables import print_table
from dateline.eval.benchmarks.verification import fit_logistic
from dateline.eval.datasets.libraries import kept_library
from dateline.eval.metrics.abstaining import calibration_error, risk_coverage_area
from dateline.eval.metrics.answers import contained
from dateline.eval.training.mining import holds, rename
from dateline.eval.training.questions import Asked, article_fields, read_articles
from dateline.index.library import Library
from dateline.index.types import Passage
from dateline.rag.reader.confidence import THRESHOLDS, Evidence, Relevance, Weights, probability
from dateline.rag.reader.crossencoder import CrossEncoder
from dateline.rag.reader.reader import candidates

_QUESTIONS = 500
_PASSAGES, _DEEP = 10, 30
_RENAMED_EVERY = 3
_THRESHOLDS = (0.1, 0.15, 0.2, 0.225, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8)
_FEATURES = tuple(Evidence.__slots__)
_OF_PASSAGES = tuple(Relevance.__slots__)

Rows = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read for one question."""

    answerable: bool
    """Whether an answer was among the passages."""
    rows: Rows
    """float64 [candidates, 3]: their evidence."""
    right: NDArray[np.bool_]
    """Which of them hold an answer."""
    passages: Rows
    """float64 [passages, 2]: what puts them in order."""
    holding: NDArray[np.bool_]
    """Which of them hold a right sentence."""


def run_calibration(data: Path) -> None:
    """Print the weights fitted, then coverage and risk by threshold on the questions kept aside."""
    readings = list(_readings(data))
    fitting, held = readings[: len(readings) // 2], readings[len(readings) // 2 :]
    weights, order = fit(fitting), fit_relevance(fitting)
    answerable = [one.answerable for one in held]
    print(f"{len(fitting)} readings fitted on, {len(held)} measured, {np.mean(answerable):.2f} answerable")
    print(weights)
    print(order)
    _print_order(order, [one for one in held if one.holding.any()])
    best = [_best(one, weights) for one in held]
    confidence, right = zip(*best, strict=True)
    print(f"right where there is an answer: {sum(right) / sum(answerable):.3f}")
    area, error = risk_coverage_area(confidence, right), calibration_error(confidence, right)
    print(f"risk-coverage area {area:.3f}, calibration error {error:.3f}")
    head = ("threshold", "answered of answerable", "declined of others", "wrong of answered", "called")
    print_table(head, (_risk(threshold, held, best) for threshold in _THRESHOLDS))


def _print_order(order: Relevance, readings: Sequence[Reading]) -> None:
    weights = np.array([getattr(order, name) for name in _OF_PASSAGES])
    before = np.mean([one.holding[0] for one in readings])
    after = np.mean([one.holding[np.argmax(one.passages @ weights)] for one in readings])
    print(f"first passage holds the answer: as retrieved {before:.3f}, in this order {after:.3f}")


def _risk(threshold: float, held: Sequence[Reading], best: Sequence[tuple[float, bool]]) -> Sequence[object]:
    given = [(one, right) for one, (chance, right) in zip(held, best, strict=True) if chance >= threshold]
    answered = sum(one.answerable for one, _ in given) / sum(one.answerable for one in held)
    declined = 1 - sum(not one.answerable for one, _ in given) / sum(not one.answerable for one in held)
    wrong = sum(not right for _, right in given) / max(1, len(given))
    names = ", ".join(name for name, value in THRESHOLDS.items() if value == threshold)
    return threshold, f"{answered:.3f}", f"{declined:.3f}", f"{wrong:.3f}", names


def _best(reading: Reading, weights: Weights) -> tuple[float, bool]:
    chances = [
        probability(Evidence(**dict(zip(_FEATURES, row, strict=True))), weights) for row in reading.rows.tolist()
    ]
    at = int(np.argmax(chances))
    return chances[at], bool(reading.right[at])


# Reading


def _readings(data: Path) -> Iterator[Reading]:
    library, asked = _library(data)
    marker, chance = CrossEncoder(), random.Random(4)
    for number, one in enumerate(asked):
        found = library.search(one.text, _DEEP)
        free = [passage for passage in found if not holds(passage.text, one.answers)]
        yield _read(marker, one.text, found[:_PASSAGES], one.answers)
        if free:
            yield _read(marker, one.text, free[:_PASSAGES], ())
        renamed = rename(one.text, free[0].text, chance) if number % _RENAMED_EVERY == 0 and free else None
        if renamed:
            yield _read(marker, renamed, library.search(renamed, _PASSAGES), ())


def _library(data: Path) -> tuple[Library, list[Asked]]:
    file = data / "squad" / "dev.jsonl.gz"
    asked = list(read_articles(file))
    articles = {one.article.id: one.article for one in asked}
    folder = kept_library("squad-dev", lambda: map(article_fields, articles.values()), file)
    return Library.open(folder), random.Random(3).sample(asked, _QUESTIONS)


def _read(marker: CrossEncoder, question: str, passages: Sequence[Passage], answers: Sequence[str]) -> Reading:
    marks = marker.mark(question, passages)
    found = list(candidates(passages, marks))
    rows = [[getattr(one.evidence, name) for name in _FEATURES] for one in found]
    words = [passages[one.passage].words_at(one.sentence) for one in found]
    right = np.array([bool(contained(text, answers)) for text in words], bool)
    order = [[mark.answerable, one.cosine] for one, mark in zip(passages, marks, strict=True)]
    holding = {one.passage for one, sure in zip(found, right.tolist(), strict=True) if sure}
    return Reading(
        answerable=bool(right.any()),
        rows=np.array(rows, np.float64),
        right=right,
        passages=np.array(order, np.float64),
        holding=np.array([at in holding for at in range(len(passages))], bool),
    )


# Fitting


def fit(readings: Sequence[Reading]) -> Weights:
    """A conditional logit chooses among the sentences; a logistic model of its sum tells whether the best is right."""
    direction = _conditional_logit([(one.rows, one.right) for one in readings])
    best = [int(np.argmax(one.rows @ direction)) for one in readings]
    sums = np.array([[one.rows[at] @ direction, 1.0] for one, at in zip(readings, best, strict=True)])
    truth = np.array([one.right[at] for one, at in zip(readings, best, strict=True)], float)
    slope, intercept = fit_logistic(sums, truth, np.ones(len(truth)), ridge=1e-3)
    return Weights(
        **{name: round(float(slope * value), 3) for name, value in zip(_FEATURES, direction, strict=True)},
        intercept=round(float(intercept), 3),
    )


def fit_relevance(readings: Sequence[Reading]) -> Relevance:
    """A conditional logit among the passages of a question."""
    weights = _conditional_logit([(one.passages, one.holding) for one in readings]).tolist()
    return Relevance(**{name: round(value, 2) for name, value in zip(_OF_PASSAGES, weights, strict=True)})


def _conditional_logit(groups: Sequence[tuple[Rows, NDArray[np.bool_]]]) -> Rows:
    """Weights under which a right row is the likeliest of its group, by gradient ascent with momentum."""
    groups = [(rows, right) for rows, right in groups if right.any() and not right.all()]
    rows = np.concatenate([rows for rows, _ in groups])
    right = np.concatenate([right for _, right in groups]).astype(float)
    counts = [len(rows) for rows, _ in groups]
    starts, group = np.cumsum([0, *counts])[:-1], np.repeat(np.arange(len(groups)), counts)
    scale = rows.std(0) + 1e-6
    rows = rows / scale
    weights, velocity = np.zeros(rows.shape[1]), np.zeros(rows.shape[1])
    for _ in range(600):
        sums = rows @ weights
        odds = np.exp(sums - np.maximum.reduceat(sums, starts)[group])
        share = odds / np.add.reduceat(odds, starts)[group]
        share_right = odds * right / np.add.reduceat(odds * right, starts)[group]
        velocity = 0.9 * velocity + rows.T @ (share_right - share) / len(groups) - 0.002 * weights
        weights += 0.3 * velocity
    return np.asarray(weights / scale, np.float64)
