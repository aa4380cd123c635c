"""What is handed to an endpoint: it comes from strangers, and any value may stand in the place of any argument."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from dateline.index.reading.cleaning import one_line
from dateline.index.types import Filter
from dateline.rag.conversation import MAX_TURNS, Turn
from dateline.ui.errors import ArgumentError

MAX_WORDS = 200
"""Characters of a source or of what articles are looked up by."""
MAX_HISTORY = 1_000
"""Turns that may be handed over; the last ones are read."""
ARTICLE_ID = "[0-9a-f]{6,16}"
"""The id of an article, or the beginning of one."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHOWN = 40  # characters of a wrong value


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
        wrong = f"has no argument {_shown(unknown[0])}" if unknown else f"lacks {missing[0]!r}"
        raise ArgumentError(f"{endpoint} {wrong}; it takes {', '.join(takes)}")


def read_filter(since: object, until: object, source: object) -> Filter | None:
    """Which articles are left; None where that is all of them.

    Raises:
        ArgumentError: ``since`` or ``until`` is no day, or ``source`` is no short text.
    """
    only = Filter(
        since=_read_day("since", since), until=_read_day("until", until), source=read_words("source", source) or None
    )
    return only or None


def read_words(name: str, value: object) -> str:
    """A short text on one line, cleaned as questions are; empty where nothing is given.

    Raises:
        ArgumentError: it is no text, or too long.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ArgumentError(f"{name} is {_shown(value)}; give words, or nothing")
    if len(value) > MAX_WORDS:
        raise ArgumentError(f"{name} has {len(value)} characters; give at most {MAX_WORDS}")
    return one_line(value)


def _read_day(name: str, value: object) -> date | None:
    if value is None or value == "":
        return None
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:  # 2024-02-30
        pass
    raise ArgumentError(f"{name} is {_shown(value)}; give a day like '2024-09-08', or nothing")


def read_whole_number(name: str, value: object, allowed: range) -> int:
    """A whole number; JSON does not tell 10 from 10.0.

    Raises:
        ArgumentError: it is none, or not among those allowed.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value not in allowed:
        raise ArgumentError(
            f"{name} is {_shown(value)}; give a whole number from {allowed.start} to {allowed.stop - 1}"
        )
    return value


def read_article_id(value: object) -> str:
    """The id of an article, or the beginning of one.

    Raises:
        ArgumentError: it is none.
    """
    if isinstance(value, str) and re.fullmatch(ARTICLE_ID, value):
        return value
    raise ArgumentError(f"article_id is {_shown(value)}; give the 16 hex digits that a citation names")


def read_turns(value: object) -> tuple[Turn, ...]:
    """Earlier turns, the last one last; answers of ``ask`` may be handed back as they came.

    Raises:
        ArgumentError: it is no list of questions with their answers.
    """
    if value is None:
        return ()
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        raise ArgumentError(f"history is {_shown(value)}; give a list of {{'question': TEXT, 'answer': TEXT}}")
    if len(value) > MAX_HISTORY:
        raise ArgumentError(f"history has {len(value)} turns; give the last {MAX_TURNS}, no earlier one is read")
    return tuple(map(_read_turn, value))


def _read_turn(value: object) -> Turn:
    if isinstance(value, Mapping):
        question, answer = value.get("question"), value.get("answer", "")
        if isinstance(question, str) and isinstance(answer, str):
            return Turn(question=question, answer=answer)
    raise ArgumentError("history holds what is no turn; give a list of {'question': TEXT, 'answer': TEXT}")


def _shown(value: object) -> str:
    """A wrong value as it may be repeated in a line: never whole where it may be large."""
    if isinstance(value, str):
        shown = repr(value[:_SHOWN])
        return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…'"
    if value is None or isinstance(value, float) or (isinstance(value, int) and value.bit_length() < _SHOWN):
        return repr(value)
    return f"of type {type(value).__name__!r}"
