"""Questions that are offered before the first one: such as the library at hand can answer."""

from dateline.index.errors import NoSuchArticle
from dateline.index.library import Library

_OFFERED = 4
_KNOWN = (
    ("baf61fa4bff1d72f", "when do coalition troops leave Iraq?"),
    ("1f05af21c88d3095", "Who was elected mayor of Wexling?"),
    ("996ee9ff288ac857", "How many people died in the flood at Tolmere?"),
    ("baf61fa4bff1d72f", "How many troops does the United States have in Iraq?"),
)
"""Of the articles that ship: the id of one, and a question that it answers."""


def examples_of(library: Library) -> list[str]:
    """Questions about articles that ship, where they are held, then the headlines of the newest others."""
    held = [question for article_id, question in _KNOWN if _holds(library, article_id)]
    known = {article_id for article_id, _ in _KNOWN}
    newest = [row.title for row in library.rows(limit=2 * _OFFERED) if row.title and row.id not in known]
    return [*held, *newest][:_OFFERED]


def _holds(library: Library, article_id: str) -> bool:
    try:
        return library.article(article_id).id == article_id
    except NoSuchArticle:
        return False
