"""What can go wrong in an evaluation; the tree is drawn in ``index/errors.py``."""

from collections.abc import Sequence

from dateline.index.errors import DatelineError


class SamplesError(DatelineError):
    """A set of samples can't be used; every fault has a line of its own."""

    def __init__(self, name: str, faults: Sequence[str]) -> None:
        count = "a fault" if len(faults) == 1 else f"{len(faults)} faults"
        super().__init__("\n  ".join((f"{count} in {name!r}; nothing was run:", *faults)))


class BaselineError(DatelineError):
    """A file is no earlier result of ``dateline eval --json``."""


class MetricError(DatelineError):
    """A figure that is asked for does not exist, or can't be held from below."""


class ReportError(DatelineError):
    """A report can't be written where it is wanted."""


class SetError(DatelineError):
    """A file of a set that a benchmark runs on is not there, or not of its form."""
