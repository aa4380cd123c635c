"""One server, one browser and a scripted chat model for all tests here; for each test a context that is watched."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dateline.index.library import Library
from tests.browser.chromium import browser, chromium
from tests.browser.libraries import SHIPPED, fill, write_articles
from tests.harness.hostile import Listener
from tests.harness.servers import ChatServer, says
from tests.harness.serving import Served, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.person import Person

# All fixtures that live longer than a test end with this folder: while Playwright runs, asyncio.run() is not to be had.
WIDE: dict[str, Any] = {"viewport": {"width": 1400, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="package")
def playwright_is_here() -> None:
    if chromium() is None:
        pytest.skip("no Chromium: the command 'chromium' is not on the path")
    import tests.browser.playing  # noqa: F401 - skips where there is none


@pytest.fixture(scope="package")
def listener() -> Iterator[Listener]:
    with Listener() as listening:
        yield listening


@pytest.fixture(scope="package")
def model() -> Iterator[ChatServer]:
    """The chat model that the server finds; a test says what it plays."""
    with ChatServer(says("Nothing.")) as server:
        yield server


@pytest.fixture(scope="package")
def page_server(
    tmp_path_factory: pytest.TempPathFactory, playwright_is_here: None, listener: Listener, model: ChatServer
) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("page")
    write_articles(folder / "articles", listener.address)
    fill(folder / "library", *SHIPPED, folder / "articles")
    with served(folder / "library", environment={"OPENAI_BASE_URL": model.url}) as serving:
        yield serving


@pytest.fixture(scope="package")
def opened_browser(playwright_is_here: None) -> Iterator["Browser"]:
    with browser() as opened:
        yield opened


@pytest.fixture
def library(page_server: Served) -> Iterator[Library]:
    """The library that is served, read beside the server."""
    with Library.open(page_server.library) as opened:
        yield opened


@dataclass(frozen=True, slots=True)
class People:
    """Opens the page for somebody; at the end of the test nothing may have been seen that must not be."""

    new: Callable[..., "Person"]

    def __call__(self, **device: Any) -> "Person":
        return self.new(**device)


@pytest.fixture
def people(opened_browser: "Browser", page_server: Served, listener: Listener) -> Iterator[People]:
    from tests.browser.person import Person
    from tests.browser.playing import PATIENCE
    from tests.browser.watching import Watch

    opened: list[Person] = []
    heard, said = len(listener.heard), len(page_server.said)

    def new(at: Served = page_server, **device: Any) -> Person:
        context = opened_browser.new_context(**{**WIDE, **device})
        context.set_default_timeout(PATIENCE)
        watch = Watch(at.address)
        watch.over(context)
        person = Person(context.new_page(), at, watch)
        person.open()
        opened.append(person)
        return person

    yield People(new)
    for person in opened:
        person.page.context.close()
    assert [fault for person in opened for fault in person.watch.faults()] == []
    assert listener.heard[heard:] == []
    assert [line for line in page_server.said[said:] if "Traceback" in line] == [], page_server.said[said:]


@pytest.fixture
def person(people: People) -> "Person":
    """Somebody at a wide screen."""
    return people()


@pytest.fixture(scope="package")
def axe() -> str:
    """The source of axe-core, which finds what people with other senses or means can't use."""
    path = os.environ.get("AXE_CORE")
    if not path:
        pytest.skip("no axe-core: set AXE_CORE to its axe.min.js (npm install axe-core)")
    return Path(path).read_text("utf-8")
