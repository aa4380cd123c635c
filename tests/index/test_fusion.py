import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dateline.index.fusion import Scored, at_most_per_article, fuse, reciprocal_ranks

rankings = st.lists(st.integers(1, 40), unique=True, max_size=20).map(lambda ids: np.array(ids, np.int64))


def test_a_chunk_counts_by_the_better_of_its_fused_rank_and_that_by_vectors() -> None:
    words, vectors = np.array([1, 2, 3, 4]), np.array([8, 3, 9])
    found = list(fuse(words, vectors))
    assert reciprocal_ranks([3, 1, 0], [2, 0, 1]).tolist() == [2 / 63 + 1 / 62, 2 / 61, 1 / 61]
    assert [one.chunk_id for one in found] == [3, 8, 1, 2, 9, 4]  # fused: 3 1 2 4 8 9
    assert [round(1 / one.score) for one in found] == [61, 61, 62, 63, 63, 64]
    assert [(one.text_rank, one.vector_rank) for one in found[:3]] == [(3, 2), (None, 1), (1, None)]


def test_chunks_that_come_first_do_so_in_their_order() -> None:
    found = list(fuse(np.array([1, 2, 3, 4]), np.array([2, 5]), np.array([4, 3, 77])))
    assert [one.chunk_id for one in found] == [3, 4, 2, 1, 5]
    assert [round(1 / one.score) for one in found[:3]] == [61, 61, 61]


@given(rankings, rankings)
def test_every_chunk_of_both_rankings_comes_up_once_best_first(words: np.ndarray, vectors: np.ndarray) -> None:
    fused = list(fuse(words, vectors))
    assert sorted(one.chunk_id for one in fused) == sorted(set(words.tolist()) | set(vectors.tolist()))
    assert [one.score for one in fused] == sorted((one.score for one in fused), reverse=True)


@given(rankings)
def test_two_equal_rankings_are_left_as_they_are(ranking: np.ndarray) -> None:
    assert [one.chunk_id for one in fuse(ranking, ranking)] == ranking.tolist()


def test_an_article_gives_no_more_chunks_than_allowed() -> None:
    found = [Scored(chunk_id=one, score=1 / one, text_rank=one, vector_rank=None) for one in range(1, 7)]
    articles = {1: 10, 2: 10, 3: 10, 4: 20, 5: 10, 6: 20}
    assert [one.chunk_id for one in at_most_per_article(found, lambda ids: articles, 2)] == [1, 2, 4, 6]
