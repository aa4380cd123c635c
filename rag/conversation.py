"""Earlier turns of a conversation: text and nothing else, capped and cleaned before anything is made of it.

Whoever holds the conversation (a page, a script) hands it over with each question, so it may be forged. It carries no
instructions: there are questions and answers, and no third part.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from index.reading.cleaning import clean

MAX_TURNS = 8
"""Turns that are kept, the last ones; what was asked before them is no longer referred to."""
MAX_EARLIER_QUESTION = 1_000
MAX_EARLIER_ANSWER = 4_000
"""Characters that are kept of a turn, the first ones."""
_MAX_MESSAGES = 4 * MAX_TURNS


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """An earlier question of a conversation, and what was answered."""

    question: str
    answer: str = ""


def recent_turns(history: Iterable[object]) -> tuple[Turn, ...]:
    """The last turns, cleaned and cut; what is no turn, or asks nothing, is left out."""
    turns = history if isinstance(history, Sequence) else tuple(history)
    kept = (_cleaned(one) for one in turns[-MAX_TURNS:] if isinstance(one, Turn))
    return tuple(turn for turn in kept if turn.question)


def turns_of(messages: object) -> tuple[Turn, ...]:
    """The turns in the messages of a chat, ``{"role": "user" | "assistant", "content": text}``.

    Messages come from outside: those of other roles and those that are no text are left out, as is a question that
    nothing answered, and all but the last turns.
    """
    if not isinstance(messages, Sequence) or isinstance(messages, str | bytes):
        return ()
    turns: list[Turn] = []
    question = ""
    for role, text in filter(None, map(_message, islice(messages, max(0, len(messages) - _MAX_MESSAGES), None))):
        if role == "user":
            question = text
        elif question:
            turns.append(Turn(question=question, answer=text))
            question = ""
    return recent_turns(turns)


def _message(value: object) -> tuple[str, str] | None:
    if not isinstance(value, Mapping):
        return None
    role, text = value.get("role"), value.get("content")
    return (str(role), text) if role in ("user", "assistant") and isinstance(text, str) else None


def _cleaned(turn: Turn) -> Turn:
    return Turn(question=_cut(turn.question, MAX_EARLIER_QUESTION), answer=_cut(turn.answer, MAX_EARLIER_ANSWER))


def _cut(text: object, characters: int) -> str:
    """As questions are cleaned; what is no text is none."""
    return clean(text[:characters]).text.strip() if isinstance(text, str) else ""
