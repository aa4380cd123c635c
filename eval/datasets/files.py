"""The files of sets: JSON or JSON lines, gzipped where the name ends in .gz, in; values of a stated form out."""

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from dateline.eval.errors import SetError

Form = TypeVar("Form")
Item = TypeVar("Item")

Fields = Mapping[str, object]
"""An article as a line of JSON gives it: ``id``, ``text``, ``title``, ``published``, ..."""


def read_json(path: Path, form: type[Form], what: str) -> Form:
    """The one value of a JSON file.

    Args:
        path: the file.
        form: what its value has to be; fields that it does not name are passed over.
        what: the file in words, for the error.

    Raises:
        SetError: there is no such file, or it is not of this form.
    """
    raw = b"".join(_raw_lines(path, what))
    try:
        return TypeAdapter(form).validate_json(raw)
    except ValidationError as error:
        raise SetError(f"{str(path)!r} is no {what}: {_fault(error)}") from error


def read_lines(path: Path, form: type[Form], what: str) -> Iterator[Form]:
    """The values of a file of JSON lines, in order; arguments and errors as of ``read_json``."""
    row = TypeAdapter(form)
    for number, line in enumerate(_raw_lines(path, what), 1):
        if not line.strip():
            continue
        try:
            yield row.validate_json(line)
        except ValidationError as error:
            raise SetError(f"{str(path)!r} is no {what}: line {number}: {_fault(error)}") from error


def write_lines(path: Path, articles: Iterable[Fields]) -> None:
    """Write articles as JSON lines, of which a library can be made; the file is there whole or not at all."""
    unfinished = path.with_suffix(".part")
    unfinished.write_text("\n".join(map(json.dumps, articles)), "utf-8")
    os.replace(unfinished, path)


def spread(items: Sequence[Item], most: int) -> list[Item]:
    """At most ``most`` of some items, the same each time and evenly spread over them; 0 is all."""
    if not most or most >= len(items):
        return list(items)
    return [items[place * len(items) // most] for place in range(most)]


def part_by_hash(name: str, parts: int) -> int:
    """Which of so many parts of a set what has this name is of: the same on any machine."""
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % parts


def _raw_lines(path: Path, what: str) -> Iterator[bytes]:
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            yield from stream
    except FileNotFoundError as error:
        raise SetError(f"no {what} at {str(path)!r}; say with --data where it is") from error
    except (OSError, EOFError, zlib.error) as error:  # a bad gzip file is an OSError
        raise SetError(f"can't read the {what} at {str(path)!r}: {error}".replace("\n", " ")) from error


def _fault(error: ValidationError) -> str:
    """The first thing that is wrong, and where."""
    fault = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(map(str, fault["loc"]))
    reason = fault["msg"].lower()
    return f"{where}: {reason}" if where else reason
