"""Articles with their origins and earlier versions, and files that several processes share the reading of."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from dateline.index.errors import LibraryConflict
from dateline.index.postgres.connection import Database
from dateline.index.storage.rows import checksum, dump_version, load_article, load_version
from dateline.index.storage.versions import MOST_VERSIONS
from dateline.index.types import Article, Origin, Version

_COLUMNS = "number, id, text, body, title, source, url, published, tags, extra"
_SHARED_AT_ONCE = 32  # files
_LISTED_AT_ONCE = 500


def load_articles(database: Database, condition: str = "", *values: Any) -> Iterator[Article]:
    """Articles in the order they came: all, or those for which an SQL condition holds."""
    where = f"WHERE {condition}" if condition else ""
    numbers = [row[0] for row in database.run(f"SELECT number FROM @articles {where} ORDER BY number", *values)]
    origins = """SELECT coalesce(json_agg(json_build_array(name, sha256, encoding, repairs) ORDER BY place), '[]')::text
        FROM @origins WHERE article = number"""
    edits = "SELECT fields FROM @edits WHERE article = number"
    query = f"SELECT {_COLUMNS}, ({edits}), ({origins}) FROM @articles WHERE number = %s"
    for number in numbers:
        for *row, named in database.run(query, number):
            with database.translating():
                article = load_article(tuple(row), json.loads(named))
            yield article


def put_origin(database: Database, article_id: str, origin: Origin) -> list[int]:
    """Let an origin name a recorded article; gives the numbers of the article that it named before, if one.

    Raises:
        LibraryConflict: another process has removed that article.
    """
    name, *facts = origin.name, origin.sha256, origin.encoding, json.dumps(origin.repairs)
    before = database.run("SELECT article FROM @origins WHERE name = %s", name)
    query = """INSERT INTO @origins (name, article, sha256, encoding, repairs, checksum)
        SELECT %s, number, %s, %s, %s, %s FROM @articles WHERE id = %s
        ON CONFLICT (name) DO UPDATE SET article = excluded.article, place = DEFAULT, sha256 = excluded.sha256,
        encoding = excluded.encoding, repairs = excluded.repairs, checksum = excluded.checksum RETURNING article"""
    if not database.run(query, name, *facts, checksum([(name, *facts, article_id)]), article_id):
        raise LibraryConflict(
            f"article {article_id} was removed from the library at {database.place!r} by another process just now; "
            "run the command again"
        )
    return [number for (number,) in before]


def remove_origin(database: Database, name: str) -> list[int]:
    """Forget an origin; gives the numbers of the article that it named, if one."""
    named = database.run("DELETE FROM @origins WHERE name = %s RETURNING article", name)
    files = [name, *(name[: sign.start()] for sign in re.finditer("#", name))]  # it may have been read from one
    database.run("DELETE FROM @files WHERE name = ANY(%s)", files)
    return [number for (number,) in named]


def unnamed(database: Database, numbers: Sequence[int]) -> list[int]:
    """Which of these articles have no origin any more, once nobody else is about to give them one."""
    if not numbers:
        return []
    # A statement of its own: what the others have committed is seen by the next.
    database.run("SELECT number FROM @articles WHERE number = ANY(%s) ORDER BY number FOR UPDATE", list(numbers))
    query = """SELECT number FROM @articles AS a WHERE number = ANY(%s)
        AND NOT EXISTS (SELECT 1 FROM @origins WHERE article = a.number) ORDER BY number"""
    return [number for (number,) in database.run(query, list(numbers))]


def keep_version(database: Database, before: Article, current: str, until: str) -> None:
    """Keep an article as an earlier version of the one that took its place, with the versions that it had itself.

    Nothing is kept where another origin still names it: then it is an article of its own.
    """
    named = "EXISTS (SELECT 1 FROM @origins WHERE article = number)"
    old = database.run(f"SELECT number FROM @articles WHERE id = %s AND NOT {named}", before.id)
    new = database.run(f"SELECT number FROM @articles WHERE id = %s AND {named}", current)
    if not (old and new):
        return
    ((number,),) = new
    database.run(
        "DELETE FROM @versions AS v WHERE article = %s AND id IN (SELECT id FROM @versions WHERE article = %s)",
        number, old[0][0],
    )  # fmt: skip
    database.run("UPDATE @versions SET article = %s WHERE article = %s", number, old[0][0])
    put_version(database, Version(article=before, until=until, current=current))
    oldest = "SELECT id FROM @versions WHERE article = %s ORDER BY until DESC OFFSET %s"
    query = f"DELETE FROM @versions WHERE article = %s AND (id = %s OR id IN ({oldest}))"
    database.run(query, number, current, number, MOST_VERSIONS)


def put_version(database: Database, version: Version) -> None:
    """Write an earlier text of an article."""
    facts = dump_version(version.article)
    row = (version.article.id, version.until, version.article.text, facts)
    query = """INSERT INTO @versions SELECT number, %s, %s, %s, %s, %s FROM @articles WHERE id = %s
        ON CONFLICT (article, id) DO UPDATE SET until = excluded.until, text = excluded.text, facts = excluded.facts,
        checksum = excluded.checksum"""
    database.run(query, *row, checksum([(row[0], row[1], facts)]), version.current)


def load_versions(database: Database, condition: str, *values: str) -> list[Version]:
    """The earlier texts for which an SQL condition holds, the latest first."""
    query = f"""SELECT versions.text, facts, until, articles.id FROM @versions AS versions
        JOIN @articles AS articles ON number = article WHERE {condition} ORDER BY until DESC"""
    rows = database.run(query, *values)
    with database.translating():
        return [
            Version(article=load_version(text, facts), until=until, current=current)
            for text, facts, until, current in rows
        ]


def share_names(database: Database, names: Sequence[str]) -> Iterator[Sequence[str]]:
    """All of the names, some at a time: of several processes that are given the same each has others at a time.

    What a part is, is claimed by locks of a transaction: they end when the next part is asked for, and with the
    process, however that ends. What another has is waited for at the end: where it was killed, it is here to be done.
    """
    later: list[str] = []
    for start in range(0, len(names), _SHARED_AT_ONCE):
        part = names[start : start + _SHARED_AT_ONCE]
        with _claimed(database, part, waiting=False) as mine:
            later += [name for name in part if name not in mine]
            if mine:
                yield [name for name in part if name in mine]
    for name in later:
        mine = frozenset[str]()
        while not mine:  # whoever had it has ended, and taken its claim away
            with _claimed(database, [name], waiting=True) as mine:
                if mine:
                    yield [name]


@contextmanager
def _claimed(database: Database, names: Sequence[str], *, waiting: bool) -> Iterator[frozenset[str]]:
    """Those of the names that are this process's as long as the block lasts; ``waiting`` says whether for others."""
    database.run("INSERT INTO @claims SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING", sorted(names))
    skip = "" if waiting else "SKIP LOCKED"
    with database.separately() as beside:
        query = f"SELECT name FROM @claims WHERE name = ANY(%s) ORDER BY name FOR UPDATE {skip}"
        mine = frozenset(name for (name,) in beside.run(query, list(names)))
        yield mine
        beside.run("DELETE FROM @claims WHERE name = ANY(%s)", list(mine))
