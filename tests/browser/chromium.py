"""A browser without its window; for the tests and the commands beside them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_FLAGS = """--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync
--no-first-run"""


def chromium() -> str | None:
    """Where Chromium is on this machine."""
    return shutil.which("chromium")


@contextmanager
def browser() -> Iterator["Browser"]:
    """Chromium, without its window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=_FLAGS.split())
        yield opened
        opened.close()
