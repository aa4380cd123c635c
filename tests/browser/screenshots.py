"""``python -m tests.browser.screenshots --out DIR``: every view, in both themes, to be looked at."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from tests.browser.chromium import browser
from tests.browser.conftest import PHONE, WIDE
from tests.browser.libraries import shipped_library
from tests.browser.person import Person
from tests.browser.watching import Watch
from tests.harness.servers import ChatServer, knows
from tests.harness.serving import served

_SEED, _MAYOR = "when do coalition troops leave Iraq?", "Who was elected mayor of Wexling?"


def main() -> None:
    """Take all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    play = knows({_SEED: ["by September 2025", "largely agreed"]}, altered=lambda said: said.replace("2025", "2031"))
    with (
        shipped_library() as library,
        ChatServer(play) as model,
        browser() as opened,
        served(library, environment={"OPENAI_BASE_URL": model.url}) as serving,
    ):
        for theme in ("light", "dark"):
            for device, views in ((WIDE, _wide), (PHONE, _phone)):
                page = opened.new_context(**device).new_page()
                person = Person(page, serving, Watch(serving.address))
                person.open()
                if theme == "dark":
                    page.get_by_role("button", name="Light or dark").click()
                for view in views(person):
                    page.screenshot(path=out / f"{view}-{theme}.png", animations="disabled")
                page.context.close()


def _wide(person: Person) -> Iterator[str]:
    page = person.page
    yield "welcome"
    exchange = person.ask(_SEED)
    person.opened(1)
    yield "answer"
    person.cite(exchange, 1).hover()
    yield "hover"
    exchange.get_by_text("Wrong").click()
    person.choose_filters()
    page.locator("#since input").wait_for()
    yield "correcting"
    person.choose_filters()
    exchange = person.ask("who won the 2022 World Cup?")
    exchange.locator(".open-source").first.click()
    page.locator("#source-text mark").first.wait_for()
    yield "abstained"
    page.get_by_role("button", name="New conversation").click()
    yield "dialog"
    page.keyboard.press("Escape")
    person.write_with("played")
    person.ask(_SEED)
    person.opened(1)
    yield "unsupported"
    person.tab("Library")
    page.locator("#articles tbody tr").first.wait_for()
    yield "library"
    person.evaluate({"question": _MAYOR, "answers": ["Lenka Osterby"]}, {"question": _SEED, "unanswerable": True})
    yield "evaluate"
    person.tab("Models")
    yield "models"


def _phone(person: Person) -> Iterator[str]:
    yield "phone-welcome"
    exchange = person.ask(_SEED)
    yield "phone-ask"
    person.cite(exchange, 1).tap()
    person.opened(1)
    yield "phone-source"
    person.page.locator("#close-source").tap()
    person.tab("Library")
    person.page.locator("#articles tbody tr").first.wait_for()
    yield "phone-library"


if __name__ == "__main__":
    main()
