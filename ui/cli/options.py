"""The options that several commands share, and how they are read."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dateline.index.types import Filter, date_in_words
from dateline.ui.date_ranges import iso_day
from dateline.ui.services.session import say

if TYPE_CHECKING:
    from dateline.rag.reader.confidence import Strictness


def read_path(given: str) -> Path:
    """A file or folder; pathlib makes the current one of nothing, as a script gives it whose variable is not set."""
    if not given:
        raise typer.BadParameter("it names nothing; give a file or folder")
    return Path(given)


def read_input(given: str) -> str:
    """A file, a folder, an address, or ``-``."""
    if not given:
        raise typer.BadParameter("it names nothing; give a file, a folder or an address")
    return given


Library = Annotated[str | None, typer.Option("--library", metavar="DIR", help="Folder of the library.")]
EnvFile = Annotated[
    Path | None,
    typer.Option(
        "--env-file", metavar="FILE", parser=read_path, help="Also read settings, addresses and keys from this file."
    ),
]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Fail at once where another command writes to the library.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress and no remarks.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output and nothing else there.")]
Html = Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write a report, one page.")]
Articles = Annotated[
    list[Path] | None,
    typer.Option(
        "--articles", metavar="PATH", parser=read_path, help="First add what is new or changed there; may be repeated."
    ),
]
_DAYS = "2025-03-31, 2025-03, 2025, yesterday, 'last week', '3 months ago'"
Since = Annotated[str | None, typer.Option("--since", metavar="DAY", help=f"Published then or later: {_DAYS}.")]
Until = Annotated[
    str | None, typer.Option("--until", metavar="DAY", help="Published then or before; of a month the last day counts.")
]
Source = Annotated[str | None, typer.Option("--source", help="Only sources with this in their name.")]
Model = Annotated[
    str | None,
    typer.Option("--model", metavar="PROVIDER:NAME", help="The chat model that writes; without one it is quoted."),
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Decline more, be wrong less; leave out written sentences without support.")
]
AskedAs = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="KIND",
        help="What is asked for, where it is told wrongly: fact, list, comparison, yes-no, latest, period, articles, "
        "statement.",
    ),
]
Lenient = Annotated[bool, typer.Option("--lenient", help="Decline less, be wrong more.")]


def filter_of(since: str | None, until: str | None, source: str | None) -> Filter | None:
    """Which articles the options leave, None where they leave all; a day that was given in words is told.

    Raises:
        ArgumentError: a day is none, or ``since`` is after ``until``.
    """
    if source is not None and not source.strip():
        raise typer.BadParameter("--source names nothing; give part of a source's name")
    days = {"since": since, "until": until}
    only = Filter(source=source, **{name: day and iso_day(day, last=name == "until") for name, day in days.items()})
    for name, given in days.items():
        if given and (day := getattr(only, name)) and str(day) != given:
            say(f"--{name} {given!r} is {date_in_words(str(day))}")
    return only or None


def strictness_of(*, strict: bool, lenient: bool) -> "Strictness":
    """How sure an answer must be."""
    if strict and lenient:
        raise typer.BadParameter("--strict and --lenient exclude each other")
    return "strict" if strict else "lenient" if lenient else "balanced"
