"""SQuAD: how near the reader's answer comes, the gold paragraph given (Rajpurkar et al. 2016, 2018).

The answer is the short one that the reader marks. Exact match and F1 of a question that has an answer are of what it
thinks likeliest, shown or withheld; under ``all``, as SQuAD 2.0 has it, a question that is declined counts as one
without an answer.
"""

from pathlib import Path
from typing import Annotated

from dateline.eval.benchmarks.given import GivenAnswer, given_passage, read_given, short_answer
from dateline.eval.benchmarks.tables import print_means
from dateline.eval.datasets.files import spread
from dateline.eval.datasets.squad import SquadQuestion, read_squad
from dateline.eval.metrics import answers
from dateline.rag.reader.reader import QuotingReader
from dateline.rag.types import Reader


def run(data: Path, *, questions: Annotated[int, "how many at most, spread over the file; 0 is all"] = 0) -> None:
    """Print exact match and F1; of 2.0 also the figures of questions without an answer, and those of all together.

    Args:
        data: an official file, 1.1 or 2.0, or the folder of the sets with ``squad/dev.jsonl.gz``.
        questions: as above.
    """
    path = data / "squad" / "dev.jsonl.gz" if data.is_dir() else data
    measure(spread(read_squad(path), questions), QuotingReader())


def measure(questions: list[SquadQuestion], reader: Reader) -> None:
    """Print the figures of some questions."""
    found = [read_given(reader, one.question, given_passage(one.context, one.title)) for one in questions]
    scores = [score(one, answer) for one, answer in zip(questions, found, strict=True)]
    if all(one.answers for one in questions):
        scores = [{name: value for name, value in one.items() if not name.startswith("all: ")} for one in scores]
    print_means(scores)


def score(question: SquadQuestion, answer: GivenAnswer) -> dict[str, float]:
    """The scores of one question, by the figure whose mean they make."""
    if not question.answers:
        declined = float(not answer.citations)
        return {"no answer: declined": declined, "all: exact match": declined, "all: F1": declined}
    likeliest = answer.citations or answer.withheld
    short, nearly = short_answer(likeliest), " ".join(one.quote for one in likeliest)
    exact, f1 = answers.exact_match(short, question.answers), answers.f1(short, question.answers)
    answered = float(bool(answer.citations))
    return {
        "exact match": exact,
        "F1": f1,
        "holds an answer": answers.contained(" ".join(one.quote for one in answer.citations), question.answers),
        "best sentence holds an answer, declined or not": answers.contained(nearly, question.answers),
        "answered": answered,
        "all: exact match": answered * exact,
        "all: F1": answered * f1,
    }
