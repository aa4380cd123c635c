"""The words of the corpus: what is read, split, embedded, recorded and found.

Offsets are indices of a Python string (code points), half-open, and always into ``Article.text``.
"""

import hashlib
import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import PurePath
from typing import Any, Literal, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from dateline.index.errors import ArgumentError, shown

Vectors = NDArray[np.float32]
"""float32 [n, dimensions], every row of unit length."""

ChunkIds = NDArray[np.int64]
"""int64 [n]: the record's numbers of chunks; never used twice in the life of a library."""

RECORD_NAME = "library.sqlite"
"""The file that a folder is known by as a library."""
LIBRARY_ENTRIES = frozenset({"evaluations", "samples", "uploads", "vectors", "writer.json", "writer.lock"})
"""What else of a library's folder could be taken for articles."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The half-open range ``[start, end)`` of an article's text."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The words of ``text`` in this range."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What is known of an article beside its text; None is unknown, never guessed."""

    title: str | None = None
    source: str | None = None
    url: str | None = None
    published: str | None = None
    """ISO 8601: a date, ``2024-09-08``, or a date and time, ``2024-09-08T08:21:10``."""
    tags: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Fields of a JSON article or of a front matter that have no place above; JSON values."""

    @property
    def authors(self) -> tuple[str, ...]:
        """Who wrote it; kept among the ``extra`` fields as ``authors``."""
        names = self.extra.get("authors")
        return tuple(name for name in names if isinstance(name, str)) if isinstance(names, list | tuple) else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an article was read from, and what reading did to its bytes."""

    name: str
    """A path; for one of several articles in a file the path, ``#`` and its id or line."""
    sha256: str
    """Of the raw bytes, in hex: of the file, or of the line in a file of many articles."""
    encoding: str
    repairs: tuple[str, ...] = ()
    """What was changed to get the text of record, each in words: ``3 control characters removed``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A source text of record; it is never altered after reading."""

    text: str
    body: tuple[Span, ...]
    """The parts of ``text`` that are the article itself, ascending and disjoint: title, dateline, source, tag and
    timestamp lines stay in the text and lie outside."""
    metadata: Metadata
    origins: tuple[Origin, ...]
    edited: Mapping[str, Any] = field(default_factory=dict)
    """What the user set of ``metadata``, by the names of ``EDITABLE``; it stays when the file is read again."""
    id: str = field(init=False)
    """The first 16 hex digits of the SHA-256 of ``text`` in UTF-8, so that a citation proves itself."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", hashlib.sha256(self.text.encode()).hexdigest()[:16])


EDITABLE = ("title", "source", "published", "authors")
"""What of an article's metadata the user may set; a value of nothing is unknown."""


def with_edits(metadata: Metadata, edits: Mapping[str, Any]) -> Metadata:
    """Metadata as a file states them, and over them what the user set."""
    known = {name: edits.get(name, getattr(metadata, name)) or None for name in ("title", "source", "published")}
    extra = {**metadata.extra, "authors": list(edits["authors"])} if "authors" in edits else metadata.extra
    return replace(metadata, title=known["title"], source=known["source"], published=known["published"], extra=extra)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """An earlier text of an article that was updated: kept, and never searched or answered from."""

    article: Article
    """As it was; its origins are those that name the later text now."""
    until: str
    """ISO 8601, in UTC: when the later text took its place."""
    current: str
    """The id of the article as it is now."""


def is_article_id(text: str) -> bool:
    """Whether a text has the form of an article's id."""
    return is_hex(text, 16)


def is_hex(text: str, digits: int) -> bool:
    """Whether a text is that many hex digits, in lower case."""
    return len(text) == digits and set(text) <= set("0123456789abcdef")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A contiguous span of one article, made of whole sentences: the unit that is embedded and found."""

    start: int
    end: int
    sentences: tuple[Span, ...]
    """Ascending and disjoint; the first begins at ``start``, the last ends at ``end``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """All that a record holds of an article, as another record can take it."""

    article: Article
    chunks: tuple[Chunk, ...]
    numbers: tuple[int, ...]
    """Of the chunks, ascending."""
    vectors: tuple[bytes, ...]
    """Of the chunks: float16, little endian, unit length."""
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A span of an article: what a chunk is called wherever it goes, as ``9b2f00c4d1e8a37c:120-480``."""

    article_id: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.article_id}:{self.start}-{self.end}"

    @classmethod
    def parse(cls, name: str) -> Self:
        """The place of a name.

        Raises:
            ValueError: it is none.
        """
        article_id, _, span = name.partition(":")
        start, _, end = span.partition("-")
        return cls(article_id, int(start), int(end))


@dataclass(frozen=True, slots=True, kw_only=True, init=False)
class Filter:
    """Which articles a search may find; an article of unknown date or source is not found by one that asks for it."""

    since: date | None = None
    """The first day of publication."""
    until: date | None = None
    """The last day of publication, included."""
    source: str | None = None
    """Part of the source's name, in any case: ``cnn`` finds ``www.cnn.com``."""

    def __init__(
        self, *, since: date | str | None = None, until: date | str | None = None, source: str | None = None
    ) -> None:
        """Take dates, or ISO 8601 text of a day, a month or a year: ``until="2024-02"`` is 29 February 2024.

        Raises:
            ArgumentError: one is neither, ``since`` is after ``until``, or ``source`` is no text.
        """
        first, last = read_day("since", since), read_day("until", until, last=True)
        if first and last and first > last:
            raise ArgumentError(f"since {first} is after until {last}, so no article passes; give an earlier since")
        if not isinstance(source, str | None):
            raise ArgumentError(f"source is {shown(source)}; give part of a source's name")
        for name, value in (("since", first), ("until", last), ("source", source)):
            object.__setattr__(self, name, value)

    def __bool__(self) -> bool:
        return any((self.since, self.until, self.source))


_ISO_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ][\d:.+Z-]{2,30})?)?)?", re.ASCII)


def read_day(name: str, value: object, *, last: bool = False) -> date | None:
    """The day of a date or of ISO 8601 text; of a month or a year the first day, or the ``last``.

    Raises:
        ArgumentError: it is neither.
    """
    if value is None or isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    if isinstance(value, str) and (found := _ISO_DAY.fullmatch(value)):
        try:
            year, month = int(found[1]), int(found[2] or (12 if last else 1))
            return date(year, month, int(found[3] or (monthrange(year, month)[1] if last else 1)))
        except ValueError:  # 2024-02-30; IllegalMonthError is one
            pass
    raise ArgumentError(f"{name} is {shown(value)}; give a day like '2024-09-08', a month '2024-09' or a year '2024'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A chunk retrieved for a question, with its scores."""

    article_id: str
    metadata: Metadata
    origin: str
    start: int
    end: int
    text: str
    """``Article.text[start:end]``."""
    sentences: tuple[Span, ...]
    """Into the article's text, like ``start`` and ``end``."""
    score: float
    """By its better rank, greater is better; comparable within one search only."""
    text_rank: int | None
    """Place in the full-text search, from 1; None where it did not come up."""
    vector_rank: int | None
    """Place in the vector search, from 1; None where it did not come up."""
    cosine: float
    """Between question and chunk, -1 to 1."""
    copies: tuple["Passage", ...] = ()
    """Passages of other articles that say the same in nearly the same words, and are not shown beside it."""
    head: str = ""
    """What stands above the article's body, from the beginning of its text on: ``Article.text[: len(head)]``."""

    def words_at(self, span: Span) -> str:
        """The words of a span within the passage, or of the head of its article, given in the article's text."""
        if span.end <= min(len(self.head), self.start):
            return span.of(self.head)
        return self.text[span.start - self.start : span.end - self.start]


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """What a vector search found, best first; ties by chunk, so that the same search gives the same result."""

    ids: ChunkIds
    cosines: NDArray[np.float32]
    """float32 [len(ids)], -1 to 1."""
    approximate: bool = False
    """Whether an index chose them; else every vector was compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRow:
    """What a list shows of an article."""

    id: str
    title: str | None
    source: str | None
    published: str | None
    url: str | None
    origin: str
    """The name of its first origin."""
    origins: int
    """How many it has."""
    characters: int
    """Of its text of record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which articles are listed: those that hold every word of a query and pass a filter."""

    query: str = ""
    """Its words are looked for in title, source, names of origins and id, in any case where they are ASCII."""
    only: Filter | None = None


Order = Literal["newest", "oldest", "title", "source", "size", "added"]
"""``newest`` and ``oldest`` are by day of publication, ``size`` has the longest first, ``added`` the last one; what has
no day, title or source comes last."""


class Embedder(Protocol):
    """Turns text into vectors. What it makes is comparable only with what the same ``id`` made."""

    @property
    def name(self) -> str:
        """What loads it again; recorded in the library."""

    @property
    def id(self) -> str:
        """Name and hash of the weights; recorded in the library."""

    @property
    def dimensions(self) -> int:
        """Length of a vector."""

    @property
    def max_tokens(self) -> int:
        """What is read of a text, special tokens included; the rest is cut off."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without the special ones."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """The vectors of texts that are searched, in the order given."""

    def embed_question(self, text: str) -> NDArray[np.float32]:
        """float32 [dimensions], unit length: the vector of a question."""


# What people call them


def article_name(metadata: Metadata, origin: str) -> str:
    """The title, else the name of the file it came from."""
    return metadata.title or PurePath(origin.partition("#")[0]).name or origin


def date_in_words(published: str | None) -> str:
    """``8 September 2024`` for an ISO date or date and time; ``undated`` where there is none."""
    if published is None:
        return "undated"
    day = datetime.fromisoformat(published)
    return f"{day.day} {day:%B %Y}"


def filter_in_words(only: Filter) -> str:
    """``since 1 May 2024, until 31 May 2024, from a source like 'cnn'``: the articles that a filter leaves."""
    days = (("since", only.since), ("until", only.until))
    parts = [f"{word} {date_in_words(day.isoformat())}" for word, day in days if day]
    return ", ".join((*parts, f"from a source like {only.source!r}") if only.source else parts)
