"""The reader's model: question and passage in, whether the passage answers and where, out."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from dateline.index.embedding.embedder import shipped_tokenizer
from dateline.index.embedding.onnx import OnnxModel, cores
from dateline.index.splitting.chunks import embedding_text
from dateline.index.types import Metadata, Passage, Span

if TYPE_CHECKING:
    pass

MAX_TOKENS = 384
"""Of a pair. A passage of a library has about 170 with its heading and the question; whole paragraphs are longer."""

_QUESTION_TOKENS = 64  # a longer question is a pasted page; its beginning is read
_CLS, _SEP = 101, 102  # of BERT's uncased vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A question and a passage in tokens."""

    ids: tuple[int, ...]
    passage: int
    """Index of the first token of heading and text: those before are of segment 0, the others of segment 1."""
    text: int
    """Index of the first token of the text."""
    spans: tuple[Span, ...]
    """Of each token of the text in the text. What there was no room for is left out; [SEP] follows the last."""

    def tokens_of(self, answer: Span) -> tuple[int, int] | None:
        """First and last token that hold characters of ``answer``; None where one of the ends was left out."""
        held = [at for at, span in enumerate(self.spans) if span.start < answer.end and answer.start < span.end]
        if not held or self.spans[-1].end < answer.end:
            return None
        return self.text + held[0], self.text + held[-1]


def tokenize_pair(question: str, metadata: Metadata, text: str) -> Pair:
    """A question and a passage of an article with this metadata, as one row of at most ``MAX_TOKENS``."""
    parts = (question, embedding_text(metadata, ""), text)
    asked, heading, read = (shipped_tokenizer().encode(part, add_special_tokens=False) for part in parts)
    before = (_CLS, *asked.ids[:_QUESTION_TOKENS], _SEP)
    room = MAX_TOKENS - len(before) - len(heading.ids) - 1
    return Pair(
        ids=(*before, *heading.ids, *read.ids[:room], _SEP),
        passage=len(before),
        text=len(before) + len(heading.ids),
        spans=tuple(Span(start, end) for start, end in read.offsets[:room]),
    )


_MODEL_SHA256 = "a562b41879eff4ee95344d32df31efc6a03aa2e5d5264c79322bd44afeda6928"
_LONGEST_ANSWER = 30  # tokens

Logits = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Marks:
    """What the model says of one passage."""

    answerable: float
    """Logit that the passage answers the question."""
    first: Logits
    """float32 [tokens]: log-odds that the answer begins at this token of the passage, a distribution over them."""
    last: Logits
    """float32 [tokens]: that it ends there."""
    tokens: tuple[Span, ...]
    """Where each token stands in the article; what the model had no room for is left out."""

    def best_in(self, sentence: Span) -> tuple[Span, float] | None:
        """The likeliest answer within a sentence and its log-probability; None where no token of it was read."""
        start, end = np.searchsorted([token.start for token in self.tokens], (sentence.start, sentence.end))
        if start == end:
            return None
        sums = self.first[start:end, np.newaxis] + self.last[np.newaxis, start:end]
        sums[_impossible(end - start)] = -np.inf
        first, last = np.unravel_index(int(np.argmax(sums)), sums.shape)
        span = Span(self.tokens[start + int(first)].start, self.tokens[start + int(last)].end)
        return span, float(sums[first, last])


def _impossible(tokens: int) -> NDArray[np.bool_]:
    """True where a span from row to column would end before it begins, or be too long."""
    lengths = np.arange(tokens)[np.newaxis] - np.arange(tokens)[:, np.newaxis] + 1
    return (lengths < 1) | (lengths > _LONGEST_ANSWER)


class PassageMarker(Protocol):
    """Reads a question with each of some passages."""

    id: str
    """Name and hash of the weights."""

    def mark(self, question: str, passages: Sequence[Passage]) -> list[Marks]:
        """What it says of each passage, in their order."""


class CrossEncoder:
    """The model that ships in ``rag/reader/weights``, int8; loaded and checked by hash when first used.

    Each pair is a run of its own on one core, as for the embedder, and the longest come first.
    """

    def __init__(self, weights: Traversable | None = None, sha256: str = _MODEL_SHA256) -> None:
        """Prepare to load ``model.onnx`` of this hash from the folder ``weights``; else the one shipped."""
        self.id = f"cross-encoder-int8@{sha256[:12]}"
        self._model = OnnxModel((weights or files("dateline.rag.reader") / "weights") / "model.onnx", sha256)

    def mark(self, question: str, passages: Sequence[Passage]) -> list[Marks]:
        """What it says of each passage, in their order."""
        pairs = [tokenize_pair(question, passage.metadata, passage.text) for passage in passages]
        order = sorted(range(len(pairs)), key=lambda at: -len(pairs[at].ids))
        with ThreadPoolExecutor(cores()) as pool:
            found = dict(zip(order, pool.map(self._run, (pairs[at] for at in order)), strict=True))
        return [marks_of(pairs[at], passages[at], *found[at]) for at in range(len(pairs))]

    def _run(self, pair: Pair) -> tuple[Logits, Logits, float]:
        segments = np.zeros((1, len(pair.ids)), np.int64)
        segments[0, pair.passage :] = 1
        inputs = {"input_ids": np.array([pair.ids], np.int64), "segments": segments}
        first, last, answerable = self._model.run(["first", "last", "answerable"], inputs)
        return first[0], last[0], float(answerable[0])


def marks_of(pair: Pair, passage: Passage, first: Logits, last: Logits, answerable: float) -> Marks:
    """The logits of a pair, float32 [tokens] each, as marks of its passage."""
    text = slice(pair.text, pair.text + len(pair.spans))
    moved = tuple(Span(span.start + passage.start, span.end + passage.start) for span in pair.spans)
    return Marks(answerable=answerable, first=log_shares(first[text]), last=log_shares(last[text]), tokens=moved)


def log_shares(logits: Logits) -> Logits:
    """Logits as the logarithms of shares that sum to 1."""
    if not len(logits):
        return logits
    moved: Logits = logits - logits.max()
    return np.asarray(moved - np.log(np.exp(moved).sum()), np.float32)
