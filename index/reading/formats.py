"""One reader a kind of file: its raw bytes in, its articles out."""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any, Literal
from urllib.parse import urlsplit

from dateline.index.errors import ReadError
from dateline.index.reading.cleaning import clean
from dateline.index.reading.dates import read_date
from dateline.index.reading.encoding import decode, gibberish
from dateline.index.reading.epub import extract_epub
from dateline.index.reading.html import declared_charset, extract_page
from dateline.index.reading.inputs import Skipped, Story
from dateline.index.reading.json_articles import parse_json, read_object
from dateline.index.reading.json_fields import unwrap
from dateline.index.reading.mail import extract_eml, extract_mbox, extract_mhtml
from dateline.index.reading.office import extract_docx, extract_odt
from dateline.index.reading.pdf import extract_pdf
from dateline.index.reading.plain_text import Layout, lay_out
from dateline.index.reading.rtf import extract_rtf
from dateline.index.reading.subtitles import extract_subtitles
from dateline.index.reading.tables import read_csv_rows, read_xlsx_rows
from dateline.index.reading.warc import extract_warc
from dateline.index.reading.xml_articles import extract_xml
from dateline.index.types import Article, Metadata, Origin

_NO_TEXT = "no article text"
_DAY_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d{2})[-_.]?(\d{2})[-_.]?(\d{2})(?!\d)")


@dataclass(frozen=True, slots=True)
class Source:
    """The raw bytes of a file, and what it is called as an origin."""

    raw: bytes
    name: str

    def origin(self, encoding: str, *repairs: str) -> Origin:
        """Where an article that is the whole of it was read from."""
        sha256 = hashlib.sha256(self.raw).hexdigest()
        return Origin(name=self.name, sha256=sha256, encoding=encoding, repairs=repairs)


Reader = Callable[[Source], Iterator[Article | Skipped]]
"""Raises ReadError where nothing of it can be read."""


def read_text(source: Source) -> Iterator[Article | Skipped]:
    """Plain text."""
    return _read_text(source, markdown=False)


def read_markdown(source: Source) -> Iterator[Article | Skipped]:
    """Markdown: its markup stays in the text of record."""
    return _read_text(source, markdown=True)


def _read_text(source: Source, *, markdown: bool) -> Iterator[Article | Skipped]:
    decoded = decode(source.raw)
    cleaned = clean(decoded.text)
    layout = _with_date_of_name(lay_out(cleaned.text, titled=True, markdown=markdown), source.name)
    yield _article(cleaned.text, layout, source.origin(decoded.encoding, *decoded.repairs, *cleaned.repairs))


def read_html(source: Source) -> Iterator[Article | Skipped]:
    """A page: the text of record is the article that stands in it."""
    decoded = decode(source.raw, declared_charset(source.raw))
    page = extract_page(decoded.text)
    cleaned = clean(page.text)
    layout = lay_out(cleaned.text, page.metadata, titled=page.metadata.title is None)
    repairs = dict.fromkeys((*decoded.repairs, *cleaned.repairs, *page.remarks))
    yield _article(cleaned.text, layout, source.origin(decoded.encoding, *repairs))


def read_pdf(source: Source) -> Iterator[Article | Skipped]:
    """A PDF file: the text of record has a paragraph a line."""
    text, title, hidden = extract_pdf(source.raw)
    cleaned = clean(text)
    layout = _with_date_of_name(lay_out(cleaned.text, Metadata(title=title), titled=title is None), source.name)
    yield _article(cleaned.text, layout, source.origin("pdf", *cleaned.repairs, *hidden))


def read_json(source: Source) -> Iterator[Article | Skipped]:
    """One object, or a list of objects."""
    decoded = decode(source.raw)
    value = unwrap(parse_json(decoded.text))
    origin = source.origin(decoded.encoding, *decoded.repairs)
    if not isinstance(value, list):
        yield _record(value, origin)[0]
        return
    collection = Collection(source.name, "element")
    for number, one in enumerate(value, 1):
        yield collection.read(number, one, origin)
    if not value:
        yield Skipped(origin=source.name, reason="an empty list", refused=False)


def _whole(extract: Callable[[bytes], Iterator[Story]]) -> Reader:
    """Reads a format that holds one article."""

    def read(source: Source) -> Iterator[Article | Skipped]:
        for story in extract(source.raw):
            text, layout, repairs = _laid_out(story)
            yield _article(text, _with_date_of_name(layout, source.name), source.origin("document", *repairs))

    return read


def _many(extract: Callable[[bytes], Iterator[Story]]) -> Reader:
    """Reads a format that holds any number of articles."""

    def read(source: Source) -> Iterator[Article | Skipped]:
        collection, number = Collection(source.name, "part"), 0
        for number, story in enumerate(extract(source.raw), 1):
            text, layout, repairs = _laid_out(story)
            found = _article(text, layout, source.origin("document", *repairs))
            yield collection.take(number, found, (story.key,) if story.key else ())
        if not number:
            yield Skipped(origin=source.name, reason="no article in it", refused=False)

    return read


def _laid_out(story: Story) -> tuple[str, Layout, tuple[str, ...]]:
    cleaned = clean(story.text)
    return cleaned.text, lay_out(cleaned.text, story.metadata, titled=story.titled), (*cleaned.repairs, *story.remarks)


def _rows(read_rows: Callable[[bytes], Iterator[dict[str, Any]]]) -> Reader:
    """Reads a format of a row an article."""

    def read(source: Source) -> Iterator[Article | Skipped]:
        collection, number, origin = Collection(source.name, "row"), 0, source.origin("table")
        for number, row in enumerate(read_rows(source.raw), 1):
            yield collection.read(number, row, origin)
        if not number:
            yield Skipped(origin=source.name, reason="an empty table", refused=False)

    return read


class Collection:
    """The articles of a file that holds many: named by it and their id, address or number, no name given twice."""

    def __init__(self, file_name: str, unit: Literal["line", "element", "row", "part"]) -> None:
        self._file_name, self._unit = file_name, unit
        self._keys: set[str] = set()

    def read(self, number: int, value: Any, origin: Origin) -> Article | Skipped:
        """The article of one object; what is wrong with it is told with its number."""
        try:
            found, keys = _record(value, origin)
        except ReadError as error:
            return self.skip(number, str(error))
        return self.take(number, found, keys)

    def take(self, number: int, found: Article | Skipped, keys: tuple[str, ...]) -> Article | Skipped:
        """An article under the first of its keys that is free, else its number."""
        if isinstance(found, Skipped):
            return self.skip(number, found.reason, refused=found.refused)
        name = f"{self._file_name}#{self._free_key((*keys, str(number)))}"
        return replace(found, origins=(replace(found.origins[0], name=name),))

    def skip(self, number: int, reason: str, *, refused: bool = True) -> Skipped:
        """Leave a line or element aside."""
        return Skipped(origin=self._file_name, reason=f"{self._unit} {number:,}: {reason}", refused=refused)

    def _free_key(self, keys: tuple[str, ...]) -> str:
        key, count = next((key for key in keys if key not in self._keys), keys[-1]), 2
        while key in self._keys:
            key, count = f"{keys[-1]} ({count})", count + 1
        self._keys.add(key)
        return key


def _record(value: Any, origin: Origin) -> tuple[Article | Skipped, tuple[str, ...]]:
    """The article of one object, and what it can be called."""
    record = read_object(value)
    layout = lay_out(record.text, record.metadata)
    repairs = (*origin.repairs, *record.repairs)
    return _article(record.text, layout, replace(origin, repairs=repairs)), record.keys


def _with_host(layout: Layout) -> Layout:
    """Where nothing names the source, the host of the article's own address."""
    known = layout.metadata
    host = urlsplit(known.url).hostname if known.url and not known.source else None
    return replace(layout, metadata=replace(known, source=host.removeprefix("www."))) if host else layout


def _with_date_of_name(layout: Layout, name: str) -> Layout:
    """Where nothing says when it was published, the day in the file's name, told as such."""
    found = _DAY_IN_NAME.search(PurePath(name).stem) if layout.metadata.published is None else None
    reading = read_date("-".join(found.groups())) if found else None
    if reading is None or reading.iso is None:
        return layout
    remarks = (*layout.remarks, f"published {reading.iso}: only the file's name says so")
    return replace(layout, metadata=replace(layout.metadata, published=reading.iso), remarks=remarks)


def _article(text: str, layout: Layout, origin: Origin) -> Article | Skipped:
    body = "\n".join(span.of(text) for span in layout.body)
    if reason := gibberish(body or text):
        return Skipped(origin=origin.name, reason=reason, refused=True)
    if not any(map(str.isalnum, body)):
        return Skipped(origin=origin.name, reason=_NO_TEXT, refused=False)
    layout = _with_host(layout)
    origin = replace(origin, repairs=(*origin.repairs, *layout.remarks))
    return Article(text=text, body=layout.body, metadata=layout.metadata, origins=(origin,))


SANDBOXED: dict[str, Reader] = {
    "html": read_html,
    "pdf": read_pdf,
    "docx": _whole(extract_docx),
    "odt": _whole(extract_odt),
    "rtf": _whole(extract_rtf),
    "eml": _whole(extract_eml),
    "mhtml": _whole(extract_mhtml),
    "subtitles": _whole(extract_subtitles),
    "epub": _many(extract_epub),
    "mbox": _many(extract_mbox),
    "warc": _many(extract_warc),
    "xml": _many(extract_xml),
    "csv": _rows(read_csv_rows),
    "xlsx": _rows(read_xlsx_rows),
}
"""The readers of the kinds that are read in a process of their own."""
