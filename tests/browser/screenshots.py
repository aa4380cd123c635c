"""``python -m tests.browser.screenshots --out DIR``: every state, both themes, three widths, to be looked at.

``--docs`` writes the README's two pictures and a sheet of all states for each theme into ``docs/`` instead.
"""

import argparse
import math
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from tests.browser.chromium import browser
from tests.browser.conftest import PHONE
from tests.browser.libraries import shipped_library
from tests.browser.person import Person
from tests.browser.playing import expect
from tests.browser.watching import Watch
from tests.harness.servers import ChatServer, knows
from tests.harness.serving import served

_SEED, _MAYOR = "when do coalition troops leave Iraq?", "Who was elected mayor of Wexling?"
_DOCS = Path(__file__).parents[2] / "docs"
_WIDTHS: dict[str, dict[str, Any]] = {
    "wide": {"viewport": {"width": 1440, "height": 900}},
    "narrow": {"viewport": {"width": 1024, "height": 768}},
    "phone": PHONE,
}
_COLOURS = 96  # of a picture in docs/, which stays below 400 kB by that
_COLUMNS, _CELL, _GAP = 4, 420, 12  # of a sheet, in pixels


def main() -> None:
    """Take all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--out", type=Path)
    where.add_argument("--docs", action="store_true")
    given = parser.parse_args()
    if given.out:
        given.out.mkdir(parents=True, exist_ok=True)
        _take(given.out, _WIDTHS)
        return
    with tempfile.TemporaryDirectory() as folder:
        taken = _take(Path(folder), ("wide", "phone"))
        for theme in ("light", "dark"):
            pictures = [path for path in taken if path.stem.endswith(theme)]
            _reduced(
                next(path for path in pictures if path.stem == f"wide-answer-{theme}"), _DOCS / f"page-{theme}.png"
            )
            _sheet(pictures, _DOCS / f"page-states-{theme}.png")


def _take(out: Path, widths: Iterable[str]) -> list[Path]:
    play = knows({_SEED: ["by September 2025", "largely agreed"]}, altered=lambda said: said.replace("2025", "2031"))
    taken: list[Path] = []
    with (
        shipped_library() as library,
        ChatServer(play) as model,
        browser() as opened,
        served(library, environment={"OPENAI_BASE_URL": model.url}) as serving,
    ):
        for theme in ("light", "dark"):
            for width in widths:
                page = opened.new_context(**_WIDTHS[width]).new_page()
                person = Person(page, serving, Watch(serving.address))
                person.open()
                if theme == "dark":
                    page.get_by_role("button", name="Light or dark").click()
                for view in _phone(person) if width == "phone" else _views(person):
                    taken.append(out / f"{width}-{view}-{theme}.png")
                    page.screenshot(path=taken[-1], animations="disabled")
                page.context.close()
    return taken


def _views(person: Person) -> Iterator[str]:
    page = person.page
    yield "welcome"
    person.ask(_MAYOR)
    person.new_conversation()
    exchange = person.ask(_SEED)
    person.open_first(exchange)
    yield "answer"
    page.get_by_label("Search this article").fill("agreement")
    expect(page.locator("#hits")).to_contain_text("1 of")
    yield "search in the source"
    page.locator("#close-source").click()
    exchange.locator(".how summary").click()
    person.choose_filters()
    yield "how it was answered"
    person.choose_filters()
    exchange.locator(".how summary").click()
    exchange.locator(".actions summary").click()
    yield "menu"
    page.keyboard.press("Escape")
    person.ask("who won the 2022 World Cup?")
    yield "declined"
    person.write_with("played")
    expect(person.ask(_SEED).locator(".why").first).to_be_visible()
    yield "contradicted"
    yield from _other_tabs(person)


def _other_tabs(person: Person) -> Iterator[str]:
    page = person.page
    page.locator(".exchange [data-act=pin]").first.click()
    person.told("Pinned to Notes.")
    person.tab("Notes")
    expect(page.locator("#board .notes")).to_be_visible()
    yield "notes"
    person.check("There are about 25,000 American soldiers in Iraq. Coalition troops leave Iraq by the end of 2026.")
    yield "check"
    person.tab("Library")
    page.locator("#articles tbody tr").first.wait_for()
    yield "library"
    page.get_by_label("Search title, source and file name").fill("coalition troops")
    page.get_by_role("button", name="Search the texts").click()
    page.locator("#articles .found").wait_for()
    yield "found in the texts"
    person.evaluate({"question": _MAYOR, "answers": ["Lenka Osterby"]}, {"question": _SEED, "unanswerable": True})
    yield "evaluate"
    person.tab("Models")
    yield "models"
    page.locator(".mast h1").click()
    page.keyboard.press("?")
    yield "keys"


def _phone(person: Person) -> Iterator[str]:
    page = person.page
    yield "welcome"
    exchange = person.ask(_SEED)
    yield "answer"
    person.cite(exchange, 1).tap()
    person.opened(1)
    yield "source"
    page.locator("#close-source").tap()
    page.locator("#fold").tap()
    yield "conversations"
    page.keyboard.press("Escape")
    person.tab("Library")
    page.locator("#articles tbody tr").first.wait_for()
    yield "library"


def _reduced(picture: Path, to: Path) -> None:
    Image.open(picture).convert("RGB").quantize(_COLOURS).save(to, optimize=True)


def _sheet(pictures: Sequence[Path], to: Path) -> None:
    """All pictures on one, each as wide as a cell and cut at three quarters of that."""
    height = _CELL * 3 // 4
    rows = math.ceil(len(pictures) / _COLUMNS)
    size = (_COLUMNS * (_CELL + _GAP) + _GAP, rows * (height + _GAP) + _GAP)
    sheet = Image.new("RGB", size, "#8a8f98")
    for at, picture in enumerate(pictures):
        image = Image.open(picture).convert("RGB")
        image.thumbnail((_CELL, height))
        column, row = at % _COLUMNS, at // _COLUMNS
        sheet.paste(image, (_GAP + column * (_CELL + _GAP), _GAP + row * (height + _GAP)))
    sheet.quantize(_COLOURS).save(to, optimize=True)


if __name__ == "__main__":
    main()
