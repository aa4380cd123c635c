"""``python -m dateline.eval.training.export --run DIR --to FOLDER``: the int8 model of a run, for ONNX Runtime.

Of several runs that began alike, ``--run`` for each, it is the mean of their weights (Wortsman et al. 2022, "Model
soups"): better than any of them, at the speed of one.

Written like the embedder (``index/embedding/export.py`` says how and why), for one pair a run. Inputs ``input_ids`` and
``segments``, int64 [1, tokens]; outputs ``first`` and ``last``, float32 [1, tokens], and ``answerable``, float32 [1].
The heads stay float32. Outside of the text the logits of first and last mean nothing.

With ``--data`` the dev figures of the checkpoint in float32 and of the int8 model are printed.
"""

import argparse
import hashlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from onnx import ModelProto, helper

from dateline.eval.training.model import TrainedMarker, official_model
from dateline.eval.training.trainer import DevSet, load_weights
from dateline.index.embedding.export import Graph, encode, finish
from dateline.index.errors import DatelineError
from dateline.rag.reader.crossencoder import MAX_TOKENS, CrossEncoder

_ENCODER = "encoder."  # before the names of the encoder's weights in a checkpoint


def build(weights: Mapping[str, NDArray[np.float32]]) -> ModelProto:
    """The int8 model of a checkpoint's float32 weights."""
    graph = Graph({name.removeprefix(_ENCODER): values for name, values in weights.items()})
    states = encode(graph, MAX_TOKENS, segments="segments")
    begin = graph.constant("place of [CLS]", np.array(0))
    cls = graph.add("Gather", states, begin, axis=1)
    _head(graph, "first", states, weights["span.weight"][0], weights["span.bias"][:1])
    _head(graph, "last", states, weights["span.weight"][1], weights["span.bias"][1:])
    _head(graph, "answerable", cls, weights["answerable.weight"][0], weights["answerable.bias"])
    outputs: dict[str, list[int | str]] = {"first": [1, "tokens"], "last": [1, "tokens"], "answerable": [1]}
    return finish(graph, "dateline-reader-int8", ["input_ids", "segments"], outputs)


def _head(graph: Graph, name: str, states: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> None:
    """One logit of every state, as the output ``name``."""
    product = graph.add("MatMul", states, graph.constant(f"{name}.weight", weight))
    graph.nodes.append(helper.make_node("Add", [product, graph.constant(f"{name}.bias", bias)], [name], name))


def mean_of(runs: Sequence[Mapping[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    """The mean of the weights of several runs; their names and shapes are the same."""
    return {name: torch.stack([one[name].float() for one in runs]).mean(0) for name in runs[0]}


def main() -> None:
    """Write ``model.onnx`` and print its hash and figures."""
    parser = argparse.ArgumentParser(prog="python -m dateline.eval.training.export", description=__doc__)
    parser.add_argument("--run", type=Path, required=True, action="append", help="folder of a checkpoint; repeatable")
    parser.add_argument("--to", type=Path, required=True, help="folder of the model made")
    parser.add_argument("--data", type=Path, help="folder of the sets: squad/, clapnq/")
    parser.add_argument("--dev-questions", type=int, default=600, help="of SQuAD")
    options = parser.parse_args()
    try:
        weights = mean_of([load_weights(run) for run in options.run])
        content = build({name: tensor.numpy() for name, tensor in weights.items()}).SerializeToString()
        options.to.mkdir(parents=True, exist_ok=True)
        (options.to / "model.onnx").write_bytes(content)
        sha256 = hashlib.sha256(content).hexdigest()
        sys.stdout.write(f"{sha256}  model.onnx\n")
        if options.data:
            _compare(weights, CrossEncoder(options.to, sha256), DevSet(options.data, options.dev_questions))
    except DatelineError as error:
        parser.exit(1, f"{error}\n")


def _compare(weights: Mapping[str, torch.Tensor], exported: CrossEncoder, dev: DevSet) -> None:
    model = official_model(seed=0)
    model.load_state_dict(weights)
    model.bf16 = False
    for name, marker in (("float32", TrainedMarker(model)), ("int8", exported)):
        figures = dev.measure(marker)
        sys.stdout.write("{}: EM {exact_match:.1f}, F1 {f1:.1f}, AUC {auc:.3f}\n".format(name, **figures))


if __name__ == "__main__":
    main()
