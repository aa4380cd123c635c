"""The front matter of a Markdown file: ``name: value`` lines between two ``---`` lines."""

import re
from dataclasses import dataclass

from dateline.index.reading.dates import stated_date
from dateline.index.reading.urls import is_web_address
from dateline.index.types import Metadata

_MATTER = re.compile(r"\n*---[ \t]*\n(?P<lines>(?:[^\n]*\n){0,200}?)(?:---|\.\.\.)[ \t]*(?:\n|$)")
_FIELD = re.compile(r"(?P<name>[A-Za-z_][\w-]{0,40})[ \t]*:(?:[ \t]+(?P<value>.*))?")
_ITEM = re.compile(r"[ \t]*-[ \t]+(?P<value>.*)")
_DATES, _ADDRESSES = ("published", "date"), ("url", "link")


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
    found = _MATTER.match(text)
    fields = _fields(found["lines"]) if found else None
    if found is None or not fields:
        return FrontMatter(Metadata(), 0)
    remarks = []
    published = None
    for name in _DATES:
        value = fields.get(name)
        if isinstance(value, str) and published is None:
            reading = stated_date(value)
            if reading.iso:
                published = reading.iso
                del fields[name]
            else:
                remarks.append(reading.problem or "")
    url = None
    for name in _ADDRESSES:
        value = fields.get(name)
        if isinstance(value, str) and url is None:
            if is_web_address(value):
                url = value
                del fields[name]
            else:
                remarks.append(f"{name} {value[:100]!r} is no web address: kept as metadata")
    tags = fields.pop("tags", [])
    metadata = Metadata(
        title=_string(fields, "title"), source=_string(fields, "source"), url=url, published=published,
        tags=tuple(_split(tags) if isinstance(tags, str) else tags), extra=fields,
    )  # fmt: skip
    return FrontMatter(metadata, found.end(), tuple(remarks))


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


def _string(fields: dict[str, str | list[str]], name: str) -> str | None:
    value = fields.get(name)
    if not isinstance(value, str):
        return None
    del fields[name]
    return value or None
