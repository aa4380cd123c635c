"""HTML pages: the article in one, by trafilatura, whose output is the text of record. Nothing is fetched."""

import logging
import re
from dataclasses import dataclass, replace
from typing import Any

from dateline.index.errors import ReadError
from dateline.index.reading.cleaning import clean, one_line
from dateline.index.reading.page_blocks import join_containers, left_out, prepare_page
from dateline.index.reading.page_metadata import read_page_metadata
from dateline.index.reading.visibility import remove_unseen
from dateline.index.types import Metadata

_HEAD_BYTES = 4_096
_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)=[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_MAX_TAGS = 50_000  # extraction takes 0.1 ms each, 10 s; 200,000 can take more than 10 minutes. News pages have a tenth
_MAX_ATTRIBUTES = 1_000  # of one tag; parsing takes quadratic time: 50,000 of them, 12 s
_TAG = re.compile(r"[A-Za-z](?:\"[^\"]*+\"|'[^']*+'|[^'\">])*+")
_SCRIPT = re.compile(r"<(?:!--|script(?=[\s>/])|style(?=[\s>/]))", re.IGNORECASE)
_SCRIPT_ENDS = {
    "<!--": re.compile("-->"),
    "<script": re.compile("</script", re.IGNORECASE),
    "<style": re.compile("</style", re.IGNORECASE),
}
_INVALID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_TOO_DEEP = "Excessive depth"  # what libxml2 says when it stops at 256 elements, one in the other
_PROSE_WORDS, _PROSE_LENGTH = 6, 30


@dataclass(frozen=True, slots=True)
class Page:
    """The article of a page; its text is empty where the page has none."""

    text: str
    metadata: Metadata
    remarks: tuple[str, ...] = ()


def declared_charset(raw: bytes) -> str | None:
    """The encoding that a page names for itself."""
    found = _CHARSET.search(raw, 0, _HEAD_BYTES)
    return found.group(1).decode("ascii") if found else None


def extract_page(html: str) -> Page:
    """The article of a page: its text as trafilatura extracts it, its metadata as the page states it.

    Raises:
        ReadError: the page can't be read in bounded time and memory.
    """
    tree = _parse(html)
    hidden = (*remove_unseen(tree), *_hidden(tree))
    prepare_page(tree)
    found = _extract(tree)
    if found is not None and join_containers(tree, found.text or ""):
        found = _extract(tree)
    if found is None:
        return Page("", Metadata())
    page = read_page_metadata(tree, title=found.title, site=found.sitename, url=found.url)
    tags = tuple(dict.fromkeys(tag for part in found.tags or () for tag in _tags(part)))
    text = found.text or ""
    shown = text if any(map(_is_prose, text.split("\n"))) else ""
    return Page(shown, replace(page.metadata, tags=tags), (*hidden, *page.remarks, *left_out(tree, text)))


def _extract(tree: Any) -> Any:
    """What trafilatura takes for the article and what it knows of it; None where there is none."""
    from lxml.etree import LxmlError
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    for library in ("trafilatura", "htmldate", "courlan", "justext", "charset_normalizer"):
        logging.getLogger(library).setLevel(logging.CRITICAL)  # what they say of odd pages is not for the user
    try:
        found = bare_extraction(
            tree,
            with_metadata=True,
            include_comments=False,
            date_extraction_params={"extensive_search": False, "original_date": True},  # its date is not used: a guess
        )
    except (LxmlError, LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise ReadError("the page can't be read: its markup is broken") from error
    return found if isinstance(found, Document) else None


def _is_prose(line: str) -> bool:
    """Whether a line is more than a heading, a link or a button; what is not written with spaces is longer."""
    return len(line.split()) >= _PROSE_WORDS or len(line) >= _PROSE_LENGTH


def _parse(html: str) -> Any:
    """The element tree of a page."""
    from lxml.etree import LxmlError
    from lxml.html import HTMLParser, document_fromstring

    tags = _outside_scripts(html).split("<")
    if len(tags) > _MAX_TAGS:
        raise ReadError(f"the page has {len(tags) - 1:,} tags; {_MAX_TAGS:,} are the limit")
    if any(_attributes(tag) > _MAX_ATTRIBUTES for tag in tags[1:] if len(tag) > _MAX_ATTRIBUTES):
        raise ReadError(f"a tag of the page has more than {_MAX_ATTRIBUTES:,} attributes")
    parser = HTMLParser(encoding="utf-8", collect_ids=False, remove_pis=True)
    try:
        tree = document_fromstring(_INVALID.sub("", html).encode(), parser=parser)
    except (LxmlError, ValueError) as error:
        raise ReadError("the page can't be read: it holds no markup") from error
    if any(_TOO_DEEP in entry.message for entry in parser.error_log):
        raise ReadError("the page nests its elements more than 256 deep")
    return tree


def _hidden(tree: Any) -> tuple[str, ...]:
    """What the page says in characters that nobody sees; trafilatura takes them out without a word."""
    seen = "\n".join(tree.xpath("//text()[not(parent::script or parent::style)]"))
    return tuple(repair for repair in clean(seen).repairs if repair.endswith("removed"))


def _outside_scripts(html: str) -> str:
    """The page without scripts, styles and comments, in which a ``<`` begins no tag."""
    parts, at, endless = [], 0, set()
    for found in _SCRIPT.finditer(html):
        kind = found.group().lower()
        if found.start() < at or kind in endless:
            continue
        end = _SCRIPT_ENDS[kind].search(html, found.end())
        if end is None:
            endless.add(kind)
        else:
            parts.append(html[at : found.start()])
            at = end.end()
    return "".join((*parts, html[at:]))


def _attributes(tag: str) -> int:
    """About how many attributes stand in the text between two ``<``."""
    found = _TAG.match(tag)
    return len(re.sub(r"\"[^\"]*+\"|'[^']*+'", " ", found.group()).split()) if found else 0


def _tags(text: str) -> list[str]:
    return [tag for part in text.split(",") if (tag := one_line(part))]
