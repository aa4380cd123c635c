"""Words of strangers, wherever a page shows them: they stay words, nothing of theirs runs, nothing is fetched."""

import pytest

from dateline.index.library import Library
from tests.browser.conftest import People
from tests.browser.person import Person
from tests.browser.playing import expect
from tests.harness.hostile import Listener, hostile_texts
from tests.harness.servers import ChatServer, says

pytestmark = pytest.mark.browser

_ELEMENTS = (
    "img, picture, script, iframe, object, embed, video, audio, svg, image, base, link, meta, style, [onerror], "
    "[onload], [background], [style*=url], [formaction], input[type=image]"
)
_AREAS = (
    "#conversation, #source-text, #articles, #said-of-library, #models, #evaluation, #said-of-samples, #told, #sure, "
    "#rail, #facts"
)
_STRANGE = f"""() => [...document.querySelectorAll("{_AREAS}")]
  .flatMap((area) => [...area.querySelectorAll("{_ELEMENTS}")])
  .filter((each) => !each.closest("figure") && !each.getAttribute("class")?.includes("svelte-"))
  .map((each) => each.outerHTML)"""
_LINKS = f"""() => [...document.querySelectorAll("{_AREAS}")].flatMap((area) => [...area.querySelectorAll("[href]")])
  .filter((link) => !link.getAttribute("href").match(/^https?:/) || !/noopener/.test(link.rel))
  .map((link) => link.outerHTML)"""
_EVERYWHERE = "document.querySelectorAll('iframe, object, embed, video, audio, base, meta[http-equiv=refresh]').length"


@pytest.mark.threat(37)
def test_a_hostile_answer_or_question_stays_text(person: Person, model: ChatServer, listener: Listener) -> None:
    person.write_with("played")
    for what, text in hostile_texts(listener.address).items():
        model.play = says(f"{text} [1]. ", "The rest leave by the end of 2026 [1].")
        question = f"when do coalition troops leave Iraq? {text}"
        exchange = person.ask(question)
        assert exchange.get_attribute("data-state") == "done", what
        assert exchange.locator(".question").text_content() == question
        _nothing_strange(person)
        assert exchange.locator("a[href]").count() == 0
    person.open()
    expect(person.exchanges).to_have_count(22)
    _nothing_strange(person)


@pytest.mark.threat(22)
def test_hostile_articles_are_shown_as_text_wherever_they_are(person: Person, library: Library) -> None:
    person.tab("Library")
    person.page.get_by_label("Search title, source and file name").fill("stranger")
    rows = person.page.locator("#articles tbody tr")
    expect(rows).to_have_count(22)
    _nothing_strange(person)
    for place in range(22):
        row = rows.nth(place)
        article = library.article(row.get_attribute("data-article") or "")
        row.locator(".open-source").click()
        expect(person.page.locator(".source-proof")).to_contain_text(article.id)
        assert person.page.locator(".text-of-record").evaluate("(all) => all.textContent") == article.text
        _nothing_strange(person)
        row.get_by_role("button", name="Remove").click()
        expect(person.page.locator("#sure")).to_be_visible()
        _nothing_strange(person)
        person.page.keyboard.press("Escape")
        expect(person.page.locator("#sure")).to_be_hidden()


def test_a_hostile_article_is_quoted_as_text(person: Person) -> None:
    exchange = person.ask("How many inhabitants does the village of Quarnby have?")
    person.open_first(exchange)
    assert "1,207 inhabitants" in person.marked(1)
    person.cite(exchange, 1).hover()
    expect(exchange.get_by_role("tooltip")).to_be_visible()
    _nothing_strange(person)
    exchange = person.ask("What do strangers do with a javascript link, an iframe or a mermaid label?")
    exchange.locator(".how summary").click()
    for button in exchange.locator(".open-source, .cite.titled").all():
        button.click()
        _nothing_strange(person)
    person.choose_filters()
    person.page.locator("#only-source input").click()
    expect(person.page.get_by_role("option").first).to_be_visible()
    _nothing_strange(person)


@pytest.mark.threat(12)
def test_hostile_names_of_models_files_and_samples_are_text(
    people: People, model: ChatServer, listener: Listener
) -> None:
    person = people()
    texts = hostile_texts(listener.address)
    model.offered = ("played", *texts.values())
    try:
        person.write_with("played")
    finally:
        model.offered = ("played",)
    _nothing_strange(person)
    person.tab("Library")
    person.page.locator("#upload input[type=file]").set_input_files(
        [{"name": f"{text}.exe", "mimeType": "text/html", "buffer": text.encode()} for text in texts.values()]
    )
    expect(person.page.locator("#said-of-library")).to_contain_text("nothing was added")
    _nothing_strange(person)
    report = person.check("\n".join(f"What strangers do: {text}." for text in texts.values()))
    report.locator("details.sample").evaluate_all("all => all.forEach((one) => { one.open = true; })")
    _nothing_strange(person)
    person.tab("Evaluate")
    wrong = {"name": f"{texts['script']}.jsonl", "mimeType": "text/html", "buffer": f"{texts['img']}\n{{}}".encode()}
    person.page.locator("#upload-samples input[type=file]").set_input_files(wrong)
    expect(person.page.locator("#said-of-samples .failure")).to_be_visible()
    _nothing_strange(person)
    model.play = says(f"{texts['onerror']} [1]. {texts['img']}")
    report = person.evaluate(
        *({"question": f"what of {text}", "answers": [text], "tags": [text], "id": text} for text in texts.values()),
        name=f"{texts['onerror']}.jsonl",
    )
    expect(report.locator(".sample")).to_have_count(22)
    for sample in report.locator(".sample:not([open]) summary").all():
        sample.click()
    _nothing_strange(person)


def _nothing_strange(person: Person) -> None:
    assert person.page.evaluate(_STRANGE) == []
    assert person.page.evaluate(_LINKS) == []
    assert person.page.evaluate(_EVERYWHERE) == 0
    assert person.page.evaluate("window.hostile") is None
