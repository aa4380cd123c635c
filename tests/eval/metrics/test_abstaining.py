from itertools import permutations
from statistics import mean

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.eval.metrics.abstaining import calibration_error, risk_coverage, risk_coverage_area, roc_auc

judged = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40)
few = st.lists(st.tuples(st.sampled_from((0.2, 0.5, 0.9)), st.booleans()), min_size=1, max_size=6)


def test_the_surest_answers_come_first() -> None:
    curve = risk_coverage([0.1, 0.9, 0.5], [False, True, False])
    assert curve == pytest.approx([0, 1 / 2, 2 / 3])
    assert risk_coverage_area([0.1, 0.9, 0.5], [False, True, False]) == pytest.approx((1 / 2 + 2 / 3) / 3)


@given(pairs=few)
def test_ties_count_as_in_the_mean_over_every_order(pairs: list[tuple[float, bool]]) -> None:
    areas = []
    for order in permutations(pairs):
        by_confidence = sorted(order, key=lambda pair: -pair[0])
        wrong = np.cumsum([not right for _, right in by_confidence]) / np.arange(1, len(pairs) + 1)
        areas.append(wrong.mean())
    assert risk_coverage_area(*zip(*pairs, strict=True)) == pytest.approx(mean(areas), abs=1e-9)


@given(pairs=judged)
def test_figures_lie_between_0_and_1_and_the_curve_ends_at_the_error_rate(pairs: list[tuple[float, bool]]) -> None:
    confidence, right = zip(*pairs, strict=True)
    assert 0 <= risk_coverage_area(confidence, right) <= 1
    assert 0 <= calibration_error(confidence, right) <= 1
    assert risk_coverage(confidence, right)[-1] == pytest.approx(1 - mean(right))


def test_confidence_that_comes_true_has_no_calibration_error() -> None:
    assert calibration_error([0.75] * 4, [True, True, True, False]) == pytest.approx(0)
    assert calibration_error([1.0] * 4, [True, False, False, False]) == pytest.approx(0.75)
    assert calibration_error([0.95, 0.05], [True, False]) == pytest.approx(0.05)


def test_the_chance_of_ranking_right_counts_equal_scores_half() -> None:
    assert roc_auc([2.0, 1.0], [0.0, 1.0]) == pytest.approx(0.875)
