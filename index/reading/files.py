"""Files and folders: which of them are read, how they are opened, and the reader of each."""

import hashlib
import io
import os
import re
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from dateline.index.errors import ReadError
from dateline.index.reading.formats import Reader, Source, read_json, read_markdown, read_text
from dateline.index.reading.inputs import MAX_BYTES, TOO_LARGE, ArticleFile, Skipped
from dateline.index.reading.jsonl import read_lines
from dateline.index.reading.sandbox import sandboxed
from dateline.index.types import LIBRARY_ENTRIES, RECORD_NAME, Article

_PAGE_KINDS = (".asp", ".aspx", ".cfm", ".cgi", ".htm", ".html", ".jsp", ".php", ".shtml", ".xhtml")
SANDBOXED_KINDS = dict.fromkeys(_PAGE_KINDS, "html") | {
    ".atom": "xml", ".csv": "csv", ".docx": "docx", ".eml": "eml", ".epub": "epub", ".mbox": "mbox", ".mht": "mhtml",
    ".mhtml": "mhtml", ".nitf": "xml", ".odt": "odt", ".pdf": "pdf", ".rdf": "xml", ".rss": "xml", ".rtf": "rtf",
    ".srt": "subtitles", ".tsv": "csv", ".vtt": "subtitles", ".warc": "warc", ".warc.gz": "warc", ".xlsx": "xlsx",
    ".xml": "xml",
}  # fmt: skip
"""What is read in a process of its own, by the readers of ``formats.SANDBOXED``."""
_READERS: dict[str, Reader] = {
    **{suffix: sandboxed(kind) for suffix, kind in SANDBOXED_KINDS.items()},
    **dict.fromkeys((".txt", ".text", ".rst", ".org"), read_text),
    **dict.fromkeys((".md", ".markdown", ".mdx"), read_markdown),
    ".json": read_json,
}
_LINES = frozenset({".jsonl", ".ndjson"})
SUFFIXES = tuple(sorted((*_READERS, *_LINES)))
"""The kinds of files that are read."""
_PAGES = frozenset({*_PAGE_KINDS, ".markdown", ".md", ".mdx"})
_ASSET_FOLDERS = ("_files", ".files", "_Dateien", "-Dateien", "_fichiers", "_archivos", "_bestanden", "_file")
_ASSET_FOLDER = re.compile(f"(?:{'|'.join(map(re.escape, _ASSET_FOLDERS))})$")  # what browsers save with a page
_ASSETS = frozenset({".css", ".eot", ".ico", ".js", ".map", ".mjs", ".scss", ".svg", ".ttf", ".woff", ".woff2"})
_PICTURES = frozenset({".avif", ".bmp", ".gif", ".jpeg", ".jpg", ".png", ".webp"})  # beside a page they belong to it
_MOST_KINDS = 8  # named one by one
_ADDRESS = re.compile(r"(https?|ftp|file):/", re.IGNORECASE)
_BLOCK = 1 << 20
# A file can be replaced by a pipe or a link after it was found: opening must not wait for a writer, nor follow.
_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC", "O_BINARY"))


def find_files(paths: Sequence[Path]) -> tuple[list[ArticleFile], list[Skipped]]:
    """The files to read at some paths, in their order, folders recursively and sorted; and the inputs that can't be.

    In folders, what a library keeps is passed over; hidden files, a page's own pictures and scripts, and files of other
    kinds are passed over and counted, a line for each folder given: the last is a refusal. Links to files are followed
    within the folder, links to folders never. A file that is reached twice counts once.
    """
    files: dict[Path, ArticleFile] = {}
    skipped: list[Skipped] = []
    for path in paths:
        for item in _in_folder(path) if os.path.isdir(path) else [_named(path)]:
            if isinstance(item, Skipped):
                skipped.append(item)
            else:
                files.setdefault(item.path, item)
    return list(files.values()), skipped


def file_sha256(file: ArticleFile) -> str:
    """Of the raw bytes, in hex.

    Raises:
        ReadError: the file can't be read.
    """
    digest = hashlib.sha256()
    try:
        with open_file(file.path) as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
    except OSError as error:
        raise ReadError(unreadable(error)) from error
    return digest.hexdigest()


def read_file(file: ArticleFile) -> Iterator[Article | Skipped]:
    """The articles of a file, each with one origin, and what of it gave none; never raises for what is in it."""
    suffix = file_kind(file.path.name)
    try:
        with open_file(file.path) as stream:
            if suffix in _LINES:
                yield from read_lines(stream, file.name)
                return
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        yield Skipped(origin=file.name, reason=unreadable(error), refused=True)
        return
    yield from read_bytes(raw, file.name, suffix)


def read_bytes(raw: bytes, name: str, kind: str) -> Iterator[Article | Skipped]:
    """The articles of what a file of a kind of ``SUFFIXES`` holds, as ``read_file``; ``name`` is what it is called."""
    if kind in _LINES:
        yield from read_lines(io.BytesIO(raw), name)
    elif len(raw) > MAX_BYTES:  # it has grown since it was found
        yield Skipped(origin=name, reason=TOO_LARGE, refused=True)
    elif not raw.strip():
        yield Skipped(origin=name, reason="an empty file", refused=False)
    else:
        try:
            yield from _READERS[kind](Source(raw, name))
        except ReadError as error:
            yield Skipped(origin=name, reason=str(error), refused=True)


def other_kind(suffix: str) -> str:
    """Why a file of a kind that is not read is refused, in words."""
    return f"files of kind {suffix!r} are not read, only {', '.join(SUFFIXES)}"


def open_file(path: Path) -> BinaryIO:
    """Open a regular file to read, and nothing else: no link, pipe or device.

    Raises:
        OSError: it is none, or can't be opened.
    """
    descriptor = os.open(path, _FLAGS)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(None, "it is no file any more")
    return os.fdopen(descriptor, "rb")


def _named(path: Path) -> ArticleFile | Skipped:
    """A path that the user gave."""
    name, suffix = origin_name(path), file_kind(path.name)
    try:
        real = path.resolve(strict=True)
        status = real.stat()
    except FileNotFoundError:
        return _missing(path, name)
    except RuntimeError:
        return Skipped(origin=name, reason="a link that leads to itself", refused=True)
    except (OSError, ValueError) as error:  # a name with a null byte is a ValueError
        return Skipped(origin=name, reason=unreadable(error), refused=True)
    if not stat.S_ISREG(status.st_mode):
        return Skipped(origin=name, reason="neither a file nor a folder", refused=True)
    if suffix not in SUFFIXES:
        return Skipped(origin=name, reason=other_kind(suffix), refused=True)
    return _found(real, name, status.st_size)


def _missing(path: Path, name: str) -> Skipped:
    address = _ADDRESS.match(str(path))  # a path has one of the two slashes behind "https:" only
    if address:
        given = f"{address[0]}/{str(path)[address.end() :]}"
        reason = "only addresses of http and https are read; save it as a file"
        if address[1].lower().startswith("http"):
            reason = "an address is read by 'dateline add' alone; add it first"
        return Skipped(origin=given, reason=reason, refused=True)
    return Skipped(origin=name, reason="no such file or folder", refused=True)


@dataclass(slots=True)
class _PassedOver:
    """How many files of a folder are not read, by kind."""

    folder: Path
    others: Counter[str] = field(default_factory=Counter)
    assets: int = 0
    hidden: int = 0
    _pages: set[str] = field(default_factory=set)
    """Folders that hold pages, whose pictures lie beside or below them."""

    def enter(self, place: str, folders: list[str], names: list[str]) -> list[str]:
        """The folders to go on with; those of a saved page's own files are counted here."""
        kinds = {file_kind(name) for name in names}
        if os.path.dirname(place) in self._pages or kinds & _PAGES:
            self._pages.add(place)
        stems = {name.rpartition(".")[0] for name in names if file_kind(name) in _PAGES}
        kept = []
        for name in folders:
            if name.startswith("."):
                self.hidden += 1
            elif name.endswith(_ASSET_FOLDERS) and _ASSET_FOLDER.sub("", name) in stems:
                self.assets += sum(len(found) for _, _, found in os.walk(os.path.join(place, name)))
            else:
                kept.append(name)
        return kept

    def take(self, place: str, name: str) -> bool:
        """Whether a file is passed over; if so, count it."""
        kind = file_kind(name)
        if name.startswith("."):
            self.hidden += 1
        elif kind in SUFFIXES:
            return False
        elif kind in _ASSETS or (kind in _PICTURES and place in self._pages):
            self.assets += 1
        else:
            self.others[kind or "without a kind"] += 1
        return True

    def told(self) -> Iterator[Skipped]:
        """A line for each sort; only files of other kinds are complained of."""
        name = origin_name(self.folder)
        if self.hidden:
            yield Skipped(origin=name, reason=f"{_files(self.hidden, 'hidden')} passed over", refused=False)
        if self.assets:
            reason = f"{_files(self.assets, '')} that belong to pages passed over"
            yield Skipped(origin=name, reason=reason, refused=False)
        if self.others:
            kinds = sorted(self.others.items(), key=lambda one: (-one[1], one[0]))
            said = [f"{kind} {count:,}" for kind, count in kinds[:_MOST_KINDS]]
            if rest := sum(count for _, count in kinds[_MOST_KINDS:]):
                said.append(f"others {rest:,}")
            reason = f"{_files(self.others.total(), '')} of other kinds passed over: {', '.join(said)}"
            yield Skipped(origin=name, reason=reason, refused=True)


def _files(count: int, what: str) -> str:
    return " ".join(filter(None, (f"{count:,}", what, "file" if count == 1 else "files")))


def file_kind(name: str) -> str:
    """The suffix that a file is read by: ``.html`` of ``index.html?id=5``, ``.warc.gz`` of ``a.warc.gz``."""
    name = name.lower()
    if name.endswith(".warc.gz"):
        return ".warc.gz"
    kind = os.path.splitext(name)[1]
    asked = os.path.splitext(name.partition("?")[0])[1]
    return asked if kind not in SUFFIXES and asked in SUFFIXES else kind


def _in_folder(folder: Path) -> Iterator[ArticleFile | Skipped]:
    root, passed = folder.resolve(), _PassedOver(folder)
    problems: list[Skipped] = []

    def note(error: OSError) -> None:
        problems.append(Skipped(origin=origin_name(Path(error.filename)), reason=unreadable(error), refused=True))

    links: list[Path] = []
    for place, folders, names in os.walk(folder, onerror=note):  # which follows no links
        links += (Path(place, name) for name in sorted(folders) if os.path.islink(Path(place, name)))
        own = LIBRARY_ENTRIES if RECORD_NAME in names else frozenset()
        folders[:] = passed.enter(place, sorted(name for name in folders if name not in own), names)
        for path in (Path(place, name) for name in sorted(names)):
            if path.name in own or _is_record(path.name) or passed.take(place, path.name):
                continue
            if os.path.islink(path):
                links.append(path)
            else:
                yield from _regular(path, None)
    for link in links:  # last, so that a file goes by its own name
        yield from _linked(link, root)
    yield from problems
    yield from passed.told()


def _is_record(name: str) -> bool:
    """Whether it is the file of a library, or one that SQLite keeps beside it."""
    return name.startswith(RECORD_NAME)


def _linked(link: Path, root: Path) -> Iterator[ArticleFile | Skipped]:
    try:
        real = link.resolve(strict=True)
    except (OSError, RuntimeError):
        yield Skipped(origin=origin_name(link), reason="a link that leads nowhere", refused=False)
        return
    if not real.is_relative_to(root):
        yield Skipped(origin=origin_name(link), reason="a link out of its folder: not followed", refused=False)
    elif not real.is_dir():
        yield from _regular(link, real)


def _regular(path: Path, real: Path | None) -> Iterator[ArticleFile | Skipped]:
    try:  # of a path that is too long, as deep folders make it, nothing can be asked
        real = real or path.resolve()
        status = real.lstat()
    except OSError as error:
        yield Skipped(origin=origin_name(path), reason=unreadable(error), refused=True)
        return
    if stat.S_ISREG(status.st_mode):
        yield _found(real, origin_name(path), status.st_size)
    else:
        yield Skipped(origin=origin_name(path), reason="not a file but a pipe, socket or device", refused=False)


def _found(real: Path, name: str, size: int) -> ArticleFile | Skipped:
    if size > MAX_BYTES and file_kind(real.name) not in _LINES:
        return Skipped(origin=name, reason=f"{size / 1e6:,.1f} MB is {TOO_LARGE}", refused=True)
    return ArticleFile(path=real, name=name, size=size)


def origin_name(path: Path) -> str:
    """The absolute path, links kept; bytes of it that are no UTF-8, which no database takes, as escapes."""
    return os.fsencode(os.path.abspath(path)).decode("utf-8", "backslashreplace")


def unreadable(error: Exception) -> str:
    """What opening or reading a file raised, in words."""
    why = error.strerror if isinstance(error, OSError) else str(error)
    return f"can't be read: {(why or type(error).__name__).lower()}"
