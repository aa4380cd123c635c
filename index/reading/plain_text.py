"""Text as news is written: what the lines around an article say of it, and where its body is.

Those lines stay in the text of record; they only lie outside its body.
"""

import re
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from dateline.index.reading.byline import read_authors, read_byline
from dateline.index.reading.dateline import AGENCIES, find_dateline
from dateline.index.reading.dates import read_date
from dateline.index.reading.front_matter import read_export, read_front_matter
from dateline.index.reading.urls import is_web_address
from dateline.index.types import Metadata, Span

_HEADING = re.compile(r"#{1,2}[ \t]+(?=\S)")
_SOURCE = re.compile(r"(?:source|agency)s?[ \t]*:[ \t]*(\S.{0,120})", re.IGNORECASE)
_TAGS = re.compile(r"#[\w&’'-]+(?:[\s,;]+#[\w&’'-]+)*")
_TAG = re.compile(r"#([\w&’'-]+)")
_LABEL = re.compile(
    r"(?:(?:first |date )?(?:published|posted|issued)(?: (?:time|date|at))?|(?:publication |pub |release )?date"
    r"|(?P<later>(?:last |date )?(?:updated|modified)(?: (?:time|date|at))?))"
    r"(?:[ \t]*:[ \t]*|[ \t]+(?:on[ \t]+)?)",
    re.IGNORECASE,
)
_BARE, _LABELLED, _FIELD = range(3)  # how well a date is stated
_DAY = len("2024-09-08")
_AROUND = 16  # lines that are looked at before the body, and after it
_NAMED = re.compile(r"(?P<name>[A-Za-z][A-Za-z -]{1,24}?)[ \t]*:(?:[ \t]+(?P<value>\S.{0,300}))?")
_TITLES = frozenset({"title", "headline", "full title"})
_AUTHORS = frozenset({"author", "authors", "byline", "by", "written by", "reporter"})
_ADDRESSES = frozenset({"url", "link", "url source", "original url", "permalink", "canonical url"})
_KEYWORDS = frozenset({"tags", "keywords", "topics"})
_KEPT = frozenset(
    {"category", "created", "edition", "language", "length", "load-date", "page", "section", "word count", "words"}
)
_EMPTY = frozenset({"markdown content", "text", "body", "content"})  # what says that the text follows
_KICKER = re.compile(
    r"(?:press|news|media) (?:release|advisory)|for immediate release|embargoed? .{0,60}", re.IGNORECASE
)
_LAST = re.compile(r"[#*\s-]*(?:end|ends|end of (?:document|release)|30)[#*\s-]*|#{3,}|[*-]{3,}", re.IGNORECASE)
_RULE = re.compile(r"([=~*^-])\1{3,}")  # what underlines a heading
_MINUTES = re.compile(r"[ \t]*[.,·|•–-]?[ \t]*\(?\d{1,3}[ -]min(?:ute)?s?[ -]read\)?\.?$", re.IGNORECASE)
_LONGEST_FIELD = 400  # characters of a line that says something of an article
_BETWEEN = re.compile(r"[ \t]+[|·•][ \t]+")
_TITLE_LENGTH, _TITLE_WORDS = 160, 25
_NO_TITLE = re.compile(r"(?:by|from|photo|image|sign up|updated)\b|[^\w\"'“‘¿¡$€£]", re.IGNORECASE)
_NO_TITLE_END = re.compile(r"(?:(?<!\.)\.|[!:;,–—-])[\"'”’)\]]*$")  # an ellipsis ends many a title that was cut
_PROSE = re.compile(r"\w[.!?…][\"'”’)\]]*(?:\s|$)")


@dataclass(frozen=True, slots=True)
class Layout:
    """What the lines of a text say of it, where its body is, and what of that was not understood."""

    metadata: Metadata
    body: tuple[Span, ...]
    remarks: tuple[str, ...] = ()


def lay_out(text: str, known: Metadata | None = None, *, titled: bool = False, markdown: bool = False) -> Layout:
    """Find the title, source, tags, date and dateline of a text, and the body between them.

    Args:
        text: of record.
        known: what is known from elsewhere: it stands, and is completed.
        titled: whether a first line that reads like a title is one.
        markdown: whether ``# Title`` and a front matter between ``---`` lines are looked for.
    """
    if titled and known is None and (export := read_export(text)):
        return _exported(text, *export)
    matter = read_front_matter(text) if markdown else None
    margins = _Margins(known or (matter.metadata if matter else Metadata()))
    start = matter.end if matter else 0
    end = _body_end(text, start, margins)
    start = _body_start(text, Span(start, end), margins, titled=titled, markdown=markdown)
    margins.settle_date()
    opening = find_dateline(text, start)
    if opening and opening.end < end:
        margins.take_dateline(opening.place, opening.agency)
        start = opening.end
    remarks = (*(matter.remarks if matter else ()), *margins.remarks)
    return Layout(margins.metadata, _trimmed(text, start, end), remarks)


def _exported(text: str, metadata: Metadata, parts: tuple[Span, ...]) -> Layout:
    """The layout of a press database's export, whose fields say where its body is."""
    body = tuple(span for part in parts for span in _trimmed(text, part.start, part.end))
    opening = find_dateline(text, body[0].start) if body else None
    if opening and opening.end < body[0].end:
        margins = _Margins(metadata)
        margins.take_dateline(opening.place, opening.agency)
        metadata, body = margins.metadata, (Span(opening.end, body[0].end), *body[1:])
    return Layout(metadata, body)


def _trimmed(text: str, start: int, end: int) -> tuple[Span, ...]:
    """The span without the white space around it; none where nothing is left."""
    part = text[start:end]
    start, end = start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip())
    return (Span(start, end),) if start < end else ()


def _body_end(text: str, start: int, margins: "_Margins") -> int:
    """Before the source, tag and timestamp lines at the end, which come in any order."""
    end = len(text)
    for _ in range(_AROUND):
        end = start + len(text[start:end].rstrip())
        line_start = text.rfind("\n", start, end) + 1 or start
        if start == end or not margins.take(text[line_start:end].strip(), last=True):
            break
        end = line_start
    return end


def _body_start(text: str, part: Span, margins: "_Margins", *, titled: bool, markdown: bool) -> int:
    """Behind the source, tag and timestamp lines at the beginning, and a title among them."""
    start = part.start
    for _ in range(_AROUND):
        line = _line_at(text, start, part.end)
        if line is None or not (
            margins.take(line.of(text))
            or margins.take_title(line.of(text), heading=markdown, guess=titled and _is_title(text, line, part.end))
        ):
            break
        start = line.end
    return start


def _line_at(text: str, start: int, end: int) -> Span | None:
    """The first line that is not blank, trimmed."""
    found = re.compile(r"\S[^\n]*").search(text, start, end)
    return Span(found.start(), found.start() + len(found.group().rstrip())) if found else None


def _is_title(text: str, line: Span, end: int) -> bool:
    """A short line that ends no sentence, set off from prose by an empty line or by being much shorter."""
    words, following, stamped = line.of(text), _line_at(text, line.end, end), False
    for _ in range(_AROUND):
        if following and _Margins(Metadata()).take(following.of(text)):
            following, stamped = _line_at(text, following.end, end), True
    if following is None or len(words) > _TITLE_LENGTH or not 1 < len(words.split()) <= _TITLE_WORDS:
        return False
    if words[0].islower() or words.lower() in AGENCIES or find_dateline(text, line.start):
        return False
    if _NO_TITLE.match(words) or _NO_TITLE_END.search(words):
        return False
    set_off = stamped or text.count("\n", line.end, following.start) > 1 or len(following) > 2 * len(line)
    return set_off and _PROSE.search(text, line.end, end) is not None


class _Margins:
    """What the lines around a body have said so far."""

    def __init__(self, known: Metadata) -> None:
        self.metadata = known
        self.remarks: list[str] = []
        self._dates = [(_FIELD, known.published)] if known.published else []

    def take(self, line: str, *, last: bool = False) -> bool:
        """Learn from a source, tag, timestamp or byline, or a line ``name: value``; False where it is none.

        Args:
            line: trimmed.
            last: whether it stands after the body, where titles and bylines are other articles'.
        """
        if self._take_source(line) or self._take_tags(line) or self._take_date(line):
            return True
        if len(line) > _LONGEST_FIELD:
            return False
        if last:
            return self._take_named(line, _KEPT | _ADDRESSES) or bool(_LAST.fullmatch(line))
        return (
            bool(_KICKER.fullmatch(line))
            or self._take_byline(line)
            or self._take_pieces(line)
            or self._take_named(line)
        )

    def take_title(self, line: str, *, heading: bool, guess: bool) -> bool:
        """Learn from a title line, or pass over the title that is known; False where it is none."""
        marked = _HEADING.match(line) if heading else None
        words = " ".join((line[marked.end() :].rstrip(" #") if marked else line).split())
        if self.metadata.title is not None:
            return words.casefold() == self.metadata.title.casefold()
        if marked or guess:
            self.metadata = replace(self.metadata, title=words)
            return True
        return False

    def take_dateline(self, place: str | None, agency: str | None) -> None:
        """Keep where the story was filed, and by whom if nothing else says it."""
        extra = {"dateline": place, **self.metadata.extra} if place else self.metadata.extra
        self.metadata = replace(self.metadata, source=self.metadata.source or agency, extra=extra)

    def settle_date(self) -> None:
        """Take the date that is stated best; of two that are stated alike neither."""
        if not self._dates:
            return
        best = max(rank for rank, _ in self._dates)
        stated = [iso for rank, iso in self._dates if rank == best]
        published = max(stated, key=len) if len({iso[:_DAY] for iso in stated}) == 1 else None
        days = sorted({iso[:_DAY] for _, iso in self._dates})
        if len(days) > 1:
            self.remarks.append(f"several dates, {', '.join(days)}: {published or 'none'} kept")
        self.metadata = replace(self.metadata, published=published)

    def _take_source(self, line: str) -> bool:
        found = _SOURCE.fullmatch(line)
        if found is None:
            return False
        source, url = found.group(1).strip(), self.metadata.url
        if is_web_address(source):
            source, url = urlsplit(source).hostname or source, url or source
        elif self.metadata.source not in (None, source):
            self.remarks.append(f"a second source {source!r} left aside")
        self.metadata = replace(self.metadata, source=self.metadata.source or source, url=url)
        return True

    def _take_tags(self, line: str) -> bool:
        if not _TAGS.fullmatch(line):
            return False
        tags = dict.fromkeys((*_TAG.findall(line), *self.metadata.tags))
        if any(map(str.isdigit, tags)):  # "#1" is a rank
            return False
        self.metadata = replace(self.metadata, tags=tuple(tags))
        return True

    def _take_byline(self, line: str) -> bool:
        names = read_byline(line)
        self._add_authors(names)
        return bool(names)

    def _add_authors(self, names: list[str]) -> None:
        if names and not self.metadata.authors:
            self.metadata = replace(self.metadata, extra={**self.metadata.extra, "authors": names})

    def _take_pieces(self, line: str) -> bool:
        """``By Ida Brandt | 8 September 2024 | 4 min read``; False where a piece is none of those."""
        bare = _MINUTES.sub("", line)
        pieces = _BETWEEN.split(bare) if bare else []
        if bare == line and len(pieces) < 2:
            return False
        if not all(read_byline(piece) or _Margins(Metadata())._take_date(piece) for piece in pieces):
            return False
        for piece in pieces:
            self._take_byline(piece) or self._take_date(piece)
        return True

    def _take_named(self, line: str, names: frozenset[str] | None = None) -> bool:
        """A line ``name: value`` whose name is known."""
        found = _NAMED.fullmatch(line.removeprefix("#+"))  # as Org writes it
        name, value = (found["name"].lower(), found["value"]) if found else ("", None)
        if names is not None and name not in names:
            return False
        if not value:
            return name in _EMPTY
        if name in _TITLES:
            self.metadata = replace(self.metadata, title=self.metadata.title or value)
        elif name in _AUTHORS:
            self._add_authors(read_authors(value))
        elif name in _ADDRESSES and is_web_address(value):
            self.metadata = replace(self.metadata, url=self.metadata.url or value)
        elif name in _KEYWORDS:
            tags = dict.fromkeys((*self.metadata.tags, *(tag.strip(" #") for tag in value.split(","))))
            self.metadata = replace(self.metadata, tags=tuple(filter(None, tags)))
        elif name in _KEPT:
            self.metadata = replace(self.metadata, extra={name: value, **self.metadata.extra})
        else:
            return False
        return True

    def _take_date(self, line: str) -> bool:
        if len(line) > _LONGEST_FIELD:
            return False
        line = _MINUTES.sub("", line)
        label = _LABEL.match(line)
        reading = read_date(line[label.end() :] if label else line)
        if reading is None:
            return False
        if reading.iso is None:
            self.remarks.append(reading.problem or "")
        elif label and label["later"]:
            self.metadata = replace(self.metadata, extra={"updated": reading.iso, **self.metadata.extra})
        else:
            self._dates.append((_LABELLED if label else _BARE, reading.iso))
        return True
