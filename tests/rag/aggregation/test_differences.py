import pytest

from dateline.index.types import Metadata, Passage, Span
from dateline.rag.aggregation.differences import compare, find_rivals
from dateline.rag.aggregation.facts import combine
from dateline.rag.aggregation.findings import Finding, is_same_words, says_the_same
from dateline.rag.aggregation.lists import list_items
from dateline.rag.reader.question import read_question
from dateline.rag.types import ALONE, Quotation, Reading
from tests.harness.fakes import FakeVerifier, passage

QUESTION = "How many people were killed in the flood at Kell?"


def place(
    text: str, published: str, source: str = "Reuters", article: str = "", title: str = "Flood at Kell"
) -> Passage:
    where = passage(text, article=article or f"{published}{source}", title=title, published=published)
    known = Metadata(title=title, source=source, published=published)
    return Passage(**{**{name: getattr(where, name) for name in Passage.__slots__}, "metadata": known})


def found(
    text: str, answer: str, published: str = "2025-03-01", source: str = "Reuters", behind: float = 0.0, at: int = 0
) -> Finding:
    where, start = place(text, published, source), text.index(answer)
    span = Span(start, start + len(answer))
    quotation = Quotation(passage=at, span=where.sentences[0], score=0.7, answer=span, behind=behind)
    return Finding(quotation=quotation, passage=where)


def kinds(question: str, *given: Finding) -> list[str]:
    return [one.kind for one in compare([[one] for one in given], read_question(question))]


OLD = found("At Kell 14 people were killed in the flood.", "14")


@pytest.mark.parametrize(
    ("newer", "kind"),
    [
        (found("At Kell 17 people were killed in the flood.", "17", "2025-03-02", "AP"), "update"),  # a toll grows
        (found("At Kell 12 people were killed in the flood.", "12", "2025-03-02"), "update"),  # the same source
        (found("At Kell 12 people were killed, revised from 14.", "12", "2025-03-02", "AP"), "update"),
        (found("At Kell 12 people were killed in the flood.", "12", "2025-03-02", "AP"), "contradiction"),
        (found("At Kell 17 people were killed in the flood.", "17", "2025-03-01", "AP"), "contradiction"),
        (found("At Kell 12 people were killed.", "12", "2025-03-01T18:00:00"), "contradiction"),  # of the other no hour
    ],
)
def test_a_later_value_is_an_update_where_source_or_words_or_matter_say_so(newer: Finding, kind: str) -> None:
    assert kinds(QUESTION, newer, OLD) == [kind]


def test_a_later_hour_of_one_source_is_an_update_too() -> None:
    morning = found("At Kell 14 people were killed.", "14", "2025-03-01T08:00:00")
    assert kinds(QUESTION, found("At Kell 12 people were killed.", "12", "2025-03-01T18:00:00"), morning) == ["update"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("About 60", "61", True),
        ("60", "61", True),
        ("dozens", "61", True),
        ("about 2,500", "2,487", True),
        ("45,000", "12,000", False),
        ("61", "62", False),
        ("fourteen", "14", True),
        ("9%", "9", False),
    ],
)
def test_numbers_are_the_same_in_words_and_in_round_figures(one: str, other: str, same: bool) -> None:
    first, second = found(f"{one} people died.", one), found(f"{other} people died.", other)
    assert says_the_same(first, second) is same
    assert says_the_same(second, first) is same


def test_names_are_the_same_where_one_is_a_part_of_the_other() -> None:
    assert is_same_words("Tovanne", "Mirela Tovanne")
    assert is_same_words("the Mill Bridge", "Mill Bridge")
    assert not is_same_words("Mill Bridge", "Chapel Bridge")


@pytest.mark.parametrize(
    "other",
    [
        found("Two of the dead at Kell were children, killed in the flood.", "Two", "2025-03-02", "AP"),
        found("Another five people were killed in the flood at Kell.", "five", "2025-03-02", "AP"),
        found("At Kell 30 houses were lost in the flood.", "30", "2025-03-02", "AP"),
        found("At Kell the flood cost $17 million.", "$17 million", "2025-03-02", "AP"),
        found("At Kell 17 people were killed in the flood.", "17", "2025-03-02", "AP", behind=6.0),
    ],
)
def test_a_part_an_addition_another_thing_and_a_far_sentence_are_no_other_value(other: Finding) -> None:
    assert find_rivals(read_question(QUESTION), OLD, [other]) == []


def test_what_is_asked_of_a_day_or_of_one_source_has_no_other_value() -> None:
    newer = found("At Kell 17 people were killed in the flood.", "17", "2025-03-02", "AP")
    assert find_rivals(read_question(QUESTION), OLD, [newer]) == [newer]
    for question in (f"According to the police, {QUESTION}", "How many were killed at Kell on 1 March 2025?"):
        assert find_rivals(read_question(question), OLD, [newer]) == []


def test_other_people_than_those_asked_about_are_another_matter() -> None:
    elsewhere = place("At Ostheim 17 people were killed in the flood.", "2025-03-02", title="Flood at Ostheim")
    quotation = Quotation(passage=0, span=elsewhere.sentences[0], score=0.7, answer=Span(11, 13))
    assert find_rivals(read_question(QUESTION), OLD, [Finding(quotation=quotation, passage=elsewhere)]) == []


@pytest.mark.parametrize(("contradicted", "count"), [(0.9, 1), (0.1, 0)])
def test_a_verifier_has_the_last_word_on_a_contradiction(contradicted: float, count: int) -> None:
    other = found("At Kell 17 people were killed in the flood.", "17", "2025-03-01", "AP")
    verifier = FakeVerifier(0.0, contradicted)
    assert len(compare([[other], [OLD]], read_question(QUESTION), verifier)) == count
    assert [claim for _, claim in verifier.read] == [OLD.words, other.words]
    assert verifier.read[0][0].endswith(other.words)


def reading(*given: Finding) -> tuple[Reading, list[Passage]]:
    quotations = tuple(one.quotation for one in given)
    return Reading(quotations=quotations[:1], confidence=0.7, likeliest=quotations), [one.passage for one in given]


def test_a_reading_of_one_value_stays_as_it_is() -> None:
    same = found("The flood at Kell killed 14 people.", "14", "2025-03-02", "AP", behind=1.0, at=1)
    one, passages = reading(OLD, same)
    combined, together, notices = combine(read_question(QUESTION), "fact", one, passages)
    assert combined == one
    assert ([group.short_answer for group in together.groups], together.differences, notices) == (["14"], (), ())


def test_a_reading_that_quotes_nothing_says_nothing_together() -> None:
    nothing = Reading(quotations=(), confidence=0.1, reason="nothing fits")
    asked = read_question(QUESTION)
    assert combine(asked, "latest", nothing, []) == (nothing, ALONE, ())


def test_an_enumeration_gives_each_of_its_items_and_a_second_source_stands_behind_one() -> None:
    both = found(
        "Closed are Mill Bridge, Chapel Bridge and the New Bridge.", "Mill Bridge, Chapel Bridge and the New Bridge"
    )
    again = found("The New Bridge is closed.", "New Bridge", "2025-03-03", "AP", behind=4.0, at=1)
    far = found("The Far Bridge is closed.", "Far Bridge", "2025-03-03", "dpa", behind=5.0, at=2)
    groups = list_items(read_question("Which bridges are closed?"), [both, again, far])
    assert [group[0].said for group in groups] == ["Mill Bridge", "Chapel Bridge", "New Bridge"]
    assert [one.passage for one in groups[2]] == [both.passage, again.passage]


def test_what_repeats_the_question_is_no_item() -> None:
    empty = found("The bridges are closed.", "The bridges")
    assert list_items(read_question("Which bridges are closed?"), [empty]) == []
