"""Figures of a model while it is trained, on samples of a few hundred pairs of parts that are not trained on."""

import random
import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from dateline.eval.datasets.claims import read_judged_claims
from dateline.eval.datasets.passages import gold_passage
from dateline.eval.datasets.squad import read_squad, read_twins
from dateline.eval.metrics.abstaining import balanced_accuracy, roc_auc
from dateline.eval.metrics.answers import f1
from dateline.eval.training.desk_passages import AskedDesk
from dateline.eval.training.examples import SUPPORTED
from dateline.eval.training.model import VerifierModel
from dateline.eval.training.reader_sets import heading, twins_of
from dateline.eval.training.verifier_mixture import Claim, claim_of, claims_of_desk
from dateline.eval.training.windows import within
from dateline.index.types import Metadata, Passage, Span
from dateline.rag.reader.crossencoder import PassageMarker

_READER_SEED, _VERIFIER_SEED = 20, 11  # every run measures the same samples
_SQUAD, _TWINS, _DESK = 160, 80, 320  # questions
_CLAIMS, _VITAMINC = 400, 300
_NEAR = "desk near"
_THRESHOLDS = np.linspace(0.02, 0.98, 97)  # quantiles of the scores


Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    kind: str
    question: str
    passage: Passage
    answers: tuple[str, ...] = ()


class ReaderFigures:
    """Of a reader: samples of SQuAD, of the twins kept aside and of desk's dev part, the passage given."""

    def __init__(self, data: Path, desk: Sequence[AskedDesk]) -> None:
        chance = random.Random(_READER_SEED)
        squad = read_squad(data / "squad/dev.jsonl.gz")
        twins = read_twins(data / "reading/squad2_unanswerable.jsonl.gz")
        aside = list(twins_of(one for one in twins if one.tenth == 0))
        dev = [one for one in desk if one.article.part == "dev"]
        self._asked = [
            _Asked(
                kind="squad", question=one.question, passage=_passage(one.context, heading(one.title)),
                answers=one.answers,
            )
            for one in _sample(squad, _SQUAD, chance)
        ]  # fmt: skip
        for twin in _sample(aside, _TWINS, chance):
            passage = _passage(twin.context, twin.metadata)
            self._asked.append(_Asked(kind="twins", question=twin.text, passage=passage, answers=twin.answers))
            self._asked.append(_Asked(kind="twins", question=twin.twin, passage=passage))
        self._asked += filter(None, map(_of_desk, _sample(dev, _DESK, chance)))

    def measure(self, marker: PassageMarker) -> dict[str, float]:
        """F1 in percent where there is an answer, and how well what answers is told from what does not (0 to 1).

        ``twins_best_f1`` is that of SQuAD 2.0 at the best threshold: an upper bound.
        """
        scores: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for one in self._asked:
            (marks,) = marker.mark(one.question, [one.passage])
            best = marks.best_in(Span(0, len(one.passage.text)))
            said = best[0].of(one.passage.text) if best else ""
            scores[one.kind].append((marks.answerable, f1(said, one.answers) if one.answers else -1.0))
        answered = {kind: [value for _, value in some if value >= 0] for kind, some in scores.items()}
        figures = {f"{kind}_f1": 100 * statistics.mean(some) for kind, some in answered.items() if some}
        if twins := scores["twins"]:
            figures["twins_best_f1"] = 100 * best_f1(twins)
            figures["twins_auc"] = roc_auc([sure for sure, f in twins if f >= 0], [sure for sure, f in twins if f < 0])
        right = [sure for kind, some in scores.items() for sure, f in some if kind.startswith("desk ") and f >= 0]
        if right and scores[_NEAR]:
            figures["desk_auc"] = roc_auc(right, [sure for sure, _ in scores[_NEAR]])
        return {name: round(value, 3) for name, value in figures.items()}


def _sample(some: Sequence[Item], size: int, chance: random.Random) -> list[Item]:
    return chance.sample(some, min(size, len(some)))


def _passage(text: str, metadata: Metadata) -> Passage:
    return replace(gold_passage(text, "", ()), metadata=metadata)


def _of_desk(one: AskedDesk) -> _Asked | None:
    """A question with the passage found that holds its answer, else with the first of its article."""
    own, answer = one.own, one.answer
    if one.question.answerable:
        own = [span for span in own if answer and within(answer, span)]
    if not own:
        return None
    metadata = Metadata(title=one.article.title, published=one.article.published)
    kind = f"desk {one.question.kind}" if one.question.answerable else _NEAR
    passage = _passage(own[0].of(one.article.text), metadata)
    return _Asked(kind=kind, question=one.question.question, passage=passage, answers=one.question.answers)


def best_f1(scores: Sequence[tuple[float, float]]) -> float:
    """Of how sure, and F1 or -1 where there is no answer: SQuAD 2.0's F1 at the best threshold."""
    now = best = float(sum(value < 0 for _, value in scores))
    for _, value in sorted(scores, key=lambda one: -one[0]):
        now += max(value, -1.0)
        best = max(best, now)
    return best / len(scores)


class VerifierFigures:
    """Of a verifier: samples of desk's calibration part and of VitaminC's cases for thresholds."""

    def __init__(self, data: Path) -> None:
        chance = random.Random(_VERIFIER_SEED)
        self._desk: list[Claim] = _sample(claims_of_desk(data, "calibration"), _CLAIMS, chance)
        cases = read_judged_claims(data / "claims/vitaminc.jsonl.gz")
        self._vitaminc: list[Claim] = _sample([claim_of(one) for one in cases if one.tenth == 1], _VITAMINC, chance)

    def measure(self, model: VerifierModel) -> dict[str, object]:
        """How well true claims of desk are told from false ones, altogether and by kind, and VitaminC's three verdicts.

        ``desk_balanced`` is at the best threshold: an upper bound. Kinds are told at the median, as half are true.
        """
        scores = model.judge([one.pair() for one in self._desk])[:, SUPPORTED]
        truth = np.array([one.label == SUPPORTED for one in self._desk])
        said = model.judge([one.pair() for one in self._vitaminc]).argmax(1)
        kinds: dict[str, list[bool]] = defaultdict(list)
        for one, right in zip(self._desk, (scores >= np.median(scores)) == truth, strict=True):
            kinds[one.kind].append(bool(right))
        return {
            "desk_auc": round(roc_auc(scores[truth].tolist(), scores[~truth].tolist()), 3),
            "desk_balanced": round(
                max(balanced_accuracy(scores >= cut, truth) for cut in np.quantile(scores, _THRESHOLDS)), 3
            ),
            "vitaminc": round(float(np.mean(said == [one.label for one in self._vitaminc])), 3),
            "kinds": {kind: round(statistics.mean(some), 2) for kind, some in sorted(kinds.items())},
        }
