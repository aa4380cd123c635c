"""Follow-up questions: what rewriting them by rules puts in, and what is found then.

``followups``: how much of what a question means stands in those before, and how much of it rewriting puts in. Words are
those that the library searches for, stop words left out; the first table tells forms of a word apart, the others don't.
No corpus comes with the set and no answers, so nothing is retrieved.

``conversations``: what retrieval finds for the follow-ups of the sets that ship, as asked, rewritten, and by hand.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from dateline.eval.benchmarks.tables import Scores, mean_cell, print_means, print_table, score_cells
from dateline.eval.benchmarks.verification import SETS
from dateline.eval.datasets.followups import Followup, read_followups
from dateline.eval.gold_spans import locate
from dateline.eval.judging import retrieved, score_retrieval
from dateline.eval.samples import read_samples
from dateline.eval.types import Sample
from dateline.index.library import Library
from dateline.index.storage.fulltext import question_words
from dateline.rag.conversation import Turn
from dateline.rag.followups.resolve import stand_alone
from dateline.rag.parsing.tokens import stem

Rewriter = Callable[[str, Sequence[Turn]], str]
"""From a question and the turns before it, at least one, to the question that is asked."""

REWRITERS: Mapping[str, Rewriter] = {
    "the question as it is asked": lambda question, history: question,
    "behind the question before": lambda question, history: f"{history[-1].question} {question}",
    "rules": stand_alone,
}
_HEAD = ("rewriting", "lacking words put in", "of those said before", "wrong words", "left alone")
_SETS = (*SETS, ("eval/sets/newsroom/follow-ups.jsonl", "eval/sets/newsroom/articles"))
_K = 10
_FIGURES = ("hits@1", "hits@4", "quote_hits@1", "quote_hits@4")


def run_followups(data: Path) -> None:
    """Print where the words of the stand-alone questions stand, then what each way of rewriting puts in."""
    found = read_followups(data / "followups" / "questions.jsonl.gz")
    print_means([score(one) for one in found])
    print("\nThe odd rows, which were looked at less while the rules were made:")
    compare(found[1::2])
    print("\nAll rows:")
    compare(found)


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
    print_table(_HEAD, ((name, *_put_in(followups, rewriter)) for name, rewriter in REWRITERS.items()))


def _put_in(followups: Sequence[Followup], rewriter: Rewriter) -> list[str]:
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
    return {stem(word) for text in texts for word in question_words(text)}


# Retrieval

Rewritten = Callable[[Sample], str]


def run_conversations(data: Path) -> None:
    """Print hits of the right article and of its gold quotation, for each way of rewriting; PATH is a checkout.

    They are of the follow-ups that need their history; of the others how many are left alone.
    """
    ways: dict[str, Rewritten] = {name: _by(rewriter) for name, rewriter in REWRITERS.items()}
    ways["written by hand"] = lambda sample: sample.stand_alone or sample.question
    scores: dict[str, list[Scores]] = {name: [] for name in ways}
    alone: list[Sample] = []
    with TemporaryDirectory() as folder:
        for number, (samples, articles) in enumerate(_SETS):
            with Library.write(Path(folder) / str(number)) as library:
                library.add([data / articles])
                file = read_samples(data / samples)
                targets = locate(file, library)
                asked = [one for one in file.samples if one.history]
                alone += [one for one in asked if one.stand_alone == one.question]
                for sample in asked:
                    if sample.stand_alone != sample.question and not sample.unanswerable:
                        for name, way in ways.items():
                            passages = library.search(way(sample), _K)
                            found = [retrieved(one, sample, targets[sample.id]) for one in passages]
                            scores[name].append(score_retrieval(found, targets[sample.id]))
    print(f"{len(scores['rules'])} follow-ups that an article answers, {len(alone)} that stand alone after others")
    rows = ((name, *score_cells(scores[name], _FIGURES), _kept(alone, way)) for name, way in ways.items())
    print_table(("rewriting", *_FIGURES, "left alone"), rows)


def _by(rewriter: Rewriter) -> Rewritten:
    return lambda sample: rewriter(sample.question, sample.history)


def _kept(samples: Sequence[Sample], way: Rewritten) -> str:
    return f"{sum(way(sample) == sample.question for sample in samples)} of {len(samples)}"
