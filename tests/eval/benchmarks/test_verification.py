"""Claims made of gold sentences, and what the benchmarks of claims print."""

import random
from pathlib import Path

import numpy as np
import pytest

from dateline.eval.benchmarks.made_claims import Gold, altered, proper_names, rephrased
from dateline.eval.benchmarks.verification import (
    balanced,
    best_threshold,
    false_claims,
    fit,
    judge,
    read_golds,
    true_claims,
)  # fmt: skip
from dateline.eval.datasets.claims import ClaimPair
from tests.harness.fakes import FakeEmbedder

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


def test_a_claim_is_judged_by_all_sentences_of_its_text() -> None:
    text = "The ferry sank. Forty people were saved."
    judged = judge(
        [ClaimPair("s", text, "Forty people were saved.", True), ClaimPair("s", text, "Nine people died.", False)],
        FakeEmbedder(),
    )
    assert judged.rows[0, :2].tolist() == [1.0, 1.0]
    assert judged.rows[1, :2].max() < 1.0
    assert judged.truth.tolist() == [True, False]


def test_a_model_is_fitted_and_its_threshold_tells_both_sides() -> None:
    rows = np.array([[0.1], [0.2], [0.8], [0.9]])
    truth = np.array([False, False, True, True])
    weights = fit(rows, truth)
    assert weights[0] > 0
    assert balanced(rows[:, 0] >= best_threshold(rows[:, 0], truth), truth) == 1.0
    assert balanced(np.array([True, True, True, True]), truth) == pytest.approx(0.5)
