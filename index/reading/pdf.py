"""PDF files: their text by pypdf, page by page."""

import io
import logging
import struct
import time
import zlib
from collections.abc import Iterator
from typing import Any

from dateline.index.errors import ReadError
from dateline.index.reading.inputs import is_tool_title
from dateline.index.reading.pdf_layout import body_lines, paragraphs, spelt_out
from dateline.index.reading.pdf_visibility import PageText, hidden_layers, page_text, remarks

_MAX_PAGES = 1_000
_MAX_CHARACTERS = 5_000_000
_MAX_SECONDS = 60.0  # checked after each page; a page is bounded by pypdf's own limits (75 MB, 2 million operations)
_ENCRYPTED = "the pdf is encrypted; save it without a password"


def extract_pdf(raw: bytes) -> tuple[str, str | None, tuple[str, ...]]:
    """The text of a PDF as far as it is seen, a paragraph a line, the title that its properties give, and remarks.

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
        seen = list(_seen_pages(reader))
        title = _title(reader.metadata)
    except (FileNotDecryptedError, DependencyError) as error:
        raise ReadError(_ENCRYPTED) from error
    except LimitReachedError as error:
        raise ReadError("the pdf unpacks to more than is safe to read") from error
    # A broken file "might cause other Exceptions" (pypdf.errors): those that reading flipped bits was seen to raise.
    except (*broken, RuntimeError, TypeError, ValueError, struct.error, zlib.error) as error:
        raise ReadError("the pdf is broken") from error
    pages = [[" ".join(line.split()) for line in spelt_out(page.text).splitlines()] for page in seen]
    if not any(any(lines) for lines in pages):
        raise ReadError("the pdf has no text, only pictures; recognise its characters first")
    return "\n".join(paragraphs(body_lines(pages))), title, remarks(seen)


def _seen_pages(reader: Any) -> Iterator[PageText]:
    characters, started, layers = 0, time.monotonic(), hidden_layers(reader.root_object)
    for page in reader.pages:
        found = page_text(page, layers)
        characters += len(found.text) + len(found.hidden)
        if characters > _MAX_CHARACTERS:
            raise ReadError(f"the pdf has more than {_MAX_CHARACTERS:,} characters; split it")
        if time.monotonic() - started > _MAX_SECONDS:
            raise ReadError(f"the pdf took more than {_MAX_SECONDS:.0f} seconds to read; split it")
        yield found


def _title(properties: Any) -> str | None:
    """The title in the properties, unless it is a tool's name for the file."""
    title = properties.title if properties else None
    if not isinstance(title, str) or is_tool_title(title):
        return None
    return " ".join(title.split())
