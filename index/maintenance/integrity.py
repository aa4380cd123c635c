"""The state of a record that SQLite can read: whether its articles, chunks, vectors and words are what was written."""

from dataclasses import dataclass

import numpy as np

from dateline.index.errors import LibraryDamaged
from dateline.index.splitting.chunks import CHUNKER_ID
from dateline.index.storage.record import SqliteRecord
from dateline.index.storage.rows import METADATA_COLUMNS, Row, checksum, load_spans
from dateline.index.storage.versions import altered_versions
from dateline.index.types import Article, Embedder

_UNIT_WITHIN = 0.01  # of length 1: float16 is that exact


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The state of a record."""

    altered: dict[str, str]
    """Articles whose text or metadata are not what was written, with where they came from."""
    unsplit: frozenset[str]
    """Articles whose chunks or vectors are missing or broken."""
    strays: bool
    """Rows that belong to no article."""
    versions: frozenset[tuple[int, str]]
    """Earlier texts that are not what was written, by the numbers of their articles and their ids."""
    words_differ: bool
    outdated: str | None
    """What the library was built with, where this Dateline builds otherwise."""

    def lines(self) -> list[str]:
        """What is wrong, a line each."""
        lines = [
            f"article {name}: text or metadata were altered, it can't be cited; --repair removes it, then add {origins}"
            for name, origins in self.altered.items()
        ]
        lines += [
            f"article {name}: chunks or vectors are damaged; --repair makes them anew" for name in sorted(self.unsplit)
        ]
        lines += [f"an earlier version, {name}, was altered; --repair removes it" for _, name in sorted(self.versions)]
        if self.strays:
            lines.append("the record holds chunks, vectors or origins of no article; --repair removes them")
        if self.words_differ:
            lines.append("the word index does not match the articles; --repair makes it anew")
        if self.outdated:
            lines.append(f"{self.outdated}; --repair splits and embeds every article again")
        return lines


def is_broken(record: SqliteRecord) -> bool:
    """Whether SQLite finds its own file wrong, or what stands beside the articles can't be read."""
    try:
        for table in ("manifest", "files", "origins"):
            record.run(f"SELECT * FROM {table}")
        return record.revision < 0 or record.run("PRAGMA integrity_check(1)") != [("ok",)]
    except LibraryDamaged:
        return True


def examine_record(record: SqliteRecord, embedder: Embedder) -> Health:
    """Compare everything with the checksums that were written with it, and the words with the text.

    Raises:
        LibraryDamaged: SQLite can't read it all.
    """
    altered, unsplit, words_differ = {}, set(), _words_differ(record)
    for number, recorded_id in record.run("SELECT number, id FROM articles"):
        article = read_article(record, number)
        if article is None or article.id != recorded_id:
            altered[recorded_id] = ", ".join(map(repr, origins_of(record, number)))
            continue
        if not are_whole(record, number, article, chunk_rows(record, number), embedder.dimensions):
            unsplit.add(recorded_id)
        words_differ = words_differ or _other_words(record, number, article)
    built = (record.fact("embedder"), record.fact("chunker"))
    current = (embedder.id, CHUNKER_ID)
    outdated = f"built with {' and '.join(map(repr, built))}, not {' and '.join(map(repr, current))}"
    return Health(
        altered=altered,
        unsplit=frozenset(unsplit),
        versions=frozenset(altered_versions(record)),
        strays=bool(record.run("PRAGMA foreign_key_check")),
        words_differ=words_differ,
        outdated=None if built in (current, (None, None)) else outdated,
    )


def origins_of(record: SqliteRecord, number: int) -> list[str]:
    """Where an article came from, where that can be read."""
    return [name for (name,) in _readable(record, "SELECT name FROM origins WHERE article = ? ORDER BY rowid", number)]


def read_article(record: SqliteRecord, number: int) -> Article | None:
    """The article of a number; None where it can't be read, or body or metadata are not those that were written."""
    facts = _readable(record, f"SELECT body, {METADATA_COLUMNS} FROM articles WHERE number = ?", number)
    sealed = _readable(record, "SELECT facts FROM seals WHERE article = ?", number)
    if (sealed != [(checksum(facts),)] and (sealed or _is_sealed(record))) or not _are_whole_origins(record, number):
        return None
    if any(checksum([(fields,)]) != written for fields, written in _edits(record, number)):
        return None
    try:
        return next(record.articles("number = ?", str(number)), None)
    except LibraryDamaged:
        return None


def _edits(record: SqliteRecord, number: int) -> list[Row]:
    query = "SELECT fields, checksum FROM edits WHERE article = ?"
    return _readable(record, query, number) if record.keeps_changes else []


def _are_whole_origins(record: SqliteRecord, number: int) -> bool:
    query = """SELECT checksum, name, sha256, encoding, repairs, id FROM origins JOIN articles ON number = article
        LEFT JOIN origin_seals ON origin = name WHERE article = ?"""
    rows = _readable(record, query, number)
    if any(sealed is None for sealed, *_ in rows) and _is_sealed(record):
        return False
    return bool(rows) and all(sealed in (None, checksum([(*origin,)])) for sealed, *origin in rows)


def _is_sealed(record: SqliteRecord) -> bool:
    """Whether everything has a checksum; what an earlier Dateline wrote has none."""
    return record.fact("sealed") is not None


def chunk_rows(record: SqliteRecord, number: int) -> list[Row]:
    """Start, end, sentences and vector of each chunk of an article, in order; none where one can't be read."""
    columns = 'start, "end", sentences, vector'
    joined = "chunks LEFT JOIN vectors ON chunk = id"
    return _readable(record, f"SELECT {columns} FROM {joined} WHERE article = ? ORDER BY id", number)


def _readable(record: SqliteRecord, query: str, number: int) -> list[Row]:
    try:
        return record.run(query, number)
    except LibraryDamaged:
        return []


def are_whole(record: SqliteRecord, number: int, article: Article, rows: list[Row], dimensions: int) -> bool:
    """Whether chunks are those that were written, and whole sentences of the article with vectors of unit length."""
    sealed = _readable(record, "SELECT chunks FROM seals WHERE article = ?", number)
    if sealed and sealed != [(checksum(rows),)]:
        return False
    return are_whole_chunks(article, rows, dimensions)


def are_whole_chunks(article: Article, rows: list[Row], dimensions: int) -> bool:
    """Whether start, end, sentences and vector of chunks are those of an article, and of unit length."""
    return bool(rows) and all(
        0 <= start < end <= len(article.text) and _spans_fit(sentences, start, end) and _is_unit(vector, dimensions)
        for start, end, sentences, vector in rows
    )


def _spans_fit(sentences: str, start: int, end: int) -> bool:
    try:
        spans = load_spans(sentences)
    except (ValueError, TypeError):
        return False
    return bool(spans) and (spans[0].start, spans[-1].end) == (start, end)


def _is_unit(vector: bytes | None, dimensions: int) -> bool:
    if vector is None or len(vector) != 2 * dimensions:
        return False
    return bool(abs(np.linalg.norm(np.frombuffer(vector, "<f2").astype(np.float32)) - 1) < _UNIT_WITHIN)


def _words_differ(record: SqliteRecord) -> bool:
    """Whether the word index has other rows than there are chunks, or is not what its own rows make."""
    sides = ("SELECT id FROM chunks", "SELECT rowid FROM words")
    queries = (f"{one} EXCEPT {other} LIMIT 1" for one, other in (sides, sides[::-1]))
    try:
        record.run("INSERT INTO words (words) VALUES ('integrity-check')")
        return any(record.run(query) for query in queries)
    except LibraryDamaged:
        return True


def _other_words(record: SqliteRecord, number: int, article: Article) -> bool:
    """Whether the words of an article's chunks are not those of its text."""
    columns = 'start, "end", title, words.text'
    rows = _readable(record, f"SELECT {columns} FROM chunks JOIN words ON words.rowid = id WHERE article = ?", number)
    sides = ((title, text, article.text[start:end]) for start, end, title, text in rows)
    return not rows or any((title, text) != (article.metadata.title, words) for title, text, words in sides)
