"""The words of texts as the word index has them: SQLite's own tokenizer and stemmer, in memory.

An engine that has no such index keeps these, so that words mean the same in every library.
"""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing

from dateline.index.storage.schema import WORDS_TABLE

_PLACES = "CREATE VIRTUAL TABLE places USING fts5vocab(words, instance)"
_LONGEST = 400  # characters of a stem: what is longer is no word, and no engine's index takes it


def stems_of(texts: Sequence[str]) -> list[list[str]]:
    """The stems of each text, in the order of its words."""
    found: list[dict[int, str]] = [{} for _ in texts]
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute("BEGIN")
        connection.execute(WORDS_TABLE)
        connection.execute(_PLACES)
        rows = ((number, text) for number, text in enumerate(texts, 1))
        connection.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", rows)
        for number, at, stem in connection.execute('SELECT doc, "offset", term FROM places'):
            found[number - 1][at] = stem[:_LONGEST]
    return [[one[at] for at in sorted(one)] for one in found]


def counted(stems: Sequence[str]) -> Counter[str]:
    """How often each stem stands among others."""
    return Counter(stems)
