"""The library as a LangChain retriever, passages as its documents, and why a search found nothing."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, Final

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import TypeAdapter

from dateline.index.errors import NoSuchArticle
from dateline.index.library import Library
from dateline.index.types import Article, Filter, Order, Passage, date_in_words, filter_in_words
from dateline.rag.types import LibraryState

_DEEPER = 3  # times as many passages are given to a reranker
_NAMED = 5  # sources
_ENDS: Final[tuple[Order, Order]] = ("oldest", "newest")


class LibraryRetriever(BaseRetriever):
    """Retrieves the passages of a library; ``invoke(question, only=Filter(...))`` narrows it to some articles."""

    library: Any  # dateline.index.library.Library: pydantic can't check a class that is not its own
    k: int = 10
    """How many passages at most."""
    reranker: Any = None  # dateline.rag.types.Reranker
    """What chooses them among three times as many; none unless given."""

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, only: Filter | None = None
    ) -> list[Document]:
        library: Library = self.library
        passages = library.search(query, self.k * (_DEEPER if self.reranker else 1), only)
        if self.reranker and passages:
            scores = self.reranker.scores(query, passages)
            order = sorted(range(len(passages)), key=lambda at: -scores[at])
            passages = [passages[at] for at in order[: self.k]]
        return [to_document(passage) for passage in passages]


_PASSAGE = TypeAdapter(Passage)


def to_document(passage: Passage) -> Document:
    """A passage as LangChain knows it: the other fields and its article's are ``metadata``, as JSON values."""
    fields = _PASSAGE.dump_python(passage, mode="json")
    text, known = fields.pop("text"), fields.pop("metadata")
    place = f"{passage.article_id}:{passage.start}-{passage.end}"
    return Document(id=place, page_content=text, metadata={**fields, **known})


def to_passages(documents: Sequence[Document]) -> tuple[Passage, ...]:
    """What ``to_document`` was given."""
    given = ({**one.metadata, "text": one.page_content, "metadata": one.metadata} for one in documents)
    return tuple(map(_PASSAGE.validate_python, given))


def find_article(library: Library, article_id: str) -> Article | None:
    """The article of an id; None where it was removed."""
    try:
        return library.article(article_id)
    except NoSuchArticle:
        return None


def search(library: Library, query: str, k: int, only: Filter | None) -> tuple[list[Passage], str | None]:
    """The passages nearest to a query, and what to know of the search.

    That is as what it was understood, how it was narrowed down, or why it found nothing.
    """
    understood = library.respell(query)
    passages = library.search(understood, k, only)
    if not passages:
        return passages, explain_empty(library, only)
    narrowed = f"only articles {filter_in_words(only)} were searched" if only else None
    return passages, "; ".join(filter(None, (respelling_notice(query, understood), narrowed))) or None


def respelling_notice(asked: str, understood: str) -> str | None:
    """What was searched for instead of what was asked, and the way back."""
    if asked == understood:
        return None
    return f"searched for {understood!r}; what stands between quotation marks is searched for as it is"


def state_of(library: Library) -> LibraryState:
    """Which library is asked, as it is now."""
    return LibraryState(path=library.place, articles=library.count_articles(), chunks=library.count_chunks())


def explain_empty(library: Library, only: Filter | None) -> str:
    """Why a search found nothing, in lower-case words, and what the library has that is nearest to the filter."""
    if only is None or not library.count_articles():
        return "the library holds nothing to search"
    of_source = Filter(source=only.source)
    if only.source and not library.count_rows(only=of_source):
        sources = library.sources()
        near = get_close_matches(only.source, sources, _NAMED, cutoff=0.5) or sources[:_NAMED]
        return f"no article has a source like {only.source!r}; there are {', '.join(map(repr, near)) or 'no sources'}"
    ends = [row.published for order in _ENDS for row in library.rows(order=order, limit=1, only=of_source)]
    days = " to ".join(date_in_words(day) for day in dict.fromkeys(ends) if day)
    return f"no article passes the filter {filter_in_words(only)}; there are articles from {days or 'no known day'}"
