import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.rag.parsing.parsed_text import ParsedText, parse
from dateline.rag.parsing.tokens import content_stems, is_foreign, read_words, stem

TEXT = st.text(max_size=80) | st.lists(st.sampled_from("The bank’s 2,500 isn't , . ( May u.s. 10:30".split())).map(
    " ".join
)


@given(TEXT)
def test_words_stand_in_their_text_in_order(text: str) -> None:
    end = 0
    for word in read_words(text):
        assert end <= word.start < word.end <= len(text)
        assert text[word.start : word.end] == word.text
        end = word.end


@given(TEXT)
def test_the_first_word_begins_a_clause(text: str) -> None:
    assert all(word.opens for word in read_words(text)[:1])


@given(st.from_regex(r"[a-z]{1,12}", fullmatch=True))
def test_a_stem_is_no_longer_than_its_word(word: str) -> None:
    assert len(stem(word)) <= len(word) + 2  # of irregular forms: "met" gives "meet"


@pytest.mark.parametrize(
    "forms",
    [
        "close closed closes closing",
        "rise rose risen rises",
        "deny denied denies",
        "stop stopped stopping stops",
        "fail failed fails failing",
        "bank banks bank's",
        "woman women",
        "labour labor",
    ],
)
def test_the_forms_of_a_word_have_one_stem(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


def test_words_without_content_have_no_part_in_what_is_said() -> None:
    assert content_stems(read_words("The ferry is not in the harbour.")) == ["ferry", "harbor"]


@pytest.mark.parametrize("text", ["2,500", "10:30", "3.5"])
def test_a_number_is_one_word(text: str) -> None:
    assert [word.text for word in read_words(f"It is {text}.")][-1] == text


@pytest.mark.parametrize(
    "text",
    ["Der Minister ist nicht zurückgetreten.", "Le ministre est dans la ville.", "Министр ушёл.", "部長は辞任した。"],
)
def test_another_language_is_told_from_english(text: str) -> None:
    assert parse(text).is_foreign


@pytest.mark.parametrize(
    "text", ["The mayor of Los Angeles met El Niño’s victims.", "It sank.", "", "12", "Die Hard was on."]
)
def test_english_with_names_of_elsewhere_is_english(text: str) -> None:
    assert not parse(text).is_foreign


@given(TEXT)
def test_a_text_is_read_once(text: str) -> None:
    parsed = parse(text)
    assert parsed == ParsedText(text)
    assert parsed.words is parsed.words
    assert parsed.negations is parsed.negations
    assert parse(text) is parsed
    assert parsed.plain == " ".join(word.lower for word in parsed.words)


@pytest.mark.parametrize(
    ("question", "foreign"),
    [
        ("Wann verlassen die Truppen den Irak?", True), ("Quand partent les troupes ?", True),
        ("¿Cuándo se van las tropas?", True), ("Когда уходят войска?", True), ("Kiedy wojska opuszczą Irak?", True),
        ("When do troops leave Los Angeles?", False), ("Who is El Chapo?", False), ("Quo Vadis", False),
        ("who wrote Die Zeit", False), ("Griner", False), ("where do el gouna and las palmas lie", False),
    ],
)  # fmt: skip
def test_a_question_in_another_language_is_known_by_the_word_that_asks(question: str, foreign: bool) -> None:
    assert is_foreign(question, read_words(question)) is foreign
