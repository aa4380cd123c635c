"""The endpoints ``ask``, ``search``, ``articles``, ``get_article`` of the page and of MCP: the JSON of the commands.

What is handed over comes from strangers; what is of no use is a ``DatelineError`` of one line.
"""

from collections.abc import Callable, Mapping
from inspect import signature
from typing import TYPE_CHECKING, Any

from dateline.index.errors import ArgumentError
from dateline.rag.assistant import check_question
from dateline.rag.retrieval import search
from dateline.ui.api.serializers import answer_fields, article_fields, found_fields, listed_fields
from dateline.ui.api.validation import read_article_id, read_filter, read_whole_number, read_words

if TYPE_CHECKING:
    from dateline.rag.assistant import Assistant

MAX_FOUND = 50
"""Passages of a search."""
MAX_LISTED = 500
"""Articles of a list."""
_MOST = 1_000_000_000  # of anything that is counted


class Endpoints:
    """The questions that may be put to a library; any number of threads may put them."""

    def __init__(self, *, assistant: "Callable[[], Assistant]") -> None:
        """Answer with what ``assistant`` gives: the assistant of the library as it is at that moment."""
        self._assistant = assistant

    def ask(
        self,
        question: str,
        since: str | None = None,
        until: str | None = None,
        source: str | None = None,
        history: list[dict[str, Any]] | None = None,
    ) -> dict[str, Any]:
        """Answer a question with the exact words it rests on, or say that the articles do not answer it.

        Args:
            question: in words.
            since: the first day of publication, ``2024-09-08``.
            until: the last day of publication.
            source: part of the name of the source.
            history: earlier turns, ``{"question": TEXT, "answer": TEXT}``, the last one last.

        Raises:
            DatelineError: an argument is of no use, or there is no library.
        """
        only = read_filter(since, until, source)
        return answer_fields(self._assistant().ask(question, only, history))

    def search(
        self,
        query: str,
        since: str | None = None,
        until: str | None = None,
        source: str | None = None,
        k: int = 10,
    ) -> dict[str, Any]:
        """Find the passages nearest to a query, best first.

        Args:
            query: in words.
            since: the first day of publication, ``2024-09-08``.
            until: the last day of publication.
            source: part of the name of the source.
            k: how many, 1 to 50.

        Raises:
            DatelineError: an argument is of no use, or there is no library.
        """
        query, only = check_question(query), read_filter(since, until, source)
        k = read_whole_number("k", k, range(1, MAX_FOUND + 1))
        library = self._assistant().library
        return found_fields(query, *search(library, query, k, only))

    def articles(self, query: str | None = None, offset: int = 0, limit: int = 100) -> dict[str, Any]:
        """List articles, the last one added first.

        Args:
            query: words of the title, the source, the origin or the id.
            offset: how many of them to leave out before the first.
            limit: how many, 1 to 500.

        Raises:
            DatelineError: an argument is of no use, or there is no library.
        """
        part = read_words("query", query)
        offset = read_whole_number("offset", offset, range(_MOST))
        limit = read_whole_number("limit", limit, range(1, MAX_LISTED + 1))
        library = self._assistant().library
        rows = library.rows(part, "added", offset, limit)
        return {"total": library.count_rows(part), "articles": listed_fields(library, rows)}

    def get_article(self, article_id: str, start: int | None = None, end: int | None = None) -> dict[str, Any]:
        """Give the text of record of an article, or the part of it between two places.

        Args:
            article_id: as a citation names it.
            start: the first character, counted from 0; from the beginning unless given.
            end: the character after the last one; to the end unless given.

        Raises:
            DatelineError: there is no such article or place, or no library.
        """
        article_id = read_article_id(article_id)
        first, last = (
            value if value is None else read_whole_number(name, value, range(_MOST))
            for name, value in (("start", start), ("end", end))
        )
        article = self._assistant().library.article(article_id)
        first, last = first or 0, len(article.text) if last is None else last
        if not first <= last <= len(article.text):
            raise ArgumentError(
                f"there are no characters {first} to {last} in article {article.id!r}; it has {len(article.text)}"
            )
        return {**article_fields(article), "start": first, "end": last, "text": article.text[first:last]}


ENDPOINTS: Mapping[str, Mapping[str, bool]] = {
    method.__name__: {one.name: one.default is one.empty for one in [*signature(method).parameters.values()][1:]}
    for method in (Endpoints.ask, Endpoints.search, Endpoints.articles, Endpoints.get_article)
}
"""Their names, which are those of the methods, and their arguments, with whether they are needed."""
