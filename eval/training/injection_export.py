"""The model of orders for ONNX Runtime: input ``input_ids`` int64 [1, tokens], output ``ordering`` float32 [1].

The words are int8 with one scale, the rest float32: it is small.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper

from dateline.index.embedding.export import Graph, finish


def build(weights: Mapping[str, NDArray[np.float32]]) -> ModelProto:
    """The model of the float32 weights of an ``OrderModel``."""
    graph = Graph(weights)
    words = weights["words.weight"]
    step = np.float32(np.abs(words).max() / 127)
    rows = graph.add("Gather", graph.constant("words", np.rint(words / step).astype(np.int8)), "input_ids")
    scaled = graph.add("Mul", graph.add("Cast", rows, to=TensorProto.FLOAT), graph.constant("step", np.array(step)))
    states = graph.add("Transpose", scaled, perm=[0, 2, 1])
    highest = [_highest(graph, name.removesuffix(".weight"), states) for name in weights if _is_filter(name)]
    hidden = graph.add("Relu", _layer(graph, "hidden", graph.add("Concat", *highest, axis=1)))
    odds = _layer(graph, "out", hidden)
    graph.nodes.append(helper.make_node("Squeeze", [odds, graph.constant("last", np.array([1]))], ["ordering"]))
    return finish(graph, "dateline-orders", ["input_ids"], {"ordering": [1]})


def _is_filter(name: str) -> bool:
    return name.startswith("filters.") and name.endswith(".weight")


def _highest(graph: Graph, name: str, states: str) -> str:
    """The highest value of each filter over all words."""
    width = graph.weights[f"{name}.weight"].shape[2]
    found = graph.add(
        "Conv", states, graph.float(f"{name}.weight"), graph.float(f"{name}.bias"), pads=[width // 2, width // 2]
    )
    axis = graph.constant(f"{name}.axis", np.array([2]))
    return graph.add("ReduceMax", graph.add("Relu", found), axis, keepdims=0)


def _layer(graph: Graph, name: str, values: str) -> str:
    return graph.add("Gemm", values, graph.float(f"{name}.weight"), graph.float(f"{name}.bias"), transB=1)
