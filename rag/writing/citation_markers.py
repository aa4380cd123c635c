"""Citation markers: a sentence as a chat model writes it in, its words and the numbers it cites out.

Models are asked for ``[3]`` and write whatever they were trained on: ``[3, 4]``, ``[3-5]``, ``【3†source】``, ``(3)``,
``[Sentence 3]``, ``[^3]``, ``³``, ``<sup>3</sup>``, before or behind the full stop. What is in brackets is taken apart
word by word, so that ``(2024)``, ``(3 people)`` and ``[sic]`` stay where they are, and time is bounded whatever comes.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_LONGEST = 120
"""Characters between the brackets of a marker; what is longer is text."""
_BRACKETS = {"[": "]", "【": "】", "［": "］", "(": ")", "（": "）", "{": "}"}
_ROUND = "(（{"
_SUP, _END_SUP = "<sup>", "</sup>"
_LABELS = frozenset(
    """citation citations cite cites doc docs document documents footnote footnotes passage passages quotation
    quotations quote quotes ref reference references refs s sent sentence sentences source sources src""".split()
)
_FILLERS = frozenset("and cf number numbers see to through".split())
_YEARS = range(1000, 3000)
_PIECE = re.compile(r"(?P<word>[A-Za-z]+)|(?P<number>[0-9]+)|(?P<dash>[-‐-―−]|\.\.)|(?P<rest>.)", re.DOTALL)
_BETWEEN = frozenset(" \t,;&/+:.#№^_[]【】［］'\"")
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_RAISED = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹](?:[⁻,˒ ]?[⁰¹²³⁴⁵⁶⁷⁸⁹]){0,40}")
_CARET = re.compile(r"\^([0-9]{1,6})(?![0-9\w])")
_LINK = re.compile(r"\([^()\s]{0,200}\)")
_OPENER = re.compile(r"[\[【［(（{<^⁰¹²³⁴⁵⁶⁷⁸⁹]")
_UNIT = re.compile(r"(?:^|[^\w])(?:[kcmd]?m|ft|mi|in|yd)$")
_JOINING = re.compile(r"\s*(?:[,;&]|and\b)?\s*")
_STOPS = ".!?…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A sentence without its markers, and what they cite."""

    text: str
    numbers: tuple[int, ...]
    """From 1 to the count of sentences given, in the order in which they are first cited, each once."""
    unknown: int
    """How many numbers were cited that nothing was given for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marker:
    start: int
    end: int
    ranges: tuple[tuple[int, int], ...]
    """Numbers cited, both ends included; a single number is a range of one."""


def read_markers(text: str, known: int) -> Marked:
    """The sentence without its markers, and the numbers that they cite.

    Args:
        text: one sentence, with the markers that stand in it or right behind it.
        known: how many sentences were given to be cited, numbered from 1.
    """
    markers = list(_find(text, known))
    if not markers:
        return Marked(text=text, numbers=(), unknown=0)
    ranges = [one for marker in markers for one in marker.ranges]
    inside = (range(max(1, first), min(known, last) + 1) for first, last in ranges)
    numbers = tuple(dict.fromkeys(number for one in inside for number in one))
    return Marked(text=_without(text, markers), numbers=numbers, unknown=_distinct(ranges) - len(numbers))


# Finding


def _find(text: str, known: int) -> Iterator[_Marker]:
    at = 0
    while opener := _OPENER.search(text, at):
        marker = _marker_at(text, opener.start(), known)
        if marker:
            yield marker
        at = marker.end if marker else opener.end()


def _marker_at(text: str, at: int, known: int) -> _Marker | None:
    if text[at] in _BRACKETS:
        return _bracketed(text, at, known)
    if text[at] == "<":
        return _in_tags(text, at)
    if text[at] == "^":
        return _caret(text, at)
    return _raised(text, at, known)


def _bracketed(text: str, at: int, known: int) -> _Marker | None:
    close = _closing(text, at)
    content = _ranges(text[at + 1 : close]) if close else None
    if close is None or content is None:
        return None
    ranges, labelled = content
    if text[at] in _ROUND and not labelled and not _cites(text, at, close + 1, ranges, known):
        return None
    if not labelled and all(first == last and first in _YEARS and first > known for first, last in ranges):
        return None  # an editor's year: in [2024]
    link = _LINK.match(text, close + 1) if text[at] not in _ROUND else None
    if link and _ranges(link.group()[1:-1]) is not None:
        link = None  # [3](4): two markers
    start = at - 1 if text[at - 1 : at] == "^" else at
    return _Marker(start=start, end=link.end() if link else close + 1, ranges=ranges)


def _closing(text: str, at: int) -> int | None:
    """Where the bracket that opens at ``at`` is closed; None where that is far off, or in another line."""
    opening, closing, depth = text[at], _BRACKETS[text[at]], 0
    last = text.rfind(closing, at, at + _LONGEST)
    for place in range(at, last + 1):
        if text[place] == "\n":
            return None
        depth += (text[place] == opening) - (text[place] == closing)
        if depth == 0:
            return place
    return None


def _cites(text: str, start: int, end: int, ranges: Iterable[tuple[int, int]], known: int) -> bool:
    """Whether bare numbers in round brackets are a marker.

    "(12)" may be a marker, an age, a score or a number of something. It is taken for a marker where every number was
    given, punctuation, another marker or the end comes next, and no name comes before it, as before an age:
    "Arvo Lysander (12), who". At the end of a sentence ages are rare and markers are not: there it may follow a name.
    """
    before, behind = text[max(0, start - _LONGEST) : start].rstrip(), text[end : end + _LONGEST].lstrip()
    if not before or not all(first >= 1 and last <= known for first, last in ranges):
        return False  # "(1) ..." numbers a list
    if not behind.strip(_STOPS + "\"'”’*_)]"):
        return True
    word = before.rpartition(" ")[2]
    return behind[0] in ".,;:[(【" and not word[:1].isupper()


def _ranges(content: str) -> tuple[tuple[tuple[int, int], ...], bool] | None:
    """The numbers that the inside of brackets names, and whether it calls them sentences or the like.

    None where it holds anything else.
    """
    ranges: list[tuple[int, int]] = []
    labelled = dashed = False
    for piece in _PIECE.finditer(content.partition("†")[0]):
        kind, token = piece.lastgroup, piece.group()
        if kind == "number":
            if len(token) > 6:
                return None
            number = int(token)
            first = ranges.pop()[0] if dashed and ranges else number
            ranges.append((min(first, number), max(first, number)))
            dashed = False
        elif kind == "word" and token.lower() in _LABELS | _FILLERS:
            labelled |= token.lower() in _LABELS
            dashed |= token.lower() in ("to", "through")
        elif kind == "dash" and ranges:
            dashed = True
        elif token not in _BETWEEN:
            return None
    labelled |= "^" in content or "[" in content
    return (tuple(ranges), labelled) if ranges and not _is_decimal(content) else None


def _is_decimal(content: str) -> bool:
    """Whether it holds a number such as 7.4, 10:30 or 24/7, or a thousand: no list of markers is written so."""
    return re.search(r"[0-9][.:/][0-9]|[0-9],[0-9]{3}(?![0-9])", content) is not None


def _in_tags(text: str, at: int) -> _Marker | None:
    end = text.find(_END_SUP, at, at + _LONGEST)
    if not text.startswith(_SUP, at) or end < 0:
        return None
    content = _ranges(text[at + len(_SUP) : end])
    return _Marker(start=at, end=end + len(_END_SUP), ranges=content[0]) if content else None


def _caret(text: str, at: int) -> _Marker | None:
    found = _CARET.match(text, at)
    if not found or text[at - 1 : at].isdigit():  # 10^6
        return None
    number = int(found.group(1))
    return _Marker(start=at, end=found.end(), ranges=((number, number),))


def _raised(text: str, at: int, known: int) -> _Marker | None:
    found = _RAISED.match(text, at)
    content = _ranges(found.group().translate(_SUPERSCRIPT).replace("˒", ",")) if found else None
    if not found or not content:
        return None
    before, behind = text[max(0, at - 8) : at], text[found.end() : found.end() + 1]
    if found.group() in "²³" and _UNIT.search(before):  # 40 m³
        return None
    if before[-1:].isdigit() and (behind.isalnum() or not all(last <= known for _, last in content[0])):  # 10⁶
        return None
    return _Marker(start=at, end=found.end(), ranges=content[0])


# Taking out


def _without(text: str, markers: list[_Marker]) -> str:
    """The text without some markers, and without the space and commas that they leave behind."""
    kept, at = "", 0
    for number, marker in enumerate(markers):
        start, end = _emphasised(text, marker.start, marker.end)
        gap = text[at : max(at, start)]
        if number == 0 or not _JOINING.fullmatch(gap):
            kept = _joined(kept, gap)
        at = max(at, end)
    return _joined(kept, text[at:]).strip()


def _emphasised(text: str, start: int, end: int) -> tuple[int, int]:
    """A marker with the signs around it that make it bold or code."""
    while start and end < len(text) and text[start - 1] == text[end] and text[end] in "*_`":
        start, end = start - 1, end + 1
    return start, end


def _joined(kept: str, piece: str) -> str:
    if not kept:
        return piece
    if not piece.strip():
        return kept
    bare = piece.lstrip()
    if bare[0] in ".,;:!?…)”’\"'":
        kept = kept.rstrip()
        if kept[-1:] in _STOPS and bare[0] in ".,;":
            bare = bare[1:]  # "It sank. [3]." has two ends
        return kept + bare
    return kept.rstrip() + (" " if kept[-1:].isspace() or piece[0].isspace() else "") + bare


def _distinct(ranges: Iterable[tuple[int, int]]) -> int:
    """How many numbers some ranges hold, without counting through them."""
    count, reached = 0, -1
    for first, last in sorted(ranges):
        count += max(0, last - max(first, reached + 1) + 1)
        reached = max(reached, last)
    return count
