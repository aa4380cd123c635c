"""From what the reader's model says to how sure an answer is, when that is enough, and which passages come first.

``python -m dateline.eval.benchmarks calibration --data PATH`` fits the weights and prints the risk at each strictness.
"""

import math
from dataclasses import dataclass
from typing import Literal

from dateline.rag.types import Certainty

Strictness = Literal["strict", "balanced", "lenient"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known of one sentence of a passage."""

    answerable: float
    """Logit that its passage answers the question."""
    span: float
    """Log-probability of the likeliest answer within it, among those of its passage."""
    retrieval: float
    """Logarithm of the passage's score over the best one's: 0 for the best, less for others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Of a logistic model of `Evidence`."""

    answerable: float
    span: float
    retrieval: float
    intercept: float


WEIGHTS = Weights(answerable=0.802, span=0.308, retrieval=0.922, intercept=-1.232)

THRESHOLDS: dict[Strictness, float] = {"strict": 0.5, "balanced": 0.225, "lenient": 0.1}
"""The least probability with which the best sentence is shown as an answer.

Where three questions of five have no answer, near misses all of them, about one shown answer of four is wrong when
strict, two of five when balanced, half when lenient.
"""


WORTH_SEEING = 0.03
"""The least probability with which a sentence is shown as near where none answers."""

LIKELY = 0.6
"""The least probability with which an answer is called likely."""


def certainty_of(confidence: float) -> Certainty:
    """How sure an answer of this probability is, in words."""
    return "likely" if confidence >= LIKELY else "uncertain"


def probability(evidence: Evidence, weights: Weights = WEIGHTS) -> float:
    """That a sentence answers the question, 0 to 1."""
    return 1 / (1 + math.exp(-max(-60.0, logit(evidence, weights))))


def logit(evidence: Evidence, weights: Weights = WEIGHTS) -> float:
    """The same as log-odds: what candidates are ordered by."""
    return (
        weights.answerable * evidence.answerable
        + weights.span * evidence.span
        + weights.retrieval * evidence.retrieval
        + weights.intercept
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevance:
    """Weights by which passages are put in order."""

    answerable: float
    cosine: float


RELEVANCE = Relevance(answerable=1.21, cosine=3.82)


def relevance(answerable: float, cosine: float, weights: Relevance = RELEVANCE) -> float:
    """How near a passage is to a question, next to others found for the same one.

    Args:
        answerable: logit that it answers.
        cosine: of its vector and the question's.
        weights: those in use.
    """
    return weights.answerable * answerable + weights.cosine * cosine
