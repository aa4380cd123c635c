"""How sure the reader is of a sentence: sums of evidence, and the weights that are fitted to readings."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dateline.eval.benchmarks.calibration import Reading, fit, fit_relevance
from dateline.rag.reader.confidence import RELEVANCE, THRESHOLDS, WEIGHTS, Evidence, logit, probability, relevance

_logits = st.floats(-1e6, 1e6)
_evidence = st.builds(Evidence, answerable=_logits, span=_logits, retrieval=st.floats(-9, 0))


@given(_evidence)
def test_a_probability_is_one_whatever_the_evidence(evidence: Evidence) -> None:
    assert 0 <= probability(evidence) <= 1


@given(_evidence, st.floats(0.01, 1e3))
def test_the_surer_the_model_the_surer_the_reader(evidence: Evidence, more: float) -> None:
    surer = Evidence(answerable=evidence.answerable + more, span=evidence.span, retrieval=evidence.retrieval)
    assert logit(surer) >= logit(evidence)
    assert probability(surer) >= probability(evidence)


def test_stricter_is_a_higher_threshold() -> None:
    assert 1 > THRESHOLDS["strict"] > THRESHOLDS["balanced"] > THRESHOLDS["lenient"] > 0


def test_the_weights_in_use_trust_the_model_and_the_search() -> None:
    assert min(WEIGHTS.answerable, WEIGHTS.span, WEIGHTS.retrieval, RELEVANCE.answerable, RELEVANCE.cosine) > 0


def _readings(count: int) -> list[Reading]:
    """Made up: half of them hold an answer, where the logit is high, the span likely and the passage near."""
    chance = np.random.default_rng(5)
    return [_reading(chance, answerable=number % 2 == 0) for number in range(count)]


def _reading(chance: np.random.Generator, *, answerable: bool) -> Reading:
    rows = np.column_stack([chance.normal(-1, 1, 12), -chance.exponential(3, 12), np.zeros(12)])
    passages = np.column_stack([rows[:, 0], chance.normal(0.4, 0.1, 12)])
    right = np.zeros(12, bool)
    if answerable:
        right[chance.integers(12)] = True
        rows[right, 0] += 3
        rows[right, 1] /= 4
        passages[right] += (3, 0.2)
    return Reading(answerable=answerable, rows=rows, right=right, passages=passages, holding=right)


def test_weights_fitted_to_readings_choose_and_know_better_than_chance_on_others() -> None:
    weights = fit(_readings(400))
    assert min(weights.answerable, weights.span) > 0
    sure: dict[bool, list[float]] = {True: [], False: []}
    chosen_right = 0
    for reading in _readings(600)[400:]:
        chances = [
            probability(Evidence(answerable=row[0], span=row[1], retrieval=row[2]), weights) for row in reading.rows
        ]
        best = int(np.argmax(chances))
        chosen_right += bool(reading.right[best])
        sure[bool(reading.right[best])].append(chances[best])
    assert chosen_right >= 75  # of 100 that hold an answer
    assert np.mean(sure[True]) - np.mean(sure[False]) > 0.3


def test_an_order_fitted_to_readings_puts_what_answers_first_on_others() -> None:
    weights = fit_relevance(_readings(400))
    answered = [one for one in _readings(600)[400:] if one.answerable]
    first = [
        one.holding[int(np.argmax([relevance(a, b, weights) for a, b in one.passages.tolist()]))] for one in answered
    ]
    assert np.mean(first) > 0.8
