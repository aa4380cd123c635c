"""``dateline check``: the text of a file or of standard input, checked, and the result as a person reads it."""

import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from dateline.index.errors import ReadError
from dateline.index.library import Library
from dateline.index.reading import MAX_BYTES, Skipped, find_files, read_file
from dateline.index.reading.encoding import decode
from dateline.index.types import Article, Filter, date_in_words
from dateline.rag.types import CheckedSentence, CheckedText, Evidence, Verdict
from dateline.rag.verification.check_text import check_text
from dateline.ui.cli.output import watch_text
from dateline.ui.services.session import say
from dateline.ui.text import counts_in_words, days_beside, heading, printable, verdict_in_words

STANDARD_INPUT = "-"

_STYLES: dict[Verdict, tuple[str, str]] = {
    "quoted": ("✓", "green"), "supported": ("✓", "green"), "contradicted": ("✗", "red"), "unsupported": ("?", "yellow"),
}  # fmt: skip
_DIM, _PLACE = "dim", "cyan"


def read_given(path: Path) -> str:
    """The text of a file of any kind that ``add`` reads; of ``-`` what stands on standard input.

    Raises:
        ReadError: it can't be read, or holds several articles.
    """
    if str(path) == STANDARD_INPUT:
        if sys.stdin.isatty():
            say("type or paste a text; Ctrl-D ends")
        return decode(sys.stdin.buffer.read(MAX_BYTES)).text
    if path.is_dir():
        raise ReadError(f"{str(path)!r} is a folder; check one file at a time")
    found = list(_read(path))
    for one in found:
        if isinstance(one, Skipped):
            raise ReadError(f"can't check {str(path)!r}: {one.reason}; give a file of words, or - for standard input")
    texts = [one.text for one in found if isinstance(one, Article)]
    if len(texts) != 1:
        raise ReadError(f"{str(path)!r} holds {len(texts)} articles; check one text at a time")
    return texts[0]


def _read(path: Path) -> Iterator[Article | Skipped]:
    files, skipped = find_files([path])
    yield from skipped
    for file in files:
        yield from read_file(file)


def check_given(text: str, library: Library, only: Filter | None, *, quiet: bool) -> CheckedText:
    """The text checked, with a bar that says how far it is."""
    with watch_text(quiet=quiet) as move:
        for part in check_text(text, library, only):
            if isinstance(part, CheckedText):
                return part
            move(part.end, len(text))
    raise AssertionError("a check ends with the text whole")


def render_check(checked: CheckedText) -> RenderableType:
    """Each sentence with its verdict and what it rests on, then how many have which."""
    notice = [Text(printable(checked.notice), style="yellow")] if checked.notice else []
    return Group(*notice, *map(_sentence, checked.sentences), Text(counts_in_words(checked), style="bold"))


def _sentence(one: CheckedSentence) -> RenderableType:
    if one.support is None or one.support.verdict is None:
        return Text(f"· {printable(one.text)} ({one.passed_over})", style=_DIM)
    sign, style = _STYLES[one.support.verdict]
    line = Text(f"{sign} {verdict_in_words(one.support.verdict)}: ", style=style)
    line.append(printable(one.text), style="bold")
    evidence = (_evidence(each, alone=not one.disputed) for each in one.evidence)
    return Group(line, _indented(Text(printable(one.support.why), style=style)), *evidence, Text())


def _evidence(each: Evidence, *, alone: bool) -> RenderableType:
    citation = each.citation
    place = Text(heading(citation.metadata, citation.origin), style="underline")
    place.append(f" · {printable(citation.source or 'unknown source')}, {date_in_words(citation.published)}")
    place.append(f" · article {citation.article_id}, characters {citation.start} to {citation.end}", style=_DIM)
    verdict = [] if alone else [Text(f"{verdict_in_words(each.support.verdict)}: {printable(each.support.why)}")]
    quote = Text("> ", style=_PLACE).append(printable(citation.quote), style="default")
    days = days_beside(citation.days)
    when = [Text(f"when: {days}", style=_PLACE)] if days else []
    return _indented(Group(place, *verdict, quote, *when))


def _indented(content: RenderableType) -> Padding:
    return Padding(content, (0, 0, 0, 4), expand=False)
