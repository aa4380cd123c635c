"""The library as a LangChain retriever: passages travel as documents and come out as they went in."""

from collections.abc import Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from dateline.index.library import Library
from dateline.index.types import Filter, Metadata, Passage, Span


class LibraryRetriever(BaseRetriever):
    """Retrieves the passages of a library; ``invoke(question, only=Filter(...))`` narrows it to some articles."""

    library: Any  # dateline.index.library.Library: pydantic can't check a class that is not its own
    k: int = 10
    """How many passages at most."""

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, only: Filter | None = None
    ) -> list[Document]:
        library: Library = self.library
        return [to_document(passage) for passage in library.search(query, self.k, only)]


def to_document(passage: Passage) -> Document:
    """A passage as LangChain knows it: every field is in the metadata, in JSON values only."""
    known = passage.metadata
    return Document(
        id=f"{passage.article_id}:{passage.start}-{passage.end}",
        page_content=passage.text,
        metadata={
            "article_id": passage.article_id,
            "origin": passage.origin,
            "title": known.title,
            "source": known.source,
            "url": known.url,
            "published": known.published,
            "tags": list(known.tags),
            "extra": dict(known.extra),
            "start": passage.start,
            "end": passage.end,
            "sentences": [(one.start, one.end) for one in passage.sentences],
            "score": passage.score,
            "text_rank": passage.text_rank,
            "vector_rank": passage.vector_rank,
            "cosine": passage.cosine,
        },
    )


def to_passages(documents: Sequence[Document]) -> tuple[Passage, ...]:
    """What ``to_document`` was given."""
    return tuple(_to_passage(document.page_content, document.metadata) for document in documents)


def _to_passage(text: str, fields: dict[str, Any]) -> Passage:
    return Passage(
        article_id=fields["article_id"],
        origin=fields["origin"],
        metadata=Metadata(
            title=fields["title"],
            source=fields["source"],
            url=fields["url"],
            published=fields["published"],
            tags=tuple(fields["tags"]),
            extra=fields["extra"],
        ),
        start=fields["start"],
        end=fields["end"],
        text=text,
        sentences=tuple(Span(start, end) for start, end in fields["sentences"]),
        score=fields["score"],
        text_rank=fields["text_rank"],
        vector_rank=fields["vector_rank"],
        cosine=fields["cosine"],
    )
