"""Libraries of whole sets: built once from the articles given, and kept in the user's cache folder."""

import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from platformdirs import user_cache_path

from dateline.eval.datasets.files import Fields, write_lines
from dateline.eval.datasets.news import news_articles
from dateline.index.errors import NoLibrary
from dateline.index.ingest import Progress
from dateline.index.library import Library
from dateline.index.splitting.chunks import CHUNKER_ID
from dateline.index.storage import schema
from dateline.index.storage.record import SqliteRecord
from dateline.index.types import Article, Chunk, Embedder, Vectors


class Embedded(NamedTuple):
    """An article with its chunks and their vectors: float32 [len(chunks), dimensions]."""

    article: Article
    chunks: Sequence[Chunk]
    vectors: Vectors


_AT_ONCE = 200  # articles of one transaction
_EVERY = 30  # seconds between two lines of progress


def kept_library(name: str, articles: Callable[[], Iterable[Fields]], source: Path | None = None) -> Path:
    """The folder of a library in the cache; as ``build_library``.

    Args:
        name: what it is known by: another set of articles has another.
        articles: called where they have not been written to the cache yet.
        source: the file they come from: another library where it changes.
    """
    if source:
        with source.open("rb") as stream:
            content = hashlib.file_digest(stream, "sha256").digest()
        name = f"{name}-{hashlib.sha256(content).hexdigest()[:12]}"
    return build_library(
        user_cache_path("dateline") / "benchmarks" / f"{name}-{CHUNKER_ID.replace('/', '-')}", articles
    )


def build_library(folder: Path, articles: Callable[[], Iterable[Fields]]) -> Path:
    """The folder of a library of some articles below another; what an earlier run has built is used again."""
    folder.mkdir(parents=True, exist_ok=True)
    lines, library = folder / "articles.jsonl", folder / "library"
    if not lines.exists():
        write_lines(lines, articles())
    if not _holds(library, lines):
        _build(library, lines)
    return library


def record_articles(folder: Path, embedder: Embedder, articles: Iterable[Embedded]) -> float:
    """Record articles whose chunks and vectors are known in a new library; gives the seconds of that alone."""
    schema.create(folder)
    record, waiting, seconds = SqliteRecord(folder, writable=True), iter(articles), 0.0
    with record.transaction():
        record.set_models(embedder, CHUNKER_ID)
    while some := list(islice(waiting, _AT_ONCE)):
        started = time.perf_counter()
        with record.transaction():
            for article, chunks, vectors in some:
                record.put_article(article, chunks, vectors)
                record.put_origin(article.id, article.origins[0])
        seconds += time.perf_counter() - started
    record.close()
    return seconds


def news_library(data: Path) -> Path:
    """The folder of a library of all articles of the news set."""
    return kept_library("news", lambda: map(asdict, news_articles(data)))


def set_ids(library: Path) -> dict[str, frozenset[str]]:
    """For each article id of a library the ids in the set: several where the same text stands in it several times."""
    with Library.open(library) as opened:
        return {
            one.id: frozenset(origin.name.partition(".jsonl#")[2] for origin in one.origins)
            for one in opened.articles()
        }


def _holds(library: Path, lines: Path) -> bool:
    """Whether the library is complete; found out without the lock, which another benchmark may hold."""
    try:
        with Library.open(library) as opened:
            return opened.holds([lines])
    except NoLibrary:
        return False


def _build(folder: Path, lines: Path) -> None:
    started, shown = time.perf_counter(), 0.0

    def watch(event: object) -> None:
        nonlocal shown
        if isinstance(event, Progress) and time.perf_counter() - shown > _EVERY:
            shown = time.perf_counter()
            print(f"  building the library: {event.done / 1e6:.1f} of {event.total / 1e6:.1f} MB", flush=True)

    with Library.write(folder) as library:
        report = library.add([lines], watch)
    print(f"  built in {time.perf_counter() - started:.0f} s: {report.chunks_embedded} chunks")
