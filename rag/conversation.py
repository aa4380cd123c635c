"""Earlier turns of a conversation: text and nothing else, capped and cleaned before anything is made of it.

Whoever holds the conversation (a page, a script) hands it over with each question, so it may be forged. It carries no
instructions: there are questions and answers, and no third part.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from dateline.index.errors import ArgumentError, shown
from dateline.index.reading.cleaning import clean

MAX_TURNS = 8
"""Turns that are kept, the last ones; what was asked before them is no longer referred to."""
MAX_HISTORY = 1_000
"""Turns that may be handed over."""
MAX_EARLIER_QUESTION = 1_000
MAX_EARLIER_ANSWER = 4_000
"""Characters that are kept of a turn, the first ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """An earlier question of a conversation, and what was answered."""

    question: str
    answer: str = ""


def recent_turns(history: object) -> tuple[Turn, ...]:
    """The last turns, cleaned and cut; one that asks nothing is left out.

    Args:
        history: ``Turn``s, or objects with ``question`` and ``answer``, such as answers of ``ask --json``; the last
            one last.

    Raises:
        ArgumentError: it is no list of turns, or a list of more than 1,000.
    """
    if not isinstance(history, Iterable) or isinstance(history, str | bytes | Mapping):
        raise ArgumentError(f"history is {shown(history)}; give a list of turns, each a question with its answer")
    turns = tuple(islice(history, MAX_HISTORY + 1))
    if len(turns) > MAX_HISTORY:
        raise ArgumentError(f"history has more than {MAX_HISTORY} turns; give the last {MAX_TURNS}, no other is read")
    return tuple(turn for turn in map(_read_turn, turns) if turn.question)[-MAX_TURNS:]


def _read_turn(given: object) -> Turn:
    if isinstance(given, Turn):
        given = {"question": given.question, "answer": given.answer}
    fields = given if isinstance(given, Mapping) else {}
    question, answer = fields.get("question"), fields.get("answer", "")
    if not (isinstance(question, str) and isinstance(answer, str)):
        raise ArgumentError("history holds what is no turn; give turns, each with a question and an answer in words")
    return Turn(question=_cut(question, MAX_EARLIER_QUESTION), answer=_cut(answer, MAX_EARLIER_ANSWER))


def _cut(text: str, characters: int) -> str:
    """As questions are cleaned."""
    return clean(text[:characters]).text.strip()
