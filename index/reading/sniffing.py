"""What kind of file some bytes are that have no name: by how they begin, or as a server says."""

import json
import re

from dateline.index.reading.encoding import decode

_LOOKED_AT = 8_192  # bytes
_TEXT = ".txt"
_TYPES = {
    "application/atom+xml": ".atom", "application/epub+zip": ".epub", "application/feed+json": ".json",
    "application/json": ".json", "application/ld+json": ".json", "application/mbox": ".mbox",
    "application/pdf": ".pdf", "application/rdf+xml": ".rdf", "application/rss+xml": ".rss", "application/rtf": ".rtf",
    "application/vnd.oasis.opendocument.text": ".odt", "application/warc": ".warc", "application/xhtml+xml": ".xhtml",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/x-ndjson": ".ndjson", "application/jsonl": ".jsonl", "message/rfc822": ".eml", "text/csv": ".csv",
    "text/html": ".html", "text/markdown": ".md", "text/tab-separated-values": ".tsv", "text/vtt": ".vtt",
}  # fmt: skip
_MAGIC = {
    b"%PDF-": ".pdf", b"{\\rtf": ".rtf", b"WEBVTT": ".vtt", b"WARC/": ".warc", b"From ": ".mbox", b"---\n": ".md",
    b"+++\n": ".md", b"\x1f\x8b": ".warc.gz",
}  # fmt: skip
_PACKED = (
    (b"word/document.xml", ".docx"),
    (b"xl/workbook.xml", ".xlsx"),
    (b"application/epub+zip", ".epub"),
    (b"application/vnd.oasis.opendocument.text", ".odt"),
)
_PAGE = re.compile(rb"<(?:!doctype html|html|head|body|article|div|p|h1|main|section)\b", re.IGNORECASE)
_XML = re.compile(rb"<(?:\?xml|rss|feed|rdf:RDF|nitf|newsItem|newsMessage|NewsML)\b")
_HEADERS = re.compile(rb"(?:[A-Za-z][A-Za-z-]*: [^\n]*\n(?:[ \t][^\n]*\n)*){2,}\s*\n")
_MAIL = re.compile(rb"^(?:MIME-Version|Message-ID|Received|Return-Path|DKIM-Signature): ", re.IGNORECASE | re.MULTILINE)
_SAVED_PAGE = re.compile(
    rb"^(?:Snapshot-Content-Location|Content-Type: multipart/related)", re.IGNORECASE | re.MULTILINE
)
_SUBTITLES = re.compile(rb"\d+\s*\n\d\d:\d\d:\d\d[,.]\d{3} --> ")


def guess_kind(raw: bytes, stated: str = "") -> str:
    """The suffix of the kind of file that bytes are; ``.txt`` where nothing tells.

    Args:
        raw: all of them.
        stated: the ``Content-Type`` that came with them; what it says of text and unknown data is not believed.
    """
    known = _TYPES.get(stated.partition(";")[0].strip().lower())
    head = raw[:_LOOKED_AT].removeprefix(b"\xef\xbb\xbf").lstrip().replace(b"\r\n", b"\n")
    return known or _by_magic(raw, head) or _by_markup(head) or _by_lines(raw, head) or _TEXT


def _by_magic(raw: bytes, head: bytes) -> str | None:
    if raw.startswith(b"PK\x03\x04"):
        return next((kind for name, kind in _PACKED if name in raw), None)
    return next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), None)


def _by_markup(head: bytes) -> str | None:
    if _XML.match(head):
        return ".xhtml" if b"<html" in head else ".xml"
    return ".html" if _PAGE.match(head) else None


def _by_lines(raw: bytes, head: bytes) -> str | None:
    headers = _HEADERS.match(head)
    if headers and _MAIL.search(headers[0]):
        return ".mhtml" if _SAVED_PAGE.search(headers[0]) else ".eml"
    if _SUBTITLES.match(head):
        return ".srt"
    if not head.startswith((b"{", b"[")):
        return None
    if not _is_json(raw):
        return ".jsonl" if _is_json(raw.strip().partition(b"\n")[0]) else None
    return ".json"


def _is_json(raw: bytes) -> bool:
    try:
        json.loads(decode(raw).text)
    except (ValueError, RecursionError):
        return False
    return True
