"""One folder of Chroma, opened: the only module that imports it, and only when a folder is opened.

Chroma is used through its own engine, ``chromadb_rust_bindings``, that its wheel brings: importing ``chromadb`` takes
1.8 s of a core (telemetry, servers, other people's models), the engine 0.04 s. What is written is what its client
writes: any client of Chroma opens it, and a test does.

What Chroma 1.5 needs to be trusted (each measured):
- The graph files are written whenever as many vectors came as it was told to wait for, and at no other time: a kill
  while they are written ruins them. So nothing is changed in a folder once it is built.
- With every write it reads all that waits: 2,000 chunks at once take 3.5 s of a core where none wait, 8.4 s where
  18,000 do.
- A graph is written once two vectors have come: where there is one, it is given twice. Else the graph is made anew by
  everyone who opens it.
- With the graph it writes memory that nothing was put into: 12 kB of whatever its process had there before.
- A ``where`` is answered from its database: 130 ms of a core for half of 20,000 chunks, where 1,000 neighbours take 13.

The graph, on 51,595 chunks of news and 300 questions, 384 dimensions, 200 asked for, by neighbours in sight:

    in sight    recall@10   recall@200   least ms of a search   ms of a core to look for a chunk
        40        0.945          -                -                          0.44
       200        0.991        0.948             2.5                         1.3
       400        0.997        0.983             3.8                         2.2
       600        0.998        0.991             3.8                         2.9
       800        0.999        0.995             5.0                         3.4
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from dateline.index.errors import LibraryError
from dateline.index.types import Passage, Place, Vectors

COLLECTION = "chunks"
_PLACE = ("default_tenant", "default_database")  # where Chroma's own client looks
_NEVER = 100_000_000
_NO_FUNCTION = ("legacy", "unknown")
_FILES_OPEN = 1_000
_AMONG = 10
_EQUAL = 1e-6  # cosine distance: articles that repeat each other have equal vectors
_GRAPH = {"space": "cosine", "max_neighbors": 16, "ef_construction": 100}


class ChromaFolder:
    """Vectors of chunks by the names of their places, in a folder of Chroma."""

    def __init__(self, engine: Any, collection: str) -> None:
        self._engine = engine
        self._collection = collection

    @classmethod
    def create(cls, path: Path, waiting: int) -> Self:
        """An empty one in an empty folder, in which ``waiting`` vectors may wait until they are put into the graph."""
        engine = _engine(path)
        graph = {**_GRAPH, "sync_threshold": max(2, waiting)}
        made = _call(engine.create_collection, COLLECTION, json.dumps({"hnsw": graph}), None, None, False, *_PLACE)
        return cls(engine, str(made.id))

    @classmethod
    def open(cls, path: Path) -> Self:
        """The one in a folder, once its build has ended.

        Raises:
            ValueError: its build did not end, it compares by another measure than cosine, or it names code to run.
        """
        engine = _engine(path)
        found = _call(engine.get_collection, COLLECTION, *_PLACE)
        graph = (found.configuration or {}).get("hnsw") or {}
        if (graph.get("space"), graph.get("sync_threshold")) != ("cosine", _NEVER):
            raise ValueError("it compares by another measure than cosine, or its build did not end")
        if _names_code(found.configuration) or _names_code(found.schema):
            raise ValueError("it names a model to load, which none that Dateline made does")
        return cls(engine, str(found.id))

    def close(self) -> None:
        """Give files and threads back; it can't be used any more."""
        self._engine = None

    def end_build(self, looked_at: int) -> None:
        """The graph is not written again; from the next opening a search keeps so many neighbours in sight.

        With more of them it finds more, and takes longer.
        """
        ended = json.dumps({"hnsw": {"sync_threshold": _NEVER, "ef_search": looked_at}})
        _call(self._engine.update_collection, self._collection, None, None, ended)

    def count(self) -> int:
        """How many vectors it says it has."""
        return int(_call(self._engine.count, self._collection, *_PLACE))

    def held(self) -> list[str]:
        """The names of the chunks that it has vectors for, in order."""
        found = _call(self._engine.get, self._collection, None, None, None, 0, None, [], *_PLACE)
        return sorted(found.ids)

    def add(self, chunks: Sequence[Passage], vectors: Vectors) -> None:
        """Add chunks during a build, with what a reader of the folder may want to know of them."""
        names = [str(place_of(one)) for one in chunks]
        known, texts = [_metadata(one) for one in chunks], [one.text for one in chunks]
        _call(self._engine.upsert, self._collection, names, vectors, known, texts, None, *_PLACE)

    def search(self, question: NDArray[np.float32], k: int) -> tuple[list[str], NDArray[np.float32]]:
        """The names of the ``k`` nearest, and their cosines."""
        found = self._query(question[None, :], k)
        return found.ids[0], 1.0 - np.array(found.distances[0], np.float32)

    def missed(self, names: Sequence[str], vectors: Vectors) -> list[str]:
        """Those of ``names``, each with its vector, that are not among the nearest to it, unless ten equal it."""
        if not names:
            return []
        found = self._query(vectors, _AMONG)
        pairs = zip(names, found.ids, found.distances, strict=True)
        return [name for name, near, far in pairs if name not in near and (len(near) < _AMONG or far[-1] >= _EQUAL)]

    def _query(self, vectors: Vectors, k: int) -> Any:
        return _call(self._engine.query, self._collection, None, vectors, k, None, None, ["distances"], *_PLACE)


def chroma_errors() -> tuple[type[Exception], ...]:
    """What using a folder may raise: for an ``except`` clause, which asks only once something was raised."""
    its_own = sys.modules.get("chromadb.errors")  # the engine imports it when it raises one of them
    return (*([its_own.ChromaError] if its_own else []), ValueError, TypeError, OSError, RuntimeError)


@contextmanager
def translate_errors(folder: Path) -> Iterator[None]:
    """What Chroma and the file system raise inside, as the user is told it."""
    try:
        yield
    except chroma_errors() as error:
        what = " ".join(str(error).split())
        raise LibraryError(f"the vector index at {str(folder)!r} can't be used: {what}") from error


def place_of(chunk: Passage) -> Place:
    """Where a chunk stands."""
    return Place(chunk.article_id, chunk.start, chunk.end)


def _engine(path: Path) -> Any:
    import chromadb_rust_bindings as rust

    database = rust.SqliteDBConfig(
        url=str(path / "chroma.sqlite3"), hash_type=rust.MigrationHash.MD5, migration_mode=rust.MigrationMode.Apply
    )
    options = {"allow_reset": False, "persist_path": str(path), "hnsw_cache_size": _FILES_OPEN}
    return _call(lambda: rust.Bindings(sqlite_db_config=database, **options))


def _call(function: Callable[..., Any], *arguments: object) -> Any:
    """What a function of the engine gives; where it panics, as over a folder that is just being removed, an error."""
    try:
        return function(*arguments)
    except BaseException as panic:  # its class is no Exception, and can't be imported
        if type(panic).__name__ != "PanicException":
            raise
        raise RuntimeError(f"Chroma broke off: {panic}") from panic


def _metadata(chunk: Passage) -> dict[str, str | int]:
    """What is known of a chunk, for a ``where`` of Chroma's; the day as a number that can be compared."""
    known: dict[str, str | int] = {"article_id": chunk.article_id, "start": chunk.start, "end": chunk.end}
    if chunk.metadata.title:
        known["title"] = chunk.metadata.title
    if chunk.metadata.source:
        known["source"] = chunk.metadata.source
    if chunk.metadata.published:
        known["published"] = int(chunk.metadata.published[:10].replace("-", ""))
    return known


def _names_code(value: Any) -> bool:
    """Whether a configuration has an embedding function: other clients would build it, with code from anywhere."""
    if isinstance(value, dict):
        function = value.get("embedding_function") or {"type": "legacy"}
        return function.get("type") not in _NO_FUNCTION or any(map(_names_code, value.values()))
    return isinstance(value, list) and any(map(_names_code, value))
