import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.expressions import Kind
from rag.questions import content_stems, parse_question, stem


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("when do coalition troops leave Iraq?", Kind.DATE),
        ("In what year was the bridge built?", Kind.DATE),
        ("The bridge was opened when?", Kind.DATE),
        ("how many troops are there?", Kind.NUMBER),
        ("how old is the mayor?", Kind.NUMBER),
        ("how much did the bridge cost?", Kind.MONEY),
        ("how much has the river risen?", Kind.NUMBER),
        ("what percentage of voters stayed at home?", Kind.PERCENT),
        ("how long did the strike last?", Kind.DURATION),
        ("who opened the bridge?", Kind.NAME),
        ("whose house burned?", Kind.NAME),
        ("where was the fair held?", Kind.PLACE),
        ("why was the talk postponed?", None),
        ("what happened when the bank fell?", None),
    ],
)
def test_the_asking_words_tell_the_kind_of_expression_wanted(question, kind):
    assert parse_question(question).wants == kind


def test_a_clause_that_begins_with_when_is_not_what_is_asked():
    assert parse_question("When the war ended, who was president?").wants == Kind.NAME


def test_function_words_are_left_out_and_every_word_comes_once():
    assert parse_question("who saw the mayor and the mayor of Ghent?").terms == ("saw", "mayor", "ghent")


def test_names_are_the_capitalised_words_but_the_first_and_those_with_digits():
    assert parse_question("Does Mayor Ilse Maes leave in 2025?").names == {"mayor", "ils", "mae", "2025"}


def test_a_question_all_in_capitals_holds_no_names():
    assert not parse_question("WHO OPENED THE BRIDGE?").names


@pytest.mark.parametrize(
    ("one", "other"),
    [("leaves", "withdrawal"), ("killed", "deaths"), ("agreed", "agreement"), ("Iraqi", "Iraq"), ("mayor’s", "mayors")],
)
def test_forms_of_a_word_share_a_stem(one, other):
    assert stem(one) == stem(other)


def test_the_country_is_a_word_and_the_pronoun_is_none():
    assert content_stems("the US") == content_stems("America") == content_stems("the United States")
    assert content_stems("tell us") == ()


@given(st.text())
def test_any_text_is_a_question(text):
    question = parse_question(text)
    assert len(set(question.terms)) == len(question.terms)
    assert question.names <= set(question.terms)
    assert question == parse_question(text)
