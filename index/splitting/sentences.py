"""Sentences: text and a span of it in, the spans of its sentences out.

nupunkt finds the sentence ends inside a paragraph; this module decides what a paragraph is, puts closing quotes with
what they close, and keeps time and memory bounded whatever the text.

A blank line always ends a paragraph. A single newline does too, for news is mostly written one paragraph a line,
unless the text is wrapped at a fixed width: there it is a space, except after a line too short to have been wrapped.

nupunkt's own ``sentence_spans`` knows blank lines as well, but takes 20 s for 20,000 of them in a row, and nupunkt
itself 35 s for 100,000 times ``."``: so it is handed single paragraphs, and no more than 2,000 characters at once.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from dateline.index.types import Span

if TYPE_CHECKING:
    from nupunkt import PunktSentenceTokenizer

MAX_CHARACTERS = 1000
"""No sentence is longer: what is, is cut. In 242,000 sentences of news one was (the 99.9th percentile is 420)."""

_WINDOW = 2 * MAX_CHARACTERS  # what nupunkt reads at once; its worst inputs take time with the square of this
_WIDEST_WRAP = 120  # columns; paragraphs written on one line are longer, but for lists, verse and headings
_FULL_LINE = 0.75  # of the width: a line that could hold the next word with so much to spare was not wrapped

_LINE = re.compile(r"\S(?:[^\n]*\S)?")
_CLOSING = re.compile(r"[”»)\]][”’»)\]'\"]*[.,;:!?…*]*")
_CLOSING_IF_TOUCHING = re.compile(r"[”’»)\]'\"]+[.,;:!?…*]*")

# nupunkt's model was trained on law. Missing from it are abbreviations of news; in it are ordinary words that end
# sentences there. Both as counted in 26 MB of news: 280 sentences wrongly cut, about 1,000 ends not seen.
_ABBREVIATIONS = ("lt", "pct", "reps")
_ORDINARY_WORDS = (
    "acres alike app bail bank bed black bond book bus call can cancer car century coal code cold crazy day found free "
    "hall hand hard holidays human idaho ill iowa lab lead life low luck month park parade reports rest row scandal "
    "series sick sleep so south stake stars stock story sun talent tax utah walk wall wave week west will win woes "
    "woods works york"
).split()


def split_sentences(text: str, within: Span) -> tuple[Span, ...]:
    """The sentences of ``text`` in ``within``: ascending, disjoint, none empty, none with white space around it.

    Every character of ``within`` that is not white space is in one of them, and none is longer than
    ``MAX_CHARACTERS``. Takes time and memory proportional to the text.
    """
    return tuple(
        piece
        for paragraph in _paragraphs(text, within)
        for sentence in _closed(text, _ends(text, paragraph))
        for piece in _pieces(text, sentence)
    )


def _paragraphs(text: str, within: Span) -> Iterator[Span]:
    lines = [Span(*match.span()) for match in _LINE.finditer(text, within.start, within.end)]
    if not lines:
        return
    width = _wrapped_at(text, lines)
    start = lines[0].start
    for line, following in pairwise(lines):
        if width is None or not _goes_on(text, line, following, width):
            yield Span(start, line.end)
            start = following.start
    yield Span(start, lines[-1].end)


def _wrapped_at(text: str, lines: Sequence[Span]) -> int | None:
    """The width in columns that a text was wrapped at; None for one that is written a paragraph a line.

    Wrapped lines are short, most of them full, and many go on in lower case. Of 484 pairs of paragraphs of news
    wrapped at 60 to 80 columns, 99 % are known by this, and 0.4 % of 4,940 lists taken for wrapped: 1.2 % without the
    full lines.
    Of 2,870 whole articles written a paragraph a line, none is.
    """
    lengths = sorted(map(len, lines))
    width = lengths[9 * len(lengths) // 10]
    if width > _WIDEST_WRAP:
        return None
    breaks = [(line, after) for line, after in pairwise(lines) if _adjoin(text, line, after)]
    lower_case = sum(text[after.start].islower() for _, after in breaks)
    full = sum(_is_full(text, line, after, width) for line, after in breaks)
    return width if 5 * lower_case > len(breaks) and 2 * full > len(breaks) else None


def _goes_on(text: str, line: Span, following: Span, width: int) -> bool:
    """Whether a paragraph of wrapped text goes on from one line to the next."""
    return _adjoin(text, line, following) and (
        text[following.start].islower() or _is_full(text, line, following, width)
    )


def _is_full(text: str, line: Span, following: Span, width: int) -> bool:
    word = len(text[following.start : min(following.end, following.start + width)].split(maxsplit=1)[0])
    return len(line) + 1 + word > _FULL_LINE * width


def _adjoin(text: str, line: Span, following: Span) -> bool:
    return text.count("\n", line.end, following.start) == 1


def _ends(text: str, paragraph: Span) -> Iterator[Span]:
    """The sentences of a paragraph as nupunkt sees them, read through a window that moves on by whole sentences."""
    start = paragraph.start
    while start < paragraph.end:
        stop = min(start + _WINDOW, paragraph.end)
        line = text[start:stop].replace("\n", " ")  # nupunkt takes "8." at the beginning of a line for a list's number
        ends = [start + end for _, end in _punkt().span_tokenize(line)]
        if stop < paragraph.end:  # the last sentence may go on behind the window
            ends = ends[:-1] or [_last_space(text, start, stop)]
        for end in ends:
            start = _skip_space(text, start, end)
            if start < end:
                yield _trimmed(text, start, end)
            start = end
        start = _skip_space(text, start, paragraph.end)


@cache
def _punkt() -> "PunktSentenceTokenizer":
    from nupunkt.models import load_default_model  # a fresh one: nupunkt.load shares its model with every caller

    punkt = load_default_model()
    punkt.add_abbreviations(list(_ABBREVIATIONS))
    for word in _ORDINARY_WORDS:
        punkt.remove_abbreviation(word)
    return punkt


def _closed(text: str, sentences: Iterable[Span]) -> Iterator[Span]:
    """The sentences with closing quotes and brackets moved back to what they close: nupunkt leaves some behind.

    Where the words behind the quote go on in lower case (``“Why?’” she said``), both are one sentence.
    """
    last: Span | None = None
    for sentence in sentences:
        if last is None:
            last = sentence
            continue
        pattern = _CLOSING_IF_TOUCHING if last.end == sentence.start else _CLOSING
        closing = pattern.match(text, sentence.start, sentence.end)
        if closing is None:
            yield last
            last = sentence
            continue
        start = _skip_space(text, closing.end(), sentence.end)
        if start == sentence.end or text[start].islower():
            last = Span(last.start, sentence.end)
        else:
            yield Span(last.start, closing.end())
            last = Span(start, sentence.end)
    if last is not None:
        yield last


def _pieces(text: str, sentence: Span) -> Iterator[Span]:
    """A sentence, or where it is too long what it's cut into, at white space where there is some."""
    start = sentence.start
    while sentence.end - start > MAX_CHARACTERS:
        stop = _last_space(text, start, start + MAX_CHARACTERS)
        yield _trimmed(text, start, stop)
        start = _skip_space(text, stop, sentence.end)
    yield Span(start, sentence.end)


def _last_space(text: str, start: int, stop: int) -> int:
    """The last white space after ``start`` and up to ``stop``; ``stop`` where there is none."""
    return next((at for at in range(stop, start, -1) if text[at].isspace()), stop)


def _skip_space(text: str, start: int, stop: int) -> int:
    return next((at for at in range(start, stop) if not text[at].isspace()), stop)


def _trimmed(text: str, start: int, end: int) -> Span:
    while text[end - 1].isspace():
        end -= 1
    return Span(start, end)
