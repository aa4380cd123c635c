"""From what the reader's model says to how sure an answer is, when that is enough, and which passages come first.

``python -m dateline.eval.benchmarks calibration --data PATH`` fits the weights and prints the risk at each strictness.
"""

import math
from collections.abc import Sequence
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
    """Logarithm of the passage's reciprocal ranks over the best ones: 0 for the best, less for others."""
    cosine: float
    """Of the vectors of passage and question."""
    shared: float
    """The share of the question's words that stand in the sentence, 0 to 1."""
    around: float
    """The same of the sentence, the one before it and the heading."""
    missing: float
    """How many names, numbers and years of the question neither passage nor heading holds, 0 to 3."""
    cues: float
    """How many small words that decide, such as "total" or "not", the question has and the sentence lacks."""
    fits: float
    """Whether the short answer is of the kind asked for: 1, -1, or 0 where no kind is known."""
    statement: float
    """1 where the sentence says something; 0 of a question, a caption or a heading."""


FEATURES = tuple(Evidence.__slots__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """By which sentences are put in order, and by which it is told how likely one answers; as of ``FEATURES``."""

    order: tuple[float, ...]
    """Of a conditional logit among the sentences found for a question."""
    sure: tuple[float, ...]
    """Of a logistic model of whether the first of them answers."""
    gap: float
    """There, of how far it is above the first that gives another answer, by ``order``; at most 4."""
    agreement: float
    """Of the logarithm of how many articles give its answer."""
    intercept: float


WEIGHTS = Weights(
    order=(1.014, 0.398, 1.093, 11.854, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    sure=(0.501, 0.0, 0.22, 0.64, 0.0, 0.0, -0.464, -0.224, 0.0, 0.0),
    gap=0.354,
    agreement=0.0,
    intercept=-1.506,
)

THRESHOLDS: dict[Strictness, float] = {"strict": 0.5, "balanced": 0.3, "lenient": 0.14}
"""The least probability with which the best sentence is shown as an answer.

On the calibration part of desk they decline .86, .74 and .52 of the questions that come near to what articles say;
where half of the questions have no answer, .71, .59 and .47 of what is shown then is right.
"""

MOST_APART = 4.0
"""Log-odds between two answers: more says nothing more."""

WORTH_SEEING = 0.03
"""The least probability with which a sentence is shown as near where none answers."""

LIKELY = 0.6
"""The least probability with which an answer is called likely: there three of four are right, of the dev part .82."""


def certainty_of(confidence: float) -> Certainty:
    """How sure an answer of this probability is, in words."""
    return "likely" if confidence >= LIKELY else "uncertain"


def weigh(evidence: Evidence, weights: Sequence[float]) -> float:
    """The weighted sum of what is known of a sentence."""
    values = (getattr(evidence, name) for name in FEATURES)
    return math.fsum(weight * value for weight, value in zip(weights, values, strict=True))


def probability(evidence: Evidence, gap: float, articles: int, weights: Weights) -> float:
    """That a sentence answers the question, 0 to 1.

    Args:
        evidence: what is known of it.
        gap: by how much the first sentence is above the first that gives another answer.
        articles: how many give the answer of the first.
        weights: those in use.
    """
    beside = weights.gap * min(gap, MOST_APART) + weights.agreement * math.log(max(articles, 1)) + weights.intercept
    return 1 / (1 + math.exp(-max(-60.0, weigh(evidence, weights.sure) + beside)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevance:
    """Weights by which passages are put in order."""

    answerable: float
    cosine: float


RELEVANCE = Relevance(answerable=1.09, cosine=12.09)


def relevance(answerable: float, cosine: float, weights: Relevance = RELEVANCE) -> float:
    """How near a passage is to a question, next to others found for the same one.

    Args:
        answerable: logit that it answers.
        cosine: of its vector and the question's.
        weights: those in use.
    """
    return weights.answerable * answerable + weights.cosine * cosine
