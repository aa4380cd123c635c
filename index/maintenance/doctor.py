"""Checking a library whole, and mending what can be mended. A problem is one line: what, and the way out."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from dateline.index.backends import Backend, vector_index
from dateline.index.embedding.embedder import DEFAULT_EMBEDDER, load_embedder
from dateline.index.errors import LibraryDamaged
from dateline.index.ingest import embed_chunks
from dateline.index.maintenance.integrity import examine_record, is_broken
from dateline.index.maintenance.recovery import keep_damaged, salvage, survey
from dateline.index.maintenance.server import examine_server, repair_server
from dateline.index.missing import file_of, folder_is_there, is_missing
from dateline.index.ports import VectorIndex
from dateline.index.postgres.address import ServerAddress, folder_of
from dateline.index.splitting.chunks import CHUNKER_ID, split_article
from dateline.index.storage.lock import WriterLock
from dateline.index.storage.manifest import choose_embedder
from dateline.index.storage.purge import scrub, scrub_is_due
from dateline.index.storage.record import SqliteRecord
from dateline.index.storage.uploads import origin_of_uploads
from dateline.index.storage.versions import remove_versions
from dateline.index.storage.wal import forget_log, lost_with_log
from dateline.index.types import Embedder

_BATCH_ARTICLES = 64
_NAMED = 5  # files that are gone


def examine(folder: Path | ServerAddress, embedder: Embedder | str | None = None, *, wait: bool = False) -> list[str]:
    """What is wrong with a library, a line each; empty when it is in order.

    The vector index is compared with a sound record only.

    Args:
        folder: where it lies, or its address on a server.
        embedder: what it was built with, or its name; else the shipped one is loaded, where it was built with that.
        wait: whether for another process that writes to it.

    Raises:
        NoLibrary: there is none.
        LibraryLocked: another process writes to it.
        LibraryDamaged: its record can't be read at all.
    """
    if isinstance(folder, ServerAddress):
        return examine_server(folder, embedder)
    if _is_broken(folder):
        with WriterLock(folder, wait=wait):
            return survey(folder).lines()
    with _opened(folder, embedder, wait=wait) as (record, embedder, vectors):
        if found := examine_record(record, embedder).lines():
            return found
        if lost := lost_with_log(record):
            return [f"{lost} after --repair"]
        if scrub_is_due(record):
            return ["words of removed articles may still stand in the record; --repair overwrites them"]
        return vectors.problems()


def repair_library(
    folder: Path | ServerAddress, embedder: Embedder | str | None = None, *, wait: bool = False
) -> list[str]:
    """Mend a library; gives what is still wrong. Only what is damaged is embedded again.

    Args:
        folder: where it lies, or its address on a server.
        embedder: what it was built with, or its name; else the shipped one is loaded, where it was built with that.
        wait: whether for another process that writes to it.

    Raises:
        NoLibrary, LibraryLocked, LibraryDamaged: as ``examine``.
    """
    if isinstance(folder, ServerAddress):
        return repair_server(folder, embedder, wait=wait)
    if _is_broken(folder):
        _salvage(folder, embedder, wait=wait)
    try:
        _repair(folder, embedder, wait=wait)
    except LibraryDamaged:  # deeper than could be seen
        _salvage(folder, embedder, wait=wait)
        _repair(folder, embedder, wait=wait)
    return examine(folder, embedder, wait=wait)


def missing_files(folder: Path | ServerAddress) -> list[str]:
    """Which files that articles were read from are gone, in a line; none where none is. The library is sound with them.

    Raises:
        NoLibrary: there is no library.
        LibraryDamaged: its record can't be read.
    """
    kept = f"{origin_of_uploads(folder_of(folder))}{os.sep}"
    with closing(Backend.open(folder)) as backend:
        names = backend.record.origin_names()
    if isinstance(folder, ServerAddress):  # others added from their machines
        names = [name for name in names if folder_is_there(name)]
    gone = list(dict.fromkeys(file_of(one) for one in names if not one.startswith(kept) and is_missing(one)))
    if not gone:
        return []
    named = ", ".join(map(repr, gone[:_NAMED])) + (f" and {len(gone) - _NAMED:,} more" if len(gone) > _NAMED else "")
    one = len(gone) == 1
    what = f"{len(gone):,} {'file' if one else 'files'} that articles were read from {'is' if one else 'are'}"
    whose = "its" if one else "their"
    way = "are still answered from, and 'dateline add FOLDER --prune' removes them"
    return [f"{what} gone: {named}; {whose} articles {way}"]


def engine_of(folder: Path | ServerAddress) -> str:
    """What searches of a library are answered by, and why, in words; errors as of ``examine``."""
    backend = Backend.open(folder)
    try:
        return backend.vectors.engine()
    finally:
        backend.close()


def _salvage(folder: Path, embedder: Embedder | str | None, *, wait: bool) -> None:
    with WriterLock(folder, wait=wait):
        salvage(folder, _embedder_of_damaged(folder, embedder))


def _repair(folder: Path, embedder: Embedder | str | None, *, wait: bool) -> None:
    with _opened(folder, embedder, wait=wait) as (record, embedder, vectors):
        health = examine_record(record, embedder)
        if health.altered:
            keep_damaged(folder)
        with record.transaction():
            for article_id in health.altered:
                record.remove_article(article_id)
            for number, name in health.versions:
                remove_versions(record, "article = ? AND id = ?", number, name)
            record.remove_strays()
        everything = [article_id for (article_id,) in record.run("SELECT id FROM articles")]
        _split_again(record, embedder, everything if health.outdated else [*health.unsplit])
        with record.transaction():
            record.set_models(embedder, CHUNKER_ID)
            if health.words_differ:
                record.rebuild_words()
        scrub(record)
        forget_log(record)
        vectors.problems()  # finds what only a search can tell
        vectors.sync()


@contextmanager
def _opened(
    folder: Path, embedder: Embedder | str | None, *, wait: bool
) -> Iterator[tuple[SqliteRecord, Embedder, VectorIndex]]:
    SqliteRecord(folder, writable=False).close()  # where there is no library, none is made and nothing is locked
    with WriterLock(folder, wait=wait):
        record = SqliteRecord(folder, writable=True)
        try:
            embedder = choose_embedder(record, folder, embedder)
            vectors = vector_index(folder, record)
            try:
                yield record, embedder, vectors
            finally:
                vectors.close()
        finally:
            record.close()


def _is_broken(folder: Path) -> bool:
    """Whether SQLite can't read the record as it should be.

    Raises:
        NoLibrary: there is none.
    """
    try:
        with closing(SqliteRecord(folder, writable=False)) as record:
            return is_broken(record)
    except LibraryDamaged:
        return True


def _embedder_of_damaged(folder: Path, embedder: Embedder | str | None) -> Embedder:
    try:
        with closing(SqliteRecord(folder, writable=False, damaged=True)) as record:
            return choose_embedder(record, folder, embedder)
    except LibraryDamaged:  # what it was built with can't be read
        return load_embedder(embedder or DEFAULT_EMBEDDER) if isinstance(embedder, str | None) else embedder


def _split_again(record: SqliteRecord, embedder: Embedder, article_ids: list[str]) -> None:
    for start in range(0, len(article_ids), _BATCH_ARTICLES):
        articles = [article for one in article_ids[start : start + _BATCH_ARTICLES] if (article := record.article(one))]
        split = [(article, split_article(article, embedder)) for article in articles]
        with record.transaction():
            for article, chunks, vectors in embed_chunks(embedder, split):
                record.put_article(article, chunks, vectors)
