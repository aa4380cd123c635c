"""Claims: source texts, sentences about them, and whether a person found them supported.

FEVER (Thorne et al. 2018), VitaminC (Schuster et al. 2021), Fool Me Twice (Eisenschlos et al. 2021) and the label
flips of SNLI (Kaushik et al. 2020) have one form, which also tells what is contradicted from what is not said.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from dateline.eval.datasets.files import part_by_hash, read_lines


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


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedClaim:
    """A text and a claim that it supports, contradicts or says nothing of."""

    text: str
    claim: str
    supported: bool | None
    """None where the text does not say."""
    title: str | None = None
    case: str = ""
    """Claims and texts of one case differ in little (VitaminC)."""
    entity_in_text: bool = True
    """Whether the text speaks of what the claim is about: where not, it says nothing of it too plainly (FEVER)."""

    @property
    def tenth(self) -> int:
        """Of the cases: 0 is judged by, thresholds are chosen on 1, and neither is trained on."""
        return part_by_hash(self.case, 10)


def read_judged_claims(path: Path) -> list[JudgedClaim]:
    """The claims of a file of JSON lines; errors as of ``read_claims``."""
    return list(read_lines(path, JudgedClaim, "file of judged claims"))
