"""The search by words: BM25 as SQLite computes it, over the stems that SQLite makes.

PostgreSQL's own ranking knows neither how many chunks hold a word nor how long a chunk is. So both are kept: how many
chunks hold each stem, in ``frequencies``, and how many words a chunk has. How often a stem stands in a chunk is told by
``ts_rank`` of that stem alone, where all places weigh the same: the sum of 1/i² up to that number, over its limit.
As in the folder's record, of many chunks that hold a word only the most promising are weighed.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dateline.index.postgres.connection import Database
from dateline.index.postgres.filters import filter_condition
from dateline.index.storage.fulltext import common_limit, question_words
from dateline.index.storage.tokens import stems_of
from dateline.index.types import ChunkIds, Filter

CHUNKS, WORDS = "", " "
"""What ``frequencies`` counts beside stems: chunks, and their words."""
_WEIGHED, _WEIGHED_AT_MOST = 1_000, 4_000  # chunks
_NAMED_AT_MOST = 40  # chunks of an article
_MOST_PLACES, _LAST_PLACE = 255, 16_383  # of a stem in a tsvector
_K1, _B = 1.2, 0.75
_SMALLEST_WEIGHT = 1e-6
_LIMIT = math.pi**2 / 6
_COUNTED_UP_TO = 40  # times that a stem stands in a chunk: more say no more
_SUMS = np.cumsum(1 / np.arange(1, _COUNTED_UP_TO + 1) ** 2)
_TIMES = [0.5, *((_SUMS[1:] + _SUMS[:-1]) / 2).tolist()]
"""Between the sums of 1/i² up to each number: the place of a sum among them is that number."""

_HELD = """held AS (
    SELECT chunk, article, sum(weight) AS promise
    FROM unnest(%s::tsquery[], %s::float8[]) AS asked (stem, weight) JOIN @words ON stems @@ stem
    GROUP BY chunk, article
)"""
_PROMISING = f"""promising AS (
    SELECT chunk FROM (
        SELECT chunk, place, max(place) OVER () AS last, every FROM (
            SELECT chunk, rank() OVER (ORDER BY promise DESC) AS place, count(*) OVER () AS every
            FROM held {{passing}}
        ) AS ranked WHERE place <= %s
    ) AS near WHERE every <= %s OR place < last OR last <= %s ORDER BY place, chunk LIMIT {_WEIGHED_AT_MOST}
)"""
# The operations are FTS5's in FTS5's order, so that even what differs by the last bit comes in one order.
_WEIGH = f"""
SELECT chunk FROM promising JOIN @words USING (chunk)
CROSS JOIN LATERAL (
    SELECT sum(weight * ((times * {_K1 + 1}::float8)
        / (times + {_K1}::float8 * ({1 - _B}::float8 + {_B}::float8 * length / %s)))) AS score
    FROM unnest(%s::tsquery[], %s::float8[]) AS asked (stem, weight)
    CROSS JOIN LATERAL (
        SELECT CASE WHEN numnode(stem) = 1
            THEN width_bucket(ts_rank('{{{{1,1,1,1}}}}', stems, stem)::float8 * {_LIMIT}, %s::float8[])
            ELSE (stems @@ stem)::int END AS times
    ) AS counted
) AS weighed ORDER BY score DESC, chunk LIMIT %s"""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A word of a question."""

    query: str
    """As a ``tsquery``."""
    chunks: int
    """How many hold it."""


def vector_of(title: Sequence[str], text: Sequence[str]) -> bytes:
    """A ``tsvector`` in binary form of the stems of a title and a text, each with its places."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for first, stems in ((1, title), (len(title) + 2, text)):  # a gap, so that no phrase leads from one to the other
        for at, stem in enumerate(stems, first):
            if at <= _LAST_PLACE and len(places[stem]) < _MOST_PLACES:
                places[stem].append(at)
    parts = [len(places).to_bytes(4, "big")]
    for stem, found in places.items():
        parts += [stem.encode(), b"\0", len(found).to_bytes(2, "big"), np.array(found, ">u2").tobytes()]
    return b"".join(parts)


def stems_in(vector: bytes) -> dict[bytes, bytes]:
    """The stems of a ``tsvector`` in binary form, each with its places."""
    found, at = {}, 4
    while at < len(vector):
        end = vector.index(b"\0", at)
        behind = end + 3 + 2 * int.from_bytes(vector[end + 1 : end + 3], "big")
        found[vector[at:end]], at = vector[end + 3 : behind], behind
    return found


def count_stems(chunks: Iterable[tuple[Sequence[str], Sequence[str]]], of: Counter[str], sign: int = 1) -> None:
    """Add what chunks, each a title and a text as stems, have to what is counted."""
    for title, text in chunks:
        of.update(dict.fromkeys({*title, *text}, sign))
        of.update({CHUNKS: sign, WORDS: sign * (len(title) + len(text))})


def quoted(stems: Sequence[str]) -> str:
    """Stems in a row as a ``tsquery``."""
    escaped = (stem.replace("\\", "\\\\").replace("'", "''") for stem in stems)
    return " <-> ".join(f"'{stem}'" for stem in escaped)


class PostgresWords:
    """The word index of a library."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # What spelling asks

    def holds(self, phrase: str) -> bool:
        """As ``WordIndex.holds``."""
        (stems,) = stems_of([phrase])
        return bool(stems) and bool(self._database.run("SELECT 1 FROM @words WHERE stems @@ %s LIMIT 1", quoted(stems)))

    def stems(self, letter: str, shorter_than: int) -> list[str]:
        """As ``WordIndex.stems``."""
        query = """SELECT stem FROM @frequencies WHERE stem >= %s AND stem < %s AND length(stem) < %s
            GROUP BY stem HAVING sum(n) > 0"""
        return [row[0] for row in self._database.run(query, letter, chr(ord(letter) + 1), shorter_than)]

    def places(self, stem: str, limit: int) -> Iterable[tuple[str | None, int]]:
        """As ``WordIndex.places``."""
        query = """SELECT title, substr(text, start + 1, "end" - start),
                (SELECT positions::int4[] FROM unnest(stems) WHERE lexeme = %s)
            FROM @words JOIN @chunks ON id = chunk JOIN @articles ON number = @words.article
            WHERE stems @@ %s LIMIT %s"""
        for title, text, found in self._database.run(query, stem, quoted([stem]), limit):
            (heading,) = stems_of([title or ""])
            for at in found or ():
                yield (title, at - 1) if at <= len(heading) else (text, at - len(heading) - 2)

    # Searching

    def search(self, question: str, limit: int, only: Filter | None = None) -> ChunkIds:
        """The chunks that hold words of a question, best BM25 first, at most ``limit``; ties by number."""
        asked, chunks, words = self._asked(question_words(question))
        weighs_all = only is None and chunks <= _WEIGHED_AT_MOST
        most = common_limit(chunks)
        if rarer := [one for one in asked if one.chunks <= most]:
            asked = rarer
        if not asked:
            return np.array([], np.int64)
        queries = [one.query for one in asked]
        weights = [max(math.log((chunks - one.chunks + 0.5) / (one.chunks + 0.5)), _SMALLEST_WEIGHT) for one in asked]
        condition, values = filter_condition(only)
        passing = f"WHERE article IN (SELECT number FROM @articles {condition})" if condition else ""
        enough = _WEIGHED_AT_MOST if weighs_all else _WEIGHED
        query = f"WITH {_HELD}, {_PROMISING}{_WEIGH}".format(passing=passing)
        average = words / max(1, chunks)
        rows = self._database.run(
            query, queries, weights, *values, enough, enough, limit, average, queries, weights, _TIMES, limit
        )
        return np.array([row[0] for row in rows], np.int64)

    def naming(self, question: str, is_known: Callable[[str], bool]) -> ChunkIds:
        """The chunks that hold a word of the question which one article alone holds, ascending.

        Args:
            question: as it was asked.
            is_known: tells of a word in lower case that it is common; such a word names nothing.
        """
        asked, _, _ = self._asked([word for word in question_words(question) if not is_known(word)])
        few = [one.query for one in asked if 0 < one.chunks <= _NAMED_AT_MOST]
        if not few:
            return np.array([], np.int64)
        query = """SELECT array_agg(chunk) FROM unnest(%s::tsquery[]) AS asked (stem) JOIN @words ON stems @@ stem
            GROUP BY stem HAVING count(DISTINCT article) = 1"""
        found = [chunk for (chunks,) in self._database.run(query, few) for chunk in chunks]
        return np.unique(np.array(found, np.int64))

    def frequencies(self, stems: Iterable[str]) -> Mapping[str, int]:
        """How many chunks hold each stem; of ``CHUNKS`` and ``WORDS`` how many there are."""
        query = "SELECT stem, sum(n)::bigint FROM @frequencies WHERE stem = ANY(%s) GROUP BY stem"
        return dict(self._database.run(query, list(stems)))

    def _asked(self, words: Sequence[str]) -> tuple[list[_Asked], int, int]:
        """What is asked for, and how many chunks and words there are."""
        parts = [stems for stems in stems_of(words) if stems]
        known = self.frequencies({CHUNKS, WORDS, *(stem for stems in parts for stem in stems)})
        asked = [
            _Asked(quoted(stems), known.get(stems[0], 0) if len(stems) == 1 else self._holders(quoted(stems)))
            for stems in parts
        ]
        return asked, known.get(CHUNKS, 0), known.get(WORDS, 0)

    def _holders(self, query: str) -> int:
        return int(self._database.value("SELECT count(*) FROM @words WHERE stems @@ %s", query))


def add_frequencies(database: Database, counted: Mapping[str, int]) -> None:
    """Write how many chunks more, or fewer, have each stem."""
    changed = {stem: n for stem, n in counted.items() if n}
    if changed:
        query = "INSERT INTO @frequencies SELECT * FROM unnest(%s::text[], %s::bigint[])"
        database.run(query, list(changed), list(changed.values()))


def sum_frequencies(database: Database, stems: Iterable[str]) -> int:
    """Write one number for each of the stems in place of many; gives how many there were. No writer is waited for."""
    with database.transaction():
        if not database.value("SELECT pg_try_advisory_xact_lock(hashtext(%s))", f"sum {database.address.schema}"):
            return 0
        query = """WITH gone AS (DELETE FROM @frequencies WHERE stem IN (SELECT stem FROM @frequencies
                WHERE stem = ANY(%s) GROUP BY stem HAVING count(*) > 1 OR sum(n) = 0) RETURNING stem, n),
            kept AS (INSERT INTO @frequencies SELECT stem, sum(n) FROM gone GROUP BY stem HAVING sum(n) <> 0)
            SELECT count(*) FROM gone"""
        return int(database.value(query, list(stems)))
