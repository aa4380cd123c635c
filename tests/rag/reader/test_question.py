"""What a question asks for, and what of it a passage and its sentences hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.index.types import Metadata
from dateline.rag.parsing.parsed_text import parse
from dateline.rag.reader.question import is_statement, leads_elsewhere, read_question

_PASSAGE = parse("The Lenn council voted on 3 May. Mayor Oda Fremmel said 41 houses in Tolmere are to be pulled down.")


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("when do coalition troops leave Iraq?", "time"), ("What year was the bridge closed?", "time"),
        ("How many people died?", "number"), ("what share of Generation X uses it", "number"),
        ("Who was elected mayor?", "name"), ("Which city hosts the games?", "name"), ("where did it happen", "name"),
        ("Why did the bridge close?", "reason"), ("What did the mayor say?", None), ("Griner", None),
    ],
)  # fmt: skip
def test_the_kind_of_answer_asked_for_is_told_by_the_words(question: str, wanted: str | None) -> None:
    assert read_question(question).wanted == wanted


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("How many houses in Tolmere are to be pulled down?", 0),
        ("How many houses in Wexling are to be pulled down?", 1),
        ("Did Oda Fremmel speak of 41 houses in 2024?", 0),
        ("Did Oda Fremmel speak of 42 houses in 2023?", 2),
        ("What does the Lenn Gazette say of Tolmere?", 0),
        ("What do Anna Vell, Boris Prell, Carla Dorn and Emil Fast say?", 3),
    ],
)
def test_names_numbers_and_years_that_neither_passage_nor_heading_holds_are_counted(
    question: str, missing: int
) -> None:
    known = Metadata(title="Houses to go", source="Lenn Gazette", published="2024-05-04")
    assert read_question(question).missing(_PASSAGE, known) == missing


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Griner", False), ("Brittney Griner", False), ("(a+)+$", False), ("who?", False), ("Who is Griner", True),
        ("Griner?", True), ("when do troops leave", True), ("coalition troops leaving Iraq September 2025", True),
    ],
)  # fmt: skip
def test_a_name_or_a_keyword_alone_asks_nothing(text: str, asks: bool) -> None:
    assert read_question(text).asks is asks


def test_small_words_that_decide_are_missed() -> None:
    asked = read_question("How many died in total, not counting the crew?")
    assert asked.lacking_cues(parse("In total 14 died.")) == 1
    assert asked.lacking_cues(parse("Two of the crew died.")) == 2


def test_the_words_of_a_question_are_looked_for_in_a_sentence_and_around_it() -> None:
    asked = read_question("When did the bridge in Tolmere close?")
    inside, around = asked.shared(parse("The bridge was closed on Monday."), parse("Flood in Tolmere").stems)
    assert (inside, around) == (pytest.approx(2 / 3), 1.0)


def test_an_answer_fits_where_it_is_of_the_kind_asked_for() -> None:
    sentence = parse("Fourteen people died on Monday because the dam broke.")
    for question, right, wrong in (
        ("How many died?", "Fourteen", "people"), ("When did they die?", "Monday", "people"),
        ("Who died?", "Fremmel", "people"),
    ):  # fmt: skip
        asked = read_question(question)
        assert (asked.fits(parse(right), sentence), asked.fits(parse(wrong), sentence)) == (1.0, -1.0)
    assert read_question("Why did they die?").fits(parse("the dam broke"), sentence) == 1.0
    assert read_question("What happened?").fits(parse("people"), sentence) == 0.0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("The bridge was closed on Monday.", True), ("Was the bridge closed?", False), ("Flood in Tolmere", False),
        ("MORE: The bridge in pictures", False), ("Photo: The bridge seen from Lenn on Monday", False),
        ("Anna Vell, Boris Prell, Lenn", False),
    ],
)  # fmt: skip
def test_questions_captions_headings_and_pointers_are_no_statements(text: str, says: bool) -> None:
    assert is_statement(parse(text)) is says


@pytest.mark.parametrize(
    ("text", "elsewhere"),
    [
        ("Lenn games 2031: Oda Fremmel and Boris Prell win posthumous prizes", True),
        ("Who was elected mayor of Tolmere?", True),
        ("READ MORE: Mayor of Tolmere resigns", True),
        ("The council of Lenn said: the houses in Tolmere are to be pulled down.", False),
        ("Typical salary: £65,000", False),
        ("Two things were asked for: “houses for all, and a new bridge over the Welm”", False),
    ],
)
def test_titles_of_other_articles_and_questions_lead_elsewhere(text: str, elsewhere: bool) -> None:
    assert leads_elsewhere(parse(text)) is elsewhere


@given(st.text(max_size=80), st.text(max_size=200))
def test_whatever_is_asked_of_whatever_text_the_figures_stay_in_their_ranges(question: str, text: str) -> None:
    asked, parsed = read_question(question), parse(text)
    assert 0 <= asked.missing(parsed, Metadata()) <= 3
    assert all(0 <= share <= 1 for share in asked.shared(parsed, ()))
    assert asked.fits(parsed, parsed) in (-1.0, 0.0, 1.0)
    assert asked.lacking_cues(parsed) >= 0
