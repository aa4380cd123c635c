"""Claims made of gold sentences, and what the benchmarks of claims print."""

import random
from pathlib import Path

import numpy as np
import pytest

from dateline.eval.benchmarks.made_claims import Gold, altered, proper_names, rephrased
from dateline.eval.benchmarks.verdicts import fit_weights, run_verdicts
from dateline.eval.benchmarks.verification import false_claims, read_golds, true_claims
from dateline.eval.datasets.claims import ClaimPair
from dateline.eval.metrics.abstaining import balanced_accuracy
from tests.harness.training_sets import write_verifier_sets

_ROOT = Path(__file__).parents[3]
_GOLD = Gold(
    text="On Thursday, 23 ships of Tarrow were waiting outside the port, the harbour master said.",
    names=("Tarrow", "Lenn"),
)


def test_each_false_claim_differs_from_its_sentence_in_one_place() -> None:
    made = list(altered(_GOLD, random.Random(1)))
    assert {one.kind for one in made} == {"number", "date", "name", "negation"}
    for one in made:
        assert one.claim != _GOLD.text
        same = _same_at_the_start(one.claim, _GOLD.text) + _same_at_the_start(one.claim[::-1], _GOLD.text[::-1])
        assert same >= len(_GOLD.text) - 12, one


def _same_at_the_start(one: str, other: str) -> int:
    return next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(one))


def test_true_claims_keep_their_numbers() -> None:
    made = list(rephrased(_GOLD))
    assert made[0].claim == _GOLD.text
    assert all("23" in one.claim for one in made)
    assert "attribution dropped" in {one.way for one in made}


def test_names_are_words_never_written_without_a_capital() -> None:
    assert proper_names(["The ship of Tarrow and the Ship of Lenn sank on Monday in a ship."]) == ["Lenn", "Tarrow"]


def test_the_sets_that_ship_give_the_same_claims_every_time() -> None:
    golds = read_golds(_ROOT)
    first = [one.claim for one in false_claims(golds)]
    assert first == [one.claim for one in false_claims(golds)]
    assert len(first) >= 500
    assert "written by hand" in {one.way for one in true_claims(golds, _ROOT)}


def test_all_pairs_of_a_text_are_on_one_side() -> None:
    pairs = [ClaimPair("s", premise, claim, True) for premise in map(str, range(50)) for claim in ("a", "b")]
    sides = {pair.premise: {one.is_held_out for one in pairs if one.premise == pair.premise} for pair in pairs}
    assert all(len(side) == 1 for side in sides.values())
    assert {True, False} == set().union(*sides.values())


def test_weights_are_fitted_so_that_few_true_claims_are_marked() -> None:
    chance = np.random.default_rng(3)
    truth = np.arange(400) % 2 == 0
    odds = np.where(truth, 1.0, -1.0) + chance.normal(size=400)
    fault = (~truth & (chance.random(400) < 0.5)).astype(float)
    rows = np.column_stack([odds, fault, np.zeros(400), np.ones(400)])
    weights = fit_weights(rows, truth)
    assert weights[0] > 0 > weights[1]
    assert weights[2] == pytest.approx(-1)  # nothing is known of it
    called = rows @ weights >= 0
    assert np.mean(~called[truth]) == pytest.approx(0.15, abs=0.01)
    assert balanced_accuracy(called, truth) > 0.8
    assert balanced_accuracy(np.ones(400, bool), truth) == pytest.approx(0.5)


@pytest.mark.slow
def test_verdicts_are_counted_by_set_and_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_verifier_sets(tmp_path)
    run_verdicts(tmp_path, fit="yes")
    shown = capsys.readouterr().out
    rows = [line.strip("| ").split(" | ") for line in shown.splitlines() if line.startswith("|")]
    assert sum(row[0] == "as shipped" for row in rows) == 2
    assert {("true", "reworded"), ("false", "negation")} <= {(row[0], row[1]) for row in rows}
    assert "all" in {row[0] for row in rows}
