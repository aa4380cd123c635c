"""The library as its keeper sees it: what it holds, an article taken out, whether all is in order."""

import os
from dataclasses import dataclass
from pathlib import Path

from dateline.index.errors import NoSuchArticle
from dateline.index.library import Library
from dateline.index.maintenance.doctor import examine, repair_library
from dateline.index.storage.catalog import Order
from dateline.index.types import is_article_id
from dateline.rag.settings import Settings
from dateline.ui.app.kept import still_quoting
from dateline.ui.app.session import opened_to_read, opened_to_write
from dateline.ui.cli.render import heading


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What a library holds."""

    path: str
    articles: int
    chunks: int
    bytes: int
    """On disk: record, indexes, uploads, results of evaluations."""
    embedder: str | None
    """What its vectors are made with; None while it holds nothing."""
    oldest: str | None
    newest: str | None
    """The first and the last day of publication, ISO 8601; None where no article has one."""


def holdings_of(library: Library) -> Holdings:
    """What a library holds now."""
    return Holdings(
        path=str(library.folder),
        articles=library.count_articles(),
        chunks=library.count_chunks(),
        bytes=_bytes_in(library.folder),
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
    quoting = still_quoting(settings.library, removed)
    return f"{done}; {quoting}" if quoting else done


def check(settings: Settings) -> list[str]:
    """What is wrong with the library, a line each; empty where it is in order.

    Raises:
        NoLibrary: there is none.
        LibraryLocked: another process writes to it.
    """
    return examine(settings.library, settings.chroma_from, settings.embedder)


def repair(settings: Settings) -> list[str]:
    """Mend what can be mended; gives what is still wrong, a line each.

    Raises:
        NoLibrary: there is none.
        LibraryLocked: another process writes to it.
    """
    return repair_library(settings.library, settings.chroma_from, settings.embedder)


def _first_day(library: Library, order: Order) -> str | None:
    days = [row.published for row in library.rows(order=order, limit=1)]
    return days[0][:10] if days and days[0] else None


def _bytes_in(folder: Path) -> int:
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(place, name)).st_size
            except OSError:  # gone meanwhile
                continue
    return total
