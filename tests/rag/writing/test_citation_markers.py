"""Citation markers: every form that models write, and what only looks like one."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.rag.writing.citation_markers import read_markers

_HOSTILE = st.text(alphabet="[]()【】{}<>sup/^³²1234567890,;-–. &*†anS\n", max_size=200)
_WORDS = st.lists(st.from_regex(r"[A-Za-z]{1,9}", fullmatch=True), min_size=1, max_size=12)


@pytest.mark.parametrize(
    "marker",
    [
        "[3]", "【3】", "［3］", "(3)", "{3}", "[[3]]", "[^3]", "^[3]", "[ 3 ]", "[sentence 3]", "[Sentence 3]", "[S3]",
        "(sentence 3)", "[Source 3]", "(source: 3)", "(see [3])", "[ref 3]", "[ref. 3]", "[cite: 3]", "[citation:3]",
        "[doc3]", "[#3]", "【3†source】", "【3†L1-L9】", "**[3]**", "`[3]`", "<sup>3</sup>", "<sup>[3]</sup>",
        "[3](#s3)", "[3](https://a.example/3)", "[3][3]", "[3], [3]",
    ],
)  # fmt: skip
def test_a_marker_is_read_in_every_form_before_and_behind_the_full_stop(marker: str) -> None:
    for text in (
        f"It sank {marker}.",
        f"It sank{marker}.",
        f"It sank. {marker}",
        f"It sank.{marker}",
        f"{marker} It sank.",
    ):
        if text.startswith(("(3)", "{3}")):
            continue  # numbers a list
        marked = read_markers(text, 5)
        assert (marked.text, marked.numbers, marked.unknown) == ("It sank.", (3,), 0), text


@pytest.mark.parametrize(
    ("marker", "numbers"),
    [
        ("[3, 4]", (3, 4)), ("[3,4]", (3, 4)), ("[3; 4]", (3, 4)), ("[3 and 4]", (3, 4)), ("[3 & 4]", (3, 4)),
        ("[2-4]", (2, 3, 4)), ("[2–4]", (2, 3, 4)), ("[2 to 4]", (2, 3, 4)), ("[4-2]", (2, 3, 4)), ("[3..4]", (3, 4)),
        ("[4][3]", (4, 3)), ("[4] [3]", (4, 3)), ("[4], [3] and [1]", (4, 3, 1)), ("(3)(4)", (3, 4)),
        ("(sentences 3 and 4)", (3, 4)), ("[S3, S4]", (3, 4)), ("[Sentences 1, 3-4]", (1, 3, 4)), ("³˒⁴", (3, 4)),
        ("³⁻⁵", (3, 4, 5)), ("(Sources: 3, 4)", (3, 4)), ("[^3][^4]", (3, 4)), ("[3, 3, 1]", (3, 1)),
    ],
)  # fmt: skip
def test_several_numbers_are_cited_in_their_order_each_once(marker: str, numbers: tuple[int, ...]) -> None:
    for text in (f"It sank {marker}.", f"It sank. {marker}"):
        assert read_markers(text, 5).numbers == numbers
        assert read_markers(text, 5).text == "It sank."


@pytest.mark.parametrize(
    "raised", ["It sank.³", "It sank³.", "It sank.^3", "It sank^3.", "“It sank.”³", "It sank in 2026³."]
)
def test_footnote_signs_are_markers(raised: str) -> None:
    assert read_markers(raised, 5).numbers == (3,)


@pytest.mark.parametrize(
    "text",
    [
        "It sank in (2024).", "It sank in [2024].", "Some (3 people) sank.", "It sank [sic].", "(1) It sank.",
        "1. It sank.",
        "It carried 40 m³ of gas.", "It covers 12 km².", "About 10⁶ tonnes sank.", "About 10^6 tonnes sank.",
        "Arvo Lysander (4), who keeps it, slept.", "The vote (3-2) was close.", "It cost (7.4) crowns.",
        "[...] It sank.",
        "Under Article 5 (Article 5) it sank.", "It sank (see page 3).", "Call (0900) now.", "It sank <3.",
        "Some (12) sank.",
        "It had 2,500 [2,500].", "It sank (9).", "A list [a, b].", "[]", "()", "[,]", "f[x] = 3",
    ],
)  # fmt: skip
def test_what_is_no_marker_stays_as_it_was_written(text: str) -> None:
    assert read_markers(text, 5).text == text
    assert read_markers(text, 5).numbers == ()


def test_numbers_that_were_not_given_are_dropped_and_counted() -> None:
    marked = read_markers("It sank [3, 0, 99, 98-100].", 5)
    assert (marked.text, marked.numbers, marked.unknown) == ("It sank.", (3,), 4)


def test_a_huge_range_is_counted_without_counting_through_it() -> None:
    marked = read_markers("It sank [1-100000].", 5)
    assert (marked.numbers, marked.unknown) == ((1, 2, 3, 4, 5), 99_995)


def test_a_number_of_thousands_of_digits_is_no_marker() -> None:
    text = f"It sank [{'9' * 100}] [{'9' * 10_000}]."
    assert read_markers(text, 5).numbers == ()


def test_markers_amid_a_sentence_leave_no_space_behind() -> None:
    marked = read_markers("It sank [1], they say [2, 3] , and burned [4] ; nobody knows why.", 5)
    assert marked.text == "It sank, they say, and burned; nobody knows why."
    assert marked.numbers == (1, 2, 3, 4)


@given(st.text() | _HOSTILE, st.integers(0, 60))
def test_whatever_comes_no_number_is_cited_that_was_not_given(text: str, known: int) -> None:
    marked = read_markers(text, known)
    assert all(1 <= number <= known for number in marked.numbers)
    assert len(set(marked.numbers)) == len(marked.numbers)
    assert marked.unknown >= 0


@given(st.text() | _HOSTILE)
def test_only_markers_and_what_stands_around_them_are_taken_out(text: str) -> None:
    kept = re.sub(r"\s", "", read_markers(text, 5).text)
    rest = iter(re.sub(r"\s", "", text))
    assert all(character in rest for character in kept)


@given(st.text(alphabet=st.characters(exclude_characters="[【［(（{<^⁰¹²³⁴⁵⁶⁷⁸⁹")))
def test_text_without_markers_is_not_altered(text: str) -> None:
    assert read_markers(text, 5).text == text


@given(_WORDS, st.lists(st.integers(1, 9), min_size=1, max_size=5, unique=True), st.integers(0, 3))
def test_what_is_written_is_read_back(words: list[str], numbers: list[int], form: int) -> None:
    sentence = " ".join(words)
    markers = [
        "".join(f"[{n}]" for n in numbers),
        f"[{', '.join(map(str, numbers))}]",
        f"【{';'.join(map(str, numbers))}】",
    ]
    marker = [*markers, f"(sentences {', '.join(map(str, numbers))})"][form]
    marked = read_markers(f"{sentence} {marker}.", 9)
    assert (marked.text, marked.numbers) == (f"{sentence}.", tuple(numbers))


@pytest.mark.parametrize("piece", ["[", "(", "[3", "³", "[3]", "^3", "[1,", "*[3]*", "a (3) ", "<sup>", "([{【"])
def test_hostile_repetitions_come_to_an_end(piece: str) -> None:
    marked = read_markers(piece * 20_000, 5)
    assert set(marked.numbers) <= {1, 2, 3, 4, 5}
