"""``python -m dateline.eval.training.export reader|verifier --run DIR --to FOLDER``: the int8 model of a run.

Of several runs that began alike, ``--run`` for each, it is the mean of their weights (Wortsman et al. 2022, "Model
soups").

Written like the embedder (``index/embedding/export.py`` says how and why), for one pair a run. Inputs ``input_ids`` and
``segments``, int64 [1, tokens]. The reader's outputs are ``first`` and ``last``, float32 [1, tokens], and
``answerable``, float32 [1]; outside of the text the logits of first and last mean nothing. The verifier's is
``verdict``, float32 [1, 3]: log-odds of supported, contradicted, not said. The heads stay float32.

``weights_of`` goes the way back, for a run that begins with the model that ships.
"""

import argparse
import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import ModelProto, helper, numpy_helper

from dateline.eval.training.model import Weights
from dateline.eval.training.trainer import load_weights, mean_of
from dateline.index.embedding.export import Graph, encode, finish
from dateline.index.errors import DatelineError
from dateline.rag.errors import TrainingError
from dateline.rag.reader.crossencoder import MAX_TOKENS

Arrays = Mapping[str, NDArray[np.float32]]

_ENCODER = "encoder."  # before the names of the encoder's weights in a checkpoint


def build(weights: Arrays) -> ModelProto:
    """The int8 model of a checkpoint's float32 weights: a reader, or a verifier where they have its head."""
    graph = Graph({name.removeprefix(_ENCODER): values for name, values in weights.items()})
    states = encode(graph, MAX_TOKENS, segments="segments")
    cls = graph.add("Gather", states, graph.constant("place of [CLS]", np.array(0)), axis=1)
    if "verdict.weight" in weights:
        _head(graph, "verdict", cls, weights["verdict.weight"].T, weights["verdict.bias"])
        return finish(graph, "dateline-verifier-int8", ["input_ids", "segments"], {"verdict": [1, 3]})
    _head(graph, "first", states, weights["span.weight"][0], weights["span.bias"][:1])
    _head(graph, "last", states, weights["span.weight"][1], weights["span.bias"][1:])
    _head(graph, "answerable", cls, weights["answerable.weight"][0], weights["answerable.bias"])
    outputs: dict[str, list[int | str]] = {"first": [1, "tokens"], "last": [1, "tokens"], "answerable": [1]}
    return finish(graph, "dateline-reader-int8", ["input_ids", "segments"], outputs)


def _head(graph: Graph, name: str, states: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> None:
    """The logits of every state, as the output ``name``."""
    product = graph.add("MatMul", states, graph.constant(f"{name}.weight", np.ascontiguousarray(weight)))
    graph.nodes.append(helper.make_node("Add", [product, graph.constant(f"{name}.bias", bias)], [name], name))


def weights_of(content: bytes) -> Weights:
    """The float32 weights of which ``build`` made an int8 model, but for what was rounded away.

    Raises:
        TrainingError: it is another model.
    """
    held = {one.name: numpy_helper.to_array(one) for one in onnx.load_from_string(content).graph.initializer}
    try:
        arrays = {**{f"{_ENCODER}{name}": one for name, one in _encoder_of(held).items()}, **_heads_of(held)}
    except KeyError as error:
        raise TrainingError(f"this model was not exported from a run here: it holds no {error}") from error
    return {name: torch.from_numpy(np.array(one, np.float32)) for name, one in arrays.items()}


def _encoder_of(held: Arrays) -> dict[str, NDArray[np.float32]]:
    found = {name: one for name, one in held.items() if name.endswith((".bias", "LayerNorm.weight"))}
    found["embeddings.word_embeddings.weight"] = _dequantised(held, "words")
    found["embeddings.position_embeddings.weight"] = held["places"]
    found["embeddings.token_type_embeddings.weight"] = held["kinds of segment"]
    for layer in (name.removesuffix(".int8") for name in held if name.startswith("encoder.") and ".int8" in name):
        matrix = _dequantised(held, layer).T
        if layer.endswith("intermediate.dense"):  # gain and shift of the norm before are in it
            norm = layer.replace("intermediate.dense", "attention.output.LayerNorm")
            matrix = matrix / held[f"{norm}.weight"]
            found[f"{layer}.bias"] = held[f"{layer}.bias"] - matrix @ held[f"{norm}.bias"]
        found[f"{layer}.weight"] = matrix
    return {name: one for name, one in found.items() if name.startswith(("embeddings.", "encoder."))}


def _dequantised(held: Arrays, name: str) -> NDArray[np.float32]:
    values: NDArray[np.float32] = held[f"{name}.int8"].astype(np.float32) * held[f"{name}.scale"]
    return values


def _heads_of(held: Arrays) -> dict[str, NDArray[np.float32]]:
    if "verdict.weight" in held:
        return {"verdict.weight": held["verdict.weight"].T, "verdict.bias": held["verdict.bias"]}
    return {
        "span.weight": np.stack([held["first.weight"], held["last.weight"]]),
        "span.bias": np.concatenate([held["first.bias"], held["last.bias"]]),
        "answerable.weight": held["answerable.weight"][np.newaxis],
        "answerable.bias": held["answerable.bias"],
    }


def main() -> None:
    """Write ``model.onnx`` and print its hash."""
    parser = argparse.ArgumentParser(prog="python -m dateline.eval.training.export", description=__doc__)
    parser.add_argument("model", choices=("reader", "verifier"))
    parser.add_argument("--run", type=Path, required=True, action="append", help="folder of a run; repeatable")
    parser.add_argument("--to", type=Path, required=True, help="folder of the model made")
    options = parser.parse_args()
    try:
        weights = mean_of([load_weights(run) for run in options.run])
    except DatelineError as error:
        parser.exit(1, f"{error}\n")
    if ("verdict.weight" in weights) != (options.model == "verifier"):
        parser.exit(1, f"the run in {str(options.run[0])!r} is of no {options.model}\n")
    content = build({name: tensor.numpy() for name, tensor in weights.items()}).SerializeToString()
    options.to.mkdir(parents=True, exist_ok=True)
    (options.to / "model.onnx").write_bytes(content)
    sys.stdout.write(f"{hashlib.sha256(content).hexdigest()}  model.onnx\n")


if __name__ == "__main__":
    main()
