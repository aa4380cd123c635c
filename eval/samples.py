"""Sets of samples: JSON lines or CSV in, samples and every fault with its line out."""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from dateline.eval.errors import SamplesError
from dateline.eval.types import Item, Kind, Sample
from dateline.index.errors import ReadError
from dateline.index.reading.cleaning import clean
from dateline.index.reading.encoding import decode
from dateline.rag.conversation import Turn
from dateline.rag.errors import QuestionError
from dateline.rag.request import check_question
from dateline.rag.types import YesNo

_MAX_BYTES = 20_000_000
_DELIMITERS = ",;\t"
_SEVERAL = "|"
"""Between the values of one CSV cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFile:
    """What a file of samples holds."""

    name: str
    sha256: str
    samples: tuple[Sample, ...]
    faults: tuple[tuple[int, str], ...]
    """What is wrong, each with its line."""


def read_samples(path: Path) -> SampleFile:
    """The samples of a file, ``.csv`` or JSON lines; a line that is wrong is a fault, not an error.

    Raises:
        SamplesError: the file can't be read at all.
    """
    try:
        with path.open("rb") as stream:
            raw = stream.read(_MAX_BYTES + 1)
    except OSError as error:
        raise SamplesError(str(path), [f"can't be read: {error.strerror}".lower()]) from error
    return parse_samples(raw, str(path))


def parse_samples(raw: bytes, name: str) -> SampleFile:
    """The samples in the bytes of a file of some name.

    Raises:
        SamplesError: they are no text, or too many.
    """
    try:
        if len(raw) > _MAX_BYTES:
            raise ReadError(f"larger than {_MAX_BYTES // 1_000_000} MB, the limit; split it")
        text = decode(raw).text if raw.strip() else ""
    except ReadError as error:
        raise SamplesError(name, [f"can't be read: {error}"]) from error
    rows = _csv_rows(text) if name.lower().endswith(".csv") else _json_rows(text)
    samples, faults = _collect(rows)
    if not samples and not faults:
        faults = ((1, "it holds no sample"),)
    return SampleFile(name=name, sha256=hashlib.sha256(raw).hexdigest(), samples=samples, faults=faults)


def _one_or_many(value: Any) -> Any:
    return () if value is None else [value] if isinstance(value, str | dict) else value


def _day(value: Any) -> Any:
    return value.replace("/", "-") if isinstance(value, str) else value


def _turn(value: Any) -> Any:
    return {"question": value} if isinstance(value, str) else value


Text = Annotated[str, Field(min_length=1, max_length=100_000)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_one_or_many)]


class _Turn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    question: Text
    answer: str = ""


def _item(value: Any) -> Any:
    return {"answers": value} if isinstance(value, str) else value


class _Item(BaseModel):
    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True, str_strip_whitespace=True)
    answers: Annotated[tuple[Text, ...], BeforeValidator(_one_or_many), Field(min_length=1)]
    quote: Text | None = None
    article: Text | None = None


Items = Annotated[tuple[Annotated[_Item, BeforeValidator(_item)], ...], BeforeValidator(_one_or_many)]


def _yes_no(value: Any) -> Any:
    """A spreadsheet and JSON have values of their own for yes and no."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.strip().lower() if isinstance(value, str) else value


class _Row(BaseModel):
    """The columns of a sample as they are written; one value may stand for a list of one."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True, str_strip_whitespace=True)
    question: Text
    id: Text | None = None
    answers: Texts = ()
    quotes: Texts = ()
    article: Texts = ()
    unanswerable: bool = False
    history: Annotated[tuple[Annotated[_Turn, BeforeValidator(_turn)], ...], BeforeValidator(_one_or_many)] = ()
    stand_alone: Text | None = None
    asked: Annotated[date | None, BeforeValidator(_day)] = None
    tags: Texts = ()
    kind: Kind | None = None
    items: Items = ()
    earlier: Items = ()
    verdict: Annotated[YesNo | None, BeforeValidator(_yes_no)] = None
    result: Texts = ()


COLUMNS = tuple(_Row.model_fields)

Rows = Iterator[tuple[int, Any]]
"""Numbers of lines, and what stands there; a string is the reason why it is no row."""


def _json_rows(text: str) -> Rows:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            where = f" at character {error.pos + 1}" if isinstance(error, json.JSONDecodeError) else ""
            yield number, f"not json{where}; a line holds one object in braces"
            continue
        yield number, value if isinstance(value, dict) else "not an object in braces"


def _csv_rows(text: str) -> Rows:
    head = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: list[str] = []
    try:
        for row in reader:
            if not columns:
                columns = [name.strip().lower() for name in row]
            elif any(cell.strip() for cell in row):
                yield reader.line_num, _csv_row(columns, row)
    except csv.Error as error:
        yield reader.line_num, f"not csv: {error}"


def _csv_row(columns: list[str], row: list[str]) -> dict[str, Any] | str:
    if len(row) > len(columns):
        return f"{len(row)} cells for {len(columns)} columns; put a cell that holds the delimiter in quotation marks"
    cells = {name: cell.strip() for name, cell in zip(columns, row, strict=False) if cell.strip()}
    return {name: _csv_cell(name, cell) for name, cell in cells.items()}


def _csv_cell(name: str, cell: str) -> Any:
    if name not in ("answers", "quotes", "article", "history", "tags", "items", "earlier", "result"):
        return cell
    if cell.startswith(("[", "{")):
        try:
            return json.loads(cell)
        except (ValueError, RecursionError):
            pass  # a text that begins with a bracket
    return [part.strip() for part in cell.split(_SEVERAL) if part.strip()]


def _collect(rows: Rows) -> tuple[tuple[Sample, ...], tuple[tuple[int, str], ...]]:
    samples: dict[str, Sample] = {}
    faults: list[tuple[int, str]] = []
    for line, row in rows:
        if isinstance(row, str):
            faults.append((line, row))
            continue
        try:
            sample = _sample(_Row.model_validate(row), line)
        except ValidationError as error:
            faults += ((line, fault) for fault in _in_words(error))
        except (ValueError, QuestionError) as error:
            faults.append((line, str(error)))
        else:
            other = samples.setdefault(sample.id, sample)
            if other is not sample:
                faults.append((line, f"has the id of line {other.line}, {sample.id!r}; give each an id of its own"))
    return tuple(samples.values()), tuple(faults)


def _sample(row: _Row, line: int) -> Sample:
    kind = _kind(row)
    unanswerable = row.unanswerable or row.verdict == "not said"
    if unanswerable and (row.answers or row.quotes):
        why = "not said" if row.verdict else "unanswerable"
        raise ValueError(f"it is {why}, so it has no 'answers' and no 'quotes'")
    if not (unanswerable or row.answers or row.quotes or kind != "fact"):
        raise ValueError("one of 'answers', 'quotes' and 'unanswerable' is required, or 'items', 'verdict' or 'result'")
    question = check_question(row.question)
    history = tuple(Turn(question=turn.question, answer=turn.answer) for turn in row.history)
    items, earlier = ([_read_item(one) for one in some] for some in (row.items, row.earlier))
    parts = [*items, *earlier]
    return Sample(
        id=row.id or _id_of(question, history),
        question=question,
        answers=_cleaned(row.answers),
        quotes=_once([*_cleaned(row.quotes), *(one.quote for one in parts if one.quote)]),
        articles=_once([*row.article, *(one.article for one in parts if one.article)]),
        unanswerable=unanswerable,
        history=history,
        stand_alone=check_question(row.stand_alone) if row.stand_alone else None,
        asked=row.asked,
        tags=tuple(tag.lower() for tag in row.tags),
        kind=kind,
        items=tuple(items),
        earlier=tuple(earlier),
        verdict=row.verdict,
        result=_cleaned(row.result),
        line=line,
    )


_PARTS: dict[str, Kind] = {"items": "list", "earlier": "latest", "verdict": "yes-no", "result": "comparison"}
"""The columns that only a sample of one kind has; all but an earlier value are what its answer is."""


def _kind(row: _Row) -> Kind:
    """What kind of answer a sample asks for: as it says, or as its columns tell."""
    given = [name for name in _PARTS if getattr(row, name)]
    if len(given) > 1:
        raise ValueError(f"{given[0]!r} is of one kind of question, {given[1]!r} of another; ask for one at a time")
    kind = row.kind or (_PARTS[given[0]] if given else "fact")
    if given and _PARTS[given[0]] != kind:
        raise ValueError(f"{given[0]!r} is of the kind {_PARTS[given[0]]!r}, not {kind!r}")
    if row.unanswerable:
        if given and row.verdict != "not said":
            raise ValueError(f"it is unanswerable, so it has no {given[0]!r}")
        return kind
    needed = {of: name for name, of in _PARTS.items()} | {"latest": "answers"}
    if kind in needed and not getattr(row, needed[kind]):
        raise ValueError(f"a sample of the kind {kind!r} needs {needed[kind]!r}")
    if kind != "latest" and given and row.answers:
        raise ValueError(f"it has {given[0]!r}, which is its answer, so it has no 'answers'")
    return kind


def _read_item(item: _Item) -> Item:
    quote = _cleaned([item.quote])[0] if item.quote else None
    return Item(answers=_cleaned(item.answers), quote=quote, article=item.article)


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _cleaned(texts: Iterable[str]) -> tuple[str, ...]:
    """As articles are cleaned when they are read, so that the same words are the same characters."""
    cleaned = tuple(clean(text).text.strip() for text in texts)
    if not all(cleaned):
        raise ValueError("an answer or a quotation holds nothing that can be seen")
    return cleaned


def _id_of(question: str, history: tuple[Turn, ...]) -> str:
    """An id for a sample that has none: the same wherever it stands in the file."""
    asked = "\n".join((*(turn.question for turn in history), question))
    return hashlib.sha256(asked.encode()).hexdigest()[:8]


_REASONS = {
    "missing": "no {0!r}", "extra_forbidden": f"unknown column {{0!r}}; there are {', '.join(COLUMNS)}",
    "string_too_short": "{0!r} is empty", "string_type": "{0!r} is no text",
    "string_unicode": "{0!r} holds half a character", "tuple_type": "{0!r} is neither a text nor a list of texts",
    "bool_parsing": "{0!r} is neither true nor false", "bool_type": "{0!r} is neither true nor false",
}  # fmt: skip
"""What pydantic finds, in words."""


def _in_words(error: ValidationError) -> Iterator[str]:
    for fault in error.errors():
        kind, column = fault["type"], ".".join(map(str, fault["loc"]))
        if kind in _REASONS:
            yield _REASONS[kind].format(column)
        elif kind.startswith("date"):
            yield f"{column!r} is no day like '2024-09-08'"
        else:
            reason = str(fault.get("ctx", {}).get("error", fault["msg"])).lower()
            yield f"{column!r} {reason.removeprefix('input ').removeprefix('value error, ')}"
