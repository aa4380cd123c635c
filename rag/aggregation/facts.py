"""One fact that several articles give: the newest value first, what was said earlier behind it, differences told."""

from collections.abc import Sequence
from dataclasses import replace

from dateline.index.types import Passage, date_in_words
from dateline.rag.aggregation.differences import compare, find_rivals, gives_fact
from dateline.rag.aggregation.findings import (
    Finding,
    as_groups,
    by_value,
    exactness,
    findings,
    newest_first,
    says_the_same,
)
from dateline.rag.reader.question import Question
from dateline.rag.types import ALONE, AskedFor, Difference, Reading, Together, Verifier

_VALUES = 3  # that are shown of one fact
_SOURCES = 2  # sentences of each


def combine(
    asked: Question, kind: AskedFor, reading: Reading, passages: Sequence[Passage], verifier: Verifier | None = None
) -> tuple[Reading, Together, tuple[str, ...]]:
    """A reading with other values of the fact beside it, what is said of them, and the notices that this needs.

    Where no other article gives another value, what the reader quotes stays as it is.
    """
    found = findings(reading, passages)
    quoted = found[: len(reading.quotations)]
    if not quoted:
        return reading, ALONE, ()
    best = min(quoted, key=lambda one: one.quotation.behind)
    rivals = find_rivals(asked, best, found, names=kind == "latest")[: _VALUES - 1]
    if not rivals:
        ordered = newest_first(quoted) if kind == "latest" else quoted
        groups = by_value(ordered)
        together = Together(groups=as_groups(groups))
        return _quoting(reading, groups), together, _as_of(groups[0][0]) if kind == "latest" else ()
    groups = [_with_sources(one, [best, *rivals], found, quoted) for one in newest_first([best, *rivals])]
    groups = sorted(groups, key=lambda group: max(one.day for one in group), reverse=True)
    differences = compare(groups, asked, verifier, latest=kind == "latest")
    superseded = {one.older for one in differences if one.kind == "update"}
    together = Together(groups=as_groups(groups, superseded), differences=differences)
    return _quoting(reading, groups), together, notices_of(groups, differences)


def _with_sources(
    one: Finding, values: Sequence[Finding], found: Sequence[Finding], quoted: Sequence[Finding]
) -> list[Finding]:
    """A value with another article that gives it, quoted or near; the more exact of the two is shown."""
    others = [
        other
        for other in found
        if other not in values
        and other.passage.article_id != one.passage.article_id
        and (other in quoted or gives_fact(other, one))
        and says_the_same(one, other)
    ]
    return sorted([one, *others[: _SOURCES - 1]], key=exactness, reverse=True)


def _quoting(reading: Reading, groups: Sequence[Sequence[Finding]]) -> Reading:
    return replace(reading, quotations=tuple(one.quotation for group in groups for one in group))


def _as_of(one: Finding) -> tuple[str, ...]:
    return (f"as of {date_in_words(one.day)}",) if one.day else ()


def notices_of(groups: Sequence[Sequence[Finding]], differences: Sequence[Difference]) -> tuple[str, ...]:
    """What is to be known of values that differ, in words."""
    earlier = [groups[one.older][0] for one in differences if one.newer == 0 and one.kind == "update"]
    told = [f"earlier: {', '.join(_short(one) for one in earlier)}"] if earlier else []
    as_of = _as_of(groups[0][0]) if earlier else ()
    return (*as_of, *told, *(one.why for one in differences if one.kind == "contradiction"))


def _short(one: Finding) -> str:
    return f"{one.said or one.words} ({one.place})"
