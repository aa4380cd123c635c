"""PDF files: their text, page after page, by pypdf."""

import io
import logging
import re
from collections.abc import Iterator

from index.errors import ReadError
from index.reading.dates import read_date
from index.types import Metadata

_MAX_PAGES = 500
_MAX_CHARACTERS = 5_000_000
_HYPHENATED = re.compile(r"(?<=[a-zà-ÿ])-\n(?=[a-zà-ÿ])")
_BLANK = re.compile(r"[ \t]+")
_PDF_DATE = re.compile(r"D:(\d{4})(\d{2})(\d{2})")


def extract_pdf(raw: bytes) -> tuple[str, Metadata]:
    """The text of a PDF, its pages apart by a blank line, and what its properties say.

    Raises:
        ReadError: it is encrypted, broken, too large, or has pictures only.
    """
    from pypdf import PdfReader
    from pypdf.errors import FileNotDecryptedError, PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its remarks on odd files are not for the user
    try:
        reader = PdfReader(io.BytesIO(raw))
        if reader.is_encrypted and not reader.decrypt(""):
            raise ReadError("the PDF is encrypted; save it without a password")
        if len(reader.pages) > _MAX_PAGES:
            raise ReadError(f"the PDF has {len(reader.pages):,} pages; {_MAX_PAGES} are the limit")
        text = "\n\n".join(_pages(reader.pages))
        properties = reader.metadata
        known = Metadata(title=_property(properties and properties.title), published=_date(properties))
    except FileNotDecryptedError as error:
        raise ReadError("the PDF is encrypted; save it without a password") from error
    except (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OSError) as error:
        raise ReadError("the PDF is broken") from error  # the errors of a parser that met what it did not expect
    if not text.strip():
        raise ReadError("the PDF has no text, only pictures; recognise its characters first")
    return text, known


def _pages(pages: object) -> Iterator[str]:
    characters = 0
    for page in pages:  # type: ignore[attr-defined] # pypdf gives a sequence of its own
        text = _HYPHENATED.sub("", page.extract_text())
        characters += len(text)
        if characters > _MAX_CHARACTERS:
            raise ReadError(f"the PDF has more than {_MAX_CHARACTERS:,} characters")
        yield "\n".join(_BLANK.sub(" ", line).strip() for line in text.split("\n")).strip()


def _property(value: object) -> str | None:
    return " ".join(value.split()) or None if isinstance(value, str) else None


def _date(properties: object) -> str | None:
    found = _PDF_DATE.match(str(properties.get("/CreationDate", ""))) if isinstance(properties, dict) else None
    return read_date("-".join(found.groups()))[0] if found else None
