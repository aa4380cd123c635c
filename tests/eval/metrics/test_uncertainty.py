import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline.eval.metrics.uncertainty import bootstrap, bootstrap_mean, paired_bootstrap, standard_error

scores = st.lists(st.floats(0, 1), min_size=1, max_size=30)


def test_the_standard_error_is_that_of_the_mean() -> None:
    assert standard_error([0, 1, 0, 1]) == pytest.approx((1 / 3) ** 0.5 / 2)
    assert standard_error([1]) is None


@settings(max_examples=50)
@given(values=scores)
def test_an_interval_lies_within_the_values(values: list[float]) -> None:
    interval = bootstrap_mean(values)
    assert min(values) - 1e-9 <= interval.low <= interval.high <= max(values) + 1e-9
    assert bootstrap(lambda drawn: float(np.mean(drawn)), values) == interval


def test_columns_are_drawn_together() -> None:
    same = bootstrap(lambda one, other: float(np.abs(one - other).max()), [1, 2, 3], [1, 2, 3])
    assert (same.low, same.high) == (0, 0)


def test_more_samples_make_the_interval_narrower() -> None:
    few, many = bootstrap_mean([0, 1] * 5), bootstrap_mean([0, 1] * 500)
    assert many.high - many.low < 0.2 * (few.high - few.low)


def test_a_change_of_every_sample_is_no_chance_and_a_change_of_one_may_be() -> None:
    assert paired_bootstrap([0] * 30, [1] * 15 + [0] * 15).p < 0.01
    assert paired_bootstrap([0] * 30, [1] + [0] * 29).p > 0.05
    assert paired_bootstrap([0, 1] * 10, [0, 1] * 10).p == 1


@settings(max_examples=50)
@given(pairs=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=20))
def test_what_got_better_one_way_got_worse_the_other(pairs: list[tuple[float, float]]) -> None:
    before, after = zip(*pairs, strict=True)
    one, other = paired_bootstrap(before, after), paired_bootstrap(after, before)
    assert one.mean == pytest.approx(-other.mean)
    assert one.p == pytest.approx(other.p, abs=0.02)
    assert 0 < one.p <= 1
