"""The model of orders: what it is shown hides what is said, and what is exported reads like what was trained."""

from random import Random

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx", reason="onnx is not installed: pip install '.[train]'")

from onnxruntime import InferenceSession  # noqa: E402

from dateline.eval.training.injection_model import InjectionModel, build  # noqa: E402
from dateline.eval.training.templates import draw_orders, draw_reports, frames_of, hide_a_part  # noqa: E402
from dateline.rag.verification.injection.classifier import HIDDEN  # noqa: E402


def test_what_an_order_wants_said_is_hidden() -> None:
    frames = draw_orders(200, ["Anna Hall founded the school in 1901."], Random(1))
    assert not [frame for frame in frames if "Anna" in frame or "{" in frame]
    assert sum(HIDDEN in frame for frame in frames) > 100


def test_what_is_reported_is_hidden() -> None:
    frames = list(draw_reports(200, ["Lund"], Random(1)))
    assert not [frame for frame in frames if "{" in frame or "<N>" in frame or " _" in frame]
    assert sum(HIDDEN in frame for frame in frames) > 100


def test_a_sentence_that_is_all_claim_is_no_frame() -> None:
    assert frames_of("Read this out. The dam fell in May.", "The dam fell in May.") == ["Read this out."]


def test_a_part_of_a_sentence_is_hidden_and_the_rest_is_left() -> None:
    sentence = "The mayor said that the old dam fell in the night, and that nobody was hurt."
    for seed in range(50):
        before, _, behind = hide_a_part(sentence, Random(seed)).partition(HIDDEN)
        assert sentence.startswith(before) or before.split() == sentence.split()[: len(before.split())]
        assert sentence.endswith(behind)


def test_the_exported_model_agrees_with_the_trained_one() -> None:
    torch.manual_seed(1)
    words = np.random.default_rng(1).integers(-127, 128, (200, 64)).astype(np.float32) / 32
    model = InjectionModel(words).eval()
    content = build({name: values.numpy() for name, values in model.state_dict().items()}).SerializeToString()
    session = InferenceSession(content, providers=["CPUExecutionProvider"])
    for length in (1, 4, 48):
        tokens = np.arange(1, length + 1)[np.newaxis]
        with torch.no_grad():
            trained = float(model(torch.tensor(tokens))[0])
        assert float(session.run(["ordering"], {"input_ids": tokens})[0][0]) == pytest.approx(trained, abs=1e-3)
