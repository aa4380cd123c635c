"""ClapNQ: whether the reader answers when its passage does, and quotes the sentences that people marked.

Several people marked sentences for some questions. Precision is of the words cited that any of them marked; recall is
of the words that one of them marked, the one whom the citations fit best. The reader quotes one sentence of an article
where people marked more than two on average, so recall can't come near 1. The even rows are trained on: only the odd
ones are measured.
"""

from pathlib import Path

from dateline.eval.benchmarks.given import GivenAnswer, given_passage, read_given
from dateline.eval.benchmarks.tables import print_means
from dateline.eval.datasets.natural_questions import ClapnqQuestion, read_clapnq_half
from dateline.eval.metrics import citations
from dateline.eval.metrics.citations import Words, words_in
from dateline.rag.reader.reader import QuotingReader
from dateline.rag.types import Citation, Reader


def run(data: Path) -> None:
    """Print the figures of the odd rows of both files in ``data / "clapnq"``."""
    measure(*read_clapnq_half(data, 1), QuotingReader())


def measure(answerable: list[ClapnqQuestion], unanswerable: list[ClapnqQuestion], reader: Reader) -> None:
    """Print what became of questions that their passage answers, and of those that it does not."""

    def ask(question: ClapnqQuestion) -> GivenAnswer:
        passage = given_passage(question.passage, question.title, question.sentences)
        return read_given(reader, question.question, passage)

    print_means(
        [
            *(score_answerable(question, ask(question)) for question in answerable),
            *({"declined when not answerable": float(not ask(question).citations)} for question in unanswerable),
        ]
    )


def score_answerable(question: ClapnqQuestion, answer: GivenAnswer) -> dict[str, float]:
    """The scores of a question that its passage answers; those of citations where sentences are marked."""
    scores = {"answered when answerable": float(bool(answer.citations))}
    if not question.marked:
        return scores
    marked = [[_marked(question, span.start, span.end)] for spans in question.marked for span in spans]
    precision = citations.precision(_cited(answer.citations), marked)
    nearest = citations.precision(_cited((answer.citations or answer.withheld)[:1]), marked)
    recalls = (
        citations.recall(_cited(answer.citations), [[_marked(question, one.start, one.end)] for one in spans])
        for spans in question.marked
    )
    return {
        **scores,
        **({} if precision is None else {"citation precision": precision}),
        "citation recall": max(recalls),
        "best sentence is marked, declined or not": float(bool(nearest)),
    }


def _marked(question: ClapnqQuestion, start: int, end: int) -> Words:
    return words_in("", question.passage[start:end], start)


def _cited(found: tuple[Citation, ...]) -> list[Words]:
    return [words_in("", one.quote, one.start) for one in found]
