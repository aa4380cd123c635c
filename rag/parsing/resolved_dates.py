"""The days that a sentence speaks of: dates, weekdays and relative expressions, seen from the day of publication.

"On Wednesday" is the last or the next one by its verb, "the following day" counts from the day named before. What the
words leave open is resolved as not certain, or not at all.
"""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from dateline.index.types import Span
from dateline.rag.parsing.date_context import DateContext, Found, ResolvedDate
from dateline.rag.parsing.date_mentions import resolve_mention
from dateline.rag.parsing.dates import Mention, read_dates
from dateline.rag.parsing.relative_dates import resolve_expression
from dateline.rag.parsing.time_expressions import TimeExpression, read_time_expressions

_LONGEST = 4_000  # characters that are looked at: four sentences of the longest


def resolve_dates(text: str, published: date | None, before: str = "") -> tuple[ResolvedDate, ...]:
    """The days that a sentence speaks of, in order; what can't be told is left out.

    Args:
        text: a sentence of an article, or several in a row.
        published: the day of publication; without it only what names its year is resolved.
        before: the sentence before, from which "the following day" may count.
    """
    anchors = _resolve(before[-_LONGEST:], published, ()) if before else ()
    return _resolve(text[:_LONGEST], published, anchors)


def published_day(published: str | None) -> date | None:
    """The day of an article's ``published``; None where it is unknown."""
    try:
        return date.fromisoformat((published or "")[:10])
    except ValueError:  # unknown
        return None


def _resolve(text: str, published: date | None, before: Sequence[ResolvedDate]) -> tuple[ResolvedDate, ...]:
    context = DateContext(text, published, before)
    for one in _expressions(text):
        if context.found and one.span.start < context.found[-1].span.end:
            continue  # a part of the one before: "Monday of last week"
        try:
            found, span = _found(one, context)
        except (ValueError, OverflowError):  # a day that there is not, or before the year 1
            continue
        if found:
            days, certain = found
            told = isinstance(one, Mention) and one.year is not None
            resolved = ResolvedDate(
                span=span, text=span.of(text), first=days.first, last=days.last, certain=certain, told=told,
                said=context.is_said(span),
            )  # fmt: skip
            context.found.append(resolved)
    return tuple(context.found)


def _found(one: Mention | TimeExpression, context: DateContext) -> tuple[Found, Span]:
    return (
        (resolve_expression(one, context), one.span)
        if isinstance(one, TimeExpression)
        else resolve_mention(one, context)
    )


def _expressions(text: str) -> list[Mention | TimeExpression]:
    """In order; a date within an expression, or a weekday that stands before its date, is no other."""
    own = read_time_expressions(text)
    dates = [
        one
        for one in read_dates(text)
        if one.minute is None
        and all(one.span.end <= other.span.start or other.span.end <= one.span.start for other in own)
    ]
    dated = [one for one, following in pairwise(dates) if _is_one_with(one, following, text)]
    both: list[Mention | TimeExpression] = [*own, *(one for one in dates if one not in dated)]
    return sorted(both, key=lambda one: one.span)


def _is_one_with(weekday: Mention, day: Mention, text: str) -> bool:
    between = text[weekday.span.end : day.span.start]
    return weekday.weekday is not None and bool(day.day) and between in (" ", ", ", " the ", ", the ")
