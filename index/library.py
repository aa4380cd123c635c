"""The library: articles that can be added, removed, searched and cited, in one folder on disk."""

import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from dateline.index.errors import ArgumentError, LibraryError, NoSuchArticle, shown
from dateline.index.fusion import at_most_per_article, fuse
from dateline.index.ingest import AddReport, Watch, add_files, holds_files
from dateline.index.storage import schema
from dateline.index.storage.catalog import ArticleRow, Order, Selection, count_rows, list_rows, list_sources
from dateline.index.storage.lock import WriterLock
from dateline.index.storage.manifest import (
    BuiltWith,
    built_with,
    check_chunker,
    check_embedder,
    choose_embedder,
    note_models,
)
from dateline.index.storage.purge import scrub
from dateline.index.storage.record import Record
from dateline.index.storage.uploads import origin_of_uploads, prune_copies, remove_copies
from dateline.index.storage.wal import lost_with_log
from dateline.index.types import Article, ChunkIds, Embedder, Filter, Passage
from dateline.index.vectors.exact import Nearest
from dateline.index.vectors.indexed import IndexedVectors
from dateline.index.vectors.scan import CODED_FROM, Scan

logger = logging.getLogger(__name__)

VECTORS_NAME = "vectors"
_CANDIDATES = 200  # of each search, before they are fused
_CHUNKS_AN_ARTICLE = 3
_ID_PREFIX = 6
CHROMA_FROM = 100_000
"""Chunks from which on the Chroma index is built, and searched by the process that may write. Below, reading every
vector takes at most 7 ms and misses nothing; the index would cost time to build and 1.5 kB a chunk."""


def _path(what: str, path: object) -> Path:
    """A path that was given; of nothing pathlib would make the current folder."""
    if isinstance(path, str | Path) and path and "\0" not in str(path):
        return Path(path)
    raise ArgumentError(f"{what} is {shown(path)}; give a path")


def _paths(given: object) -> list[Path]:
    if isinstance(given, Iterable) and not isinstance(given, str | bytes | Mapping):
        return [_path("one of the paths", one) for one in given]
    return [_path("what to add", given)]


def _check_search(question: object, k: object, only: object) -> None:
    if not isinstance(question, str):
        raise ArgumentError(f"the question is {shown(question)}; search for words")
    if isinstance(k, bool) or not isinstance(k, int) or k < 1:
        raise ArgumentError(f"k is {shown(k)}; give a whole number from 1 on")
    if not isinstance(only, Filter | None):
        raise ArgumentError(f"only is {shown(only)}; give a Filter, or nothing")


def _is_name(text: str) -> bool:
    """Whether a text can name anything: a path of nothing would be the current folder, and all below it."""
    return bool(text.strip()) and not any("\ud800" <= letter <= "\udfff" for letter in text)


class Library:
    """One library, opened to read by ``open`` or to write by ``write``."""

    def __init__(
        self,
        folder: Path,
        embedder: Embedder | str | None = None,
        lock: WriterLock | None = None,
        chroma_from: int = CHROMA_FROM,
    ) -> None:
        self.folder = folder
        self._embedder = embedder
        self._lock = lock
        self._record = Record(folder, writable=lock is not None)
        self._chroma_from = chroma_from
        self._scan = Scan(self._record, folder)
        self._indexed: IndexedVectors | None = None  # of the process that may write
        if lock:
            vectors = folder / VECTORS_NAME
            self._indexed = IndexedVectors(vectors, self._record, lambda: self.embedder.dimensions, chroma_from)

    @classmethod
    def open(cls, folder: Path | str, embedder: Embedder | str | None = None) -> Self:
        """Open a library to read it, any number of processes at a time.

        Args:
            folder: where it lies.
            embedder: what questions are embedded with, or its name; else the shipped one is loaded when needed, where
                the library was built with it.

        Raises:
            NoLibrary: nothing was built there.
            LibraryMismatch: it was built by another embedder or another version.
        """
        library = cls(_path("the library's folder", folder), embedder)
        check_embedder(library._record, library.folder, library._embedder)
        return library

    @classmethod
    def write(
        cls,
        folder: Path | str,
        embedder: Embedder | str | None = None,
        chroma_from: int = CHROMA_FROM,
        *,
        wait: bool = True,
    ) -> Self:
        """Open a library to change it, made where there is none; one process at a time.

        Args:
            folder: where it lies.
            embedder: what texts are embedded with, or its name; else the shipped one is loaded when needed. One that is
                named for a library that was built with the shipped one is left alone.
            chroma_from: how many chunks it takes for a Chroma index.
            wait: whether for another process that writes to it, as long as that takes.

        Raises:
            LibraryLocked: another process writes to it and is not waited for, or this one does already.
            LibraryMismatch: it was built by another embedder or another version.
        """
        folder = _path("the library's folder", folder)
        try:
            folder.mkdir(0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(
                f"can't make a library at {str(folder)!r}: {error.strerror}; choose another with --library"
            ) from error
        lock = WriterLock(folder, wait=wait)
        lock.acquire()
        try:
            schema.create(folder)
            library = cls(folder, embedder, lock, chroma_from)
        except BaseException:
            lock.release()
            raise
        try:
            check_embedder(library._record, library.folder, library._embedder)
            check_chunker(library._record, library.folder)
            if lost := lost_with_log(library._record):
                logger.warning("%s", lost)
        except BaseException:
            library.close()
            raise
        return library

    def close(self) -> None:
        """Give everything back."""
        if self._indexed:
            self._indexed.close()
        self._record.close()
        if self._lock:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # What it holds

    @property
    def embedder(self) -> Embedder:
        """What its vectors are made with; loaded when first asked for."""
        with self._record.turn:
            if self._embedder is None or isinstance(self._embedder, str):
                self._embedder = choose_embedder(self._record, self.folder, self._embedder)
                check_embedder(self._record, self.folder, self._embedder)
            return self._embedder

    @property
    def revision(self) -> int:
        """Greater after every change."""
        return self._record.revision

    def count_articles(self) -> int:
        """How many articles it holds."""
        return self._record.count_articles()

    def count_chunks(self) -> int:
        """How many chunks its articles were split into."""
        return self._record.count_chunks()

    def articles(self) -> Iterator[Article]:
        """All articles, in the order they came."""
        return self._record.articles()

    def article(self, name: str) -> Article:
        """The article of an id, of the beginning of one, or of an origin.

        Raises:
            NoSuchArticle: there is none, or there are several.
        """
        if not _is_name(name):
            raise NoSuchArticle(f"{name!r} names no article; 'dateline articles' lists ids and origins")
        found = list(self._record.articles("id = ?", name))
        if not found and len(name) >= _ID_PREFIX:
            found = list(self._record.articles("substr(id, 1, length(?1)) = ?1", name))
        if not found:
            found = [article for origin in self._origins(name) if (article := self._record.article_by_origin(origin))]
        if len(found) != 1:
            what = "several articles at" if found else "no article"
            raise NoSuchArticle(f"{what} {name!r}; 'dateline articles' lists ids and origins")
        return found[0]

    def rows(
        self, query: str = "", order: Order = "newest", offset: int = 0, limit: int = 50, only: Filter | None = None
    ) -> list[ArticleRow]:
        """A page of the articles that hold every word of a query in title, source, origins or id; no text is loaded."""
        return list_rows(self._record, Selection(query=query, only=only), order, offset, limit)

    def count_rows(self, query: str = "", only: Filter | None = None) -> int:
        """How many articles ``rows`` lists."""
        return count_rows(self._record, Selection(query=query, only=only))

    def sources(self) -> list[str]:
        """The names of sources, those with most articles first, at most 500."""
        return list_sources(self._record)

    def built_with(self) -> BuiltWith:
        """Its embedder and its chunker."""
        return built_with(self._record)

    def holds(self, paths: Sequence[Path]) -> bool:
        """Whether ``add`` of these files and folders would find nothing to do."""
        return holds_files(self._record, paths)

    # Changing it

    def add(self, paths: Iterable[Path | str] | Path | str, watch: Watch = lambda event: None) -> AddReport:
        """Read files and folders into the library; what is known and has not changed costs a hash.

        Args:
            paths: files and folders, or one of them.
            watch: called with each article once it is safe, with each input that gave none, and with the progress.
        """
        paths = _paths(paths)
        note_models(self._record, self.embedder)
        report = add_files(self._record, self.embedder, paths, watch)
        scrub(self._record)
        self.index_vectors()
        return report

    def remove(self, name: str) -> list[Article]:
        """Remove the article of an id, or what was read from an origin: a file, or everything below a folder.

        Returns:
            The articles that are gone; one that has another origin stays.

        Raises:
            NoSuchArticle: there is none.
        """
        origins = self._origins(name) or [origin.name for origin in self.article(name).origins]
        remove_copies(self.folder, origins)  # first: cut off here, it is removed by the same words again
        articles = {article.id: article for origin in origins if (article := self._record.article_by_origin(origin))}
        with self._record.transaction():
            for origin in origins:
                self._record.remove_origin(origin)
        scrub(self._record)
        self.tidy_uploads()
        self.index_vectors()
        return [article for article in articles.values() if self._record.article(article.id) is None]

    def tidy_uploads(self) -> None:
        """Remove the copies of uploaded files from which nothing is recorded."""
        prune_copies(self.folder, self._record.origins_in(origin_of_uploads(self.folder)))

    def index_vectors(self) -> None:
        """Bring the Chroma index of a large library up to its record; where that fails it is searched exactly."""
        self._scan.sync(min(self._chroma_from, CODED_FROM))
        if self._indexed:
            self._indexed.sync()

    # Searching it

    def search(self, question: str, k: int = 10, only: Filter | None = None) -> list[Passage]:
        """The ``k`` passages nearest to a question by words and meaning, best first, at most three of an article."""
        _check_search(question, k, only)
        vector = self.embedder.embed_question(question)
        with self._record.snapshot():
            among = self._record.chunk_ids(only) if only else None
            by_words = self._record.search_words(question, _CANDIDATES, among)
            fused = fuse(by_words, self._nearest(vector, among).ids)
            articles = self._record.articles_of(np.array([one.chunk_id for one in fused], np.int64))
            best = at_most_per_article(fused, articles, _CHUNKS_AN_ARTICLE)[:k]
            ids, vectors = self._record.vectors(np.array([one.chunk_id for one in best], np.int64))
            cosines = (
                dict(zip(ids.tolist(), (vectors.astype(np.float32) @ vector).tolist(), strict=True)) if best else {}
            )
            return self._record.passages([replace(one, cosine=cosines[one.chunk_id]) for one in best])

    def _nearest(self, vector: NDArray[np.float32], among: ChunkIds | None) -> Nearest:
        """By meaning; called by one thread at a time, in a snapshot."""
        if among is None and self._indexed and (found := self._indexed.search(vector, _CANDIDATES)):
            return found
        return self._scan.search(vector, _CANDIDATES, among)

    def _origins(self, name: str) -> list[str]:
        if not _is_name(name):
            return []
        return self._record.origins_in(name) or self._record.origins_in(os.path.abspath(name))
