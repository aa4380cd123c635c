"""Follow-up questions: what rewriting them by rules puts in, and what is found then.

``followups``: how much of what a question means stands in those before, and how much of it rewriting puts in. Words are
those that the library searches for, stop words left out; the first table tells forms of a word apart, the others don't.
No corpus comes with the set and no answers, so nothing is retrieved.

``conversations``: what retrieval finds for the follow-ups of the sets that ship, as asked, rewritten, and by hand.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from dateline.eval.benchmarks.tables import mean_cell, print_means, print_table
from dateline.eval.datasets.followups import Followup, read_followups
from dateline.eval.gold_spans import locate
from dateline.eval.judging import retrieved, score_retrieval
from dateline.eval.samples import read_samples
from dateline.eval.types import Sample, Target
from dateline.index.library import Library
from dateline.index.storage.fulltext import question_words
from dateline.rag.conversation import Turn
from dateline.rag.followups.resolve import stand_alone
from dateline.rag.verification.tokens import stem

Rewriter = Callable[[str, Sequence[Turn]], str]
"""From a question and the turns before it, at least one, to the question that is asked."""

REWRITERS: Mapping[str, Rewriter] = {
    "the question as it is asked": lambda question, history: question,
    "behind the question before": lambda question, history: f"{history[-1].question} {question}",
    "rules": stand_alone,
}
_HEAD = ("rewriting", "lacking words put in", "of those said before", "wrong words", "left alone")
_NEWSROOM = Path("eval") / "sets" / "newsroom"
_SETS = (
    (Path("seeds") / "questions.jsonl", Path("seeds")),
    (_NEWSROOM / "questions.jsonl", _NEWSROOM / "articles"),
    (_NEWSROOM / "follow-ups.jsonl", _NEWSROOM / "articles"),
)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    sample: Sample
    target: Target
    library: Library


def run_conversations(data: Path) -> None:
    """Print hits of the right article and of its gold quotation, for each way of rewriting; PATH is a checkout.

    They are of the follow-ups that need their history; of the others how many are left alone.
    """
    with TemporaryDirectory() as folder, ExitStack() as stack:
        asked = _read(data, Path(folder), stack)
        dangling = [one for one in asked if one.sample.stand_alone != one.sample.question]
        others = [one.sample for one in asked if one.sample.stand_alone == one.sample.question]
        answerable = [one for one in dangling if not one.sample.unanswerable]
        print(f"{len(answerable)} follow-ups that an article answers, {len(others)} that stand alone after others")
        ways = {name: _by(rewriter) for name, rewriter in REWRITERS.items()}
        ways["written by hand"] = lambda sample: sample.stand_alone or sample.question
        rows = ((name, *_hits_cells(answerable, way), _kept(others, way)) for name, way in ways.items())
        print_table(("rewriting", *_FIGURES, "left alone"), rows)


def _by(rewriter: Rewriter) -> Rewritten:
    return lambda sample: rewriter(sample.question, sample.history)


def _read(checkout: Path, folder: Path, stack: ExitStack) -> list[_Asked]:
    libraries: dict[Path, Library] = {}
    found = []
    for samples, articles in _SETS:
        if articles not in libraries:
            libraries[articles] = stack.enter_context(Library.write(folder / str(len(libraries))))
            libraries[articles].add([checkout / articles])
        file, library = read_samples(checkout / samples), libraries[articles]
        targets = locate(file, library)
        found += [_Asked(sample=one, target=targets[one.id], library=library) for one in file.samples if one.history]
    return found


def _hits_cells(asked: Sequence[_Asked], way: Rewritten) -> list[str]:
    scores = [_hits(one, way(one.sample)) for one in asked]
    return [mean_cell([one[name] for one in scores]) for name in _FIGURES]


def _hits(asked: _Asked, question: str) -> dict[str, float]:
    passages = [retrieved(one, asked.sample, asked.target) for one in asked.library.search(question, _K)]
    return score_retrieval(passages, asked.target)


def _kept(samples: Sequence[Sample], way: Rewritten) -> str:
    return f"{sum(way(sample) == sample.question for sample in samples)} of {len(samples)}"
