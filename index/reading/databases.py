"""Articles as press databases export them: LexisNexis and Factiva, whose fields stand around the text."""

import re

from dateline.index.reading.byline import read_authors
from dateline.index.reading.dates import read_date
from dateline.index.types import Metadata, Span

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
