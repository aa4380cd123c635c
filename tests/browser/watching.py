"""What a page must not do: each is written down as it happens, and the test that saw one fails."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.browser.playing import BrowserContext, ConsoleMessage, Dialog, Request

_POLICY = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));"""

_CUT_OFF = r"AbortError: signal is aborted without reason"  # Gradio's word for a request that a reload cuts off


@dataclass
class Watch:
    """Everything that one context did and must not."""

    address: str
    seen: list[str] = field(default_factory=list)
    _let: list[str] = field(default_factory=lambda: [_CUT_OFF])

    def over(self, context: BrowserContext) -> None:
        """See all pages of a context."""
        context.add_init_script(_POLICY)
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.seen.append(f"error of the page: {error.error}"))
        context.on("dialog", self._dialog)

    def let(self, pattern: str) -> None:
        """What a test brings about on purpose."""
        self._let.append(pattern)

    def faults(self) -> Sequence[str]:
        """What was seen and not let."""
        return [one for one in self.seen if not any(re.search(pattern, one) for pattern in self._let)]

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.address, f"blob:{self.address}", "data:")):
            self.seen.append(f"request to {request.url}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            self.seen.append(f"console: {message.text} at {message.location.get('url')}")

    def _dialog(self, dialog: Dialog) -> None:
        self.seen.append(f"dialog: {dialog.message}")
        dialog.dismiss()
