from hypothesis import given
from hypothesis import strategies as st

from dateline.eval.metrics.citations import precision, recall, words_in

TEXT = "The plan is agreed. Hundreds leave by May. The rest go in June."
spans = st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT))).map(sorted)


def words(start: int, end: int, article_id: str = "a"):
    return words_in(article_id, TEXT[start:end], start)


def test_citing_the_gold_words_and_no_others_is_perfect() -> None:
    gold = [[words(20, 42)]]
    assert (precision([words(20, 42)], gold), recall([words(20, 42)], gold)) == (1, 1)


def test_citing_a_sentence_more_costs_precision_and_one_less_costs_recall() -> None:
    gold = [[words(20, 42)], [words(43, 63)]]
    assert recall([words(20, 42)], gold) == 4 / 9
    assert precision([words(0, 42)], gold) == 4 / 8


def test_the_same_words_at_another_place_are_not_the_gold_words() -> None:
    assert precision([words(20, 42, "b")], [[words(20, 42, "a")]]) == 0


def test_a_quotation_that_stands_in_two_articles_is_found_in_either() -> None:
    gold = [[words(20, 42, "a"), words(20, 42, "b")]]
    assert recall([words(20, 42, "b")], gold) == precision([words(20, 42, "b")], gold) == 1


def test_nothing_cited_has_no_precision_and_no_recall() -> None:
    assert (precision([], [[words(20, 42)]]), recall([], [[words(20, 42)]])) == (None, 0)


@given(cited=st.lists(spans, max_size=4), start=st.integers(0, len(TEXT) - 4))
def test_figures_lie_between_0_and_1(cited: list[list[int]], start: int) -> None:
    gold = [[words(start, len(TEXT))]]
    found = [words(*span) for span in cited]
    assert 0 <= recall(found, gold) <= 1
    assert 0 <= (precision(found, gold) or 0) <= 1
