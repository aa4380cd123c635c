"""What axe-core finds serious or critical, on every view: nothing."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.conftest import PHONE, People
from tests.browser.person import Person
from tests.browser.playing import expect
from tests.harness.servers import ChatServer, knows

pytestmark = pytest.mark.browser

SEED_QUESTION = "when do coalition troops leave Iraq?"
_RUN = """async () => {
  const passing = document.getAnimations().filter((one) => one.effect.getTiming().iterations !== Infinity);
  await Promise.allSettled(passing.map((one) => one.finished));
  return (await axe.run(document, {resultTypes: ["violations"]})).violations
  .filter(({impact}) => ["serious", "critical"].includes(impact))
  .flatMap(({id, nodes}) => nodes.map((node) =>
    `${id}: ${node.target} ${node.failureSummary.replaceAll("\\n", " ")}`));
}"""


@pytest.mark.parametrize(
    ("dark", "device"), [(False, {}), (True, {}), (False, PHONE), (True, PHONE)],
    ids=["light", "dark", "light telephone", "dark telephone"],
)  # fmt: skip
def test_axe_finds_nothing_serious(
    people: People, axe: str, model: ChatServer, dark: bool, device: dict[str, Any]
) -> None:
    model.play = knows(
        {SEED_QUESTION: ["by September 2025", "largely agreed"]}, altered=lambda said: said.replace("2025", "2031")
    )
    person = people(**device)
    if dark:
        person.page.get_by_role("button", name="Light or dark").click()
    person.page.evaluate(axe)
    found: dict[str, list[str]] = {}
    for view in _views(person):
        for fault in person.page.evaluate(_RUN):
            found.setdefault(fault, []).append(view)
    assert not found, "\n".join(f"{fault} ({', '.join(views)})" for fault, views in found.items())


def _views(person: Person) -> Iterator[str]:
    """Goes to one view after another."""
    page = person.page
    yield "welcome"
    exchange = person.ask(SEED_QUESTION)
    person.cite(exchange, 1).click()
    person.opened(1)
    yield "source"
    page.locator("#close-source").click()
    person.cite(exchange, 1).hover()
    expect(exchange.get_by_role("tooltip")).to_be_visible()
    yield "hover"
    page.mouse.move(0, 0)
    person.more(exchange, "Wrong").click()
    person.choose_filters()
    expect(page.locator("#since input")).to_be_visible()
    yield "correcting, filters"
    person.choose_filters()
    expect(person.ask("who won the 2022 World Cup?").locator(".abstained")).to_be_visible()
    yield "abstained"
    person.ask("?")
    yield "failed"
    page.locator(".mast h1").click()
    page.keyboard.press("?")
    expect(page.locator("#key-list")).to_be_visible()
    yield "keys"
    page.keyboard.press("Escape")
    exchange = person.exchanges.first
    exchange.locator(".how summary").click()
    exchange.locator(".actions summary").click()
    yield "how it was answered, menu"
    if page.viewport_size and page.viewport_size["width"] < 1280:
        page.get_by_role("button", name="Conversations", exact=True).click()
    expect(person.conversations).to_have_count(1)
    yield "conversations"
    page.keyboard.press("Escape")
    yield from _other_tabs(person)


def _other_tabs(person: Person) -> Iterator[str]:
    page = person.page
    exchange = person.exchanges.first
    exchange.get_by_role("button", name="Pin", exact=True).click()
    person.tab("Notes")
    expect(page.locator(".notes li")).to_have_count(1)
    yield "notes"
    person.tab("Ask")
    person.write_with("played")
    expect(person.ask(SEED_QUESTION).locator(".contradicted").first).to_be_visible()
    yield "contradicted"
    report = person.check("There are about 25,000 American soldiers in Iraq. Is that many?")
    expect(report.locator(".sample")).to_have_count(1)
    yield "check"
    person.tab("Library")
    expect(page.locator("#articles tbody tr").first).to_be_visible()
    yield "library"
    page.get_by_label("Search title, source and file name").fill("coalition")
    page.get_by_role("button", name="Search the texts").click()
    expect(page.locator("#articles .found")).to_be_visible()
    yield "found in the texts"
    page.get_by_label("Search title, source and file name").fill("")
    page.locator("#articles .edit").first.click()
    expect(page.locator("#edit")).to_be_visible()
    yield "edit"
    page.keyboard.press("Escape")
    report = person.evaluate(
        {"question": SEED_QUESTION, "answers": ["September 2025"]},
        {"question": "who won the 2022 World Cup?", "answers": ["Argentina"]},
    )
    expect(report.locator(".sample")).to_have_count(2)
    yield "evaluate"
    person.tab("Models")
    expect(page.locator("#models .servers")).to_be_visible()
    yield "models"
