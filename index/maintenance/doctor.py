"""Checking a library whole, and mending what can be mended. A problem is one line: what, and the way out."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from dateline.index.embedding.embedder import DEFAULT_EMBEDDER, load_embedder
from dateline.index.errors import LibraryDamaged
from dateline.index.ingest import embed_chunks
from dateline.index.library import CHROMA_FROM, VECTORS_NAME
from dateline.index.maintenance.integrity import examine_record, is_broken
from dateline.index.maintenance.recovery import keep_damaged, salvage, survey
from dateline.index.splitting.chunks import CHUNKER_ID, split_article
from dateline.index.storage.lock import WriterLock
from dateline.index.storage.manifest import choose_embedder
from dateline.index.storage.purge import scrub, scrub_is_due
from dateline.index.storage.record import Record
from dateline.index.storage.wal import forget_log, lost_with_log
from dateline.index.types import Embedder
from dateline.index.vectors.index import Generations
from dateline.index.vectors.scan import CODED_FROM, Scan

_BATCH_ARTICLES = 64


def examine(
    folder: Path, chroma_from: int = CHROMA_FROM, embedder: Embedder | str | None = None, *, wait: bool = False
) -> list[str]:
    """What is wrong with the library in ``folder``, a line each; empty when it is in order.

    Codes and the vector index, which a library of ``chroma_from`` chunks and more has, are compared with a sound record
    only.

    Args:
        folder: where it lies.
        chroma_from: how many chunks it takes for a Chroma index.
        embedder: what it was built with, or its name; else the shipped one is loaded, where it was built with that.
        wait: whether for another process that writes to it.

    Raises:
        NoLibrary: there is none.
        LibraryLocked: another process writes to it.
        LibraryDamaged: its record can't be read at all.
    """
    if _is_broken(folder):
        with WriterLock(folder, wait=wait):
            return survey(folder).lines()
    with _opened(folder, embedder, wait=wait) as (record, embedder, generations):
        found, ids = examine_record(record, embedder).lines(), record.chunk_ids()
        if found:
            return found
        if lost := lost_with_log(record):
            return [f"{lost} after --repair"]
        if scrub_is_due(record):
            return ["words of removed articles may still stand in the record; --repair overwrites them"]
        found = Scan(record, folder).problems(min(chroma_from, CODED_FROM))
        return found + (generations.problems(ids, record.vectors_of) if len(ids) >= chroma_from else [])


def repair_library(
    folder: Path, chroma_from: int = CHROMA_FROM, embedder: Embedder | str | None = None, *, wait: bool = False
) -> list[str]:
    """Mend the library in ``folder``; gives what is still wrong. Only what is damaged is embedded again.

    Args:
        folder: where it lies.
        chroma_from: how many chunks it takes for a Chroma index.
        embedder: what it was built with, or its name; else the shipped one is loaded, where it was built with that.
        wait: whether for another process that writes to it.

    Raises:
        NoLibrary, LibraryLocked, LibraryDamaged: as ``examine``.
    """
    if _is_broken(folder):
        _salvage(folder, embedder, wait=wait)
    try:
        _repair(folder, chroma_from, embedder, wait=wait)
    except LibraryDamaged:  # deeper than could be seen
        _salvage(folder, embedder, wait=wait)
        _repair(folder, chroma_from, embedder, wait=wait)
    return examine(folder, chroma_from, embedder, wait=wait)


def _salvage(folder: Path, embedder: Embedder | str | None, *, wait: bool) -> None:
    with WriterLock(folder, wait=wait):
        salvage(folder, _embedder_of_damaged(folder, embedder))


def _repair(folder: Path, chroma_from: int, embedder: Embedder | str | None, *, wait: bool) -> None:
    with _opened(folder, embedder, wait=wait) as (record, embedder, generations):
        health = examine_record(record, embedder)
        if health.altered:
            keep_damaged(folder)
        with record.transaction():
            for article_id in health.altered:
                record.remove_article(article_id)
            record.remove_strays()
        everything = [article_id for (article_id,) in record.run("SELECT id FROM articles")]
        _split_again(record, embedder, everything if health.outdated else [*health.unsplit])
        with record.transaction():
            record.set_models(embedder, CHUNKER_ID)
            if health.words_differ:
                record.rebuild_words()
        scrub(record)
        forget_log(record)
        Scan(record, folder).sync(min(chroma_from, CODED_FROM))
        _rebuild_index(record, generations, chroma_from)


def _rebuild_index(record: Record, generations: Generations, chroma_from: int) -> None:
    ids = record.chunk_ids()
    if len(ids) < chroma_from:
        return
    generations.problems(ids, record.vectors_of)  # finds what only a search can tell
    generations.sync(ids, record.vectors_of)
    record.note_index(generations.stamp)


@contextmanager
def _opened(
    folder: Path, embedder: Embedder | str | None, *, wait: bool
) -> Iterator[tuple[Record, Embedder, Generations]]:
    Record(folder, writable=False).close()  # where there is no library, none is made and nothing is locked
    with WriterLock(folder, wait=wait):
        record = Record(folder, writable=True)
        try:
            embedder = choose_embedder(record, folder, embedder)
            generations = Generations(folder / VECTORS_NAME, embedder.dimensions, record.fact("index_stamp") or "")
            try:
                yield record, embedder, generations
            finally:
                generations.close()
        finally:
            record.close()


def _is_broken(folder: Path) -> bool:
    """Whether SQLite can't read the record as it should be.

    Raises:
        NoLibrary: there is none.
    """
    try:
        with closing(Record(folder, writable=False)) as record:
            return is_broken(record)
    except LibraryDamaged:
        return True


def _embedder_of_damaged(folder: Path, embedder: Embedder | str | None) -> Embedder:
    try:
        with closing(Record(folder, writable=False, damaged=True)) as record:
            return choose_embedder(record, folder, embedder)
    except LibraryDamaged:  # what it was built with can't be read
        return load_embedder(embedder or DEFAULT_EMBEDDER) if isinstance(embedder, str | None) else embedder


def _split_again(record: Record, embedder: Embedder, article_ids: list[str]) -> None:
    for start in range(0, len(article_ids), _BATCH_ARTICLES):
        articles = [article for one in article_ids[start : start + _BATCH_ARTICLES] if (article := record.article(one))]
        split = [(article, split_article(article, embedder)) for article in articles]
        with record.transaction():
            for article, chunks, vectors in embed_chunks(embedder, split):
                record.put_article(article, chunks, vectors)
