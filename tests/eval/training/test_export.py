"""What is exported says what was trained, and its weights can be had back."""

import hashlib
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnxruntime import InferenceSession, SessionOptions

from dateline.eval.datasets.passages import gold_passage
from dateline.eval.training.export import build, main, weights_of
from dateline.eval.training.model import PairModel, ReaderModel, TrainedMarker, VerifierModel
from dateline.eval.training.trainer import FINAL
from dateline.index.types import Metadata
from dateline.rag.errors import TrainingError
from dateline.rag.reader.crossencoder import CrossEncoder, Pair, tokenize_pair
from tests.harness.tiny import make_encoder

_TEXTS = (
    "The Old Bridge at Ambleford was built in 1731.",
    "It fell into the river in the flood of 1904, and nobody was hurt. Its architect also drew the town hall, for "
    "which she was paid forty guineas by the council, who never forgave her.",
)
_PAIRS = [tokenize_pair("When was the bridge built?", Metadata(title="Old Bridge"), text) for text in _TEXTS]


def _lively(model: PairModel) -> PairModel:
    """The model with norms, biases and heads as if it had been trained."""
    torch.manual_seed(3)
    with torch.no_grad():
        for name, one in model.named_parameters():
            if "encoder" not in name:
                one.mul_(20)
            elif one.ndim == 1:
                one.add_(torch.randn_like(one) / 5)
    return model


@pytest.fixture(scope="module")
def reader() -> PairModel:
    return _lively(ReaderModel(make_encoder()))


@pytest.fixture(scope="module")
def verifier() -> PairModel:
    return _lively(VerifierModel(make_encoder()))


def _built(model: PairModel) -> bytes:
    content: bytes = build({name: one.numpy() for name, one in model.state_dict().items()}).SerializeToString()
    return content


def _verdict(content: bytes, pair: Pair) -> np.ndarray:
    segments = np.zeros((1, len(pair.ids)), np.int64)
    segments[0, pair.passage :] = 1
    options = SessionOptions()
    options.intra_op_num_threads = 1
    session = InferenceSession(content, options, providers=["CPUExecutionProvider"])
    (verdict,) = session.run(["verdict"], {"input_ids": np.array([pair.ids], np.int64), "segments": segments})
    return np.asarray(verdict)


def _mark(content: bytes, folder: Path) -> CrossEncoder:
    (folder / "model.onnx").write_bytes(content)
    return CrossEncoder(folder, hashlib.sha256(content).hexdigest())


def test_the_exported_reader_says_what_the_trained_one_says(reader: ReaderModel, tmp_path: Path) -> None:
    passages = [gold_passage(text, "Old Bridge") for text in _TEXTS]
    marked = (
        marker.mark("When was the bridge built?", passages)
        for marker in (TrainedMarker(reader), _mark(_built(reader), tmp_path))
    )
    for one, other in zip(*marked, strict=True):
        assert np.corrcoef(one.first, other.first)[0, 1] > 0.98
        assert np.corrcoef(one.last, other.last)[0, 1] > 0.98
        assert other.answerable == pytest.approx(one.answerable, abs=0.3)


def test_the_exported_verifier_says_what_the_trained_one_says(verifier: VerifierModel) -> None:
    content = _built(verifier)
    for pair, shares in zip(_PAIRS, verifier.judge(_PAIRS), strict=True):
        verdict = _verdict(content, pair)
        assert (verdict.shape, verdict.dtype) == ((1, 3), np.float32)
        np.testing.assert_allclose(verdict[0] - verdict.max(), shares - shares.max(), atol=0.4)


def test_the_same_weights_export_to_the_same_bytes(verifier: PairModel) -> None:
    assert _built(verifier) == _built(verifier)


@pytest.mark.parametrize("kind", ["reader", "verifier"])
def test_the_weights_of_an_exported_model_are_those_it_was_made_of(kind: str, request: pytest.FixtureRequest) -> None:
    model: PairModel = request.getfixturevalue(kind)
    found = weights_of(_built(model))
    for name, one in model.state_dict().items():
        if name.endswith(("position_embeddings.weight", "token_type_embeddings.weight")):
            continue  # only their sum is kept
        step = 2 * one.abs().max() / 127 / (0.3 if "intermediate" in name else 1)
        torch.testing.assert_close(found[name], one, atol=float(step), rtol=0)
    again = type(model)(make_encoder(seed=9))
    assert again.begin_with(found)
    for one, other in zip(_said(model), _said(again), strict=True):
        np.testing.assert_allclose(one, other, atol=0.3)


def _said(model: PairModel) -> list[np.ndarray]:
    if isinstance(model, VerifierModel):
        return [model.judge(_PAIRS)]
    marks = TrainedMarker(model).mark("When was the bridge built?", [gold_passage(one, "") for one in _TEXTS])
    return [np.array(one.answerable) for one in marks]


def test_another_model_is_told_from_one_that_was_exported_here() -> None:
    empty = onnx.helper.make_model(onnx.helper.make_graph([], "empty", [], []))
    with pytest.raises(TrainingError, match="not exported from a run here"):
        weights_of(empty.SerializeToString())


def _export(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> None:
    monkeypatch.setattr("sys.argv", ["export", *map(str, arguments)])
    main()


def test_a_run_is_exported_by_one_command(
    reader: PairModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    torch.save({"model": reader.state_dict()}, tmp_path / FINAL)
    _export(monkeypatch, "reader", "--run", tmp_path, "--to", tmp_path / "made")
    content = (tmp_path / "made/model.onnx").read_bytes()
    assert content == _built(reader)
    assert capsys.readouterr().out == f"{hashlib.sha256(content).hexdigest()}  model.onnx\n"
    with pytest.raises(SystemExit, match="1"):
        _export(monkeypatch, "verifier", "--run", tmp_path, "--to", tmp_path / "made")
    assert "is of no verifier" in capsys.readouterr().err
