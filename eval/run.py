"""An evaluation: every sample is asked, judged and noted; the same command goes on where one was stopped."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version

from dateline.eval.aggregate import figures_of, shortcuts_of
from dateline.eval.gold_spans import locate
from dateline.eval.journal import Journal
from dateline.eval.judging import judge
from dateline.eval.samples import SampleFile
from dateline.eval.types import Evaluation, Outcome
from dateline.index.errors import NoSuchArticle
from dateline.index.types import Article
from dateline.rag.assistant import Assistant

Watch = Callable[[int, int], None]
"""Called with the samples that are done and how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How far a run has come, in samples."""

    done: int
    total: int


def evaluate(
    assistant: Assistant, file: SampleFile, journal: Journal, watch: Watch = lambda done, total: None
) -> Evaluation:
    """Ask every sample of a file that is not in the journal yet, and take the figures over all of them.

    Raises:
        SamplesError: a sample is faulty, or its article or quotation is not in the library; nothing was asked.
    """
    for part in evaluating(assistant, file, journal):
        if isinstance(part, Evaluation):
            return part
        watch(part.done, part.total)
    raise AssertionError("a run ends with its evaluation")


def evaluating(assistant: Assistant, file: SampleFile, journal: Journal) -> Generator[Done | Evaluation, None, None]:
    """The same step by step: how far it has come after each sample, and the evaluation in the end.

    Closed before that, what was done is in the journal. A follow-up is asked with its earlier turns. Latencies are
    those of a warm assistant: one question is asked before the first that counts.

    Raises:
        SamplesError: as ``evaluate``.
    """
    targets = locate(file, assistant.library)
    done, total = journal.read(), len(file.samples)
    left = [sample for sample in file.samples if sample.id not in done]
    if left:
        assistant.ask(left[0].question, history=left[0].history)
    yield Done(done=total - len(left), total=total)
    for number, sample in enumerate(left, total - len(left) + 1):
        answer = assistant.ask(sample.question, history=sample.history)
        outcome = judge(sample, targets[sample.id], answer, partial(_article, assistant))
        journal.note(outcome)
        done[sample.id] = outcome
        yield Done(done=number, total=total)
    evaluation = _evaluation(assistant, file, tuple(done[sample.id] for sample in file.samples))
    journal.remove()
    yield evaluation


def _article(assistant: Assistant, article_id: str) -> Article | None:
    try:
        return assistant.library.article(article_id)
    except NoSuchArticle:
        return None


def _evaluation(assistant: Assistant, file: SampleFile, outcomes: tuple[Outcome, ...]) -> Evaluation:
    library = assistant.library
    return Evaluation(
        samples=file.name,
        samples_sha256=file.sha256,
        model=assistant.model,
        library=library.place,
        articles=library.count_articles(),
        chunks=library.count_chunks(),
        version=version("dateline"),
        finished=datetime.now(UTC).isoformat(timespec="seconds"),
        figures=figures_of(outcomes),
        shortcuts=shortcuts_of(outcomes),
        outcomes=outcomes,
    )
