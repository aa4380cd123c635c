"""The book of record: articles, chunks, vectors and words in one SQLite file. What it acknowledged survives a crash."""

import json
import logging
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dateline.index.errors import LibraryDamaged, LibraryError
from dateline.index.fusion import Scored
from dateline.index.storage import schema
from dateline.index.storage.catalog import count_rows, list_rows, list_sources
from dateline.index.storage.fulltext import chunks_naming, search_words
from dateline.index.storage.purge import SCRUB_IS_DUE, scrub
from dateline.index.storage.rows import (
    ARTICLE_COLUMNS,
    METADATA_COLUMNS,
    PASSAGE_COLUMNS,
    Row,
    checksum,
    dump_metadata,
    dump_spans,
    filter_condition,
    load_article,
    load_edits,
    load_passage,
    load_stored,
    load_vectors,
)
from dateline.index.storage.spelling import SqliteWords, Vocabulary, respell
from dateline.index.storage.versions import (
    keep_version,
    put_version,
    remove_versions,
    versions_beginning,
    versions_of,
)
from dateline.index.storage.wal import merge_log
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

_LONGEST_FACT = 4096  # characters; a stranger's may be longer than memory
_ID_BATCH = 500  # SQLite's older limit is 999 variables a statement

logger = logging.getLogger(__name__)


class SqliteRecord:
    """One connection to the record of a library; several threads may use it, one at a time."""

    def __init__(self, folder: Path, *, writable: bool, damaged: bool = False) -> None:
        self.folder = folder
        self._connection = schema.connect(folder, writable=writable, damaged=damaged)
        self.lock = threading.RLock()
        """Held by the thread that uses the connection, or makes what is kept of what it read."""
        self.before_removal: Callable[[], None] = lambda: None
        """Called before a transaction that removes chunks is committed: what else holds their text is to lose it."""
        self._removed = False
        self.keeps_changes = self._value("PRAGMA user_version") >= schema.WITH_CHANGES
        """Whether its schema has earlier versions and edits; one of before is read as it is."""
        self._chunks: tuple[tuple[int, int], int] | None = None
        self._filtered: tuple[tuple[int, int], Filter, ChunkIds] | None = None
        self._vocabulary: tuple[tuple[int, int], Vocabulary] | None = None

    def close(self) -> None:
        """Give the file back; its log is merged into it when this was the last connection."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside is acknowledged at the end of the block, or none of it is.

        An article that has no origin by then is removed: not before, as origins may change places inside. The log is
        merged into the record before anything is acknowledged, so that nothing is lost with the log.
        """
        with self.lock:
            self.run("BEGIN IMMEDIATE")
            self._removed = False
            try:
                yield
                self._remove_unnamed()
                if self._removed:
                    self.before_removal()
                self.set_fact("revision", str(self.revision + 1))
                self.run("COMMIT")
                self._merge()
            except BaseException:
                if self._connection.in_transaction:
                    self.run("ROLLBACK")
                raise

    def _merge(self) -> None:
        """Merge the log; a removal that it has no room for stands in it, and is done all the same."""
        try:
            merge_log(self)
        except LibraryDamaged:
            raise
        except LibraryError as error:
            if not self._removed:
                raise
            logger.warning("the removal holds, and stands in the log until there is room on the disk: %s", error)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that is read inside is of one moment, whatever another process writes meanwhile."""
        with self.lock:
            self.run("BEGIN")
            try:
                yield
            finally:
                self.run("ROLLBACK")

    # What the library is

    @property
    def revision(self) -> int:
        """Greater after every transaction."""
        with schema.translate_errors(self.folder):
            return int(self.fact("revision") or 0)

    def fact(self, name: str) -> str | None:
        """One entry of the manifest."""
        query = "SELECT substr(CAST(value AS TEXT), 1, ?) FROM manifest WHERE name = ?"
        value: str | None = self._value(query, _LONGEST_FACT, name)
        return value

    def set_fact(self, name: str, value: str | None) -> None:
        """Write one entry of the manifest, or remove it."""
        if value is None:
            self.run("DELETE FROM manifest WHERE name = ?", name)
        else:
            self.run("INSERT OR REPLACE INTO manifest VALUES (?, ?)", name, value)

    def set_models(self, embedder: Embedder, chunker: str) -> None:
        """Note what the vectors and the chunks are made with."""
        for name, value in (("embedder_name", embedder.name), ("embedder", embedder.id), ("chunker", chunker)):
            self.set_fact(name, value)

    def note_index(self, note: str) -> None:
        """Note, as the fact ``index``, which vector index was made of what is recorded now; empty where none is."""
        self.set_fact("index", note)
        if not self._connection.in_transaction:
            merge_log(self)

    def count_articles(self) -> int:
        """How many articles there are."""
        return int(self._value("SELECT count(*) FROM articles"))

    def count_chunks(self) -> int:
        """How many chunks there are; counted again only after a change: a million take 6 ms."""
        state = self._state()
        if self._chunks is None or self._chunks[0] != state:
            self._chunks = state, int(self._value("SELECT count(*) FROM chunks"))
        return self._chunks[1]

    def _state(self) -> tuple[int, int]:
        """Another one after every change, by others or by this connection."""
        return self.revision, self._connection.total_changes

    def bytes_elsewhere(self) -> int:
        """Nothing lies elsewhere than in the library's folder."""
        return 0

    def purge(self) -> None:
        """Leave no word of what was removed in the file; as ``scrub``."""
        scrub(self)

    # Files and origins

    def share(self, names: Sequence[str]) -> Iterator[Sequence[str]]:
        """All of the names at once: nobody else writes."""
        yield names

    def file_states(self) -> Iterator[tuple[str, str]]:
        """The files whose every article is recorded, with what was noted of them."""
        yield from self.run("SELECT name, state FROM files ORDER BY name")

    def origin_names(self) -> list[str]:
        """The names of all origins, in order."""
        return [name for (name,) in self.run("SELECT name FROM origins ORDER BY name")]

    def file_state(self, name: str) -> str | None:
        """What ``set_file_state`` noted of a file; None unless every article of it is recorded."""
        state: str | None = self._value("SELECT state FROM files WHERE name = ?", name)
        return state

    def set_file_state(self, name: str, state: str) -> None:
        """Note that every article of a file is recorded, by the hash of what was read."""
        self.run("INSERT OR REPLACE INTO files VALUES (?, ?)", name, state)

    def origins_in(self, path: str) -> list[str]:
        """The names of origins at a path: the file itself, the articles in it, or the files below a folder."""
        # Behind '#' comes '$', behind '/' comes '0': ranges that the index finds, where substr() would read all names.
        query = """SELECT name FROM origins WHERE name = ?1 OR (name >= ?1 || '#' AND name < ?1 || '$')
            OR (name >= ?1 || '/' AND name < ?1 || '0')"""
        return sorted(row[0] for row in self.run(query, path))

    def put_origin(self, article_id: str, origin: Origin) -> None:
        """Let ``origin`` name a recorded article."""
        name, *facts = origin.name, origin.sha256, origin.encoding, json.dumps(origin.repairs)
        query = "INSERT OR REPLACE INTO origins SELECT ?, number, ?, ?, ? FROM articles WHERE id = ?"
        self.run(query, name, *facts, article_id)
        self.run("INSERT OR REPLACE INTO origin_seals VALUES (?, ?)", name, checksum([(name, *facts, article_id)]))

    def remove_origin(self, name: str) -> None:
        """Forget an origin."""
        self.set_fact(SCRUB_IS_DUE, "yes")
        self.run("DELETE FROM origins WHERE name = ?", name)
        files = [name, *(name[: sign.start()] for sign in re.finditer("#", name))]  # it may have been read from one
        self.run(f"DELETE FROM files WHERE name IN ({','.join('?' * len(files))})", *files)

    # Articles

    def put_article(self, article: Article, chunks: Sequence[Chunk], vectors: Vectors) -> None:
        """Record an article whole, in place of what was recorded under its id; its origins come by ``put_origin``.

        Args:
            article: with a body.
            chunks: in order.
            vectors: float32 [len(chunks), dimensions].
        """
        self._put(article, chunks, [None] * len(chunks), [vector.astype("<f2").tobytes() for vector in vectors])

    def _put(
        self, article: Article, chunks: Sequence[Chunk], numbers: Sequence[int | None], blobs: Sequence[bytes]
    ) -> None:
        facts = (dump_spans(article.body), *dump_metadata(article.metadata))
        rows = [(one.start, one.end, dump_spans(one.sentences)) for one in chunks]
        fields = f"id, text, body, {METADATA_COLUMNS}"
        updated = ", ".join(f"{name} = excluded.{name}" for name in ("body", *METADATA_COLUMNS.split(", ")))
        number = self._value(
            f"INSERT INTO articles ({fields}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
            f"ON CONFLICT (id) DO UPDATE SET {updated} RETURNING number",
            article.id, article.text, *facts,
        )  # fmt: skip
        self._remove_chunks(number)
        for chunk, row, blob in zip(numbers, rows, blobs, strict=True):
            query = 'INSERT INTO chunks (id, article, start, "end", sentences) VALUES (?, ?, ?, ?, ?) RETURNING id'
            chunk_id = self._value(query, chunk, number, *row)
            self.run("INSERT INTO vectors VALUES (?, ?)", chunk_id, blob)
            self._put_words(chunk_id, article.metadata.title, article.text[row[0] : row[1]])
        self._put_edits(number, article)
        chunks_sum = checksum((*row, blob) for row, blob in zip(rows, blobs, strict=True))
        self.run("INSERT OR REPLACE INTO seals VALUES (?, ?, ?)", number, checksum([facts]), chunks_sum)

    def _put_edits(self, number: int, article: Article) -> None:
        if article.edited:
            fields = json.dumps(dict(article.edited))
            self.run("INSERT OR REPLACE INTO edits VALUES (?, ?, ?)", number, fields, checksum([(fields,)]))
        else:
            self.run("DELETE FROM edits WHERE article = ?", number)

    def stored(self, article: Article) -> Stored:
        """All that is held of an article."""
        query = """SELECT chunks.id, start, "end", sentences, vector FROM chunks JOIN vectors ON chunk = chunks.id
            WHERE article = (SELECT number FROM articles WHERE id = ?) ORDER BY chunks.id"""
        rows = self.run(query, article.id)
        with schema.translate_errors(self.folder):
            return load_stored(article, rows, self.versions(article.id))

    def restore(self, stored: Stored) -> None:
        """Record an article as another record held it: its chunks by the same numbers, its vectors to the bit."""
        self._put(stored.article, stored.chunks, stored.numbers, stored.vectors)
        for origin in stored.article.origins:
            self.put_origin(stored.article.id, origin)
        for number in self.run("SELECT number FROM articles WHERE id = ?", stored.article.id):
            for version in reversed(stored.versions):
                put_version(self, number[0], version)

    def remove_article(self, article_id: str) -> None:
        """Remove an article with its chunks, vectors, words and origins."""
        query = "SELECT origins.name FROM origins JOIN articles ON number = article WHERE articles.id = ?"
        for (name,) in self.run(query, article_id):
            self.remove_origin(name)

    def remove_strays(self) -> None:
        """Remove what belongs to no article."""
        self.run("DELETE FROM origins WHERE article NOT IN (SELECT number FROM articles)")
        if self.run("DELETE FROM chunks WHERE article NOT IN (SELECT number FROM articles) RETURNING id"):
            self._removed = True
        self.run("DELETE FROM vectors WHERE chunk NOT IN (SELECT id FROM chunks)")
        self.run("DELETE FROM seals WHERE article NOT IN (SELECT number FROM articles)")
        self.run("DELETE FROM origin_seals WHERE origin NOT IN (SELECT name FROM origins)")
        self.run("DELETE FROM versions WHERE article NOT IN (SELECT number FROM articles)")
        self.run("DELETE FROM edits WHERE article NOT IN (SELECT number FROM articles)")

    def rebuild_words(self) -> None:
        """Make the word index anew from the articles."""
        self.run("DROP TABLE words")
        self.run(schema.WORDS_TABLE)
        for number, text, title in self.run("SELECT number, text, title FROM articles"):
            for chunk_id, start, end in self.run('SELECT id, start, "end" FROM chunks WHERE article = ?', number):
                self._put_words(chunk_id, title, text[start:end])

    def articles(self, condition: str = "", *values: str) -> Iterator[Article]:
        """Articles in the order they came: all, or those for which an SQL condition holds."""
        where = f"WHERE {condition}" if condition else ""
        edits = "(SELECT fields FROM edits WHERE article = number)" if self.keeps_changes else "NULL"
        for (number,) in self.run(f"SELECT number FROM articles {where} ORDER BY number", *values):
            for row in self.run(f"SELECT {ARTICLE_COLUMNS}, {edits} FROM articles WHERE number = ?", number):
                with schema.translate_errors(self.folder):
                    article = load_article(row, self._origins(number))
                yield article

    def article(self, article_id: str) -> Article | None:
        """The article of this id."""
        return next(self.articles("id = ?", article_id), None)

    def articles_beginning(self, beginning: str) -> list[Article]:
        """The articles whose ids, hex digits, begin so."""
        return list(self.articles("id >= ?1 AND id < ?1 || 'g'", beginning))

    def article_by_origin(self, name: str) -> Article | None:
        """The article that an origin names."""
        return next(self.articles("number = (SELECT article FROM origins WHERE name = ?)", name), None)

    def edits(self, article_id: str, origin: str) -> dict[str, Any]:
        """What the user set of the article of an id, or else of the one that an origin names."""
        query = """SELECT fields FROM edits JOIN articles ON number = article
            WHERE id = ?1 OR number = (SELECT article FROM origins WHERE name = ?2) ORDER BY id != ?1"""
        with schema.translate_errors(self.folder):
            return next((load_edits(fields) for (fields,) in self.run(query, article_id, origin)), {})

    # Earlier versions

    def keep_version(self, before: Article, current: str, until: str) -> None:
        """As ``versions.keep_version``."""
        keep_version(self, before, current, until)

    def versions(self, article_id: str) -> list[Version]:
        """The earlier texts of an article, the latest first."""
        return versions_of(self, article_id) if self.keeps_changes else []

    def versions_beginning(self, beginning: str) -> list[Version]:
        """The earlier texts whose ids, hex digits, begin so."""
        return versions_beginning(self, beginning) if self.keeps_changes else []

    def remove_version(self, version_id: str) -> None:
        """Remove the earlier texts of an id."""
        remove_versions(self, "id = ?", version_id)

    def remove_versions_from(self, origin: str) -> None:
        """Remove the earlier texts that were read from an origin."""
        names = "SELECT json_extract(value, '$[0]') FROM json_each(facts, '$.origins')"
        of_it = "article = (SELECT article FROM origins WHERE name = ?1)"
        remove_versions(self, f"{of_it} AND ?1 IN ({names})", origin)

    # Searching

    def rows(self, selection: Selection, order: Order, offset: int, limit: int) -> list[ArticleRow]:
        """As ``list_rows``."""
        return list_rows(self, selection, order, offset, limit)

    def count_rows(self, selection: Selection) -> int:
        """How many articles are selected."""
        return count_rows(self, selection)

    def sources(self) -> list[str]:
        """As ``list_sources``."""
        return list_sources(self)

    # Chunks, vectors and words

    def chunk_ids(self, only: Filter | None = None, after: int = 0) -> ChunkIds:
        """int64, ascending: all chunks above ``after``, or those of the articles that pass a filter."""
        if not only:
            return _numbers(self._value("SELECT group_concat(id) FROM chunks WHERE id > ?", after))
        state = self._state()
        if self._filtered is None or self._filtered[:2] != (state, only):  # words and vectors ask one after the other
            condition, values = filter_condition(only)
            # Not joined: SQLite would look up the article of every chunk.
            where = f"WHERE article IN (SELECT number FROM articles {condition})"
            self._filtered = state, only, _numbers(self._value(f"SELECT group_concat(id) FROM chunks {where}", *values))
        ids = self._filtered[2]
        return ids[np.searchsorted(ids, after, side="right") :]

    def chunks_at(self, places: Sequence[Place]) -> ChunkIds:
        """int64 [len(places)]: the chunks at these places; 0 where there is none."""
        query = """SELECT key, chunks.id FROM json_each(?)
            CROSS JOIN articles ON articles.id = json_extract(value, '$[0]') CROSS JOIN chunks ON article = number
            AND start = json_extract(value, '$[1]') AND "end" = json_extract(value, '$[2]')"""
        found = np.zeros(len(places), np.int64)
        for key, chunk in self.run(query, json.dumps([(one.article_id, one.start, one.end) for one in places])):
            found[key] = chunk
        return found

    def vectors(self, ids: ChunkIds | None = None) -> tuple[ChunkIds, NDArray[np.float16]]:
        """Chunk ids, ascending, and float16 [n, dimensions] in that order: of all chunks, or of those named."""
        if ids is None:
            rows = self.run("SELECT chunk, vector FROM vectors ORDER BY chunk")
        else:
            rows = self._by_ids("SELECT chunk, vector FROM vectors WHERE chunk IN ({}) ORDER BY chunk", np.sort(ids))
        with schema.translate_errors(self.folder):
            if ids is not None and len(rows) < len(ids):
                raise ValueError("vectors are missing")
            return load_vectors(rows)

    def search_words(self, question: str, limit: int, only: Filter | None = None) -> ChunkIds:
        """The chunks that hold words of the question, best BM25 first, at most ``limit``."""
        with self.lock, schema.translate_errors(self.folder):
            among = self.chunk_ids(only) if only else None
            return search_words(self._connection, question, self.count_chunks(), limit, among)

    def chunks_naming(self, question: str, is_known: Callable[[str], bool]) -> ChunkIds:
        """The chunks that hold a word of the question which one article alone holds; as ``fulltext.chunks_naming``."""
        with self.lock, schema.translate_errors(self.folder):
            return chunks_naming(self._connection, question, is_known)

    def respell(self, question: str, is_known: Callable[[str], bool]) -> str:
        """The question with its misspelt words as the articles spell them; as ``spelling.respell``."""
        with self.lock, schema.translate_errors(self.folder):
            return respell(question, is_known, self._vocabulary_now())

    def _vocabulary_now(self) -> Vocabulary:
        state = self._state()
        if self._vocabulary is None or self._vocabulary[0] != state:
            self._vocabulary = state, Vocabulary(SqliteWords(self._connection))
        return self._vocabulary[1]

    def articles_of(self, ids: ChunkIds) -> dict[int, int]:
        """For each chunk id a number that only chunks of the same article share."""
        return dict(self._by_ids("SELECT id, article FROM chunks WHERE id IN ({})", ids))

    def passages(self, found: Sequence[Scored]) -> list[Passage]:
        """The chunks found as passages, in the same order; one that was removed meanwhile is left out."""
        query = f"""SELECT {PASSAGE_COLUMNS} FROM chunks JOIN articles ON number = article WHERE chunks.id IN ({{}})"""
        rows = {row[0]: row for row in self._by_ids(query, np.array([one.chunk_id for one in found], np.int64))}
        with schema.translate_errors(self.folder):
            return [load_passage(rows[one.chunk_id], one) for one in found if one.chunk_id in rows]

    # One statement

    def _origins(self, number: int) -> list[Row]:
        return self.run("SELECT name, sha256, encoding, repairs FROM origins WHERE article = ? ORDER BY rowid", number)

    def _remove_unnamed(self) -> None:
        for (number,) in self.run("SELECT number FROM articles WHERE number NOT IN (SELECT article FROM origins)"):
            self._remove_chunks(number)
            self.run("DELETE FROM articles WHERE number = ?", number)

    def _remove_chunks(self, number: int) -> None:
        self.run("DELETE FROM words WHERE rowid IN (SELECT id FROM chunks WHERE article = ?)", number)
        if self.run("DELETE FROM chunks WHERE article = ? RETURNING id", number):  # and the vectors with them
            self.set_fact(SCRUB_IS_DUE, "yes")
            self._removed = True

    def _put_words(self, chunk_id: int, title: str | None, text: str) -> None:
        self.run("INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)", chunk_id, title, text)

    def _by_ids(self, query: str, ids: ChunkIds) -> list[Row]:
        batches = (ids[start : start + _ID_BATCH].tolist() for start in range(0, len(ids), _ID_BATCH))
        return [row for batch in batches for row in self.run(query.format(",".join("?" * len(batch))), *batch)]

    def _value(self, query: str, *values: Any) -> Any:
        return next((row[0] for row in self.run(query, *values)), None)

    def run(self, query: str, *values: Any) -> list[Row]:
        """One statement, and its rows."""
        with self.lock, schema.translate_errors(self.folder):
            return self._connection.execute(query, values).fetchall()


def _numbers(text: str | None) -> ChunkIds:
    return np.sort(np.fromstring(text or "", np.int64, sep=","))  # one text is read faster than many rows
