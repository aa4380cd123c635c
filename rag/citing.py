"""From the quotations a reader chose to claims and citations: spans first, the words are sliced from them."""

from collections.abc import Sequence

from dateline.index.types import Passage
from dateline.rag.types import Citation, Quotation


def cite(quotations: Sequence[Quotation], passages: Sequence[Passage]) -> tuple[Citation, ...]:
    """One citation for each quotation, in the same order."""
    return tuple(_citation(quotation, passages[quotation.passage]) for quotation in quotations)


def _citation(quotation: Quotation, passage: Passage) -> Citation:
    return Citation(
        article_id=passage.article_id,
        metadata=passage.metadata,
        origin=passage.origin,
        start=quotation.span.start,
        end=quotation.span.end,
        quote=passage.words_at(quotation.span),
        answer=quotation.answer,
    )
