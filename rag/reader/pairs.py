"""A question and a passage as the reader's model reads them: tokens in, and for every token of the text its span.

``[CLS] question [SEP] heading text [SEP]``, the heading as the embedder sees it: title and day. Training and use both
come through here, so that a model never reads at use what it has not seen in training.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from dateline.index.embedding.embedder import TOKENIZER_SHA256
from dateline.index.embedding.onnx import load_tokenizer, read_weights
from dateline.index.splitting.chunks import embedding_text
from dateline.index.types import Metadata, Span

if TYPE_CHECKING:
    from dateline.index.embedding.onnx import Tokenizer

MAX_TOKENS = 384
"""Of a pair. A passage of a library has about 170 with its heading and the question; whole paragraphs are longer."""

_QUESTION_TOKENS = 64  # a longer question is a pasted page; its beginning is read
_CLS, _SEP = 101, 102  # of BERT's uncased vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The tokens of one text and where each stands in it."""

    ids: tuple[int, ...]
    spans: tuple[Span, ...]


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

    def span_of(self, first: int, last: int) -> Span:
        """The span in the text from one token to another."""
        return Span(self.spans[first - self.text].start, self.spans[last - self.text].end)


class PairTokenizer:
    """The embedder's tokenizer, for pairs."""

    def __init__(self) -> None:
        self._tokenizer = _load()

    def tokens(self, text: str) -> Tokens:
        """A text in tokens, without the special ones."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        return Tokens(ids=tuple(encoding.ids), spans=tuple(Span(start, end) for start, end in encoding.offsets))

    def words(self, ids: Sequence[int]) -> str:
        """Tokens as words again, in lower case."""
        words: str = self._tokenizer.decode(list(ids))
        return words

    def pair(self, question: str, metadata: Metadata, text: str) -> Pair:
        """A question and a passage of an article with this metadata."""
        heading = embedding_text(metadata, "")
        return join(self.tokens(question).ids, self.tokens(heading).ids, self.tokens(text))


@cache
def _load() -> "Tokenizer":
    return load_tokenizer(
        read_weights(files("dateline.index.embedding") / "weights" / "tokenizer.json", TOKENIZER_SHA256)
    )


def join(question: Sequence[int], heading: Sequence[int], text: Tokens) -> Pair:
    """Question, heading and text as one row of at most ``MAX_TOKENS``."""
    before = (_CLS, *question[:_QUESTION_TOKENS], _SEP)
    room = MAX_TOKENS - len(before) - len(heading) - 1
    return Pair(
        ids=(*before, *heading, *text.ids[:room], _SEP),
        passage=len(before),
        text=len(before) + len(heading),
        spans=text.spans[:room],
    )
