"""Follow-up questions: conversations, and the stand-alone question that a person made of the last one."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from dateline.eval.datasets.files import read_lines
from dateline.eval.errors import SetError

_TURN = "|user|:"
_WHAT = "file of follow-up questions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Followup:
    """The questions of a conversation; what was answered is not in the set."""

    earlier: tuple[str, ...]
    question: str
    """The last one, as it was asked."""
    rewrite: str
    """The same, understood without the earlier ones."""


@dataclass(frozen=True, slots=True)
class _Row:
    conversation: str
    rewrite: str


_ROW = TypeAdapter(_Row)


def read_followups(path: Path) -> list[Followup]:
    """The conversations of a file of JSON lines.

    Raises:
        SetError: there is no such file, or it is not of this form.
    """
    return [_followup(path, row) for row in read_lines(path, _ROW, _WHAT)]


def _followup(path: Path, row: _Row) -> Followup:
    *earlier, question = _turns(row.conversation) or [""]
    rewrite = _turns(row.rewrite)
    if not question or len(rewrite) != 1:
        raise SetError(f"{str(path)!r} is no {_WHAT}: a turn does not begin with {_TURN!r}: {row.rewrite[:60]!r}")
    return Followup(earlier=tuple(earlier), question=question, rewrite=rewrite[0])


def _turns(text: str) -> list[str]:
    before, *turns = text.split(_TURN)
    return [] if before.strip() else [turn.strip() for turn in turns]
