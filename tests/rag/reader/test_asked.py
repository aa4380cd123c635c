from typing import get_args

import pytest

from dateline.rag.reader.asked import IN_WORDS, asked_for
from dateline.rag.types import AskedFor

KINDS = {
    "fact": [
        "When do coalition troops leave Iraq?",
        "How many people were killed in the landslide at Ostrava Bay?",
        "Who won the election in Norhaven?",
        "Where was the ferry built?",
        "Why did the council close the pool?",
        "What is the name of the new ferry?",
        "How long is the bridge over the Welm?",
        "Which party won the vote?",
        "Which crisis did the minister speak of?",
        "What does the mayor of Wexling do for a living?",
        "Name the author of the report.",
        "Was it a storm or an earthquake that cut the cable?",
        "coalition withdrawal date",
        "Which river officer warned the town?",
    ],
    "list": [
        "Which bridges in Norhaven are closed?",
        "Which security measures did the airport announce?",
        "What are the demands of the dockers?",
        "Who were the speakers at the march?",
        "Name all ministers who resigned this year.",
        "List the towns without water.",
        "Which three schools will close?",
        "What countries sent aid to Kell?",
        "In which cities were there protests?",
        "Name the clubs that were fined.",
        "Who else was injured?",
        "Please list the ships that were held up.",
        "Which people died in the fire?",
    ],
    "comparison": [
        "Which had more deaths, the flood in Tolmere or the quake in Fennesk?",
        "How many fewer soldiers are in Westmark than in Norland?",
        "What is the difference between the police's count and the organisers' count?",
        "Is the old bridge longer than the new bridge?",
        "Who is older, Lena Brandt or Ines Tolar?",
        "Did Brandt get more votes than Tolar?",
        "How much more does the repair cost than a new bridge?",
    ],
    "yes-no": [
        "Did the council approve the new stadium?",
        "Is Pavel Orsk going to resign?",
        "Has the strike ended?",
        "Will the ferry run in winter?",
        "Was anybody hurt?",
        "Is it true that the mayor resigned?",
        "Did the council approve it or not?",
        "Isn't the school closed?",
        "Can you tell me if the road is open?",
    ],
    "latest": [
        "What is the latest death toll of the landslide?",
        "Who is transport minister now?",
        "How many people are still missing?",
        "What is the current price of bread?",
        "How many cases have been found so far?",
        "Who is currently in charge of the inquiry?",
        "What was the most recent strike in the port?",
    ],
    "period": [
        "How long did the strike last?",
        "How long has Orsk been minister?",
        "From when to when was the bridge closed?",
        "For how long will the tunnel be shut?",
        "How many weeks does the training take?",
        "How long is the school closed?",
    ],
    "articles": [
        "How many articles mention the landslide?",
        "In how many reports is Pavel Orsk named?",
        "How many news stories are about night trains?",
    ],
    "statement": [
        "What did Pavel Orsk say about the night trains?",
        "How did the union respond to the offer?",
        "What does the opposition think of the plan?",
        "What was the minister's reaction to the march?",
        "What did the police chief tell reporters?",
    ],
}  # fmt: skip
SAMPLES = [(kind, question) for kind, questions in KINDS.items() for question in questions]


@pytest.mark.parametrize(("kind", "question"), SAMPLES, ids=[question for _, question in SAMPLES])
def test_what_is_asked_for_is_told_by_the_form_of_the_question(kind: AskedFor, question: str) -> None:
    assert asked_for(question) == kind


def test_every_kind_has_its_words() -> None:
    assert set(IN_WORDS) == set(KINDS) == set(get_args(AskedFor))


@pytest.mark.parametrize("question", ["", "?", "which", "what ", "name", "or or or?", "who is", "than more than"])
def test_what_is_hardly_a_question_has_a_kind_too(question: str) -> None:
    assert asked_for(question) in get_args(AskedFor)
