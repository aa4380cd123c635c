"""What stands above an article and may be the answer itself: its byline, and its headline."""

import re
from collections.abc import Sequence
from dataclasses import replace

from dateline.index.types import Passage, Span
from dateline.rag.parsing.parsed_text import parse
from dateline.rag.reader.confidence import LIKELY
from dateline.rag.reader.question import Question
from dateline.rag.types import Quotation, Reading

_ARTICLE = r"(?:article|story|report|piece|column|review|analysis|dispatch|obituary|editorial|news item)"
_WHO_WROTE = re.compile(
    rf"\bwho(?:m| has| had)? (?:wrote|written|authored|reported|penned)\b.*\b{_ARTICLE}s?\b"
    r"|\bwho(?:['’]s| is| was| are| were) (?:the )?(?:author|writer|reporter|journalist|byline)s? (?:of|behind)\b"
    rf".*\b{_ARTICLE}s?\b"
    rf"|\b{_ARTICLE}s? .*\b(?:written|reported) by (?:who|whom)\b|\bby whom (?:was|is) .*\b{_ARTICLE}\b.*\bwritten\b"
)
_ASKING = frozenset(
    """article story report piece column review analysis dispatch obituary editorial news item wrote write written
    author writer reporter journalist pen""".split()
)
_ABOUT = 0.5  # of what is left of the question: so much of it an article must hold to be the one that is meant
_LITTLE = 0.5  # of the question's words: a sentence with less answers by what stands around it
_SURE = 0.7  # of a byline, where the article is the one that is meant


def asks_who_wrote(question: str) -> bool:
    """Whether a question asks for the author of an article."""
    return _WHO_WROTE.search(question.lower()) is not None


def read_byline(question: str, passages: Sequence[Passage], ranking: Sequence[int]) -> Reading:
    """Who wrote the article that a question means, by the line that says so above its text.

    Args:
        question: that asks for it.
        passages: retrieved for it.
        ranking: the passages' indices, the nearest first.
    """
    about = parse(question).stems - {stem for word in _ASKING for stem in parse(word).stems}
    for at in ranking:
        passage = passages[at]
        held = parse(f"{passage.metadata.title or ''} . {passage.text}").stems
        if not passage.metadata.authors or len(about & held) < _ABOUT * len(about):
            continue
        if span := _byline(passage):
            found = Quotation(passage=at, span=span[0], score=_SURE, answer=span[1])
            return Reading(quotations=(found,), confidence=_SURE, ranking=tuple(ranking))
        by = f"it is by {' and '.join(passage.metadata.authors)}, as is known beside its text"
        reason = f"the article that is nearest names no author in its text, which could be quoted: {by}"
        return Reading(quotations=(), confidence=0.0, reason=reason, ranking=tuple(ranking))
    reason = "no author is known of the articles found"
    return Reading(quotations=(), confidence=0.0, reason=reason, ranking=tuple(ranking))


def rival_headline(asked: Question, best: Passage, said: str, shared: float) -> Span | None:
    """Where the headline of an article stands that answers a "who" in another way than the best sentence does.

    It holds every word of the question, and a name that neither the question nor the answer has, while the sentence has
    few of these words: what it says is then likely of somebody else.

    Args:
        asked: the question.
        best: the passage of the best sentence.
        said: its short answer.
        shared: the share of the question's words that stand in the sentence.
    """
    title = best.metadata.title
    at = best.head.find(title) if title else -1
    if at < 0 or not title or asked.wanted != "name" or shared >= _LITTLE or not asked.stems:
        return None
    heading, known = parse(title), parse(said).stems | asked.parsed.stems
    others = [name for name in heading.names if known.isdisjoint(parse(name.text).stems)]
    return Span(at, at + len(title)) if asked.stems <= heading.stems and others else None


def with_headline(reading: Reading, headline: Span) -> Reading:
    """A reading with the headline in the place of its quotations: no more than uncertain, without a short answer."""
    confidence = min(reading.confidence, LIKELY - 0.01)
    first = Quotation(passage=reading.quotations[0].passage, span=headline, score=confidence)
    return replace(reading, quotations=(first,), confidence=confidence)


def _byline(passage: Passage) -> tuple[Span, Span] | None:
    """The line above the text that names all the authors, and the part of it that does."""
    for line in re.finditer(r"[^\n]+", passage.head):
        lower = line.group().casefold()
        places = [(lower.find(name.casefold()), len(name)) for name in passage.metadata.authors]
        if all(at >= 0 for at, _ in places):
            start = line.start() + min(at for at, _ in places)
            end = line.start() + max(at + length for at, length in places)
            return Span(line.start(), line.start() + len(line.group().rstrip())), Span(start, end)
    return None
