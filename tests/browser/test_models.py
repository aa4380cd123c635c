"""Who writes the answers: nobody, or a chat model that was found."""

import re

import pytest

from dateline.index.library import Library
from tests.browser.conftest import People
from tests.browser.person import Person, assert_highlights
from tests.browser.playing import expect
from tests.harness.servers import ChatServer, knows, says
from tests.harness.serving import served

pytestmark = pytest.mark.browser

SEED_QUESTION = "when do coalition troops leave Iraq?"


def test_without_a_model_the_page_says_that_it_quotes(person: Person) -> None:
    person.tab("Models")
    expect(person.page.locator("#models")).to_contain_text("Quoting only.")
    expect(person.page.locator("#way input")).to_have_value("quoting only")


def test_a_model_that_is_found_is_offered_and_writes_the_answers(
    person: Person, library: Library, model: ChatServer
) -> None:
    model.play = knows({SEED_QUESTION: ["by September 2025"]})
    asked = len(model.asked)
    assert "quotations by" in (person.ask(SEED_QUESTION).locator(".how").text_content() or "")
    assert len(model.asked) == asked
    person.write_with("played")
    exchange = person.ask(SEED_QUESTION)
    expect(exchange.locator(".how")).to_contain_text("played")
    expect(exchange.locator(".claim.supported")).to_have_count(1)
    assert len(model.asked) > asked
    person.open_first(exchange)
    assert_highlights(person, exchange, library)


def test_without_a_server_the_page_says_so_and_quotes(people: People, library: Library) -> None:
    with ChatServer(says()) as gone:
        address = gone.url
    with served(library.folder, environment={"OPENAI_BASE_URL": address}) as serving:
        person = people(at=serving)
        person.tab("Models")
        person.page.get_by_role("button", name="Look for model servers").click()
        expect(person.page.locator("#models").get_by_role("alert")).to_contain_text(f"no server answers at {address}")
        expect(person.page.locator("#models .servers")).to_have_count(0)
        person.page.locator("#way input").click()
        expect(person.page.get_by_role("option")).to_have_text([re.compile("quoting only$")])
        person.page.keyboard.press("Escape")
        person.tab("Ask")
        exchange = person.ask(SEED_QUESTION)
        expect(exchange.locator(".how")).to_contain_text("quotations by")
        person.open_first(exchange)
        assert_highlights(person, exchange, library)


def test_a_model_is_set_by_its_address_tested_and_answers(person: Person, model: ChatServer) -> None:
    page = person.page
    model.play = knows({SEED_QUESTION: ["by September 2025"]})
    person.tab("Models")
    page.get_by_label("Or a server's address").fill(model.url)
    page.get_by_label("Name of the model").fill("by <hand>")
    page.get_by_label("Key, for this run alone").fill("key-for-now")
    page.get_by_role("button", name="Use it").click()
    expect(page.locator("#said-of-models")).to_contain_text("by <hand>")
    expect(page.get_by_label("Key, for this run alone")).to_have_value("")
    expect(page.locator("#facts")).to_contain_text("by <hand>")
    model.play = says("yes")
    page.get_by_role("button", name="Test it").click()
    expect(page.locator("#said-of-models")).to_contain_text("it answers, after")
    assert model.asked[-1].headers["authorization"] == "Bearer key-for-now"
    model.play = knows({SEED_QUESTION: ["by September 2025"]})
    person.tab("Ask")
    expect(person.ask(SEED_QUESTION).locator(".claim.supported")).to_have_count(1)
    page.get_by_label("Or a server's address").wait_for(state="attached")
    person.tab("Models")
    page.get_by_label("Or a server's address").fill("http://127.0.0.1:9")
    page.get_by_role("button", name="Use it").click()
    expect(page.locator("#facts")).to_contain_text("127.0.0.1:9)")
    page.get_by_role("button", name="Test it").click()
    expect(page.locator("#said-of-models").get_by_role("alert")).to_be_visible()
