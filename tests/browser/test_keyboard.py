"""The page without a pointer, at the width of a telephone, and as axe-core reads it."""

from typing import Any

import pytest

from dateline.index.library import Library
from tests.browser.conftest import PHONE, People
from tests.browser.person import Person, assert_highlights
from tests.browser.playing import expect

pytestmark = pytest.mark.browser

SEED_QUESTION = "when do coalition troops leave Iraq?"
_MOST_STOPS = 80
_TABS = (
    ("Check", "#check-text"),
    ("Timeline", "#show-timeline"),
    ("Notes", "#board .notice"),
    ("Library", "#articles tbody tr"),
    ("Evaluate", "#run-samples"),
    ("Models", "#models h2"),
)
_TOO_WIDE = """() => ["html", "#talk", "#source", "#rail"].map((part) => document.querySelector(part))
  .filter((part) => part.scrollWidth > part.clientWidth).map((part) => part.id || part.tagName)"""
_FOCUSED = """(selector) => document.activeElement.matches(selector)"""
_SEEN = """() => {
  const {outlineStyle, boxShadow, borderColor} = getComputedStyle(document.activeElement);
  return outlineStyle !== "none" || boxShadow !== "none" || document.activeElement.matches("input, textarea, body")
    || document.activeElement.outerHTML;
}"""


def test_from_the_start_to_a_source_and_back_with_the_keyboard_alone(person: Person, library: Library) -> None:
    page = person.page
    _go_to(person, ".examples button")
    before = person.last()
    page.keyboard.press("Enter")
    exchange = person.answered(before)
    _go_to(person, ".claim .cite")
    expect(exchange.get_by_role("tooltip")).to_be_visible()
    page.keyboard.press("Enter")
    person.opened(1)
    _go_to(person, ".text-of-record")
    page.keyboard.press("Escape")
    expect(page.locator(".text-of-record")).to_have_count(0)
    expect(person.cite(exchange, 1)).to_be_focused()
    page.keyboard.press("Enter")
    assert_highlights(person, exchange, library)
    _go_to(person, "#close-source")
    page.keyboard.press("Enter")
    expect(person.cite(exchange, 1)).to_be_focused()
    _go_to(person, "#question textarea")
    page.keyboard.type("How many passengers does the ferry to Lomvar carry?")
    before = person.last()
    page.keyboard.press("Enter")
    exchange = person.answered(before)
    _go_to(person, ".exchange:last-child .open-source")
    page.keyboard.press("Enter")
    expect(page.locator(".text-of-record")).to_be_visible()
    page.keyboard.press("Escape")
    _go_to(person, "[data-act=new]", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".welcome")).to_be_visible()
    expect(person.question).to_be_focused()
    expect(person.conversations).to_have_count(1)


def test_every_tab_is_reached_with_the_keyboard(person: Person) -> None:
    _go_to(person, "[role=tab]")
    for name, shown in _TABS:
        person.page.get_by_role("tab", name=name).focus()
        person.page.keyboard.press("Enter")
        expect(person.page.locator(shown).first).to_be_visible()
    person.page.get_by_role("tab", name="Library").focus()
    person.page.keyboard.press("Enter")
    _go_to(person, "#articles .open-source")
    person.page.keyboard.press("Enter")
    expect(person.page.locator(".text-of-record")).to_be_visible()
    person.page.keyboard.press("Escape")
    expect(person.page.locator("#articles .open-source").first).to_be_focused()


def test_on_a_telephone_one_asks_opens_and_closes_and_nothing_is_cut_off(people: People, library: Library) -> None:
    person = people(**PHONE)
    page = person.page
    _fits(person)
    exchange = person.ask(SEED_QUESTION)
    expect(page.locator(".text-of-record")).to_have_count(0)
    _fits(person)
    person.cite(exchange, 1).tap()
    person.opened(1)
    _fits(person)
    page.locator(".pane").evaluate("(pane) => Promise.all(pane.getAnimations().map((one) => one.finished))")
    sheet = page.locator(".pane").bounding_box()
    assert sheet and (sheet["x"], sheet["width"]) == (0, PHONE["viewport"]["width"])
    assert sheet["y"] + sheet["height"] == PHONE["viewport"]["height"] > sheet["height"] > 700
    assert_highlights(person, exchange, library)
    page.locator("#close-source").tap()
    expect(page.locator(".pane")).to_be_hidden()
    expect(person.cite(exchange, 1)).to_be_focused()
    for name, shown in _TABS:
        person.tab(name)
        expect(page.locator(shown).first).to_be_visible()
        _fits(person)
    person.tab("Library")
    page.locator("#articles .open-source").first.tap()
    expect(page.locator(".text-of-record")).to_be_in_viewport()


def test_nothing_is_wider_than_the_screen(person: Person) -> None:
    page = person.page
    exchange = person.ask(SEED_QUESTION)
    person.more(exchange, "Wrong").click()
    person.choose_filters()
    expect(page.locator("#since input")).to_be_visible()
    for width in (320, 800, 1024):
        page.set_viewport_size({"width": width, "height": 800})
        for name, shown in (*_TABS, ("Ask", "#question textarea")):
            person.tab(name)
            expect(page.locator(shown).first).to_be_visible()
            assert page.evaluate(_TOO_WIDE) == [], (width, name)


def _go_to(person: Person, selector: str, key: str = "Tab") -> None:
    """Press Tab until what is meant has the focus, which can be seen at every stop."""
    for _ in range(_MOST_STOPS):
        person.page.keyboard.press(key)
        assert person.page.evaluate(_SEEN) is True
        if person.page.evaluate(_FOCUSED, selector):
            return
    raise AssertionError(f"{selector} is not reached with {key}")


def _fits(person: Person) -> None:
    widths: Any = person.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1] == PHONE["viewport"]["width"]


def test_a_slash_begins_a_question_and_a_question_mark_lists_the_keys(person: Person) -> None:
    page = person.page
    person.tab("Models")
    page.locator(".mast h1").click()
    page.keyboard.press("/")
    expect(person.question).to_be_focused()
    page.keyboard.type("/?")
    expect(person.question).to_have_value("/?")
    page.locator(".mast h1").click()
    page.keyboard.press("?")
    expect(page.locator("#key-list")).to_contain_text("write a question")
    page.keyboard.press("Escape")
    expect(page.locator("#key-list")).to_be_hidden()


def test_on_paper_there_is_the_conversation_with_its_sources_and_nothing_to_press(person: Person) -> None:
    person.open_first(person.ask(SEED_QUESTION))
    person.page.emulate_media(media="print")
    for shown in (".question", ".claim", ".citations"):
        expect(person.page.locator(shown).first).to_be_visible()
    for hidden in ("#mast", "#rail", "#asking", "#source", ".actions"):
        expect(person.page.locator(hidden).first).to_be_hidden()
