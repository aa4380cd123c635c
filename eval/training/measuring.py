"""Dev figures: how well answers are found in the gold paragraph, and passages that answer are told from others."""

import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dateline.eval.datasets.files import spread
from dateline.eval.datasets.natural_questions import ClapnqQuestion, read_clapnq_half
from dateline.eval.datasets.passages import gold_passage
from dateline.eval.datasets.squad import SquadQuestion, read_squad
from dateline.eval.metrics.abstaining import roc_auc
from dateline.eval.metrics.answers import exact_match, f1
from dateline.index.types import Span
from dateline.rag.reader.crossencoder import PassageMarker


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Of one model on one sample."""

    exact_match: float
    """Percent of SQuAD's questions."""
    f1: float
    """Percent."""
    auc: float
    """How often a passage of ClapNQ that answers its question scores above one that does not."""


class DevSet:
    """Some questions of ``squad/dev`` and the half of ClapNQ that is not trained on."""

    def __init__(self, data: Path, questions: int) -> None:
        """Take ``questions`` of SQuAD's, evenly spread, or all if there are not so many."""
        self._squad = spread(read_squad(data / "squad/dev.jsonl.gz"), questions)
        self._clapnq = read_clapnq_half(data, 1)

    def measure(self, marker: PassageMarker) -> Figures:
        """The figures of a model."""
        found = [(_answer(marker, one), one.answers) for one in self._squad]
        answerable, unanswerable = (_logits(marker, questions) for questions in self._clapnq)
        return Figures(
            exact_match=100 * statistics.mean(exact_match(*one) for one in found),
            f1=100 * statistics.mean(f1(*one) for one in found),
            auc=roc_auc(answerable, unanswerable),
        )


def _answer(marker: PassageMarker, one: SquadQuestion) -> str:
    """The words of the likeliest span."""
    (marks,) = marker.mark(one.question, [gold_passage(one.context, one.title)])
    best = marks.best_in(Span(0, len(one.context)))
    return best[0].of(one.context) if best else ""


def _logits(marker: PassageMarker, questions: Iterable[ClapnqQuestion]) -> list[float]:
    """How much each passage seems to answer its question."""
    marks = (marker.mark(one.question, [gold_passage(one.passage, one.title, one.sentences)]) for one in questions)
    return [mark.answerable for (mark,) in marks]
