"""What is kept of evaluations, beside a library and elsewhere, and which of it quotes an article that was removed."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from dateline.eval.journal import journals_folder
from dateline.index.types import Article
from dateline.ui.cli.render import printable

_ID = re.compile(rb"(?<![0-9a-f])[0-9a-f]{16}(?![0-9a-f])")


def samples_folder(folder: Path) -> Path:
    """Where the library in ``folder`` keeps samples."""
    return folder / "samples"


def results_folder(folder: Path) -> Path:
    """Where the library in ``folder`` keeps results of evaluations."""
    return folder / "evaluations"


def still_quoting(folder: Path, removed: Collection[Article]) -> str | None:
    """Which results, samples and stopped runs quote articles that were removed, in a line; None where none does.

    Results name the article of every quotation and passage, corrections that of their quotations; samples of a person
    that quote an article without its id are not found.

    Args:
        folder: of the library.
        removed: from it.
    """
    ids = {article.id.encode() for article in removed}
    found = [path for path in _kept(folder) if not ids.isdisjoint(_ID.findall(_content(path)))]
    if not found:
        return None
    names = ", ".join(repr(printable(str(path))) for path in found)
    one = len(found) == 1
    what = "1 kept file of evaluations quotes" if one else f"{len(found)} kept files of evaluations quote"
    return f"{what} what was removed: {names}; delete {'it' if one else 'them'} to remove its words"


def _kept(folder: Path) -> Iterator[Path]:
    for place in (results_folder(folder), samples_folder(folder), journals_folder()):
        yield from sorted(place.glob("*"))


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # a folder, or gone meanwhile
        return b""
