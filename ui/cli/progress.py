"""What a person sees of long work: a bar with rate and time left on standard error, and a line for each refusal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.text import Text

from dateline.index.ingest import Added, Watch
from dateline.index.ingest import Progress as Done
from dateline.index.reading import Skipped
from dateline.ui.cli.render import printable


@contextmanager
def watch_addition(*, quiet: bool, acknowledge: bool) -> Iterator[Watch]:
    """A watch for ``Library.add``; refused inputs are named even when quiet.

    Args:
        quiet: no bar, no remarks.
        acknowledge: print ``state, id, origin`` on standard output for every article once it is safe.
    """
    console = Console(stderr=True)
    columns = (TextColumn("adding"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task("adding", total=None)

        def watch(event: Added | Skipped | Done) -> None:
            if isinstance(event, Done):
                bar.update(task, completed=event.done, total=event.total)
            elif isinstance(event, Skipped):
                if event.refused or not quiet:
                    verb = "refused" if event.refused else "skipped"
                    console.print(Text(f"{verb} {printable(event.origin)}: {printable(event.reason)}"), soft_wrap=True)
            elif acknowledge:
                sys.stdout.write(f"{event.state}\t{event.article_id}\t{printable(event.origin)}\n")
                sys.stdout.flush()

        yield watch


@contextmanager
def watch_samples(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A watch for ``evaluate``: how many samples are done, and the time left."""
    console = Console(stderr=True)
    columns = (TextColumn("asking"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task("asking", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
