"""What others call the fields of an article: news interfaces, crawlers and data sets, and what their lists lie in."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from dateline.index.reading.byline import read_authors
from dateline.index.reading.markup import plain

_LISTS = (
    "articles",
    "results",
    "docs",
    "items",
    "posts",
    "entries",
    "data",
    "hits",
    "stories",
    "news",
    "@graph",
    "value",
)
_AROUND = ("response", "data", "hits", "feed", "channel")
_TEXTS = (
    *("text", "body", "articleBody", "maintext", "body_text", "bodyText", "plain_text", "full_text", "fulltext"),
    *("article", "document", "content_text", "content_html", "content", "body_html", "body_xhtml", "html", "raw_text"),
)
_SUMMARIES = ("description", "lead_paragraph", "abstract", "snippet", "summary", "trailText")
_LEAST_SUMMARY = 80  # characters: a shorter one describes something, but tells no news
_TITLES = ("title", "headline", "webTitle", "name", "title_full")
_SOURCES = (
    *("source", "publisher", "publication", "source_name", "sitename", "site_name", "source-hostname", "provider"),
    *("newspaper", "outlet", "domain_name", "source_domain", "domain", "hostname", "site", "site_full", "source_url"),
)
_ADDRESSES = ("url", "link", "web_url", "webUrl", "requested_url", "canonical_url", "external_url", "permalink", "href")
_DATES = (
    *("published", "date", "datePublished", "publishedAt", "published_at", "publish_date", "date_publish", "pub_date"),
    *("pubDate", "pubdate", "date_published", "published_date", "publication_date", "webPublicationDate"),
    *("versioncreated", "firstcreated", "isoDate", "crawl_date"),
)
_AUTHORS = ("authors", "author", "byline", "bylines", "creator")
_TAGS = ("tags", "keywords", "categories")
_ADDRESS = re.compile(r"https?://(?:www\.)?([^/\s]+)/?\S*")
_MONTH_FIRST = re.compile(r"\d\d-\d\d-\d{4}")
_CUT = re.compile(r"\s{0,9}(?:…|\.\.\.)?\s{0,9}\[\+(\d{1,9}) chars\]$")
NAMES = frozenset((*_TEXTS, *_SUMMARIES, *_TITLES, *_DATES, *_ADDRESSES, *_SOURCES, *_AUTHORS, *_TAGS))
"""Every name of a field that is known."""


def unwrap(value: Any) -> Any:
    """The list of articles that the answer of a news interface or a feed holds; any other value as it is."""
    source = value.get("title") if isinstance(value, dict) and "items" in value and "version" in value else None
    for _ in range(3):
        if not isinstance(value, dict) or _text(value) is not None:
            break
        if found := next((one for name in _LISTS if _objects(one := value.get(name))), None):
            return [{"source": source, **one} for one in found] if isinstance(source, str) else found
        value = next((one for name in _AROUND if isinstance(one := value.get(name), dict)), None) or value
    return value


def has_article(names: Iterable[str]) -> bool:
    """Whether a column of one of these names could hold an article's text."""
    return not {*_TEXTS, *_SUMMARIES}.isdisjoint(names)


def _objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _text(value: dict[str, Any]) -> str | None:
    """The name of the field that has the text."""
    return next((name for name in _TEXTS if _has_text(value.get(name))), None)


def _has_text(value: Any) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and bool(value) and all(isinstance(x, str) for x in value)
    )


def renamed(value: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The object with the fields that are known under our names, and what was done to them, in words.

    Ours are ``text``, ``title``, ``source``, ``url``, ``published``, ``authors`` and ``tags``; what is called so
    already stands.
    """
    fields = _flat(value)
    remarks: list[str] = []
    _rename_text(fields, remarks)
    _rename_title(fields)
    _rename_source(fields)
    _rename(fields, "url", _ADDRESSES, str)
    _rename_date(fields)
    if names := next((names for name in _AUTHORS if (names := read_authors(fields.get(name)))), []):
        for name in _AUTHORS:
            fields.pop(name, None)
        fields["authors"] = names
    if isinstance(tags := fields.get("tags"), str):
        fields["tags"] = [tag.strip() for tag in re.split("[;,]", tags) if tag.strip()]
    return fields, remarks


def _flat(value: dict[str, Any]) -> dict[str, Any]:
    """With the fields of the objects that some interfaces put around them."""
    fields = dict(value)
    for name in ("fields", "thread"):
        inner = fields.get(name)
        if isinstance(inner, dict) and any(key in NAMES for key in inner):
            del fields[name]
            fields = {**inner, **fields}
    return fields


def _rename(fields: dict[str, Any], name: str, names: tuple[str, ...], kind: type) -> None:
    """The first field of those names that is of a kind, under our name."""
    if fields.get(name) is None:
        found = next((one for one in names if isinstance(fields.get(one), kind) and fields[one] != ""), None)
        if found:
            fields[name] = fields.pop(found)


def _rename_text(fields: dict[str, Any], remarks: list[str]) -> None:
    name = _text(fields)
    if name is None and fields.get("text") is None and fields.get("title", fields.get("headline")):
        name = next((one for one in _SUMMARIES if len(str(fields.get(one) or "")) >= _LEAST_SUMMARY), None)
        if name:
            remarks.append(f"only its {name!r} is read: it has no text")
    if name is None or not _has_text(fields[name]):
        return
    found = fields.pop(name)
    text = plain("\n\n".join(found) if isinstance(found, list) else found)
    end = len(text.rstrip())
    if cut := _CUT.search(text[:end], max(0, end - 60)):
        remarks.append(f"cut off where it comes from: {cut[1]} characters are missing")
        text = text[: cut.start()]
    fields["text"] = text


def _rename_title(fields: dict[str, Any]) -> None:
    _rename(fields, "title", _TITLES, str)
    headline = fields.get("headline")
    if fields.get("title") is None and isinstance(headline, dict) and isinstance(headline.get("main"), str):
        fields["title"] = headline["main"]
    if isinstance(fields.get("title"), str):
        fields["title"] = plain(fields["title"])


def _rename_source(fields: dict[str, Any]) -> None:
    """A source by its name, or by its domain where it has none; an address that is called source is the article's."""
    source = fields.get("source")
    if isinstance(source, str) and _ADDRESS.fullmatch(source) and fields.get("url") is None:
        fields["url"] = fields.pop("source")
    if isinstance(fields.get("source"), str) and not _ADDRESS.fullmatch(fields["source"]):
        return
    named = next(_names(fields), None)
    if named:
        name, fields["source"] = named
        if name != "source":
            del fields[name]


def _names(fields: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name in _SOURCES:
        value = fields.get(name)
        if isinstance(value, dict):
            value = next(
                (value[key] for key in ("name", "title", "domain", "id") if isinstance(value.get(key), str)), None
            )
        if isinstance(value, str) and value.strip():
            address = _ADDRESS.fullmatch(value.strip())
            yield name, address[1] if address else value


def _rename_date(fields: dict[str, Any]) -> None:
    name = next((one for one in _DATES if fields.get(one) is not None), None)
    if name not in (None, "published", "date"):
        fields["published"] = fields.pop(name)
        if name == "publish_date" and _MONTH_FIRST.fullmatch(str(fields["published"])):  # as RealNews writes them
            month, day, year = fields["published"].split("-")
            fields["published"] = f"{year}-{month}-{day}"
