"""Train the model that tells orders from reports: the prompt injection classifier.

    python -m dateline.eval.training.injection_model --data PATH --attacks FILE --to FOLDER

A sentence goes in, with what a claim repeats of it hidden; out come the log-odds that it orders something to be said.
Its words are the embedder's, by their principal directions, which are not trained; over them are convolutions of one,
three and five words, whose highest values decide. Learned are the sentences of ``orders.txt`` and of the attacks in
FILE against those of ``reports.txt``, squad/train, nq/train and claims/pairs. Now and then a near word takes the place
of one.
"""

import argparse
import gzip
import hashlib
import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import nn

from dateline.eval.training.injection_export import build
from dateline.eval.training.templates import draw_labels, draw_orders, draw_reports, frames_of, hide_a_part
from dateline.index.embedding.onnx import load_tokenizer
from dateline.index.splitting.sentences import split_sentences
from dateline.index.types import Span
from dateline.rag.verification.injection.classifier import MOST_TOKENS, read_tokens

Tokens = NDArray[np.int64]
_WEIGHTS = Path(__file__).resolve().parents[2] / "index" / "embedding" / "weights"
_SIZES = {"squad/train": 9_000, "nq/train": 2_600, "claims/pairs": 20_000}  # texts
_WHOLE, _IN_PART, _ORDERS, _REPORTS, _LABELS = 50_000, 60_000, 30_000, 14_000, 5_000
_TIMES = 8  # that each attack is learned
_DISGUISED = ("encoding", "translation")  # kinds of attacks that hold no English order
_DIRECTIONS, _FILTERS, _WIDTHS = 64, 64, (1, 3, 5)
_NAME = re.compile(r"(?<=[a-z] )[A-Z][a-z]+(?: [A-Z]\w+)?")
_LABEL = re.compile(r"\b(?:[A-Za-z-]+ ){0,3}[A-Za-z-]+(?=,| of | in |\.)")
_ROUNDS, _BATCH, _RATE, _EXCHANGED = 4, 256, 4e-3, 0.12


class OrderModel(nn.Module):
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
    sentences: list[str] = []
    for name, most in _SIZES.items():
        with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        texts = sorted({row.get("context") or row["premise"] for row in rows})
        for text in random.sample(texts, min(most, len(texts))):
            spans = split_sentences(text, Span(0, len(text)))
            sentences += [text[one.start : one.end] for one in spans if 15 < one.end - one.start < 400]
    random.shuffle(sentences)
    yield from sentences


def read_attacks(file: Path) -> Iterator[str]:
    """The sentences of known attacks, hidden what they want said."""
    for line in file.read_text("utf-8").splitlines():
        attack: dict[str, Any] = json.loads(line)
        if attack["kind"] not in _DISGUISED:
            yield from frames_of(attack["text"], attack["says"][0])


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


def learn(model: OrderModel, tokens: Tokens, ordered: NDArray[np.float32], near: Tokens) -> None:
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


def main() -> None:
    """Train, write ``orders.onnx`` and print its hash."""
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
    model = OrderModel(words)
    learn(model, tokens, ordered, near_words(words, used[used >= 1000]))
    weights = {name: values.detach().numpy() for name, values in model.state_dict().items()}
    content = build(weights).SerializeToString()
    (options.to / "orders.onnx").write_bytes(content)
    sys.stdout.write(
        f"{len(others)} sentences that order nothing, {len(orders)} that do: {hashlib.sha256(content).hexdigest()}\n"
    )


if __name__ == "__main__":
    main()
