"""A text that someone else wrote, checked against the library: each sentence with its verdict and what it rests on.

For each sentence that claims something the library is searched, alone and with the sentence before it. Of the passages
found, the sentences that share most with it in words and meaning are judged one by one, by themselves and with another
of their article. Only what is as near to the claim as anything else decides: a sentence about something else neither
supports nor contradicts it, whatever the verdict on it would be.
"""

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dateline.index.errors import ArgumentError, shown
from dateline.index.library import Library
from dateline.index.reading.cleaning import clean
from dateline.index.types import Filter, Passage, Span, filter_in_words
from dateline.rag.citations import cite
from dateline.rag.parsing.names import missing_words
from dateline.rag.parsing.parsed_text import ParsedText, parse
from dateline.rag.retrieval import explain_empty, find_article, state_of
from dateline.rag.types import CheckedSentence, CheckedText, Evidence, Quotation, Support, Verifier
from dateline.rag.verification.claim_detection import TextSentence, detect_claims
from dateline.rag.verification.injection.instructions import paragraph_at, what_is_said
from dateline.rag.verification.verify import judge

MAX_TEXT = 100_000
"""Characters of a text; a longer one is refused."""

_PASSAGES = 8  # that each of two searches finds
_LOOKED_AT = 12  # sentences of them that share the most words with a claim: their vectors are compared
_JUDGED = 5  # sentences, the nearest ones
_SHOWN = 3  # of each verdict
_TITLE = 0.5  # what a word of the claim weighs that only the title has
_BEFORE = 0.2  # what an article gains that bears out the sentence before
_NEAR = 0.8  # the likeness from which a sentence supports a claim, or is shown where nothing does
_APART = 0.2  # how much farther than the nearest sentence another may be, to support it
_ADDED = 2  # words of a claim that a second sentence has and the first one lacks
_SAME, _NEAR_IN_MEANING = 0.8, 0.65  # share of words, or cosine, from which a sentence may contradict a claim
_KEPT = 4_000  # vectors of sentences, and texts of articles a hundredth of that


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A sentence of an article that a claim may be about."""

    passage: Passage
    span: Span
    parsed: ParsedText
    cosine: float
    """Between it and the claim."""
    likeness: float
    """The share of the claim's words that it has, and the cosine, added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """Sentences of an article, and what they make of a claim together."""

    candidates: tuple[_Candidate, ...]
    support: Support
    likeness: float


def check_text(
    text: object, library: Library, only: Filter | None = None, verifier: Verifier | None = None
) -> Generator[CheckedSentence | CheckedText]:
    """Each sentence of a text as soon as it is checked, and at the end the text whole.

    Args:
        text: that someone else wrote.
        library: that it is held against.
        only: the articles that it is held against; all of them unless given.
        verifier: the model that judges; the one that ships unless given.

    Raises:
        ArgumentError: it is no text, holds no word, or too many characters.
    """
    started = time.perf_counter()
    read = read_text(text)
    sentences: list[CheckedSentence] = []
    checker = _TextChecker(library, only, verifier)
    for sentence in detect_claims(read):
        support, evidence = checker.check(sentence)
        checked = CheckedSentence(
            text=sentence.span.of(read),
            start=sentence.span.start,
            end=sentence.span.end,
            support=support,
            passed_over=sentence.passed_over,
            evidence=evidence,
        )
        sentences.append(checked)
        yield checked
    yield CheckedText(
        text=read,
        sentences=tuple(sentences),
        notice=_notice(library, only, sentences),
        library=state_of(library),
        timings_ms={"check": round(1000 * (time.perf_counter() - started), 1)},
    )


def read_text(text: object) -> str:
    """The text, cleaned as articles are; what is none is refused before anything is made of it.

    Raises:
        ArgumentError: it is no text, holds no word, or too many characters.
    """
    if not isinstance(text, str):
        raise ArgumentError(f"the text is {shown(text)}; give words")
    if len(text) > MAX_TEXT:
        raise ArgumentError(f"the text has {len(text)} characters; check at most {MAX_TEXT} at once")
    read = clean(text).text
    if not any(map(str.isalnum, read)):
        raise ArgumentError("the text holds no word; give one that claims something")
    return read


class _TextChecker:
    """Checks the sentences of one text, the one after the other."""

    def __init__(self, library: Library, only: Filter | None, verifier: Verifier | None) -> None:
        self._library, self._only, self._verifier = library, only, verifier
        self._before: TextSentence | None = None
        self._articles_before: frozenset[str] = frozenset()
        self._vectors: dict[str, NDArray[np.float32]] = {}
        self._texts: dict[str, str | None] = {}

    def check(self, sentence: TextSentence) -> tuple[Support | None, tuple[Evidence, ...]]:
        """The verdict on a sentence, None where it claims nothing, and what it rests on."""
        if sentence.passed_over:
            return None, ()
        claim = parse(sentence.claim)
        judged = list(self._judge(claim, self._nearest(claim)))
        support, decisive = _decide(claim, judged)
        self._before = sentence
        if support.holds:
            self._articles_before = frozenset(one.passage.article_id for each in decisive for one in each.candidates)
        return support, _evidence(decisive)

    def _nearest(self, claim: ParsedText) -> list[_Candidate]:
        """The sentences of the library that are most about the same, the nearest first."""
        queries = [claim.text, *([f"{self._before.claim} {claim.text}"] if self._before else [])]
        found = (one for query in queries for one in self._library.search(query, _PASSAGES, self._only))
        passages = {(one.article_id, one.start): one for one in found}.values()
        places = {(one.article_id, span): one for one in passages for span in one.sentences}
        shares = [
            (_share(claim, parse(passage.words_at(span)), passage), passage, span)
            for (_, span), passage in places.items()
        ]
        likely = sorted(shares, key=lambda one: -one[0])[:_LOOKED_AT]
        cosines = self._cosines(claim.text, [passage.words_at(span) for _, passage, span in likely])
        candidates = [
            _Candidate(
                passage=passage,
                span=span,
                parsed=parse(passage.words_at(span)),
                cosine=cosine,
                likeness=share + cosine + _BEFORE * (passage.article_id in self._articles_before),
            )
            for (share, passage, span), cosine in zip(likely, cosines, strict=True)
        ]
        return sorted(candidates, key=lambda one: -one.likeness)

    def _cosines(self, claim: str, sentences: Sequence[str]) -> list[float]:
        if len(self._vectors) > _KEPT:
            self._vectors.clear()
        fresh = list(dict.fromkeys(text for text in (claim, *sentences) if text not in self._vectors))
        self._vectors.update(zip(fresh, self._library.embedder.embed_passages(fresh), strict=True))
        return [float(self._vectors[text] @ self._vectors[claim]) for text in sentences]

    def _judge(self, claim: ParsedText, candidates: Sequence[_Candidate]) -> Iterator[_Judged]:
        """The verdicts on the nearest sentences, by themselves, then each with another of its article."""
        for one in candidates[:_JUDGED]:
            alone = self._judged(claim, (one,))
            yield alone
            if not alone.support.holds:
                others = [other for other in candidates if other is not one and _go_together(claim, one, other)]
                yield from (self._judged(claim, (one, other)) for other in others[:1])

    def _judged(self, claim: ParsedText, candidates: tuple[_Candidate, ...]) -> _Judged:
        quotes = [one.parsed for one in candidates]
        said = [what_is_said(one.parsed, claim, self._paragraph(one)) for one in candidates]
        metadata = [one.passage.metadata for one in candidates]
        support = _of_a_text(judge(claim, quotes, said, metadata, self._library.embedder, self._verifier))
        if support.holds and any(claim.text in one.text for one in quotes):
            support = Support(verdict="quoted", why="quoted word for word")
        return _Judged(candidates=candidates, support=support, likeness=max(one.likeness for one in candidates))

    def _paragraph(self, one: _Candidate) -> str:
        article_id = one.passage.article_id
        if article_id not in self._texts:
            if len(self._texts) > _KEPT // 100:
                self._texts.clear()
            article = find_article(self._library, article_id)
            self._texts[article_id] = article.text if article else None
        text, start = self._texts[article_id], 0
        if text is None:
            text, start = one.passage.text, one.passage.start
        return paragraph_at(text, one.span.start - start, one.span.end - start)


def _share(claim: ParsedText, sentence: ParsedText, passage: Passage) -> float:
    """How much of a claim's words stand in a sentence; those that only the title of its article has count half."""
    title = parse(passage.metadata.title or "").stems - sentence.stems
    held = len(claim.stems & sentence.stems) + _TITLE * len(claim.stems & title)
    return held / max(1, len(claim.stems))


def _go_together(claim: ParsedText, one: _Candidate, other: _Candidate) -> bool:
    """Whether a claim may rest on both: the other is of the same article, and has words of it that the one lacks.

    Among them is a number or a name, or the other is near to the claim as well.
    """
    added = (claim.stems & other.parsed.stems) - one.parsed.stems
    if one.passage.article_id != other.passage.article_id or len(added) < _ADDED:
        return False
    figures = {word.stem for word in claim.words if word.text[0].isdigit() or word.text[0].isupper()}
    return bool(added & figures) or other.likeness >= one.likeness - _NEAR / 2


def _decide(claim: ParsedText, judged: Sequence[_Judged]) -> tuple[Support, list[_Judged]]:
    """The verdict on a claim, and what decides it; of an unsupported one the nearest, where it is near."""
    nearest = max((one.likeness for one in judged), default=0.0)
    near = [one for one in judged if one.likeness >= _NEAR]
    bearing = [one for one in near if one.support.holds and one.likeness >= nearest - _APART]
    against = [one for one in near if one.support.verdict == "contradicted" and _is_about(claim, one.candidates)]
    if bearing:
        support = _disputed(bearing[0], against[0]) if against else bearing[0].support
        return support, [*_distinct(bearing), *_distinct(against)]
    if against:
        return against[0].support, _distinct(against)
    if not near:
        return Support(verdict="unsupported", why="no article says anything like it"), []
    why = near[0].support.why if near[0].support.verdict == "unsupported" else "no article says so"
    unsupported = Support(verdict="unsupported", why=why)
    return unsupported, [replace(near[0], support=unsupported)]


def _disputed(bearing: _Judged, against: _Judged) -> Support:
    """The verdict where articles differ: what bears a claim out, and that there is another."""
    other = "a later article" if _published(against) > _published(bearing) else "another article"
    return replace(bearing.support, why=f"{bearing.support.why}, but {other} differs: {against.support.why}")


def _is_about(claim: ParsedText, candidates: Sequence[_Candidate]) -> bool:
    """Whether one sentence is about the same thing as a claim, so that it can contradict it.

    It means nearly the same and has its names, or it has its words but the numbers, and its passage the names.
    """
    one, *more = candidates
    if more:
        return False
    if one.cosine >= _NEAR_IN_MEANING and not _lacks_names(claim, one.parsed):
        return True
    counted = {word for number in claim.numbers for word in parse(number.text).stems}
    words = {word for word in claim.stems - counted if not any(map(str.isdigit, word))}
    passage = parse(f"{one.passage.metadata.title or ''}\n{one.passage.text}")
    return len(words & one.parsed.stems) >= _SAME * len(words) and not _lacks_names(claim, passage)


def _lacks_names(claim: ParsedText, text: ParsedText) -> bool:
    return any(missing_words(name, text.name_words) for name in claim.names)


def _of_a_text(support: Support) -> Support:
    """A verdict whose reason speaks of articles and a text, where that of an answer speaks of quotes."""
    why = support.why.replace("the quotes", "the articles").replace("the quote", "the article")
    return replace(support, why=why.replace("the answer", "the text"))


def _distinct(judged: Sequence[_Judged]) -> list[_Judged]:
    """The first few, none with a sentence that one before has."""
    kept: list[_Judged] = []
    for one in judged:
        places = {(each.passage.article_id, each.span) for each in one.candidates}
        if not any(places & {(each.passage.article_id, each.span) for each in other.candidates} for other in kept):
            kept.append(one)
    return kept[:_SHOWN]


def _evidence(judged: Sequence[_Judged]) -> tuple[Evidence, ...]:
    """What decides, with its verdicts: where they differ the newest first, and what has no day last."""
    differ = len({one.support.holds for one in judged}) > 1
    ordered = sorted(judged, key=_published, reverse=True) if differ else judged
    return tuple(
        Evidence(citation=citation, support=one.support)
        for one in ordered
        for each in one.candidates
        for citation in cite([Quotation(passage=0, span=each.span, score=min(1.0, each.likeness / 2))], [each.passage])
    )


def _published(judged: _Judged) -> str:
    """The day or the moment of publication, in an order in which the newest is the last."""
    return judged.candidates[0].passage.metadata.published or ""


def _notice(library: Library, only: Filter | None, sentences: Sequence[CheckedSentence]) -> str | None:
    """What to know of a check, in words."""
    if not library.count_chunks() or (only and not library.count_rows(only=only)):
        return explain_empty(library, only)
    narrowed = f"only articles {filter_in_words(only)} were searched" if only else None
    foreign = sum((one.passed_over or "").startswith("not in English") for one in sentences)
    left = f"{foreign} sentences are not in English, in which alone claims can be checked" if foreign else None
    return "; ".join(filter(None, (narrowed, left))) or None
