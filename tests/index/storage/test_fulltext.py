import sqlite3

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.index.storage import schema
from dateline.index.storage.fulltext import question_words, search_words


@pytest.fixture(scope="module")
def words() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute(schema.WORDS_TABLE)
    for text in ("Coalition troops are leaving Iraq.", "Élysée: the president spoke", "a_b is a name with 50% more"):
        connection.execute("INSERT INTO words VALUES (NULL, ?)", (text,))
    return connection


def _found(connection: sqlite3.Connection, question: str) -> list[int]:
    return search_words(connection, question, 3, 10).tolist()


def test_words_are_found_in_other_forms_and_without_accents(words: sqlite3.Connection) -> None:
    assert _found(words, "when does the coalition leave?") == [1]
    assert _found(words, "elysee") == [2]


@pytest.mark.threat(36)
@pytest.mark.parametrize(
    "question", ['"', "*", "NEAR(troops iraq)", "'; DROP TABLE words", "(a+)+$", "text:iraq OR", "a_b", "_"]
)
def test_the_syntax_of_the_search_engine_is_words(words: sqlite3.Connection, question: str) -> None:
    _found(words, question)
    assert words.execute("SELECT count(*) FROM words").fetchone() == (3,)


@given(st.text(max_size=200))
def test_any_question_can_be_searched(words: sqlite3.Connection, question: str) -> None:
    _found(words, question)


def test_stop_words_are_searched_only_where_there_is_nothing_else() -> None:
    assert question_words("When do the troops leave?") == ["troops", "leave"]
    assert question_words("who are you?") == ["who", "are", "you"]


def test_a_pasted_page_is_a_question_about_its_first_words() -> None:
    assert len(question_words(" ".join(f"word{number}" for number in range(5_000)))) == 64


def test_a_word_that_is_everywhere_is_left_out_of_a_large_library() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute(schema.WORDS_TABLE)
    connection.executemany("INSERT INTO words VALUES (NULL, ?)", [(f"police report {n}",) for n in range(2_500)])
    assert search_words(connection, "police report 17", 2_500, 10).tolist() == [18]
    assert search_words(connection, "police report", 2_500, 10).tolist() == list(range(1, 11))


def _many() -> sqlite3.Connection:
    """10,000 chunks: every third of a report, every hundredth of a fire, one of them longer than the one before."""
    connection = sqlite3.connect(":memory:")
    connection.execute(schema.WORDS_TABLE)
    texts = (
        " ".join(["police", *["report"] * (n % 3 == 0), *["fire"] * (n % 100 == 0), *["and so on"] * (n % 7)])
        for n in range(1, 10_001)
    )
    connection.executemany("INSERT INTO words VALUES (NULL, ?)", ((text,) for text in texts))
    return connection


@pytest.mark.parametrize(
    ("question", "searched"),
    [
        ("was there a fire in the report?", "fire"),
        ("fire", "fire"),
        ("police report", "police OR report"),
        ("nothing such", "nothing"),
    ],
)
@pytest.mark.parametrize("step", [1, 9])
def test_of_many_chunks_the_best_are_found_as_if_all_were_weighed(question: str, searched: str, step: int) -> None:
    connection = _many()
    among = None if step == 1 else np.arange(0, 10_000, step)
    query = (
        "SELECT rowid FROM words WHERE words MATCH ? AND rowid % ? = 0 ORDER BY bm25(words, 1.0, 1.0), rowid LIMIT 50"
    )
    every = connection.execute(query, (searched, step)).fetchall()
    found = search_words(connection, question, 10_000, 50, among)
    assert found.tolist() == [row[0] for row in every]
