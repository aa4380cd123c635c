"""Two runs of the same samples: what got better, what got worse, and whether that is more than chance."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dateline.eval.aggregate import MEANS
from dateline.eval.metrics.uncertainty import Difference, paired_bootstrap
from dateline.eval.types import Evaluation, Outcome, Sample

_CERTAIN = 0.05
_DECIDING = ("right", "item_recall", "item_precision", "newest_first", "earlier_named", "citation_recall", "f1")
"""Scores that say, the first that differs, whether a sample got better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One figure then and now, over the samples of both runs that it applies to in both."""

    name: str
    before: float
    after: float
    count: int
    difference: Difference

    @property
    def certain(self) -> bool:
        """Whether chance alone would bring such a difference less than once in twenty times."""
        return self.difference.p < _CERTAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A run beside an earlier one."""

    baseline: str
    """The file of the earlier one."""
    finished: str
    """When the earlier one was."""
    compared: int
    not_compared: int
    """Samples of either run that are not, or read otherwise, in the other."""
    better: tuple[str, ...]
    """Ids of samples."""
    worse: tuple[str, ...]
    changes: tuple[Change, ...]


def compare(before: Evaluation, after: Evaluation, baseline: str) -> Comparison:
    """What changed from an earlier run to this one, over the samples that both have."""
    earlier = {one.sample.id: one for one in before.outcomes}
    pairs = [
        (earlier[one.sample.id], one)
        for one in after.outcomes
        if one.sample.id in earlier and _same(one.sample, earlier[one.sample.id].sample)
    ]
    return Comparison(
        baseline=baseline,
        finished=before.finished,
        compared=len(pairs),
        not_compared=len(before.outcomes) + len(after.outcomes) - 2 * len(pairs),
        better=tuple(now.sample.id for then, now in pairs if _direction(then, now) > 0),
        worse=tuple(now.sample.id for then, now in pairs if _direction(then, now) < 0),
        changes=tuple(change for name in MEANS if (change := _change(name, pairs))),
    )


def _same(one: Sample, other: Sample) -> bool:
    return replace(one, line=0, tags=()) == replace(other, line=0, tags=())


def _direction(then: Outcome, now: Outcome) -> int:
    """1 where a sample got better, -1 where worse, 0 where neither."""
    for name in _DECIDING:
        gain = now.scores.get(name, 0.0) - then.scores.get(name, 0.0)
        if abs(gain) > 1e-9:
            return 1 if gain > 0 else -1
    return 0


def _change(name: str, pairs: Sequence[tuple[Outcome, Outcome]]) -> Change | None:
    both = [(then.scores[name], now.scores[name]) for then, now in pairs if name in then.scores and name in now.scores]
    if not both:
        return None
    before, after = zip(*both, strict=True)
    return Change(
        name=name,
        before=sum(before) / len(both),
        after=sum(after) / len(both),
        count=len(both),
        difference=paired_bootstrap(before, after),
    )
