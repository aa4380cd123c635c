"""A small library as a text, so that a record made by each schema is kept and can be read by a person.

    python -m tests.harness.old_library LIBRARY > tests/index/storage/data/schema-N.sql

Run it with the code that made the library, before its schema is changed.
"""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from dateline.index.splitting.chunks import CHUNKER_ID

DUMPS = Path(__file__).parents[1] / "index" / "storage" / "data"


def restore(version: int, folder: Path) -> None:
    """Make the library of a schema, which is taken to be split as this Dateline splits, whatever nupunkt is there."""
    folder.mkdir(parents=True)
    with closing(sqlite3.connect(folder / "library.sqlite")) as record:
        record.executescript((DUMPS / f"schema-{version}.sql").read_text("utf-8"))
        record.execute("UPDATE manifest SET value = ? WHERE name = 'chunker'", (CHUNKER_ID,))
        record.commit()


def dump(record: sqlite3.Connection) -> Iterator[str]:
    """The statements that make a record anew."""
    yield "PRAGMA journal_mode = WAL;\nBEGIN;"
    for name in ("application_id", "user_version"):
        yield f"PRAGMA {name} = {record.execute(f'PRAGMA {name}').fetchone()[0]};"
    own = "name NOT LIKE 'words_%' AND name NOT LIKE 'sqlite_%'"
    for (sql,) in record.execute(f"SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND {own} ORDER BY rowid"):
        yield f"{sql};"
    yield "DELETE FROM sqlite_sequence;"
    tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'words_%' ORDER BY rowid"
    for (table,) in record.execute(tables).fetchall():
        columns, into = ("rowid, title, text", " (rowid, title, text)") if table == "words" else ("*", "")
        for row in record.execute(f"SELECT {columns} FROM {table}"):
            values = (record.execute("SELECT quote(?)", (value,)).fetchone()[0] for value in row)
            yield f"INSERT INTO {table}{into} VALUES ({', '.join(values)});"
    yield "COMMIT;"


if __name__ == "__main__":
    with closing(sqlite3.connect(Path(sys.argv[1]) / "library.sqlite")) as opened:
        print("\n".join(dump(opened)))
