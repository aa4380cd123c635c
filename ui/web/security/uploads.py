"""Which files a request may name: those that were uploaded here, and no other file or address.

Gradio hands a function whatever file an object with ``path`` and ``meta`` names. Where its application is mounted, not
launched, it does not look whether that was uploaded: with 6.31 the function behind an upload was handed
``/etc/passwd``, and an address of the web was asked for. Any argument will do, a textbox's too.
"""

import json
from typing import Any


class Uploads:
    """The files uploaded since the start, by the names that Gradio gave them."""

    def __init__(self) -> None:
        self._paths: set[str] = set()

    def remember(self, response: bytes) -> None:
        """Take note of what an upload answered: a list of paths."""
        self._paths.update(path for path in json.loads(response) if isinstance(path, str))

    def admit(self, body: bytes) -> bool:
        """Whether a body is JSON, and every file that it names was uploaded."""
        try:
            rest: list[Any] = [json.loads(body)]
        except (ValueError, RecursionError):
            return False
        while rest:
            value = rest.pop()
            if isinstance(value, dict):
                if "path" in value and "meta" in value and not self._holds(value["path"]):
                    return False
                rest.extend(value.values())
            elif isinstance(value, list):
                rest.extend(value)
        return True

    def _holds(self, path: object) -> bool:
        return isinstance(path, str) and path in self._paths
