import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.eval.metrics.retrieval import gains_of, hits, multihop_precision, ndcg, recall, reciprocal_rank

places = st.lists(st.sets(st.integers(0, 8), max_size=3), max_size=15)
relevants = st.sets(st.integers(0, 8), min_size=1)


def test_a_place_that_holds_two_relevant_items_gains_two_and_none_counts_twice() -> None:
    assert gains_of([{"a", "b"}, {"a"}, {"c", "x"}, {"y"}], {"a", "b", "c", "d"}) == (2, 0, 1, 0)


@given(ranking=places, relevant=relevants, k=st.integers(1, 20))
def test_every_figure_lies_between_0_and_1(ranking: list[set[int]], relevant: set[int], k: int) -> None:
    gains, many = gains_of(ranking, relevant), len(relevant)
    figures = (hits(gains, k), recall(gains, many, k), reciprocal_rank(gains, k), ndcg(gains, many, k))
    assert all(0 <= figure <= 1 + 1e-12 for figure in figures)


@given(ranking=places, relevant=relevants)
def test_all_that_is_relevant_first_is_the_best_there_is(ranking: list[set[int]], relevant: set[int]) -> None:
    gains = gains_of([{one} for one in relevant] + ranking, relevant)
    assert ndcg(gains, len(relevant), 20) == pytest.approx(1)
    assert hits(gains, 1) == reciprocal_rank(gains, 10) == recall(gains, len(relevant), len(relevant)) == 1


def test_the_worked_case() -> None:
    gains = (0, 1, 0, 1)
    assert (hits(gains, 1), hits(gains, 4)) == (0, 1)
    assert recall(gains, 4, 4) == 0.5
    assert reciprocal_rank(gains, 10) == 0.5
    best = sum(1 / math.log2(1 + place) for place in (1, 2, 3, 4))
    assert ndcg(gains, 4, 4) == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / best)


def test_multihop_counts_what_is_newly_found_at_each_place() -> None:
    assert multihop_precision((1, 0, 2), relevant=3) == pytest.approx((1 / 1 + 2 / 3) / 3)
    assert multihop_precision((), relevant=2) == 0
