"""HTML pages: the article that stands in one, by trafilatura, whose output is the text of record."""

import re
from dataclasses import dataclass

from index.errors import ReadError
from index.reading.dates import read_date
from index.types import Metadata

_MAX_TAGS = 50_000  # extraction takes more than linear time; articles of newspapers have a tenth of this
_TAG = re.compile(rb"<[A-Za-z]")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{1,40})", re.IGNORECASE)
_HEAD_BYTES = 4_096
_PROSE_WORDS = 6  # the words of a link or a button are fewer


@dataclass(frozen=True, slots=True)
class Page:
    """What was found in a page."""

    text: str
    metadata: Metadata
    remarks: tuple[str, ...]


def declared_charset(raw: bytes) -> str | None:
    """The encoding that a page names for itself, if Python knows it."""
    found = _CHARSET.search(raw, 0, _HEAD_BYTES)
    if found is None:
        return None
    name = found.group(1).decode("ascii", "replace").lower()
    try:
        "".encode(name)
    except LookupError:
        return None
    return name


def extract_page(html: str) -> Page:
    """The article of a page.

    Raises:
        ReadError: there is none, or the page has too many tags.
    """
    tags = len(_TAG.findall(html.encode("utf-8", "replace")))
    if tags > _MAX_TAGS:
        raise ReadError(f"the page has {tags:,} tags; {_MAX_TAGS:,} are the limit")
    from lxml.etree import LxmlError
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    options = {"extensive_search": False, "original_date": True}  # guess nothing from the text
    try:
        found = bare_extraction(html, with_metadata=True, include_comments=False, date_extraction_params=options)
    except (LxmlError, ValueError, AttributeError, RecursionError) as error:
        raise ReadError("the page can't be parsed") from error
    if not isinstance(found, Document) or not any(map(_is_prose, (found.text or "").split("\n"))):
        raise ReadError("no article text")
    published, problem = read_date(found.date) if found.date else (None, None)
    metadata = Metadata(title=found.title, source=found.sitename, url=found.url, published=published)
    return Page(found.text, metadata, (problem,) if problem else ())


def _is_prose(line: str) -> bool:
    """Whether a line is more than a heading, a link or a button."""
    return len(line.split()) >= _PROSE_WORDS
