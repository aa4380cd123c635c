"""Errors of the page, the endpoints and the command line, and any error described in one line."""

import os
import traceback
from pathlib import Path

from dateline.index.errors import DatelineError


class ServeError(DatelineError):
    """The page can't be served as it was asked for."""


class ServerBusy(DatelineError):
    """More is asked at once than is worked on."""


class UploadError(DatelineError):
    """What was uploaded can't be taken at all."""


class CorrectionError(DatelineError):
    """A correction can't become a sample."""


def describe(error: Exception) -> str:
    """An error in one line; of one that nobody foresaw the place too, for a report."""
    if isinstance(error, DatelineError):
        return str(error)
    if isinstance(error, OSError) and isinstance(error.filename, str | bytes) and error.strerror:  # no fault of ours
        what = f"{os.fsdecode(error.filename)!r}: {error.strerror.lower()}"
        return f"can't use {what}; mend that, or choose another place"
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    return f"unexpected {type(error).__name__}{place}: {' '.join(str(error).split())}; please report it"
