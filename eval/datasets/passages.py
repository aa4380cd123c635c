"""Articles and passages made of the texts of sets, given instead of read from files or retrieved."""

from collections.abc import Sequence
from hashlib import sha256

from dateline.index.splitting.sentences import split_sentences
from dateline.index.types import Article, Metadata, Origin, Passage, Span


def whole_article(text: str, metadata: Metadata, origin: str) -> Article:
    """An article whose body is its whole text, from a file of some name."""
    known = Origin(name=origin, sha256="", encoding="utf-8")
    return Article(text=text, body=(Span(0, len(text)),), metadata=metadata, origins=(known,))


def gold_passage(text: str, title: str, sentences: Sequence[Span] | None = None) -> Passage:
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
