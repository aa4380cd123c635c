"""The conversation as the browser stores it, and its validation when it comes back.

What a browser hands over may be forged: what does not hold together is left out, and only the last exchanges are taken.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from dateline.index.types import Passage, date_in_words, is_article_id, is_hex
from dateline.rag.conversation import Turn
from dateline.rag.types import Answer, Certainty, Citation, Claim, Difference, Group, LibraryState

MAX_EXCHANGES = 40
"""Exchanges that are kept, the last ones."""
_LONGEST = 200_000  # bytes of an exchange as JSON
_MOST_PASSAGES = 60

State = Literal["writing", "done", "stopped", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One question of a conversation, and what came of it."""

    id: str
    """Eight hex digits: its place on the page."""
    question: str
    only: str = ""
    """Which articles it was put to, in words; empty where that was all of them."""
    state: State = "done"
    answer: Answer | None = None
    """What is answered so far; None before the first sentence, or where it failed."""
    failure: str | None = None
    """In one line, why it failed."""


_EXCHANGE = TypeAdapter(Exchange)


def new_exchange(question: str, only: str = "") -> Exchange:
    """A question that is being answered."""
    return Exchange(id=secrets.token_hex(4), question=question, only=only, state="writing")


def with_answer(exchange: Exchange, answer: Answer) -> Exchange:
    """The exchange with its answer, without what the page does not show."""
    return replace(exchange, state="done", answer=_slim(answer))


def with_claims(
    exchange: Exchange, claims: Sequence[Claim], citations: Sequence[Citation], certainty: Certainty
) -> Exchange:
    """The exchange with the sentences of an answer that is still being written."""
    answer = Answer(
        question=exchange.question, stand_alone=exchange.question, text=" ".join(claim.text for claim in claims),
        short_answer=None, certainty=certainty, reason=None, claims=tuple(claims), citations=tuple(citations),
        nearest=(), confidence=0.0, supported_share=None, passages=(), model="",
        library=LibraryState(path="", articles=0, chunks=0), timings_ms={},
    )  # fmt: skip
    return replace(exchange, answer=_slim(answer))


def dump_exchanges(exchanges: Sequence[Exchange]) -> list[dict[str, Any]]:
    """What the browser keeps: JSON values."""
    return [dump_exchange(exchange) for exchange in exchanges]


def dump_exchange(exchange: Exchange) -> dict[str, Any]:
    """One exchange as JSON values."""
    fields: dict[str, Any] = _EXCHANGE.dump_python(exchange, mode="json")
    return fields


def read_exchanges(value: object, most: int = MAX_EXCHANGES) -> tuple[Exchange, ...]:
    """What ``dump_exchanges`` gave, from outside; an exchange that was under way is one that was stopped.

    Args:
        value: anything.
        most: how many are taken, the last ones.
    """
    if not isinstance(value, list):
        return ()
    return tuple(one for one in map(_read, value[-most:]) if one)


def parse_exchanges(text: object) -> tuple[Exchange, ...]:
    """The exchanges of a conversation that a browser hands over as JSON; none where it is no such thing."""
    try:
        return read_exchanges(json.loads(text)) if isinstance(text, str) else ()
    except (ValueError, RecursionError):
        return ()


def turns_of_exchanges(exchanges: Sequence[Exchange]) -> tuple[Turn, ...]:
    """What was said before, for understanding the next question."""
    answers = (one.answer for one in exchanges if one.answer and one.state != "failed")
    return tuple(Turn(question=one.stand_alone, answer=one.text) for one in answers)


def _slim(answer: Answer) -> Answer:
    passages = tuple(map(_placed, answer.passages[:_MOST_PASSAGES]))
    return replace(answer, citations=_known(answer.citations), nearest=_known(answer.nearest), passages=passages)


def _placed(passage: Passage) -> Passage:
    """Where a passage stands and how it was found, without its words: the articles hold these."""
    known = replace(passage.metadata, url=None, tags=(), extra={})
    return replace(passage, metadata=known, text="", sentences=(), copies=(), head="")


def _known(citations: Sequence[Citation]) -> tuple[Citation, ...]:
    return tuple(replace(one, metadata=replace(one.metadata, tags=(), extra={})) for one in citations)


def _read(value: object) -> Exchange | None:
    try:
        exchange = _EXCHANGE.validate_python(value)
        size = len(_EXCHANGE.dump_json(exchange))
    except (ValidationError, PydanticSerializationError, RecursionError):  # the second: half of a surrogate pair
        return None
    if size > _LONGEST or not _holds_together(exchange):
        return None
    return replace(exchange, state="stopped") if exchange.state == "writing" else exchange


def _holds_together(exchange: Exchange) -> bool:
    """Whether every number means a citation, and every span stands where it says."""
    if not is_hex(exchange.id, 8):
        return False
    answer = exchange.answer
    if answer is None:
        return True
    count = len(answer.citations)
    return (
        all(0 <= at < count for claim in answer.claims for at in claim.citations)
        and all(0 <= at < count for group in answer.together.groups for at in group.citations)
        and all(0 <= at < len(answer.together.groups) for one in answer.together.differences for at in _ends(one))
        and all(map(_has_day, answer.together.groups))
        and all(map(_is_sound, (*answer.citations, *answer.nearest)))
        and len(answer.passages) <= _MOST_PASSAGES
        and all(map(_is_placed, answer.passages))
    )


def _ends(difference: Difference) -> tuple[int, int]:
    return difference.newer, difference.older


def _has_day(group: Group) -> bool:
    try:
        date_in_words(group.day)
    except ValueError:
        return False
    return True


def _is_placed(passage: Passage) -> bool:
    wordless = not (passage.text or passage.sentences or passage.copies or passage.head)
    return wordless and 0 <= passage.start < passage.end and _is_known(passage)


def are_sound(citations: Sequence[Citation]) -> bool:
    """Whether the words of each fit its span, and its article has an id and, if any, a day."""
    return all(map(_is_sound, citations))


def _is_sound(citation: Citation) -> bool:
    within = citation.answer is None or citation.start <= citation.answer.start < citation.answer.end <= citation.end
    is_placed = len(citation.quote) == citation.end - citation.start > 0
    days = all(
        citation.start <= one.span.start < one.span.end <= citation.end
        and citation.quote[one.span.start - citation.start : one.span.end - citation.start] == one.text
        and one.first <= one.last
        for one in citation.days
    )
    return within and is_placed and days and _is_known(citation)


def _is_known(place: Citation | Passage) -> bool:
    try:
        date_in_words(place.metadata.published)
    except ValueError:
        return False
    return is_article_id(place.article_id)
