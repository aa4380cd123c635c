"""Which articles are meant, as conditions of SQL, and articles a page at a time; as the folder's record has them."""

from dateline.index.postgres.connection import Database
from dateline.index.reading.cleaning import clean
from dateline.index.types import ArticleRow, Filter, Order, Selection

_ORDERS: dict[Order, str] = {
    "newest": "published DESC NULLS LAST, number DESC",
    "oldest": "published NULLS LAST, number",
    "title": 'lower(title COLLATE "C") NULLS LAST, number',
    "source": 'lower(source COLLATE "C") NULLS LAST, published DESC NULLS LAST, number',
    "size": "characters DESC, number",
    "added": "number DESC",
}
_MOST_SOURCES = 500
_MOST_WORDS = 8
_LONGEST_QUERY = 500
_LIKE = """lower({} COLLATE "C") LIKE lower(%s COLLATE "C")"""
_HOLDS_WORD = f"""({_LIKE.format("title")} OR {_LIKE.format("source")} OR {_LIKE.format("id")}
    OR number IN (SELECT article FROM @origins WHERE {_LIKE.format("name")}))"""
_COLUMNS = """id, title, source, published, url,
    (SELECT name FROM @origins WHERE article = number ORDER BY place LIMIT 1),
    (SELECT count(*) FROM @origins WHERE article = number), characters"""


def filter_condition(only: Filter | None) -> tuple[str, list[str]]:
    """A WHERE clause on the table of articles, empty where nothing is asked, and its values."""
    conditions, values = [], []
    if only and only.since:
        conditions.append("published >= %s")
        values.append(only.since.isoformat())
    if only and only.until:
        conditions.append("published < %s")
        values.append(f"{only.until.isoformat()}\x7f")  # behind every hour of that day
    if only and only.source:
        conditions.append('strpos(lower(source COLLATE "C"), lower(%s COLLATE "C")) > 0')
        values.append(only.source)
    return ("WHERE " + " AND ".join(conditions) if conditions else ""), values


def list_rows(database: Database, selection: Selection, order: Order, offset: int, limit: int) -> list[ArticleRow]:
    """At most ``limit`` of the selected articles, after the first ``offset`` of them."""
    condition, values = _condition(selection)
    query = f"SELECT {_COLUMNS} FROM @articles {condition} ORDER BY {_ORDERS[order]} LIMIT %s OFFSET %s"
    names = ("id", "title", "source", "published", "url", "origin", "origins", "characters")
    rows = database.run(query, *values, max(0, limit), max(0, offset))
    return [ArticleRow(**dict(zip(names, row, strict=True))) for row in rows]


def count_rows(database: Database, selection: Selection) -> int:
    """How many articles are selected."""
    condition, values = _condition(selection)
    return int(database.value(f"SELECT count(*) FROM @articles {condition}", *values))


def list_sources(database: Database) -> list[str]:
    """The names of sources, those with most articles first, at most 500."""
    query = """SELECT source FROM @articles WHERE source IS NOT NULL
        GROUP BY source ORDER BY count(*) DESC, source LIMIT %s"""
    return [row[0] for row in database.run(query, _MOST_SOURCES)]


def _condition(selection: Selection) -> tuple[str, list[str]]:
    filtered, values = filter_condition(selection.only)
    words = clean(selection.query[:_LONGEST_QUERY]).text.split()[:_MOST_WORDS]
    selected = " AND ".join(filter(None, [filtered.removeprefix("WHERE "), *([_HOLDS_WORD] * len(words))]))
    values += [f"%{_escaped(word)}%" for word in words for _ in range(4)]
    return (f"WHERE {selected}" if selected else ""), values


def _escaped(word: str) -> str:
    for sign in ("\\", "%", "_"):
        word = word.replace(sign, f"\\{sign}")
    return word
