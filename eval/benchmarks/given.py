"""Reading a passage that is given: what the assistant would quote if it were all that was retrieved."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from dateline.index.splitting.sentences import split_sentences
from dateline.index.types import Metadata, Passage, Span
from dateline.rag.citations import cite
from dateline.rag.types import Citation, Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAnswer:
    """What was quoted for one question; nothing where the reader declined."""

    citations: tuple[Citation, ...]
    withheld: tuple[Citation, ...]
    """What came nearest, where the reader declined."""


def read_given(reader: Reader, question: str, passage: Passage) -> GivenAnswer:
    """Put a question to one passage, without a library."""
    reading = reader.read(question, [passage])
    return GivenAnswer(citations=cite(reading.quotations, [passage]), withheld=cite(reading.withheld, [passage]))


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
    return next(filter(None, (one.short_answer for one in citations)), " ".join(one.quote for one in citations))
