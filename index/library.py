"""The library: articles that can be added, removed, searched and cited, in one folder on disk or on a server."""

import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from dateline.index.backends import Backend
from dateline.index.copies import Folding
from dateline.index.editing import edit_article, read_edits
from dateline.index.embedding.embedder import is_common_word
from dateline.index.errors import ArgumentError, NoSuchArticle, ReadError, shown
from dateline.index.fetching import Fetcher, Page, is_address
from dateline.index.fusion import Scored, at_most_per_article, fuse
from dateline.index.ingest import AddReport, Watch, add_files, add_pages, holds_files
from dateline.index.postgres.address import ServerAddress, folder_of, is_server
from dateline.index.reading import Skipped
from dateline.index.storage.manifest import (
    BuiltWith,
    built_with,
    check_chunker,
    check_embedder,
    choose_embedder,
    note_models,
)
from dateline.index.storage.uploads import keep_page, origin_of_uploads, prune_copies, remove_copies
from dateline.index.types import (
    Article,
    ArticleRow,
    Embedder,
    Filter,
    Order,
    Passage,
    Selection,
    Version,
)

_CANDIDATES = 200  # of each search, before they are fused
_CHUNKS_AN_ARTICLE = 5
_SPARE = 3  # times what is asked for is looked at: some may be copies of others
_ID_PREFIX = 6
_INDEXED_AT_ONCE = 5_000  # chunks: seconds of work; after a removal a larger library waits for the next addition


def _path(what: str, path: object) -> Path:
    """A path that was given; of nothing pathlib would make the current folder."""
    if isinstance(path, str | Path) and path and "\0" not in str(path):
        return Path(path)
    raise ArgumentError(f"{what} is {shown(path)}; give a path")


def _place(path: object) -> Path | ServerAddress:
    """Where a library is to lie."""
    return ServerAddress.parse(str(path)) if is_server(path) else _path("the library's folder", path)


def _paths(given: object) -> list[Path]:
    if isinstance(given, Iterable) and not isinstance(given, str | bytes | Mapping):
        return [_path("one of the paths", one) for one in given]
    return [_path("what to add", given)]


def _apart(given: object) -> tuple[list[str], list[Path]]:
    """What was given, web addresses and paths apart."""
    if is_address(given):
        return [str(given)], []
    if not isinstance(given, Iterable) or isinstance(given, str | bytes | Mapping):
        return [], _paths(given)
    several = list(given)
    return [one for one in several if is_address(one)], _paths([one for one in several if not is_address(one)])


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

    def __init__(self, place: Path | ServerAddress, backend: Backend, embedder: Embedder | str | None = None) -> None:
        self.place = str(place)
        """Where it lies, as it may be shown: a folder, or an address without user and password."""
        self.folder = folder_of(place)
        """What is kept beside the record lies here: uploads, samples, results of evaluations."""
        self._embedder = embedder
        self._loading = threading.Lock()
        self._backend = backend
        self._record = backend.record
        self._vectors = backend.vectors
        try:
            check_embedder(self._record, self.place, embedder)
            if backend.writable:
                check_chunker(self._record, self.place)
        except BaseException:
            self.close()
            raise

    @classmethod
    def open(cls, place: Path | ServerAddress | str, embedder: Embedder | str | None = None) -> Self:
        """Open a library to read it, any number of processes at a time.

        Args:
            place: its folder, or the address of a PostgreSQL database, ``postgresql://host/database?schema=news``.
            embedder: what questions are embedded with, or its name; else the shipped one is loaded when needed, where
                the library was built with it.

        Raises:
            NoLibrary: nothing was built there.
            LibraryMismatch: it was built by another embedder or another version.
            LibraryError: the server can't be reached.
        """
        where = place if isinstance(place, ServerAddress) else _place(place)
        return cls(where, Backend.open(where), embedder)

    @classmethod
    def write(
        cls, place: Path | ServerAddress | str, embedder: Embedder | str | None = None, *, wait: bool = True
    ) -> Self:
        """Open a library to change it, made where there is none; a folder is changed by one process at a time.

        Args:
            place: as of ``open``.
            embedder: what texts are embedded with, or its name; else the shipped one is loaded when needed. One that is
                named for a library that was built with the shipped one is left alone.
            wait: whether for another process that writes to it, as long as that takes.

        Raises:
            LibraryLocked: another process writes to it and is not waited for, or this one does already.
            LibraryMismatch: it was built by another embedder or another version.
            LibraryError: the server can't be reached.
        """
        where = place if isinstance(place, ServerAddress) else _place(place)
        return cls(where, Backend.write(where, wait=wait), embedder)

    def close(self) -> None:
        """Give everything back."""
        self._backend.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    # What it holds

    @property
    def embedder(self) -> Embedder:
        """What its vectors are made with; loaded when first asked for."""
        with self._loading:
            if self._embedder is None or isinstance(self._embedder, str):
                embedder = choose_embedder(self._record, self.place, self._embedder)
                check_embedder(self._record, self.place, embedder)
                self._embedder = embedder
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
        found = self._record.articles_beginning(name) if len(name) >= _ID_PREFIX else []
        if not found:
            found = [article for origin in self._origins(name) if (article := self._record.article_by_origin(origin))]
        if len(found) != 1:
            what = "several articles at" if found else "no article"
            raise NoSuchArticle(f"{what} {name!r}; 'dateline articles' lists ids and origins")
        return found[0]

    def versions(self, name: str) -> list[Version]:
        """The earlier texts of the article of a name, the latest first: kept, and never searched or answered from.

        Raises:
            NoSuchArticle: as ``article``.
        """
        return self._record.versions(self.article(name).id)

    def version(self, name: str) -> Version:
        """The earlier text of an id, or of the beginning of one.

        Raises:
            NoSuchArticle: there is none, or there are several.
        """
        found = self._record.versions_beginning(name) if _is_name(name) and len(name) >= _ID_PREFIX else []
        if len({one.article.id for one in found}) != 1:
            what = "several earlier versions" if found else "no article and no earlier version"
            raise NoSuchArticle(f"{what} at {name!r}; 'dateline articles' lists ids and origins")
        return found[0]

    def rows(
        self, query: str = "", order: Order = "newest", offset: int = 0, limit: int = 50, only: Filter | None = None
    ) -> list[ArticleRow]:
        """A page of the articles that hold every word of a query in title, source, origins or id; no text is loaded."""
        return self._record.rows(Selection(query=query, only=only), order, offset, limit)

    def count_rows(self, query: str = "", only: Filter | None = None) -> int:
        """How many articles ``rows`` lists."""
        return self._record.count_rows(Selection(query=query, only=only))

    def bytes_elsewhere(self) -> int:
        """How much it takes, beside what lies in its folder."""
        return self._record.bytes_elsewhere()

    def sources(self) -> list[str]:
        """The names of sources, those with most articles first, at most 500."""
        return self._record.sources()

    def built_with(self) -> BuiltWith:
        """Its embedder and its chunker."""
        return built_with(self._record)

    def holds(self, paths: Sequence[Path]) -> bool:
        """Whether ``add`` of these files and folders would find nothing to do."""
        return holds_files(self._record, paths)

    # Changing it

    def add(
        self,
        paths: Iterable[Path | str] | Path | str,
        watch: Watch = lambda event: None,
        *,
        prune: bool = False,
        fetcher: Fetcher | None = None,
    ) -> AddReport:
        """Read files, folders and web addresses into the library; what is known and has not changed costs a hash.

        A text that took the place of another in its file keeps that as its earlier version.

        Args:
            paths: files, folders, and addresses of pages and feeds that begin with ``http:`` or ``https:``; or one.
            watch: called with each article once it is safe, with each input that gave none, and with the progress.
            prune: whether the articles of files below a folder given leave the library that are gone since they were
                added; else the report only tells of them.
            fetcher: asks for addresses; one that connects to public ones alone unless given.

        Raises:
            ArgumentError: ``prune`` is asked for, and no path is a folder.
        """
        addresses, paths = _apart(paths)
        if prune and not any(path.is_dir() for path in paths):
            raise ArgumentError("--prune looks for files that are gone from a folder, and none is given; name one")
        note_models(self._record, self.embedder)
        check_embedder(self._record, self.place, self.embedder)  # another process may have been first
        kept = origin_of_uploads(self.folder)
        report = add_files(self._record, self.embedder, paths, watch, prune=prune, kept=kept)
        for one in report.missing:
            if one.successor and one.edits:
                edit_article(self._record, self.embedder, one.successor, one.edits)
        if addresses:
            pages = self._pages(addresses, fetcher or Fetcher())
            report = report.with_more(add_pages(self._record, self.embedder, pages, watch))
            self.tidy_uploads()
        self._record.purge()
        self.index_vectors()
        return report

    def addresses(self) -> list[str]:
        """The web addresses that pages and feeds were read from."""
        names = (name for scheme in ("http:", "https:") for name in self._record.origins_in(scheme))
        return list(dict.fromkeys(name.partition("#")[0] for name in names))

    def refresh(self, watch: Watch = lambda event: None, *, fetcher: Fetcher | None = None) -> AddReport:
        """Read again what stands at ``addresses``: pages that changed are replaced, new entries of feeds added.

        What can't be had stays as it was. ``watch`` and ``fetcher`` are as of ``add``.
        """
        return self.add(self.addresses(), watch, fetcher=fetcher)

    def _pages(self, addresses: Sequence[str], fetcher: Fetcher) -> Iterator[Page | Skipped]:
        """What each gives, its bytes kept; one that gives nothing is told with the reason."""
        for address in addresses:
            try:
                page = fetcher.get(address)
            except ReadError as error:
                yield Skipped(origin=address, reason=str(error), refused=True)
                continue
            keep_page(self.folder, page.address, page.kind, page.raw)
            yield page

    def remove(self, name: str) -> list[Article]:
        """Remove the article of an id, or what was read from an origin: a file, or everything below a folder.

        With an article go its earlier versions; the id of one of those removes it alone.

        Returns:
            The articles that are gone; one that has another origin stays.

        Raises:
            NoSuchArticle: there is none.
        """
        versions = [] if self._names_article(name) else self._record.versions_beginning(name)
        if len({one.article.id for one in versions}) == 1:
            return self._remove_version(versions[0].article)
        origins = self._origins(name) or [origin.name for origin in self.article(name).origins]
        remove_copies(self.folder, origins)  # first: cut off here, it is removed by the same words again
        articles = {article.id: article for origin in origins if (article := self._record.article_by_origin(origin))}
        with self._record.transaction():
            for origin in origins:
                self._record.remove_versions_from(origin)
                self._record.remove_origin(origin)
        self._record.purge()
        self.tidy_uploads()
        self._vectors.sync(_INDEXED_AT_ONCE)
        return [article for article in articles.values() if self._record.article(article.id) is None]

    def _names_article(self, name: str) -> bool:
        too_short = len(name) < _ID_PREFIX
        return too_short or bool(self._origins(name) or self._record.articles_beginning(name))

    def _remove_version(self, earlier: Article) -> list[Article]:
        with self._record.transaction():
            self._record.remove_version(earlier.id)
        self._record.purge()
        return [earlier]

    def edit(
        self,
        name: str,
        *,
        title: str | None = None,
        published: str | None = None,
        source: str | None = None,
        authors: Sequence[str] | None = None,
    ) -> Article:
        """Set what the file of an article says wrongly, or not at all; it stays when the file is read again.

        Args:
            name: as of ``article``.
            title: its title; of this and the others None leaves as it is, and nothing (``""``) is unknown.
            published: a day, or a day and time.
            source: who published it.
            authors: who wrote it.

        Returns:
            The article as it is now; its id, of its text alone, is the same.

        Raises:
            NoSuchArticle: there is none.
            ArgumentError: nothing is set, or ``published`` is no day.
        """
        edits = read_edits(title=title, published=published, source=source, authors=authors)
        article = self.article(name)
        edited = edit_article(self._record, self.embedder, article.id, edits)
        self._record.purge()
        self._vectors.sync(_INDEXED_AT_ONCE)
        return edited or article

    def tidy_uploads(self) -> None:
        """Remove the copies of files and pages from which nothing is recorded."""
        places = (origin_of_uploads(self.folder), "http:", "https:")
        prune_copies(self.folder, [name for place in places for name in self._record.origins_in(place)])

    def index_vectors(self) -> None:
        """Bring the vector index up to the record; where that fails the library is searched exactly."""
        self._vectors.sync()

    def engine(self) -> str:
        """What a search is answered by, and why, in words."""
        return self._vectors.engine()

    # Searching it

    def search(self, question: str, k: int = 10, only: Filter | None = None) -> list[Passage]:
        """The ``k`` passages nearest to a question by words and meaning, best first, at most five of an article.

        What several articles say in nearly the same words, as wire copy, is found once, with the others as ``copies``.
        """
        _check_search(question, k, only)
        vector = self.embedder.embed_question(question)
        with self._record.snapshot():
            by_words = self._record.search_words(question, _CANDIDATES, only)
            by_vectors = self._vectors.search(vector, _CANDIDATES, only).ids
            fused = fuse(by_words, by_vectors, self._record.chunks_naming(question, is_common_word))
            best = at_most_per_article(fused, self._record.articles_of, _CHUNKS_AN_ARTICLE)
            folding, at_once = Folding(), _SPARE * k
            while len(folding) < k and (some := list(islice(best, at_once))):
                for passage in self._passages(some, vector):
                    folding.take(passage)
            return folding.passages()[:k]

    def _passages(self, found: Sequence[Scored], vector: NDArray[np.float32]) -> list[Passage]:
        ids, vectors = self._record.vectors(np.array([one.chunk_id for one in found], np.int64))
        cosines = dict(zip(ids.tolist(), (vectors.astype(np.float32) @ vector).tolist(), strict=True))
        return self._record.passages([replace(one, cosine=cosines[one.chunk_id]) for one in found])

    def respell(self, question: str) -> str:
        """The question with its misspelt words as the articles spell them; itself where there is none.

        A word is misspelt that no article holds and that is not English either; what stands between quotation marks is
        left alone.
        """
        with self._record.snapshot():
            return self._record.respell(question, is_common_word)

    def _origins(self, name: str) -> list[str]:
        if not _is_name(name):
            return []
        return self._record.origins_in(name) or self._record.origins_in(os.path.abspath(name))
