from hypothesis import given
from hypothesis import strategies as st

from dateline.rag.parsing.parsed_text import ParsedText, parse
from dateline.rag.verification.support_score import Overlap, read_overlap, support_score
from dateline.rag.verification.verify import LEAST

_WORDS = st.lists(st.sampled_from("ferry sank harbour council the of closed Monday".split()), max_size=8).map(" ".join)
TEXTS = st.lists((st.text(max_size=40) | _WORDS).map(ParsedText), min_size=1, max_size=4)
SHARE = st.floats(0, 1)


@given(SHARE, SHARE)
def test_a_score_is_a_probability(held: float, held_by_one: float) -> None:
    assert 0 < support_score(Overlap(held=held, held_by_one=held_by_one)) < 1


@given(SHARE, SHARE)
def test_who_shares_more_scores_no_less(less: float, more: float) -> None:
    less, more = sorted((less, more))
    assert support_score(Overlap(held=less, held_by_one=less)) <= support_score(Overlap(held=more, held_by_one=more))


@given(TEXTS, TEXTS)
def test_one_quote_holds_no_more_than_all(claims: list[ParsedText], quotes: list[ParsedText]) -> None:
    overlap = read_overlap(claims[0], quotes)
    assert 0 <= overlap.held_by_one <= overlap.held <= 1


@given(TEXTS, TEXTS)
def test_a_further_quote_takes_nothing_away(claims: list[ParsedText], quotes: list[ParsedText]) -> None:
    fewer, more = read_overlap(claims[0], quotes[:1]), read_overlap(claims[0], quotes)
    assert fewer.held <= more.held
    assert fewer.held_by_one <= more.held_by_one


@given(TEXTS)
def test_a_text_holds_all_of_itself(texts: list[ParsedText]) -> None:
    assert read_overlap(texts[0], texts) == Overlap(held=1.0, held_by_one=1.0)


def test_what_shares_nothing_is_not_supported_and_what_shares_a_third_is() -> None:
    claim = parse("The ferry sank near Quillport.")
    assert support_score(read_overlap(claim, [parse("Zebras graze.")])) < LEAST
    assert support_score(read_overlap(claim, [parse("A ferry was built.")])) >= LEAST
