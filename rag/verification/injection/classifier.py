"""Whether what stands around a claim's words in its quote, and beside it, is an order.

Lists of words know the orders that someone thought of. Here a small model that has learned what orders and what reports
look like reads a sentence in which the claim's words are hidden, and the sentences before and behind it.
``rag/verification/injection/weights/README.md`` says how it was made.
"""

import math
import re
from collections.abc import Iterable
from difflib import Match, SequenceMatcher
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from dateline.index.embedding.embedder import shipped_tokenizer
from dateline.index.embedding.onnx import OnnxModel
from dateline.index.splitting.sentences import split_sentences
from dateline.index.types import Span
from dateline.rag.parsing.parsed_text import ParsedText, parse
from dateline.rag.parsing.tokens import read_words

if TYPE_CHECKING:
    from dateline.index.embedding.onnx import Tokenizer

HIDDEN = "[MASK]"
"""What the model reads for a claim's words, a token of its own."""

MOST_TOKENS = 48
_HIDDEN_TOKEN = 103
_SHA256 = "60da43f9e8969d986b15ab0f9dadf0b6557b0af6ed3d7c70a4cca548dd8a291f"
_LEAST, _LEAST_BESIDE = 2.5, 4.5  # log-odds of the quote itself and of a sentence beside it
_LEAST_OF_REPORTS = 3.5  # of a quote that reads like one: behind "that", "said", or a label of up to three words
_REPORT = re.compile(
    rf"\b(?:that|said|says)\W*{re.escape(HIDDEN)}|\A\W*\w[\w'’-]*(?: [\w'’-]+){{0,2}}:\W*{re.escape(HIDDEN)}"
)
_CAPTION = re.compile(r"(?:hide caption )?\b\d+ of \d+ \w+\s*:", re.ASCII | re.IGNORECASE)
"""A label that web pages leave behind; it says nothing."""
_SENTENCE_END = re.compile(r"[.!?:][\s\"”’)]*\Z")
_BESIDE = 300  # characters before and behind a quote in which a sentence is looked for
_FEWEST = 3  # words of a claim in a row that are a part of it
_MOST_OWN = 2  # words of a text between two that it shares with a claim
_MODEL = OnnxModel(files("dateline.rag.verification.injection") / "weights" / "injection.onnx", _SHA256)


def is_framed(quote: ParsedText, claim: ParsedText, paragraph: str) -> bool:
    """Whether what a claim leaves out of its quote, or a sentence beside it, orders something to be said.

    Args:
        quote: a sentence of an article.
        claim: what is to rest on it.
        paragraph: where the quote stands.
    """
    frame = _CAPTION.sub("", hide(quote.text, claim.text))
    if _ordering(frame) > (_LEAST_OF_REPORTS if _REPORT.search(frame) else _LEAST):
        return True
    beside = (hide(text, claim.text) for text in sentences_beside(quote.text, paragraph))
    return any(_ordering(text) > _LEAST_BESIDE for text in beside if _SENTENCE_END.search(text))


def hide(text: str, claim: str) -> str:
    """The text with the words that it shares with a claim hidden, where those in a row are two thirds of the claim.

    In a row are also those between which the text has a word or two of its own: the claim says that otherwise.
    """
    words, own = parse(text).words, [word.lower for word in parse(claim).words]
    matcher = SequenceMatcher(None, [word.lower for word in words], own, autojunk=False)
    first, end, shared = _longest_run(matcher.get_matching_blocks()[:-1])
    if shared < min(len(own), _FEWEST) or shared * 3 < len(own) * 2 or not shared:
        return text
    return f"{text[: words[first].start]}{HIDDEN}{text[words[end - 1].end :]}"


def _longest_run(blocks: Iterable[Match]) -> tuple[int, int, int]:
    """The first word, the one behind the last, and how many between them are shared."""
    runs = [(0, 0, 0)]
    for block in blocks:
        first, end, shared = runs[-1]
        if not shared or block.a - end > _MOST_OWN:
            first, shared = block.a, 0
        runs.append((first, block.a + block.size, shared + block.size))
    return max(runs, key=lambda run: run[2])


@lru_cache(maxsize=2048)
def _ordering(frame: str) -> float:
    """Log-odds that a sentence tells someone what to say; one of which nothing is left tells nothing."""
    if not read_words(frame.replace(HIDDEN, "")):
        return -math.inf
    tokens = np.array([read_tokens(shipped_tokenizer(), frame)], np.int64)
    return float(_MODEL.run(["ordering"], {"input_ids": tokens})[0][0])


def read_tokens(tokenizer: "Tokenizer", frame: str) -> list[int]:
    """The tokens of a sentence, those around what is hidden where there are too many."""
    tokens: list[int] = tokenizer.encode(frame).ids
    hidden = tokens.index(_HIDDEN_TOKEN) if _HIDDEN_TOKEN in tokens else 0
    first = max(0, min(hidden - MOST_TOKENS * 2 // 3, len(tokens) - MOST_TOKENS))
    return tokens[first : first + MOST_TOKENS]


def sentences_beside(quote: str, paragraph: str) -> tuple[str, str]:
    """The sentences before and behind a quote; empty where there are none."""
    at = paragraph.find(quote)
    if at < 0:
        return "", ""
    before = paragraph[max(0, at - _BESIDE) : at]
    behind = paragraph[at + len(quote) : at + len(quote) + _BESIDE]
    return (read_sentences(before) or ("",))[-1], (read_sentences(behind) or ("",))[0]


def read_sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, in order."""
    return tuple(text[one.start : one.end] for one in split_sentences(text, Span(0, len(text))))
