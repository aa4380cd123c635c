"""The search by words: every word quoted, so that no syntax of the user's reaches SQLite.

BM25 is what costs: SQLite looks up the length of every chunk that holds a word, 9 of 10 ms of a search. Of many such
chunks only the most promising, by the rarity of the words they hold, are weighed: the figures are in
docs/decisions/13-bm25-on-the-most-promising.md.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from dateline.index.types import ChunkIds

_WORD = re.compile(r"\w+")
_MAX_WORDS = 64  # a pasted page is a question about its first words
# A word in more chunks than this says little and costs most of the time of a search.
_COMMON_SHARE = 0.05
_COMMON_AT_LEAST = 2_000
_WEIGHED, _WEIGHED_AT_MOST = 1_000, 4_000  # chunks
_TITLE_WEIGHT = 1.0
_NAMED_AT_MOST = 40  # chunks of an article
STOP_WORDS = frozenset(
    """a about after all also an and any are as at be because been before being between both but by can could did do
    does doing during each few for from further had has have having he her here hers him his how i if in into is it its
    just me more most my no nor not of off on once only or other our out over own s same she should so some such t than
    that the their them then there these they this those through to too under until up very was we were what when where
    which while who whom whose why will with would you your""".split()
)


def question_words(question: str) -> list[str]:
    """The words to search for, in order, each once; stop words only where there is nothing else."""
    words = list(dict.fromkeys(word.lower() for word in _WORD.findall(question)))[:_MAX_WORDS]
    return [word for word in words if word not in STOP_WORDS] or words


def search_words(
    connection: sqlite3.Connection, question: str, chunks: int, limit: int, among: ChunkIds | None = None
) -> ChunkIds:
    """The chunks that hold words of a question, best BM25 first, at most ``limit``; ties by id.

    Any of the words will do (BM25 ranks by how many and how rare); words that stand in more than 5 % of the chunks of a
    large library are left out where rarer ones remain.

    Args:
        connection: of the record.
        question: as it was asked.
        chunks: how many the table has.
        limit: how many.
        among: only these chunk ids.
    """
    words = question_words(question)
    if among is None and chunks <= _COMMON_AT_LEAST:  # no word is left out, and every chunk is weighed
        return _weighed(connection, words, limit)
    holders = _telling(connection, words, chunks)
    if among is None and chunks <= _WEIGHED_AT_MOST:
        return _weighed(connection, holders, limit)
    return _weighed(connection, holders, limit, _promising(list(holders.values()), chunks, limit, among))


def common_limit(chunks: int) -> int:
    """In how many chunks, of so many, a word may stand before it says too little."""
    return max(_COMMON_AT_LEAST, int(chunks * _COMMON_SHARE))


def chunks_naming(connection: sqlite3.Connection, question: str, is_known: Callable[[str], bool]) -> ChunkIds:
    """The chunks that hold a word of the question which one article alone holds, ascending.

    Args:
        connection: of the record.
        question: as it was asked.
        is_known: tells of a word in lower case that it is common; such a word names nothing.
    """
    words = [word for word in question_words(question) if not is_known(word)]
    held = [_holders(connection, word, _NAMED_AT_MOST + 1) for word in words]
    few = [ids for ids in held if 0 < len(ids) <= _NAMED_AT_MOST]
    query = "SELECT count(DISTINCT article) FROM chunks WHERE id IN (SELECT value FROM json_each(?))"
    alone = [ids for ids in few if connection.execute(query, [json.dumps(ids.tolist())]).fetchone()[0] == 1]
    return np.unique(np.concatenate(alone)) if alone else np.array([], np.int64)


def _weighed(
    connection: sqlite3.Connection, words: Iterable[str], limit: int, near: NDArray[np.intp] | None = None
) -> ChunkIds:
    """The chunks that hold any of the words, all or those ``near``, best BM25 first."""
    expression = " OR ".join(map(quoted, words))
    if not expression:
        return np.array([], np.int64)
    # The plus keeps SQLite from looking each of them up in the word index by itself.
    among = "" if near is None else "AND +rowid IN (SELECT value FROM json_each(?))"
    query = f"SELECT rowid FROM words WHERE words MATCH ? {among} ORDER BY bm25(words, ?, 1.0), rowid LIMIT ?"
    values = [expression] if near is None else [expression, json.dumps(near.tolist())]
    return np.array([row[0] for row in connection.execute(query, (*values, _TITLE_WEIGHT, limit))], np.int64)


def _promising(holders: Sequence[ChunkIds], chunks: int, enough: int, among: ChunkIds | None) -> NDArray[np.intp]:
    """Of the chunks that hold each word those that hold the most and the rarest.

    Those that are equal in this where it is cut off, as the holders of a single word are, are left to BM25, unless
    there are ``enough`` better ones.
    """
    rarities = [np.log((chunks - len(ids) + 0.5) / (len(ids) + 0.5)) for ids in holders]
    weights = np.repeat(np.maximum(rarities, 1e-6), [len(ids) for ids in holders])  # as in FTS5's own BM25
    sums = np.bincount(np.concatenate(holders), weights)
    ids = np.flatnonzero(sums)
    if among is not None:
        ids = ids[np.isin(ids, among)]
    if len(ids) <= _WEIGHED:
        return ids
    least = np.partition(sums[ids], len(ids) - _WEIGHED)[len(ids) - _WEIGHED]
    better, equal = ids[sums[ids] > least], ids[sums[ids] == least]
    return better if len(better) >= enough else np.concatenate([better, equal[: _WEIGHED_AT_MOST - len(better)]])


def _telling(connection: sqlite3.Connection, words: Sequence[str], chunks: int) -> dict[str, ChunkIds]:
    """The chunks that hold each word, of those words that stand in few chunks, where there are any."""
    limit = common_limit(chunks)
    found = {word: _holders(connection, word, limit + 1) for word in words}
    rarer = {word: ids for word, ids in found.items() if len(ids) <= limit}
    return rarer or {word: _holders(connection, word, chunks) for word in words}


def _holders(connection: sqlite3.Connection, word: str, at_most: int) -> ChunkIds:
    # One text is read faster than many rows.
    query = "SELECT group_concat(rowid) FROM (SELECT rowid FROM words WHERE words MATCH ? LIMIT ?)"
    (text,) = connection.execute(query, (quoted(word), at_most)).fetchone()
    return np.fromstring(text or "", np.int64, sep=",")


def quoted(word: str) -> str:
    """A word, or several in a row, as SQLite is to take them: without syntax."""
    return f'"{word}"'
