"""Two columns of a PDF page that are drawn row by row, a line of the one, then a line of the other: read one by one."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

_SAME_LINE = 3.0  # points of height between two lines of one row
_SAME_START = 2.0
_APART = 100.0  # points from the start of a column to that of the next
_LEAST_ROWS = 5  # with both columns
_ROWS_SHARE = 0.5  # of the lines of the right column that come straight after one of the left
_LINE_LENGTH, _LOWER_SHARE = 16, 0.3  # of a line of prose; of lines that go on with a small letter: else it is a table
_PARAGRAPH_GAP = 1.4  # times the usual distance of lines


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a page's text in the order in which it is drawn, and where it begins, in points."""

    text: str
    x: float
    y: float


def by_columns(pieces: Sequence[Piece]) -> str | None:
    """The text of a page whose two columns are drawn row by row, a column after the other; None where it has none."""
    lines = [one for one in pieces if one.text.strip()]
    starts = _starts(lines)
    if starts is None:
        return None
    left, right = starts
    drawn = [number for number, one in enumerate(lines) if _is_row(lines, number, left, right)]
    columns = [[one for one in lines if abs(one.x - start) <= _SAME_START] for start in starts]
    in_rows = len(drawn) >= max(_LEAST_ROWS, _ROWS_SHARE * len(columns[1]))
    if not in_rows or not all(map(_is_prose, columns)):
        return None
    first, last = drawn[0], drawn[-1] + 2  # and what still follows in one of the columns
    while last < len(lines) and any(abs(lines[last].x - start) <= _SAME_START for start in starts):
        last += 1
    inside = lines[first:last]
    parts = [[one for one in inside if (one.x < right - _SAME_START) is is_left] for is_left in (True, False)]
    texts = [_text(lines[:first]), *("\n".join(_lines(part)) for part in parts), _text(lines[last:])]
    return "\n".join(text for text in texts if text)


def _starts(lines: Sequence[Piece]) -> tuple[float, float] | None:
    """Where the two columns begin, by where most lines do."""
    counts = Counter(round(one.x) for one in lines)
    common = sorted(start for start, count in counts.most_common(2) if count >= _LEAST_ROWS)
    if len(common) < 2 or common[1] - common[0] < _APART:
        return None
    return float(common[0]), float(common[1])


def _is_row(lines: Sequence[Piece], number: int, left: float, right: float) -> bool:
    """Whether a line of the left column is followed by the one of the right column beside it."""
    if number + 1 == len(lines):
        return False
    one, other = lines[number], lines[number + 1]
    beside = abs(one.x - left) <= _SAME_START and abs(other.x - right) <= _SAME_START
    return beside and abs(one.y - other.y) <= _SAME_LINE


def _is_prose(column: Sequence[Piece]) -> bool:
    texts = [one.text.strip() for one in column]
    long = sum(map(len, texts)) >= _LINE_LENGTH * len(texts)
    return long and sum(text[:1].islower() for text in texts) >= _LOWER_SHARE * len(texts)


def _lines(column: Sequence[Piece]) -> Iterator[str]:
    """The lines of a column, an empty one where there is more room between two than usual."""
    gaps = sorted(one.y - other.y for one, other in pairwise(column))
    usual = gaps[len(gaps) // 2] if gaps else 0.0
    for number, one in enumerate(column):
        if number and usual > 0 and column[number - 1].y - one.y > _PARAGRAPH_GAP * usual:
            yield ""
        yield one.text.strip("\n")


def _text(lines: Sequence[Piece]) -> str:
    return "".join(one.text for one in lines).strip("\n")
