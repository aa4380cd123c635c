"""Values of the corpus as rows of the record, and back."""

import json
import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dateline.index.fusion import Scored
from dateline.index.types import (
    EDITABLE,
    Article,
    Chunk,
    ChunkIds,
    Filter,
    Metadata,
    Origin,
    Passage,
    Span,
    Stored,
    Version,
)

ARTICLE_COLUMNS = "number, articles.id, text, body, title, source, url, published, tags, extra"
METADATA_COLUMNS = "title, source, url, published, tags, extra"
_LARGEST = 20_000_000  # characters of a chunk, or of a list: no file that is read is larger
_LONGEST_HEAD = 600  # characters above a body that may be quoted: title, byline, date


def passage_columns(first_origin: str, body_start: str, least: str) -> str:
    """What is selected of chunks joined with their articles, in an engine's words, for ``load_passage``.

    Args:
        first_origin: the name of the first origin of an article.
        body_start: where its body begins.
        least: the function that gives the smaller of two.
    """
    return f"""chunks.id, start, "end", sentences, articles.id,
        substr(text, start + 1, {least}("end" - start, {_LARGEST})), {METADATA_COLUMNS}, {first_origin},
        substr(text, 1, {least}(coalesce({body_start}, 0), {_LONGEST_HEAD}))"""


PASSAGE_COLUMNS = passage_columns(
    "(SELECT name FROM origins WHERE article = number ORDER BY rowid LIMIT 1)", "json_extract(body, '$[0][0]')", "min"
)

Row = tuple[Any, ...]
_ANY_DAY = "2000-01-01"


def checksum(rows: Iterable[Row]) -> int:
    """Of what stands in rows: the same for the same values, another for almost any others."""
    total = 0
    for row in rows:
        total = zlib.crc32(repr(row).encode(errors="backslashreplace"), total)
    return total


def dump_spans(spans: Sequence[Span]) -> str:
    """Spans as JSON."""
    return json.dumps([(span.start, span.end) for span in spans], separators=(",", ":"))


def load_spans(text: str) -> tuple[Span, ...]:
    """Spans from JSON.

    Raises:
        ValueError, TypeError: it is of another form; so with all that is read from rows.
    """
    spans = tuple(Span(start, end) for start, end in _parsed(text))
    for span in spans:
        _check(span.start, int)
        _check(span.end, int)
    return spans


def _parsed(text: str) -> Any:
    if len(text) > _LARGEST:  # in memory it takes twenty times that
        raise ValueError("a list is longer than any file that is read")
    return json.loads(text)


def _check(value: object, *kinds: type) -> None:
    """A column of SQLite holds values of any type, whatever it was declared to hold."""
    if type(value) not in kinds:
        raise TypeError(f"a value is of type {type(value).__name__}, not {kinds[0].__name__}")


def load_vectors(rows: Sequence[Row]) -> tuple[ChunkIds, NDArray[np.float16]]:
    """Chunk ids, and float16 [n, dimensions], from rows of both."""
    matrix = np.frombuffer(b"".join([row[1] for row in rows]), "<f2")
    return np.array([row[0] for row in rows], np.int64), matrix.reshape(len(rows), -1 if rows else 0)


def dump_metadata(metadata: Metadata) -> Row:
    """The values of ``METADATA_COLUMNS``."""
    extra = json.dumps(dict(metadata.extra))
    return (metadata.title, metadata.source, metadata.url, metadata.published, json.dumps(metadata.tags), extra)


def load_metadata(row: Row) -> Metadata:
    """From the values of ``METADATA_COLUMNS``."""
    title, source, url, published, tags, extra = (*row[:4], _parsed(row[4]), _parsed(row[5]))
    for value in row[:4]:
        _check(value, str, type(None))
    for value, kind in ((tags, list), (extra, dict), *((tag, str) for tag in tags)):
        _check(value, kind)
    datetime.fromisoformat(published or _ANY_DAY)
    return Metadata(title=title, source=source, url=url, published=published, tags=tuple(tags), extra=extra)


def load_edits(text: str) -> dict[str, Any]:
    """What the user set, by name."""
    _check(text, str)
    edits = _parsed(text)
    _check(edits, dict)
    if not edits.keys() <= set(EDITABLE):
        raise ValueError("what the user set has a name that is none")
    return dict(edits)


def load_article(row: Row, origins: Sequence[Row]) -> Article:
    """From the values of ``ARTICLE_COLUMNS``, the edits, and rows of name, sha256, encoding, repairs."""
    _check(row[2], str)
    for value in (value for origin in origins for value in origin):
        _check(value, str)
    return Article(
        text=row[2],
        body=load_spans(row[3]),
        metadata=load_metadata(row[4:10]),
        edited=load_edits(row[10]) if row[10] is not None else {},
        origins=tuple(
            Origin(name=name, sha256=sha256, encoding=encoding, repairs=tuple(_parsed(repairs)))
            for name, sha256, encoding, repairs in origins
        ),
    )


def dump_version(article: Article) -> str:
    """All of an article but its text, as JSON."""
    facts = {"body": dump_spans(article.body), "metadata": dump_metadata(article.metadata)}
    origins = [(one.name, one.sha256, one.encoding, json.dumps(one.repairs)) for one in article.origins]
    return json.dumps({**facts, "origins": origins})


def load_version(text: str, facts: str) -> Article:
    """From the text of an earlier version and what ``dump_version`` made of the rest."""
    known = _parsed(facts)
    return load_article((0, "", text, known["body"], *known["metadata"], None), known["origins"])


def load_stored(article: Article, rows: Sequence[Row], versions: Sequence[Version]) -> Stored:
    """From an article, rows of id, start, end, sentences and vector of its chunks, and its versions."""
    return Stored(
        article=article,
        chunks=tuple(Chunk(start=row[1], end=row[2], sentences=load_spans(row[3])) for row in rows),
        numbers=tuple(row[0] for row in rows),
        vectors=tuple(row[4] for row in rows),
        versions=tuple(versions),
    )


def load_passage(row: Row, scored: Scored) -> Passage:
    """From the values of ``PASSAGE_COLUMNS`` and the scores of that chunk."""
    start, end, sentences, article_id, text = row[1:6]
    for value, kind in ((start, int), (end, int), (article_id, str), (text, str), (row[12], str), (row[13], str)):
        _check(value, kind)
    if not 0 <= start < end or len(text) != end - start:
        raise ValueError("a chunk lies outside its article")
    return Passage(
        article_id=article_id,
        metadata=load_metadata(row[6:12]),
        origin=row[12],
        start=start,
        end=end,
        text=text,
        sentences=load_spans(sentences),
        score=scored.score,
        text_rank=scored.text_rank,
        vector_rank=scored.vector_rank,
        cosine=scored.cosine,
        head=row[13],
    )


def filter_condition(only: Filter | None) -> tuple[str, list[str]]:
    """A WHERE clause on the table of articles, empty where nothing is asked, and its values."""
    conditions, values = [], []
    if only and only.since:
        conditions.append("substr(published, 1, 10) >= ?")
        values.append(only.since.isoformat())
    if only and only.until:
        conditions.append("substr(published, 1, 10) <= ?")
        values.append(only.until.isoformat())
    if only and only.source:
        conditions.append("instr(lower(source), lower(?)) > 0")
        values.append(only.source)
    return ("WHERE " + " AND ".join(conditions) if conditions else ""), values
