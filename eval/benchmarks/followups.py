"""Follow-up questions: how much of what they mean stands in them, and how much only in the questions before.

Words are those that the library searches for: stop words left out, each form for itself. No corpus comes with the set,
so nothing is retrieved; the figures say where a rewriting of questions starts from, and how far words of the earlier
questions can take it.
"""

from pathlib import Path

from eval.benchmarks.sets.followups import Followup, read_followups
from eval.benchmarks.tables import print_means
from index.fulltext import question_words


def run(data: Path) -> None:
    """Print where the words of the stand-alone questions stand."""
    measure(read_followups(data / "followups" / "questions.jsonl.gz"))


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
