"""Checking a library on a server whole, and mending what can be mended; others may read and write meanwhile."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

from dateline.index.backends import Backend
from dateline.index.errors import LibraryDamaged, LibraryLocked
from dateline.index.ingest import embed_chunks
from dateline.index.maintenance.integrity import are_whole_chunks
from dateline.index.postgres.address import ServerAddress
from dateline.index.postgres.articles import load_articles
from dateline.index.postgres.record import PostgresRecord, little_endian
from dateline.index.postgres.words import CHUNKS, WORDS, stems_in, vector_of
from dateline.index.splitting.chunks import CHUNKER_ID, split_article
from dateline.index.storage.manifest import choose_embedder
from dateline.index.storage.rows import METADATA_COLUMNS, checksum, load_version
from dateline.index.storage.tokens import stems_of
from dateline.index.types import Article, Embedder

_BATCH_ARTICLES = 64


@dataclass(kw_only=True)
class _Health:
    """The state of a record."""

    altered: dict[int, str] = field(default_factory=dict)
    """Articles that are not what was written, by number, with their ids and where they came from."""
    unsplit: list[str] = field(default_factory=list)
    """Ids of articles whose chunks or vectors are missing or broken."""
    versions: list[tuple[int, str]] = field(default_factory=list)
    """Earlier texts that are not what was written, by the numbers of their articles and their ids."""
    words_differ: bool = False
    outdated: str | None = None
    careless: list[str] = field(default_factory=list)
    """Settings of the server with which what it acknowledges may be lost."""

    def lines(self) -> list[str]:
        """What can be mended, a line each."""
        lines = [f"article {what}; --repair removes it, then add it again" for what in self.altered.values()]
        if self.unsplit:
            lines.append(f"{len(self.unsplit)} articles have broken chunks or vectors; --repair embeds them again")
        if self.versions:
            lines.append(f"{len(self.versions)} earlier texts of articles were altered; --repair removes them")
        if self.words_differ:
            lines.append("the word index differs from the articles; --repair makes it anew")
        if self.outdated:
            lines.append(f"the library was {self.outdated}; --repair splits and embeds its articles again")
        return lines


def examine_server(address: ServerAddress, embedder: Embedder | str | None = None) -> list[str]:
    """What is wrong with a library on a server, a line each; empty where it is in order.

    Raises:
        NoLibrary: there is none.
        LibraryError: it can't be reached.
    """
    with closing(Backend.open(address)) as backend:
        assert isinstance(backend.record, PostgresRecord)
        with backend.record.snapshot():
            chosen = choose_embedder(backend.record, address, embedder)
            health = _examined(backend.record, chosen)
            return [*(health.lines() or backend.vectors.problems()), *health.careless]


def repair_server(address: ServerAddress, embedder: Embedder | str | None = None, *, wait: bool = False) -> list[str]:
    """Mend a library on a server; gives what is still wrong. Only what is damaged is embedded again.

    Args:
        address: where it lies.
        embedder: what it was built with, or its name; else the shipped one is loaded, where it was built with that.
        wait: whether for another process that mends it.

    Raises:
        LibraryLocked: another process mends it, or one is being moved there.
    """
    Backend.open(address).close()  # where there is no library, none is made
    with closing(Backend.on_server(address, writable=True)) as backend:
        record = backend.record
        assert isinstance(record, PostgresRecord)
        with alone(record, wait=wait):
            chosen = choose_embedder(record, address, embedder)
            _repair(record, chosen)
            backend.vectors.sync()
    return examine_server(address, embedder)


@contextmanager
def alone(record: PostgresRecord, *, wait: bool) -> Iterator[None]:
    """As long as the block lasts, no other process mends the library or moves one there; who adds is not kept from it.

    Raises:
        LibraryLocked: another does, and is not waited for.
    """
    with record.database.separately() as beside:
        name = f"mend {beside.address.schema}"
        if wait:
            beside.run("SELECT pg_advisory_xact_lock(hashtext(%s))", name)
        elif not beside.value("SELECT pg_try_advisory_xact_lock(hashtext(%s))", name):
            raise LibraryLocked(
                f"library {beside.place!r} is being mended by another process; wait for it to end or stop it"
            )
        yield


def _examined(record: PostgresRecord, embedder: Embedder) -> _Health:
    health = _Health()
    for number, article_id in record.run("SELECT number, id FROM @articles ORDER BY number"):
        article, why = _article(record, number, article_id)
        if article is None:
            names = [name for (name,) in record.run("SELECT name FROM @origins WHERE article = %s", number)]
            health.altered[number] = f"{article_id} of {', '.join(map(repr, names)) or 'nowhere'}: {why}"
            continue
        if not _has_whole_chunks(record, number, article, embedder.dimensions):
            health.unsplit.append(article_id)
        health.words_differ = health.words_differ or _other_words(record, number, article)
    health.versions = [one[:2] for one in _versions(record) if not _is_version(*one[1:])]
    health.words_differ = health.words_differ or _other_frequencies(record)
    built = (record.fact("embedder"), record.fact("chunker"))
    if built not in ((embedder.id, CHUNKER_ID), (None, None)):
        health.outdated = f"built with {' and '.join(map(repr, built))}, not {embedder.id!r} and {CHUNKER_ID!r}"
    for name in ("fsync", "full_page_writes"):
        if record.database.value("SELECT current_setting(%s)", name) == "off":
            health.careless.append(
                f"the server runs with {name} = off: what it acknowledges may be lost in a power cut; set it on there"
            )
    return health


def _article(record: PostgresRecord, number: int, article_id: str) -> tuple[Article | None, str]:
    """The article of a number; None where it is not what was written, and why."""
    query = f"SELECT body, {METADATA_COLUMNS}, facts_sum FROM @articles WHERE number = %s"
    ((*facts, written),) = record.run(query, number)
    origins = record.run("SELECT name, sha256, encoding, repairs, checksum FROM @origins WHERE article = %s", number)
    edits = record.run("SELECT fields, checksum FROM @edits WHERE article = %s", number)
    try:
        article = next(load_articles(record.database, "number = %s", number))
    except LibraryDamaged as error:
        return None, str(error)
    if article.id != article_id or checksum([tuple(facts)]) != written:
        return None, "text or metadata were altered, it can't be cited"
    if not origins or any(checksum([(*one, article_id)]) != its_sum for *one, its_sum in origins):
        return None, "its origins were altered"
    if any(checksum([(fields,)]) != its_sum for fields, its_sum in edits):
        return None, "what was set of it was altered"
    return article, ""


def _has_whole_chunks(record: PostgresRecord, number: int, article: Article, dimensions: int) -> bool:
    written = record.run("SELECT chunks_sum, chunks FROM @articles WHERE number = %s", number)
    rows = record.run(
        """SELECT start, "end", sentences, vector FROM @chunks AS c JOIN @vectors ON chunk = c.id
        WHERE c.article = %s ORDER BY c.id""", number,
    )  # fmt: skip
    whole = [(*row[:3], little_endian(row[3])) for row in rows]
    return written == [(checksum(whole), len(whole))] and are_whole_chunks(article, whole, dimensions)


def _other_words(record: PostgresRecord, number: int, article: Article) -> bool:
    """Whether the words of an article's chunks are not those of its text."""
    rows = record.run(
        """SELECT start, "end", tsvectorsend(stems), length FROM @chunks AS c LEFT JOIN @words ON chunk = c.id
        WHERE c.article = %s ORDER BY c.id""", number,
    )  # fmt: skip
    title, *texts = stems_of([article.metadata.title or "", *(article.text[row[0] : row[1]] for row in rows)])
    return any(
        row[2] is None or stems_in(row[2]) != stems_in(vector_of(title, text)) or row[3] != len(title) + len(text)
        for row, text in zip(rows, texts, strict=True)
    )


def _other_frequencies(record: PostgresRecord) -> bool:
    """Whether the numbers of chunks by stem are not those that the words have."""
    counted = f"""SELECT lexeme, count(*) FROM @words, unnest(stems) GROUP BY lexeme
        UNION ALL SELECT '{CHUNKS}', count(*) FROM @words HAVING count(*) > 0
        UNION ALL SELECT '{WORDS}', sum(length) FROM @words HAVING sum(length) > 0"""
    summed = "SELECT stem, sum(n)::bigint FROM @frequencies GROUP BY stem HAVING sum(n) <> 0"
    joined = f"({counted}) AS a (stem, n) FULL JOIN ({summed}) AS b (stem, n) USING (stem)"
    return bool(record.run(f"SELECT 1 FROM {joined} WHERE a.n IS DISTINCT FROM b.n LIMIT 1"))


def _versions(record: PostgresRecord) -> Iterator[tuple[int, str, str, str, int, str]]:
    for number, name in record.run("SELECT article, id FROM @versions"):
        query = "SELECT until, facts, checksum, text FROM @versions WHERE article = %s AND id = %s"
        for until, facts, written, text in record.run(query, number, name):
            yield number, name, until, facts, written, text


def _is_version(name: str, until: str, facts: str, written: int, text: str) -> bool:
    try:
        loaded = load_version(text, facts)
    except (ValueError, TypeError, KeyError):
        return False
    return loaded.id == name and checksum([(name, until, facts)]) == written


def _repair(record: PostgresRecord, embedder: Embedder) -> None:
    health = _examined(record, embedder)
    with record.transaction():
        for number in health.altered:
            record.remove_numbered(number)
        for number, name in health.versions:
            record.run("DELETE FROM @versions WHERE article = %s AND id = %s", number, name)
    ids = [one for (one,) in record.run("SELECT id FROM @articles ORDER BY number")]
    _split_again(record, embedder, ids if health.outdated else health.unsplit)
    with record.transaction():
        for name, value in (("embedder_name", embedder.name), ("embedder", embedder.id), ("chunker", CHUNKER_ID)):
            record.set_fact(name, value)
        if health.words_differ:
            record.rebuild_words()
    record.purge()


def _split_again(record: PostgresRecord, embedder: Embedder, article_ids: Sequence[str]) -> None:
    for start in range(0, len(article_ids), _BATCH_ARTICLES):
        articles = [article for one in article_ids[start : start + _BATCH_ARTICLES] if (article := record.article(one))]
        split = [(article, split_article(article, embedder)) for article in articles]
        embedded = list(embed_chunks(embedder, split))
        with record.transaction():
            for article, chunks, vectors in embedded:
                record.put_article(article, chunks, vectors)
