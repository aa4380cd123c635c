"""Web archives (WARC, ISO 28500): the pages among their responses, plain or packed by gzip."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import replace

from dateline.index.errors import ReadError
from dateline.index.reading.encoding import decode
from dateline.index.reading.html import declared_charset, extract_page
from dateline.index.reading.inputs import Story
from dateline.index.reading.urls import is_web_address

_MAX_UNPACKED, _MAX_PAGE = 200_000_000, 20_000_000  # bytes
_MAX_PAGES = 5_000
_RECORD = re.compile(rb"WARC/\d\.\d\r?\n")
_CHARSET = re.compile(r"charset=[\"']?([\w.:-]{1,40})", re.IGNORECASE)


def extract_warc(raw: bytes) -> Iterator[Story]:
    """The article of each page; what has none, or is no page, is left out and counted.

    Raises:
        ReadError: it is broken, too large, or holds no page.
    """
    content = _unpacked(raw) if raw.startswith(b"\x1f\x8b") else raw
    if not _RECORD.match(content):
        raise ReadError("the warc is broken")
    pages = 0
    for headers, block in _records(content):
        page = _page(headers, block)
        if page is None:
            continue
        pages += 1
        if pages > _MAX_PAGES:
            raise ReadError(f"the warc has more than {_MAX_PAGES:,} pages; split it")
        if page.text.strip():
            yield page
    if not pages:
        raise ReadError("the warc holds no page")


def _unpacked(raw: bytes) -> bytes:
    """Every member of a gzip file, one after the other."""
    parts: list[bytes] = []
    room, rest = _MAX_UNPACKED, raw
    while rest:
        unpack = zlib.decompressobj(wbits=31)
        try:
            part = unpack.decompress(rest, room + 1)
        except zlib.error as error:
            if parts:  # what follows the last whole record
                break
            raise ReadError("the warc is broken") from error
        room -= len(part)
        if room < 0:
            raise ReadError("the warc unpacks to more than is safe to read")
        parts.append(part)
        rest = unpack.unused_data
    return b"".join(parts)


def _records(content: bytes) -> Iterator[tuple[dict[str, str], bytes]]:
    at = 0
    while found := _RECORD.search(content, at):
        headers, body = _headers(content, found.end())
        length = headers.get("content-length", "")
        end = body + int(length) if length.isdigit() and len(length) < 12 else body
        yield headers, content[body : min(end, body + _MAX_PAGE)]
        at = max(end, found.end())


def _headers(content: bytes, at: int) -> tuple[dict[str, str], int]:
    """Header lines from a place on, their names in lower case, and where the content begins."""
    ends = [
        (place, len(mark)) for mark in (b"\r\n\r\n", b"\n\n") if (place := content.find(mark, at, at + 64_000)) >= 0
    ]
    if not ends:
        return {}, at
    end, length = min(ends)
    lines = (line.partition(":") for line in content[at:end].decode("utf-8", "replace").splitlines())
    return {name.strip().lower(): value.strip() for name, _, value in lines}, end + length


def _page(headers: dict[str, str], block: bytes) -> Story | None:
    if headers.get("warc-type") not in ("response", "resource", "conversion"):
        return None
    kind, coding = headers.get("content-type", ""), ""
    if headers["warc-type"] == "response":
        answer, body = _headers(block, block.find(b"\n") + 1)
        if b" 200" not in block[:40]:
            return None
        kind, coding = answer.get("content-type", ""), answer.get("content-encoding", "")
        block = _dechunked(block[body:]) if answer.get("transfer-encoding", "").lower() == "chunked" else block[body:]
    if "html" not in kind.lower():
        return None
    if coding.lower() in ("gzip", "deflate"):
        try:
            block = zlib.decompressobj(wbits=47).decompress(block, _MAX_PAGE)
        except zlib.error:
            return None
    url = headers.get("warc-target-uri", "").strip("<>")
    return _story(block, kind, url)


def _story(block: bytes, kind: str, url: str) -> Story | None:
    declared = _CHARSET.search(kind)
    try:
        found = extract_page(decode(block, declared[1] if declared else declared_charset(block)).text)
    except ReadError:
        return None
    known = found.metadata
    address = known.url or (url if is_web_address(url) else None)
    metadata = replace(known, url=address)
    return Story(text=found.text, metadata=metadata, key=url or None, titled=known.title is None, remarks=found.remarks)


def _dechunked(block: bytes) -> bytes:
    """The body of an answer that was sent in parts; as it is where it was not."""
    parts: list[bytes] = []
    at = 0
    while True:
        end = block.find(b"\r\n", at, at + 100)
        size = block[at:end].split(b";")[0].strip() if end >= 0 else b""
        if not re.fullmatch(rb"[0-9a-fA-F]{1,8}", size):
            return b"".join(parts) or block
        length = int(size, 16)
        if length == 0:
            return b"".join(parts)
        parts.append(block[end + 2 : end + 2 + length])
        at = end + 2 + length + 2
