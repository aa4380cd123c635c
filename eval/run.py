"""An evaluation: every sample is asked, judged and noted; the same command goes on where one was stopped."""

from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version

from eval.figures import figures_of, shortcuts_of
from eval.judging import judge
from eval.results import Journal
from eval.samples import SampleFile
from eval.targets import locate
from eval.types import Evaluation, Outcome
from index.errors import NoSuchArticle
from index.types import Article
from rag.chain import Assistant

Watch = Callable[[int, int], None]
"""Called with the samples that are done and how many there are."""


def evaluate(
    assistant: Assistant, file: SampleFile, journal: Journal, watch: Watch = lambda done, total: None
) -> Evaluation:
    """Ask every sample of a file that is not in the journal yet, and take the figures over all of them.

    A follow-up is asked with its earlier turns. Latencies are those of a warm assistant: one question is asked before
    the first that counts.

    Raises:
        SamplesError: a sample is faulty, or its article or quotation is not in the library; nothing was asked.
    """
    targets = locate(file, assistant.library)
    done = journal.read()
    left = [sample for sample in file.samples if sample.id not in done]
    if left:
        assistant.ask(left[0].question, history=left[0].history)
    watch(len(done), len(file.samples))
    for sample in left:
        answer = assistant.ask(sample.question, history=sample.history)
        outcome = judge(sample, targets[sample.id], answer, _lookup(assistant))
        journal.note(outcome)
        done[sample.id] = outcome
        watch(len(done), len(file.samples))
    evaluation = _evaluation(assistant, file, tuple(done[sample.id] for sample in file.samples))
    journal.remove()
    return evaluation


def _lookup(assistant: Assistant) -> Callable[[str], Article | None]:
    def article(article_id: str) -> Article | None:
        try:
            return assistant.library.article(article_id)
        except NoSuchArticle:
            return None

    return article


def _evaluation(assistant: Assistant, file: SampleFile, outcomes: tuple[Outcome, ...]) -> Evaluation:
    library = assistant.library
    return Evaluation(
        samples=file.name,
        samples_sha256=file.sha256,
        model=assistant.model,
        library=str(library.folder),
        articles=library.count_articles(),
        chunks=library.count_chunks(),
        version=version("dateline"),
        finished=datetime.now(UTC).isoformat(timespec="seconds"),
        figures=figures_of(outcomes),
        shortcuts=shortcuts_of(outcomes),
        outcomes=outcomes,
    )
