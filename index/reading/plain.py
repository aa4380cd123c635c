"""Plain text and Markdown as news is written: what the lines around the article say of it, and where the body is.

Those lines stay in the text of record; they only lie outside its body.
"""

import re
from dataclasses import dataclass, field, replace

from index.reading.dates import read_date
from index.types import Metadata, Span

_LINE = re.compile(r"[^\n]+")
_SOURCE = re.compile(r"\s*(?:Source|Sources|Agency|Agencies)\s*:\s*(\S.{0,120})", re.IGNORECASE)
_TAGS = re.compile(r"\s*#[\w-]+(?:[\s,]+#[\w-]+)*\s*")
_TAG = re.compile(r"#([\w-]+)")
_TIMESTAMP = re.compile(
    r"\s*(?:(?:published|posted|updated|date)\s*:?\s*(?:on\s+)?)?"
    r"(\d{4}[-/]\d{1,2}[-/]\d{1,2}(?:[ T]\d{1,2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?)?"
    r"|\d{1,2}/\d{1,2}/\d{4}|(?:\w{3,9}\.?,? )?\d{1,2}(?:st|nd|rd|th)? \w{3,9}\.? \d{4}"
    r"|(?:\w{3,9}, )?\w{3,9}\.? \d{1,2}(?:st|nd|rd|th)?, \d{4})\s*",
    re.IGNORECASE,
)
# "Iraq – ", "BAGHDAD, Sept 8 (Reuters) - ", "(CNN)", "WASHINGTON (AP) — "
_PLACE = r"[A-Z][\w.'’]*(?:[ -][A-Z][\w.'’]*){0,3}(?:, [A-Z][\w.]*){0,2}"
_DATELINE = re.compile(
    rf"(?:(?P<place>{_PLACE})(?:, \w{{3,9}}\.? \d{{1,2}})?(?: ?\((?P<agency>[\w /]{{2,30}})\))? ?(?:–|—|--| -) ?"
    r"|\((?P<alone>CNN|AP|AFP|Reuters|UPI|ANI)\)(?: ?(?:–|—|--|-))? ?)(?=\S)"
)
_TITLE_LENGTH = 160
_TITLE_END = re.compile(r"[.!?:;,…][\"'”’)]*$")
_FOOTER_LINES = 8  # from the end, how far source, tag and timestamp lines are looked for
_FRONT_MATTER = re.compile(r"---\n(.{0,20000}?)\n---(?:\n|$)", re.DOTALL)
_FIELD = re.compile(r"([A-Za-z_][\w-]{0,40})\s*:\s*(.*)")


@dataclass(frozen=True, slots=True)
class Laid:
    """What the lines of a text say of it, where its body is, and what of that was not understood."""

    metadata: Metadata
    body: tuple[Span, ...]
    remarks: tuple[str, ...] = field(default=())


def lay_out(text: str, *, markdown: bool) -> Laid:
    """Find the title, source, tags, date and dateline of a text, and the body between them.

    Args:
        text: of record.
        markdown: whether ``# Title`` and a front matter between ``---`` lines are looked for.
    """
    matter = _FRONT_MATTER.match(text) if markdown else None
    laid = _from_front_matter(matter.group(1)) if matter else Laid(Metadata(), ())
    lines = [Span(one.start(), one.end()) for one in _LINE.finditer(text, matter.end() if matter else 0)]
    lines = [line for line in lines if line.of(text).strip()]
    laid, lines = _take_footer(text, lines, laid)
    laid, lines = _take_head(text, lines, laid, markdown=markdown)
    if not lines:
        return replace(laid, body=())
    start, known = _take_dateline(text, lines[0], laid.metadata)
    first, last = text[start : lines[-1].end], lines[-1].end
    start += len(first) - len(first.lstrip())
    last -= len(first) - len(first.rstrip())
    return replace(laid, metadata=known, body=(Span(start, last),) if start < last else ())


def _take_footer(text: str, lines: list[Span], laid: Laid) -> tuple[Laid, list[Span]]:
    """Source, tag and timestamp lines at the end, in any order."""
    for _ in range(_FOOTER_LINES):
        if len(lines) < 2:
            break
        read = _special_line(lines[-1].of(text), laid)
        if read is None:
            break
        laid, lines = read, lines[:-1]
    return laid, lines


def _take_head(text: str, lines: list[Span], laid: Laid, *, markdown: bool) -> tuple[Laid, list[Span]]:
    """A title line, and source, tag or timestamp lines around it."""
    for _ in range(_FOOTER_LINES):
        if len(lines) < 2:
            break
        line = lines[0].of(text)
        read = _special_line(line, laid)
        if read is None and laid.metadata.title is None and _is_title(text, lines, markdown=markdown):
            read = replace(laid, metadata=replace(laid.metadata, title=line.strip().lstrip("#").strip()))
        if read is None:
            break
        laid, lines = read, lines[1:]
    return laid, lines


def _is_title(text: str, lines: list[Span], *, markdown: bool) -> bool:
    """A short line without a full stop at its end, set off from what follows."""
    line = lines[0].of(text).strip()
    if markdown and re.match(r"#{1,2} \S", line):
        return True
    set_off = "\n\n" in text[lines[0].end - 1 : lines[1].start + 1] or len(lines[1]) > 2 * len(lines[0])
    return set_off and len(line) <= _TITLE_LENGTH and not _TITLE_END.search(line) and not _DATELINE.match(line)


def _special_line(line: str, laid: Laid) -> Laid | None:
    known = laid.metadata
    if (found := _SOURCE.fullmatch(line)) and known.source is None:
        return replace(laid, metadata=replace(known, source=found.group(1).strip()))
    if _TAGS.fullmatch(line):
        return replace(laid, metadata=replace(known, tags=(*_TAG.findall(line), *known.tags)))
    if found := _TIMESTAMP.fullmatch(line):
        published, problem = read_date(found.group(1))
        if problem:
            return replace(laid, remarks=(*laid.remarks, problem))
        if known.published not in (None, published):
            return replace(laid, remarks=(*laid.remarks, f"a second date {found.group(1)!r} is left aside"))
        return replace(laid, metadata=replace(known, published=published))
    return None


def _take_dateline(text: str, line: Span, known: Metadata) -> tuple[int, Metadata]:
    """Where the first sentence starts behind a dateline, and the metadata with its place and agency."""
    found = _DATELINE.match(text, line.start, line.end)
    if not found:
        return line.start, known
    agency = found.group("agency") or found.group("alone")
    extra = {**known.extra, "dateline": found.group("place")} if found.group("place") else known.extra
    return found.end(), replace(known, source=known.source or agency, extra=extra)


def _from_front_matter(matter: str) -> Laid:
    fields = {name.lower(): value.strip().strip("\"'") for name, value in map(_pair, matter.split("\n")) if value}
    published, problem = None, None
    for name in ("published", "date"):
        if name in fields and published is None:
            published, problem = read_date(fields.pop(name))
    tags = tuple(tag.strip(" \"'#") for tag in fields.pop("tags", "").strip("[]").split(",") if tag.strip())
    url = fields.pop("url", None)
    if url and not url.startswith(("http://", "https://")):
        fields["url"], url = url, None
    metadata = Metadata(
        title=fields.pop("title", None), source=fields.pop("source", None), url=url, published=published, tags=tags,
        extra=fields,
    )  # fmt: skip
    return Laid(metadata, (), (problem,) if problem else ())


def _pair(line: str) -> tuple[str, str]:
    found = _FIELD.fullmatch(line)
    return (found.group(1), found.group(2)) if found else ("", "")
