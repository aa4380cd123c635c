"""Reading a gold passage, given and not retrieved: SQuAD (Rajpurkar et al. 2016, 2018), ClapNQ (Rosenthal et al. 2025).

SQuAD: how near the short answer that the reader marks comes to the one expected. Exact match and F1 of a question that
has an answer are of what it thinks likeliest, shown or withheld; under ``all``, as SQuAD 2.0 has it, a question that is
declined counts as one without an answer.

ClapNQ: whether the reader answers when its passage does, and quotes the sentences that people marked. Several of them
marked sentences for some questions. Precision is of the words cited that anyone marked; recall is of the words that one
of them marked, the one whom the citations fit best. The reader quotes one sentence of an article where people marked
more than two on average, so recall can't come near 1. The even rows are trained on: only the odd ones are measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from dateline.eval.benchmarks.tables import print_means
from dateline.eval.datasets.files import spread
from dateline.eval.datasets.natural_questions import ClapnqQuestion, read_clapnq_half
from dateline.eval.datasets.passages import gold_passage
from dateline.eval.datasets.squad import SquadQuestion, read_squad
from dateline.eval.metrics import answers, citations
from dateline.eval.metrics.citations import Words, words_in
from dateline.index.types import Passage
from dateline.rag.citations import cite
from dateline.rag.reader.reader import QuotingReader
from dateline.rag.types import Citation, Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """What was quoted for one question; nothing where the reader declined."""

    citations: tuple[Citation, ...]
    withheld: tuple[Citation, ...]
    """What came nearest, where the reader declined."""

    @property
    def likeliest(self) -> tuple[Citation, ...]:
        """What the reader thinks likeliest, shown or withheld."""
        return self.citations or self.withheld


def _read(reader: Reader, question: str, passage: Passage) -> Quoted:
    reading = reader.read(question, [passage])
    return Quoted(citations=cite(reading.quotations, [passage]), withheld=cite(reading.withheld, [passage]))


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


def run_clapnq(data: Path) -> None:
    """Print the figures of the odd rows of both files in ``data / "clapnq"``."""
    answerable, unanswerable = read_clapnq_half(data, 1)
    reader = QuotingReader()

    def ask(one: ClapnqQuestion) -> Quoted:
        return _read(reader, one.question, gold_passage(one.passage, one.title, one.sentences))

    print_means(
        [
            *(_score_clapnq(one, ask(one)) for one in answerable),
            *({"declined when not answerable": float(not ask(one).citations)} for one in unanswerable),
        ]
    )


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
