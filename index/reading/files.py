"""Files and folders: which of them are read, and the articles of each."""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import ReadError
from index.reading.decoding import Decoded, clean, decode
from index.reading.pdf import extract_pdf
from index.reading.plain import lay_out
from index.reading.records import parse, read_object
from index.reading.web import declared_charset, extract_page
from index.types import Article, Metadata, Origin, Span

MAX_BYTES = 20_000_000
"""Of a file; of a line where a file holds one article a line."""

READING_VERSION = 1
"""Raised when the same bytes would give another text of record: then files are read again."""

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFile:
    """A file that will be read."""

    path: Path
    name: str
    """What it is called as an origin: its absolute path."""
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """An input that gave no article."""

    origin: str
    reason: str
    """In words, lower case."""
    refused: bool
    """Whether the user meant it to be read; else there was nothing in it to read."""


@dataclass(frozen=True, slots=True)
class _Source:
    """Bytes to be read, and where they are from."""

    raw: bytes
    name: str
    suffix: str


def find_files(paths: Sequence[Path]) -> tuple[list[ArticleFile], list[Skipped]]:
    """The files to read at some paths, and the inputs that can't be.

    In folders, hidden files and files of unknown kinds are passed over in silence; links are followed only within the
    folder they lie in.
    """
    files: dict[str, ArticleFile] = {}
    skipped: list[Skipped] = []
    for path in paths:
        for item in _below(path) if path.is_dir() else [_file(path, named=True)]:
            if isinstance(item, Skipped):
                skipped.append(item)
            elif item is not None:
                files.setdefault(os.path.realpath(item.path), item)
    return list(files.values()), skipped


def _below(folder: Path) -> Iterator[ArticleFile | Skipped | None]:
    root = os.path.realpath(folder)
    problems: list[Skipped] = []

    def note(error: OSError) -> None:
        problems.append(Skipped(origin=str(error.filename), reason=f"can't be read: {error.strerror}", refused=True))

    for place, folders, names in os.walk(folder, onerror=note):  # does not follow links to folders
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if name.startswith(".") or path.suffix.lower() not in _READERS:
                continue
            if path.is_symlink() and not _lies_in(os.path.realpath(path), root):
                yield Skipped(
                    origin=os.path.abspath(path), reason="a link out of the folder, not followed", refused=False
                )
            else:
                yield _file(path, named=False)
    yield from problems


def _lies_in(path: str, root: str) -> bool:
    return path.startswith(root.rstrip(os.sep) + os.sep)


def _file(path: Path, *, named: bool) -> ArticleFile | Skipped:
    name = os.path.abspath(path)
    try:
        status = path.stat()
    except OSError as error:
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else f"can't be read: {error.strerror}"
        return Skipped(origin=name, reason=reason, refused=True)
    if not stat.S_ISREG(status.st_mode):
        return Skipped(origin=name, reason="not a regular file", refused=named)
    suffix = path.suffix.lower()
    if suffix not in _READERS:
        known = ", ".join(sorted(_READERS))
        return Skipped(origin=name, reason=f"files of kind {suffix!r} are not read; {known} are", refused=True)
    if status.st_size > MAX_BYTES and suffix != ".jsonl":
        reason = f"{status.st_size / 1e6:.1f} MB; {MAX_BYTES / 1e6:.0f} MB are the limit"
        return Skipped(origin=name, reason=reason, refused=True)
    return ArticleFile(path=path, name=name, size=status.st_size)


def file_sha256(file: ArticleFile) -> str:
    """Of the raw bytes, in hex.

    Raises:
        ReadError: the file can't be read.
    """
    digest = hashlib.sha256()
    try:
        with file.path.open("rb") as opened:
            while block := opened.read(_BLOCK):
                digest.update(block)
    except OSError as error:
        raise ReadError(f"can't be read: {error.strerror}") from error
    return digest.hexdigest()


def read_file(file: ArticleFile) -> Iterator[Article | Skipped]:
    """The articles of a file, each with one origin, and what of it gave none; never raises for what is in it."""
    suffix = file.path.suffix.lower()
    try:
        if suffix == ".jsonl":
            yield from _read_lines(file)
            return
        with file.path.open("rb") as opened:
            raw = opened.read(MAX_BYTES + 1)
    except OSError as error:
        yield Skipped(origin=file.name, reason=f"can't be read: {error.strerror}", refused=True)
        return
    if not raw.strip():
        yield Skipped(origin=file.name, reason="empty", refused=False)
    elif len(raw) > MAX_BYTES:
        yield Skipped(origin=file.name, reason=f"more than {MAX_BYTES / 1e6:.0f} MB", refused=True)
    else:
        yield from _told(_READERS[suffix], _Source(raw, file.name, suffix))


def _told(read: Callable[[_Source], Iterator[Article | Skipped]], source: _Source) -> Iterator[Article | Skipped]:
    try:
        yield from read(source)
    except ReadError as error:
        yield Skipped(origin=source.name, reason=str(error), refused=True)


def _read_plain(source: _Source) -> Iterator[Article]:
    decoded = decode(source.raw)
    laid = lay_out(decoded.text, markdown=source.suffix != ".txt")
    yield _article(source, decoded, laid.metadata, laid.body, laid.remarks)


def _read_page(source: _Source) -> Iterator[Article]:
    raw, charset = source.raw, declared_charset(source.raw)
    try:
        html = raw.decode(charset or "utf-8")
    except UnicodeDecodeError:
        html, charset = "", None
    decoded = decode(raw) if charset is None else Decoded(text=html, encoding=charset, repairs=())
    page = extract_page(decoded.text)
    cleaned = clean(page.text)
    repairs = (*decoded.repairs, *cleaned.repairs)
    text = Decoded(text=cleaned.text, encoding=decoded.encoding, repairs=repairs)
    yield _article(source, text, page.metadata, _all_but_title(text.text, page.metadata.title), page.remarks)


def _read_pdf(source: _Source) -> Iterator[Article]:
    text, metadata = extract_pdf(source.raw)
    cleaned = clean(text)
    laid = lay_out(cleaned.text, markdown=False)
    known = Metadata(
        title=metadata.title or laid.metadata.title, source=laid.metadata.source, tags=laid.metadata.tags,
        published=laid.metadata.published or metadata.published, extra=laid.metadata.extra,
    )  # fmt: skip
    yield _article(source, Decoded(text=cleaned.text, encoding="pdf", repairs=cleaned.repairs), known, laid.body)


def _read_json(source: _Source) -> Iterator[Article | Skipped]:
    value = parse(decode(source.raw).text)
    seen: set[str] = set()
    for number, fields in enumerate(value if isinstance(value, list) else [value], 1):
        yield _read_record(fields, source, f"article {number}", seen, whole=not isinstance(value, list))


def _read_lines(file: ArticleFile) -> Iterator[Article | Skipped]:
    seen: set[str] = set()
    empty = True
    with file.path.open("rb") as lines:
        number = 0
        while line := lines.readline(MAX_BYTES + 1):
            number += 1
            place = f"line {number}"
            if len(line) > MAX_BYTES:
                while line and not line.endswith(b"\n"):
                    line = lines.readline(_BLOCK)
                yield Skipped(origin=file.name, reason=f"{place}: more than {MAX_BYTES / 1e6:.0f} MB", refused=True)
            elif line.strip():
                empty = False
                source = _Source(line, file.name, ".jsonl")
                try:
                    fields = parse(decode(line).text)
                except ReadError as error:
                    yield Skipped(origin=file.name, reason=f"{place}: {error}", refused=True)
                else:
                    yield _read_record(fields, source, place, seen, whole=False)
    if empty:
        yield Skipped(origin=file.name, reason="empty", refused=False)


def _read_record(fields: object, source: _Source, place: str, seen: set[str], *, whole: bool) -> Article | Skipped:
    try:
        record = read_object(fields)
        key = record.key if record.key and record.key not in seen else place.split()[1]
        seen.add(key)
        name = source.name if whole else f"{source.name}#{key}"
        decoded = Decoded(text=record.text, encoding="json", repairs=record.repairs)
        return _article(_Source(source.raw, name, source.suffix), decoded, record.metadata, _all_of(record.text))
    except ReadError as error:
        return Skipped(origin=source.name, reason=f"{place}: {error}", refused=True)


def _article(
    source: _Source, decoded: Decoded, metadata: Metadata, body: tuple[Span, ...], remarks: tuple[str, ...] = ()
) -> Article:
    if not any(character.isalnum() for span in body for character in span.of(decoded.text)):
        raise ReadError("no article text")
    sha256 = hashlib.sha256(source.raw).hexdigest()
    repairs = (*decoded.repairs, *remarks)
    origin = Origin(name=clean(source.name).text, sha256=sha256, encoding=decoded.encoding, repairs=repairs)
    return Article(text=decoded.text, body=body, metadata=metadata, origins=(origin,))


def _all_of(text: str) -> tuple[Span, ...]:
    start = len(text) - len(text.lstrip())
    end = len(text.rstrip())
    return (Span(start, end),) if start < end else ()


def _all_but_title(text: str, title: str | None) -> tuple[Span, ...]:
    """The text without the line that is its title, where extraction kept it."""
    first, _, rest = text.partition("\n")
    if title and rest.strip() and first.strip() == title.strip():
        (body,) = _all_of(rest)
        return (Span(body.start + len(first) + 1, body.end + len(first) + 1),)
    return _all_of(text)


_READERS: dict[str, Callable[[_Source], Iterator[Article | Skipped]]] = {
    ".txt": _read_plain,
    ".md": _read_plain,
    ".markdown": _read_plain,
    ".html": _read_page,
    ".htm": _read_page,
    ".pdf": _read_pdf,
    ".json": _read_json,
    ".jsonl": _read_json,
}
