"""What is exported reads like what was trained."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
import torch

from dateline.eval.datasets.passages import gold_passage
from dateline.eval.training.export import build, mean_of
from dateline.eval.training.model import TrainedMarker, official_model
from dateline.rag.reader.crossencoder import CrossEncoder

pytestmark = pytest.mark.slow

_TEXTS = (
    "The Old Bridge at Ambleford was built in 1731.",
    "It fell into the river in the flood of 1904, and nobody was hurt. Its architect also drew the town hall, for "
    "which she was paid forty guineas by the council, who never forgave her.",
)


def test_the_int8_model_agrees_with_the_float32_weights(tmp_path: Path) -> None:
    passages = [gold_passage(text, "Old Bridge") for text in _TEXTS]
    model = official_model(seed=1)
    model.bf16 = False
    content = build({name: tensor.numpy() for name, tensor in model.state_dict().items()}).SerializeToString()
    (tmp_path / "model.onnx").write_bytes(content)
    exported = CrossEncoder(tmp_path, hashlib.sha256(content).hexdigest())
    marked = (marker.mark("When was the bridge built?", passages) for marker in (TrainedMarker(model), exported))
    for one, other in zip(*marked, strict=True):
        assert np.corrcoef(one.first, other.first)[0, 1] > 0.98
        assert np.corrcoef(one.last, other.last)[0, 1] > 0.98
        assert other.answerable == pytest.approx(one.answerable, abs=0.05)


def test_the_same_weights_export_to_the_same_bytes() -> None:
    weights = {name: tensor.numpy() for name, tensor in official_model(seed=1).state_dict().items()}
    assert build(weights).SerializeToString() == build(weights).SerializeToString()


def test_of_several_runs_the_mean_of_their_weights_is_taken() -> None:
    runs = [{"weight": torch.tensor([[1.0, 2.0]])}, {"weight": torch.tensor([[3.0, 2.0]])}]
    assert mean_of([*runs, runs[0], runs[0]])["weight"].tolist() == [[1.5, 2.0]]
    assert mean_of(runs[:1])["weight"].tolist() == [[1.0, 2.0]]
