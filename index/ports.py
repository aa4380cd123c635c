"""What a library is made of, as it needs it: the record of its articles, and the index of their vectors.

In words that a server's engine can implement too. Every implementation passes ``tests/index/conformance``.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from dateline.index.fusion import Scored
from dateline.index.types import (
    Article,
    ArticleRow,
    Chunk,
    ChunkIds,
    Embedder,
    Filter,
    Nearest,
    Order,
    Origin,
    Passage,
    Place,
    Selection,
    Stored,
    Vectors,
    Version,
)


class Record(Protocol):
    """The book of record: articles, chunks, vectors and words. What it acknowledged is kept, whole."""

    def close(self) -> None:
        """Give everything back."""

    def transaction(self) -> AbstractContextManager[None]:
        """All that is written inside is acknowledged at the end of the block, or none of it is.

        An article that has no origin by then is removed.

        Raises:
            LibraryConflict: another process changed the same at the same time; nothing is written, and it may be done
                again.
        """

    def snapshot(self) -> AbstractContextManager[None]:
        """All that is read inside is of one moment, by one thread at a time."""

    @property
    def revision(self) -> int:
        """Greater after every transaction."""

    def fact(self, name: str) -> str | None:
        """What was noted of the library under a name: its embedder, its chunker, its vector index."""

    def set_fact(self, name: str, value: str | None) -> None:
        """Note something of the library, or forget it; inside a transaction."""

    def set_models(self, embedder: Embedder, chunker: str) -> None:
        """Note what the vectors and the chunks are made with."""

    def note_index(self, note: str) -> None:
        """Note, as the fact ``index``, which vector index was made of what is recorded now; empty where none is."""

    def count_articles(self) -> int:
        """How many articles there are."""

    def count_chunks(self) -> int:
        """How many chunks there are."""

    def bytes_elsewhere(self) -> int:
        """How much it takes, beside what lies in the library's folder."""

    # Files and origins

    def share(self, names: Sequence[str]) -> Iterator[Sequence[str]]:
        """All of the names, some at a time: what one process was given no other is, until it asks for more or ends."""

    def file_states(self) -> Iterator[tuple[str, str]]:
        """The files whose every article is recorded, with what was noted of them."""

    def origin_names(self) -> list[str]:
        """The names of all origins, in order."""

    def file_state(self, name: str) -> str | None:
        """What ``set_file_state`` noted of a file; None unless every article of it is recorded."""

    def set_file_state(self, name: str, state: str) -> None:
        """Note that every article of a file is recorded, by the hash of what was read."""

    def origins_in(self, path: str) -> list[str]:
        """The names of origins at a path: the file itself, the articles in it, or the files below a folder."""

    def put_origin(self, article_id: str, origin: Origin) -> None:
        """Let ``origin`` name a recorded article."""

    def remove_origin(self, name: str) -> None:
        """Forget an origin."""

    # Articles

    def put_article(self, article: Article, chunks: Sequence[Chunk], vectors: Vectors) -> None:
        """Record an article whole, in place of what was recorded under its id; its origins come by ``put_origin``.

        Args:
            article: with a body.
            chunks: in order.
            vectors: float32 [len(chunks), dimensions].
        """

    def articles(self) -> Iterator[Article]:
        """All articles, in the order they came."""

    def article(self, article_id: str) -> Article | None:
        """The article of this id."""

    def articles_beginning(self, beginning: str) -> list[Article]:
        """The articles whose ids begin so."""

    def article_by_origin(self, name: str) -> Article | None:
        """The article that an origin names."""

    def edits(self, article_id: str, origin: str) -> dict[str, Any]:
        """What the user set of the article of an id, or else of the one that an origin names."""

    def stored(self, article: Article) -> Stored:
        """All that is held of an article."""

    def restore(self, stored: Stored) -> None:
        """Record an article as another record held it: its chunks by the same numbers, its vectors to the bit."""

    # Earlier versions

    def keep_version(self, before: Article, current: str, until: str) -> None:
        """Keep an article that no origin names any more as an earlier version of the one that took its place.

        Args:
            before: as it was recorded.
            current: the id of the other; the versions that ``before`` had are its versions from then on.
            until: ISO 8601, when that was.
        """

    def versions(self, article_id: str) -> list[Version]:
        """The earlier texts of an article, the latest first; they are in no search, and go with the article."""

    def versions_beginning(self, beginning: str) -> list[Version]:
        """The earlier texts whose ids begin so."""

    def remove_version(self, version_id: str) -> None:
        """Remove the earlier texts of an id."""

    def remove_versions_from(self, origin: str) -> None:
        """Remove the earlier texts that were read from an origin."""

    def rows(self, selection: Selection, order: Order, offset: int, limit: int) -> list[ArticleRow]:
        """At most ``limit`` of the selected articles, after the first ``offset`` of them, without their texts."""

    def count_rows(self, selection: Selection) -> int:
        """How many articles are selected."""

    def sources(self) -> list[str]:
        """The names of sources, those with most articles first, at most 500."""

    # Chunks and vectors

    def chunk_ids(self, only: Filter | None = None, after: int = 0) -> ChunkIds:
        """The numbers of chunks, ascending: of all above ``after``, or of those whose articles pass a filter."""

    def chunks_at(self, places: Sequence[Place]) -> ChunkIds:
        """The numbers of the chunks at these places, in the same order; 0 where there is none."""

    def vectors(self, ids: ChunkIds | None = None) -> tuple[ChunkIds, NDArray[np.float16]]:
        """Numbers of chunks, ascending, and float16 [n, dimensions] in that order: of all, or of those named."""

    def search_words(self, question: str, limit: int, only: Filter | None = None) -> ChunkIds:
        """The chunks that hold words of the question, best BM25 first, at most ``limit``."""

    def chunks_naming(self, question: str, is_known: Callable[[str], bool]) -> ChunkIds:
        """The chunks that hold a word of the question, one that is not known, which one article alone holds."""

    def respell(self, question: str, is_known: Callable[[str], bool]) -> str:
        """The question with its misspelt words as the articles spell them; itself where there is none.

        Args:
            question: as it was asked.
            is_known: whether a word in lower case is one, whatever the articles hold.
        """

    def articles_of(self, ids: ChunkIds) -> dict[int, int]:
        """For each chunk a number that only chunks of the same article share."""

    def passages(self, found: Sequence[Scored]) -> list[Passage]:
        """The chunks found as passages, in the same order; one that was removed meanwhile is left out."""

    def purge(self) -> None:
        """Leave no word of what was removed anywhere; where that can't be done now, the next call does it."""


class VectorIndex(Protocol):
    """Finds the chunks of a record that are nearest to a question; any of its faults costs time, never a result."""

    def search(self, question: NDArray[np.float32], k: int, only: Filter | None = None) -> Nearest:
        """The chunks nearest to a question, fewer than ``k`` only where there are fewer.

        Args:
            question: float32 [dimensions], unit length.
            k: how many.
            only: which articles they may be of.
        """

    def sync(self, at_most: int | None = None) -> None:
        """Bring it to what the record holds now; never embeds. Where that fails, searches compare every vector.

        Args:
            at_most: where that is the work of more chunks than this, it is left to the next time.
        """

    def discard(self) -> None:
        """Keep nothing: some of what was indexed is about to be removed from the record."""

    def problems(self) -> list[str]:
        """What is wrong with it, each in one line."""

    def engine(self) -> str:
        """What a search without a filter is answered by, and why, in words."""

    def close(self) -> None:
        """Give everything back."""
