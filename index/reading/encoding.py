"""From bytes to text: what encoding it is in, and whether it is text at all. A guess is always told as one."""

import codecs
import re
from dataclasses import dataclass

from dateline.index.errors import ReadError
from dateline.index.reading.cleaning import counted

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SIGNATURES = (
    (b"\x89PNG", "a png picture"),
    (b"\xff\xd8\xff", "a jpeg picture"),
    (b"GIF8", "a gif picture"),
    (b"%PDF-", "a pdf; name it .pdf"),
    (b"PK\x03\x04", "a zip archive or office document"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"{\\rtf", "rich text; name it .rtf"),
    (b"\x1f\x8b", "a gzip archive"),
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_WESTERN_SHARE = 0.25  # of what is no ASCII; Icelandic has 0.11, Greek, Russian, Arabic and Chinese more than 0.8
_ODD_SHARE = 0.1  # of those, signs within a word; Polish read as Windows-1252 has 0.38, western languages none
_ODD = re.compile("(?<=[A-Za-zÀ-ÿ])[\x80-\x9f¡-©«-´¶-¹»-¿×÷ƒ†‡ˆ‰‹›˜](?=[A-Za-zÀ-ÿ])")
_OTHERS = [
    *("cp1250", "cp1251", "koi8_r", "cp1253", "cp1255", "cp1256", "iso8859_2"),
    *("gb18030", "big5", "cp932", "euc_jp", "cp949"),
]
_SAMPLE = 100_000  # characters or bytes that an encoding is guessed from


_UNMAPPED = re.compile("[\ufffd\ue000-\uf8ff\U000f0000-\U0010fffd]|\\(cid:\\d+\\)")
_UNMAPPED_SHARE = 0.1  # of the characters that are no white space
_WORD = re.compile(r"[^\W\d_]{3,}")
_LATIN_WORD = re.compile(r"(?<![^\W_])[A-Za-z]{4,}(?![^\W_])")
_VOWEL = re.compile("[aeiouy]", re.IGNORECASE)
_VOWEL_SHARE = 0.6  # of words in Latin letters; Czech has .98, a text whose letters are shifted by the font .5 or less
_LEAST_WORDS, _LEAST_LENGTH = 12, 200  # less says nothing of a text


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text as it was written, not yet cleaned."""

    text: str
    encoding: str
    repairs: tuple[str, ...] = ()


def decode(raw: bytes, declared: str | None = None) -> Decoded:
    """The text in raw bytes.

    A byte order mark decides; else UTF-8 where the bytes are valid UTF-8; else the declared encoding; else UTF-8 with a
    few broken places; else Windows-1252 where that gives western words; else the best guess of charset-normalizer.

    Args:
        raw: of a file or of a line.
        declared: the encoding that a page names for itself.

    Raises:
        ReadError: it is not text.
    """
    kind = next((kind for signature, kind in _SIGNATURES if raw.startswith(signature)), None)
    if kind:
        raise ReadError(f"not text: {kind}")
    decoded = _marked(raw) or _strictly(raw, "utf-8") or _declared(raw, declared) or _broken_utf8(raw) or _guess(raw)
    controls, guessed = len(_CONTROL.findall(decoded.text)), bool(decoded.repairs)
    allowed = 1 + len(decoded.text) // 100 if guessed else 5 + len(decoded.text) // 20
    if controls > allowed:
        raise ReadError("not text: full of control characters")
    return decoded


def gibberish(text: str) -> str | None:
    """Why a text that was decoded says nothing, in words: its fonts or its encoding hid what its characters mean."""
    text = text[:_SAMPLE]
    length = len(text) - sum(map(str.isspace, text))
    unmapped = sum(len(one.group()) for one in _UNMAPPED.finditer(text))
    if unmapped > max(_LEAST_WORDS, _UNMAPPED_SHARE * length):
        return f"its text is gibberish: {unmapped / length:.0%} of its characters mean nothing outside its own fonts"
    if length > _LEAST_LENGTH and not _WORD.search(text):
        return "its text is gibberish: there is no word in it"
    words = _LATIN_WORD.findall(text)
    if len(words) >= _LEAST_WORDS and sum(bool(_VOWEL.search(one)) for one in words) < _VOWEL_SHARE * len(words):
        return "its text is gibberish: most of its words have no vowel"
    return None


def _marked(raw: bytes) -> Decoded | None:
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _with_gaps(raw.removeprefix(codecs.BOM_UTF8), encoding)
    return None


def _strictly(raw: bytes, encoding: str) -> Decoded | None:
    try:
        return Decoded(raw.decode(encoding), encoding)
    except UnicodeError:
        return None


def _with_gaps(raw: bytes, encoding: str) -> Decoded:
    strict = _strictly(raw, encoding)
    if strict:
        return strict
    text = raw.decode(encoding, "replace")
    return Decoded(text, encoding, (counted(text.count(chr(0xFFFD)), "unreadable place", "replaced"),))


def _declared(raw: bytes, declared: str | None) -> Decoded | None:
    try:
        encoding = codecs.lookup(declared or "").name
    except (LookupError, ValueError):
        return None
    if encoding in ("iso8859-1", "ascii"):
        encoding = "cp1252"  # https://encoding.spec.whatwg.org/#names-and-labels: what pages mean by it
    return _strictly(raw, encoding) if encoding in _TEXT_ENCODINGS else None


def _broken_utf8(raw: bytes) -> Decoded | None:
    """Where far more of what is no ASCII is valid UTF-8 than not."""
    decoded = _with_gaps(raw, "utf-8")
    gaps = decoded.text.count(chr(0xFFFD))
    return decoded if _count_other(decoded.text) > 4 * gaps else None


def _guess(raw: bytes) -> Decoded:
    western = _strictly(raw, "cp1252") or Decoded(raw.decode("latin-1"), "latin-1")
    encoding = western.encoding
    if not _reads_western(western.text[:_SAMPLE]):
        from charset_normalizer import from_bytes

        guesses = from_bytes(raw[:_SAMPLE], cp_isolation=_OTHERS)
        encoding = next((guess.encoding for guess in guesses if not _is_odd(str(guess))), "")
        if not encoding:
            raise ReadError("not text, or in an encoding that can't be told; save it as utf-8")
    told = {"cp1252": "windows-1252"}.get(encoding, encoding)
    decoded = _with_gaps(raw, encoding)
    return Decoded(decoded.text, told, (f"encoding guessed: {told}", *decoded.repairs))


def _reads_western(text: str) -> bool:
    return _count_other(text) <= _WESTERN_SHARE * len(text) and not _is_odd(text)


def _is_odd(text: str) -> bool:
    return len(_ODD.findall(text)) > _ODD_SHARE * _count_other(text)


def _count_other(text: str) -> int:
    """How many characters are no ASCII."""
    return len(text) - len(text.encode("ascii", "ignore"))


_TEXT_ENCODINGS = {codecs.lookup(name).name for name in ("cp1252", "euc_kr", "gbk", "gb2312", *_OTHERS)} | {
    f"iso8859-{number}" for number in (*range(2, 12), *range(13, 17))
}
