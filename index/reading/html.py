"""HTML pages: the article in one, by trafilatura, whose output is the text of record. Nothing is fetched."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dateline.index.errors import ReadError
from dateline.index.reading.cleaning import clean, one_line
from dateline.index.reading.dates import stated_date
from dateline.index.reading.urls import is_web_address
from dateline.index.reading.visibility import remove_unseen
from dateline.index.types import Metadata

_HEAD_BYTES = 4_096
_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)=[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_MAX_TAGS = 50_000  # extraction takes 0.1 ms each, 10 s; 200,000 can take more than 10 minutes. News pages have a tenth
_MAX_ATTRIBUTES = 1_000  # of one tag; parsing takes quadratic time: 50,000 of them, 12 s
_TAG = re.compile(r"[A-Za-z](?:\"[^\"]*+\"|'[^']*+'|[^'\">])*+")
_INVALID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_TOO_DEEP = "Excessive depth"  # what libxml2 says when it stops at 256 elements, one in the other
_PROSE_WORDS, _PROSE_LENGTH = 6, 30
_DATE_NAMES = {
    *("article:published_time", "og:article:published_time", "og:published_time", "datepublished", "pubdate"),
    *("publishdate", "publish-date", "publish_date", "publication_date", "parsely-pub-date", "sailthru.date"),
    *("dc.date", "dc.date.issued", "dcterms.date", "dcterms.issued", "date"),
}
_JSON_DATE = re.compile(r'"datePublished"\s{0,9}:\s{0,9}"([^"]{6,80})"')
_ADDRESS_DATE = re.compile(r"/((?:19|20)\d{2}/\d{1,2}/\d{1,2})/")


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
    if not isinstance(found, Document):  # None: no article
        return Page("", Metadata())
    url = found.url if found.url and is_web_address(found.url) else None
    published, undated = _published(tree, url)
    metadata = Metadata(
        title=one_line(found.title or "") or None, source=one_line(found.sitename or "") or None, url=url,
        published=published, tags=tuple(dict.fromkeys(tag for part in found.tags or () for tag in _tags(part))),
    )  # fmt: skip
    text = found.text or ""
    return Page(text if any(map(_is_prose, text.split("\n"))) else "", metadata, (*hidden, *undated))


def _is_prose(line: str) -> bool:
    """Whether a line is more than a heading, a link or a button; what is not written with spaces is longer."""
    return len(line.split()) >= _PROSE_WORDS or len(line) >= _PROSE_LENGTH


def _parse(html: str) -> Any:
    """The element tree of a page."""
    from lxml.etree import LxmlError
    from lxml.html import HTMLParser, document_fromstring

    tags = html.split("<")
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


def _attributes(tag: str) -> int:
    """About how many attributes stand in the text between two ``<``."""
    found = _TAG.match(tag)
    return len(re.sub(r"\"[^\"]*+\"|'[^']*+'", " ", found.group()).split()) if found else 0


def _published(tree: Any, url: str | None) -> tuple[str | None, tuple[str, ...]]:
    """The first date that a page states for its publication; what it says in its text is not searched."""
    remarks: list[str] = []
    for stated in _stated_dates(tree, url):
        reading = stated_date(stated)
        if reading.iso:
            return reading.iso, tuple(remarks)
        remarks.append(reading.problem or "")
    return None, tuple(dict.fromkeys(remarks))


def _stated_dates(tree: Any, url: str | None) -> Iterator[str]:
    for element in tree.iter("meta"):
        names = {(element.get(key) or "").lower() for key in ("property", "name", "itemprop")}
        if names & _DATE_NAMES and element.get("content"):
            yield element.get("content")
    for element in tree.iterfind(".//script[@type='application/ld+json']"):
        yield from _JSON_DATE.findall(element.text or "")
    times = list(tree.iter("time"))
    for element in times:
        if "pubdate" in element.attrib or (element.get("itemprop") or "").lower() == "datepublished":
            yield element.get("datetime") or "".join(element.itertext())
    if len(days := {element.get("datetime") for element in times} - {None, ""}) == 1:  # of several nothing says which
        yield days.pop()
    if in_address := _ADDRESS_DATE.search(url or ""):
        yield in_address.group(1)


def _tags(text: str) -> list[str]:
    return [tag for part in text.split(",") if (tag := one_line(part))]
