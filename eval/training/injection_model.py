"""Train the prompt injection classifier, which tells sentences that order something to be said from reports.

    python -m dateline.eval.training.injection_model --data PATH --attacks FILE --to FOLDER

A sentence goes in, with what a claim repeats of it hidden; out come the log-odds that it orders something to be said.
Its words are the embedder's, by their principal directions, which are not trained; over them are convolutions of one,
three and five words, whose highest values decide. Learned are the sentences of ``orders.txt`` and of the attacks in
FILE against those of ``reports.txt``, squad/train, nq/train and claims/pairs. Now and then a near word takes the place
of one.
"""

import argparse
import hashlib
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper
from torch import nn

from dateline.eval.datasets.claims import read_claims
from dateline.eval.datasets.files import read_lines
from dateline.eval.datasets.natural_questions import read_nq
from dateline.eval.datasets.squad import read_squad
from dateline.eval.training.templates import draw_labels, draw_orders, draw_reports, frames_of, hide_a_part
from dateline.index.embedding.export import Graph, finish
from dateline.index.embedding.onnx import load_tokenizer
from dateline.index.splitting.sentences import split_sentences
from dateline.index.types import Span
from dateline.rag.verification.injection.classifier import MOST_TOKENS, read_tokens

Tokens = NDArray[np.int64]
_WEIGHTS = Path(__file__).resolve().parents[2] / "index" / "embedding" / "weights"
_WHOLE, _IN_PART, _ORDERS, _REPORTS, _LABELS = 50_000, 60_000, 30_000, 14_000, 5_000
_TIMES = 8  # that each attack is learned
_DISGUISED = ("encoding", "translation")  # kinds of attacks that hold no English order
_DIRECTIONS, _FILTERS, _WIDTHS = 64, 64, (1, 3, 5)
_NAME = re.compile(r"(?<=[a-z] )[A-Z][a-z]+(?: [A-Z]\w+)?")
_LABEL = re.compile(r"\b(?:[A-Za-z-]+ ){0,3}[A-Za-z-]+(?=,| of | in |\.)")
_ROUNDS, _BATCH, _RATE, _EXCHANGED = 4, 256, 4e-3, 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attack:
    kind: str
    text: str
    says: tuple[str, ...]


class InjectionModel(nn.Module):
    """Tokens to log-odds."""

    def __init__(self, words: NDArray[np.float32]) -> None:
        super().__init__()
        self.words = nn.Embedding.from_pretrained(torch.tensor(words))  # type: ignore[no-untyped-call]
        self.filters = nn.ModuleList(
            nn.Conv1d(words.shape[1], _FILTERS, width, padding=width // 2) for width in _WIDTHS
        )
        self.hidden, self.out = nn.Linear(len(_WIDTHS) * _FILTERS, 32), nn.Linear(32, 1)
        self.drop = nn.Dropout(0.3)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Int64 [n, tokens], 0 behind the last, to float32 [n]."""
        there = (tokens != 0).float().unsqueeze(1)
        words = self.drop(self.words(tokens)).transpose(1, 2) * there
        highest = [(torch.relu(one(words)) * there).amax(2) for one in self.filters]
        odds: torch.Tensor = self.out(self.drop(torch.relu(self.hidden(self.drop(torch.cat(highest, 1))))))
        return odds.squeeze(1)


def read_words() -> NDArray[np.float32]:
    """The embedder's words in their principal directions: float32 [words, 64], in steps of int8."""
    constants = {one.name: one for one in onnx.load(str(_WEIGHTS / "model.onnx")).graph.initializer}
    rows, scales = (numpy_helper.to_array(constants[name]) for name in ("words.int8", "words.scale"))
    words = rows.astype(np.float32) * scales
    words -= words.mean(0)
    directions = np.linalg.svd(words[1000:].T @ words[1000:])[0][:, :_DIRECTIONS]
    words = words @ directions
    words /= words.std()
    step = np.abs(words).max() / 127
    stepped: NDArray[np.float32] = (np.rint(words / step) * step).astype(np.float32)
    return stepped


def read_texts(data: Path, random: Random) -> Iterator[str]:
    """Sentences of real texts, shuffled."""
    sets = (
        (9_000, {one.context for one in read_squad(data / "squad/train.jsonl.gz")}),
        (2_600, {one.context for one in read_nq(data / "nq/train.jsonl.gz")}),
        (20_000, {one.premise for one in read_claims(data / "claims/pairs.jsonl.gz")}),
    )
    sentences: list[str] = []
    for most, texts in sets:
        for text in random.sample(sorted(texts), min(most, len(texts))):
            sentences += [span.of(text) for span in split_sentences(text, Span(0, len(text))) if 15 < len(span) < 400]
    random.shuffle(sentences)
    yield from sentences


def read_attacks(file: Path) -> Iterator[str]:
    """The sentences of known attacks, hidden what they want said."""
    for attack in read_lines(file, _Attack, "file of attacks"):
        if attack.kind not in _DISGUISED:
            yield from frames_of(attack.text, attack.says[0])


def draw(data: Path, attacks: Path, random: Random) -> tuple[list[str], list[str]]:
    """Sentences that order nothing, and sentences that do."""
    texts = list(read_texts(data, random))
    names = sorted({one for text in texts[:20_000] for one in _NAME.findall(text)})
    labels = sorted({one for text in texts[20_000:40_000] for one in _LABEL.findall(text)})
    said = [text for text in texts if len(text) < 90 and text.endswith(".")]
    others = [*texts[:_WHOLE], *(hide_a_part(text, random) for text in texts[:_IN_PART])]
    others += [*draw_reports(_REPORTS, names, random), *draw_labels(_LABELS, labels, random)]
    return others, draw_orders(_ORDERS, said, random) + list(read_attacks(attacks)) * _TIMES


def to_tokens(frames: Sequence[str]) -> Tokens:
    """Int64 [n, 48], 0 behind the last."""
    tokenizer = load_tokenizer((_WEIGHTS / "tokenizer.json").read_bytes())
    tokens = np.zeros((len(frames), MOST_TOKENS), np.int64)
    for row, frame in zip(tokens, frames, strict=True):
        one = read_tokens(tokenizer, frame)
        row[: len(one)] = one
    return tokens


def near_words(words: NDArray[np.float32], used: Tokens) -> Tokens:
    """The eight tokens nearest to each that is used, int64 [words, 8]; itself for others."""
    unit = words / (np.linalg.norm(words, axis=1, keepdims=True) + 1e-6)
    near = np.tile(np.arange(len(words))[:, None], (1, 8))
    for first in range(0, len(used), 1000):
        some = used[first : first + 1000]
        near[some] = used[np.argsort(-(unit[some] @ unit[used].T), axis=1)[:, 1:9]]
    return near


def learn(model: InjectionModel, tokens: Tokens, ordered: NDArray[np.float32], near: Tokens) -> None:
    """Train by AdamW at a rate that rises and falls."""
    random = np.random.default_rng(1)
    learned = [one for one in model.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW(learned, lr=_RATE, weight_decay=0.01)
    steps = _ROUNDS * (len(tokens) // _BATCH)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, _RATE, total_steps=steps)
    model.train()
    for _ in range(_ROUNDS):
        order = random.permutation(len(tokens))
        for first in range(0, len(order) - _BATCH + 1, _BATCH):
            chosen = order[first : first + _BATCH]
            batch = tokens[chosen]
            exchanged = random.random(batch.shape) < _EXCHANGED
            batch = np.where(exchanged, near[batch, random.integers(0, 8, batch.shape)], batch)
            loss = nn.functional.binary_cross_entropy_with_logits(
                model(torch.tensor(batch)), torch.tensor(ordered[chosen])
            )
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            rate.step()


def build(weights: Mapping[str, NDArray[np.float32]]) -> ModelProto:
    """The float32 weights of an ``InjectionModel`` for ONNX Runtime; the words int8 with one scale, the rest float32.

    Input ``input_ids`` int64 [1, tokens], output ``ordering`` float32 [1].
    """
    graph = Graph(weights)
    words = weights["words.weight"]
    step = np.float32(np.abs(words).max() / 127)
    rows = graph.add("Gather", graph.constant("words", np.rint(words / step).astype(np.int8)), "input_ids")
    scaled = graph.add("Mul", graph.add("Cast", rows, to=TensorProto.FLOAT), graph.constant("step", np.array(step)))
    states = graph.add("Transpose", scaled, perm=[0, 2, 1])
    highest = [_highest(graph, f"filters.{number}", states) for number in range(len(_WIDTHS))]
    hidden = graph.add("Relu", _layer(graph, "hidden", graph.add("Concat", *highest, axis=1)))
    odds = _layer(graph, "out", hidden)
    graph.nodes.append(helper.make_node("Squeeze", [odds, graph.constant("last", np.array([1]))], ["ordering"]))
    return finish(graph, "dateline-orders", ["input_ids"], {"ordering": [1]})


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


def main() -> None:
    """Train, write ``injection.onnx`` and print its hash."""
    parser = argparse.ArgumentParser(prog="python -m dateline.eval.training.injection_model", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the sets: squad/, nq/, claims/")
    parser.add_argument("--attacks", type=Path, required=True, help="tests/harness/data/injections.jsonl")
    parser.add_argument("--to", type=Path, required=True, help="folder of the model made")
    options = parser.parse_args()
    torch.manual_seed(0)
    others, orders = draw(options.data, options.attacks, Random(0))
    tokens = to_tokens([*others, *orders])
    ordered = np.concatenate([np.zeros(len(others)), np.ones(len(orders))]).astype(np.float32)
    words = read_words()
    used = np.unique(tokens)
    model = InjectionModel(words)
    learn(model, tokens, ordered, near_words(words, used[used >= 1000]))
    weights = {name: values.detach().numpy() for name, values in model.state_dict().items()}
    content = build(weights).SerializeToString()
    (options.to / "injection.onnx").write_bytes(content)
    sys.stdout.write(
        f"{len(others)} sentences that order nothing, {len(orders)} that do: {hashlib.sha256(content).hexdigest()}\n"
    )


if __name__ == "__main__":
    main()
