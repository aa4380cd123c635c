"""The options that several commands share, and what they come to."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dateline.index.types import Filter

if TYPE_CHECKING:
    from dateline.rag.reader.calibration import Strictness


def read_path(given: str) -> Path:
    """A file or folder; pathlib makes the current one of nothing, as a script gives it whose variable is not set."""
    if not given:
        raise typer.BadParameter("it names nothing; give a file or folder")
    return Path(given)


LibraryOption = Annotated[str | None, typer.Option("--library", metavar="DIR", help="Folder of the library.")]
EnvFileOption = Annotated[
    Path | None,
    typer.Option(
        "--env-file", metavar="FILE", parser=read_path, help="Also read settings, addresses and keys from this file."
    ),
]
NoWaitOption = Annotated[
    bool, typer.Option("--no-wait", help="Fail at once where another command writes to the library.")
]
QuietOption = Annotated[bool, typer.Option("--quiet", help="No progress and no remarks.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object on standard output and nothing else there.")]
ArticlesOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--articles", metavar="PATH", parser=read_path, help="First add what is new or changed there; may be repeated."
    ),
]
SinceOption = Annotated[
    datetime | None,
    typer.Option("--since", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Published then or later."),
]
UntilOption = Annotated[
    datetime | None,
    typer.Option("--until", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Published then or before."),
]
SourceOption = Annotated[str | None, typer.Option("--source", help="Only sources with this in their name.")]
ModelOption = Annotated[
    str | None,
    typer.Option("--model", metavar="PROVIDER:NAME", help="The chat model that writes; without one it is quoted."),
]
StrictOption = Annotated[
    bool, typer.Option("--strict", help="Decline more, be wrong less; leave out written sentences without support.")
]
LenientOption = Annotated[bool, typer.Option("--lenient", help="Decline less, be wrong more.")]


def filter_of(since: datetime | None, until: datetime | None, source: str | None) -> Filter | None:
    """Which articles the options leave; None where they leave all."""
    only = Filter(since=since and since.date(), until=until and until.date(), source=source)
    return only or None


def strictness_of(*, strict: bool, lenient: bool) -> "Strictness":
    """How sure an answer must be."""
    if strict and lenient:
        raise typer.BadParameter("--strict and --lenient exclude each other")
    return "strict" if strict else "lenient" if lenient else "balanced"
