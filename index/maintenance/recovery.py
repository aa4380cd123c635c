"""A record that SQLite can't read whole: which articles are lost, by name, and a new record of the others."""

import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dateline.index.errors import LibraryDamaged, LibraryError
from dateline.index.ingest import Chunks, embed_chunks
from dateline.index.maintenance.integrity import are_whole, chunk_rows, origins_of, read_article
from dateline.index.splitting.chunks import CHUNKER_ID, split_article
from dateline.index.storage import schema
from dateline.index.storage.durability import sync_file, sync_names
from dateline.index.storage.record import SqliteRecord
from dateline.index.storage.rows import Row, load_spans
from dateline.index.storage.versions import altered_versions, put_version
from dateline.index.types import Article, Chunk, Embedder, Vectors, Version

DAMAGED_NAME = f"{schema.RECORD_NAME}.damaged"
"""What the damaged record is called once a new one is in its place."""
_DRAFT_NAME = "salvaged"
_BATCH_ARTICLES = 64

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What can be read of a damaged record."""

    numbers: tuple[int, ...]
    """The articles that are whole, by their numbers."""
    lost: tuple[str, ...]
    """The others, by their origins."""
    unnamed: int
    """How many more are lost, whose origins can't be read either."""

    def lines(self) -> list[str]:
        """What is wrong, a line each."""
        every = len(self.numbers) + len(self.lost) + self.unnamed
        lines = [
            f"the record is damaged: {len(self.numbers)} of {every} articles are whole; "
            f"--repair writes it anew with them and keeps the old as {DAMAGED_NAME!r}",
            *(f"lost: {name} can't be read in the record; add it again after --repair" for name in self.lost),
        ]
        if self.unnamed:
            lines.append(
                f"lost: {self.unnamed} articles whose names can't be read; add what may be missing after --repair"
            )
        return lines


def survey(folder: Path) -> Survey:
    """Read a damaged record article by article.

    Raises:
        LibraryDamaged: nothing of it can be read.
    """
    with closing(SqliteRecord(folder, writable=False, damaged=True)) as record:
        return _survey(record)


def salvage(folder: Path, embedder: Embedder) -> None:
    """Put a new record of all that can be read in the place of a damaged one; only lost vectors are embedded again.

    Args:
        folder: of a library whose writer lock is held, and whose record no one has open.
        embedder: what it was built with.

    Raises:
        LibraryDamaged: nothing of it can be read.
    """
    draft = folder / _DRAFT_NAME
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    schema.create(draft)
    with (
        closing(SqliteRecord(folder, writable=False, damaged=True)) as old,
        closing(SqliteRecord(draft, writable=True)) as new,
    ):
        found = _survey(old)
        with new.transaction():
            new.set_models(embedder, CHUNKER_ID)
        for start in range(0, len(found.numbers), _BATCH_ARTICLES):
            _copy(old, new, found.numbers[start : start + _BATCH_ARTICLES], embedder)
        if not (found.lost or found.unnamed):  # else every file is read again when it is added again
            _copy_states(old, new)
    _put_in_place(folder, draft)


def _survey(record: SqliteRecord) -> Survey:
    numbers: list[int] = []
    lost: list[str] = []
    unnamed = 0
    told: set[str] = set()
    for number in sorted(_numbers(record)):
        names = origins_of(record, number)
        told.update(names)
        try:
            article, ids = read_article(record, number), record.run("SELECT id FROM articles WHERE number = ?", number)
            whole = bool(names) and article is not None and ids == [(article.id,)]
        except LibraryError:
            whole = False
        if whole:
            numbers.append(number)
        elif names:
            lost.append(", ".join(map(repr, names)))
        else:
            unnamed += 1
    lost += map(repr, sorted(_names_elsewhere(record) - told))
    if not numbers:
        count = len(lost) + unnamed
        known = f" ({count} are lost)" if count else ""
        raise LibraryDamaged(f"no article of the record can be read{known}; {schema.RESTORE}")
    return Survey(numbers=tuple(numbers), lost=tuple(lost), unnamed=unnamed)


def _names_elsewhere(record: SqliteRecord) -> set[str]:
    """The names of origins as their index and their checksums have them."""
    names: set[str] = set()
    for where in ("name FROM origins INDEXED BY sqlite_autoindex_origins_1", "origin FROM origin_seals"):
        with suppress(LibraryError):
            names |= {name for (name,) in record.run(f"SELECT {where}")}
    return names


def _numbers(record: SqliteRecord) -> set[int]:
    """The numbers of all articles, also of those that only their origins or chunks still tell of."""
    columns = (("articles", "number"), ("origins", "article"), ("chunks", "article"), ("seals", "article"))
    return set[int]().union(*(_stepped(record, *one) for one in columns))


def _stepped(record: SqliteRecord, table: str, column: str) -> Iterator[int]:
    """The values of a column one after the other, from both ends, as far as they can be read."""
    for sign, order in ((">", "ASC"), ("<", "DESC")):
        condition, last = "", None
        while True:
            try:
                rows = record.run(f"SELECT {column} FROM {table} {condition} ORDER BY {column} {order} LIMIT 1")
            except LibraryError:
                break
            if not rows:
                return  # read to the end: from the other it would be the same
            value = rows[0][0]
            if not isinstance(value, int) or (last is not None and (value > last) != (sign == ">")):
                break  # a damaged index may lead in circles
            last = value
            condition = f"WHERE {column} {sign} {value}"
            yield value


def _copy(old: SqliteRecord, new: SqliteRecord, numbers: tuple[int, ...], embedder: Embedder) -> None:
    whole: list[tuple[Article, Chunks, Vectors]] = []
    others: list[tuple[Article, Chunks]] = []
    for number in numbers:
        article, rows = read_article(old, number), chunk_rows(old, number)
        if article and are_whole(old, number, article, rows, embedder.dimensions):
            whole.append((article, *_content(rows)))
        elif article:
            others.append((article, split_article(article, embedder)))
    versions = [one for number in numbers for one in _versions(old, number)]
    with new.transaction():
        for article, chunks, vectors in (*whole, *embed_chunks(embedder, others)):
            new.put_article(article, chunks, vectors)
            for origin in article.origins:
                new.put_origin(article.id, origin)
        for version in versions:
            put_version(new, new.run("SELECT number FROM articles WHERE id = ?", version.current)[0][0], version)


def _versions(old: SqliteRecord, number: int) -> list[Version]:
    """The earlier texts of an article that can be read and are what was written."""
    article = read_article(old, number)
    with suppress(LibraryError):
        altered = altered_versions(old, number)
        return [one for one in old.versions(article.id) if (number, one.article.id) not in altered] if article else []
    logger.warning("earlier versions of %r can't be read; they are gone", article.id if article else number)
    return []


def _content(rows: list[Row]) -> tuple[Chunks, Vectors]:
    chunks = tuple(Chunk(start=start, end=end, sentences=load_spans(spans)) for start, end, spans, _ in rows)
    return chunks, np.stack([np.frombuffer(vector, "<f2") for *_, vector in rows]).astype(np.float32)


def _copy_states(old: SqliteRecord, new: SqliteRecord) -> None:
    try:
        states = old.run("SELECT name, state FROM files")
    except LibraryError:
        return
    with new.transaction():
        for name, state in states:
            new.set_file_state(name, state)


def keep_damaged(folder: Path) -> None:
    """Keep a copy of a record whose log is merged, from which something will be removed."""
    shutil.copyfile(folder / schema.RECORD_NAME, folder / DAMAGED_NAME)
    sync_file(folder / DAMAGED_NAME)
    sync_names(folder)


def _put_in_place(folder: Path, draft: Path) -> None:
    """Exchange the records so that at any moment one of them is there; the log of the old one goes with it."""
    record, damaged = folder / schema.RECORD_NAME, folder / DAMAGED_NAME
    damaged.unlink(missing_ok=True)
    os.link(record, damaged)
    for suffix in schema.LOG_SUFFIXES:
        log = record.with_name(record.name + suffix)
        if log.exists():
            log.replace(damaged.with_name(damaged.name + suffix))
    sync_names(folder)  # a power cut may not leave the old log beside the new record
    (draft / schema.RECORD_NAME).replace(record)
    sync_names(folder)
    shutil.rmtree(draft)
