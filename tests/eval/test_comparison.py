from dataclasses import replace

from dateline.eval.comparison import compare
from dateline.eval.types import Evaluation, Outcome, Sample


def _outcome(name: str, scores: dict[str, float], question: str = "who?") -> Outcome:
    return Outcome(
        sample=Sample(id=name, question=question, answers=("x",), line=1), stand_alone=question, answer="",
        short_answer=None, certainty="likely", reason=None, supported_share=None, confidence=0.5, claims=(),
        citations=(), nearest=(), passages=(), scores=scores,
        top_passage_scores={}, right=bool(scores["right"]), right_if_answered=False, failure=None, timings_ms={},
    )  # fmt: skip


def _evaluation(*outcomes: Outcome) -> Evaluation:
    return Evaluation(
        samples="set.jsonl", samples_sha256="0", model="m", library="x", articles=1, chunks=1, version="0",
        finished="2026-01-02T03:04:05+00:00", figures=(), shortcuts={}, outcomes=outcomes,
    )  # fmt: skip


def test_each_sample_got_better_or_worse_by_the_first_score_that_differs() -> None:
    before = _evaluation(
        _outcome("fixed", {"right": 0, "citation_recall": 1}),
        _outcome("broken", {"right": 1, "citation_recall": 0}),
        _outcome("nearer", {"right": 0, "citation_recall": 0.2}),
        _outcome("same", {"right": 1, "citation_recall": 1, "f1": 0.5}),
        _outcome("an item more", {"right": 0, "item_recall": 0.5, "citation_recall": 1}),
    )
    after = _evaluation(
        _outcome("same", {"right": 1, "citation_recall": 1, "f1": 0.5}),
        _outcome("nearer", {"right": 0, "citation_recall": 0.4}),
        _outcome("an item more", {"right": 0, "item_recall": 0.75, "citation_recall": 0.5}),
        _outcome("broken", {"right": 0, "citation_recall": 1}),
        _outcome("fixed", {"right": 1, "citation_recall": 0}),
    )
    comparison = compare(before, after, "earlier.json")
    assert (set(comparison.better), set(comparison.worse)) == ({"fixed", "nearer", "an item more"}, {"broken"})
    assert (comparison.compared, comparison.not_compared) == (5, 0)
    right = next(change for change in comparison.changes if change.name == "right")
    assert (right.before, right.after, right.count, right.difference.mean) == (0.4, 0.4, 5, 0)


def test_samples_that_changed_or_are_in_one_run_alone_are_not_compared() -> None:
    before = _evaluation(*(_outcome(name, {"right": 1}) for name in ("a", "b", "gone")))
    after = _evaluation(
        _outcome("a", {"right": 0}), _outcome("b", {"right": 0}, question="who else?"), _outcome("new", {"right": 1})
    )
    comparison = compare(before, after, "earlier.json")
    assert (comparison.compared, comparison.not_compared, comparison.worse) == (1, 4, ("a",))


def test_a_sample_that_moved_to_another_line_is_the_same() -> None:
    one = _outcome("a", {"right": 1})
    moved = replace(one, sample=replace(one.sample, line=9, tags=("new",)))
    assert compare(_evaluation(one), _evaluation(moved), "x").compared == 1
