"""Statistics of a library, removal of an article, check and repair, and which kept evaluations quote what is gone."""

import os
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dateline.eval.journal import journals_folder
from dateline.index.errors import NoSuchArticle
from dateline.index.library import Library
from dateline.index.maintenance.doctor import examine, repair_library
from dateline.index.types import Article, Order, is_article_id
from dateline.rag.settings import Settings
from dateline.ui.services.session import opened_to_read, opened_to_write
from dateline.ui.text import heading, printable


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryStats:
    """What a library holds."""

    path: str
    articles: int
    chunks: int
    bytes: int
    """On disk or on a server: record, indexes, uploads, results of evaluations."""
    embedder: str | None
    """What its vectors are made with; None while it holds nothing."""
    oldest: str | None
    newest: str | None
    """The first and the last day of publication, ISO 8601; None where no article has one."""


def library_stats(library: Library) -> LibraryStats:
    """What a library holds now."""
    return LibraryStats(
        path=library.place,
        articles=library.count_articles(),
        chunks=library.count_chunks(),
        bytes=_bytes_in(library.folder) + library.bytes_elsewhere(),
        embedder=library.built_with().embedder,
        oldest=_first_day(library, "oldest"),
        newest=_first_day(library, "newest"),
    )


def remove_article(settings: Settings, article_id: str) -> str:
    """Remove an article from the library of the settings, with what was uploaded of it; says what was done, in a line.

    Raises:
        NoLibrary: there is none.
        NoSuchArticle: that is the id of no article.
        LibraryLocked: another process writes to the library.
    """
    opened_to_read(settings).close()  # where there is none, writing would make one
    with opened_to_write(settings) as library:
        if not is_article_id(article_id):  # a path would remove all that was read from there
            raise NoSuchArticle("that is no id of an article; it has 16 hex digits")
        article = library.article(article_id)
        removed = library.remove(article.id)
    done = f"removed “{heading(article.metadata, article.origins[0].name)}”"
    quoting = still_quoting(settings.folder, removed)
    return f"{done}; {quoting}" if quoting else done


def check(settings: Settings) -> list[str]:
    """What is wrong with the library, a line each; empty where it is in order.

    Raises:
        NoLibrary: there is none.
        LibraryLocked: another process writes to it.
    """
    return examine(settings.library, settings.embedder)


def repair(settings: Settings) -> list[str]:
    """Mend what can be mended; gives what is still wrong, a line each.

    Raises:
        NoLibrary: there is none.
        LibraryLocked: another process writes to it.
    """
    return repair_library(settings.library, settings.embedder)


def _first_day(library: Library, order: Order) -> str | None:
    days = [row.published for row in library.rows(order=order, limit=1)]
    return days[0][:10] if days and days[0] else None


def _bytes_in(folder: Path) -> int:
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):  # gone meanwhile
                total += os.lstat(os.path.join(place, name)).st_size
    return total


_ID = re.compile(rb"(?<![0-9a-f])[0-9a-f]{16}(?![0-9a-f])")


def samples_folder(folder: Path) -> Path:
    """Where the library in ``folder`` keeps samples."""
    return folder / "samples"


def results_folder(folder: Path) -> Path:
    """Where the library in ``folder`` keeps results of evaluations."""
    return folder / "evaluations"


def still_quoting(folder: Path, removed: Collection[Article]) -> str | None:
    """Which results, samples and stopped runs quote articles that were removed, in a line; None where none does.

    Results name the article of every quotation and passage, corrections that of their quotations; samples of a person
    that quote an article without its id are not found.

    Args:
        folder: of the library.
        removed: from it.
    """
    ids = {article.id.encode() for article in removed}
    found = [path for path in _kept(folder) if not ids.isdisjoint(_ID.findall(_content(path)))]
    if not found:
        return None
    names = ", ".join(repr(printable(str(path))) for path in found)
    one = len(found) == 1
    what = "1 kept file of evaluations quotes" if one else f"{len(found)} kept files of evaluations quote"
    return f"{what} what was removed: {names}; delete {'it' if one else 'them'} to remove its words"


def _kept(folder: Path) -> Iterator[Path]:
    for place in (results_folder(folder), samples_folder(folder), journals_folder()):
        yield from sorted(place.glob("*"))


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # a folder, or gone meanwhile
        return b""
