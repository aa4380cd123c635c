"""What a page says of its article: title, source, authors and date, from its own data, its meta tags and its layout."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from dateline.index.reading.byline import read_authors, read_byline
from dateline.index.reading.cleaning import one_line
from dateline.index.reading.dates import stated_date
from dateline.index.reading.json_articles import parse_json
from dateline.index.reading.urls import is_web_address
from dateline.index.types import Metadata

_DATE_NAMES = {
    *("article:published_time", "og:article:published_time", "og:published_time", "datepublished", "pubdate"),
    *("publishdate", "publish-date", "publish_date", "publication_date", "parsely-pub-date", "sailthru.date"),
    *("dc.date", "dc.date.issued", "dcterms.date", "dcterms.issued", "date"),
}
_LOOSE_DATE_NAMES = {"date", "dc.date", "dcterms.date"}  # of the page as often as of its article
_AUTHOR_NAMES = {
    "author",
    "article:author",
    "byl",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
}
_JSON_DATE = re.compile(r'"datePublished"\s{0,9}:\s{0,9}"([^"]{6,80})"')
_ADDRESS_DATE = re.compile(r"/((?:19|20)\d{2}/\d{1,2}/\d{1,2})/")
_ARTICLE_TYPES = re.compile(r"(?:.*Article|BlogPosting|LiveBlogPosting|SocialMediaPosting|Report)$")
_PUBLISHED_CLASS = re.compile(r"entry-date|publish|pubdate|posted|dateline|date-created", re.IGNORECASE)
_UPDATED_CLASS = re.compile(r"updat|modif", re.IGNORECASE)
_ASIDE = {"aside", "nav", "footer"}
_SEPARATOR = re.compile(r"\s+[|–—·•»:-]\s+|\s*[|»]\s*")
_SECTIONS = frozenset(
    "analysis arts business climate comment culture economy editorial education entertainment environment europe "
    "health home lifestyle local markets money national news opinion politics science sport sports stories technology "
    "travel uk us video weather world".split()
)
_MOST_NODES = 200


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """What was found, and what of it was not understood."""

    metadata: Metadata
    remarks: tuple[str, ...] = ()


def read_page_metadata(tree: Any, *, title: str | None, site: str | None, url: str | None) -> PageMetadata:
    """The metadata of a page's article.

    Args:
        tree: of lxml.html, as the page was parsed.
        title: as the extraction has it: completed and freed of the site's name.
        site: the name of the site, likewise.
        url: of the page; it stands where it is a web address.
    """
    nodes = list(_structured(tree))
    article = _article_node(nodes, title)
    url = url if url and is_web_address(url) else None
    source = one_line(_meta(tree, {"og:site_name"}) or _name(article.get("publisher")) or site or "") or None
    published, remarks = _published(tree, nodes, article, url)
    authors = [name for name in _authors(tree, article) if name.casefold() != (source or "").casefold()]
    metadata = Metadata(
        title=_title(tree, article, one_line(title or ""), source, url), source=source, url=url, published=published,
        extra={"authors": authors} if authors else {},
    )  # fmt: skip
    return PageMetadata(metadata, remarks)


# Structured data


def _structured(tree: Any) -> Iterator[dict[str, Any]]:
    """The objects of the page's JSON-LD, without those that stand inside others: pictures, claims, comments."""
    waiting: list[Any] = []
    for element in tree.iterfind(".//script[@type='application/ld+json']"):
        try:
            waiting.append(parse_json(element.text or ""))
        except ValueError:  # ReadError is one
            continue
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        one = waiting.pop(0)
        if isinstance(one, list):
            waiting[:0] = one
        elif isinstance(one, dict):
            yield one
            waiting[:0] = [one[name] for name in ("@graph", "mainEntity", "mainEntityOfPage") if name in one]


def _article_node(nodes: list[dict[str, Any]], title: str | None) -> dict[str, Any]:
    """The object of the article itself; an empty one where there is none."""
    articles = [one for one in nodes if any(map(_ARTICLE_TYPES.match, _types(one)))]
    key = _key(title or "")
    return next((one for one in articles if key and _key(str(one.get("headline", ""))) == key), None) or next(
        iter(articles), {}
    )


def _types(node: dict[str, Any]) -> list[str]:
    kinds = node.get("@type")
    return [one for one in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(one, str)]


def _name(value: Any) -> str | None:
    value = value[0] if isinstance(value, list) and value else value
    name = value.get("name") if isinstance(value, dict) else value
    return name if isinstance(name, str) and not name.startswith("http") else None


def _key(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _meta(tree: Any, names: set[str]) -> str | None:
    return next(_metas(tree, names), None)


def _metas(tree: Any, names: set[str]) -> Iterator[str]:
    for element in tree.iter("meta"):
        named = {(element.get(key) or "").lower() for key in ("property", "name", "itemprop")}
        if named & names and (element.get("content") or "").strip():
            yield element.get("content")


# Title


def _title(tree: Any, article: dict[str, Any], title: str, source: str | None, url: str | None) -> str | None:
    """The title without the names of site and section; what a heading or the page's data says decides where it can."""
    headings = [one_line(" ".join(one.itertext())) for one in tree.iter("h1")]
    headings = [one for one in headings if len(one.split()) > 1 and _key(one) != _key(source or "")]
    headline, shown = one_line(str(article.get("headline") or "")), one_line(_meta(tree, {"og:title"}) or "")
    named = one_line(" ".join(tree.xpath("string(//head/title)").split()))
    title = shown or (headings[0] if len(headings) == 1 else "") or headline or named or title
    if not title:
        return None
    others = [*headings, headline]
    key = _key(title)
    shorter = [other for other in others if len(other.split()) > 1 and _key(other) != key and _is_part(other, title)]
    if shorter:
        return max(shorter, key=len)
    return _without_site(title, source, url)


def _is_part(part: str, title: str) -> bool:
    """Whether a title is this part with other names before or behind it, set off."""
    pieces = [_key(piece) for piece in _SEPARATOR.split(title)]
    key = _key(part)
    runs = ("".join(pieces[start:end]) for start in (0, 1) for end in range(start + 1, len(pieces) + 1))
    return len(pieces) > 1 and key in runs


def _without_site(title: str, source: str | None, url: str | None) -> str:
    host = (urlsplit(url).hostname or "") if url else ""
    names = {_key(name) for name in (source or "", host, host.removeprefix("www."), host.rpartition(".")[0]) if name}
    while found := list(_SEPARATOR.finditer(title)):
        last = title[found[-1].end() :]
        first = title[: found[0].start()]
        if _names_site(last, names):
            title = title[: found[-1].start()]
        elif _names_site(first, names - _SECTIONS, sections=False):
            title = title[found[0].end() :]
        else:
            break
    return title.strip()


def _names_site(piece: str, names: set[str], *, sections: bool = True) -> bool:
    key = _key(piece)
    if not key or (
        sections and (key in _SECTIONS or re.fullmatch(r"(?:www\.)?[\w-]+(?:\.[a-z]{2,10})+", piece.lower()))
    ):
        return True
    return any(key == name or (len(key) > 3 and key in (f"the{name}", name.removeprefix("the"))) for name in names)


# Authors


def _authors(tree: Any, article: dict[str, Any]) -> list[str]:
    """Who wrote it, from the first place that says so."""
    if names := read_authors(article.get("author")):
        return names
    if names := read_authors(list(_metas(tree, _AUTHOR_NAMES))):
        return names
    marked = tree.xpath("//*[@rel='author' or @itemprop='author'][not(ancestor::aside or ancestor::footer)]")
    if names := read_authors([" ".join(one.itertext()) for one in marked if len(one.text_content()) < 200]):
        return names
    lines = (one_line(" ".join(one.itertext())) for one in tree.xpath("//*[contains(@class, 'byline')]"))
    return next((names for line in lines if len(line) < 200 and (names := read_byline(line))), [])


# Date


def _published(
    tree: Any, nodes: list[dict[str, Any]], article: dict[str, Any], url: str | None
) -> tuple[str | None, tuple[str, ...]]:
    """The first date that a page states for its publication; what it says in its text is not searched."""
    remarks: list[str] = []
    for stated in _stated_dates(tree, nodes, article, url):
        reading = stated_date(stated)
        if reading.iso:
            return reading.iso, tuple(dict.fromkeys(remarks))
        remarks.append(reading.problem or "")
    return None, tuple(dict.fromkeys(remarks))


def _stated_dates(tree: Any, nodes: list[dict[str, Any]], article: dict[str, Any], url: str | None) -> Iterator[str]:
    yield from _metas(tree, _DATE_NAMES - _LOOSE_DATE_NAMES)
    for node in (article, *nodes):
        if isinstance(stated := node.get("datePublished"), str | int) and stated:
            yield str(stated)
    yield from _metas(tree, _LOOSE_DATE_NAMES)
    if not nodes:  # what is no JSON may still say a date
        for element in tree.iterfind(".//script[@type='application/ld+json']"):
            yield from _JSON_DATE.findall(element.text or "")
    yield from _times(tree)
    if in_address := _ADDRESS_DATE.search(url or ""):
        yield in_address.group(1)


def _times(tree: Any) -> Iterator[str]:
    """Of its ``time`` elements those that are said to be of publication, then the only day that there is."""
    times = [one for one in tree.iter("time") if not _UPDATED_CLASS.search(one.get("class") or "")]
    times = [one for one in times if not any(above.tag in _ASIDE for above in one.iterancestors())]
    for element in times:
        if "pubdate" in element.attrib or (element.get("itemprop") or "").lower() == "datepublished":
            yield element.get("datetime") or "".join(element.itertext())
    said = [one for one in times if _PUBLISHED_CLASS.search(one.get("class") or "")]
    inside = [one for one in times if any(above.tag in ("article", "main", "header") for above in one.iterancestors())]
    for group in (said, inside, times):
        days = {
            stated[:10]: stated for one in group if (stated := (one.get("datetime") or "".join(one.itertext())).strip())
        }
        if len(days) == 1:  # of several nothing says which
            yield from days.values()
