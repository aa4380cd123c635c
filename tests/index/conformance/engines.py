"""The engines that a library may be kept by: each a line that makes its record and its vector index for a folder."""

import hashlib
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from dateline.index.backends import Backend
from dateline.index.postgres.address import ServerAddress
from dateline.index.postgres.record import PostgresRecord
from tests.harness.postgres_server import shared_server

Engine = Callable[[Path], Backend]
"""From a folder of its own to an empty library, open to be written; the same folder again gives what it holds."""


def _on_server(folder: Path, *, writable: bool) -> Backend:
    """In a schema that is named after the folder, with a graph from the first chunk on."""
    schema = f"test_{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"
    return Backend.on_server(ServerAddress.parse(shared_server().address(schema)), writable=writable, exact_up_to=0)


Remains = Callable[[Path, str], list[str]]
"""From a folder and a word that ends there to the files or tables that hold it."""


def _files_with(folder: Path, word: str) -> list[str]:
    on_disk = [path for path in folder.rglob("*") if path.is_file()]
    return [str(path) for path in on_disk if f"{word} ".encode() in path.read_bytes()]


def _tables_with(folder: Path, word: str) -> list[str]:
    with closing(_on_server(folder, writable=False)) as backend:
        assert isinstance(backend.record, PostgresRecord)
        run, schema = backend.record.run, backend.record.database.address.schema
        tables = [name for (name,) in run("SELECT tablename FROM pg_tables WHERE schemaname = %s", schema)]
        assert {"articles", "words", "frequencies", "versions"} <= set(tables)
        holds = "SELECT 1 FROM @{0} AS held WHERE held::text ~ %s LIMIT 1"
        return [name for name in tables if run(holds.format(name), rf"{word}\M")]


ENGINES: dict[str, Engine] = {
    "SQLite and Chroma": Backend.write,
    "PostgreSQL and pgvector": partial(_on_server, writable=True),
}
READERS: dict[str, Engine] = {
    "SQLite and Chroma": Backend.open,
    "PostgreSQL and pgvector": partial(_on_server, writable=False),
}
REMAINS: dict[str, Remains] = {"SQLite and Chroma": _files_with, "PostgreSQL and pgvector": _tables_with}
