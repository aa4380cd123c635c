"""Fragments of HTML, as fields of other formats hold them: their whole text, a paragraph a line.

By the standard library's parser: it is Python's own, so that a stranger's fragment may be read outside the sandbox.
"""

import html
import re
from html.parser import HTMLParser
from itertools import islice

_BLOCKS = frozenset(
    """address article aside blockquote body br center dd details div dl dt fieldset figcaption figure footer form h1 h2
    h3 h4 h5 h6 header hr html li main nav ol p pre section summary table tbody tfoot thead tr ul""".split()
)
_CELLS = frozenset({"td", "th"})
_UNREAD = frozenset({"script", "style", "template", "noscript", "head", "title", "svg", "button", "iframe", "object"})
_MARKUP = re.compile(r"</?(?:p|br|div|span|a|b|i|em|strong|ul|ol|li|h[1-6]|img|figure|table)\b[^<>]{0,500}>", re.I)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8}\d?);", re.IGNORECASE)
_MAX_TAGS, _MAX_LENGTH = 20_000, 2_000_000  # the parser takes quadratic time on some broken markup


class _Text(HTMLParser):
    """Collects the lines of a fragment."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self._parts: list[str] = []
        self._unread: list[str] = []
        self._passed_over: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNREAD:
            self._unread.append(tag)
        elif tag in _BLOCKS:
            self.end_line()
        elif tag in _CELLS and any(part.strip() for part in self._parts):
            self._parts.append(" | ")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unread:
            del self._unread[self._unread.index(tag) :]
            if not self._unread:
                self._passed_over.clear()
        elif tag in _BLOCKS:
            self.end_line()

    def handle_data(self, data: str) -> None:
        (self._passed_over if self._unread else self._parts).append(data)

    def finish(self) -> None:
        """End the last line; what stands in an element that is never closed is no part of that element."""
        self.close()
        self._parts += self._passed_over
        self.end_line()

    def end_line(self) -> None:
        line = " ".join("".join(self._parts).split())
        self._parts = []
        if line:
            self.lines.append(line)


def is_markup(text: str) -> bool:
    """Whether a text that might be plain is a fragment of HTML."""
    return sum(1 for _ in islice(_MARKUP.finditer(text), 2)) == 2  # a single tag may be spoken of


def fragment_text(fragment: str) -> str:
    """The text of a fragment, a paragraph a line, the cells of a row between bars; of one too large as it stands."""
    if fragment.count("<") > _MAX_TAGS or len(fragment) > _MAX_LENGTH:
        return fragment
    parser = _Text()
    parser.feed(fragment)
    parser.finish()
    return "\n".join(parser.lines)


def plain(text: str) -> str:
    """A field that may hold markup or entities, as text."""
    if is_markup(text):
        return fragment_text(text)
    return html.unescape(text) if _ENTITY.search(text) else text
