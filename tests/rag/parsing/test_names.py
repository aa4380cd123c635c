import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.rag.parsing.names import find_swap, fold, missing_words
from dateline.rag.parsing.parsed_text import ParsedText, parse

_PIECES = st.sampled_from(
    "the The Berlin Oda Fremmel U.S. Iraqi beat was beaten by said police , . ’s Dr of Wednesday".split()
)
TEXT = st.text(max_size=60) | st.lists(_PIECES, max_size=12).map(" ".join)


def names(text: str) -> list[str]:
    return [name.text for name in parse(text).names]


def missing(claim: str, quote: str) -> list[str]:
    held = parse(quote).name_words
    return [word for name in parse(claim).names for word in missing_words(name, held)]


@given(TEXT)
def test_names_stand_in_their_text_in_order(text: str) -> None:
    found = ParsedText(text).names
    assert [name.start for name in found] == sorted(name.start for name in found)
    assert all(text[name.start : name.end].startswith(name.text) and name.words for name in found)


@given(TEXT)
def test_a_text_lacks_none_of_its_own_names(text: str) -> None:
    assert missing(text, text) == []


@given(TEXT, TEXT)
def test_more_text_never_lacks_more(claim: str, more: str) -> None:
    quote = f"Berlin. {more}"
    assert set(missing(claim, quote)) <= set(missing(claim, "Berlin."))


@given(st.text(max_size=20))
def test_folding_twice_changes_nothing_that_folding_left(word: str) -> None:
    assert fold(word.lower()) == fold(word).lower() or not word.isascii()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Troops leave Berlin.", ["Berlin"]),
        ("The judge Oda Fremmel resigned.", ["Oda Fremmel"]),
        ("In Berlin’s harbour it rained.", ["Berlin"]),
        ("Police said on Wednesday that it rained.", []),
        ("Heavy rain fell. I saw it.", []),
        ("Walking is healthy.", []),
    ],
)
def test_names_are_told_from_words_that_begin_a_sentence(text: str, found: list[str]) -> None:
    assert names(text) == found


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Iraqi troops stay.", "Troops of Iraq stay."),
        ("The U.S. left.", "The United States left."),
        ("The WHO met.", "The World Health Organization met."),
        ("The World Health Organization met.", "The WHO met."),
        ("Judge Fremmel resigned.", "Oda Fremmel resigned."),
        ("Dr Osterby spoke.", "Lenka Österby spoke."),
        ("Dutch ferries sank.", "Ferries of the Netherlands sank."),
    ],
)
def test_a_name_is_found_in_other_forms(claim: str, quote: str) -> None:
    assert missing(claim, quote) == []


def test_a_name_that_the_quote_lacks_is_told() -> None:
    assert missing("Troops leave Berlin.", "Troops leave Baghdad.") == ["berlin"]
    assert missing("It was Oda Fremmel.", "It was Ida Fremmel.") == ["oda"]


def test_who_did_it_to_whom_is_the_same_in_the_passive() -> None:
    (active,), (passive,) = parse("Vell beat Prell.").roles, parse("Prell was beaten by Vell.").roles
    assert (active.doer.text, active.deed, active.other.text) == ("Vell", "beat", "Prell")
    assert (passive.doer.text, passive.deed, passive.other.text) == ("Vell", "beat", "Prell")


@given(TEXT)
def test_no_text_swaps_its_own_roles(text: str) -> None:
    roles = ParsedText(text).roles
    assert find_swap(roles, roles) is None


def test_roles_that_are_swapped_are_found() -> None:
    claim, quote = parse("Vell paid Prell.").roles, parse("Prell paid Vell.").roles
    swap = find_swap(claim, quote)
    assert swap is not None
    assert swap.doer.text == "Vell"
    assert find_swap(claim, (*quote, *claim)) is None
    assert find_swap(parse("Vell and Prell paid.").roles, quote) is None
