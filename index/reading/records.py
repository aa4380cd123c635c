"""JSON articles: an object, a list of objects, or one object a line."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from index.errors import ReadError
from index.reading.dates import read_date
from index.reading.decoding import clean
from index.types import Metadata

_TEXT_FIELDS = ("text", "body")
_DATE_FIELDS = ("published", "date")
_DEEPEST = 40


@dataclass(frozen=True, slots=True)
class JsonArticle:
    """What one object says."""

    key: str | None
    """Its ``id``, else its ``url``."""
    text: str
    metadata: Metadata
    repairs: tuple[str, ...] = field(default=())


def read_object(fields: Any) -> JsonArticle:
    """The article of a parsed object; what has no place of its own is kept in ``Metadata.extra``.

    Raises:
        ReadError: it is no object, has no text, or a field is of the wrong type.
    """
    if not isinstance(fields, dict):
        raise ReadError("not a JSON object")
    if _depth(fields) > _DEEPEST:
        raise ReadError(f"nested deeper than {_DEEPEST} levels")
    name = next((one for one in _TEXT_FIELDS if fields.get(one) is not None), None)
    if name is None:
        raise ReadError("no field 'text' or 'body'")
    cleaned = clean(_string(fields, name) or "")
    url, source, title = (_string(fields, one) for one in ("url", "source", "title"))
    extra = {one: value for one, value in fields.items() if one not in (name, "url", "source", "title")}
    repairs = list(cleaned.repairs)
    if url and not url.startswith(("http://", "https://")):
        repairs.append("a url that is not http or https is kept as metadata only")
        extra["url"], url = url, None
    published, problem = _published(fields, extra)
    if problem:
        repairs.append(problem)
    tags = fields.get("tags")
    if isinstance(tags, list) and all(isinstance(tag, str) for tag in tags):
        extra.pop("tags")
    else:
        tags = []
    metadata = Metadata(
        title=_line(title), source=_line(source), url=_line(url), published=published, tags=tuple(filter(None, map(_line, tags))),
        extra=json.loads(clean(json.dumps(extra, ensure_ascii=False)).text),
    )  # fmt: skip
    key = fields.get("id")
    name_key = str(key) if isinstance(key, (str, int)) and not isinstance(key, bool) else url
    return JsonArticle(name_key and clean(name_key).text.replace("\n", " "), cleaned.text, metadata, tuple(repairs))


def parse(text: str) -> Any:
    """A JSON value.

    Raises:
        ReadError: it is none.
    """
    try:
        return json.loads(text, parse_constant=lambda name: None)
    except json.JSONDecodeError as error:
        raise ReadError(f"not JSON: {error.msg} at character {error.pos + 1}") from error
    except (RecursionError, ValueError) as error:
        raise ReadError("not JSON that can be read: too deep, or a number too long") from error


def _published(fields: dict[str, Any], extra: dict[str, Any]) -> tuple[str | None, str | None]:
    """The date, taken out of ``extra`` when it was understood."""
    problem = None
    for name in _DATE_FIELDS:
        if fields.get(name) is None:
            continue
        published, problem = read_date(_string(fields, name) or "")
        if published:
            extra.pop(name)
            return published, None
    return None, problem


def _string(fields: dict[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise ReadError(f"field {name!r} is not a string")
    return value


def _line(value: str | None) -> str | None:
    return " ".join(clean(value or "").text.split()) or None


def _depth(value: Any) -> int:
    deepest, level = 0, [value]
    while level:
        deepest += 1
        level = [part for one in level for part in _parts(one)]
        if deepest > _DEEPEST:
            break
    return deepest


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value
