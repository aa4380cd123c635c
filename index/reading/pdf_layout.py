"""The lines of a PDF's pages put together again: without what stands around the text, words and paragraphs whole."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from dateline.index.reading.dates import read_date

_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "Ĳ": "IJ", "ĳ": "ij"}
)
# A footnote's mark is raised, so that it comes as a line; what follows it goes on behind the space after it.
_MARK = re.compile(r"(?<=[^\W\d][.,;:!?”’\")]|[^\W\d]{2}|\d[.,;])\n\d{1,3}\n[ \t]+(?=\S)")
_EDGE_LINES = 4
_PRINTED = re.compile(  # what browsers print above and below a page
    r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4},? \d{1,2}:\d{2}(?::\d{2})?(?: [AP]M)?(?: .*)?|(?:https?|file)://\S+ \d+/\d+"
)
_NUMBER = re.compile(r"\d{1,3}")
_NUMBERED = re.compile(r"(\d{1,3})[ \t]+(?=\S)")
_LEAST_NUMBERED, _NUMBERED_SHARE = 5, 0.3  # of a page's lines: then its gutter has numbers
_SENTENCE_END = re.compile(r"[.!?:…][\"'”’)\]]*$")
_FULL_LINE = 0.75  # of the usual width; a shorter line ends its paragraph if it ends a sentence
_ORNAMENT = re.compile(r"[#*–—-]{3}|-30-|###")
_HYPHEN = re.compile(r"([^\W\d_][\w’'-]*)-$")
_JOINED_END = re.compile(r"(?:\d[-–]|https?:/{0,2}|(?:https?://|www\.)\S*[/.?=&_-])$")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_COMPOUNDING = frozenset(
    "two three four five six seven eight nine twenty thirty forty fifty sixty seventy eighty ninety well vice self "
    "half long short full part north south east west first second third fourth fifth left right deep wide".split()
)
_ENDING = re.compile(
    r"(?:age|ings?|ness\w*|ments?|able|ably|tions?|less\w*|ful\w*|wards?|ships?|ly|ens?|ened|ening|est|ers?)\b"
)


def spelt_out(text: str) -> str:
    """A page's text with its ligatures as letters, and without footnotes' marks that stand on lines of their own."""
    return _MARK.sub(" ", text.translate(_LIGATURES))


def body_lines(pages: list[list[str]]) -> list[str]:
    """The lines of all pages, without running heads and feet, page numbers, and numbers in the gutter."""
    pages = [_without_gutter([line for line in page if line]) if _has_gutter(page) else page for page in pages]
    bare = [[line for line in page if line] for page in pages]
    edges = Counter(edge for page in bare for edge in {*map(_pattern, page[:_EDGE_LINES] + page[-_EDGE_LINES:])})
    repeated = {edge for edge, count in edges.items() if count > max(2, len(pages) / 2)}
    if len(pages) > 1:
        repeated.add("#")  # a number alone is the page's
    lines: list[str] = []
    for page in pages:
        outside = _edge(page, repeated) | _edge(page, repeated, last=True)
        lines += [line for number, line in enumerate(page) if number not in outside]
    return lines


def _edge(page: list[str], repeated: set[str], *, last: bool = False) -> set[int]:
    """The places of the lines at the top or the bottom that other pages have too, or that a browser printed there."""
    content = [number for number, line in enumerate(page) if line]
    edge: set[int] = set()
    for number in (content[::-1] if last else content)[:_EDGE_LINES]:
        pattern = _pattern(page[number])
        if pattern not in repeated and not _PRINTED.fullmatch(page[number]):
            break
        edge.add(number)
    return edge


def _pattern(line: str) -> str:
    return re.sub(r"\d+", "#", line)


# Numbers in the gutter, as transcripts and bills have them


def _has_gutter(page: list[str]) -> bool:
    return len(_gutter([line for line in page if line])) >= _LEAST_NUMBERED


def _gutter(lines: list[str]) -> set[int]:
    """The places of the lines that are, or begin with, the next number of a count; none where they are few."""
    for pattern in (_NUMBER.fullmatch, _NUMBERED.match):
        places = [(place, int(found[found.re.groups])) for place, line in enumerate(lines) if (found := pattern(line))]
        run: list[int] = []
        expected = None
        for place, number in places:
            if expected is None or number == expected:
                run.append(place)
                expected = number + 1
        if len(run) >= _LEAST_NUMBERED and len(run) >= _NUMBERED_SHARE * len(lines):
            return set(run)
    return set()


def _without_gutter(lines: list[str]) -> list[str]:
    gutter = _gutter(lines)
    kept = (_NUMBERED.sub("", line, count=1) if number in gutter else line for number, line in enumerate(lines))
    return [line for number, line in enumerate(kept) if not (number in gutter and _NUMBER.fullmatch(line))]


# Paragraphs


def paragraphs(lines: Iterable[str]) -> Iterator[str]:
    """Lines joined to paragraphs, words that were hyphenated at the end of a line put together again."""
    lines = list(lines)
    widths = sorted(len(line) for line in lines if line)
    full = _FULL_LINE * widths[int(0.9 * (len(widths) - 1))] if widths else 0
    words = Counter(_whole_words(lines))
    parts: list[str] = []
    last = ""
    for line in lines:
        if parts and (not line or _ends_paragraph(last, line, full)):
            yield "".join(parts)
            parts = []
        if parts:
            _join(parts, line, words)
        if line:
            parts.append(line)
        last = line
    if parts:
        yield "".join(parts)


def _whole_words(lines: list[str]) -> Iterator[str]:
    """The words that no end of a line cuts, in lower case."""
    cut = False
    for line in lines:
        words = line.lower().split()
        broken = bool(words) and words[-1].endswith("-")
        for word in words[cut : len(words) - broken]:
            yield from _WORD.findall(word)
        cut = broken


def _join(parts: list[str], line: str, words: Counter[str]) -> None:
    """Put what belongs between the last line and the next one."""
    last = parts[-1]
    hyphen = _HYPHEN.search(last)
    if _JOINED_END.search(last) and (line[:1].isdigit() or "http" in last or "www." in last):
        return
    if hyphen and line[:1].islower():
        following = _WORD.match(line)
        if following and not _is_compound(hyphen[1].lower(), following.group().lower(), words):
            parts[-1] = last[:-1]
    elif not (hyphen and line[:1].isupper() and hyphen[1][:1].isupper()):  # "Franco-" and "Prussian"
        parts.append(" ")


def _is_compound(first: str, second: str, words: Counter[str]) -> bool:
    """Whether a hyphen at the end of a line is one of the word: as the rest of the text has it, else by its parts."""
    whole, compound = words[first + second], words[f"{first}-{second}"]
    if whole or compound:
        return compound > whole
    if "-" in first:
        return True
    if first in _COMPOUNDING:
        return len(second) > 3 and not _ENDING.fullmatch(second)
    return len(first) > 2 and len(second) > 2 and bool(words[first] and words[second])


def _ends_paragraph(line: str, following: str, full: float) -> bool:
    if _ORNAMENT.match(following):
        return True
    if len(line) >= full or following[:1].islower():
        return False
    if line.isupper() or read_date(line) or read_date(following):
        return True
    return bool(_SENTENCE_END.search(line)) or following[:1].isupper()
