"""A timeline: the dated sentences of the library about a topic, in order of the days that they speak of.

The library is searched widely. A sentence belongs to the topic by its words, by those of its article's title, and by
its meaning; its passage or the title holds the names of the topic. What several articles say of the same days in nearly
the same words, or with nearly the same meaning, is one entry with the others behind it.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from dateline.index.copies import is_same_sentence
from dateline.index.errors import ArgumentError, shown
from dateline.index.library import Library
from dateline.index.reading.cleaning import one_line
from dateline.index.types import Filter, Passage, Span, date_in_words, filter_in_words
from dateline.rag.citations import cite
from dateline.rag.parsing.date_context import ResolvedDate
from dateline.rag.parsing.names import missing_words
from dateline.rag.parsing.parsed_text import ParsedText, parse
from dateline.rag.retrieval import explain_empty, respelling_notice, state_of
from dateline.rag.types import Citation, LibraryState, Quotation

MAX_TOPIC = 400
"""Characters of a topic; a longer one is refused."""

_PASSAGES = 80  # that are searched for
_LOOKED_AT = 320  # sentences of them whose meaning is compared
_TITLE = 0.6  # what a word of the topic weighs that only the title has
_ABOUT = 0.65  # share of the topic's words and cosine, added, from which a sentence is about it
_SAME = 0.7  # cosine of two sentences from which they tell of one event, where they speak of the same days
_LONGEST = 400  # days: a decade is no place in a timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """An event of a topic: the days, and the sentence that tells of it."""

    when: ResolvedDate
    """One of ``citation.days``: that which it is placed by."""
    citation: Citation
    also: tuple[Citation, ...] = ()
    """What other articles say of it, the best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The dated sentences of a topic."""

    topic: str
    entries: tuple[TimelineEntry, ...]
    """In order of their days."""
    undated: int
    """How many sentences are about the topic and speak of no day that can be told."""
    passages: int
    """How many were read."""
    notice: str | None
    """What to know of it, in words; None where there is nothing."""
    library: LibraryState
    timings_ms: dict[str, float]
    """Milliseconds by step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sentence:
    passage: Passage
    span: Span
    vector: NDArray[np.float32]
    likeness: float
    """The share of the topic's words that it has, and the cosine between it and the topic, added."""

    @property
    def text(self) -> str:
        return self.passage.words_at(self.span)


@dataclass(slots=True, kw_only=True)
class _Event:
    """Sentences of several articles that tell of the same."""

    when: ResolvedDate
    citation: Citation
    sentence: _Sentence
    also: list[Citation]


def build_timeline(
    topic: object, library: Library, only: Filter | None = None, *, since: date | None = None, until: date | None = None
) -> Timeline:
    """The timeline of a topic.

    Args:
        topic: words, or a question.
        library: that is searched.
        only: the articles that it is made of; all of them unless given.
        since: the first day that it tells of.
        until: the last day that it tells of, included.

    Raises:
        ArgumentError: the topic is no text, holds no word or is too long, or ``since`` is after ``until``.
    """
    started = time.perf_counter()
    words = read_topic(topic)
    if since and until and since > until:
        raise ArgumentError(f"since {since} is after until {until}, so no day passes; give an earlier since")
    understood = library.respell(words)
    passages = library.search(understood, _PASSAGES, only)
    sentences = _about(parse(understood), passages, library)
    events, undated = _events(sentences)
    entries = sorted(
        (
            TimelineEntry(when=one.when, citation=one.citation, also=tuple(one.also))
            for one in events
            if one.when.days.overlaps(since, until)
        ),
        key=lambda one: (one.when.first, one.when.last, one.citation.published or "", one.citation.start),
    )
    empty = explain_empty(library, only) if not passages else None
    notices = (respelling_notice(words, understood), _narrowed(only, since, until), empty)
    return Timeline(
        topic=words,
        entries=tuple(entries),
        undated=undated,
        passages=len(passages),
        notice="; ".join(filter(None, notices)) or None,
        library=state_of(library),
        timings_ms={"timeline": round(1000 * (time.perf_counter() - started), 1)},
    )


def read_topic(topic: object) -> str:
    """The words of a topic.

    Raises:
        ArgumentError: it is no text, holds no word, or is too long.
    """
    if not isinstance(topic, str):
        raise ArgumentError(f"the topic is {shown(topic)}; give words")
    if len(topic) > MAX_TOPIC:
        raise ArgumentError(f"the topic has {len(topic)} characters; give at most {MAX_TOPIC}")
    words = one_line(topic)
    if not any(map(str.isalnum, words)):
        raise ArgumentError("the topic holds no word; give one like 'coalition troops in Iraq'")
    return words


def _narrowed(only: Filter | None, since: date | None, until: date | None) -> str | None:
    """Which articles and days it was narrowed down to."""
    days = [f"{word} {date_in_words(day.isoformat())}" for word, day in (("since", since), ("until", until)) if day]
    articles = f"only articles {filter_in_words(only)} were read" if only else None
    return "; ".join(filter(None, (articles, f"only days {', '.join(days)}" if days else None))) or None


def _about(topic: ParsedText, passages: Sequence[Passage], library: Library) -> list[_Sentence]:
    """The sentences of the passages that are about a topic, the nearest first."""
    shares = {
        (passage.article_id, span): (_share(topic, passage, span), passage, span)
        for passage in passages
        if _names_all(topic, passage)
        for span in passage.sentences
    }
    likely = sorted((one for one in shares.values() if one[0]), key=lambda one: -one[0])[:_LOOKED_AT]
    if not likely:
        return []
    question = library.embedder.embed_question(topic.text)
    vectors = library.embedder.embed_passages([passage.words_at(span) for _, passage, span in likely])
    sentences = (
        _Sentence(passage=passage, span=span, vector=vector, likeness=share + float(vector @ question))
        for (share, passage, span), vector in zip(likely, vectors, strict=True)
    )
    return sorted((one for one in sentences if one.likeness >= _ABOUT), key=lambda one: -one.likeness)


def _share(topic: ParsedText, passage: Passage, span: Span) -> float:
    """How many of a topic's words a sentence has; those that only its article’s title has count less."""
    sentence, title = parse(passage.words_at(span)).stems, parse(passage.metadata.title or "").stems
    held = len(topic.stems & sentence) + _TITLE * len(topic.stems & (title - sentence))
    return held / max(1, len(topic.stems))


def _names_all(topic: ParsedText, passage: Passage) -> bool:
    """Whether a passage or the title of its article has the names of a topic."""
    around = parse(f"{passage.metadata.title or ''}\n{passage.text}")
    return not any(missing_words(name, around.name_words) for name in topic.names)


def _events(sentences: Iterable[_Sentence]) -> tuple[list[_Event], int]:
    """The dated sentences, what is told twice once; and how many have no day."""
    events: list[_Event] = []
    undated = 0
    for one in sentences:
        (citation,) = cite([Quotation(passage=0, span=one.span, score=min(1.0, one.likeness))], [one.passage])
        when = _placed_by(citation.days)
        if when is None:
            undated += 1
            continue
        same = next((event for event in events if _tells_the_same(event, one, when)), None)
        if same is None:
            also = list(citation.copies)
            events.append(_Event(when=when, citation=replace(citation, copies=()), sentence=one, also=also))
        elif all(other.article_id != citation.article_id for other in (same.citation, *same.also)):
            same.also.append(replace(citation, copies=()))
    return events, undated


def _placed_by(days: Sequence[ResolvedDate]) -> ResolvedDate | None:
    """The days that a sentence tells of first; the day on which it was said only where it tells no other."""
    narrow = [one for one in days if (one.last - one.first).days <= _LONGEST]
    return next((one for one in narrow if not one.said), next(iter(narrow), None))


def _tells_the_same(event: _Event, one: _Sentence, when: ResolvedDate) -> bool:
    """Whether a sentence of another article tells of an event that was told already."""
    if event.when.days != when.days or event.citation.article_id == one.passage.article_id:
        return False
    if is_same_sentence(event.sentence.text, one.text):
        return True
    return float(np.dot(event.sentence.vector, one.vector)) >= _SAME
