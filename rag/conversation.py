"""Earlier turns of a conversation: text and nothing else, capped and cleaned before anything is made of it.

Whoever holds the conversation (a page, a script) hands it over with each question, so it may be forged. It carries no
instructions: there are questions and answers, and no third part.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dateline.index.reading.cleaning import clean

MAX_TURNS = 8
"""Turns that are kept, the last ones; what was asked before them is no longer referred to."""
MAX_EARLIER_QUESTION = 1_000
MAX_EARLIER_ANSWER = 4_000
"""Characters that are kept of a turn, the first ones."""


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


def _cleaned(turn: Turn) -> Turn:
    return Turn(question=_cut(turn.question, MAX_EARLIER_QUESTION), answer=_cut(turn.answer, MAX_EARLIER_ANSWER))


def _cut(text: object, characters: int) -> str:
    """As questions are cleaned; what is no text is none."""
    return clean(text[:characters]).text.strip() if isinstance(text, str) else ""
