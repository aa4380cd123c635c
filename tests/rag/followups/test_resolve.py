import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.rag.conversation import Turn
from dateline.rag.followups.detect import find_gap
from dateline.rag.followups.resolve import stand_alone

_WORDS = (
    "it she their that those and then what about why who the rest Ida Brandt of in Lenn mayor bridge , ? ( ) 's".split()
)
TEXT = st.text(max_size=80) | st.lists(st.sampled_from(_WORDS), max_size=12).map(" ".join)
TURNS = st.lists(st.builds(Turn, question=TEXT, answer=TEXT), max_size=4)
BRIDGE = Turn(question="Why is the Old Tarrow Bridge closed?", answer="Its chains are corroded.")
MAYOR = Turn(question="Who has been elected mayor of Wexling?", answer="Lenka Osterby.")


def _after(question: str, *turns: Turn) -> str:
    return stand_alone(question, turns)


@given(TEXT, TURNS)
def test_any_conversation_gives_a_question_that_is_not_much_longer(question: str, turns: list[Turn]) -> None:
    assert len(stand_alone(question, turns)) <= len(question) + 600


@given(TEXT)
def test_a_first_question_is_left_alone(question: str) -> None:
    assert stand_alone(question, ()) == question


@given(TEXT, TURNS)
def test_a_question_without_a_gap_is_left_alone(question: str, turns: list[Turn]) -> None:
    if find_gap(question) is None:
        assert stand_alone(question, turns) == question


@given(TEXT, TURNS)
def test_no_word_is_made_up(question: str, turns: list[Turn]) -> None:
    said = question + " ".join(f"{turn.question} {turn.answer}" for turn in turns)
    known = {word.strip(string.punctuation + "’") for word in said.replace("’s", " ").split()}
    for word in stand_alone(question, turns).replace("’s", " ").replace("the ", " ").split():
        bare = word.strip(string.punctuation + "’")
        assert bare in known or bare in said


def test_a_pronoun_is_replaced_by_what_it_stands_for() -> None:
    assert _after("when was it built?", BRIDGE) == "when was the Old Tarrow Bridge built?"
    assert _after("What are its chains made of?", BRIDGE) == "What are the Old Tarrow Bridge’s chains made of?"


def test_she_is_who_was_asked_for_and_stays_the_same() -> None:
    assert _after("When does she take office?", MAYOR) == "When does Lenka Osterby take office?"
    beaten = Turn(question="Whom did she beat?", answer="Dag Ferrin.")
    assert _after("When does she take office?", MAYOR, beaten) == "When does Lenka Osterby take office?"
    assert _after("What is her party?", MAYOR) == "What is Lenka Osterby’s party?"


@pytest.mark.parametrize("question", ["And the New Tarrow Bridge?", "what about lorries?", "since when?", "why?"])
def test_a_fragment_that_goes_on_is_put_behind_its_question(question: str) -> None:
    assert _after(question, BRIDGE) == f"Why is the Old Tarrow Bridge closed? {question}"


def test_and_goes_on_from_the_same_question_however_often_it_is_said() -> None:
    first = Turn(question="And the New Tarrow Bridge?", answer="It is open.")
    assert _after("and in Lenn?", BRIDGE, first) == "Why is the Old Tarrow Bridge closed? and in Lenn?"


@pytest.mark.parametrize(
    "question", ["Who said so?", "Was this expected?", "how many lorries?", "And how much will it be?"]
)
def test_what_is_missing_is_added_where_it_can_not_be_put_in(question: str) -> None:
    asked = Turn(question="Why is Tarrow closed?", answer="")
    assert _after(question, asked) == f"{question} (Tarrow)"


@pytest.mark.parametrize(
    "question",
    [
        "Who heads the central bank of Vessaly?",
        "Is herpes a lethal disease and how is it transmitted?",
        "How long will it take to repair the New Tarrow Bridge?",
        "Is it true that Paul Lornquist has resigned?",
        "Who is the mayor of Marrowby and what did she say about her town?",
        "What did Mina Thorsley say about her gallery?",
        "How many people marched in Esterholm this week?",
        "What is inflation?",
        "why don't you provide that?",
        "Thanks, that is all!",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert _after(question, MAYOR, BRIDGE) == question


def test_a_topic_is_carried_through_a_row_of_pronouns() -> None:
    turns = [BRIDGE, Turn(question="When was it built?"), Turn(question="Who uses it?")]
    assert _after("And how long is it?", *turns) == "And how long is the Old Tarrow Bridge?"


def test_conversations_in_lower_case_are_understood_as_well() -> None:
    turn = Turn(question="what is the defense of marriage act 1996")
    assert _after("is it still in force?", turn) == "is the defense of marriage act 1996 still in force?"


def test_a_row_of_nothing_but_pronouns_has_nothing_put_in() -> None:
    question = "it they that this she " * 180
    assert stand_alone(question, [Turn(question=question, answer=question * 4)] * 8) == question
