import pytest

from dateline.rag.aggregation.findings import Finding
from dateline.rag.aggregation.yes_no import says, to_statement, weigh
from dateline.rag.types import Quotation
from tests.harness.fakes import FakeEmbedder, FakeVerifier, passage


def found(text: str, title: str = "News of Norhaven", published: str = "2025-04-02", article: str = "a1") -> Finding:
    """The last sentence of a text as what was read."""
    where = passage(text, article=article, title=title, published=published)
    return Finding(quotation=Quotation(passage=0, span=where.sentences[-1], score=0.7), passage=where)


@pytest.mark.parametrize(
    ("question", "statement"),
    [
        ("Did the council approve the new stadium?", "the council did approve the new stadium."),
        ("Was the new swimming pool approved by the council?", "the new swimming pool was approved by the council."),
        ("Has the strike ended?", "the strike has ended."),
        ("Will the port director appeal?", "the port director will appeal."),
        ("Is Marta Velin a lawyer?", "Marta Velin is a lawyer."),
        ("Is it true that the mayor resigned?", "the mayor resigned."),
        ("Can you tell me if Mill Bridge is closed?", "Mill Bridge is closed."),
        ("Can cyclists use Chapel Bridge?", "cyclists can use Chapel Bridge."),
    ],
)
def test_a_question_is_made_a_statement(question: str, statement: str) -> None:
    assert to_statement(question).text == statement


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        ("Did the council approve the new stadium?", "The council approved the new stadium on Wednesday.", "yes"),
        ("Did the council approve the new stadium?", "The council rejected the new stadium by 31 votes.", "no"),
        ("Did the council approve the new stadium?", "The council did not approve the new stadium.", "no"),
        ("Did the council approve the new stadium?", "The council plans to approve the new stadium.", "not said"),
        ("Will the council approve the new stadium?", "The council plans to approve the new stadium.", "yes"),
        ("Did the council approve the new stadium?", "The council discussed the new stadium.", "not said"),
        ("Is Pavel Orsk going to resign?", "Pavel Orsk denied on Wednesday that he would resign.", "no"),
        ("Was anybody hurt in the crash?", "Nobody was hurt in the crash.", "no"),
        ("Was anybody hurt in the crash?", "Two people were hurt in the crash.", "yes"),
        ("Were more than ten people killed in the flood?", "The flood killed 61 people.", "yes"),
        ("Were more than ten people killed in the flood?", "The flood killed eight people.", "no"),
        ("Did 20 people die in the flood?", "The flood is known: 17 people died in it.", "no"),
        ("Did the road to Kell reopen?", "The road to Kell was opened again on Monday.", "yes"),
        ("Is Chapel Bridge open?", "The roads office has closed Chapel Bridge.", "no"),
        ("Are there 900 soldiers in Norland?", "In Westmark there are 900 soldiers.", "not said"),
        ("Did the strike begin on Monday?", "The strike began on Tuesday, the union said.", "no"),
        ("Is it true that the council did not approve the stadium?", "The council rejected the stadium.", "yes"),
    ],
)
def test_a_sentence_says_yes_or_no_or_neither(question: str, sentence: str, answer: str) -> None:
    title = "Norland, Kell and the flood of Norhaven"
    assert says(to_statement(question), found(sentence, title), FakeEmbedder()) == answer


def test_a_sentence_of_another_person_says_nothing_though_its_passage_names_who_is_meant() -> None:
    one = found("Velin follows Pavel Orsk, who resigned. Marta Velin was a judge.")
    assert says(to_statement("Was Pavel Orsk a judge?"), one, FakeEmbedder()) == "not said"


@pytest.mark.parametrize(
    ("supported", "contradicted", "answer"), [(0.9, 0.05, "yes"), (0.1, 0.8, "no"), (0.2, 0.1, "not said")]
)
def test_a_verifier_decides_where_rules_find_no_fault(supported: float, contradicted: float, answer: str) -> None:
    one = found("The council approved the new stadium.")
    verifier = FakeVerifier(supported, contradicted)
    assert says(to_statement("Did the council approve the new stadium?"), one, FakeEmbedder(), verifier) == answer


def test_a_verifier_that_is_sure_takes_back_a_no_of_the_rules() -> None:
    one = found("The council rejected the new stadium.")
    statement = to_statement("Did the council approve the new stadium?")
    assert says(statement, one, FakeEmbedder(), FakeVerifier(0.9, 0.05)) == "not said"
    assert says(statement, one, FakeEmbedder(), FakeVerifier(0.1, 0.6)) == "no"


def test_the_sentence_with_most_words_of_the_question_comes_first_and_others_are_left_out() -> None:
    pool = found("The council approved a new pool.", article="a1")
    stadium = found("The council rejected the new stadium.", article="a2")
    weather = found("It rained all day.", article="a3")
    judged = weigh(to_statement("Did the council approve the new stadium?"), [pool, stadium, weather], FakeEmbedder())
    assert judged[0] == ("no", stadium)
    assert weather not in [one for _, one in judged]
