"""From bytes to the text of record: decoded, in NFC, without what can't be seen; every repair is told in words."""

import re
import unicodedata
from dataclasses import dataclass

from index.errors import ReadError

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# What no reader sees must not carry words to a model: zero-width characters, direction marks, soft hyphens, tags.
# The joiners stay: emoji and several scripts are written with them.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile("\r\n?|[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")
_NO_TEXT_SHARE = 0.01  # of characters that stand in no text; more of them, and it is a picture or a program


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A text of record, and how it came about."""

    text: str
    encoding: str
    repairs: tuple[str, ...]


def decode(raw: bytes) -> Decoded:
    """The text of record in raw bytes: UTF-8, UTF-16 and UTF-32 by their mark, else Windows-1252 or Latin-1.

    Raises:
        ReadError: it is not text.
    """
    encoding = next((name for mark, name in _BOMS if raw.startswith(mark)), None)
    if encoding is None:
        encoding = _unmarked(raw)
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise ReadError(f"not text: it begins as {encoding} and does not go on so") from error
    unreadable = len(_CONTROL.findall(text))
    if unreadable > _NO_TEXT_SHARE * len(text) + 1:
        raise ReadError("not text: it is full of control characters")
    cleaned = clean(text)
    return Decoded(text=cleaned.text, encoding=encoding.removesuffix("-sig"), repairs=cleaned.repairs)


def clean(text: str) -> Decoded:
    """A text of record from a decoded text, as JSON and extracted pages have it."""
    repairs = []
    for pattern, what, instead in (
        (_CONTROL, "control characters removed", ""),
        (_SURROGATE, "lone surrogates replaced", "\ufffd"),
        (_INVISIBLE, "invisible characters removed", ""),
    ):
        text, count = pattern.subn(instead, text)
        if count:
            repairs.append(f"{count} {what}")
    text = _LINE_END.sub("\n", text)
    normal = unicodedata.normalize("NFC", text)
    return Decoded(text=normal, encoding="unicode", repairs=tuple(repairs))


def _unmarked(raw: bytes) -> str:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    if b"\x00" in raw:
        raise ReadError("not text: it has null bytes and no mark of UTF-16")
    try:
        raw.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "windows-1252"
