"""The front matter of a Markdown file: YAML between ``---`` lines, TOML between ``+++``, or Pandoc's ``%`` lines.

And the fields that press databases write around an article, LexisNexis and Factiva.
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dateline.index.reading.byline import read_authors
from dateline.index.reading.dates import read_date, stated_date
from dateline.index.reading.urls import is_web_address
from dateline.index.types import Metadata, Span

_MATTER = re.compile(r"\n*---[ \t]*\n(?P<lines>(?:[^\n]*\n){0,200}?)(?:---|\.\.\.)[ \t]*(?:\n|$)")
_FIELD = re.compile(r"(?P<name>[A-Za-z_][\w-]{0,40})[ \t]*:(?:[ \t]+(?P<value>.*))?")
_ITEM = re.compile(r"[ \t]*-[ \t]+(?P<value>.*)")
_TOML = re.compile(r"\n*\+\+\+[ \t]*\n(?P<lines>(?:[^\n]*\n){0,200}?)\+\+\+[ \t]*(?:\n|$)")
_PANDOC = re.compile(
    r"\n*%[ \t]+(?P<title>[^\n]+)(?:\n%[ \t]*(?P<authors>[^\n]*)(?:\n%[ \t]*(?P<date>[^\n]*))?)?(?:\n|$)"
)
_DATES, _ADDRESSES = ("published", "date", "pubdate", "publish_date", "publishdate"), ("url", "link")
_AUTHORS = ("authors", "author", "byline")


_NEXIS_BODY = re.compile(r"^Body[ \t]*$", re.MULTILINE)
_NEXIS_FIELD = re.compile(r"^(?P<name>Section|Length|Byline|Dateline|Highlight):[ \t]*(?P<value>\S.*)$", re.MULTILINE)
_NEXIS_END = re.compile(r"^(?:Load-Date:|Classification[ \t]*$|Graphic[ \t]*$|End of Document[ \t]*$)", re.MULTILINE)
_NEXIS_HEAD = 4_000  # characters
_WEEKDAY = re.compile(r"[ ,]+(?:mon|tues|wednes|thurs|fri|satur|sun)day\b.*$", re.IGNORECASE)
_FACTIVA = re.compile(r"^(?P<code>[A-Z]{2,3})(?:[ \t]+|\n)(?=\S)", re.MULTILINE)
_FACTIVA_CODES = frozenset(
    "SE HD BY CR WC PD ET SN SC ED PG LA CY LP TD CO IN NS RE PUB AN CT RF ART CLM IPD IPC".split()
)
_FACTIVA_NEEDED = {"HD", "LP"}


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a front matter says, and where it ends; 0 where there is none."""

    metadata: Metadata
    end: int
    remarks: tuple[str, ...] = ()


def read_front_matter(text: str) -> FrontMatter:
    """The front matter that ``text`` begins with; fields without a place in Metadata are kept in ``extra``.

    A value is a string, or a list: ``[one, two]``, or a line ``- one`` each. Anything else of YAML is kept as it
    stands.
    """
    found, fields = _found(text)
    if found is None or not fields:
        return FrontMatter(Metadata(), 0)
    remarks: list[str] = []
    published, url = _take_published(fields, remarks), _take_address(fields, remarks)
    source = fields.get("source")
    if url is None and isinstance(source, str) and is_web_address(source):  # as web clippers write it
        url = fields.pop("source")
    tags = fields.pop("tags", [])
    if names := [name for key in _AUTHORS for name in read_authors(fields.pop(key, None))]:
        fields["authors"] = list(dict.fromkeys(names))
    metadata = Metadata(
        title=_string(fields, "title"), source=_string(fields, "source"), url=url, published=published,
        tags=tuple(_split(tags) if isinstance(tags, str) else [one for one in tags if isinstance(one, str)]),
        extra=fields,
    )  # fmt: skip
    return FrontMatter(metadata, found.end(), tuple(remarks))


def _found(text: str) -> tuple[re.Match[str] | None, dict[str, Any] | None]:
    """Where a front matter stands, and its fields."""
    if found := _MATTER.match(text):
        return found, _fields(found["lines"])
    if found := _TOML.match(text):
        return found, _toml(found["lines"])
    if found := _PANDOC.match(text):
        return found, {name: value.strip() for name, value in found.groupdict().items() if value and value.strip()}
    return None, None


def _take_published(fields: dict[str, Any], remarks: list[str]) -> str | None:
    for name in _DATES:
        value = fields.get(name)
        if isinstance(value, str):
            reading = stated_date(value)
            if reading.iso:
                del fields[name]
                return reading.iso
            remarks.append(reading.problem or "")
    return None


def _take_address(fields: dict[str, Any], remarks: list[str]) -> str | None:
    for name in _ADDRESSES:
        value = fields.get(name)
        if isinstance(value, str):
            if is_web_address(value):
                del fields[name]
                return value
            remarks.append(f"{name} {value[:100]!r} is no web address: kept as metadata")
    return None


def _toml(lines: str) -> dict[str, Any] | None:
    """The fields of a TOML front matter; None where it is no TOML."""
    try:
        fields = tomllib.loads(lines)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    return {name.lower(): _plain(value) for name, value in fields.items()}


def _plain(value: Any) -> Any:
    """A value of TOML as JSON knows it."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, str | int | bool) else str(value)


def _fields(lines: str) -> dict[str, str | list[str]] | None:
    """None where a line is no field and no part of one: then it is no front matter."""
    fields: dict[str, str | list[str]] = {}
    name = None
    for line in lines.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if field := _FIELD.fullmatch(line):
            name = field["name"].lower()
            fields[name] = _value(field["value"] or "")
        elif name is None or not (line[:1].isspace() or _ITEM.fullmatch(line)):
            return None
        elif item := _ITEM.fullmatch(line):
            before = fields[name]
            fields[name] = [*(before if isinstance(before, list) else filter(None, [before])), _unquoted(item["value"])]
        else:
            fields[name] = f"{fields[name]} {line.strip()}".strip() if isinstance(fields[name], str) else fields[name]
    return fields


def _value(text: str) -> str | list[str]:
    text = text.strip()
    return _split(text[1:-1]) if text.startswith("[") and text.endswith("]") else _unquoted(text)


def _split(text: str) -> list[str]:
    return [tag for part in text.split(",") if (tag := _unquoted(part).lstrip("#"))]


def _unquoted(text: str) -> str:
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _string(fields: dict[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if not isinstance(value, str):
        return None
    del fields[name]
    return value or None


# Exports of press databases, LexisNexis and Factiva, whose fields stand around the text


def read_export(text: str) -> tuple[Metadata, tuple[Span, ...]] | None:
    """What an export says of its article, and where its body is; None where the text is none."""
    return _nexis(text) or _factiva(text)


def _nexis(text: str) -> tuple[Metadata, tuple[Span, ...]] | None:
    start = _NEXIS_BODY.search(text, 0, _NEXIS_HEAD)
    if start is None:
        return None
    head = text[: start.start()]
    fields = {one["name"].lower(): one["value"].strip() for one in _NEXIS_FIELD.finditer(head)}
    lines = [line.strip() for line in head.splitlines() if line.strip()]
    if "length" not in fields or len(lines) < 4:
        return None
    dates = [reading.iso for line in lines[1:6] if (reading := read_date(_WEEKDAY.sub("", line))) and reading.iso]
    end = _NEXIS_END.search(text, start.end())
    extra = {name: fields[name] for name in ("section", "dateline") if name in fields}
    if names := read_authors(fields.get("byline")):
        extra["authors"] = names
    metadata = Metadata(title=lines[0], source=lines[1], published=next(iter(dates), None), extra=extra)
    return metadata, (Span(start.end(), end.start() if end else len(text)),)


def _factiva(text: str) -> tuple[Metadata, tuple[Span, ...]] | None:
    marks = [one for one in _FACTIVA.finditer(text) if one["code"] in _FACTIVA_CODES]
    if not {one["code"] for one in marks} >= _FACTIVA_NEEDED:
        return None
    ends = [one.start() for one in marks[1:]] + [len(text)]
    spans = [(one["code"], Span(one.end(), end)) for one, end in zip(marks, ends, strict=True)]
    fields = {code: " ".join(span.of(text).split()) for code, span in reversed(spans)}
    date = read_date(fields.get("PD", ""))
    extra = {"authors": names} if (names := read_authors(fields.get("BY"))) else {}
    metadata = Metadata(title=fields["HD"], source=fields.get("SN"), published=date.iso if date else None, extra=extra)
    return metadata, tuple(span for code, span in spans if code in ("LP", "TD"))
