"""How sure the reader is of a sentence: sums of evidence, and the weights that are fitted to readings."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dateline.eval.benchmarks.calibration import Reading, fit, fit_relevance
from dateline.index.types import Metadata, Passage, Span
from dateline.rag.reader.confidence import (
    FEATURES,
    LIKELY,
    RELEVANCE,
    THRESHOLDS,
    WEIGHTS,
    WORTH_SEEING,
    Evidence,
    certainty_of,
    probability,
    relevance,
    weigh,
)
from dateline.rag.reader.reader import Candidate, score

_logits = st.floats(-1e6, 1e6)
_shares = st.floats(0, 1)
_evidence = st.builds(
    Evidence, answerable=_logits, span=_logits, retrieval=st.floats(-9, 0), cosine=_shares, shared=_shares,
    around=_shares, missing=st.floats(0, 3), cues=st.floats(0, 9), fits=st.sampled_from((-1.0, 0.0, 1.0)),
    statement=st.sampled_from((0.0, 1.0)),
)  # fmt: skip


@given(_evidence, st.floats(0, 1e6), st.integers(0, 99))
def test_a_probability_is_one_whatever_the_evidence(evidence: Evidence, gap: float, articles: int) -> None:
    assert 0 <= probability(evidence, gap, articles, WEIGHTS) <= 1


@given(_evidence, st.sampled_from(("answerable", "span")), st.floats(0.01, 1e3))
def test_the_surer_the_model_the_surer_the_reader(evidence: Evidence, what: str, more: float) -> None:
    surer = replace(evidence, **{what: getattr(evidence, what) + more})
    assert weigh(surer, WEIGHTS.order) >= weigh(evidence, WEIGHTS.order)
    assert probability(surer, 0, 1, WEIGHTS) >= probability(evidence, 0, 1, WEIGHTS)


def test_stricter_is_a_higher_threshold_and_what_is_likely_is_shown_at_each() -> None:
    assert 1 > THRESHOLDS["strict"] > THRESHOLDS["balanced"] > THRESHOLDS["lenient"] > WORTH_SEEING > 0
    assert 1 > LIKELY >= THRESHOLDS["strict"]
    assert [certainty_of(one) for one in (LIKELY, LIKELY - 0.01)] == ["likely", "uncertain"]


def test_passages_are_put_in_order_by_the_model_and_the_search() -> None:
    assert min(RELEVANCE.answerable, RELEVANCE.cosine) > 0


def _readings(count: int) -> list[Reading]:
    """Made up: half of them hold an answer, where the logit is high, the span likely and the passage near."""
    chance = np.random.default_rng(5)
    return [_reading(chance, answerable=number % 2 == 0) for number in range(count)]


def _reading(chance: np.random.Generator, *, answerable: bool) -> Reading:
    answer, logits, spans = -1, chance.normal(-1, 1, 12), -chance.exponential(3, 12)
    order = np.column_stack([logits, chance.normal(0.4, 0.1, 12)])
    if answerable:
        answer = int(chance.integers(12))
        logits[answer] += 3
        spans[answer] /= 4
        order[answer] += (3, 0.2)
    right = np.arange(12) == answer
    found = [_candidate(at, logit, span) for at, (logit, span) in enumerate(zip(logits, spans, strict=True))]
    return Reading(
        answerable=answerable, found=found, right=right, passages=[_PASSAGE] * 12, order=order, holding=right
    )


_PASSAGE = Passage(
    article_id="a" * 16, metadata=Metadata(), origin="x", start=0, end=1, text="x", sentences=(), score=1.0,
    text_rank=1, vector_rank=1, cosine=0.5,
)  # fmt: skip


def _candidate(at: int, logit: float, span: float) -> Candidate:
    known = {**dict.fromkeys(FEATURES, 0.0), "answerable": float(logit), "span": float(span)}
    return Candidate(
        passage=at, sentence=Span(at, at + 1), answer=Span(at, at + 1), said=f"answer{at}.", evidence=Evidence(**known)
    )


def test_weights_fitted_to_readings_choose_and_know_better_than_chance_on_others() -> None:
    weights = fit(_readings(400))
    assert min(*weights.order[:2], *weights.sure[:2]) > 0
    sure: dict[bool, list[float]] = {True: [], False: []}
    chosen_right = 0
    for reading in _readings(600)[400:]:
        best = score(reading.found, reading.passages, weights)[0]
        right = bool(reading.right[best.candidate.passage])
        chosen_right += right
        sure[right].append(best.score)
    assert chosen_right >= 75  # of 100 that hold an answer
    assert np.mean(sure[True]) - np.mean(sure[False]) > 0.3


def test_an_order_fitted_to_readings_puts_what_answers_first_on_others() -> None:
    weights = fit_relevance(_readings(400))
    answered = [one for one in _readings(600)[400:] if one.answerable]
    first = [one.holding[int(np.argmax([relevance(a, b, weights) for a, b in one.order.tolist()]))] for one in answered]
    assert np.mean(first) > 0.8
