"""The weights by which the reader is sure of an answer and puts passages in order, and what each threshold risks.

Fitted on the calibration part of the desk set, whose articles no model is trained on; the figures are of its dev part.
To those fitted on are added, for every third of them, the same with a name or a year exchanged for one of another
article. Questions that an article answers and others, which come near, count half each.

``--data FILE`` takes samples of your own in its place, put to ``--library DIR``: every second one is fitted on, the
others are measured. With ``--reader NAME``, a question-answering model of Hugging Face, the weights are kept for it.
"""

import math
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from dateline.eval.benchmarks.tables import print_table
from dateline.eval.benchmarks.verdicts import fit_logistic
from dateline.eval.datasets.desk import DeskQuestion, Kind, desk_library, desk_questions
from dateline.eval.errors import SetError
from dateline.eval.metrics.abstaining import calibration_error, risk_coverage_area
from dateline.eval.metrics.answers import contained
from dateline.eval.samples import read_samples
from dateline.eval.training.windows import exchange
from dateline.index.library import Library
from dateline.index.types import Passage
from dateline.rag.reader.confidence import (
    FEATURES,
    LIKELY,
    THRESHOLDS,
    Relevance,
    Weights,
)
from dateline.rag.reader.crossencoder import CrossEncoder, Marks, PassageMarker
from dateline.rag.reader.hub_models import HubReader, keep_weights
from dateline.rag.reader.question import read_question
from dateline.rag.reader.reader import Candidate, candidates, in_order, score, standing

_PASSAGES = 10
_RENAMED_EVERY, _FAR = 3, 20
_SIGNS = {
    "answerable": 1,
    "span": 1,
    "cosine": 1,
    "shared": 1,
    "around": 1,
    "missing": -1,
    "cues": -1,
    "fits": 1,
    "statement": 1,
    "gap": 1,
    "agreement": 1,
}
"""Which way what is known can speak: it is not fitted to chance."""
_ORDERING = ("answerable", "span", "retrieval", "cosine")
_RIDGE = 5.0  # of weights of features that vary by 1
_THRESHOLDS = tuple(at / 50 for at in range(1, 46))
_OF_PASSAGES = tuple(Relevance.__slots__)

Rows = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read for one question."""

    answerable: bool
    found: Sequence[Candidate]
    right: Flags
    """Which of them answer."""
    passages: Sequence[Passage]
    order: Rows
    """float64 [passages, 2]: what puts them in order."""
    holding: Flags
    """Which of them hold a right sentence."""


def run_calibration(
    data: Path,
    *,
    reader: Annotated[str, "a question-answering model by name or path; the shipped unless named"] = "",
    library: Annotated[Path, "folder of the library that samples of your own are put to"] = Path(),
) -> None:
    """Print the weights fitted on some questions, then coverage and risk by threshold on others."""
    marker: PassageMarker = HubReader(reader) if reader else CrossEncoder()
    if data.is_file():
        readings = list(read_all(_own(data), library, marker))
        fitting, held = readings[::2], readings[1::2]
    else:
        folder, asked = desk_library(data), desk_questions(data, "calibration")
        fitting = list(read_all([*asked, *renamed(asked)], folder, marker))
        held = list(read_all(desk_questions(data, "dev"), folder, marker))
    weights = print_calibration(fitting, held)
    if reader:
        print(f"kept for {reader!r} in {str(keep_weights(reader, weights))!r}")


def print_calibration(fitting: Sequence[Reading], held: Sequence[Reading]) -> Weights:
    """Fit on some readings; print the weights, what they are worth on others, and the risks on both."""
    for some in (fitting, held):
        if len({one.answerable for one in some}) < 2 or not any(one.right.any() for one in some):
            raise SetError("too few samples to calibrate: each half needs some that are answered and some that are not")
    weights, order = fit(fitting), fit_relevance(fitting)
    print(weights)
    print(order)
    _print_order(order, [one for one in held if one.holding.any()])
    _print_risks("fitted on", fitting, weights)
    _print_risks("measured", held, weights)
    return weights


def _print_risks(called: str, readings: Sequence[Reading], weights: Weights) -> None:
    best = [_best(one, weights) for one in readings]
    confidence, right = np.array([sure for sure, _ in best]), np.array([is_right for _, is_right in best])
    answerable = np.array([one.answerable for one in readings])
    print(f"{len(readings)} questions {called}, {np.mean(answerable):.2f} answerable")
    print(f"right where there is an answer: {right.sum() / answerable.sum():.3f}")
    area, error = (statistic(*zip(*best, strict=True)) for statistic in (risk_coverage_area, calibration_error))
    print(f"risk-coverage area {area:.3f}, calibration error {error:.3f}")
    head = ("threshold", "answered of answerable", "rightly", "declined of others", "right of shown", "called")
    print_table(head, (_risk(threshold, answerable, confidence, right) for threshold in _THRESHOLDS))


def _risk(threshold: float, answerable: Flags, confidence: Rows, right: Flags) -> Sequence[object]:
    """What is shown at a threshold; the share that is right is where half of the questions have no answer."""
    shown = confidence >= threshold
    rightly, wrongly = (shown & right)[answerable].mean(), (shown & ~right)[answerable].mean()
    answered_others = shown[~answerable].mean()
    precision = rightly / max(1e-9, rightly + wrongly + answered_others)
    named = [*THRESHOLDS.items(), ("likely", LIKELY)]
    cells = (shown[answerable].mean(), rightly, 1 - answered_others, precision)
    return (
        threshold,
        *(f"{cell:.3f}" for cell in cells),
        ", ".join(name for name, at in named if at == threshold),
    )


def _best(reading: Reading, weights: Weights) -> tuple[float, bool]:
    scored = score(reading.found, reading.passages, weights)[0]
    return scored.score, bool(reading.right[reading.found.index(scored.candidate)])


def _print_order(order: Relevance, readings: Sequence[Reading]) -> None:
    weights = np.array([getattr(order, name) for name in _OF_PASSAGES])
    before = np.mean([one.holding[0] for one in readings])
    after = np.mean([one.holding[np.argmax(one.order @ weights)] for one in readings])
    print(f"first passage holds the answer: as retrieved {before:.3f}, in this order {after:.3f}")


# Reading


def read_all(questions: Iterable[DeskQuestion], folder: Path, marker: PassageMarker) -> Iterator[Reading]:
    """Questions, each over what is retrieved for it in a library; those for which nothing is found are left out."""
    with Library.open(folder) as library:
        for one in questions:
            passages = library.search(one.question, _PASSAGES)
            reading = read(one, passages, marker.mark(one.question, passages))
            if reading.found:
                yield reading


def renamed(questions: Sequence[DeskQuestion]) -> Iterator[DeskQuestion]:
    """Every third question with one of its names or years exchanged for one of another: nothing answers it."""
    chance = random.Random(4)
    for at in range(0, len(questions), _RENAMED_EVERY):
        others = " . ".join(one.question for one in questions[at + _FAR :][:_FAR] or questions[:_FAR])
        text = exchange(questions[at].question, others, chance, numbers=False)
        if text:
            yield replace(questions[at], question=text, kind="near_miss", answers=(), evidence=())


def _own(file: Path) -> Iterator[DeskQuestion]:
    samples = read_samples(file)
    for line, fault in samples.faults:
        raise SetError(f"line {line} of {str(file)!r}: {fault}")
    for one in samples.samples:
        kind: Kind = "near_miss" if one.unanswerable else "plain"
        yield DeskQuestion(
            article="", question=one.stand_alone or one.question, kind=kind, answers=one.answers, evidence=one.quotes
        )


def read(question: DeskQuestion, passages: Sequence[Passage], marks: Sequence[Marks]) -> Reading:
    """The sentences of passages as candidates, with which of them answer."""
    found = candidates(read_question(question.question), passages, marks)
    words = [passages[one.passage].words_at(one.sentence) for one in found]
    right = [is_right(text, question) for text in words]
    order = [[mark.answerable, one.cosine] for one, mark in zip(passages, marks, strict=True)]
    holding = {one.passage for one, sure in zip(found, right, strict=True) if sure}
    return Reading(
        answerable=question.answerable,
        found=found,
        right=np.array(right, bool),
        passages=passages,
        order=np.array(order, np.float64),
        holding=np.array([at in holding for at in range(len(passages))], bool),
    )


def is_right(quoted: str, question: DeskQuestion) -> bool:
    """Whether words that are quoted are of the evidence, or hold an answer."""
    words = " ".join(quoted.split())
    evidence = (" ".join(one.split()) for one in question.evidence)
    return any(words in one or one in words for one in evidence) or bool(contained(words, question.answers))


# Fitting


def fit(readings: Sequence[Reading]) -> Weights:
    """Weights that put sentences in order, and by which it is told how likely the first of them answers.

    What the model and the search say of a sentence orders it; what is known besides chose no better. How far the first
    is above what says otherwise counts, and how many articles say the same.
    """
    order = _fit_order(readings)
    rows, truth = _firsts(readings, order)
    answerable = np.array([one.answerable for one in readings])
    share = np.where(answerable, 0.5 / answerable.mean(), 0.5 / (1 - answerable.mean()))
    *sure, gap, agreement, intercept = _fit_signed(rows, truth, share).round(3).tolist()
    return Weights(order=order, sure=tuple(sure), gap=gap, agreement=agreement, intercept=intercept)


def _fit_order(readings: Sequence[Reading]) -> tuple[float, ...]:
    """A conditional logit among the sentences of a question."""
    groups = [
        (np.array([[getattr(each.evidence, name) for name in _ORDERING] for each in one.found]), one.right)
        for one in readings
    ]
    fitted = dict(zip(_ORDERING, _conditional_logit(groups).round(3).tolist(), strict=True))
    return tuple(fitted.get(name, 0.0) for name in FEATURES)


def _fit_signed(rows: Rows, truth: Rows, share: Rows) -> Rows:
    """The weights of a logistic model; what would speak the other way than it can mean is left out."""
    scale = rows.std(0) + 1e-6
    scale[-1] = 1.0
    penalty = np.full(rows.shape[1], _RIDGE)
    penalty[-1] = 1e-3
    kept = np.ones(rows.shape[1], bool)
    while True:
        weights = np.zeros(rows.shape[1])
        weights[kept] = fit_logistic((rows / scale)[:, kept], truth, share, np.diag(penalty[kept])) / scale[kept]
        wrong = [at for at, name in enumerate((*FEATURES, "gap", "agreement")) if weights[at] * _SIGNS.get(name, 0) < 0]
        if not wrong:
            return weights
        kept[wrong] = False


def _firsts(readings: Sequence[Reading], order: tuple[float, ...]) -> tuple[Rows, Rows]:
    """Of the first sentence of each what is known, gap, logarithm of the articles and 1; and whether it is right."""
    rows, truth = [], []
    for one in readings:
        ordered = in_order(one.found, order)
        gap, articles = standing(ordered, one.passages)
        evidence = ordered[0][1].evidence
        rows.append([*(getattr(evidence, name) for name in FEATURES), gap, math.log(articles), 1.0])
        truth.append(float(one.right[one.found.index(ordered[0][1])]))
    return np.array(rows), np.array(truth)


def fit_relevance(readings: Sequence[Reading]) -> Relevance:
    """A conditional logit among the passages of a question."""
    weights = _conditional_logit([(one.order, one.holding) for one in readings]).tolist()
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
