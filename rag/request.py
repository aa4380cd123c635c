"""What is asked, checked: a question in words, and a request with all its parts."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, cast, get_args

from dateline.index.errors import ArgumentError, shown
from dateline.index.reading.cleaning import clean
from dateline.index.types import Filter
from dateline.rag.conversation import recent_turns
from dateline.rag.errors import QuestionError
from dateline.rag.types import AskedFor, Request

MAX_QUESTION = 4_000
"""Characters of a question; a longer one is refused."""

_FIELDS = ("question", "only", "history", "asked_for")


def check_question(text: object) -> str:
    """The question, cleaned as articles are; what is no question is refused before any model sees it.

    Raises:
        QuestionError: it is no text, holds no word, or too many characters.
    """
    if not isinstance(text, str):  # a page or a script may hand over anything
        raise QuestionError(f"the question is no text but {type(text).__name__!r}; ask in words")
    if len(text) > MAX_QUESTION:  # before it is cleaned: megabytes would take seconds
        raise QuestionError(f"the question has {len(text)} characters; ask in at most {MAX_QUESTION}")
    question = clean(text).text.strip()
    if not any(unicodedata.category(character)[0] in "LN" for character in question):
        raise QuestionError("the question holds no word; ask something like 'when do coalition troops leave Iraq?'")
    return question


def read_request(given: object) -> Request:
    """A request, from a question or an object with the names of its fields; every part is checked.

    Raises:
        QuestionError: the question is no text, empty or too long.
        ArgumentError: there is a field of another name, or one is of another type.
    """
    if isinstance(given, Request):
        given = {name: getattr(given, name) for name in _FIELDS}
    fields = given if isinstance(given, Mapping) else {"question": given}
    _check_fields("a request", fields, _FIELDS)
    only = fields.get("only")
    if isinstance(only, Mapping):
        _check_fields("a filter", only, ("since", "until", "source"))
        only = Filter(**only)
    if not isinstance(only, Filter | None):
        raise ArgumentError(f"only is {shown(only)}; give a Filter, or nothing")
    history = fields.get("history")
    return Request(
        question=check_question(fields.get("question")),
        only=only or None,
        history=() if history is None else recent_turns(history),
        asked_for=check_asked_for(fields.get("asked_for")),
    )


def check_asked_for(given: object) -> AskedFor | None:
    """What kind of answer a question is said to ask for; None where that is left to its words.

    Raises:
        ArgumentError: there is no such kind.
    """
    if given is None or given in get_args(AskedFor):
        return cast("AskedFor | None", given)
    raise ArgumentError(f"asked_for is {shown(given)}; there are {', '.join(get_args(AskedFor))}, or give nothing")


def _check_fields(what: str, fields: Mapping[Any, Any], names: Sequence[str]) -> None:
    unknown = [name for name in fields if name not in names]
    if unknown:
        raise ArgumentError(f"{what} has no {shown(unknown[0])}; it has {', '.join(names)}")
