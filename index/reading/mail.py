"""Mail: messages and newsletters (EML), mailboxes (mbox), and pages that a browser saved as one (MHTML)."""

import email
import re
from collections.abc import Iterator
from dataclasses import replace
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr

from dateline.index.errors import ReadError
from dateline.index.reading.cleaning import counted, one_line
from dateline.index.reading.dates import stated_date
from dateline.index.reading.encoding import decode
from dateline.index.reading.html import declared_charset, extract_page
from dateline.index.reading.inputs import Story
from dateline.index.reading.markup import fragment_text
from dateline.index.reading.urls import is_web_address
from dateline.index.types import Metadata

_FORWARDED = re.compile(r"(?:(?:fwd?|re|aw|wg)\s*:\s*)+", re.IGNORECASE)
_FROM_LINE = re.compile(rb"(?:\A|\n)From [^\n]{3,300}\n")
_MAX_PARTS, _MAX_MESSAGES = 500, 20_000
_LONGEST_HEADER = 2_000  # characters
_PLAIN_SHARE = 0.3  # of the words of the page beside it; a plain part with less says "see this in your browser"
_HEADERS = (b"from:", b"date:", b"subject:", b"mime-version:", b"received:", b"return-path:", b"to:", b"message-id:")


def extract_eml(raw: bytes) -> Iterator[Story]:
    """One message.

    Raises:
        ReadError: it is none.
    """
    yield _message(_parse(raw, "eml"), None)


def extract_mbox(raw: bytes) -> Iterator[Story]:
    """The messages of a mailbox.

    Raises:
        ReadError: it is none.
    """
    starts = list(_FROM_LINE.finditer(raw))
    if not starts or starts[0].start() != 0:
        raise ReadError("the mbox is broken: it does not begin with a 'From ' line")
    if len(starts) > _MAX_MESSAGES:
        raise ReadError(f"the mbox has {len(starts):,} messages; {_MAX_MESSAGES:,} are the limit; split it")
    ends = [found.start() for found in starts[1:]] + [len(raw)]
    for number, (found, end) in enumerate(zip(starts, ends, strict=True), 1):
        message = _parse(raw[found.end() : end].replace(b"\n>From ", b"\nFrom "), "mbox")
        name = one_line(_header(message, "Message-ID")).strip("<>")
        yield _message(message, name or str(number))


def extract_mhtml(raw: bytes) -> Iterator[Story]:
    """The page of a web archive.

    Raises:
        ReadError: it is broken, or holds no page.
    """
    message = _parse(raw, "mhtml")
    page = next(
        (part for part in _parts(message) if part.get_content_type() in ("text/html", "application/xhtml+xml")), None
    )
    if page is None:
        raise ReadError("the mhtml holds no page")
    content = _bytes(page)
    found = extract_page(decode(content, page.get_content_charset() or declared_charset(content)).text)
    known = found.metadata
    address = _header(message, "Snapshot-Content-Location") or _header(page, "Content-Location")
    url = known.url or (address if is_web_address(address) else None)
    title = known.title or one_line(_header(message, "Subject")) or None
    yield Story(text=found.text, metadata=replace(known, title=title, url=url), remarks=found.remarks)


def _parse(raw: bytes, kind: str) -> Message:
    head = raw[:4_000].lower()
    if not any(head.startswith(name) or b"\n" + name in head for name in _HEADERS):
        raise ReadError(f"the {kind} is broken: it has no header")
    return email.message_from_bytes(raw)  # by the old policy: the new one takes quadratic time on odd headers


def _parts(message: Message) -> Iterator[Message]:
    for number, part in enumerate(message.walk()):
        if number >= _MAX_PARTS:
            raise ReadError(f"the message has more than {_MAX_PARTS} parts")
        if isinstance(part, Message) and not part.is_multipart():
            yield part


def _message(message: Message, key: str | None) -> Story:
    parts = list(_parts(message))
    shown = [part for part in parts if part.get_content_disposition() != "attachment"]
    plain = "\n".join(_text(part) for part in shown if part.get_content_type() == "text/plain")
    pages = "\n".join(fragment_text(_text(part)) for part in shown if part.get_content_type() == "text/html")
    text = plain if len(plain.split()) >= _PLAIN_SHARE * len(pages.split()) and plain.strip() else pages
    unread = sum(part.get_content_disposition() == "attachment" for part in parts)
    name, address = parseaddr(_header(message, "From"))
    stated = _header(message, "Date")
    reading = stated_date(stated) if stated else None
    metadata = Metadata(
        title=one_line(_FORWARDED.sub("", _header(message, "Subject"), count=1)) or None,
        source=one_line(name or address.rpartition("@")[2]) or None,
        published=reading.iso if reading else None,
    )
    remarks = (counted(unread, "attachment", "not read"),) if unread else ()
    problem = (reading.problem,) if reading and reading.problem else ()
    return Story(text=text, metadata=metadata, key=key, remarks=(*remarks, *problem))


def _header(message: Message, name: str) -> str:
    value = str(message.get(name) or "")[:_LONGEST_HEADER]
    try:
        return str(make_header(decode_header(value))).strip()
    except (HeaderParseError, LookupError, UnicodeError, ValueError):  # LookupError: an encoding that does not exist
        return value.strip()


def _bytes(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(part: Message) -> str:
    content = _bytes(part)
    try:
        return decode(content, part.get_content_charset()).text if content.strip() else ""
    except ReadError:
        return ""
