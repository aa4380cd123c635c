"""Earlier texts of articles that were updated: kept beside the articles, in no index, and gone with the article."""

from typing import TYPE_CHECKING

from dateline.index.storage.purge import SCRUB_IS_DUE
from dateline.index.storage.rows import Row, checksum, dump_version, load_version
from dateline.index.storage.schema import translate_errors
from dateline.index.types import Article, Version

if TYPE_CHECKING:
    from dateline.index.storage.record import SqliteRecord

MOST_VERSIONS = 50
"""Of an article; the oldest goes when one more comes."""
_COLUMNS = "versions.id, until, versions.text, facts, articles.id FROM versions JOIN articles ON number = article"


def keep_version(record: "SqliteRecord", before: Article, current: str, until: str) -> None:
    """Keep an article as an earlier version of the one that took its place, with the versions that it had itself.

    Nothing is kept where another origin still names it: then it is an article of its own.
    """
    named = "number IN (SELECT article FROM origins)"
    old = record.run(f"SELECT number FROM articles WHERE id = ? AND NOT {named}", before.id)
    new = record.run(f"SELECT number FROM articles WHERE id = ? AND {named}", current)
    if not (old and new):
        return
    ((number,),) = new
    record.run("UPDATE OR REPLACE versions SET article = ? WHERE article = ?", number, old[0][0])
    put_version(record, number, Version(article=before, until=until, current=current))
    oldest = "SELECT id FROM versions WHERE article = ? ORDER BY until DESC LIMIT -1 OFFSET ?"
    gone = f"DELETE FROM versions WHERE article = ? AND (id = ? OR id IN ({oldest})) RETURNING id"
    if record.run(gone, number, current, number, MOST_VERSIONS):
        record.set_fact(SCRUB_IS_DUE, "yes")


def put_version(record: "SqliteRecord", number: int, version: Version) -> None:
    """Write a version of the article of a number."""
    facts = dump_version(version.article)
    row = (version.article.id, version.until, version.article.text, facts)
    query = "INSERT OR REPLACE INTO versions VALUES (?, ?, ?, ?, ?, ?)"
    record.run(query, number, *row, checksum([(row[0], row[1], facts)]))


def versions_of(record: "SqliteRecord", article_id: str) -> list[Version]:
    """The earlier texts of an article, the latest first."""
    return _loaded(record, record.run(f"SELECT {_COLUMNS} WHERE articles.id = ? ORDER BY until DESC", article_id))


def versions_beginning(record: "SqliteRecord", beginning: str) -> list[Version]:
    """The earlier texts whose ids, hex digits, begin so."""
    query = f"SELECT {_COLUMNS} WHERE versions.id >= ?1 AND versions.id < ?1 || 'g' ORDER BY until DESC"
    return _loaded(record, record.run(query, beginning))


def remove_versions(record: "SqliteRecord", condition: str, *values: str | int) -> None:
    """Remove the earlier texts for which an SQL condition holds."""
    if record.run(f"DELETE FROM versions WHERE {condition} RETURNING id", *values):
        record.set_fact(SCRUB_IS_DUE, "yes")


def altered_versions(record: "SqliteRecord", of_article: int | None = None) -> list[tuple[int, str]]:
    """The earlier texts that are not what was written, each by the number of its article and its id."""
    query = "SELECT article, id FROM versions WHERE ?1 IS NULL OR article = ?1"
    keys = record.run(query, of_article) if record.keeps_changes else []
    return [(number, name) for number, name in keys if _altered(record, number, name)]


def _altered(record: "SqliteRecord", number: int, name: str) -> bool:
    query = "SELECT id, until, facts, checksum, text FROM versions WHERE article = ? AND id = ?"
    return not all(map(_is_whole, record.run(query, number, name)))


def _is_whole(row: Row) -> bool:
    """Whether id, until, facts, checksum and text are those that were written."""
    article_id, until, facts, written, text = row
    try:
        loaded = load_version(text, facts)
    except (ValueError, TypeError, KeyError):
        return False
    return bool(loaded.id == article_id and checksum([(article_id, until, facts)]) == written)


def _loaded(record: "SqliteRecord", rows: list[Row]) -> list[Version]:
    with translate_errors(record.folder):
        return [
            Version(article=load_version(text, facts), until=until, current=current)
            for _, until, text, facts, current in rows
        ]
