"""What the user sets of an article's metadata, where its file says it wrongly or not at all.

It stands in the place of what the file says wherever that is shown, searched or filtered by, and stays when the file
is read again, also with another text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dateline.index.errors import ArgumentError, shown
from dateline.index.ingest import embed_chunks
from dateline.index.ports import Record
from dateline.index.reading.cleaning import one_line
from dateline.index.reading.dates import read_date
from dateline.index.splitting.chunks import split_article
from dateline.index.types import Article, Embedder, with_edits

_LONGEST = 500  # characters of a title or a name
_MOST_AUTHORS = 50


def read_edits(**given: object) -> dict[str, Any]:
    """What is to be set, by the names of ``EDITABLE``: cleaned, and None where a value of nothing makes it unknown.

    Raises:
        ArgumentError: nothing is set, or a value is of no use.
    """
    edits = {name: _read(name, value) for name, value in given.items() if value is not None}
    if not edits:
        raise ArgumentError("nothing is set; give a title, a day of publication, a source or an author")
    return edits


def edit_article(record: Record, embedder: Embedder, article_id: str, edits: Mapping[str, Any]) -> Article | None:
    """Set metadata of an article; None where it is gone.

    It is embedded again, as its title and day stand before each chunk, and its chunks get other numbers, so that no
    index keeps what was known of them.
    """
    article = record.article(article_id)
    if article is None:
        return None
    edited = replace(article, metadata=with_edits(article.metadata, edits), edited={**article.edited, **edits})
    split = [(edited, split_article(edited, embedder))]
    with record.transaction():
        for one, chunks, vectors in embed_chunks(embedder, split):
            record.put_article(one, chunks, vectors)
    return edited


def _read(name: str, value: object) -> object:
    if name == "authors":
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, Sequence) or len(names) > _MOST_AUTHORS:
            raise ArgumentError(f"authors is {shown(value)}; give at most {_MOST_AUTHORS} names")
        return [line for one in names if (line := _line(name, one))]
    line = _line(name, value)
    return _day(line) if name == "published" and line else line


def _line(name: str, value: object) -> str | None:
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise ArgumentError(f"{name} is {shown(value)}; give a text of at most {_LONGEST} characters")
    return one_line(value) or None


def _day(line: str) -> str:
    reading = read_date(line)
    if reading is None or reading.iso is None:
        why = reading.problem if reading else f"published is {shown(line)}, which is no day"
        raise ArgumentError(f"{why}; give one like '2024-09-08' or '2024-09-08 18:30'")
    return reading.iso
