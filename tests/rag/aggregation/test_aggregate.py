from collections.abc import Iterator

import pytest

from dateline import Answer, Assistant, Filter, Library
from dateline.index.errors import ArgumentError
from dateline.rag.aggregation.lists import MOST_ITEMS
from dateline.rag.verification.check_sentence import write_with
from tests.harness.fakes import ScriptedModel
from tests.rag.aggregation.newspaper import write_newspaper


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("newspaper")
    with Library.write(folder / "library") as library:
        library.add([write_newspaper(folder)])
    with Assistant.open(folder / "library") as opened:
        yield opened


def items(answer: Answer) -> list[str | None]:
    return [group.short_answer for group in answer.together.groups]


def test_of_two_tolls_the_later_one_is_answered_and_the_earlier_one_named(assistant: Assistant) -> None:
    answer = assistant.ask("How many people were killed in the landslide at Ostrava Bay?")
    assert answer.short_answer == "61"
    newest, earlier = answer.together.groups
    assert (newest.short_answer, newest.day, newest.superseded) == ("61", "2024-11-05", False)
    assert (earlier.short_answer, earlier.day, earlier.superseded) == ("Fourteen", "2024-11-02", True)
    assert [one.kind for one in answer.together.differences] == ["update"]
    assert answer.notice == "as of 5 November 2024; earlier: Fourteen (2 November 2024, Coastal Post)"


def test_a_number_in_round_figures_stands_behind_the_exact_one(assistant: Assistant) -> None:
    answer = assistant.ask("How many people were killed in the landslide at Ostrava Bay?")
    shown = [answer.citations[at] for at in answer.together.groups[0].citations]
    assert [one.short_answer for one in shown] == ["61", "About 60"]


def test_two_counts_of_one_day_contradict_each_other_and_stand_side_by_side(assistant: Assistant) -> None:
    answer = assistant.ask("How many people took part in the march for the night trains?")
    assert set(items(answer)) == {"12,000", "45,000"}
    (difference,) = answer.together.differences
    assert difference.kind == "contradiction"
    assert "12,000 (8 March 2025, Inland Gazette)" in difference.why
    assert difference.why in (answer.notice or "")
    assert not any(group.superseded for group in answer.together.groups)


def test_a_list_has_the_items_of_several_articles_once_each_the_newest_first(assistant: Assistant) -> None:
    answer = assistant.ask("Which bridges in Norhaven are closed?")
    assert answer.asked_for == "list"
    assert items(answer) == ["Harbour Bridge", "Chapel Bridge", "Mill Bridge"]
    assert answer.short_answer == "Harbour Bridge; Chapel Bridge; Mill Bridge"
    assert len(answer.claims) == 3
    sources = {answer.citations[at].source for at in answer.together.groups[0].citations}
    assert sources == {"Inland Gazette", "Coastal Post"}
    assert answer.notice == "at least these; 13 passages of 13 articles read"
    assert len(answer.claims) <= MOST_ITEMS


@pytest.mark.parametrize(
    ("question", "verdict", "quoted"),
    [
        ("Did the council approve the new stadium?", "no", "rejected the plan for a new stadium"),
        ("Was the new swimming pool approved by the council?", "yes", "approved a new swimming pool"),
        ("Did anybody get hurt when the barge hit the bridge?", "no", "Nobody was hurt."),
        ("Is Mill Bridge closed?", "yes", "closed Mill Bridge"),
    ],
)
def test_yes_or_no_is_told_with_the_sentence_that_says_it(
    assistant: Assistant, question: str, verdict: str, quoted: str
) -> None:
    answer = assistant.ask(question)
    assert (answer.together.verdict, answer.short_answer) == (verdict, verdict)
    assert any(quoted in claim.text for claim in answer.claims)


def test_a_later_article_changes_a_no_to_a_yes(assistant: Assistant) -> None:
    answer = assistant.ask("Did Pavel Orsk resign?")
    assert answer.together.verdict == "yes"
    assert [(one.short_answer, one.superseded) for one in answer.together.groups] == [("yes", False), ("no", True)]
    assert answer.together.differences[0].why == (
        "yes (11 June 2025, Inland Gazette) is later than no (9 April 2025, Inland Gazette)"
    )


def test_what_no_article_says_is_not_said(assistant: Assistant) -> None:
    answer = assistant.ask("Did the football club sell the stadium to Pavel Orsk?")
    assert answer.together.verdict == "not said"
    assert answer.together.result is None


def test_a_difference_is_computed_beside_the_two_quotations(assistant: Assistant) -> None:
    answer = assistant.ask("How many fewer soldiers are in Westmark than in Norland?")
    assert answer.asked_for == "comparison"
    assert (answer.short_answer, answer.together.computed) == ("1,500", "2,400 − 900 = 1,500")
    assert [claim.support.verdict for claim in answer.claims] == ["quoted", "quoted"]
    assert not any("1,500" in claim.text for claim in answer.claims)


def test_who_is_in_office_now_is_the_one_of_the_latest_article(assistant: Assistant) -> None:
    answer = assistant.ask("Who is transport minister now?")
    assert answer.asked_for == "latest"
    assert items(answer) == ["Marta Velin", "Pavel Orsk"]
    assert [group.superseded for group in answer.together.groups] == [False, True]
    assert (answer.notice or "").startswith("as of 11 June 2025; earlier: Pavel Orsk")


def test_articles_on_a_matter_are_counted_and_each_is_quoted(assistant: Assistant) -> None:
    answer = assistant.ask("How many articles are about the night trains?")
    assert (answer.asked_for, answer.short_answer) == ("articles", "4")
    assert len({one.article_id for one in answer.citations}) == len(answer.citations) == 4
    days = [one.published for one in answer.citations]
    assert days == sorted(days, key=str, reverse=True)
    march = assistant.ask("How many articles are about the night trains?", Filter(until="2025-03-31"))
    assert march.short_answer == "2"


def test_no_article_on_a_matter_is_told_as_such(assistant: Assistant) -> None:
    answer = assistant.ask("How many articles mention whales?")
    assert answer.abstained
    assert answer.reason == "no article holds all words of the question"


def test_a_plain_fact_of_one_article_is_answered_as_it_was(assistant: Assistant) -> None:
    answer = assistant.ask("When does the opposition want a vote in parliament?")
    assert (answer.asked_for, answer.notice, answer.together.differences) == ("fact", None, ())
    assert answer.short_answer == "June"


def test_what_is_asked_for_can_be_put_right(assistant: Assistant) -> None:
    answer = assistant.ask("How many people took part in the march for the night trains?", asked_for="list")
    assert answer.asked_for == "list"
    assert set(items(answer)) >= {"12,000", "45,000"}
    with pytest.raises(ArgumentError, match="asked_for is 'lists'; there are fact, list, "):
        assistant.ask("Which bridges are closed?", asked_for="lists")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "question",
    ["Which?", "Is it?", "than?", "How many articles?", "Who is older, or ?", "List", "Did not?", "what is now"],
)
def test_every_citation_of_hardly_a_question_slices_back_and_every_group_counts_through_them(
    assistant: Assistant, question: str
) -> None:
    answer = assistant.ask(question)
    for citation in (*answer.citations, *answer.nearest):
        assert assistant.library.article(citation.article_id).text[citation.start : citation.end] == citation.quote
    for group in answer.together.groups:
        assert all(0 <= at < len(answer.citations) for at in group.citations)
    for difference in answer.together.differences:
        assert max(difference.newer, difference.older) < len(answer.together.groups)


def test_a_chat_model_is_told_of_the_later_value_and_what_it_cites_is_grouped(assistant: Assistant) -> None:
    model = ScriptedModel("In all 61 people were killed [1]. Fourteen people were killed, it was said before [7].")
    writing = write_with(model, assistant.library.embedder)
    answer = Assistant(assistant.library, writing=writing).ask("How many people were killed at Ostrava Bay?")
    assert "Sentence [1] is of a later day than [7]" in model.messages[1].text
    assert [claim.support.verdict for claim in answer.claims] == ["supported", "supported"]
    assert [(one.short_answer, one.superseded) for one in answer.together.groups] == [("61", False), ("Fourteen", True)]
    assert answer.together.groups[1].citations == answer.claims[1].citations
