"""Reading: what it takes and what more passages would bring on news; and a gold passage, given and not retrieved.

``reading``: ten passages of about 150 tokens, a loaded model. The questions of the table are those whose own source is
in the library: how often the likeliest sentence holds the answer, how often the first passage is of that source before
and after reranking, and the time of reading.

``squad`` (Rajpurkar et al. 2016, 2018): how near the short answer that the reader marks comes to the one expected.
Exact match and F1 of a question that has an answer are of what it thinks likeliest, shown or nearest; under ``all``,
as SQuAD 2.0 has it, a question that is declined counts as one without an answer.

``twins``: SQuAD 2.0's questions that were written to mislead, each with one that its paragraph answers. A tenth of the
articles, which nothing was trained on, is measured, at the threshold that is best on another tenth; always declining
would come to one half.

``clapnq`` (Rosenthal et al. 2025): whether the reader answers when its passage does, and quotes the sentences that
people marked. Several of them marked sentences for some questions. Precision is of the words cited that anyone marked;
recall is of the words that one of them marked, the one whom the citations fit best. The reader quotes one sentence of
an article where people marked more than two on average, so recall can't come near 1. The even rows are trained on: only
the odd ones are measured.
"""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated

import numpy as np

from dateline.eval.benchmarks.resources import milliseconds, percentiles_in_words, timed
from dateline.eval.benchmarks.tables import mean_cell, print_means, print_table
from dateline.eval.datasets.files import spread
from dateline.eval.datasets.libraries import news_library, set_ids
from dateline.eval.datasets.natural_questions import ClapnqQuestion, read_clapnq_half
from dateline.eval.datasets.news import NewsQuestion, news_questions
from dateline.eval.datasets.passages import gold_passage
from dateline.eval.datasets.squad import SquadQuestion, TwinQuestion, read_squad, read_twins
from dateline.eval.metrics import answers, citations
from dateline.eval.metrics.citations import Words, words_in
from dateline.index.library import Library
from dateline.index.types import Embedder, Passage, Span
from dateline.rag.citations import cite
from dateline.rag.reader.crossencoder import CrossEncoder
from dateline.rag.reader.reader import QuotingReader
from dateline.rag.types import Citation, Reader

_PASSAGES, _TOKENS = 10, 150
_QUESTIONS, _LOADS = 40, 5
_DEPTHS = (5, 10, 15, 20)


def run_reading(data: Path) -> None:
    """Print the milliseconds of reading, p50 and p95, and of loading the model; then the table by depth."""
    folder, marker = news_library(data), CrossEncoder()
    questions = news_questions(data)
    with Library.open(folder) as library:
        _print_times(library, [one.question for one in questions[:_QUESTIONS]], marker)
        _print_depths(library, questions, set_ids(folder), marker)


def _print_times(library: Library, questions: Sequence[str], marker: CrossEncoder) -> None:
    read = [(one, [_cut(some, library.embedder) for some in library.search(one, _PASSAGES)]) for one in questions]
    marker.mark(*read[0])
    times = [milliseconds(partial(marker.mark, *one)) for one in read]
    tokens = statistics.mean(library.embedder.count_tokens([one.text for _, some in read for one in some]))
    print(f"{_PASSAGES} passages of {tokens:.0f} tokens: {percentiles_in_words(times)}")
    loads = [milliseconds(lambda: CrossEncoder().mark(read[0][0], read[0][1][:1])) for _ in range(_LOADS)]
    print(f"loading the model, hash and first passage: {min(loads):.0f} ms")


def _print_depths(
    library: Library, questions: Sequence[NewsQuestion], ids: dict[str, frozenset[str]], marker: CrossEncoder
) -> None:
    held = frozenset[str]().union(*ids.values())
    asked = [one for one in questions if one.gold_articles & held]
    found = [library.search(one.question, max(_DEPTHS)) for one in asked]
    print(f"\n{len(asked)} questions")
    head = ("passages read", "likeliest sentence right", "first before", "first after", "p50 ms")
    read = {depth: list(zip(asked, (some[:depth] for some in found), strict=True)) for depth in _DEPTHS}
    print_table(head, ((depth, *_depth(some, ids, QuotingReader(marker))) for depth, some in read.items()))


def _depth(
    read: Sequence[tuple[NewsQuestion, list[Passage]]], ids: dict[str, frozenset[str]], reader: Reader
) -> list[str]:
    right, before, after, times = [], [], [], []
    for one, passages in read:
        reading, taken = timed(partial(reader.read, one.question, passages))
        times.append(taken)
        likeliest = cite((reading.quotations or reading.nearest)[:1], passages)
        right.append(answers.contained(" ".join(citation.quote for citation in likeliest), one.answers))
        before.append(float(bool(ids[passages[0].article_id] & one.gold_articles)))
        after.append(float(bool(ids[passages[reading.ranking[0]].article_id] & one.gold_articles)))
    return [mean_cell(right), mean_cell(before), mean_cell(after), f"{statistics.median(times):.0f}"]


def _cut(passage: Passage, embedder: Embedder) -> Passage:
    """A passage made as long as wanted: a shorter one is repeated, a longer one loses its last words."""
    words = (passage.text + " ").split(" ") * 8
    enough = int(np.searchsorted(np.cumsum(embedder.count_tokens(words)), _TOKENS)) + 1
    return replace(passage, text=" ".join(words[:enough]))


# A gold passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """What was quoted for one question; nothing where the reader declined."""

    citations: tuple[Citation, ...]
    nearest: tuple[Citation, ...]
    """What came nearest, where the reader declined."""

    @property
    def likeliest(self) -> tuple[Citation, ...]:
        """What the reader thinks likeliest, shown or nearest."""
        return self.citations or self.nearest


def _read(reader: Reader, question: str, passage: Passage) -> Quoted:
    reading = reader.read(question, [passage])
    return Quoted(citations=cite(reading.quotations, [passage]), nearest=cite(reading.nearest, [passage]))


def run_squad(data: Path, *, questions: Annotated[int, "how many at most, spread over the file; 0 is all"] = 0) -> None:
    """Print exact match and F1; of 2.0 also the figures of questions without an answer, and those of all together.

    Args:
        data: an official file, 1.1 or 2.0, or the folder of the sets with ``squad/dev.jsonl.gz``.
        questions: as above.
    """
    asked = spread(read_squad(data / "squad" / "dev.jsonl.gz" if data.is_dir() else data), questions)
    reader = QuotingReader()
    scores = [score_squad(one, _read(reader, one.question, gold_passage(one.context, one.title))) for one in asked]
    if all(one.answers for one in asked):
        scores = [{name: value for name, value in one.items() if not name.startswith("all: ")} for one in scores]
    print_means(scores)


def score_squad(question: SquadQuestion, quoted: Quoted) -> dict[str, float]:
    """The scores of one question, by the figure whose mean they make."""
    if not question.answers:
        declined = float(not quoted.citations)
        return {"no answer: declined": declined, "all: exact match": declined, "all: F1": declined}
    nearest = " ".join(one.quote for one in quoted.likeliest)
    short = next(filter(None, (one.short_answer for one in quoted.likeliest)), nearest)
    exact, f1 = answers.exact_match(short, question.answers), answers.f1(short, question.answers)
    answered = float(bool(quoted.citations))
    return {
        "exact match": exact,
        "F1": f1,
        "holds an answer": answers.contained(" ".join(one.quote for one in quoted.citations), question.answers),
        "best sentence holds an answer, declined or not": answers.contained(nearest, question.answers),
        "answered": answered,
        "all: exact match": answered * exact,
        "all: F1": answered * f1,
    }


def run_twins(data: Path, *, questions: Annotated[int, "how many pairs of each tenth; 0 is all"] = 0) -> None:
    """Print F1 of all questions, and how many of those with and without an answer are answered."""
    marker, twins = CrossEncoder(), read_twins(data / "reading" / "squad2_unanswerable.jsonl.gz")
    chosen, judged = (
        [_marked(marker, one) for one in spread([one for one in twins if one.tenth == tenth], questions)]
        for tenth in (1, 0)
    )
    steps = np.linspace(-6, 6, 121).tolist()
    threshold = max(steps, key=lambda least: sum(one["F1"] for pair in chosen for one in _at(least, pair)))
    print(f"threshold {threshold:.1f}")
    print_means([one for pair in judged for one in _at(threshold, pair)])


def _marked(marker: CrossEncoder, one: TwinQuestion) -> list[tuple[float, float | None]]:
    """Of the misleading question and of its twin: the logit that it is answered, and F1 of the likeliest answer."""
    passage, marked = gold_passage(one.context, one.title), list[tuple[float, float | None]]()
    for question, right in ((one.question, ()), (one.twin, one.answers)):
        if question:
            (marks,) = marker.mark(question, [passage])
            found = marks.best_in(Span(0, len(passage.text)))
            said = found[0].of(passage.text) if found else ""
            marked.append((marks.answerable, answers.f1(said, right) if right else None))
    return marked


def _at(least: float, pair: Sequence[tuple[float, float | None]]) -> Iterator[dict[str, float]]:
    """The scores of some questions, answered from this logit on."""
    for logit, f1 in pair:
        answered = logit >= least
        name = "answered, without an answer" if f1 is None else "answered, with an answer"
        yield {"F1": float(not answered) if f1 is None else f1 * answered, name: float(answered)}


def run_clapnq(data: Path) -> None:
    """Print the figures of the odd rows of both files in ``data / "clapnq"``."""
    answerable, unanswerable = read_clapnq_half(data, 1)
    reader = QuotingReader()

    def ask(one: ClapnqQuestion) -> Quoted:
        return _read(reader, one.question, gold_passage(one.passage, one.title, one.sentences))

    scores = [_score_clapnq(one, ask(one)) for one in answerable]
    declined = [{"declined when not answerable": float(not ask(one).citations)} for one in unanswerable]
    print_means(scores + declined)


def _score_clapnq(question: ClapnqQuestion, quoted: Quoted) -> dict[str, float]:
    """The scores of a question that its passage answers; those of citations where sentences are marked."""
    scores = {"answered when answerable": float(bool(quoted.citations))}
    if not question.marked:
        return scores
    marked = [[[words_in("", one.of(question.passage), one.start)] for one in spans] for spans in question.marked]
    by_any = [one for spans in marked for one in spans]
    cited, nearest = _words(quoted.citations), _words(quoted.likeliest[:1])
    precision = citations.precision(cited, by_any)
    return {
        **scores,
        **({} if precision is None else {"citation precision": precision}),
        "citation recall": max(citations.recall(cited, spans) for spans in marked),
        "best sentence is marked, declined or not": float(bool(citations.precision(nearest, by_any))),
    }


def _words(found: Sequence[Citation]) -> list[Words]:
    return [words_in("", one.quote, one.start) for one in found]
