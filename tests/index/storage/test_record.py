from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from dateline.index.storage import schema
from dateline.index.storage.record import SqliteRecord
from dateline.index.types import Article, Metadata, Origin

_NAMES = ("/n/a", "/n/a#1", "/n/a#1#2", "/n/a/b.txt", "/n/a.txt", "/n/a$", "/n/a0", "/n/ab", "/n/A", "/n/a!")


@pytest.fixture
def record(tmp_path: Path) -> Iterator[SqliteRecord]:
    schema.create(tmp_path)
    record = SqliteRecord(tmp_path, writable=True)
    with record.transaction():
        for name in _NAMES:
            article = Article(text=name, body=(), metadata=Metadata(), origins=())
            record.put_article(article, (), np.zeros((0, 4), np.float32))
            record.put_origin(article.id, Origin(name=name, sha256="", encoding="utf-8"))
            record.set_file_state(name, "read")
    yield record
    record.close()


def test_a_path_names_itself_what_is_in_it_and_what_is_below_it(record: SqliteRecord) -> None:
    assert record.origins_in("/n/a") == ["/n/a", "/n/a#1", "/n/a#1#2", "/n/a/b.txt"]
    assert record.origins_in("/n") == sorted(_NAMES)
    assert record.origins_in("/") == []


def test_an_origin_that_goes_leaves_its_files_to_be_read_again(record: SqliteRecord) -> None:
    with record.transaction():
        record.remove_origin("/n/a#1#2")
    forgotten = [name for name in _NAMES if record.file_state(name) is None]
    assert forgotten == ["/n/a", "/n/a#1", "/n/a#1#2"]


def test_chunks_are_counted_anew_after_every_change_by_anyone(record: SqliteRecord, tmp_path: Path) -> None:
    reader = SqliteRecord(tmp_path, writable=False)
    assert reader.count_chunks() == record.count_chunks() == 0
    number = record.run("SELECT min(number) FROM articles")[0][0]
    record.run('INSERT INTO chunks (article, start, "end", sentences) VALUES (?, 0, 1, ?)', number, "[]")
    assert record.count_chunks() == 1
    with record.transaction():
        record.remove_strays()
    assert reader.count_chunks() == 1
    reader.close()
