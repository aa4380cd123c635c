import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.eval.metrics.citations import overlap
from dateline.eval.types import Place


def place(start: int, end: int, article_id: str = "a") -> Place:
    return Place(article_id=article_id, start=start, end=end)


def test_overlap_counts_characters() -> None:
    found = overlap([place(0, 10)], [place(5, 15), place(20, 25)])
    assert found == {"recall": 5 / 15, "precision": 5 / 10, "IoU": 5 / 20}


def test_what_is_found_twice_counts_twice_against_precision() -> None:
    assert overlap([place(0, 10), place(0, 10)], [place(0, 10)]) == {"recall": 1.0, "precision": 0.5, "IoU": 0.5}


def test_the_same_place_of_another_article_is_another_place() -> None:
    assert overlap([place(0, 10, "b")], [place(0, 10)]) == {"recall": 0.0, "precision": 0.0, "IoU": 0.0}


def test_nothing_found_has_no_precision() -> None:
    assert overlap([], [place(0, 10)]) == {"recall": 0.0, "precision": 0.0, "IoU": 0.0}


places = st.builds(
    lambda start, length, article_id: place(start, start + length, article_id),
    st.integers(0, 30),
    st.integers(1, 20),
    st.sampled_from("ab"),
)


@given(found=st.lists(places, max_size=5), answering=st.lists(places, min_size=1, max_size=5))
def test_overlap_stays_within_bounds(found: list[Place], answering: list[Place]) -> None:
    one = overlap(found, answering)
    least, most = sorted((one["recall"], one["precision"]))
    assert 0 <= one["IoU"] <= least <= most <= 1
    assert overlap(answering, answering)["recall"] == pytest.approx(1)
