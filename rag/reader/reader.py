"""Reading without a chat model: the sentences that answer a question are quoted, or it is said that none does."""

import math
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dateline.index.types import Passage, Span
from dateline.rag.reader.confidence import THRESHOLDS, Evidence, Strictness, probability, relevance
from dateline.rag.reader.crossencoder import CrossEncoder, Marks, PassageMarker
from dateline.rag.types import Quotation, Reading

_QUOTED = 3  # sentences at most
_AS_GOOD = 0.9  # of the best probability: another article that says it too is quoted beside it
_DISAGREES = 0.75  # of the best probability: enough where the other article gives another answer
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation + "“”‘’–—")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A sentence that may answer."""

    passage: int
    sentence: Span
    answer: Span
    """The likeliest short answer within the sentence."""
    evidence: Evidence
    score: float
    """Probability that the sentence answers."""


class QuotingReader:
    """Marks every passage with the model that ships, and quotes the sentences it is surest of.

    Quotations are in order of score; where they give different answers the newest article comes first.
    """

    def __init__(self, marker: PassageMarker | None = None, strictness: Strictness = "balanced") -> None:
        self._marker = marker or CrossEncoder()
        self._threshold = THRESHOLDS[strictness]
        self.id = f"quotations by {self._marker.id}, {strictness}"

    def read(self, question: str, passages: Sequence[Passage]) -> Reading:
        """Choose the sentences of ``passages``, best first, that answer ``question``."""
        marks = self._marker.mark(question, passages)
        found = sorted(candidates(passages, marks), key=lambda one: -one.score)
        if not found:
            return Reading(quotations=(), confidence=0.0, reason="no passage was found")
        ranking = rank(passages, marks)
        confidence = found[0].score
        if confidence < self._threshold:
            reason = (
                "nothing in the passages found answers the question: the likeliest sentence does with a probability "
                f"of {confidence:.2f}, {self._threshold:.2f} is asked for"
            )
            near = tuple(map(_quotation, found[:_QUOTED]))
            return Reading(quotations=(), confidence=confidence, reason=reason, nearest=near, ranking=ranking)
        quotations = tuple(_quotation(one) for one in _choose(found, passages, self._threshold))
        return Reading(quotations=quotations, confidence=confidence, ranking=ranking)


def rank(passages: Sequence[Passage], marks: Sequence[Marks]) -> tuple[int, ...]:
    """Indices of the passages, the likeliest to answer first."""
    worth = [relevance(mark.answerable, one.cosine) for one, mark in zip(passages, marks, strict=True)]
    return tuple(sorted(range(len(passages)), key=lambda at: -worth[at]))


def candidates(passages: Sequence[Passage], marks: Sequence[Marks]) -> Iterator[Candidate]:
    """Every sentence of ``passages`` that was read; one that comes again counts once, where it is likeliest."""
    found: dict[str, Candidate] = {}
    best = max((passage.score for passage in passages), default=0.0)
    for number, (passage, mark) in enumerate(zip(passages, marks, strict=True)):
        for sentence in passage.sentences:
            likeliest = mark.best_in(sentence)
            words = passage.words_at(sentence)
            if likeliest is None or not any(letter.isalnum() for letter in words):
                continue
            answer, span = likeliest
            retrieval = math.log(passage.score / best) if passage.score > 0 else 0.0
            evidence = Evidence(answerable=mark.answerable, span=span, retrieval=retrieval)
            candidate = Candidate(
                passage=number, sentence=sentence, answer=answer, evidence=evidence, score=probability(evidence)
            )
            key = _plain(words)
            found[key] = max(found.get(key, candidate), candidate, key=lambda one: one.score)
    return iter(found.values())


def _choose(found: Sequence[Candidate], passages: Sequence[Passage], threshold: float) -> list[Candidate]:
    """Which sentences to quote: the best, and those of other articles that say it as well or say otherwise."""
    chosen, said, disagree = [found[0]], {_said(found[0], passages)}, False
    for one in found[1:]:
        if len(chosen) == _QUOTED or one.score < threshold:
            break
        answer = _said(one, passages)
        otherwise = not any(answer in other or other in answer for other in said)
        elsewhere = _article(one, passages) not in {_article(other, passages) for other in chosen}
        if elsewhere and one.score >= (_DISAGREES if otherwise else _AS_GOOD) * found[0].score:
            chosen.append(one)
            said.add(answer)
            disagree |= otherwise
    if disagree:
        chosen.sort(key=lambda one: passages[one.passage].metadata.published or "", reverse=True)
    return chosen


def _said(candidate: Candidate, passages: Sequence[Passage]) -> str:
    return _plain(passages[candidate.passage].words_at(candidate.answer))


def _plain(text: str) -> str:
    return " ".join(text.casefold().translate(_NO_PUNCTUATION).split())


def _article(candidate: Candidate, passages: Sequence[Passage]) -> str:
    return passages[candidate.passage].article_id


def _quotation(candidate: Candidate) -> Quotation:
    return Quotation(passage=candidate.passage, span=candidate.sentence, score=candidate.score, answer=candidate.answer)
