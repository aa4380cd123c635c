"""Checking a library whole, and mending what can be mended. A problem is one line: what, and the way out."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.adding import embed_chunks
from index.chunking import CHUNKER_ID, split_article
from index.embedding import DEFAULT_EMBEDDER, load_embedder
from index.library import CHROMA_FROM, VECTORS_NAME
from index.lock import WriterLock
from index.record import Record
from index.rows import load_spans
from index.scan import CODED_FROM, Scan
from index.types import Article, Embedder
from index.vectors import Generations

_UNIT_WITHIN = 0.01  # of length 1: float16 is that exact
_BATCH_ARTICLES = 64


def examine(folder: Path, chroma_from: int = CHROMA_FROM) -> list[str]:
    """What is wrong with the library in ``folder``, a line each; empty when it is in order.

    Codes and the vector index, which a library of ``chroma_from`` chunks and more has, are compared with a sound record
    only.

    Raises:
        NoLibrary: there is none.
        LibraryLocked: another process writes to it.
        LibraryDamaged: its record can't be read at all.
    """
    with _opened(folder) as (record, embedder, generations):
        found, ids = _examine_record(record, embedder).lines(), record.chunk_ids()
        if found:
            return found
        found = Scan(record, folder).problems(min(chroma_from, CODED_FROM))
        return found + (generations.problems(ids, record.vectors_of) if len(ids) >= chroma_from else [])


def repair_library(folder: Path, chroma_from: int = CHROMA_FROM) -> list[str]:
    """Mend the library in ``folder``; gives what is still wrong. Only what is damaged is embedded again.

    Raises:
        NoLibrary, LibraryLocked, LibraryDamaged: as ``examine``.
    """
    with _opened(folder) as (record, embedder, generations):
        health = _examine_record(record, embedder)
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
        Scan(record, folder).sync(min(chroma_from, CODED_FROM))
        _rebuild_index(record, generations, chroma_from)
    return examine(folder, chroma_from)


def _rebuild_index(record: Record, generations: Generations, chroma_from: int) -> None:
    ids = record.chunk_ids()
    if len(ids) < chroma_from:
        return
    if generations.problems(ids, record.vectors_of):  # finds what only a search can tell
        generations.sync(ids, record.vectors_of)
    record.set_fact("indexed_revision", str(record.revision))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Health:
    """The state of a record."""

    pages: tuple[str, ...]
    """What SQLite found wrong with its own file."""
    altered: dict[str, str]
    """Articles whose text is not what their id says, with where they came from."""
    unsplit: frozenset[str]
    """Articles whose chunks or vectors are missing or broken."""
    strays: bool
    """Rows that belong to no article."""
    words_differ: bool
    outdated: str | None
    """What the library was built with, where this Dateline builds otherwise."""

    def lines(self) -> list[str]:
        lines = [f"the record: {one}; restore it from a copy" for one in self.pages]
        lines += [
            f"article {name}: its text was altered, it can't be cited; --repair removes it, add {origins} again"
            for name, origins in self.altered.items()
        ]
        lines += [
            f"article {name}: chunks or vectors are damaged; --repair makes them anew" for name in sorted(self.unsplit)
        ]
        if self.strays:
            lines.append("the record holds chunks, vectors or origins of no article; --repair removes them")
        if self.words_differ:
            lines.append("the word index does not match the articles; --repair makes it anew")
        if self.outdated:
            lines.append(f"{self.outdated}; --repair splits and embeds every article again")
        return lines


@contextmanager
def _opened(folder: Path) -> Iterator[tuple[Record, Embedder, Generations]]:
    Record(folder, writable=False).close()  # where there is no library, none is made and nothing is locked
    with WriterLock(folder):
        record = Record(folder, writable=True)
        try:
            embedder = load_embedder(record.fact("embedder_name") or DEFAULT_EMBEDDER)
            generations = Generations(folder / VECTORS_NAME, embedder.dimensions)
            try:
                yield record, embedder, generations
            finally:
                generations.close()
        finally:
            record.close()


def _examine_record(record: Record, embedder: Embedder) -> _Health:
    pages = [row[0] for row in record.run("PRAGMA integrity_check(20)") if row[0] != "ok"]
    altered, unsplit = {}, set()
    for number, recorded_id in record.run("SELECT number, id FROM articles"):
        article = next(record.articles("number = ?", number))
        if article.id != recorded_id:
            altered[recorded_id] = ", ".join(repr(origin.name) for origin in article.origins)
        elif not _is_split(record, number, article, embedder.dimensions):
            unsplit.add(recorded_id)
    built = (record.fact("embedder"), record.fact("chunker"))
    current = (embedder.id, CHUNKER_ID)
    outdated = f"built with {' and '.join(map(repr, built))}, not {' and '.join(map(repr, current))}"
    return _Health(
        pages=tuple(pages),
        altered=altered,
        unsplit=frozenset(unsplit),
        strays=bool(record.run("PRAGMA foreign_key_check")),
        words_differ=_words_differ(record),
        outdated=None if built in (current, (None, None)) else outdated,
    )


def _is_split(record: Record, number: int, article: Article, dimensions: int) -> bool:
    """Whether the chunks are whole sentences of the body and have vectors of unit length."""
    rows = record.run(
        'SELECT start, "end", sentences, vector FROM chunks LEFT JOIN vectors ON chunk = id WHERE article = ?', number
    )
    return bool(rows) and all(
        0 <= start < end <= len(article.text) and _spans_fit(sentences, start, end) and _is_unit(vector, dimensions)
        for start, end, sentences, vector in rows
    )


def _spans_fit(sentences: str, start: int, end: int) -> bool:
    spans = load_spans(sentences)
    return bool(spans) and (spans[0].start, spans[-1].end) == (start, end)


def _is_unit(vector: bytes | None, dimensions: int) -> bool:
    if vector is None or len(vector) != 2 * dimensions:
        return False
    return bool(abs(np.linalg.norm(np.frombuffer(vector, "<f2").astype(np.float32)) - 1) < _UNIT_WITHIN)


def _words_differ(record: Record) -> bool:
    sides = ("SELECT id FROM chunks", "SELECT rowid FROM words")
    queries = (f"{one} EXCEPT {other} LIMIT 1" for one, other in (sides, sides[::-1]))
    return any(record.run(query) for query in queries)


def _split_again(record: Record, embedder: Embedder, article_ids: list[str]) -> None:
    for start in range(0, len(article_ids), _BATCH_ARTICLES):
        articles = [article for one in article_ids[start : start + _BATCH_ARTICLES] if (article := record.article(one))]
        split = [(article, split_article(article, embedder)) for article in articles]
        with record.transaction():
            for article, chunks, vectors in embed_chunks(embedder, split):
                record.put_article(article, chunks, vectors)
