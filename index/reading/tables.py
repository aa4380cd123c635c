"""Tables of articles, CSV, TSV and XLSX: an article a row, its columns named as the fields of JSON articles are."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from dateline.index.errors import ReadError
from dateline.index.reading.encoding import decode
from dateline.index.reading.inputs import MAX_BYTES
from dateline.index.reading.json_fields import NAMES, has_article
from dateline.index.reading.xml_packages import Package, local

_MAX_ROWS, _MAX_COLUMNS = 200_000, 1_000
_DELIMITERS = ",;\t|"
_SAMPLE = 20_000  # characters that the delimiter is told by
_KNOWN = {re.sub(r"[\W_]", "", name).lower(): name for name in sorted(NAMES)}
_DATE_COLUMNS = frozenset(
    {"date", "published", "publishedAt", "published_at", "publish_date", "date_published", "pub_date"}
)
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's days have no zone
_SERIALS = (10_000.0, 80_000.0)  # days from 1927 to 2119
_CELL = re.compile(r"([A-Z]{1,3})\d+")


def read_csv_rows(raw: bytes) -> Iterator[dict[str, Any]]:
    """The rows of a text of values set apart by commas, semicolons, tabs or bars; its first line names the columns.

    Raises:
        ReadError: it has no column that could be a text, or is no such file.
    """
    text = decode(raw).text
    csv.field_size_limit(MAX_BYTES)
    first_line = text[:_SAMPLE].split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first_line.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from _records(rows)
    except csv.Error as error:
        raise ReadError(f"the table is broken: {error}") from error


def read_xlsx_rows(raw: bytes) -> Iterator[dict[str, Any]]:
    """The rows of the first sheet of an XLSX file; its first row names the columns.

    Raises:
        ReadError: it is broken, too large, or has no column that could be a text.
    """
    package = Package(raw, "xlsx")
    sheets = sorted(
        (name for name in package.names if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)),
        key=lambda one: (len(one), one),
    )
    if not sheets:
        raise ReadError("the xlsx is broken")
    strings = package.tree("xl/sharedStrings.xml") if "xl/sharedStrings.xml" in package.names else None
    shared = [_rich_text(one) for one in strings if local(one) == "si"] if strings is not None else []
    sheet = package.tree(sheets[0])
    yield from _records(_cells(row, shared) for row in sheet.iter() if local(row) == "row")


def _records(rows: Iterable[list[str]]) -> Iterator[dict[str, Any]]:
    names: list[str] = []
    for number, row in enumerate(rows):
        if number > _MAX_ROWS:
            raise ReadError(f"the table has more than {_MAX_ROWS:,} rows; split it")
        if not any(cell.strip() for cell in row):
            continue
        if names:
            yield {name: _dated(name, cell) for name, cell in zip(names, row, strict=False) if cell.strip()}
            continue
        names = [_KNOWN.get(re.sub(r"[\W_]", "", cell).lower(), cell.strip()) for cell in row[:_MAX_COLUMNS]]
        if not has_article(names):
            shown = ", ".join(repr(one[:20]) for one in names[:8])
            raise ReadError(f"no column is known to hold the text; name one 'text' (its columns are {shown})")


def _dated(name: str, cell: str) -> str:
    """A day that a spreadsheet counts, as a date."""
    if name not in _DATE_COLUMNS or not re.fullmatch(r"\d{5}(?:\.\d+)?", cell.strip()):
        return cell
    serial = float(cell)
    if not _SERIALS[0] < serial < _SERIALS[1]:
        return cell
    moment = _DAY_ZERO + timedelta(days=serial)
    return moment.date().isoformat() if serial == int(serial) else moment.replace(microsecond=0).isoformat()


def _cells(row: Any, shared: list[str]) -> list[str]:
    cells: list[str] = []
    for one in row:
        if local(one) != "c":
            continue
        place = _column(one.get("r") or "", len(cells))
        if place >= _MAX_COLUMNS:
            break
        cells += [""] * (place - len(cells))
        cells.append(_value(one, shared))
    return cells


def _column(reference: str, otherwise: int) -> int:
    found = _CELL.fullmatch(reference)
    if not found:
        return otherwise
    number = 0
    for letter in found[1]:
        number = 26 * number + ord(letter) - ord("A") + 1
    return max(number - 1, otherwise)


def _value(cell: Any, shared: list[str]) -> str:
    kind = cell.get("t")
    value = next((one.text or "" for one in cell if local(one) == "v"), "")
    if kind == "s":
        return shared[int(value)] if value.isdigit() and int(value) < len(shared) else ""
    if kind == "inlineStr":
        return "".join(_rich_text(one) for one in cell if local(one) == "is")
    return value


def _rich_text(element: Any) -> str:
    return "".join(one.text or "" for one in element.iter() if local(one) == "t" and local(one.getparent()) != "rPh")
