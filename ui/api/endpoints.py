"""The endpoints ``ask``, ``check``, ``search``, ``articles``, ``get_article`` of page and MCP: the commands' JSON.

What is handed over comes from strangers; what is of no use is a ``DatelineError`` of one line.
"""

from collections.abc import Callable, Mapping
from inspect import signature
from typing import Annotated, Any

from pydantic import Field

from dateline.index.errors import ArgumentError
from dateline.rag.assistant import Assistant
from dateline.rag.request import MAX_QUESTION, check_question
from dateline.rag.retrieval import search
from dateline.rag.types import AskedFor
from dateline.ui.api.serializers import answer_fields, article_fields, check_fields, found_fields, listed_fields
from dateline.ui.api.validation import (
    ARTICLE_ID,
    MAX_CHECKED,
    MAX_WORDS,
    read_article_id,
    read_filter,
    read_integer,
    read_text,
    read_words,
)

MAX_FOUND = 50
"""Passages of a search."""
MAX_LISTED = 500
"""Articles of a list."""
_MOST = 1_000_000_000  # of anything that is counted

# What a program is told of the arguments; what it hands over all the same is read below.
_Words = Annotated[str, Field(min_length=1, max_length=MAX_QUESTION)]
_Text = Annotated[str, Field(min_length=1, max_length=MAX_CHECKED)]
_Day = Annotated[str | None, Field(examples=["2024-09-08"], json_schema_extra={"format": "date"})]
_Source = Annotated[str | None, Field(max_length=MAX_WORDS)]
_Turn = Annotated[dict[str, Any], Field(json_schema_extra={"required": ["question", "answer"]})]
_Found = Annotated[int, Field(ge=1, le=MAX_FOUND)]
_ArticleId = Annotated[str, Field(pattern=f"^{ARTICLE_ID}$")]
_Place = Annotated[int | None, Field(ge=0)]


class Endpoints:
    """The questions that may be put to a library; any number of threads may put them."""

    def __init__(self, *, assistant: Callable[[], Assistant]) -> None:
        """Answer with what ``assistant`` gives: the assistant of the library as it is at that moment."""
        self._assistant = assistant

    def ask(
        self,
        question: _Words,
        since: _Day = None,
        until: _Day = None,
        source: _Source = None,
        history: list[_Turn] | None = None,
        asked_for: AskedFor | None = None,
    ) -> dict[str, Any]:
        """Answer a question from the library of news articles with the exact words it rests on.

        Gives 'answer' with its 'certainty', "likely" or "uncertain", or 'abstained': true, a 'reason' and quotations
        that come 'nearest' where the articles do not answer; 'claims', each sentence with its 'support' and the places
        of its 'citations'; 'citations', each an exact 'quote' with 'article_id', 'start' and 'end', title, source and
        'published'; 'groups' of citations that give the same answer, 'differences' between them, and 'computed', what
        follows from numbers quoted; and the 'passages' that were read.

        Args:
            question: A whole question in English, as a person would ask it.
            since: Only articles published on this day or later.
            until: Only articles published on this day or before.
            source: Only articles whose source has this in its name, in any case.
            history: Earlier turns, {"question": TEXT, "answer": TEXT}, the last one last, where the question refers to
                them.
            asked_for: What kind of answer it asks for, where its words do not tell it rightly.

        Raises:
            DatelineError: an argument is of no use, or there is no library.
        """
        only = read_filter(since, until, source)
        return answer_fields(self._assistant().ask(question, only, history, asked_for))

    def check(self, text: _Text, since: _Day = None, until: _Day = None, source: _Source = None) -> dict[str, Any]:
        """Check a text that someone else wrote, sentence by sentence, against the library of news articles.

        Gives 'counts' and 'sentences', each with its place in 'text', its 'support', "quoted", "supported",
        "contradicted", "unsupported" where no article says so, or null where it claims nothing, 'why', and 'evidence':
        each an exact 'quote' with 'article_id', 'start' and 'end', title, source, 'published', and what it makes of the
        sentence; the newest first where articles differ.

        Args:
            text: A draft, a press release, an answer; plain or Markdown.
            since: Only articles published on this day or later.
            until: Only articles published on this day or before.
            source: Only articles whose source has this in its name, in any case.

        Raises:
            DatelineError: an argument is of no use, or there is no library.
        """
        given, only = read_text("text", text), read_filter(since, until, source)
        return check_fields(self._assistant().check(given, only))

    def search(
        self, query: _Words, since: _Day = None, until: _Day = None, source: _Source = None, k: _Found = 10
    ) -> dict[str, Any]:
        """Find the passages of the library nearest to a query, by words and by meaning, best first.

        Gives each with 'article_id', 'start', 'end', 'text', title and 'published'. For looking around; 'ask' answers
        questions.

        Args:
            query: Words or a question.
            since: Only articles published on this day or later.
            until: Only articles published on this day or before.
            source: Only articles whose source has this in its name, in any case.
            k: How many.

        Raises:
            DatelineError: an argument is of no use, or there is no library.
        """
        query, only = check_question(query), read_filter(since, until, source)
        k = read_integer("k", k, range(1, MAX_FOUND + 1))
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
        offset = read_integer("offset", offset, range(_MOST))
        limit = read_integer("limit", limit, range(1, MAX_LISTED + 1))
        library = self._assistant().library
        rows = library.rows(part, "added", offset, limit)
        return {"total": library.count_rows(part), "articles": listed_fields(library, rows)}

    def get_article(self, article_id: _ArticleId, start: _Place = None, end: _Place = None) -> dict[str, Any]:
        """Give the text of record of an article, with what is known of it, to check a citation or to read around one.

        text[start:end] of the whole text is the quote; with 'start' and 'end' only that part is given.

        Args:
            article_id: As a citation or a passage names it.
            start: The first character, counted from 0.
            end: The character after the last one.

        Raises:
            DatelineError: there is no such article or place, or no library.
        """
        article_id = read_article_id(article_id)
        first = start if start is None else read_integer("start", start, range(_MOST))
        last = end if end is None else read_integer("end", end, range(_MOST))
        article = self._assistant().library.article(article_id)
        length = len(article.text)
        first, last = first or 0, length if last is None else last
        if not first <= last <= length:
            raise ArgumentError(f"there are no characters {first} to {last} in article {article.id!r}; it has {length}")
        return {**article_fields(article), "start": first, "end": last, "text": article.text[first:last]}


ENDPOINTS: Mapping[str, Mapping[str, bool]] = {
    method.__name__: {one.name: one.default is one.empty for one in [*signature(method).parameters.values()][1:]}
    for method in (Endpoints.ask, Endpoints.check, Endpoints.search, Endpoints.articles, Endpoints.get_article)
}
"""Their names, which are those of the methods, and their arguments, with whether they are needed."""
