"""File names that strangers gave, made safe for a disk and fit to be shown."""

import re

from dateline.index.reading.cleaning import clean
from dateline.ui.text import cut

_LONGEST_SHOWN = 160  # characters
_LONGEST_STEM = 150  # bytes: most file systems hold 255 for a name
_LONGEST_KIND = 12
_UNSAFE = re.compile(r"[^\w .,()'+=-]+")


def shown_name(name: object) -> str:
    """What a file is called on the page: one line, cut, with nothing in it that turns the direction of the line."""
    if not isinstance(name, str) or not name.strip():
        return "a file without a name"
    return cut(name, _LONGEST_SHOWN)


def safe_name(name: object) -> str:
    """A plain file name made of one that may be a path, a trick or nothing at all; it keeps its kind."""
    text = clean(name[-10_000:]).text if isinstance(name, str) else ""
    last = text.replace("\\", "/").rpartition("/")[2].strip()
    stem, dot, kind = last.rpartition(".") if "." in last else (last, "", "")
    suffix = dot + _UNSAFE.sub("", kind)[:_LONGEST_KIND].lower()
    return f"{_cut(_UNSAFE.sub('_', stem)) or 'unnamed'}{suffix.rstrip(' .')}"


def _cut(stem: str) -> str:
    return stem.strip(" .").encode()[:_LONGEST_STEM].decode("utf-8", "ignore").strip(" .")
