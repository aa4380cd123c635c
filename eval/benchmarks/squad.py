"""SQuAD: how near the reader's answer comes, the gold paragraph given (Rajpurkar et al. 2016, 2018).

The answer is the short one where the reader marks one, else the sentences it quotes, which hold more words than were
asked for: then only ``holds an answer`` and ``answered`` say how well it reads. A question that it declines counts 0.
"""

from pathlib import Path
from typing import Annotated

from eval.benchmarks.given import GivenAnswer, GivenReader, given_passage, short_answer
from eval.benchmarks.sets.files import spread
from eval.benchmarks.sets.squad import SquadQuestion, read_squad
from eval.benchmarks.tables import print_means
from eval.metrics import answers
from index.embedding import load_embedder
from index.types import Embedder


def run(data: Path, *, questions: Annotated[int, "how many at most, spread over the file; 0 is all"] = 0) -> None:
    """Print exact match and F1; of 2.0 also the figures of questions without an answer, and those of all together.

    Args:
        data: an official file, 1.1 or 2.0, or the folder of the sets with ``squad/dev.jsonl.gz``.
        questions: as above.
    """
    path = data / "squad" / "dev.jsonl.gz" if data.is_dir() else data
    measure(spread(read_squad(path), questions), load_embedder())


def measure(questions: list[SquadQuestion], embedder: Embedder) -> None:
    """Print the figures of some questions."""
    reader = GivenReader(embedder)
    found = [reader.ask(one.question, given_passage(one.context, one.title)) for one in questions]
    scores = [score(one, answer) for one, answer in zip(questions, found, strict=True)]
    if all(one.answers for one in questions):
        scores = [{name: value for name, value in one.items() if not name.startswith("all: ")} for one in scores]
    print_means(scores)


def score(question: SquadQuestion, answer: GivenAnswer) -> dict[str, float]:
    """The scores of one question, by the figure whose mean they make."""
    if not question.answers:
        declined = float(not answer.citations)
        return {"no answer: declined": declined, "all: exact match": declined, "all: F1": declined}
    short = short_answer(answer.citations)
    nearly = " ".join(one.quote for one in answer.citations or answer.withheld)
    exact, f1 = answers.exact_match(short, question.answers), answers.f1(short, question.answers)
    return {
        "exact match": exact,
        "F1": f1,
        "holds an answer": answers.contained(" ".join(one.quote for one in answer.citations), question.answers),
        "best sentence holds an answer, declined or not": answers.contained(nearly, question.answers),
        "answered": float(bool(answer.citations)),
        "all: exact match": exact,
        "all: F1": f1,
    }
