"""The source beside the conversation: searched, quoted from, asked about, and as wide as a person wants it."""

import re

import pytest

from dateline.index.library import Library
from tests.browser.conftest import People
from tests.browser.libraries import SEED
from tests.browser.person import Person
from tests.browser.playing import expect

pytestmark = pytest.mark.browser

SEED_QUESTION = "when do coalition troops leave Iraq?"
_HIT = "() => [...CSS.highlights.get('hit-now')].map(String)[0]"
_SELECT = """(words) => {
  const walker = document.createTreeWalker(document.querySelector(".text-of-record"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.data.indexOf(words);
    if (at < 0) continue;
    getSelection().setBaseAndExtent(walker.currentNode, at, walker.currentNode, at + words.length);
    return true;
  }
  return false;
}"""


def test_an_open_source_is_searched_from_hit_to_hit(person: Person, library: Library) -> None:
    page = person.page
    person.open_first(person.ask(SEED_QUESTION))
    text = library.article(SEED).text
    count = len(re.findall("agreement", text, re.IGNORECASE))
    assert count > 2
    page.locator(".text-of-record").focus()
    page.keyboard.press("Control+f")
    expect(page.get_by_label("Search this article")).to_be_focused()
    page.keyboard.type("AGREEMENT")
    expect(page.locator("#hits")).to_have_text(f"1 of {count}")
    assert page.evaluate(_HIT).lower() == "agreement"
    page.keyboard.press("Enter")
    expect(page.locator("#hits")).to_have_text(f"2 of {count}")
    page.get_by_role("button", name="Previous hit").click()
    page.get_by_role("button", name="Previous hit").click()
    expect(page.locator("#hits")).to_have_text(f"{count} of {count}")
    page.get_by_label("Search this article").fill("no such (words")
    expect(page.locator("#hits")).to_have_text("none")
    assert page.locator(".text-of-record").evaluate("(all) => all.textContent") == text


def test_selected_words_are_copied_with_the_place_that_they_stand_at_behind_joined_emoji(
    person: Person, library: Library
) -> None:
    page = person.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=person.served.address)
    exchange = person.ask("How much did the parade in Ostervik cost?")
    person.open_first(exchange)
    citation = person.record(exchange)["answer"]["citations"][0]
    page.get_by_role("button", name="Copy quotation").click()
    person.told("Copied, with its citation.")
    assert f"characters {citation['start']} to {citation['end']})" in page.evaluate("navigator.clipboard.readText()")
    words = "It will return in 2027."
    assert page.evaluate(_SELECT, words)
    page.get_by_role("button", name="Copy quotation").click()
    start = library.article(citation["article_id"]).text.index(words)
    place = f"(article {citation['article_id']}, characters {start} to {start + len(words)})"
    page.wait_for_function("async (place) => (await navigator.clipboard.readText()).includes(place)", arg=place)
    assert f"> {words}" in page.evaluate("navigator.clipboard.readText()")


def test_a_question_about_the_open_article_goes_to_those_of_its_day_and_source(person: Person) -> None:
    page = person.page
    person.open_first(person.ask(SEED_QUESTION))
    page.locator(".pane-tools summary").click()
    page.get_by_role("button", name="Ask about this article").click()
    expect(page.locator("#scope")).to_contain_text(re.compile(r"over 1\s+of \d+\s+articles"))
    expect(page.locator("#scope .chip").first).to_contain_text("of 8 September 2024")
    exchange = person.ask("Who was elected mayor of Wexling?")
    answer = person.record(exchange)["answer"]
    assert {one["article_id"] for one in answer["passages"]} == {SEED}
    page.get_by_role("button", name="ask all").click()
    expect(page.locator("#scope")).to_contain_text("over all")
    expect(person.ask("Who was elected mayor of Wexling?").locator(".claim.quoted")).to_have_count(1)


def test_the_source_is_as_wide_as_it_is_drawn_or_stepped_and_stays_so(people: People) -> None:
    person = people()
    page = person.page
    person.open_first(person.ask(SEED_QUESTION))
    handle = page.get_by_role("separator", name="Width of the source")
    handle.focus()
    page.keyboard.press("ArrowLeft")
    expect(handle).to_have_attribute("aria-valuenow", "48")
    box = handle.bounding_box()
    assert box
    page.mouse.move(box["x"] + 4, 400)
    page.mouse.down()
    page.mouse.move(560, 400, steps=4)
    page.mouse.up()
    expect(handle).to_have_attribute("aria-valuenow", "60")
    person.open()
    person.cite(person.exchanges.last, 1).click()
    expect(handle).to_have_attribute("aria-valuenow", "60")
    width = page.locator("#source").evaluate("(pane) => pane.getBoundingClientRect().width / innerWidth")
    assert 0.59 < width < 0.61
