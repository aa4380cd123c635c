"""What a command finds, on standard output: as a person or a pipe reads it, or as JSON."""

import json
import sys
from typing import Any

from rich.console import Console, RenderableType

_NO_WRAP = 1_000_000


def show(content: RenderableType) -> None:
    """Print to a terminal in colour and at its width, to a pipe as plain lines."""
    if sys.stdout.isatty():
        Console().print(content)
        return
    console = Console(width=_NO_WRAP)  # what reads a pipe wraps its own lines, if any
    with console.capture() as shown:
        console.print(content)
    for line in shown.get().splitlines():
        print(line.rstrip())


def print_json(fields: dict[str, Any]) -> None:
    """Print one object on one line."""
    print(json.dumps(fields, ensure_ascii=False))
