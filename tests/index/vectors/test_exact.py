"""The exact scan is the oracle of every other vector search, so it is held against arithmetic written out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.index.vectors.exact import ExactScan


def unit(rows):
    rows = np.asarray(rows, np.float64)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)


@st.composite
def scans(draw):
    seed, count, dimensions = draw(st.integers(0, 10_000)), draw(st.integers(1, 60)), draw(st.integers(2, 9))
    random = np.random.default_rng(seed)
    ids = np.sort(random.choice(10 * count, count, replace=False)).astype(np.int64)
    distinct = unit(random.standard_normal((max(1, count // 2), dimensions)))
    vectors = distinct[random.integers(0, len(distinct), count)]  # some of them equal
    question = unit(random.standard_normal((1, dimensions)))[0].astype(np.float32)
    among = np.sort(random.choice(20 * count, draw(st.integers(0, 2 * count)), replace=False)).astype(np.int64)
    return ids, vectors, question, draw(st.integers(0, count + 3)), draw(st.sampled_from([None, among]))


@given(scans())
def test_the_nearest_are_those_of_a_sum_written_out(case):
    ids, vectors, question, k, among = case
    allowed = [
        (
            round(float(sum(np.float64(a) * np.float64(b) for a, b in zip(vector, question, strict=True))), 4),
            int(number),
        )
        for number, vector in zip(ids, vectors, strict=True)
        if among is None or number in among
    ]
    found = ExactScan(ids, vectors).search(question, k, among)
    expected = sorted(allowed, key=lambda pair: -pair[0])[:k]
    assert np.allclose(found.cosines, np.clip([cosine for cosine, _ in expected], -1, 1), atol=2e-4)
    assert set(found.ids.tolist()) <= {number for _, number in allowed}
    assert len(set(found.ids.tolist())) == len(expected)


@given(scans())
def test_results_are_best_first_and_ties_by_id(case):
    ids, vectors, question, k, among = case
    found = ExactScan(ids, vectors).search(question, k, among)
    pairs = list(zip((-found.cosines).tolist(), found.ids.tolist(), strict=True))
    assert pairs == sorted(pairs)
    assert np.all(np.abs(found.cosines) <= 1)


@given(scans())
def test_a_tie_at_the_end_goes_to_the_smaller_id(case):
    ids, vectors, question, _, _ = case
    vectors = np.repeat(vectors[:1], len(ids), axis=0)
    found = ExactScan(ids, vectors).search(question, 3)
    assert found.ids.tolist() == ids[:3].tolist()


@pytest.mark.parametrize("share", [0.02, 0.5])
def test_a_filter_gives_what_searching_only_those_gives(share):
    random = np.random.default_rng(7)
    ids = np.arange(100, 3_100, dtype=np.int64)
    vectors = unit(random.standard_normal((3_000, 16)))
    among = np.sort(random.choice(ids, int(share * 3_000), replace=False))
    question = vectors[5].astype(np.float32)
    filtered = ExactScan(ids, vectors).search(question, 20, among)
    alone = ExactScan(among, vectors[among - 100]).search(question, 20)
    assert filtered.ids.tolist() == alone.ids.tolist()


def test_an_empty_library_has_nothing_near():
    scan = ExactScan(np.empty(0, np.int64), np.empty((0, 0), np.float16))
    assert len(scan.search(np.ones(384, np.float32), 10).ids) == 0


def test_ids_out_of_order_are_refused():
    with pytest.raises(ValueError, match="ascending"):
        ExactScan(np.array([2, 1]), unit(np.eye(2)))
