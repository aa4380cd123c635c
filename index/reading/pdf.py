"""PDF files: their text by pypdf, its lines joined to paragraphs."""

import io
import logging
import re
import struct
import time
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from dateline.index.errors import ReadError
from dateline.index.reading.inputs import is_tool_title

_MAX_PAGES = 1_000
_MAX_CHARACTERS = 5_000_000
_MAX_SECONDS = 60.0  # checked after each page; a page is bounded by pypdf's own limits (75 MB, 2 million operations)
_ENCRYPTED = "the pdf is encrypted; save it without a password"
_SENTENCE_END = re.compile(r"[.!?:…][\"'”’)\]]*$")
_HYPHEN = re.compile(r"[^\W\d_]-$")
_FULL_LINE = 0.75  # of the usual width; a shorter line ends its paragraph if it ends a sentence


def extract_pdf(raw: bytes) -> tuple[str, str | None]:
    """The text of a PDF, a paragraph a line, and the title that its properties give.

    Raises:
        ReadError: it is encrypted, broken, too large, or has pictures only.
    """
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, DeprecationError, FileNotDecryptedError, LimitReachedError, PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it says of odd files is not for the user
    broken = (PyPdfError, DeprecationError, ArithmeticError, AssertionError, AttributeError, LookupError, OSError)
    try:
        reader = PdfReader(io.BytesIO(raw))
        if reader.is_encrypted and not reader.decrypt(""):
            raise ReadError(_ENCRYPTED)
        if len(reader.pages) > _MAX_PAGES:
            raise ReadError(f"the pdf has {len(reader.pages):,} pages; {_MAX_PAGES:,} are the limit")
        pages = list(_page_lines(reader.pages))
        title = _title(reader.metadata)
    except (FileNotDecryptedError, DependencyError) as error:
        raise ReadError(_ENCRYPTED) from error
    except LimitReachedError as error:
        raise ReadError("the pdf unpacks to more than is safe to read") from error
    # A broken file "might cause other Exceptions" (pypdf.errors): those that reading flipped bits was seen to raise.
    except (*broken, RuntimeError, TypeError, ValueError, struct.error, zlib.error) as error:
        raise ReadError("the pdf is broken") from error
    if not any(any(lines) for lines in pages):
        raise ReadError("the pdf has no text, only pictures; recognise its characters first")
    return "\n".join(_paragraphs(_without_running_heads(pages))), title


def _page_lines(pages: Any) -> Iterator[list[str]]:
    characters, started = 0, time.monotonic()
    for page in pages:
        text = page.extract_text()
        characters += len(text)
        if characters > _MAX_CHARACTERS:
            raise ReadError(f"the pdf has more than {_MAX_CHARACTERS:,} characters; split it")
        if time.monotonic() - started > _MAX_SECONDS:
            raise ReadError(f"the pdf took more than {_MAX_SECONDS:.0f} seconds to read; split it")
        yield [" ".join(line.split()) for line in text.splitlines()]


def _without_running_heads(pages: list[list[str]]) -> list[str]:
    """The lines of all pages, without first and last lines that most pages have in common, and page numbers."""
    bare = [[line for line in page if line] for page in pages]
    edges = Counter(_pattern(line) for page in bare for line in {*page[:1], *page[-1:]})
    repeated = {edge for edge, count in edges.items() if count > max(2, len(pages) / 2) or edge == "#"}
    lines: list[str] = []
    for page in pages:
        content = [number for number, line in enumerate(page) if line]
        edge = {*content[:1], *content[-1:]} if len(pages) > 1 else set()
        lines += [line for number, line in enumerate(page) if number not in edge or _pattern(line) not in repeated]
    return lines


def _pattern(line: str) -> str:
    return re.sub(r"\d+", "#", line)


def _paragraphs(lines: Iterable[str]) -> Iterator[str]:
    """Lines joined to paragraphs, words that were hyphenated at the end of a line put together again."""
    lines = list(lines)
    widths = sorted(len(line) for line in lines if line)
    full = _FULL_LINE * widths[int(0.9 * (len(widths) - 1))] if widths else 0
    parts: list[str] = []
    last = ""
    for line in lines:
        if parts and (not line or _ends_paragraph(last, line, full)):
            yield "".join(parts)
            parts = []
        if parts and _HYPHEN.search(last) and line[:1].islower():
            parts[-1] = parts[-1][:-1]
        elif parts:
            parts.append(" ")
        if line:
            parts.append(line)
        last = line
    if parts:
        yield "".join(parts)


def _ends_paragraph(line: str, following: str, full: float) -> bool:
    if len(line) >= full or following[:1].islower():
        return False
    return bool(_SENTENCE_END.search(line)) or following[:1].isupper()


def _title(properties: Any) -> str | None:
    """The title in the properties, unless it is a tool's name for the file."""
    title = properties.title if properties else None
    if not isinstance(title, str) or is_tool_title(title):
        return None
    return " ".join(title.split())
