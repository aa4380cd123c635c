"""Playwright; where it is missing, what imports this is skipped, and says so."""

import pytest

try:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Download, Locator, Page, Request, expect
except ImportError:
    pytest.skip("no playwright: pip install -e '.[dev]'", allow_module_level=True)

__all__ = ["PATIENCE", "BrowserContext", "ConsoleMessage", "Dialog", "Download", "Locator", "Page", "Request", "expect"]

PATIENCE = 20_000
"""Milliseconds that anything may take on a machine with other work."""
expect.set_options(timeout=PATIENCE)
