"""What commands share: the settings, the library opened, files added with progress, and remarks to the person."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from dateline.index.ingest import AddReport, Watch
    from dateline.index.library import Library
    from dateline.rag.assistant import Assistant
    from dateline.rag.reader.confidence import Strictness
    from dateline.rag.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """An article that came without a file."""

    name: str
    """A plain file name of its kind."""
    raw: bytes


def settings_for(
    library: str | None, model: str | None = None, env_file: Path | None = None, *, here: bool = True
) -> "Settings":
    """The settings in force, by flags, environment, the user's own file and, if ``here``, the current folder's."""
    from dateline.rag.settings import current_folder, read_settings

    return read_settings({"library": library, "model": model}, current_folder() if here else None, env_file)[0]


def opened_to_read(settings: "Settings") -> "Library":
    """The library of the settings; any number of commands may read at a time."""
    from dateline.index.library import Library

    return Library.open(settings.library, settings.embedder)


def opened_to_write(settings: "Settings", *, wait: bool = False) -> "Library":
    """The library of the settings, made where there is none; ``wait`` says whether for another command that writes."""
    from dateline.index.library import Library

    return Library.write(settings.library, settings.embedder, wait=wait)


def assistant_for(
    settings: "Settings", library: "Library", strictness: "Strictness", environment: Mapping[str, str] | None = None
) -> "Assistant":
    """The assistant of a library that was opened, with the chat model of the settings, where they name one.

    Args:
        settings: as they are in force.
        library: that is asked.
        strictness: how sure an answer must be.
        environment: where the model's server is and its key; unless given, as the settings have it.

    Raises:
        ModelError: there is no such reader, reranker or verifier.
        ChatModelError: there is no such provider, its package is not installed, or it has no key.
    """
    from dateline.rag.assistant import (
        Assistant,
        open_reader,
        open_reranker,
        open_verifier,
        open_writing,
    )  # with LangChain, which no other command needs
    from dateline.rag.settings import read_environment

    writing, verifier = None, open_verifier(settings.verifier)
    if settings.model:
        where = read_environment(settings.env_file) if environment is None else environment
        writing = open_writing(settings.model, library, where, settings.context, settings.timeout, verifier)
    reader = open_reader(settings.reader, strictness)
    reranker = open_reranker(settings.reranker)
    return Assistant(library, reader, settings.passages, strictness, writing, reranker, verifier)


def offer_server(settings: "Settings", *, quiet: bool) -> None:
    """Say in one line that a model server runs on this machine, where none is set; it is not used unless that is."""
    from dateline.rag.settings import read_environment
    from dateline.rag.writing.local_servers import offer

    if quiet or settings.model or read_environment(settings.env_file).get("OPENAI_BASE_URL"):
        return
    line = offer()
    if line:
        say(line, style="dim")


def add_paths(
    settings: "Settings",
    paths: Sequence[Path | str | Pasted],
    *,
    quiet: bool,
    acknowledge: bool,
    wait: bool = True,
    prune: bool = False,
) -> "AddReport":
    """Add files, folders, addresses and what was pasted with a progress bar.

    Args:
        settings: which library.
        paths: of files and folders, addresses, and what was pasted.
        quiet: no bar, no remarks.
        acknowledge: print a line for each article that is safe.
        wait: whether for another command that writes.
        prune: whether the articles of files that are gone from the folders leave.
    """
    from dateline.index.storage.uploads import keep_copy

    with _writing(settings, quiet=quiet, acknowledge=acknowledge, wait=wait) as (opened, watch):
        given = [keep_copy(opened.folder, one.name, one.raw) if isinstance(one, Pasted) else one for one in paths]
        try:
            return opened.add(given, watch, prune=prune)
        finally:
            if any(isinstance(one, Pasted) for one in paths):
                opened.tidy_uploads()


def refresh_pages(settings: "Settings", *, quiet: bool, acknowledge: bool, wait: bool = True) -> "AddReport":
    """Read again what was added by address; as ``add_paths``."""
    with _writing(settings, quiet=quiet, acknowledge=acknowledge, wait=wait) as (opened, watch):
        return opened.refresh(watch)


def read_pasted(name: str) -> Pasted:
    """What stands on standard input, its kind guessed where its name does not tell.

    Raises:
        ReadError: there is nothing, or more than a file may hold.
    """
    from dateline.index.errors import ReadError
    from dateline.index.reading.files import SUFFIXES, file_kind
    from dateline.index.reading.inputs import MAX_BYTES, TOO_LARGE
    from dateline.index.reading.sniffing import guess_kind
    from dateline.ui.services.filenames import safe_name

    if sys.stdin.isatty():
        say("paste the article, then end with Ctrl-D on a line of its own")
    raw = sys.stdin.buffer.read(MAX_BYTES + 1)
    if not raw.strip():
        raise ReadError("nothing came on standard input; give a file, a folder or an address")
    if len(raw) > MAX_BYTES:
        raise ReadError(f"standard input holds {TOO_LARGE}")
    stem = safe_name(name)
    return Pasted(name=stem if file_kind(stem) in SUFFIXES else f"{stem}{guess_kind(raw)}", raw=raw)


@contextmanager
def _writing(settings: "Settings", *, quiet: bool, acknowledge: bool, wait: bool) -> "Iterator[tuple[Library, Watch]]":
    from dateline.ui.cli.output import watch_addition

    watching = watch_addition(quiet=quiet, acknowledge=acknowledge)
    with opened_to_write(settings, wait=wait) as opened, watching as watch:
        try:
            yield opened, watch
        except KeyboardInterrupt:
            say("stopped; what was finished is kept, and the same command goes on from there")
            raise


def add_new(settings: "Settings", paths: Sequence[Path], *, quiet: bool, wait: bool = True) -> "AddReport | None":
    """Add what is new or changed; the writer's lock is taken only where there is something to add."""
    from dateline.index.errors import NoLibrary

    if not paths:
        return None
    with suppress(NoLibrary), opened_to_read(settings) as opened:
        if opened.holds(paths):
            return None
    return add_paths(settings, paths, quiet=quiet, acknowledge=False, wait=wait)


def summary(report: "AddReport") -> str:
    """What an addition came to, in a line."""
    counts = {"added": report.added, "replaced": report.replaced, "renamed": report.moved}
    counts |= {"known already": report.known}
    counts |= {"unchanged files": report.unchanged_files, "skipped or refused": len(report.skipped)}
    parts = [f"{count} {word}" for word, count in counts.items() if count]
    return f"{', '.join(parts) or 'nothing to add'}; {report.chunks_embedded} chunks embedded"


_TITLES = 10  # named of files that are gone

_FATES = {
    "edited": "a later text of {what} stands in another file now; the earlier one is kept as its version: {titles}",
    "kept": "{what}: the files are gone; they are still answered from, and 'dateline add FOLDER --prune' removes them: "
    "{titles}",
    "removed": "removed {what} whose files are gone: {titles}",
}


def told_of_missing(report: "AddReport") -> list[str]:
    """What became of the articles whose files are gone, a line for each fate, with their titles."""
    from dateline.index.types import Metadata
    from dateline.ui.text import heading

    lines = []
    for fate, line in _FATES.items():
        names = [heading(Metadata(title=one.title), one.origin) for one in report.missing if one.fate == fate]
        if names:
            rest = f" and {len(names) - _TITLES:,} more" if len(names) > _TITLES else ""
            what = f"{len(names):,} {'article' if len(names) == 1 else 'articles'}"
            lines.append(line.format(what=what, titles="; ".join(f"“{name}”" for name in names[:_TITLES]) + rest))
    return lines


def say(line: str, style: str = "") -> None:
    """A line for the person at the terminal, on standard error."""
    Console(stderr=True).print(Text(line, style=style), soft_wrap=True)
