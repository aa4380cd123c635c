"""Gold passages: what a question of a set is put to, given instead of retrieved."""

from collections.abc import Sequence
from hashlib import sha256

from dateline.index.splitting.sentences import split_sentences
from dateline.index.types import Metadata, Passage, Span


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
