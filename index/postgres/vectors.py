"""The vector index of a library in PostgreSQL: pgvector's HNSW graph, and every vector compared where that is fast.

Up to ``EXACT_UP_TO`` chunks, and up to as many that pass a filter, every vector is compared, so nothing near is missed.
Above that the graph names candidates, scanned on until there are enough that pass the filter; what it does not lead to
is not found by meaning. In both cases the order is of the cosines in full precision.
"""

import logging

import numpy as np
from numpy.typing import NDArray

from dateline.index.errors import LibraryError
from dateline.index.postgres.filters import filter_condition
from dateline.index.postgres.record import PostgresRecord, load_halfvecs
from dateline.index.types import ChunkIds, Filter, Nearest
from dateline.index.vectors.exact import best

EXACT_UP_TO = 20_000
"""Chunks."""
_INDEX = "vectors_near"
_MOST_DIMENSIONS = 4_000  # of a halfvec in a graph
_LOOKED_AT, _LOOKED_AT_MOST = 400, 1_000  # neighbours in sight of a search
_BYTES_OF_NEIGHBOURS, _MOST_MEMORY = 600, 4_000  # of a vector in the graph; MB while it is built
_SPARE = 50  # candidates: the server compares with a question in half precision
_SCANNED_AT_MOST = 100_000  # vectors, for a filter that few pass

logger = logging.getLogger(__name__)


class PostgresIndex:
    """The vectors of a record; any number of threads search side by side, in snapshots or not."""

    def __init__(self, record: PostgresRecord, exact_up_to: int = EXACT_UP_TO) -> None:
        """Nothing is asked yet.

        Args:
            record: whose vectors they are.
            exact_up_to: so many chunks are compared one by one, whatever index there is.
        """
        self._record, self._database = record, record.database
        self._exact_up_to = exact_up_to

    def search(self, question: NDArray[np.float32], k: int, only: Filter | None = None) -> Nearest:
        """As ``VectorIndex.search``."""
        condition, values = filter_condition(only)
        if self._database.in_transaction:
            return self._search(question, k, condition, values)
        with self._record.snapshot():
            return self._search(question, k, condition, values)

    def _search(self, question: NDArray[np.float32], k: int, condition: str, values: list[str]) -> Nearest:
        passing = self._passing(condition, values)
        if passing > self._exact_up_to and self._is_built():
            ids, vectors = self._near(question, k, condition, values)
            if len(ids) >= min(k, passing):
                return _in_order(ids, vectors, question, k, approximate=True)
        ids, vectors = self._compared(question, k, condition, values)
        return _in_order(ids, vectors, question, k, approximate=False)

    def _passing(self, condition: str, values: list[str]) -> int:
        if not condition:
            return self._record.count_chunks()
        query = f"SELECT coalesce(sum(chunks), 0)::bigint FROM @articles {condition}"
        return int(self._database.value(query, *values))

    def _compared(
        self, question: NDArray[np.float32], k: int, condition: str, values: list[str]
    ) -> tuple[ChunkIds, NDArray[np.float16]]:
        """Candidates by comparing every vector; adding 0 keeps the server from taking the graph."""
        return self._candidates("(vector <#> %s::halfvec) + 0", question, k, condition, values)

    def _near(
        self, question: NDArray[np.float32], k: int, condition: str, values: list[str]
    ) -> tuple[ChunkIds, NDArray[np.float16]]:
        """Candidates that the graph names."""
        looked_at = min(max(_LOOKED_AT, k + _SPARE), _LOOKED_AT_MOST)
        settings = {"hnsw.ef_search": looked_at, "hnsw.max_scan_tuples": _SCANNED_AT_MOST}
        chosen = {**settings, "hnsw.iterative_scan": "relaxed_order", "enable_seqscan": "off", "enable_sort": "off"}
        for name, value in chosen.items():  # until the end of the transaction, as a pooler may stand between
            self._database.run("SELECT set_config(%s, %s, true)", name, str(value))
        size = len(question)
        found = self._candidates(
            f"vector::halfvec({size}) <=> %s::halfvec({size})", question, k, condition, values
        )  # the index is of this very expression
        for name in ("enable_seqscan", "enable_sort"):
            self._database.run("SELECT set_config(%s, 'on', true)", name)
        return found

    def _candidates(
        self, distance: str, question: NDArray[np.float32], k: int, condition: str, values: list[str]
    ) -> tuple[ChunkIds, NDArray[np.float16]]:
        joined = f"JOIN @articles ON number = article {condition}" if condition else ""
        query = f"SELECT chunk, vector FROM @vectors {joined} ORDER BY {distance} LIMIT %s"
        rows = self._database.run(query, *values, _as_text(question), k + _SPARE)
        with self._database.translating():
            return load_halfvecs(rows)

    def sync(self, at_most: int | None = None) -> None:
        """Build the graph where there is none and comparing all would be slow; it then grows with every addition.

        Args:
            at_most: none is built of more chunks than this.
        """
        chunks = self._record.count_chunks()
        if chunks <= self._exact_up_to or chunks > (at_most or chunks):
            return
        try:
            if not self._is_built():
                self._build()
        except LibraryError as error:
            logger.warning("%s; searching without the vector index", error)

    def _build(self) -> None:
        """Build it beside the writers, who go on; a build that was cut off, or failed, left one that is not valid."""
        size = self._dimensions()
        if not size or size > _MOST_DIMENSIONS:
            return
        needed = (2 * size + _BYTES_OF_NEIGHBOURS) * self._record.count_chunks() // 1_000_000
        memory = f"{min(max(64, needed), _MOST_MEMORY)}MB"  # with less than the graph takes, building it takes hours
        self._database.run(f"DROP INDEX IF EXISTS @{_INDEX}")
        self._database.run_with(
            f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {_INDEX} ON @vectors"
            f" USING hnsw ((vector::halfvec({size})) halfvec_cosine_ops) WITH (m = 16, ef_construction = 100)",
            maintenance_work_mem=memory,
        )

    def _dimensions(self) -> int:
        return int(self._database.value("SELECT vector_dims(vector) FROM @vectors LIMIT 1") or 0)

    def discard(self) -> None:
        """Nothing is done: what is removed leaves the graph with its row."""

    def problems(self) -> list[str]:
        """What is wrong with it, each in one line."""
        state = self._state()
        if state is False:
            return ["the vector index is not whole: its build was cut off; --repair builds it anew"]
        if state is None and self._record.count_chunks() > self._exact_up_to:
            return ["the vector index is missing, every vector is compared; --repair builds it"]
        return []

    def engine(self) -> str:
        """What a search without a filter is answered by, and why."""
        chunks = self._record.count_chunks()
        if chunks <= self._exact_up_to:
            return f"PostgreSQL: exact comparison of every chunk; there are {chunks:,}, up to {self._exact_up_to:,}"
        if self._is_built():
            return f"pgvector's HNSW graph of {chunks:,} chunks; what it does not lead to is found by words only"
        return f"PostgreSQL: exact comparison of every chunk; {self.problems()[0]}"

    def close(self) -> None:
        """Nothing is kept open beside the record."""

    def _is_built(self) -> bool:
        return self._state() is True

    def _state(self) -> bool | None:
        """Whether the graph may be used; None where there is none."""
        query = "SELECT indisvalid AND indisready FROM pg_index WHERE indexrelid = to_regclass(%s)"
        found: bool | None = self._database.value(query, f'"{self._database.address.schema}".{_INDEX}')
        return found


def _in_order(
    ids: ChunkIds, vectors: NDArray[np.float16], question: NDArray[np.float32], k: int, *, approximate: bool
) -> Nearest:
    if not len(ids):
        return Nearest(ids, np.empty(0, np.float32), approximate)
    found = best(ids, vectors.astype(np.float32) @ question, k)
    return Nearest(found.ids, found.cosines, approximate)


def _as_text(question: NDArray[np.float32]) -> str:
    return "[" + ",".join(map(repr, question.tolist())) + "]"
