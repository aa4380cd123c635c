"""Follow-up questions: how much of what they mean stands in those before, and how much rewriting puts in.

Words are those that the library searches for, stop words left out; the first table tells forms of a word apart, the
others don't. No corpus comes with the set and no answers, so nothing is retrieved; `conversations` retrieves.
"""

import re
import sqlite3
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from dateline.eval.benchmarks.rewriters import REWRITERS, Rewriter
from dateline.eval.benchmarks.tables import mean_cell, print_means, print_table
from dateline.eval.datasets.followups import Followup, read_followups
from dateline.index.storage.fulltext import question_words
from dateline.rag.conversation import Turn

_HEAD = ("rewriting", "lacking words put in", "of those said before", "wrong words", "left alone")


def run(data: Path) -> None:
    """Print where the words of the stand-alone questions stand, then what each way of rewriting puts in."""
    found = read_followups(data / "followups" / "questions.jsonl.gz")
    measure(found)
    print("\nThe odd rows, which were looked at less while the rules were made:")
    compare(found[1::2])
    print("\nAll rows:")
    compare(found)


def measure(followups: list[Followup]) -> None:
    """Print the figures of some conversations."""
    print_means([score(one) for one in followups])


def score(followup: Followup) -> dict[str, float]:
    """The scores of one conversation; a first question, or one that lacks no word, leaves some out."""
    meant, asked = set(question_words(followup.rewrite)), set(question_words(followup.question))
    before = {word for question in followup.earlier for word in question_words(question)}
    lacked = meant - asked
    scores = {
        "the rewrite is the question": float(followup.rewrite == followup.question),
        "no word of the rewrite is lacking": float(not lacked),
    }
    if meant:
        scores["words of the rewrite that the question has"] = len(meant & asked) / len(meant)
        scores["words of the rewrite that the conversation has"] = len(meant & (asked | before)) / len(meant)
    if lacked:
        scores["words lacking that the questions before have"] = len(lacked & before) / len(lacked)
    return scores


def compare(followups: Sequence[Followup]) -> None:
    """Print what each way of rewriting puts in, by stem.

    The share of all words that the question lacks, and of those that the questions before have; wrong words a question;
    and how many it leaves alone of the questions that a person left alone.
    """
    print_table(_HEAD, ((name, *_cells(followups, rewriter)) for name, rewriter in REWRITERS.items()))


def _cells(followups: Sequence[Followup], rewriter: Rewriter) -> list[str]:
    lacking, said, put_in, wrong, kept = 0, 0, 0, [], []
    for one in followups:
        rewritten = _rewritten(one, rewriter)
        asked, meant = _stems(one.question), _stems(one.rewrite)
        added = _stems(rewritten) - asked
        lacking += len(meant - asked)
        said += len((meant - asked) & _stems(*one.earlier))
        put_in += len(added & meant)
        wrong.append(float(len(added - meant)))
        if _spelled(one.question) == _spelled(one.rewrite):
            kept.append(float(rewritten == one.question))
    shares = (f"{put_in / of:.3f} (of {of})" if of else "-" for of in (lacking, said))
    return [*shares, mean_cell(wrong), f"{mean_cell(kept)} (of {len(kept)})"]


def _rewritten(followup: Followup, rewriter: Rewriter) -> str:
    history = [Turn(question=question) for question in followup.earlier]
    return rewriter(followup.question, history) if history else followup.question


def _spelled(text: str) -> list[str]:
    """The words in order: a capital letter or a question mark more is no other question."""
    return re.findall(r"\w+", text.lower())


def _stems(*texts: str) -> set[str]:
    return {_stem(word) for text in texts for word in question_words(text)}


@cache
def _stem(word: str) -> str:
    """The form under which the library's index of words keeps a word."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5(word, tokenize='porter unicode61 remove_diacritics 2')")
    connection.execute("CREATE VIRTUAL TABLE stems USING fts5vocab(words, row)")
    connection.execute("INSERT INTO words VALUES (?)", (word,))
    row: tuple[str] | None = connection.execute("SELECT term FROM stems").fetchone()
    connection.close()
    return row[0] if row else word
