"""Files of one JSON article a line, which are streamed: they may be larger than memory."""

import codecs
import hashlib
import io
from collections.abc import Callable, Iterator
from typing import BinaryIO

from dateline.index.errors import ReadError
from dateline.index.reading.encoding import decode
from dateline.index.reading.formats import Collection
from dateline.index.reading.inputs import MAX_BYTES, TOO_LARGE, Skipped
from dateline.index.reading.json_articles import is_question, parse_json
from dateline.index.types import Article, Origin

_WIDE = {  # encodings whose line ends are not the byte 0A; the longer marks first
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_BLOCK = 1 << 20
_MOST_BROKEN = 100  # lines without a single article: then it is no file of articles


def read_lines(stream: BinaryIO, name: str) -> Iterator[Article | Skipped]:
    """The articles of a file of lines, and each line that gave none, by its number.

    The hash of an article is that of its line without the line end; of a file in UTF-16, of the line in UTF-8.
    """
    collection, broken, articles, blank = Collection(name, "line"), 0, 0, True
    head = stream.read(4)
    stream.seek(0)
    wide = next((encoding for mark, encoding in _WIDE.items() if head.startswith(mark)), None)
    for number, line in enumerate(_split(stream, wide), 1):
        if line is not None and not line:
            continue
        if line and blank and _is_question(line):
            yield Skipped(origin=name, reason="questions, not articles: 'dateline eval' asks them", refused=False)
            return
        item = collection.skip(number, TOO_LARGE) if line is None else _read_line(collection, number, line, wide)
        yield item
        blank, articles = False, articles + isinstance(item, Article)
        broken += isinstance(item, Skipped) and item.refused
        if broken >= _MOST_BROKEN and not articles:
            yield Skipped(origin=name, reason=f"no article in its first {number:,} lines: not read on", refused=True)
            return
    if blank:
        yield Skipped(origin=name, reason="an empty file", refused=False)


def _read_line(collection: Collection, number: int, line: bytes, wide: str | None) -> Article | Skipped:
    try:
        decoded = decode(line)
        value = parse_json(decoded.text)
    except ReadError as error:
        return collection.skip(number, str(error))
    origin = Origin(
        name="", sha256=hashlib.sha256(line).hexdigest(), encoding=wide or decoded.encoding, repairs=decoded.repairs
    )
    return collection.read(number, value, origin)


def _is_question(line: bytes) -> bool:
    try:
        return is_question(parse_json(decode(line).text))
    except ReadError:
        return False


def _split(stream: BinaryIO, wide: str | None) -> Iterator[bytes | None]:
    """The lines of a file, without white space at their ends; None for one that is too large."""
    if wide is None:
        yield from _lines(stream.readline)
        return
    with io.TextIOWrapper(stream, wide, errors="replace", newline="\n") as text:
        yield from _lines(lambda limit: text.readline(limit).encode())


def _lines(readline: Callable[[int], bytes]) -> Iterator[bytes | None]:
    while line := readline(MAX_BYTES + 1):
        if len(line) <= MAX_BYTES or line.endswith(b"\n"):
            yield line.strip()
            continue
        while line and not line.endswith(b"\n"):
            line = readline(_BLOCK)
        yield None
