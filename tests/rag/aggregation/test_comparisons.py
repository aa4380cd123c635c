import pytest

from dateline.index.types import Span
from dateline.rag.aggregation.comparisons import compare_answers, read_comparison
from dateline.rag.aggregation.findings import Finding
from dateline.rag.types import Quotation
from tests.harness.fakes import passage


def found(text: str, answer: str) -> Finding:
    """A sentence with its short answer."""
    where, at = passage(text), text.index(answer)
    quotation = Quotation(passage=0, span=where.sentences[0], score=0.7, answer=Span(at, at + len(answer)))
    return Finding(quotation=quotation, passage=where)


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "How many fewer soldiers are in Westmark than in Norland?",
            "How many soldiers are in Westmark?",
            "How many soldiers are in Norland?",
        ),
        (
            "Did more people die in the flood at Kell than in the fire?",
            "How many people did die in the flood at Kell?",
            "How many people did die in the fire?",
        ),
        ("Who is older, Brandt or Tolar?", "How old is Brandt?", "How old is Tolar?"),
        ("Is Mill Bridge older than Chapel Bridge?", "How old is Mill Bridge?", "How old is Chapel Bridge?"),
        ("Which is cheaper, the pool or the park?", "How much does the pool cost?", "How much does the park cost?"),
        (
            "Which bridge was closed first, Mill Bridge or Chapel Bridge?",
            "When was Mill Bridge closed?",
            "When was Chapel Bridge closed?",
        ),
        (
            "How many more votes did Brandt get than Tolar?",
            "How many votes did Brandt get?",
            "How many votes did Tolar get?",
        ),
        ("Did Brandt get more votes than Tolar?", "How many votes did Brandt get?", "How many votes did Tolar get?"),
        (
            "How much more does the repair of Mill Bridge cost than that of Chapel Bridge?",
            "How much does the repair of Mill Bridge cost?",
            "How much does the repair of Chapel Bridge cost?",
        ),
        (
            "What is the difference in price between the ferry and the train?",
            "What is the price of the ferry?",
            "What is the price of the train?",
        ),
    ],
)
def test_a_comparison_is_taken_apart_into_two_questions(question: str, one: str, other: str) -> None:
    comparison = read_comparison(question)
    assert comparison is not None
    assert comparison.questions == (one, other)


@pytest.mark.parametrize(
    "question", ["Who won?", "How does Norhaven compare with Kell?", "than", "more than", "Is it more or less over?"]
)
def test_what_has_no_such_form_is_not_taken_apart(question: str) -> None:
    assert read_comparison(question) is None


@pytest.mark.parametrize(
    ("question", "first", "second", "computed", "result"),
    [
        ("How many fewer men are in A than in B?", "900", "2,400", "2,400 − 900 = 1,500", "1,500"),
        ("How many more men are in A than in B?", "900", "2,400", "2,400 − 900 = 1,500",
         "1,500, but the other way round"),
        ("Are there more men in A than in B?", "900", "2,400", "2,400 − 900 = 1,500", "no"),
        ("Are there fewer men in A than in B?", "900", "2,400", "2,400 − 900 = 1,500", "yes"),
        ("Where are there more men, in A or in B?", "900", "2,400", "2,400 − 900 = 1,500", "in B"),
        ("Which has more men, A or B?", "900", "900", "900 − 900 = 0", "both the same"),
        ("Which is dearer, A or B?", "$2.5 million", "$1.5 million",
         "2,500,000 dollars − 1,500,000 dollars = 1,000,000 dollars", "A"),
        ("Which share is higher, A or B?", "12%", "9.5%", "12% − 9.5% = 2.5%", "A"),
        ("Which was closed first, A or B?", "3 March 2025", "1 March 2025",
         "from 2025-03-01 to 2025-03-03: 2 days", "B"),
    ],
)  # fmt: skip
def test_two_answers_are_compared_and_the_arithmetic_is_shown(
    question: str, first: str, second: str, computed: str, result: str
) -> None:
    comparison = read_comparison(question)
    assert comparison is not None
    compared = compare_answers(comparison, found(f"It is {first} here.", first), found(f"It is {second} here.", second))
    assert compared is not None
    assert (compared.computed, compared.result) == (computed, result)


def test_what_is_about_so_much_differs_about_so_much() -> None:
    comparison = read_comparison("How many fewer men are in A than in B?")
    assert comparison is not None
    compared = compare_answers(
        comparison, found("About 900 men are there.", "About 900"), found("It has 1,000.", "1,000")
    )
    assert compared is not None
    assert compared.result == "about 100"


@pytest.mark.parametrize(("first", "second"), [("9%", "12 dollars"), ("dozens", "12"), ("Tuesday", "1 March 2025")])
def test_what_is_of_different_kinds_is_not_compared(first: str, second: str) -> None:
    comparison = read_comparison("Which has more men, A or B?")
    assert comparison is not None
    one, other = found(f"It is {first} here.", first), found(f"It is {second} here.", second)
    assert compare_answers(comparison, one, other) is None
