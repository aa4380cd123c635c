"""JSON articles: an object, a list of objects, or one object a line."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dateline.index.errors import ReadError
from dateline.index.reading.cleaning import clean, one_line
from dateline.index.reading.dates import stated_date
from dateline.index.reading.json_fields import renamed
from dateline.index.reading.urls import is_web_address
from dateline.index.types import Metadata

_TEXT_FIELDS, _DATE_FIELDS = ("text", "body"), ("published", "date")
_DEEPEST = 50  # levels of objects and lists


@dataclass(frozen=True, slots=True)
class JsonArticle:
    """What one object says."""

    keys: tuple[str, ...]
    """What it can be called within its file, best first: its ``id``, its ``url``."""
    text: str
    metadata: Metadata
    repairs: tuple[str, ...]


def parse_json(text: str) -> Any:
    """The value of a JSON text; numbers that JSON has no word for (NaN, infinity) are null.

    Raises:
        ReadError: it is no JSON, or nested too deep.
    """
    try:
        value = json.loads(text, strict=False, parse_constant=lambda name: None, parse_float=_finite)
    except json.JSONDecodeError as error:
        raise ReadError(f"not json: {error.msg.lower()} at character {error.pos + 1}") from error
    except RecursionError as error:
        raise ReadError(f"nested deeper than {_DEEPEST} levels") from error
    except ValueError as error:
        raise ReadError("a number has too many digits") from error
    if _is_deep(value):
        raise ReadError(f"nested deeper than {_DEEPEST} levels")
    return value


def is_question(value: Any) -> bool:
    """Whether a value is a sample of an evaluation, which may lie in the folder of the articles it asks about."""
    return isinstance(value, dict) and "question" in value and not any(name in value for name in _TEXT_FIELDS)


def read_object(value: Any) -> JsonArticle:
    """The article of one object.

    Its text is ``text`` or ``body``; ``title``, ``source``, ``url``, ``published`` or ``date`` and ``tags`` have a
    place in Metadata, also where they go by a name that others use; every other field is kept in its ``extra``.

    Raises:
        ReadError: it is no object, has no text, or a field of those is of another type.
    """
    if not isinstance(value, dict):
        raise ReadError(f"not an object but {_kind(value)}")
    value, remarks = renamed(value)
    name = next((one for one in _TEXT_FIELDS if value.get(one) is not None), None)
    if name is None:
        raise ReadError("no field 'text' or 'body'")
    text = clean(_string(value, name) or "")
    repairs = [*text.repairs, *remarks]
    fields = _cleaned({one: part for one, part in value.items() if one != name})
    title, source, url = (_take_line(fields, one) for one in ("title", "source", "url"))
    keys = tuple(key for key in (_key(fields.get("id")), url) if key)
    if url is not None and not is_web_address(url):
        repairs.append(f"url {url[:100]!r} is no web address: kept as metadata")
        fields["url"], url = url, None
    published = _take_date(fields, repairs)
    metadata = Metadata(title=title, source=source, url=url, published=published, tags=_take_tags(fields), extra=fields)
    return JsonArticle(keys, text.text, metadata, tuple(repairs))


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def _take_line(fields: dict[str, Any], name: str) -> str | None:
    line = one_line(_string(fields, name) or "")
    fields.pop(name, None)
    return line or None


def _string(value: dict[str, Any], name: str) -> str | None:
    found = value.get(name)
    if found is not None and not isinstance(found, str):
        raise ReadError(f"field {name!r} is not a string but {_kind(found)}")
    return found


def _kind(value: Any) -> str:
    kinds = {dict: "an object", list: "a list", str: "a string", bool: "true or false", type(None): "null"}
    return kinds.get(type(value), "a number")


def _key(value: Any) -> str | None:
    return one_line(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else None


def _take_date(fields: dict[str, Any], repairs: list[str]) -> str | None:
    """The first date that is understood, out of ``fields``; one that is not stays there."""
    for name in _DATE_FIELDS:
        stated = fields.get(name)
        if stated is None:
            continue
        reading = stated_date(stated if isinstance(stated, str) else json.dumps(stated))
        if reading.iso:
            del fields[name]
            return reading.iso
        repairs.append(reading.problem or "")
    return None


def _take_tags(fields: dict[str, Any]) -> tuple[str, ...]:
    tags = fields.get("tags")
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        return ()
    del fields["tags"]
    return tuple(dict.fromkeys(filter(None, map(one_line, tags))))


def _cleaned(value: Any) -> Any:
    """A JSON value whose strings hold nothing that a text of record may not."""
    if isinstance(value, str):
        return clean(value).text
    if isinstance(value, list):
        return [_cleaned(part) for part in value]
    if isinstance(value, dict):
        return {clean(name).text: _cleaned(part) for name, part in value.items()}
    return value


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(_DEEPEST + 1):
        level = [part for one in level for part in _parts(one)]
        if not level:
            return False
    return True


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value
