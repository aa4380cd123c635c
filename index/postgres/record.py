"""The book of record in PostgreSQL. What it acknowledged is committed; several processes write at the same time."""

import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dateline.index.errors import ArgumentError
from dateline.index.fusion import Scored
from dateline.index.postgres.articles import (
    keep_version,
    load_articles,
    load_versions,
    put_origin,
    put_version,
    remove_origin,
    share_names,
    unnamed,
)
from dateline.index.postgres.connection import Database
from dateline.index.postgres.filters import count_rows, filter_condition, list_rows, list_sources
from dateline.index.postgres.words import (
    CHUNKS,
    WORDS,
    PostgresWords,
    add_frequencies,
    count_stems,
    sum_frequencies,
    vector_of,
)
from dateline.index.storage.rows import (
    checksum,
    dump_metadata,
    dump_spans,
    load_edits,
    load_passage,
    load_stored,
    passage_columns,
)
from dateline.index.storage.spelling import Vocabulary, respell
from dateline.index.storage.tokens import stems_of
from dateline.index.types import (
    Article,
    ArticleRow,
    Chunk,
    ChunkIds,
    Embedder,
    Filter,
    Order,
    Origin,
    Passage,
    Place,
    Selection,
    Stored,
    Vectors,
    Version,
)

_NUMBERS_AT_ONCE = 256  # of chunks, asked of the server
_SUMMED_ABOVE = 20_000  # numbers of frequencies that are one too many
_BUFFERED = re.compile(r"@(?:chunks|vectors|words|frequencies)\b")
_PASSAGE = passage_columns(
    first_origin="(SELECT name FROM @origins AS o WHERE o.article = number ORDER BY o.place LIMIT 1)",
    body_start="(body::json -> 0 ->> 0)::int",
    least="least",
)
_ARTICLE = """id, text, body, title, source, url, published, tags, extra, characters, chunks, facts_sum, chunks_sum"""
_Written = tuple[int, int, Chunk, bytes, str | None, str]
"""Number and article of a chunk, its vector, the title and its text."""


class PostgresRecord:
    """A library's record; any number of threads read side by side, each in a snapshot of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._own = threading.local()
        self._numbers: list[int] = []  # of chunks, that no other process has
        self._taking = threading.Lock()
        self._vocabulary: tuple[int, Vocabulary] | None = None
        self._articles: tuple[int, int] | None = None  # a revision, and how many there were
        self._stems: set[str] = set()  # whose frequencies have changed since they were summed

    def close(self) -> None:
        """Give the connections back."""
        self.database.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside is acknowledged at the end of the block, or none of it is.

        Chunks are written together at its end, or before something reads them.

        Raises:
            LibraryConflict: another process changed the same at the same time; nothing was written.
        """
        self._own.waiting, self._own.counted, self._own.touched = [], Counter[str](), set[int]()
        try:
            with self.database.transaction():
                yield
                self._write_waiting()
                self._remove_unnamed()
                add_frequencies(self.database, self._own.counted)
                self._stems.update(self._own.counted)
                # Last: every other writer waits from here on.
                self.run("UPDATE @manifest SET value = (value::bigint + 1)::text WHERE name = 'revision'")
        finally:
            self._own.waiting = []

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that is read inside is of one moment, whatever is written meanwhile."""
        with self.database.transaction(read_only=True):
            yield

    # What the library is

    @property
    def revision(self) -> int:
        """Greater after every transaction."""
        with self.database.translating():
            return int(self.fact("revision") or 0)

    def fact(self, name: str) -> str | None:
        """One entry of the manifest."""
        value: str | None = self.database.value("SELECT value FROM @manifest WHERE name = %s", name)
        return value

    def set_fact(self, name: str, value: str | None) -> None:
        """Write one entry of the manifest, or remove it."""
        if value is None:
            self.run("DELETE FROM @manifest WHERE name = %s", name)
        else:
            query = "INSERT INTO @manifest VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
            self.run(query, name, value)

    def set_models(self, embedder: Embedder, chunker: str) -> None:
        """Note what the vectors and the chunks are made with; of two that do it at once the first is right."""
        for name, value in (("embedder_name", embedder.name), ("embedder", embedder.id), ("chunker", chunker)):
            self.run("INSERT INTO @manifest VALUES (%s, %s) ON CONFLICT (name) DO NOTHING", name, value)

    def note_index(self, note: str) -> None:
        """Note, as the fact ``index``, which vector index was made of what is recorded now; empty where none is."""
        self.set_fact("index", note)

    def count_articles(self) -> int:
        """How many articles there are."""
        if self.database.in_transaction:
            return int(self.database.value("SELECT count(*) FROM @articles"))
        revision = self.revision
        if self._articles is None or self._articles[0] != revision:
            self._articles = revision, int(self.database.value("SELECT count(*) FROM @articles"))
        return self._articles[1]

    def count_chunks(self) -> int:
        """How many chunks there are."""
        return self._words().frequencies([CHUNKS]).get(CHUNKS, 0)

    def bytes_elsewhere(self) -> int:
        """How much it takes on the server."""
        query = """SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class
            WHERE relnamespace = %s::regnamespace AND relkind = 'r'"""
        return int(self.database.value(query, f'"{self.database.address.schema}"'))

    # Files and origins

    def share(self, names: Sequence[str]) -> Iterator[Sequence[str]]:
        """As ``articles.share_names``."""
        return share_names(self.database, names)

    def file_state(self, name: str) -> str | None:
        """What ``set_file_state`` noted of a file; None unless every article of it is recorded."""
        state: str | None = self.database.value("SELECT state FROM @files WHERE name = %s", name)
        return state

    def set_file_state(self, name: str, state: str) -> None:
        """Note that every article of a file is recorded, by the hash of what was read."""
        query = "INSERT INTO @files VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET state = excluded.state"
        self.run(query, name, state)

    def file_states(self) -> Iterator[tuple[str, str]]:
        """The files whose every article is recorded, with what was noted of them."""
        yield from self.run("SELECT name, state FROM @files ORDER BY name")

    def origins_in(self, path: str) -> list[str]:
        """The names of origins at a path: the file itself, the articles in it, or the files below a folder."""
        query = """SELECT name FROM @origins WHERE name = %s OR (name >= %s AND name < %s)
            OR (name >= %s AND name < %s) ORDER BY name"""
        return [row[0] for row in self.run(query, path, f"{path}#", f"{path}$", f"{path}/", f"{path}0")]

    def origin_names(self) -> list[str]:
        """The names of all origins."""
        return [row[0] for row in self.run("SELECT name FROM @origins ORDER BY name")]

    def put_origin(self, article_id: str, origin: Origin) -> None:
        """Let ``origin`` name a recorded article."""
        self._own.touched.update(put_origin(self.database, article_id, origin))

    def remove_origin(self, name: str) -> None:
        """Forget an origin."""
        self._own.touched.update(remove_origin(self.database, name))

    # Articles

    def put_article(self, article: Article, chunks: Sequence[Chunk], vectors: Vectors) -> None:
        """Record an article whole, in place of what was recorded under its id; its origins come by ``put_origin``.

        Args:
            article: with a body.
            chunks: in order.
            vectors: float32 [len(chunks), dimensions].
        """
        self._put(article, chunks, self._new_numbers(len(chunks)), [one.astype("<f2").tobytes() for one in vectors])

    def _put(self, article: Article, chunks: Sequence[Chunk], numbers: Sequence[int], blobs: Sequence[bytes]) -> None:
        facts = (dump_spans(article.body), *dump_metadata(article.metadata))
        rows = ((one.start, one.end, dump_spans(one.sentences), blob) for one, blob in zip(chunks, blobs, strict=True))
        sums = checksum([facts]), checksum(rows)
        if any("\0" in one for one in (article.text, *facts) if one):
            raise ArgumentError(f"article {article.id} has a null character, which PostgreSQL can't hold; leave it out")
        query = f"""INSERT INTO @articles ({_ARTICLE}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            ON CONFLICT (id) DO UPDATE SET body = excluded.body, title = excluded.title, source = excluded.source,
            url = excluded.url, published = excluded.published, tags = excluded.tags, extra = excluded.extra,
            chunks = excluded.chunks, facts_sum = excluded.facts_sum, chunks_sum = excluded.chunks_sum
            RETURNING number, xmax <> 0"""
        values = (article.id, article.text, *facts, len(article.text), len(chunks), *sums)
        ((number, was_there),) = self.run(query, *values)
        self._own.touched.add(number)
        if was_there:
            self._remove_chunks(number)
        self._own.waiting += [
            (chunk_id, number, chunk, blob, article.metadata.title, article.text[chunk.start : chunk.end])
            for chunk_id, chunk, blob in zip(numbers, chunks, blobs, strict=True)
        ]
        self._put_edits(number, article)

    def _put_edits(self, number: int, article: Article) -> None:
        self.run("DELETE FROM @edits WHERE article = %s", number)
        if article.edited:
            fields = json.dumps(dict(article.edited))
            self.run("INSERT INTO @edits VALUES (%s, %s, %s)", number, fields, checksum([(fields,)]))

    def articles(self) -> Iterator[Article]:
        """All articles, in the order they came."""
        return load_articles(self.database)

    def article(self, article_id: str) -> Article | None:
        """The article of this id."""
        return next(load_articles(self.database, "id = %s", article_id), None)

    def articles_beginning(self, beginning: str) -> list[Article]:
        """The articles whose ids, hex digits, begin so."""
        return list(load_articles(self.database, "id >= %s AND id < %s", beginning, f"{beginning}g"))

    def article_by_origin(self, name: str) -> Article | None:
        """The article that an origin names."""
        condition = "number = (SELECT article FROM @origins WHERE name = %s)"
        return next(load_articles(self.database, condition, name), None)

    def edits(self, article_id: str, origin: str) -> dict[str, Any]:
        """What the user set of the article of an id, or else of the one that an origin names."""
        query = """SELECT fields FROM @edits JOIN @articles ON number = article
            WHERE id = %s OR number = (SELECT article FROM @origins WHERE name = %s) ORDER BY id <> %s"""
        with self.database.translating():
            return next((load_edits(fields) for (fields,) in self.run(query, article_id, origin, article_id)), {})

    # Moving to another engine

    def stored(self, article: Article) -> Stored:
        """All that is held of an article."""
        query = """SELECT id, start, "end", sentences, vector FROM @chunks AS c JOIN @vectors ON chunk = c.id
            WHERE c.article = (SELECT number FROM @articles WHERE id = %s) ORDER BY c.id"""
        rows = [(*row[:4], little_endian(row[4])) for row in self.run(query, article.id)]
        with self.database.translating():
            return load_stored(article, rows, self.versions(article.id))

    def restore(self, stored: Stored) -> None:
        """Record an article as another record had it, its chunks by the same numbers."""
        self._put(stored.article, stored.chunks, stored.numbers, stored.vectors)
        for origin in stored.article.origins:
            self.put_origin(stored.article.id, origin)
        for version in reversed(stored.versions):
            put_version(self.database, version)
        query = "SELECT setval(%s::regclass, greatest(%s, (SELECT last_value FROM @chunks_id_seq)))"
        self.run(query, f'"{self.database.address.schema}".chunks_id_seq', max(stored.numbers, default=1))

    # Earlier versions

    def keep_version(self, before: Article, current: str, until: str) -> None:
        """As ``articles.keep_version``."""
        keep_version(self.database, before, current, until)

    def versions(self, article_id: str) -> list[Version]:
        """The earlier texts of an article, the latest first."""
        return load_versions(self.database, "articles.id = %s", article_id)

    def versions_beginning(self, beginning: str) -> list[Version]:
        """The earlier texts whose ids, hex digits, begin so."""
        return load_versions(self.database, "versions.id >= %s AND versions.id < %s", beginning, f"{beginning}g")

    def remove_version(self, version_id: str) -> None:
        """Remove the earlier texts of an id."""
        self.run("DELETE FROM @versions WHERE id = %s", version_id)

    def remove_versions_from(self, origin: str) -> None:
        """Remove the earlier texts that were read from an origin."""
        query = """DELETE FROM @versions WHERE article = (SELECT article FROM @origins WHERE name = %s)
            AND EXISTS (SELECT 1 FROM json_array_elements(facts::json -> 'origins') AS o WHERE o ->> 0 = %s)"""
        self.run(query, origin, origin)

    # Searching

    def rows(self, selection: Selection, order: Order, offset: int, limit: int) -> list[ArticleRow]:
        """As ``list_rows``."""
        return list_rows(self.database, selection, order, offset, limit)

    def count_rows(self, selection: Selection) -> int:
        """How many articles are selected."""
        return count_rows(self.database, selection)

    def sources(self) -> list[str]:
        """As ``list_sources``."""
        return list_sources(self.database)

    def chunk_ids(self, only: Filter | None = None, after: int = 0) -> ChunkIds:
        """int64, ascending: all chunks above ``after``, or those of the articles that pass a filter."""
        condition, values = filter_condition(only)
        passing = f"AND article IN (SELECT number FROM @articles {condition})" if condition else ""
        rows = self.run(f"SELECT id FROM @chunks WHERE id > %s {passing} ORDER BY id", after, *values)
        return np.array([row[0] for row in rows], np.int64)

    def chunks_at(self, places: Sequence[Place]) -> ChunkIds:
        """int64 [len(places)]: the chunks at these places; 0 where there is none."""
        query = """SELECT place, @chunks.id FROM unnest(%s::text[], %s::int[], %s::int[]) WITH ORDINALITY
            AS asked (article_id, first, behind, place) JOIN @articles ON @articles.id = article_id
            JOIN @chunks ON article = number AND start = first AND "end" = behind"""
        found = np.zeros(len(places), np.int64)
        for place, chunk in self.run(query, *([getattr(one, name) for one in places] for name in Place.__slots__)):
            found[place - 1] = chunk
        return found

    def vectors(self, ids: ChunkIds | None = None) -> tuple[ChunkIds, NDArray[np.float16]]:
        """Chunk ids, ascending, and float16 [n, dimensions] in that order: of all chunks, or of those named."""
        if ids is None:
            rows = self.run("SELECT chunk, vector FROM @vectors ORDER BY chunk")
        else:
            rows = self.run("SELECT chunk, vector FROM @vectors WHERE chunk = ANY(%s) ORDER BY chunk", ids.tolist())
        with self.database.translating():
            if ids is not None and len(rows) < len(ids):
                raise ValueError("vectors are missing")
            return load_halfvecs(rows)

    def search_words(self, question: str, limit: int, only: Filter | None = None) -> ChunkIds:
        """The chunks that hold words of the question, best BM25 first, at most ``limit``."""
        return self._words().search(question, limit, only)

    def chunks_naming(self, question: str, is_known: Callable[[str], bool]) -> ChunkIds:
        """The chunks that hold a word of the question which one article alone holds; as ``PostgresWords.naming``."""
        return self._words().naming(question, is_known)

    def respell(self, question: str, is_known: Callable[[str], bool]) -> str:
        """The question with its misspelt words as the articles spell them; as ``spelling.respell``."""
        revision = self.revision
        if self._vocabulary is None or self._vocabulary[0] != revision:
            self._vocabulary = revision, Vocabulary(PostgresWords(self.database))
        return respell(question, is_known, self._vocabulary[1])

    def articles_of(self, ids: ChunkIds) -> dict[int, int]:
        """For each chunk id a number that only chunks of the same article share."""
        return dict(self.run("SELECT id, article FROM @chunks WHERE id = ANY(%s)", ids.tolist()))

    def passages(self, found: Sequence[Scored]) -> list[Passage]:
        """The chunks found as passages, in the same order; one that was removed meanwhile is left out."""
        query = f"""SELECT {_PASSAGE} FROM @chunks AS chunks JOIN @articles AS articles ON number = article
            WHERE chunks.id = ANY(%s)"""
        rows = {row[0]: row for row in self.run(query, [one.chunk_id for one in found])}
        with self.database.translating():
            return [load_passage(rows[one.chunk_id], one) for one in found if one.chunk_id in rows]

    def remove_numbered(self, number: int) -> None:
        """Remove an article by its number, whatever of it can be read."""
        self.run("DELETE FROM @files WHERE name IN (SELECT name FROM @origins WHERE article = %s)", number)
        self.run("DELETE FROM @origins WHERE article = %s", number)
        self._own.touched.add(number)

    def rebuild_words(self) -> None:
        """Make the words of all chunks anew from the articles; who adds waits until that is done."""
        self.run("LOCK TABLE @words, @frequencies IN SHARE ROW EXCLUSIVE MODE")
        self.run("DELETE FROM @words")
        self.run("DELETE FROM @frequencies")
        for number, title in self.run("SELECT number, title FROM @articles ORDER BY number"):
            query = """SELECT c.id, substr(text, start + 1, "end" - start) FROM @chunks AS c
                JOIN @articles ON number = article WHERE article = %s ORDER BY c.id"""
            self._write_words([(chunk, number, title, text) for chunk, text in self.run(query, number)])

    def purge(self) -> None:
        """Let the server use the room of what was removed; what it can't reach is told in ``docs/resiliency.md``."""
        stems, self._stems = self._stems, set()
        if stems and sum_frequencies(self.database, stems) > _SUMMED_ABOVE:
            self.run("ANALYZE @articles, @chunks, @words, @vectors, @frequencies")
        if self._own.__dict__.pop("removed", False):
            self.run("DELETE FROM @claims WHERE name IN (SELECT name FROM @claims FOR UPDATE SKIP LOCKED)")
            self.run("VACUUM @articles, @chunks, @words, @origins, @versions, @edits, @frequencies")

    # Writing

    def run(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """One statement, and its rows; chunks that wait to be written are there when it reads them."""
        if self._own.__dict__.get("waiting") and _BUFFERED.search(query):
            self._write_waiting()
        return self.database.run(query, *values)

    def _words(self) -> PostgresWords:
        if self._own.__dict__.get("waiting"):
            self._write_waiting()
        return PostgresWords(self.database)

    def _new_numbers(self, count: int) -> list[int]:
        with self._taking:
            while len(self._numbers) < count:
                query = "SELECT nextval(%s::regclass) FROM generate_series(1, %s)"
                sequence = f'"{self.database.address.schema}".chunks_id_seq'
                self._numbers += [row[0] for row in self.database.run(query, sequence, max(count, _NUMBERS_AT_ONCE))]
            taken, self._numbers = self._numbers[:count], self._numbers[count:]
            return taken

    def _write_waiting(self) -> None:
        waiting: list[_Written] = self._own.waiting
        self._own.waiting = []
        if not waiting:
            return
        copy_in = self.database.copy_in
        copy_in("chunks", ("id", "article", "start", "end", "sentences"), (
            (_int8(number), _int8(article), _int4(one.start), _int4(one.end), dump_spans(one.sentences).encode())
            for number, article, one, *_ in waiting
        ))  # fmt: skip
        copy_in("vectors", ("chunk", "article", "vector"), (
            (_int8(number), _int8(article), _halfvec(blob)) for number, article, _, blob, *_ in waiting
        ))  # fmt: skip
        self._write_words([(number, article, title, text) for number, article, _, _, title, text in waiting])

    def _write_words(self, chunks: Sequence[tuple[int, int, str | None, str]]) -> None:
        """Of chunks by number, with the numbers of their articles, titles and texts."""
        titles, texts = stems_of([one[2] or "" for one in chunks]), stems_of([one[3] for one in chunks])
        self.database.copy_in("words", ("chunk", "article", "length", "stems"), (
            (_int8(one[0]), _int8(one[1]), _int4(len(title) + len(text)), vector_of(title, text))
            for one, title, text in zip(chunks, titles, texts, strict=True)
        ))  # fmt: skip
        count_stems(zip(titles, texts, strict=True), self._own.counted)

    def _remove_unnamed(self) -> None:
        for number in unnamed(self.database, sorted(self._own.touched)):
            self._remove_chunks(number)
            self.run("DELETE FROM @articles WHERE number = %s", number)

    def _remove_chunks(self, number: int) -> None:
        query = "SELECT lexeme, count(*) FROM @words, unnest(stems) WHERE article = %s GROUP BY lexeme"
        self._own.counted.subtract(dict(self.run(query, number)))
        totals = self.run("SELECT count(*), coalesce(sum(length), 0)::bigint FROM @words WHERE article = %s", number)[0]
        self._own.counted.subtract(dict(zip((CHUNKS, WORDS), totals, strict=True)))
        self.run("DELETE FROM @chunks WHERE article = %s", number)
        self._own.removed = True


def load_halfvecs(rows: Sequence[tuple[int, bytes]]) -> tuple[ChunkIds, NDArray[np.float16]]:
    """Chunk ids, and float16 [n, dimensions], from rows of both as the server sends them."""
    matrix = np.frombuffer(b"".join(row[1][4:] for row in rows), ">f2").astype("<f2")
    return np.array([row[0] for row in rows], np.int64), matrix.reshape(len(rows), -1 if rows else 0)


def little_endian(halfvec: bytes) -> bytes:
    """A vector as it is recorded in a folder, of what the server sends."""
    return np.frombuffer(halfvec[4:], ">f2").astype("<f2").tobytes()


def _halfvec(blob: bytes) -> bytes:
    vector = np.frombuffer(blob, "<f2").astype(">f2")
    return len(vector).to_bytes(2, "big") + b"\0\0" + vector.tobytes()


def _int8(value: int) -> bytes:
    return value.to_bytes(8, "big", signed=True)


def _int4(value: int) -> bytes:
    return value.to_bytes(4, "big", signed=True)
