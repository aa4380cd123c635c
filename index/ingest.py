"""Adding files to the record: read, split, embed, record. What is known is not embedded again."""

import hashlib
import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Literal

from dateline.index.errors import LibraryConflict, ReadError
from dateline.index.fetching import Page, read_page
from dateline.index.missing import MissingFile, folder_is_there, is_missing, now, settle_missing
from dateline.index.ports import Record
from dateline.index.reading import READING_VERSION, ArticleFile, Skipped, file_sha256, find_files, read_file
from dateline.index.reading.files import origin_name
from dateline.index.splitting.chunks import embedding_text, split_article
from dateline.index.types import Article, Chunk, Embedder, Origin, Vectors, with_edits

_BATCH_CHUNKS = 256  # about two seconds of work: what Ctrl-C can lose, and enough to sort by length
_BATCH_ARTICLES = 256
_ATTEMPTS = 5  # where another process changes the same at the same time

logger = logging.getLogger(__name__)


State = Literal["added", "replaced", "known", "moved"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """One article is in the record, and stays there whatever happens next."""

    origin: str
    article_id: str
    state: State
    """``replaced``: the origin named another text before; ``known``: nothing was to be done; ``moved``: it was known by
    a file that is gone."""
    chunks: int
    """How many chunks were embedded for it."""
    repairs: tuple[str, ...] = ()
    """What was repaired of it, and what it hid, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the work has come, in bytes of files."""

    done: int
    total: int


Chunks = tuple[Chunk, ...]
Watch = Callable[[Added | Skipped | Progress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddReport:
    """What an addition came to."""

    added: int
    replaced: int
    known: int
    """Articles that were there already; those of files that have not changed are not counted."""
    unchanged_files: int
    chunks_embedded: int
    skipped: tuple[Skipped, ...]
    moved: int = 0
    """Articles whose files have another name or place now."""
    missing: tuple[MissingFile, ...] = ()
    """The files below the folders given that are gone since they were added."""

    def with_more(self, other: "AddReport") -> "AddReport":
        """This and what another addition came to."""
        both = {one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)}
        return AddReport(**both)


def add_pages(record: Record, embedder: Embedder, pages: Iterable[Page | Skipped], watch: Watch) -> AddReport:
    """Read what addresses gave into the record, as ``add_files``; articles that a feed no longer has stay."""
    addition = _Addition(record, embedder, watch, total=0)
    for page in pages:
        if isinstance(page, Skipped):
            addition.skip(page)
        else:
            addition.add_page(page)
    addition.flush()
    return addition.report()


def add_files(
    record: Record, embedder: Embedder, paths: Sequence[Path], watch: Watch, *, prune: bool = False, kept: str = "\0"
) -> AddReport:
    """Read files and folders into the record; acknowledges each article through ``watch`` once it is safe.

    Args:
        record: where to.
        embedder: what texts are embedded with.
        paths: files and folders.
        watch: told of every article, of what gave none, and of the progress.
        prune: whether articles leave whose files below the folders given are gone.
        kept: the folder of copies that the library keeps itself, of which some may be missing.
    """
    files, skipped = find_files(paths)
    addition = _Addition(record, embedder, watch, total=sum(file.size for file in files))
    addition.folders = tuple(path for path in paths if path.is_dir())
    for one in skipped:
        addition.skip(one)
    by_name = {file.name: file for file in files}
    for part in record.share(list(by_name)):
        for name in part:
            addition.add_file(by_name[name])
        addition.flush()
    addition.settle({file.name for file in files} | {one.origin for one in skipped}, prune=prune, kept=kept)
    return addition.report()


def holds_files(record: Record, paths: Sequence[Path]) -> bool:
    """Whether every article of these files and folders is in the record, and no input is refused."""
    files, skipped = find_files(paths)
    wrong = any(one.refused for one in skipped)
    return not wrong and all(record.file_state(file.name) == _state(file) for file in files)


def _state(file: ArticleFile) -> str:
    return f"{READING_VERSION}:{file_sha256(file)}"


class _Addition:
    """The state of one addition: what waits to be embedded, and the tally."""

    def __init__(self, record: Record, embedder: Embedder, watch: Watch, total: int) -> None:
        self._record, self._embedder, self._watch = record, embedder, watch
        self._total, self._done = total, 0  # bytes of files
        self._waiting: list[tuple[Article, Chunks]] = []
        self._finished: dict[str, str] = {}  # name of a file -> its state, once what waits is recorded
        self._gone: list[str] = []  # origins that files finished since no longer have
        self.folders: tuple[Path, ...] = ()
        self._missing: list[MissingFile] = []
        self._updated: list[tuple[Article, str]] = []  # what origins named before, and the id of what they name now
        self._tally: list[Added] = []
        self._skipped: list[Skipped] = []
        self._unchanged_files = 0

    def report(self) -> AddReport:
        states = [one.state for one in self._tally]
        return AddReport(
            added=states.count("added"),
            replaced=states.count("replaced"),
            known=states.count("known"),
            unchanged_files=self._unchanged_files,
            chunks_embedded=sum(one.chunks for one in self._tally),
            skipped=tuple(self._skipped),
            moved=states.count("moved"),
            missing=tuple(self._missing),
        )

    def skip(self, one: Skipped) -> None:
        self._skipped.append(one)
        self._watch(one)

    def add_file(self, file: ArticleFile) -> None:
        try:
            state = _state(file)
        except ReadError as error:
            self.skip(Skipped(origin=file.name, reason=str(error), refused=True))
            return
        if self._record.file_state(file.name) == state:
            self._unchanged_files += 1
        else:
            self._read(file, state)
        self._done += file.size
        self._watch(Progress(done=self._done, total=self._total))

    def _read(self, file: ArticleFile, state: str) -> None:
        origins: set[str] = set()
        whole, read = True, 0
        for item in read_file(file):
            if isinstance(item, Skipped):
                whole = whole and not item.refused
                self.skip(item)
                continue
            origins.update(origin.name for origin in item.origins)
            self._take(item)
            read = min(read + len(item.text), file.size)
            self._watch(Progress(done=self._done + read, total=self._total))
        if whole:  # else what the file held before is kept, and the file is read again next time
            self._finished[file.name] = state
            self._gone += [name for name in self._record.origins_in(file.name) if name not in origins]

    def add_page(self, page: Page) -> None:
        state = f"{READING_VERSION}:{hashlib.sha256(page.raw).hexdigest()}"
        if self._record.file_state(page.address) == state:
            self._unchanged_files += 1
            return
        whole = True
        for item in read_page(page):
            if isinstance(item, Skipped):
                whole = whole and not item.refused
                self.skip(item)
            else:
                self._take(item)
        if whole:
            self._finished[page.address] = state

    def _take(self, article: Article) -> None:
        article = self._as_edited(article)
        known = any(article.id == other.id for other, _ in self._waiting)
        self._waiting.append((article, () if known else self._chunks_of(article)))
        if len(self._waiting) >= _BATCH_ARTICLES or sum(len(chunks) for _, chunks in self._waiting) >= _BATCH_CHUNKS:
            self.flush()

    def _as_edited(self, article: Article) -> Article:
        """With what the user set of the article, or of the one that its file held before."""
        edits = self._record.edits(article.id, article.origins[0].name)
        return replace(article, metadata=with_edits(article.metadata, edits), edited=edits) if edits else article

    def _chunks_of(self, article: Article) -> Chunks:
        """What of it is to be embedded."""
        return () if self._is_known(article) else split_article(article, self._embedder)

    def _is_known(self, article: Article) -> bool:
        """Whether nothing is to be embedded; the metadata of a text that has other origins too stay as they are."""
        recorded = self._record.article(article.id)
        if recorded is None:
            return False
        names = {origin.name for origin in article.origins}
        others = [origin for origin in recorded.origins if origin.name not in names]
        return bool(others) or (recorded.metadata, recorded.body) == (article.metadata, article.body)

    def flush(self) -> None:
        """Embed and record what waits, in one transaction, then acknowledge it."""
        if not (self._waiting or self._gone or self._finished):
            return
        started = time.perf_counter()
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                added = self._write(list(embed_chunks(self._embedder, self._waiting)))
                break
            except LibraryConflict:  # nothing was written; what counted as known may be gone
                if attempt == _ATTEMPTS:
                    raise
                self._waiting = [(article, self._chunks_of(article)) for article, _ in self._waiting]
        self._waiting, self._gone, self._finished, self._updated = [], [], {}, []
        self._tally += added
        for one in added:
            self._watch(one)
        milliseconds = 1000 * (time.perf_counter() - started)
        logger.info(
            "recorded %d articles, %d chunks in %.0f ms", len(added), sum(one.chunks for one in added), milliseconds
        )

    def _write(self, embedded: Sequence[tuple[Article, Chunks, Vectors]]) -> list[Added]:
        self._updated = []
        with self._record.transaction():
            added = [self._put(*one) for one in embedded]
            for name in self._gone:
                self._record.remove_origin(name)
            for before, after in self._updated:
                self._record.keep_version(before, after, now())
            for name, state in self._finished.items():
                self._record.set_file_state(name, state)
        return added

    def _put(self, article: Article, chunks: Chunks, vectors: Vectors) -> Added:
        (origin,) = article.origins
        before = self._record.article_by_origin(origin.name)
        if chunks:
            self._record.put_article(article, chunks, vectors)
        self._record.put_origin(article.id, origin)
        state: State = "added" if before is None else "replaced"
        if not chunks and (before is None or before.id == article.id):
            state = "moved" if self._let_go_of_moved(article.id) else "known"
        if before and before.id != article.id and _has_other_bytes(before, origin):
            self._updated.append((before, article.id))
        return Added(origin=origin.name, article_id=article.id, state=state, chunks=len(chunks), repairs=origin.repairs)

    def _let_go_of_moved(self, article_id: str) -> bool:
        """Forget the names of an article's files that are gone, as another file has its text; whether there are any."""
        article = self._record.article(article_id)
        gone = [one.name for one in article.origins if is_missing(one.name)] if article else []
        gone = [name for name in gone if self._is_below(name) or folder_is_there(name)]
        for name in gone:
            self._record.remove_origin(name)
        return bool(gone)

    def _is_below(self, name: str) -> bool:
        return any(name.startswith(f"{origin_name(folder)}{os.sep}") for folder in self.folders)

    def settle(self, found: set[str], *, prune: bool, kept: str) -> None:
        """Tell of the files that are gone, and let go of those whose text another file has."""
        added = [one.article_id for one in self._tally if one.state == "added"]
        self._missing = settle_missing(self._record, self.folders, found, added, prune=prune, kept=kept)


def _has_other_bytes(before: Article, origin: Origin) -> bool:
    """Whether the file itself has changed, not only how it is read."""
    return all(one.sha256 != origin.sha256 for one in before.origins if one.name == origin.name)


def embed_chunks(
    embedder: Embedder, split: Iterable[tuple[Article, Chunks]]
) -> Iterator[tuple[Article, Chunks, Vectors]]:
    """Articles and their chunks, with the vectors of those chunks: float32 [len(chunks), dimensions]."""
    split = list(split)
    texts = [
        embedding_text(article.metadata, article.text[chunk.start : chunk.end])
        for article, chunks in split
        for chunk in chunks
    ]
    vectors, at = embedder.embed_passages(texts), 0
    for article, chunks in split:
        yield article, chunks, vectors[at : at + len(chunks)]
        at += len(chunks)
