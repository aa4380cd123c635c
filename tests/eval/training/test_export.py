"""What is exported reads like what was trained."""

import numpy as np
import pytest
import torch

from dateline.eval.training.examples import pack
from dateline.eval.training.export import build, mean_of, onnx_reading
from dateline.eval.training.mining import Example
from dateline.eval.training.model import official_model
from dateline.eval.training.training import reading
from dateline.index.types import Metadata
from dateline.rag.reader.crossencoder import PairTokenizer

_TEXTS = (
    "The Old Bridge at Ambleford was built in 1731.",
    "It fell into the river in the flood of 1904, and nobody was hurt. Its architect also drew the town hall, for "
    "which she was paid forty guineas by the council, who never forgave her.",
)


def test_the_int8_model_agrees_with_the_float32_weights() -> None:
    tokenizer = PairTokenizer()
    pairs = [tokenizer.pair("When was the bridge built?", Metadata(title="Old Bridge"), text) for text in _TEXTS]
    batch = pack(Example(kind="made up", pair=pair, answerable=True, answer=None) for pair in pairs).batch([0, 1])
    model = official_model(seed=1)
    model.bf16 = False
    content = build({name: tensor.numpy() for name, tensor in model.state_dict().items()}).SerializeToString()
    for pair, trained, exported in zip(pairs, reading(model)(batch), onnx_reading(content)(batch), strict=True):
        text = slice(pair.text, len(pair.ids) - 1)
        for one, other in ((trained.first, exported.first), (trained.last, exported.last)):
            assert np.corrcoef(one[text], other[text])[0, 1] > 0.98
        assert exported.answerable == pytest.approx(trained.answerable, abs=0.05)


def test_the_same_weights_export_to_the_same_bytes() -> None:
    weights = {name: tensor.numpy() for name, tensor in official_model(seed=1).state_dict().items()}
    assert build(weights).SerializeToString() == build(weights).SerializeToString()


def test_of_several_runs_the_mean_of_their_weights_is_taken() -> None:
    runs = [{"weight": torch.tensor([[1.0, 2.0]])}, {"weight": torch.tensor([[3.0, 2.0]])}]
    assert mean_of([*runs, runs[0], runs[0]])["weight"].tolist() == [[1.5, 2.0]]
    assert mean_of(runs[:1])["weight"].tolist() == [[1.0, 2.0]]
