"""The form of the JSON in ``serializers``, for descriptions that programs read; a test holds each against the other."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from dateline.rag.types import AskedFor, YesNo


class _Exact(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DayJson(_Exact):
    """Days that a quote speaks of, from ``first`` to ``last``; ``start`` and ``end`` are places in the article."""

    text: str
    start: int
    end: int
    first: str
    last: str
    certain: bool


class PlaceJson(_Exact):
    """Exact words of an article: ``text[start:end] == quote``, counted in Unicode code points."""

    article_id: str
    title: str | None
    source: str | None
    published: str | None
    url: str | None
    start: int
    end: int
    quote: str
    days: list[DayJson]


class CopyJson(_Exact):
    """Where another article says it in nearly the same words."""

    article_id: str
    title: str | None
    source: str | None
    published: str | None
    url: str | None
    start: int
    end: int


class CitationJson(PlaceJson):
    """What a claim rests on, with the short answer's place in the article, where it is marked."""

    answer_start: int | None
    answer_end: int | None
    copies: list[CopyJson]


class ClaimJson(_Exact):
    """A sentence of an answer, its verdict, and its citations by their place in ``citations``."""

    text: str
    support: Literal["quoted", "supported", "contradicted", "unsupported"] | None
    why: str
    citations: list[int]


class GroupJson(_Exact):
    """Citations that give the same answer, or an item of a list; ``superseded`` where a later article says other."""

    citations: list[int]
    short_answer: str | None
    day: str | None
    superseded: bool


class DifferenceJson(_Exact):
    """Two groups, by their places in ``groups``, that give different values for one fact."""

    kind: Literal["update", "contradiction"]
    newer: int
    older: int
    why: str


class PassageJson(_Exact):
    """Sentences in a row of an article that were found."""

    article_id: str
    title: str | None
    published: str | None
    start: int
    end: int
    text: str
    score: float
    copies: list[CopyJson]


class LibraryJson(_Exact):
    """Which library was asked, as it was then."""

    path: str
    articles: int
    chunks: int


class AnswerJson(_Exact):
    """What ``dateline ask --json`` prints."""

    question: str
    stand_alone: str
    answer: str
    short_answer: str | None
    short_answer_days: list[DayJson]
    abstained: bool
    reason: str | None
    confidence: float
    certainty: Literal["likely", "uncertain", "none"]
    supported_share: float | None
    notice: str | None
    asked_for: AskedFor
    verdict: YesNo | None
    computed: str | None
    groups: list[GroupJson]
    differences: list[DifferenceJson]
    claims: list[ClaimJson]
    citations: list[CitationJson]
    nearest: list[CitationJson]
    passages: list[PassageJson]
    model: str
    library: LibraryJson
    timings_ms: dict[str, float]


class EvidenceJson(PlaceJson):
    """Words of an article that a sentence was held against, and what they make of it."""

    support: Literal["quoted", "supported", "contradicted", "unsupported"]
    why: str


class CheckedSentenceJson(_Exact):
    """A sentence of a checked text; ``support`` is null where it claims nothing, and ``why`` says so."""

    text: str
    start: int
    end: int
    support: Literal["quoted", "supported", "contradicted", "unsupported"] | None
    why: str | None
    evidence: list[EvidenceJson]


class CountsJson(_Exact):
    """How many sentences have which verdict."""

    supported: int
    contradicted: int
    not_found: int
    passed_over: int


class CheckJson(_Exact):
    """What ``dateline check --json`` prints."""

    text: str
    counts: CountsJson
    sentences: list[CheckedSentenceJson]
    notice: str | None
    library: LibraryJson
    timings_ms: dict[str, float]


class FoundJson(_Exact):
    """What ``dateline search --json`` prints."""

    query: str
    passages: list[PassageJson]
    notice: str | None


class TimelineEntryJson(_Exact):
    """What is said of days, and in ``also`` what other articles say of the same."""

    first: str
    last: str
    certain: bool
    text: str
    citation: PlaceJson
    also: list[PlaceJson]


class TimelineJson(_Exact):
    """What ``dateline timeline --json`` prints."""

    topic: str
    entries: list[TimelineEntryJson]
    undated: int
    notice: str | None
    library: LibraryJson
    timings_ms: dict[str, float]


class OriginJson(_Exact):
    """A file or an address that an article was read from."""

    name: str
    sha256: str
    encoding: str | None
    repairs: list[str]


class ListedJson(_Exact):
    """One of the articles that ``dateline articles --json`` lists."""

    article_id: str
    title: str | None
    source: str | None
    published: str | None
    url: str | None
    authors: list[str]
    tags: list[str]
    extra: dict[str, Any]
    edited: list[str]
    characters: int
    origins: list[OriginJson]


class ArticlesJson(_Exact):
    """A part of the list of articles, and how many there are in all."""

    total: int
    articles: list[ListedJson]


class ArticleJson(ListedJson):
    """An article with its text of record, or with the part of it from ``start`` to ``end``."""

    start: int
    end: int
    text: str


class ErrorJson(_Exact):
    """What went wrong, in one line, and the way out."""

    detail: str


class StatusJson(_Exact):
    """How the server is, in a word."""

    status: str
