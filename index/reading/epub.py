"""E-books and magazines in EPUB: an article a chapter, in the order they are read in."""

import posixpath
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from dateline.index.errors import ReadError
from dateline.index.reading.cleaning import one_line
from dateline.index.reading.dates import stated_date
from dateline.index.reading.encoding import decode
from dateline.index.reading.inputs import Story
from dateline.index.reading.markup import fragment_text
from dateline.index.reading.xml_packages import Package, first, local, text_of
from dateline.index.types import Metadata

_MAX_CHAPTERS = 2_000
_LEAST_LETTERS = 120  # of a chapter; covers and lists of contents have less
_HEADING = re.compile(r"<(h[1-3]|title)\b[^>]{0,300}>(.{1,1000}?)</\1\s*>", re.IGNORECASE | re.DOTALL)
_CONTENTS = re.compile(r"""epub:type\s*=\s*["'](?:toc|landmarks|cover|copyright-page)|<nav\b""", re.IGNORECASE)


def extract_epub(raw: bytes) -> Iterator[Story]:
    """The chapters of an EPUB, each with the book's title as its source.

    Raises:
        ReadError: it is broken, protected, or too large.
    """
    package = Package(raw, "epub")
    container = package.tree("META-INF/container.xml")
    place = first(container, "rootfile")
    name = place.get("full-path") if place is not None else None
    book = package.tree(name) if name else None
    if name is None or book is None:
        raise ReadError("the epub is broken")
    _check_protection(package)
    known = _metadata(book)
    items = {one.get("id"): one for one in book.iter() if local(one) == "item"}
    spine = [items.get(one.get("idref")) for one in book.iter() if local(one) == "itemref"]
    for item in [one for one in spine if one is not None][:_MAX_CHAPTERS]:
        href = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(item.get("href") or "")))
        story = _chapter(package.read(href), href, known)
        if story:
            yield story


def _check_protection(package: Package) -> None:
    """Fonts may be encrypted in a book that is read; its chapters may not."""
    protection = package.tree("META-INF/encryption.xml") if "META-INF/encryption.xml" in package.names else None
    places = (
        [one.get("URI") or "" for one in protection.iter() if local(one) == "CipherReference"]
        if protection is not None
        else []
    )
    if any(place.lower().endswith((".xhtml", ".html", ".htm", ".xml")) for place in places):
        raise ReadError("the epub is protected against reading; get it without")


def _metadata(book: Any) -> Metadata:
    head = first(book, "metadata")
    title = one_line(text_of(first(head, "title")))
    names = [one_line(text_of(one)) for one in head.iter() if local(one) == "creator"] if head is not None else []
    stated = text_of(first(head, "date"))
    published = stated_date(stated).iso if stated else None
    extra = {"authors": names} if any(names) else {}
    return Metadata(source=title or None, published=published, extra=extra)


def _chapter(content: bytes | None, href: str, known: Metadata) -> Story | None:
    if content is None:
        return None
    page = decode(content).text
    text = fragment_text(page)
    if sum(map(str.isalpha, text)) < _LEAST_LETTERS or (
        _CONTENTS.search(page) and len(text.split("\n")) > len(text) / 80
    ):
        return None
    heading = next(
        (one_line(fragment_text(found[2])) for found in _HEADING.finditer(page) if found[1].lower() != "title"), ""
    )
    metadata = Metadata(title=heading or None, source=known.source, published=known.published, extra=dict(known.extra))
    return Story(text=text, metadata=metadata, key=href, titled=not heading)
