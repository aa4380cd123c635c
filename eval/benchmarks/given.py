"""Reading a passage that is given: what the assistant would quote if it were all that was retrieved."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from index.chunking import embedding_text
from index.sentences import split_sentences
from index.types import Embedder, Metadata, Passage, Span
from rag.citing import cite
from rag.reader import SentenceReader
from rag.types import Citation, Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAnswer:
    """What was quoted for one question; nothing where the reader declined."""

    citations: tuple[Citation, ...]
    withheld: tuple[Citation, ...]
    """What came nearest, where the reader declined."""


class GivenReader:
    """The present reader, without a library."""

    def __init__(self, embedder: Embedder, reader: Reader | None = None) -> None:
        self._embedder = embedder
        self._reader = reader or SentenceReader(embedder)
        self._last: tuple[str, NDArray[np.float32]] = ("", np.zeros(0, np.float32))

    def ask(self, question: str, passage: Passage) -> GivenAnswer:
        """Put a question to one passage."""
        cosine = float(self._vector(passage) @ self._embedder.embed_question(question))
        found = [replace(passage, cosine=cosine)]
        reading = self._reader.read(question, found)
        return GivenAnswer(citations=cite(reading.quotations, found), withheld=cite(reading.withheld, found))

    def _vector(self, passage: Passage) -> NDArray[np.float32]:
        """Of a passage as a library embeds it; that of the last one is kept, as questions come in groups."""
        text = embedding_text(passage.metadata, passage.text)
        if self._last[0] != text:
            self._last = text, self._embedder.embed_passages([text])[0]
        return self._last[1]


def given_passage(text: str, title: str, sentences: Sequence[Span] | None = None) -> Passage:
    """A passage that is a whole article; its sentences are found where they are not known."""
    whole = Span(0, len(text))
    return Passage(
        article_id=sha256(text.encode()).hexdigest()[:16],
        metadata=Metadata(title=title),
        origin=title,
        start=whole.start,
        end=whole.end,
        text=text,
        sentences=split_sentences(text, whole) if sentences is None else tuple(sentences),
        score=0.0,
        text_rank=None,
        vector_rank=None,
        cosine=0.0,
    )


def short_answer(citations: Sequence[Citation]) -> str:
    """The first short answer that a citation marks, else the words quoted; empty where nothing is cited."""
    marked = ((one, one.answer) for one in citations)
    short = (one.quote[span.start - one.start : span.end - one.start] for one, span in marked if span)
    return next(short, " ".join(one.quote for one in citations))
