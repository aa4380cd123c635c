"""Follow-up questions: conversations, and the stand-alone question that a person made of the last one."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from dateline.eval.datasets.files import read_lines

_TURN = "|user|:"


def _turns(text: str) -> list[str]:
    before, *turns = text.split(_TURN)
    if before.strip() or not turns:
        raise ValueError(f"a turn does not begin with {_TURN!r}: {text[:60]!r}")
    return [turn.strip() for turn in turns]


@dataclass(frozen=True, slots=True, kw_only=True)
class Followup:
    """The questions of a conversation; what was answered is not in the set."""

    asked: Annotated[tuple[str, ...], BeforeValidator(_turns), Field(validation_alias="conversation")]
    rewrite: Annotated[str, BeforeValidator(lambda text: " ".join(_turns(text)))]
    """The last question, understood without the earlier ones."""

    @property
    def question(self) -> str:
        """The last one, as it was asked."""
        return self.asked[-1]

    @property
    def earlier(self) -> tuple[str, ...]:
        """Those before it."""
        return self.asked[:-1]


def read_followups(path: Path) -> list[Followup]:
    """The conversations of a file of JSON lines.

    Raises:
        SetError: there is no such file, or it is not of this form.
    """
    return list(read_lines(path, Followup, "file of follow-up questions"))
