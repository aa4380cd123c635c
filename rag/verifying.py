"""Verdicts: whether the words of a claim stand where its citation says."""

from index.types import Article
from rag.types import Citation, Support


def verify_quotation(citation: Citation, article: Article | None) -> Support:
    """The verdict on a claim that is the quotation itself.

    Args:
        citation: what is claimed to stand in the article.
        article: the article of record that has the cited id; None when it was removed.
    """
    if article is None:
        return Support(supported=False, why="the article was removed from the library")
    if article.id != citation.article_id or article.text[citation.start : citation.end] != citation.quote:
        return Support(supported=False, why="the article does not hold these words at the place cited")
    return Support(supported=True, why="quoted word for word")
