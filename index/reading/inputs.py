"""What goes into reading and what is left aside: the words that every reader shares."""

import re
from dataclasses import dataclass
from pathlib import Path

from dateline.index.types import Metadata

MAX_BYTES = 20_000_000
"""Of a file; of a line where a file holds one article a line, and may itself be larger."""

READING_VERSION = 4
"""Raised when the same bytes would give another text of record: then files are read again."""

_TOOL_TITLE = re.compile(
    r"\.(?:docx?|indd|pdf|txt|rtf|qxd|odt)\b|^(?:microsoft word|untitled|document)\b", re.IGNORECASE
)

TOO_LARGE = f"larger than {MAX_BYTES // 1_000_000} MB, the limit; split it"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFile:
    """A file that will be read."""

    path: Path
    """Without links: the file itself."""
    name: str
    """What it is called as an origin: its absolute path, as the user reaches it; always valid Unicode."""
    size: int
    """Bytes, when it was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """An input, or a part of one, that gave no article."""

    origin: str
    reason: str
    """One line, in words, lower case."""
    refused: bool
    """True: the user meant it and it could not be read. False: there was nothing in it to read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An article as a format holds it: not yet cleaned and laid out."""

    text: str
    """A paragraph a line."""
    metadata: Metadata
    key: str | None = None
    """What it is called within its file, where that can hold many."""
    titled: bool = False
    """Whether a first line that reads like a title is one."""
    remarks: tuple[str, ...] = ()
    """What was left out or not understood, each in words."""


def is_tool_title(title: str) -> bool:
    """Whether a document's property is no title but a tool's name for the file."""
    return len(title.split()) < 2 or _TOOL_TITLE.search(title) is not None
