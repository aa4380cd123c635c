"""A run of training can be stopped and gone on with, and comes to its end within the minutes that it is told."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from dateline.eval.training.examples import Example, Group
from dateline.eval.training.model import Batch, ReaderModel, collate
from dateline.eval.training.trainer import (
    CHECKPOINT,
    FINAL,
    LOG,
    PLATEAU,
    Recipe,
    Run,
    anneal,
    load_weights,
    locked,
    mean_of,
)
from dateline.index.types import Metadata, Span
from dateline.rag.errors import TrainingError
from dateline.rag.reader.crossencoder import tokenize_pair
from tests.harness.tiny import make_encoder

_RECIPE = Recipe(rate=1e-2, heads=2.0, warmup=2, seed=7, tokens=120)


def _draw(number: int) -> list[Group]:
    """Rounds of three batches: "seven" is the answer where it stands."""
    return [[_example(number + at, at % 2)] for at in range(9)]


def _example(number: int, label: int) -> Example:
    text = f"In {number} there were {'seven' if label else 'no'} bridges."
    pair, at = tokenize_pair("How many bridges?", Metadata(), text), text.find("seven")
    answer = pair.tokens_of(Span(at, at + 5)) if label else None
    return Example(kind="", pair=pair, label=label, answer=answer)


def _run(folder: Path, recipe: Recipe = _RECIPE) -> Run:
    return Run(ReaderModel(make_encoder()), _draw, recipe, folder)


def _are_equal(one: Path, other: Path) -> bool:
    weights, others = (torch.load(folder / CHECKPOINT, weights_only=True)["model"] for folder in (one, other))
    return all(torch.equal(tensor, others[name]) for name, tensor in weights.items())


def _loss(run: Run, batch: Batch) -> float:
    with torch.inference_mode():
        return sum(one.item() for one in run.model.losses(batch).values())


def _log(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / LOG).read_text("utf-8").splitlines()]


def test_a_run_that_was_stopped_comes_to_the_same_weights_as_one_that_was_not(tmp_path: Path) -> None:
    through = _run(tmp_path / "through")
    through.go(stop_after=8)
    assert through.round > 0
    for step in (2, 5, 8):  # within a round, between two, within another
        again = _run(tmp_path / "stopped")
        again.go(stop_after=step)
    assert again.step == 8
    assert again.examples == through.examples
    assert _are_equal(tmp_path / "stopped", tmp_path / "through")


def test_annealing_ends_a_run_and_keeps_where_it_began(tmp_path: Path) -> None:
    _run(tmp_path).go(stop_after=3)
    before = load_weights(tmp_path)
    assert not anneal(tmp_path, 1e-6)
    run = _run(tmp_path)
    run.go(lambda: {"f1": 1.0})
    assert run.annealed >= 6e-5
    assert (tmp_path / FINAL).exists()
    plateau = torch.load(tmp_path / PLATEAU, weights_only=True)
    assert (plateau["step"], plateau["falling"]) == (3, None)
    assert all(torch.equal(one, before[name]) for name, one in plateau["model"].items())
    assert _log(tmp_path)[-1].items() >= {"step": run.step, "f1": 1.0}.items()


def test_from_the_plateau_a_run_goes_on_as_if_it_had_not_ended(tmp_path: Path) -> None:
    _run(tmp_path / "short").go(stop_after=3)
    anneal(tmp_path / "short", 1e-6)
    _run(tmp_path / "short").go()
    (tmp_path / "long").mkdir()
    (tmp_path / "short" / PLATEAU).rename(tmp_path / "long" / CHECKPOINT)
    _run(tmp_path / "long").go(stop_after=5)
    _run(tmp_path / "through").go(stop_after=5)
    assert _are_equal(tmp_path / "long", tmp_path / "through")


def test_a_run_that_has_ended_learns_no_more(tmp_path: Path) -> None:
    anneal(tmp_path, 0)
    _run(tmp_path).go()
    final = load_weights(tmp_path)
    _run(tmp_path).go()
    assert all(torch.equal(one, final[name]) for name, one in load_weights(tmp_path).items())


def test_a_run_that_is_under_way_is_told_to_come_to_its_end_and_not_begun_twice(tmp_path: Path) -> None:
    with locked(tmp_path):
        assert anneal(tmp_path, 20)
        with pytest.raises(TrainingError, match="is under way"), locked(tmp_path):
            pass
    assert not anneal(tmp_path, 20)


def test_a_run_does_not_go_on_with_another_recipe(tmp_path: Path) -> None:
    _run(tmp_path).go(stop_after=1)
    with pytest.raises(TrainingError, match="go on with the same options"):
        _run(tmp_path, replace(_RECIPE, rate=1e-3))


def test_training_makes_the_loss_smaller_and_leaves_the_words_vectors_alone(tmp_path: Path) -> None:
    run, batch = _run(tmp_path), collate([one for group in _draw(20) for one in group])
    words = run.model.encoder.embeddings.word_embeddings.weight.clone()
    before = _loss(run, batch)
    run.go(stop_after=30)
    assert _loss(run, batch) < before / 2
    assert torch.equal(run.model.encoder.embeddings.word_embeddings.weight, words)


def test_the_log_tells_of_rounds_losses_and_figures(tmp_path: Path) -> None:
    _run(tmp_path).go(lambda: {"f1": 2.0}, stop_after=25)
    begun, first, *_, last = _log(tmp_path)
    assert begun.items() >= {"step": 0, "f1": 2.0}.items()
    assert first.items() >= {"round": 0, "groups": 9, "examples": 9, "labels": {"0": 0.556, "1": 0.444}}.items()
    assert last.keys() >= {"step", "rate", "span_loss", "answerable_loss", "choice_loss", "examples_a_second"}


def test_there_are_no_weights_where_there_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no run in"):
        load_weights(tmp_path)


def test_of_several_runs_the_mean_of_their_weights_is_taken() -> None:
    runs = [{"weight": torch.tensor([[1.0, 2.0]])}, {"weight": torch.tensor([[3.0, 2.0]])}]
    assert mean_of([*runs, runs[0], runs[0]])["weight"].tolist() == [[1.5, 2.0]]
    assert mean_of(runs[:1])["weight"].tolist() == [[1.0, 2.0]]
