"""Chunks: an article in, runs of whole sentences out, each small enough for the embedder to read all of it.

Budget, overlap and heading were chosen by ``eval/benchmarks/chunking.py``: 228 news articles with 105 questions (right
article first, of the quiz's own source and of those that hold the answer) and the beginnings of five long texts with
119 questions (share of the answering characters in the first 1,500 returned); by words and vectors fused.

    tokens  overlap  heading      chunks/MB  source first  answer first  span recall
        64     0     title             4423         0.762         0.845        0.771
        96     0     title             2739         0.781         0.869        0.803
       128     0     title             1982         0.743         0.869        0.800
       160     0     title             1561         0.743         0.857        0.746
       200     0     title             1244         0.771         0.821        0.752
       128     1     title             2509         0.724         0.821        0.805
       128     0     title, date       1982         0.743         0.845        0.800
       128     0     none              1982         0.752         0.845        0.800

96 tokens find as much as 128, or four questions of 105 more, for 38 % more vectors. The title gives vectors alone
0.705 instead of 0.667; the date gave nothing on questions that name no day, and is kept for those that do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import accumulate

from dateline.index.splitting.sentences import split_sentences
from dateline.index.types import Article, Chunk, Embedder, Metadata, Span

BUDGET = 128
"""Tokens of a chunk at most, in the embedder's own counting, without the heading."""

OVERLAP = 0
"""Sentences of a chunk that begin the next one as well."""

CHUNKER_ID = f"1 nupunkt-{version('nupunkt')} budget-{BUDGET} overlap-{OVERLAP}"
"""Recorded in a library: other spans or other headings come with another id."""

_LEAST_BUDGET = 32  # however long the heading
_SPECIAL_TOKENS = 2  # of a text: [CLS] and [SEP]
_CHARACTERS_A_TOKEN = 8  # English has 4 to 5; WordPiece makes one token of any word of more than 100 characters
_TITLE_CHARACTERS = 200  # a title longer than this is no title


def embedding_text(metadata: Metadata, text: str) -> str:
    """What is embedded for the text of a chunk: the title and the date of its article before it."""
    heading = _heading(metadata)
    return f"{heading}\n{text}" if heading else text


def _heading(metadata: Metadata) -> str:
    title = (metadata.title or "")[:_TITLE_CHARACTERS]
    return "\n".join(part for part in (title, metadata.published and metadata.published[:10]) if part)


def split_article(
    article: Article, embedder: Embedder, budget: int = BUDGET, overlap: int = OVERLAP
) -> tuple[Chunk, ...]:
    """Chunks of an article, in order, that cover all of its body but the white space.

    None crosses a gap in the body. None has more tokens than ``budget``, nor than the embedder has room for behind
    the heading, as far as the heading leaves room at all. ``budget`` and ``overlap`` are for measuring: a library is
    made with those that ``CHUNKER_ID`` names.
    """
    parts = [split_sentences(article.text, span) for span in article.body]
    texts = [_heading(article.metadata), *(sentence.of(article.text) for part in parts for sentence in part)]
    tokens = iter(embedder.count_tokens(texts))
    budget = min(budget, max(embedder.max_tokens - _SPECIAL_TOKENS - next(tokens), _LEAST_BUDGET))
    chunks: list[Chunk] = []
    for part in parts:
        fitting = _cut_to_fit(article.text, [_Sized(span, next(tokens)) for span in part], embedder, budget)
        for first, last in _runs(fitting, budget, overlap):
            spans = tuple(one.span for one in fitting[first:last])
            chunks.append(Chunk(start=spans[0].start, end=spans[-1].end, sentences=spans))
    return tuple(chunks)


@dataclass(frozen=True, slots=True)
class _Sized:
    span: Span
    tokens: int


def _cut_to_fit(text: str, sentences: list[_Sized], embedder: Embedder, budget: int) -> list[_Sized]:
    """The sentences, with those that no chunk has room for halved, at white space if there is some, until they fit."""
    while any(_oversized(one, budget) for one in sentences):
        spans = [
            piece
            for one in sentences
            for piece in (_halves(text, one.span) if _oversized(one, budget) else (one.span,))
        ]
        counts = embedder.count_tokens([span.of(text) for span in spans])
        sentences = [_Sized(span, count) for span, count in zip(spans, counts, strict=True)]
    return sentences


def _halves(text: str, span: Span) -> tuple[Span, Span]:
    """A span cut at the white space nearest to its middle, or there if it has none."""
    middle = (span.start + span.end) // 2
    spaces = (at for at in range(span.start, span.end) if text[at].isspace())
    at = min(spaces, key=lambda space: abs(space - middle), default=middle)
    left, right = text[span.start : at].rstrip(), text[at : span.end].lstrip()
    return Span(span.start, span.start + len(left)), Span(span.end - len(right), span.end)


def _oversized(one: _Sized, budget: int) -> bool:
    return one.tokens > budget and len(one.span) > 1


def _runs(sentences: Sequence[_Sized], budget: int, overlap: int) -> Iterator[tuple[int, int]]:
    """First and last index, exclusive, of each chunk's sentences: as many as fit, the overlap as far as it fits."""
    before = list(accumulate((one.tokens for one in sentences), initial=0))

    def fit(first: int, last: int) -> bool:
        characters = sentences[last - 1].span.end - sentences[first].span.start
        return before[last] - before[first] <= budget and characters <= budget * _CHARACTERS_A_TOKEN

    first = last = 0
    while last < len(sentences):
        last += 1
        while first < last - 1 and not fit(first, last):
            first += 1
        while last < len(sentences) and fit(first, last + 1):
            last += 1
        yield first, last
        first = max(last - overlap, first + 1)
