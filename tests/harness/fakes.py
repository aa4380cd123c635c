"""Our protocols, played: small, deterministic, and without any model."""

import hashlib
import math
from collections.abc import Generator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from dateline.index.splitting.sentences import split_sentences
from dateline.index.types import Metadata, Passage, Span, Vectors
from dateline.rag.errors import ChatModelError
from dateline.rag.reader.confidence import FEATURES, Weights
from dateline.rag.reader.crossencoder import Marks
from dateline.rag.types import Quotation, Reading
from dateline.rag.writing.chat_models import Piece
from dateline.rag.writing.prompts import Message


class FakeEmbedder:
    """A bag of words hashed into 64 dimensions: texts that share words are near. It counts what it embeds."""

    name = "fake"
    dimensions = 64
    max_tokens = 256

    def __init__(self, id: str = "fake@1") -> None:  # noqa: A002 - the protocol's own name
        self.id = id
        self.embedded = 0

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded += len(texts)
        return np.stack([self.embed_question(text) for text in texts]) if texts else np.zeros((0, 64), np.float32)

    def embed_question(self, text: str) -> NDArray[np.float32]:
        vector = np.full(self.dimensions, 1e-3, np.float32)
        for word in text.lower().split():
            vector[hashlib.sha256(word.strip(".,?!\"'").encode()).digest()[0] % self.dimensions] += 1
        return vector / np.linalg.norm(vector)


class ScriptedReader:
    """Quotes the sentence that holds the words given for a question; withholds it where they follow ``not ``."""

    id = "scripted"

    def __init__(self, script: Mapping[str, str]) -> None:
        self._script = script
        self.read_questions: list[str] = []

    def read(self, question: str, passages: Sequence[Passage]) -> Reading:
        self.read_questions.append(question)
        line = self._script[question]
        found = [
            Quotation(passage=number, span=sentence, score=0.8)
            for number, passage in enumerate(passages)
            for sentence in passage.sentences
            if line.removeprefix("not ") in passage.text[sentence.start - passage.start : sentence.end - passage.start]
        ][:1]
        if line.startswith("not ") or not found:
            return Reading(quotations=(), confidence=0.2, reason="not sure enough", nearest=tuple(found))
        return Reading(quotations=tuple(found), confidence=0.8)


_MODEL_ALONE = tuple(float(name in ("answerable", "span")) for name in FEATURES)
TRUSTING = Weights(order=_MODEL_ALONE, sure=_MODEL_ALONE, gap=0.0, agreement=0.0, intercept=0.0)
"""Weights of a reader that believes its model and looks at nothing else."""


class FakeVerifier:
    """Gives the same three probabilities of every pair, and remembers the pairs."""

    id = "fake verifier"

    def __init__(self, supported: float, contradicted: float) -> None:
        self._row = [supported, contradicted, 1 - supported - contradicted]
        self.read: list[tuple[str, str]] = []

    def probabilities(self, evidence: Sequence[str], claims: Sequence[str]) -> NDArray[np.float64]:
        self.read += zip(evidence, claims, strict=True)
        return np.array([self._row] * len(claims))


class FakeMarker:
    """As sure of each sentence as it is told, wherever that stands; of any other it is all but sure it is none.

    A reader of the weights ``TRUSTING`` is as sure of the whole.
    """

    id = "fake marker"

    def __init__(self, chances: Mapping[str, float], answers: Mapping[str, str] | None = None) -> None:
        self._chances = chances
        self._answers = answers or {}

    def mark(self, question: str, passages: Sequence[Passage]) -> list[Marks]:
        return [self._mark(passage) for passage in passages]

    def _mark(self, passage: Passage) -> Marks:
        best = max(self._chances, key=lambda one: self._chances[one] if one in passage.text else -1.0)
        wanted = self._chances[best] if best in passage.text else 0.001
        words = self._answers.get(best, best)
        at = passage.text.find(words, max(0, passage.text.find(best)))
        answer = Span(passage.start + at, passage.start + at + len(words)) if at >= 0 else passage.sentences[0]
        outside = [one for one in passage.sentences if one.end <= answer.start or answer.end <= one.start]
        tokens = tuple(sorted((answer, *outside)))
        odds = np.array([0.0 if token == answer else -9.0 for token in tokens], np.float32)
        return Marks(answerable=math.log(wanted / (1 - wanted)), first=odds, last=odds, tokens=tokens)


class ScriptedModel:
    """Says what it is given, a piece at a time, and fails where an error stands among the pieces."""

    id = "scripted:model"
    prompt_room, answer_room = 3_000, 100

    def __init__(self, *pieces: str | Piece | ChatModelError) -> None:
        self._pieces = pieces
        self.messages: tuple[Message, ...] = ()
        self.given = 0
        self.closed = False

    def stream(self, messages: Sequence[Message]) -> Generator[Piece, None, None]:
        self.messages = tuple(messages)
        try:
            for piece in self._pieces:
                if isinstance(piece, ChatModelError):
                    raise piece
                self.given += 1
                yield Piece(text=piece) if isinstance(piece, str) else piece
        finally:
            self.closed = True


def passage(
    text: str,
    article: str = "a1",
    start: int = 0,
    title: str | None = "Iraq deal",
    published: str | None = "2024-09-08",
) -> Passage:
    """A text that was found, with its sentences, at a place in an article."""
    sentences = split_sentences(text, Span(0, len(text)))
    return Passage(
        article_id=article,
        metadata=Metadata(title=title, source="Reuters", published=published),
        origin=f"{article}.txt",
        start=start,
        end=start + len(text),
        text=text,
        sentences=tuple(Span(one.start + start, one.end + start) for one in sentences),
        score=1.0,
        text_rank=None,
        vector_rank=None,
        cosine=0.0,
    )
