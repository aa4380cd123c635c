"""Articles in XML: feeds (RSS, Atom), and the formats of news agencies (NITF, NewsML)."""

from collections.abc import Iterator
from typing import Any

from dateline.index.errors import ReadError
from dateline.index.reading.byline import read_authors
from dateline.index.reading.cleaning import one_line
from dateline.index.reading.dates import stated_date
from dateline.index.reading.encoding import decode
from dateline.index.reading.html import declared_charset, extract_page
from dateline.index.reading.inputs import Story
from dateline.index.reading.markup import fragment_text, is_markup, plain
from dateline.index.reading.urls import is_web_address
from dateline.index.reading.xml_packages import first, local, parse_xml, text_of
from dateline.index.types import Metadata

_BLOCKS = {"p", "hl2", "li", "dt", "dd", "pre", "h1", "h2", "h3", "h4", "blockquote"}
_UNREAD = {"media", "media-caption", "media-producer", "script", "style", "figure"}
_MAX_ITEMS = 20_000


def extract_xml(raw: bytes) -> Iterator[Story]:
    """The articles of a file of XML, whichever of the formats it is in.

    Raises:
        ReadError: it is broken, or in another format.
    """
    root = parse_xml(raw, "xml")
    name = local(root)
    if name in ("rss", "RDF", "feed"):
        yield from _feed(root)
    elif name == "html":
        page = extract_page(decode(raw, declared_charset(raw)).text)
        yield Story(text=page.text, metadata=page.metadata, titled=page.metadata.title is None, remarks=page.remarks)
    elif name in ("nitf", "newsItem", "newsMessage", "NewsML", "NewsItem"):
        yield from _agency(root)
    else:
        raise ReadError(f"an xml file of {name[:40]!r}: only rss, atom, nitf, newsml and xhtml are read")


# Feeds


def _feed(root: Any) -> Iterator[Story]:
    items = [one for one in root.iter() if local(one) in ("item", "entry")]
    if len(items) > _MAX_ITEMS:
        raise ReadError(f"the feed has {len(items):,} entries; {_MAX_ITEMS:,} are the limit")
    channel = next((one for one in root.iter() if local(one) in ("channel", "feed")), root)
    source = one_line(text_of(_child(channel, "title"))) or None
    for number, item in enumerate(items, 1):
        yield _entry(item, source, str(number))


def _entry(item: Any, source: str | None, number: str) -> Story:
    texts = [_content(_child(item, name)) for name in ("encoded", "content", "description", "summary")]
    text = next(filter(None, texts), "")
    url = _link(item)
    identity = one_line(text_of(_child(item, "guid", "id")))
    own = text_of(_child(_child(item, "source"), "title")) or text_of(_child(item, "source"))
    published, remarks = _date(text_of(_child(item, "pubDate", "published", "issued", "date", "updated", "modified")))
    names = [name for one in item if local(one) in ("creator", "author") for name in read_authors(_person(one))]
    tags = (one.get("term") or text_of(one) for one in item if local(one) == "category")
    metadata = Metadata(
        title=one_line(plain(text_of(_child(item, "title")))) or None, source=one_line(own) or source, url=url,
        published=published, tags=tuple(dict.fromkeys(tag for one in tags if (tag := one_line(one)))),
        extra={"authors": list(dict.fromkeys(names))} if names else {},
    )  # fmt: skip
    return Story(text=text, metadata=metadata, key=url or identity or number, remarks=remarks)


def _child(element: Any, *names: str) -> Any:
    """The first child with one of these names, the names in their order; or None."""
    for name in names:
        for one in element if element is not None else ():
            if local(one) == name:
                return one
    return None


def _content(element: Any) -> str:
    """Of text, of escaped markup, or of XHTML: its text, a paragraph a line."""
    if element is None:
        return ""
    if len(element):
        return "\n".join(_lines(element))
    text = "".join(element.itertext())
    return fragment_text(text) if is_markup(text) else plain(text).strip()


def _link(item: Any) -> str | None:
    """Its own address; an Atom entry names others beside it."""
    for one in item:
        if local(one) == "link" and one.get("rel", "alternate") == "alternate":
            address = (one.get("href") or one.text or "").strip()
            if is_web_address(address):
                return address
    return None


def _person(element: Any) -> str:
    name = text_of(_child(element, "name")) or text_of(element)
    inside = name[name.find("(") + 1 : name.rfind(")")] if "@" in name and "(" in name else ""  # "a@b.org (Ida Brandt)"
    return inside or name


# Agencies


def _agency(root: Any) -> Iterator[Story]:
    items = [root] if local(root) == "nitf" else [one for one in root.iter() if local(one) in ("newsItem", "NewsItem")]
    if not items or len(items) > _MAX_ITEMS:
        raise ReadError("the xml holds no news item" if not items else f"the xml has {len(items):,} news items")
    for number, item in enumerate(items, 1):
        yield _news_item(item, str(number))


def _news_item(item: Any, number: str) -> Story:
    body = first(item, "body.content", "inlineXML", "DataContent", "inlineData")
    inner = first(body, "body.content", "body")
    body = inner if inner is not None else body
    stated = _stated(item)
    published, remarks = _date(stated)
    names = [
        name for one in item.iter() if local(one) in ("byline", "by", "ByLine") for name in read_authors(text_of(one))
    ]
    source = first(item, "creditline", "distributor", "CreditLine", "SourceName")
    if source is None and (source := first(item, "infoSource", "provider")) is not None:
        source = first(source, "name")
    text = "\n".join(_lines(body)) if body is not None else ""
    metadata = Metadata(
        title=one_line(text_of(first(item, "hl1", "headline", "HeadLine", "title"))) or None,
        source=one_line(text_of(source)) or None, published=published,
        extra={"authors": list(dict.fromkeys(names))} if names else {},
    )  # fmt: skip
    return Story(text=text, metadata=metadata, key=item.get("guid") or number, remarks=remarks)


def _stated(item: Any) -> str:
    """The date of publication as the format has it: an attribute of NITF, an element of NewsML."""
    for name in ("date.release", "date.issue", "story.date"):
        element = first(item, name)
        if element is not None and (stated := element.get("norm") or text_of(element)):
            return stated
    return text_of(
        first(item, "firstCreated", "FirstCreated", "contentCreated", "versionCreated", "ThisRevisionCreated")
    )


def _date(stated: str) -> tuple[str | None, tuple[str, ...]]:
    if not stated:
        return None, ()
    reading = stated_date(stated)
    return reading.iso, (reading.problem,) if reading.problem else ()


def _lines(element: Any) -> list[str]:
    """The blocks below an element, a line each; all its text where it has none."""
    lines: list[str] = []
    waiting = [element]
    while waiting:
        one = waiting.pop()
        name = local(one)
        if name in _UNREAD:
            continue
        if name == "tr":
            lines.append(" | ".join(text_of(cell) for cell in one if local(cell) in ("td", "th")))
        elif name in _BLOCKS:
            lines.append(text_of(one))
        else:
            waiting += reversed(list(one))
    lines = [line for line in lines if line]
    return lines or [line for part in "".join(element.itertext()).split("\n") if (line := " ".join(part.split()))]
