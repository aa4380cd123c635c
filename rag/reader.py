"""Reading without a chat model: the sentences that answer a question are quoted, or it is said that none does."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.types import Embedder, Passage
from rag.expressions import Kind
from rag.questions import Question, parse_question
from rag.scoring import Candidate, candidates, measure, new_expressions, score, stems
from rag.types import Quotation, Reading

_THRESHOLD = 0.4  # of the best sentence's score; the trade between answering and declining is printed by the benchmark
_EMBEDDED = 24  # sentences: the best by all else; embedding is what takes time
_QUOTED = 3  # sentences at most, each of another article
_AS_GOOD = 0.9  # of the best score: another article that says it too is quoted beside it
_DISAGREES = 0.85  # of the best score: enough where the other article gives another figure or date


class SentenceReader:
    """Scores every sentence by meaning, shared words and the kind of expression it holds; quotes the best.

    Quotations are in order of score; where they give different figures or dates the newest article comes first.
    """

    id = "sentence scoring"

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def read(self, question: str, passages: Sequence[Passage]) -> Reading:
        """Choose the sentences of ``passages``, best first, that answer ``question``."""
        asked = parse_question(question)
        sentences = candidates(passages)
        if not sentences:
            return Reading(quotations=(), confidence=0.0, reason="no passage was found")
        if not asked.terms:
            return Reading(quotations=(), confidence=0.0, reason="the question has no word to look for")
        sentences, scores = self._scored(question, asked, sentences, passages)
        confidence = float(scores[0])
        answers = confidence >= _THRESHOLD
        chosen = _choose(asked, sentences, scores, passages) if answers else [0]
        quotations = tuple(
            Quotation(passage=sentences[i].passage, span=sentences[i].span, score=float(scores[i])) for i in chosen
        )
        if answers:
            return Reading(quotations=quotations, confidence=confidence)
        wanted = f" with a {asked.wants}" if asked.wants else ""
        reason = f"no sentence{wanted} in the passages found answers the question"
        return Reading(quotations=(), confidence=confidence, reason=reason, withheld=quotations)

    def _scored(
        self, question: str, asked: Question, sentences: tuple[Candidate, ...], passages: Sequence[Passage]
    ) -> tuple[tuple[Candidate, ...], NDArray[np.float64]]:
        """The sentences most like an answer and their scores, best first."""
        rows = measure(asked, sentences, passages, np.zeros(len(sentences), np.float32))
        likely = np.argsort(-score(rows), kind="stable")[:_EMBEDDED]
        vectors = self._embedder.embed_passages([sentences[i].text for i in likely])
        rows = rows[likely]
        rows[:, 0] = vectors @ self._embedder.embed_question(question)
        scores = score(rows)
        best_first = np.argsort(-scores, kind="stable")
        return tuple(sentences[likely[i]] for i in best_first), scores[best_first]


def _choose(
    asked: Question, sentences: Sequence[Candidate], scores: NDArray[np.float64], passages: Sequence[Passage]
) -> list[int]:
    """Which sentences to quote: the best, and those that say it as well elsewhere or say otherwise."""
    chosen = [0]
    said = _values(asked, sentences[0])
    disagree = False
    for place in range(1, len(sentences)):
        if len(chosen) == _QUOTED or scores[place] < _THRESHOLD:
            break
        values = _values(asked, sentences[place])
        otherwise = bool(values and said) and values.isdisjoint(said)
        elsewhere = _article(sentences[place], passages) not in {_article(sentences[i], passages) for i in chosen}
        if elsewhere and scores[place] >= (_DISAGREES if otherwise else _AS_GOOD) * scores[0]:
            chosen.append(place)
            said |= values
            disagree |= otherwise
    if disagree:
        chosen.sort(key=lambda place: passages[sentences[place].passage].metadata.published or "", reverse=True)
    return chosen


def _values(asked: Question, sentence: Candidate) -> frozenset[str]:
    """The figures or dates in a sentence that may answer; none where a name or anything else is asked for."""
    if asked.wants in (None, Kind.NAME, Kind.PLACE):
        return frozenset()
    return frozenset().union(*(stems(found) for found in new_expressions(asked, sentence.text)))


def _article(sentence: Candidate, passages: Sequence[Passage]) -> str:
    return passages[sentence.passage].article_id
