"""The articles of a library a page at a time, without their texts: in an order, with all words of a search."""

from typing import TYPE_CHECKING

from dateline.index.reading.cleaning import clean
from dateline.index.storage.rows import filter_condition
from dateline.index.types import ArticleRow, Order, Selection

if TYPE_CHECKING:
    from dateline.index.storage.record import SqliteRecord

_ORDERS: dict[Order, str] = {
    "newest": "published DESC, number DESC",  # nothing is less than anything, and comes last
    "oldest": "published NULLS LAST, number",
    "title": "title COLLATE NOCASE NULLS LAST, number",
    "source": "source COLLATE NOCASE NULLS LAST, published DESC, number",
    "size": "length(text) DESC, number",
    "added": "number DESC",
}
_MOST_SOURCES = 500
_MOST_WORDS = 8  # each costs a look at every name: 30 ms of 100,000 articles
_LONGEST_QUERY = 500
_HOLDS_WORD = """(title LIKE ? ESCAPE '\\' OR source LIKE ? ESCAPE '\\' OR id LIKE ? ESCAPE '\\'
    OR number IN (SELECT article FROM origins WHERE name LIKE ? ESCAPE '\\'))"""
_COLUMNS = """id, title, source, published, url,
    (SELECT name FROM origins WHERE article = number ORDER BY rowid LIMIT 1),
    (SELECT count(*) FROM origins WHERE article = number), length(text)"""


def list_rows(record: "SqliteRecord", selection: Selection, order: Order, offset: int, limit: int) -> list[ArticleRow]:
    """At most ``limit`` of the selected articles, after the first ``offset`` of them."""
    condition, values = _condition(
        selection, "number" if order == "added" else "+number"
    )  # + keeps to the order's index
    page = f"SELECT number AS chosen FROM articles {condition} ORDER BY {_ORDERS[order]} LIMIT ? OFFSET ?"
    query = f"SELECT {_COLUMNS} FROM ({page}) CROSS JOIN articles ON number = chosen ORDER BY {_ORDERS[order]}"
    rows = record.run(query, *values, max(0, limit), max(0, offset))
    names = ("id", "title", "source", "published", "url", "origin", "origins", "characters")
    return [ArticleRow(**dict(zip(names, row, strict=True))) for row in rows]


def count_rows(record: "SqliteRecord", selection: Selection) -> int:
    """How many articles are selected."""
    condition, values = _condition(selection)
    return int(record.run(f"SELECT count(*) FROM articles {condition}", *values)[0][0])


def list_sources(record: "SqliteRecord") -> list[str]:
    """The names of sources, those with most articles first, at most 500."""
    query = """SELECT source FROM articles WHERE source IS NOT NULL
        GROUP BY source ORDER BY count(*) DESC, source LIMIT ?"""
    return [row[0] for row in record.run(query, _MOST_SOURCES)]


def _condition(selection: Selection, number: str = "number") -> tuple[str, list[str]]:
    """A WHERE clause and its values.

    In a query of its own the selection is made from an index; beside the order SQLite walks the texts instead.
    """
    filtered, values = filter_condition(selection.only)
    words = clean(selection.query[:_LONGEST_QUERY]).text.split()[:_MOST_WORDS]
    conditions = [filtered.removeprefix("WHERE "), *([_HOLDS_WORD] * len(words))]
    selected = " AND ".join(filter(None, conditions))
    values += [f"%{_escaped(word)}%" for word in words for _ in range(4)]
    return (f"WHERE {number} IN (SELECT number FROM articles WHERE {selected})" if selected else ""), values


def _escaped(word: str) -> str:
    for sign in ("\\", "%", "_"):
        word = word.replace(sign, f"\\{sign}")
    return word
