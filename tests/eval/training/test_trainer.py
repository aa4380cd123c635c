"""A run of training can be killed and gone on with, and what it measures is what SQuAD measures."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers

from dateline.eval.datasets.natural_questions import read_clapnq_half
from dateline.eval.training.examples import Examples, batches
from dateline.eval.training.model import ReaderModel, apply, loss_of
from dateline.eval.training.questions import read_training
from dateline.eval.training.trainer import TURNING_POINT, Run, Schedule, load_weights
from dateline.rag.errors import TrainingError

_SCHEDULE = Schedule(examples=48, batch=4, rate=1e-2, warmup=2)


def _model() -> ReaderModel:
    torch.manual_seed(5)
    config = transformers.BertConfig(
        vocab_size=50, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=40, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    return ReaderModel(transformers.BertModel(config, add_pooling_layer=False))


def _examples(count: int = 20) -> Examples:
    """Of made-up tokens: the answer is token 7, where there is one."""
    chance = np.random.default_rng(3)
    rows, tokens = [], []
    for number in range(count):
        length = int(chance.integers(10, 30))
        ids = chance.integers(10, 50, length).astype(np.uint16)
        answer = int(chance.integers(6, length - 1)) if number % 2 else -1
        if number % 2:
            ids[answer] = 7
        tokens.append(ids)
        rows.append((length, 4, 6, number % 2, answer, answer, 0))
    return Examples(np.concatenate(tokens), np.array(rows, np.int32))


def _weights(run: Run) -> dict[str, "torch.Tensor"]:
    return {name: tensor.clone() for name, tensor in run.model.state_dict().items()}


def test_a_run_that_was_stopped_ends_with_the_weights_of_one_that_was_not(tmp_path: Path) -> None:
    through = Run(_model(), _examples(), _SCHEDULE, tmp_path / "through")
    through.go()
    Run(_model(), _examples(), _SCHEDULE, tmp_path / "stopped").go(stop_after=7)
    again = Run(_model(), _examples(), _SCHEDULE, tmp_path / "stopped")
    assert again.step == 7
    again.go()
    assert again.step == through.step == 12
    assert all(torch.equal(one, _weights(again)[name]) for name, one in _weights(through).items())


def test_a_run_may_be_made_shorter_before_its_rate_falls_and_not_after(tmp_path: Path) -> None:
    shorter = replace(_SCHEDULE, examples=32)
    Run(_model(), _examples(), shorter, tmp_path / "short").go()
    Run(_model(), _examples(), _SCHEDULE, tmp_path / "run").go(stop_after=4)
    again = Run(_model(), _examples(), shorter, tmp_path / "run")
    again.go()
    short = load_weights(tmp_path / "short")
    assert all(torch.equal(one, short[name]) for name, one in _weights(again).items())
    with pytest.raises(TrainingError, match="is at step 8 of another"):
        Run(_model(), _examples(), _SCHEDULE, tmp_path / "run")


def test_a_longer_run_goes_on_from_where_the_rate_of_a_shorter_one_began_to_fall(tmp_path: Path) -> None:
    Run(_model(), _examples(), replace(_SCHEDULE, examples=32), tmp_path / "short").go()
    (tmp_path / "long").mkdir()
    (tmp_path / "short" / TURNING_POINT).rename(tmp_path / "long" / "checkpoint.pt")
    longer = Run(_model(), _examples(), _SCHEDULE, tmp_path / "long")
    longer.go()
    through = Run(_model(), _examples(), _SCHEDULE, tmp_path / "through")
    through.go()
    assert all(torch.equal(one, _weights(through)[name]) for name, one in _weights(longer).items())


def test_a_run_does_not_go_on_with_other_examples(tmp_path: Path) -> None:
    Run(_model(), _examples(), _SCHEDULE, tmp_path).go(stop_after=1)
    with pytest.raises(TrainingError, match="go on with the same options and examples"):
        Run(_model(), _examples(19), _SCHEDULE, tmp_path)


def test_training_makes_the_loss_smaller(tmp_path: Path) -> None:
    run = Run(_model(), _examples(), replace(_SCHEDULE, examples=480), tmp_path)
    batch = _examples().batch(range(20))
    before = float(sum(loss_of(apply(run.model, batch), batch)).detach())
    run.go()
    assert float(sum(loss_of(apply(run.model, batch), batch)).detach()) < before / 2


def test_the_rate_rises_stays_and_falls_to_zero() -> None:
    schedule = Schedule(examples=16_000, warmup=100)
    rates = [schedule.rate_at(step) for step in range(schedule.steps)]
    assert rates[:100] == sorted(rates[:100])
    assert set(rates[99 : schedule.stays_until + 1]) == {schedule.rate}
    assert rates[schedule.stays_until :] == sorted(rates[schedule.stays_until :], reverse=True)
    assert 0 < rates[-1] < schedule.rate / 100


def test_a_round_of_batches_holds_every_example_once() -> None:
    lengths = np.random.default_rng(1).integers(10, 300, 1_003).astype(np.int32)
    numbers = np.concatenate(list(batches(lengths, 4, seed=1)))
    assert sorted(numbers.tolist()) == list(range(1_003))
    assert numbers.tolist() != np.concatenate(list(batches(lengths, 4, seed=2))).tolist()


def test_padding_changes_nothing_and_no_answer_stands_outside_the_text() -> None:
    model, examples = _model().eval(), _examples()
    model.bf16 = False
    with torch.inference_mode():
        together = apply(model, examples.batch(range(20)))
        for number in range(20):
            alone = apply(model, examples.batch([number]))
            length = int(examples.lengths[number])
            torch.testing.assert_close(together.first[number, :length], alone.first[0, :length], atol=1e-5, rtol=1e-5)
            torch.testing.assert_close(together.answerable[number], alone.answerable[0], atol=1e-5, rtol=1e-5)
            assert 6 <= int(alone.first[0].argmax()) < length - 1


def test_examples_are_saved_and_loaded_as_they_are(tmp_path: Path) -> None:
    examples = _examples()
    examples.save(tmp_path / "examples.npz")
    assert Examples.load(tmp_path / "examples.npz").fingerprint == examples.fingerprint


def test_the_half_of_clapnq_that_is_measured_is_not_trained_on(tmp_path: Path) -> None:
    context = {"id": "1", "title": "T", "question": "Who?", "context": "It.", "answers": [{"text": "It", "start": 0}]}
    _write(tmp_path / "squad/train.jsonl.gz", [context])
    _write(tmp_path / "nq/train.jsonl.gz", [])
    for name in ("answerable", "unanswerable"):
        rows = [
            {
                "input": f"{name} {number}?",
                "passages": [{"title": "T", "sentences": [f"It is {number}."]}],
                "output": [],
            }
            for number in range(9)
        ]
        _write(tmp_path / f"clapnq/{name}.jsonl.gz", rows)
    trained = {asked.text for asked in read_training(tmp_path)}
    measured = {asked.question for half in read_clapnq_half(tmp_path, 1) for asked in half}
    assert trained.isdisjoint(measured)
    assert len(trained) == 1 + 10
    assert len(measured) == 8


def _write(file: Path, rows: list[dict[str, object]]) -> None:
    file.parent.mkdir(exist_ok=True)
    with gzip.open(file, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
