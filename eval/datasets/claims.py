"""Claims: source texts, sentences about them, and whether a person found them supported."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from dateline.eval.datasets.files import read_lines


@dataclass(frozen=True, slots=True)
class ClaimPair:
    """A text and what is claimed of it."""

    source: str
    """The set that it comes from."""
    premise: str
    hypothesis: str
    supported: bool

    @property
    def is_held_out(self) -> bool:
        """Whether it is of the fifth that nothing is fitted on; all pairs of a text are on one side."""
        return hashlib.sha256(self.premise.encode()).digest()[0] % 5 == 0


def read_claims(path: Path) -> list[ClaimPair]:
    """The pairs of a file of JSON lines.

    Raises:
        SetError: there is no such file, or it is not of this form.
    """
    return list(read_lines(path, ClaimPair, "file of claims"))
