"""One folder of Chroma, opened: the only module that imports chromadb, and only when a folder is opened.

What Chroma 1.5 needs to be trusted (each measured):
- The graph files are written once, when the last vector of a build has come: a kill while they are written ruins them.
  Nothing is changed afterwards: what is added to a graph may cut others off from it.
- Its process-wide cache of folders is emptied by ``close``: after 22 folders opened, closed and removed in one process
  there were as many threads and file handles as after the first.

The graph, on 22,000 chunks of news and 200 questions, 384 dimensions, 100 asked for, 2 busy cores:

    neighbours  construction  build s  recall@10 with search 100   200      400     p50 ms with 200
        16           100         22                       0.9930   0.9960   0.9990      1.8
        16           200         49                       0.9940   0.9975   0.9985      2.0
        24           200        109                       0.9965   0.9990   1.0000      1.9
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from dateline.index.errors import LibraryError
from dateline.index.types import ChunkIds, Vectors
from dateline.index.vectors.exact import Nearest, best

_COLLECTION = "chunks"
_NEVER = 100_000_000
_NO_FUNCTION = ("legacy", "unknown")
_AMONG = 10
_EQUAL = 1e-6  # cosine distance: articles that repeat each other have equal vectors
_GRAPH = {"space": "cosine", "max_neighbors": 16, "ef_construction": 100, "ef_search": 200}


class ChromaFolder:
    """Vectors by chunk id in a folder of Chroma; open at most one of a path, in one process."""

    def __init__(self, client: Any, collection: Any) -> None:
        self._client = client
        self._collection = collection

    @classmethod
    def create(cls, path: Path, waiting: int) -> Self:
        """An empty one in an empty folder; what was added is put into the graph when ``waiting`` vectors have come."""
        client = _client(path)
        graph = {**_GRAPH, "sync_threshold": max(2, waiting)}
        return cls(
            client, client.create_collection(_COLLECTION, embedding_function=None, configuration={"hnsw": graph})
        )

    @classmethod
    def open(cls, path: Path) -> Self:
        """The one in a folder, once its build has ended.

        Raises:
            ValueError: its build did not end, it compares by another measure than cosine, or it names code to run.
        """
        client = _client(path)
        try:
            collection = client.get_collection(_COLLECTION, embedding_function=None)
            graph = collection.configuration_json.get("hnsw") or {}
            if (graph.get("space"), graph.get("sync_threshold")) != ("cosine", _NEVER):
                raise ValueError("it compares by another measure than cosine, or its build did not end")
            model = collection.get_model()
            if _names_code(model.configuration_json) or _names_code(model.serialized_schema):
                raise ValueError("it names a model to load, which none that Dateline made does")
        except BaseException:
            client.close()
            raise
        return cls(client, collection)

    def close(self) -> None:
        """Give files and threads back."""
        self._client.close()

    def end_build(self) -> None:
        """The graph is not written again."""
        self._collection.modify(configuration={"hnsw": {"sync_threshold": _NEVER}})

    def count(self) -> int:
        """How many vectors it says it has."""
        return int(self._collection.count())

    def held(self) -> ChunkIds:
        """The chunk ids it has vectors for, ascending."""
        return np.sort(np.array([int(name) for name in self._collection.get(include=[])["ids"]], np.int64))

    def add(self, ids: ChunkIds, vectors: Vectors) -> None:
        """Add vectors during a build, some thousands at most."""
        self._collection.add(ids=_names(ids), embeddings=vectors)

    def search(self, question: NDArray[np.float32], k: int, among: ChunkIds | None = None) -> Nearest:
        """The ``k`` nearest; ``among`` restricts to ids it holds."""
        only = {} if among is None else {"ids": _names(among)}
        found = self._collection.query(query_embeddings=question[None, :], n_results=k, include=["distances"], **only)
        ids = np.array([int(name) for name in found["ids"][0]], np.int64)
        return best(ids, 1.0 - np.array(found["distances"][0], np.float32), k)

    def missed(self, ids: ChunkIds, vectors: Vectors) -> ChunkIds:
        """Those of ``ids``, each with its vector, that are not among the nearest to it, nor ten others equal to it."""
        if not len(ids):
            return ids
        found = self._collection.query(query_embeddings=vectors, n_results=_AMONG, include=["distances"])
        pairs = zip(_names(ids), found["ids"], found["distances"], strict=True)
        there = [name in names or (len(names) == _AMONG and far[-1] < _EQUAL) for name, names, far in pairs]
        missed: ChunkIds = ids[~np.array(there)]
        return missed


def chroma_errors() -> tuple[type[Exception], ...]:
    """What using a folder may raise: for an ``except`` clause."""
    from chromadb.errors import ChromaError

    return (ChromaError, ValueError, OSError)


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """What Chroma and the file system raise inside, as the user is told it."""
    try:
        yield
    except chroma_errors() as error:
        what = " ".join(str(error).split())
        raise LibraryError(f"the vector index at {str(folder)!r} can't be used: {what}") from error


def _client(path: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(path, settings=Settings(anonymized_telemetry=False))


def _names_code(value: Any) -> bool:
    """Whether a configuration has an embedding function: Chroma would build it, with code from wherever it says."""
    if isinstance(value, dict):
        function = value.get("embedding_function") or {"type": "legacy"}
        return function.get("type") not in _NO_FUNCTION or any(map(_names_code, value.values()))
    return isinstance(value, list) and any(map(_names_code, value))


def _names(ids: ChunkIds) -> list[str]:
    return [str(number) for number in ids.tolist()]
