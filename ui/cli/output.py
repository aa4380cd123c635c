"""What a command prints: findings on standard output, as text or JSON; bars and remarks on standard error."""

import io
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console, RenderableType
from rich.text import Text

from dateline.eval.errors import ReportError
from dateline.ui.text import printable

if TYPE_CHECKING:
    from dateline.index.ingest import Added, Progress, Watch
    from dateline.index.reading import Skipped
    from dateline.rag.assistant import Assistant
    from dateline.rag.types import Citation, Request

_NO_WRAP = 1_000_000


def open_streams() -> None:
    """UTF-8 for what reads a pipe or a file, a terminal's own encoding for a person; what that lacks is a "?"."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            if stream.isatty():
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")


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


def write_page(path: Path, page: str) -> None:
    """Write a report.

    Raises:
        ReportError: it can't be written there.
    """
    try:
        path.write_text(page, "utf-8")
    except OSError as error:
        raise ReportError(f"can't write {str(path)!r}: {(error.strerror or '').lower()}") from error


def show_as_written(assistant: "Assistant", request: "Request") -> None:
    """Print an answer while it is written; in the end there stands what ``render_answer`` would give."""
    from dateline.rag.types import Answer
    from dateline.ui.cli.render import render_claim, render_rest, render_warning

    console = Console()
    citations: tuple[Citation, ...] = ()
    with closing(assistant.stream(request)) as parts:
        for place, part in enumerate(parts):
            if isinstance(part, Answer):
                console.print(render_rest(part))
            else:
                for line in render_warning(part.certainty) if place == 0 else ():
                    console.print(line)
                citations += part.citations
                console.print(render_claim(part.claim, citations))


@contextmanager
def watch_addition(*, quiet: bool, acknowledge: bool) -> Iterator["Watch"]:
    """A watch for ``Library.add``: a bar with rate and time left; refused inputs are named even when quiet.

    Args:
        quiet: no bar, no remarks.
        acknowledge: print ``state, id, origin`` on standard output for every article once it is safe.
    """
    from rich.progress import DownloadColumn, TransferSpeedColumn

    from dateline.index.ingest import Progress
    from dateline.index.reading import Skipped
    from dateline.index.reading.visibility import tells_of_hidden

    with _bar("adding", DownloadColumn(), TransferSpeedColumn(), quiet=quiet) as (console, move):

        def watch(event: "Added | Skipped | Progress") -> None:
            if isinstance(event, Progress):
                move(event.done, event.total)
                return
            if isinstance(event, Skipped):
                if event.refused or not quiet:
                    verb = "refused" if event.refused else "skipped"
                    console.print(Text(f"{verb} {printable(event.origin)}: {printable(event.reason)}"), soft_wrap=True)
                return
            told = [] if quiet else [repair for repair in event.repairs if tells_of_hidden(repair)]
            if told:
                console.print(Text(f"{printable(event.origin)}: {printable('; '.join(told))}"), soft_wrap=True)
            if acknowledge:
                sys.stdout.write(f"{event.state}\t{event.article_id}\t{printable(event.origin)}\n")
                sys.stdout.flush()

        yield watch


@contextmanager
def watch_samples(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A watch for ``evaluate``: a bar with how many samples are done, and the time left."""
    from rich.progress import MofNCompleteColumn

    with _bar("asking", MofNCompleteColumn(), quiet=quiet) as (_, move):
        yield move


@contextmanager
def watch_text(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A watch for a text that is checked: a bar with how much of it is done, and the time left."""
    with _bar("checking", quiet=quiet) as (_, move):
        yield move


@contextmanager
def _bar(verb: str, *columns: Any, quiet: bool) -> Iterator[tuple[Console, Callable[[int, int], None]]]:
    """A bar on standard error where that is a terminal, the console that it is on, and what moves it."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    shown = (TextColumn(verb), BarColumn(), *columns, TimeRemainingColumn())
    with Progress(*shown, console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task(verb, total=None)
        yield console, lambda done, total: bar.update(task, completed=done, total=total)
