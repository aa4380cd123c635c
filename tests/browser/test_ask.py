"""Asking, and checking an answer against its article, to the character."""

import re

import pytest

from dateline.index.library import Library
from tests.browser.libraries import SEED
from tests.browser.person import Person, assert_highlights
from tests.browser.playing import expect
from tests.harness.servers import ChatServer, knows

pytestmark = pytest.mark.browser

SEED_QUESTION = "when do coalition troops leave Iraq?"
BOTH = "How much did the parade in Ostervik cost, and how many cranes would be replaced in the port?"
BOTH_WORDS = ("48,000 crowns", "14 cranes", "filled the streets", "סאמר חדאד", "سيغلق", "12 مليون")


def test_the_seed_question_opens_its_article_at_the_words_it_rests_on(person: Person, library: Library) -> None:
    exchange = person.ask_example(SEED_QUESTION)
    person.cite(exchange, 1).click()
    person.opened(1)
    (citation,) = person.record(exchange)["answer"]["citations"]
    text = library.article(SEED).text
    assert person.marked(1) == text[citation["start"] : citation["end"]] == citation["quote"]
    assert "by September 2025 and the rest by the end of 2026." in person.marked(1)
    assert_highlights(person, exchange, library)


def test_an_open_source_gives_way_to_that_of_a_new_answer_and_a_closed_one_stays_closed(
    person: Person, library: Library
) -> None:
    person.ask(SEED_QUESTION)
    expect(person.page.locator("#source")).to_be_hidden()
    person.open_first(person.exchanges.last)
    exchange = person.ask("Who was elected mayor of Wexling?")
    person.opened(1)
    assert_highlights(person, exchange, library)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How much did the parade in Ostervik cost?", "48,000 crowns 💶"),
        ("How many cranes would be replaced in the port?", "14 cranes"),
    ],
)
def test_words_behind_joined_emoji_accents_and_other_directions_are_marked_to_the_character(
    person: Person, library: Library, question: str, words: str
) -> None:
    exchange = person.ask(question)
    person.open_first(exchange)
    assert words in person.marked(1)
    assert_highlights(person, exchange, library)


def test_a_written_answer_is_walked_through_across_articles_with_keys_and_buttons(
    person: Person, library: Library, model: ChatServer
) -> None:
    model.play = knows({BOTH: BOTH_WORDS})
    person.write_with("played")
    exchange = person.ask(BOTH)
    citations = person.record(exchange)["answer"]["citations"]
    assert len(citations) == len(BOTH_WORDS)
    assert len({citation["article_id"] for citation in citations}) == 2
    person.open_first(exchange)
    for key, number in (("ArrowRight", 2), ("ArrowDown", 3), ("ArrowLeft", 2), ("ArrowUp", 1), ("ArrowLeft", 6)):
        person.page.keyboard.press(key)
        person.opened(number)
        assert person.marked(number) == citations[number - 1]["quote"]
    person.page.locator("#next-citation").click()
    person.opened(1)
    person.page.locator("#previous-citation").click()
    person.opened(6)
    assert_highlights(person, exchange, library)


def test_the_pointer_over_a_number_shows_the_quotation(person: Person) -> None:
    exchange = person.ask(SEED_QUESTION)
    tip = exchange.get_by_role("tooltip")
    expect(tip).to_be_hidden()
    person.cite(exchange, 1).hover()
    expect(tip).to_be_visible()
    expect(tip).to_contain_text(person.record(exchange)["answer"]["citations"][0]["quote"])
    expect(tip).to_contain_text("8 September 2024")


def test_escape_closes_the_source_and_gives_the_focus_back_to_the_number(person: Person) -> None:
    exchange = person.ask(SEED_QUESTION)
    person.cite(exchange, 1).click()
    person.opened(1)
    person.page.locator(".text-of-record").focus()
    person.page.keyboard.press("Escape")
    expect(person.page.locator(".text-of-record")).to_have_count(0)
    expect(person.page.locator("#source")).to_be_hidden()
    expect(person.cite(exchange, 1)).to_be_focused()


def test_a_quotation_has_no_verdict_and_the_answer_says_how_sure_it_is(person: Person) -> None:
    exchange = person.ask(SEED_QUESTION)
    expect(exchange.locator(".claim .verdict")).to_have_count(0)
    expect(exchange.locator(".how")).to_contain_text(re.compile("(likely|uncertain), confidence 0[.]"))


def test_where_nothing_is_answered_the_nearest_passages_open_at_their_words(person: Person, library: Library) -> None:
    exchange = person.ask("How many passengers does the ferry to Lomvar carry?")
    expect(exchange.locator(".abstained")).to_contain_text("No sure answer. The nearest passages say:")
    expect(exchange.locator(".cite")).to_have_count(0)
    nearest = person.record(exchange)["answer"]["nearest"]
    buttons = exchange.locator(".nearest .open-source")
    assert buttons.count() == len(nearest) >= 1
    for place, citation in enumerate(nearest):
        buttons.nth(place).click()
        expect(person.page.locator(".source-proof")).to_contain_text(citation["article_id"])
        text = library.article(citation["article_id"]).text
        assert person.marked(0) == text[citation["start"] : citation["end"]] == citation["quote"]


@pytest.mark.threat(28)
def test_what_is_no_question_is_told_in_words_and_the_next_one_answered(person: Person) -> None:
    person.page.evaluate("document.querySelector('#question textarea').removeAttribute('maxlength')")
    for question in ("", "   ", "?"):
        expect(person.ask(question).locator(".failure")).to_contain_text("The question holds no word; ask something")
    long = person.ask("x" * 4_001)
    expect(long.locator(".failure")).to_contain_text("4001 characters")
    assert person.ask(SEED_QUESTION).locator(".claim").count() == 1
    expect(person.exchanges).to_have_count(1)
