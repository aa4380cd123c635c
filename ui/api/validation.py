"""Validates the arguments of endpoints: any value may stand in the place of any of them."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from dateline.index.errors import ArgumentError, shown
from dateline.index.reading.cleaning import one_line
from dateline.index.types import Filter

MAX_WORDS = 200
"""Characters of a source or of what articles are looked up by."""
MAX_CHECKED = 20_000
"""Characters of a text that is checked while someone waits for the answer of a request."""
ARTICLE_ID = "[0-9a-f]{6,16}"
"""The id of an article, or the beginning of one."""


def check_names(endpoint: str, takes: Mapping[str, bool], given: Collection[str]) -> None:
    """Whether an endpoint is given arguments that it takes, and those that it needs; the values it checks itself.

    Args:
        endpoint: its name.
        takes: its arguments, with whether it needs them.
        given: the names of those that were handed over.

    Raises:
        ArgumentError: there is no such argument, or one is missing.
    """
    unknown = [name for name in given if name not in takes]
    missing = [name for name, needed in takes.items() if needed and name not in given]
    if unknown or missing:
        wrong = f"has no argument {shown(unknown[0])}" if unknown else f"lacks {missing[0]!r}"
        raise ArgumentError(f"{endpoint} {wrong}; it takes {', '.join(takes)}")


def read_filter(since: Any, until: Any, source: object) -> Filter | None:
    """Which articles are left; None where that is all of them, an empty text counts as nothing.

    Raises:
        ArgumentError: ``since`` or ``until`` is no day, ``since`` is the later, or ``source`` is no short text.
    """
    first, last = (None if day == "" else day for day in (since, until))
    return Filter(since=first, until=last, source=read_words("source", source) or None) or None


def read_words(name: str, value: object) -> str:
    """A short text on one line, cleaned as questions are; empty where nothing is given.

    Raises:
        ArgumentError: it is no text, or too long.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ArgumentError(f"{name} is {shown(value)}; give words, or nothing")
    if len(value) > MAX_WORDS:
        raise ArgumentError(f"{name} has {len(value)} characters; give at most {MAX_WORDS}")
    return one_line(value)


def read_text(name: str, value: object) -> str:
    """A text of several lines, as it came.

    Raises:
        ArgumentError: it is no text, or too long.
    """
    if not isinstance(value, str):
        raise ArgumentError(f"{name} is {shown(value)}; give words")
    if len(value) > MAX_CHECKED:
        raise ArgumentError(f"{name} has {len(value)} characters; give at most {MAX_CHECKED}, or use 'dateline check'")
    return value


def read_integer(name: str, value: object, allowed: range) -> int:
    """A whole number; JSON does not tell 10 from 10.0.

    Raises:
        ArgumentError: it is none, or not among those allowed.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value not in allowed:
        raise ArgumentError(f"{name} is {shown(value)}; give a whole number from {allowed.start} to {allowed.stop - 1}")
    return value


def read_article_id(value: object) -> str:
    """The id of an article, or the beginning of one.

    Raises:
        ArgumentError: it is none.
    """
    if isinstance(value, str) and re.fullmatch(ARTICLE_ID, value):
        return value
    raise ArgumentError(f"article_id is {shown(value)}; give the 16 hex digits that a citation names")
