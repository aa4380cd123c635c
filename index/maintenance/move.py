"""A library moved into another engine: everything is copied and compared, nothing is embedded, the source stays.

Until all is there and was compared, the fact ``moving`` keeps everyone else from what has arrived. Cut off, the same
command goes on: what has arrived and is equal is left as it is.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from dateline.index.backends import MOVING, Backend
from dateline.index.errors import ArgumentError, LibraryError
from dateline.index.maintenance.server import alone
from dateline.index.missing import now
from dateline.index.ports import Record
from dateline.index.postgres.address import ServerAddress, folder_of
from dateline.index.postgres.record import PostgresRecord
from dateline.index.storage.uploads import origin_of_uploads
from dateline.index.types import Article, Origin, Stored

_BATCH_ARTICLES = 64
_FACTS = ("embedder_name", "embedder", "chunker")
_BESIDE = ("uploads", "samples", "evaluations")

Watch = Callable[[int, int], None]
"""Told how many articles have arrived, of how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What a library held that was moved."""

    articles: int
    chunks: int
    digest: str
    """Of all articles with their chunks, vectors and versions: the same of both libraries."""


def move_library(
    source: Path | ServerAddress, target: Path | ServerAddress, watch: Watch = lambda done, every: None
) -> Moved:
    """Copy a library to a place where there is none yet, or only a part of this one.

    Args:
        source: a folder or an address; it is read as it is at this moment, and not changed.
        target: another.
        watch: told of the progress.

    Raises:
        ArgumentError: both are the same.
        NoLibrary: there is none at the source.
        LibraryLocked: another process moves one there.
        LibraryError: the target holds something else already, or what arrived is not what was sent.
    """
    if str(source) == str(target):
        raise ArgumentError(f"the library is at {str(target)!r} already; name another place")
    with closing(Backend.open(source)) as old, closing(Backend.write(target, wait=False, moving=True)) as new:
        with ExitStack() as held:
            held.enter_context(old.record.snapshot())
            if isinstance(new.record, PostgresRecord):
                held.enter_context(alone(new.record, wait=False))
            moving = _Moving(old.record, new.record, folder_of(source), folder_of(target))
            moving.begin(str(source), str(target))
            _copy_files(folder_of(source), folder_of(target))
            sent = moving.send(watch)
            new.vectors.sync()
            moving.end(sent)
        return sent


class _Moving:
    """One move."""

    def __init__(self, old: Record, new: Record, source: Path, target: Path) -> None:
        self._old, self._new = old, new
        self._kept = origin_of_uploads(source), origin_of_uploads(target)

    def begin(self, source: str, target: str) -> None:
        """Mark the target as not whole, where it is empty or has a part of this library."""
        if self._new.fact(MOVING) not in (None, source) or (
            self._new.fact(MOVING) is None and self._new.count_articles()
        ):
            raise LibraryError(f"there is another library at {target!r}; name a place where there is none")
        with self._new.transaction():
            self._new.set_fact(MOVING, source)
            for name in _FACTS:
                self._new.set_fact(name, self._old.fact(name))

    def send(self, watch: Watch) -> Moved:
        """Copy what is not there yet, and remove what is no longer in the source."""
        digest, articles, chunks = hashlib.sha256(), 0, 0
        every, names = self._old.count_articles(), set[str]()
        there = self._new.count_articles() > 0
        stored = (self._renamed(self._old.stored(article)) for article in self._old.articles())
        while batch := list(islice(stored, _BATCH_ARTICLES)):
            with self._new.transaction():
                for one in batch:
                    if not (there and self._is_there(one)):
                        self._new.restore(one)
            for one in batch:
                digest.update(_fingerprint(one))
                names.update(origin.name for origin in one.article.origins)
            articles, chunks = articles + len(batch), chunks + sum(len(one.chunks) for one in batch)
            watch(articles, every)
        with self._new.transaction():
            for name in set(self._new.origin_names()) - names:
                self._new.remove_origin(name)
            for name, state in self._old.file_states():
                self._new.set_file_state(self._moved(name), state)
        return Moved(articles=articles, chunks=chunks, digest=digest.hexdigest())

    def end(self, sent: Moved) -> None:
        """Compare what arrived with what was sent, and let others use it."""
        digest = hashlib.sha256()
        for article in self._new.articles():
            digest.update(_fingerprint(self._new.stored(article)))
        arrived = Moved(articles=self._new.count_articles(), chunks=self._new.count_chunks(), digest=digest.hexdigest())
        if arrived != sent:
            raise LibraryError(
                f"what arrived is not what was sent: {arrived.articles} articles and {arrived.chunks} chunks of "
                f"{sent.articles} and {sent.chunks}; run the same command again, or begin at an empty place"
            )
        with self._new.transaction():
            self._new.set_fact(MOVING, None)
            self._new.set_fact("moved", now())

    def _is_there(self, one: Stored) -> bool:
        article = self._new.article(one.article.id)
        return article is not None and _fingerprint(self._new.stored(article)) == _fingerprint(one)

    def _renamed(self, one: Stored) -> Stored:
        """With the copies of uploads named by where they lie now."""
        versions = tuple(replace(version, article=self._with_origins(version.article)) for version in one.versions)
        return replace(one, article=self._with_origins(one.article), versions=versions)

    def _with_origins(self, article: Article) -> Article:
        origins = tuple(replace(origin, name=self._moved(origin.name)) for origin in article.origins)
        return article if origins == article.origins else replace(article, origins=origins)

    def _moved(self, name: str) -> str:
        before, after = self._kept
        return after + name[len(before) :] if name.startswith((f"{before}/", f"{before}\\")) else name


def _fingerprint(one: Stored) -> bytes:
    """Of all that is held of an article: the same for the same, to the bit."""
    digest = hashlib.sha256()
    for part in _parts(one):
        raw = part if isinstance(part, bytes) else repr(part).encode(errors="backslashreplace")
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.digest()


def _parts(one: Stored) -> Iterator[object]:
    for article in (one.article, *(version.article for version in one.versions)):
        yield article.text.encode()
        yield article.body, article.metadata, _as_tuples(article.origins), dict(article.edited)
    yield one.chunks, one.numbers, [(version.until, version.current) for version in one.versions]
    yield from one.vectors


def _as_tuples(origins: tuple[Origin, ...]) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(one.name, one.sha256, one.encoding, tuple(one.repairs)) for one in origins]


def _copy_files(source: Path, target: Path) -> None:
    """Copy what is kept beside the record."""
    for name in _BESIDE:
        if (source / name).is_dir():
            try:
                shutil.copytree(source / name, target / name, dirs_exist_ok=True)
            except OSError as error:
                what = error.strerror or "some files can't be copied"
                raise LibraryError(f"can't copy {str(source / name)!r} to {str(target)!r}: {what.lower()}") from error
