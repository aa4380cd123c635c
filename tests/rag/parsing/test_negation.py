import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.rag.parsing.negation import Flip, are_opposites, find_exchanged_cue, find_flip, read_negations
from dateline.rag.parsing.parsed_text import ParsedText, parse
from dateline.rag.parsing.tokens import stem

_PIECES = st.sampled_from(
    "not may denied said plans to no more than rose fell the bank will close , . May 3 isn't that".split()
)
TEXT = st.text(max_size=60) | st.lists(_PIECES, max_size=12).map(" ".join)


def flip(claim: str, quote: str) -> Flip | None:
    return find_flip(parse(claim).negations, parse(quote).negations)


@given(TEXT)
def test_cues_are_words_of_the_text_that_do_not_overlap(text: str) -> None:
    negations = ParsedText(text).negations
    end = 0
    for cue in negations.cues:
        assert end <= cue.start < cue.end <= len(negations.words)
        assert cue.text == " ".join(word.lower for word in negations.words[cue.start : cue.end])
        assert cue.scope == tuple(negations.words[place].stem for place in cue.places)
        assert not set(cue.places) & set(range(cue.start, cue.end))
        end = cue.end


@given(TEXT)
def test_a_text_turns_nothing_around_that_it_says_itself(text: str) -> None:
    negations = ParsedText(text).negations
    assert find_exchanged_cue(negations, negations) is None
    assert next((cue for cue in negations.cues if not negations.has(cue.kind)), None) is None


@given(st.lists(TEXT, min_size=1, max_size=3))
def test_texts_in_a_row_have_all_their_words(texts: list[str]) -> None:
    words = [word for text in texts for word in ParsedText(text).words]
    assert list(read_negations(words).words) == words


@pytest.mark.parametrize(
    ("text", "kind", "reached"),
    [
        ("The bank will not close.", "not", "close"),
        ("The bank won't close.", "not", "close"),
        ("It failed to report cases.", "not", "report"),
        ("A rail may have caused the derailment.", "may", "caused"),
        ("The bank denied that it lost its money.", "denied", "lost"),
        ("The bank denied this.", "denied", "bank"),
        ("It plans to build a dam.", "planned", "build"),
    ],
)
def test_a_cue_reaches_the_words_behind_it(text: str, kind: str, reached: str) -> None:
    negations = parse(text).negations
    assert negations.has(kind)
    assert any(negations.under(stem(reached), kind))


@pytest.mark.parametrize("text", ["It rained in May 2026.", "No more than 12 people came.", "Not only ferries sank."])
def test_the_month_and_bounds_of_numbers_are_no_cues(text: str) -> None:
    assert all(not cue.kind for cue in parse(text).negations.cues)


def test_a_clause_ends_what_a_cue_reaches() -> None:
    negations = parse("It did not rain, the dam fell.").negations
    assert any(negations.under("rain", "not"))
    assert not any(negations.under("dam", "not"))


@pytest.mark.parametrize(
    ("claim", "quote", "kind"),
    [
        ("The bank will close.", "The bank will not close.", "not"),
        ("The bank will not close.", "The bank will close.", "not"),
        ("The rail caused it.", "The rail may have caused it.", "may"),
        ("Prices fell.", "Prices rose.", "opposite"),
        ("The bank lost money.", "The bank denied that it lost money.", "denied"),
        ("The deal is legal.", "The deal is illegal.", "opposite"),
    ],
)
def test_what_is_turned_around_is_found(claim: str, quote: str, kind: str) -> None:
    found = flip(claim, quote)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("The pump did not work.", "The pump failed."),
        ("The pump does not work.", "The pump fails."),
        ("The bank did not close.", "The bank avoided closing."),
        ("The rail may have caused it.", "The rail probably caused it."),
        ("The minister did not resign.", "The minister refused to resign."),
        ("Prices rose and then fell.", "Prices rose, then fell."),
    ],
)
def test_what_is_said_in_other_words_turns_nothing_around(claim: str, quote: str) -> None:
    assert flip(claim, quote) is None


def test_opposites_are_so_both_ways() -> None:
    for one, other in (("rise", "fall"), ("guilty", "innocent"), ("before", "after")):
        assert are_opposites(stem(one), stem(other))
        assert are_opposites(stem(other), stem(one))
    assert not are_opposites(stem("rise"), stem("rise"))


def test_a_cue_that_takes_the_place_of_a_word_is_found() -> None:
    found = find_exchanged_cue(parse("may close").negations, parse("closed").negations)
    assert found == Flip(kind="may", quote="", claim="may")
    assert find_exchanged_cue(parse("").negations, parse("may").negations) is None
