import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dateline.index.fusion import Scored, at_most_per_article, fuse

rankings = st.lists(st.integers(1, 40), unique=True, max_size=20).map(lambda ids: np.array(ids, np.int64))


def test_the_score_is_the_sum_of_the_reciprocal_ranks_words_counting_twice() -> None:
    best, second, third = fuse(np.array([7, 8]), np.array([8, 9]))
    assert (best.chunk_id, second.chunk_id, third.chunk_id) == (8, 7, 9)
    assert best.score == 2 / 62 + 1 / 61
    assert (best.text_rank, best.vector_rank) == (2, 1)
    assert (second.text_rank, second.vector_rank) == (1, None)


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
