"""Rich text (RTF 1.9): its text, a paragraph a line, and what its properties say."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from dateline.index.errors import ReadError
from dateline.index.reading.inputs import Story, is_tool_title
from dateline.index.types import Metadata

_TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.IGNORECASE
)
_UNREAD = frozenset(
    b"annotation author atnauthor atnid atndate atrfend atrfstart bkmkend bkmkstart colortbl datafield doccomm "
    b"factoidname falt filetbl fontemb fontfile fonttbl footer footerf footerl footerr footnote formfield "
    b"generator header headerf headerl headerr info keywords latentstyles listoverridetable listtable mmath "
    b"nonshppict object operator pgptbl pict pntext private revtbl rsidtbl shp shpinst stylesheet subject template "
    b"themedata title userprops xmlnstbl".split()
)
_BREAKS = frozenset({b"par", b"line", b"sect", b"page", b"row", b"column"})
_SIGNS = {
    b"tab": "\t", b"cell": " | ", b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“",
    b"rdblquote": "”", b"bullet": "•", b"emspace": " ", b"enspace": " ",
}  # fmt: skip
_ESCAPED = {b"~": " ", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}", b"\n": "\n", b"\r": "\n"}
_CHARSETS = {128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5", 161: "cp1253", 162: "cp1254", 163: "cp1258",
             177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250"}  # fmt: skip
_FONT = re.compile(rb"\\f(\d{1,5})[^{};]{0,200}?\\fcharset(\d{1,3})")
_INFO = re.compile(rb"\{\\(title|author)[ ]([^{}]{1,1000})\}")
_MAX_DEPTH = 1_000


@dataclass(frozen=True, slots=True)
class _State:
    """What a group inherits from the one around it."""

    unread: bool = False
    hidden: bool = False
    skip: int = 1
    """Characters behind a Unicode one that stand for it elsewhere."""
    encoding: str = "cp1252"


def extract_rtf(raw: bytes) -> Iterator[Story]:
    """The text of an RTF file, without pictures, notes, headers and what is hidden.

    Raises:
        ReadError: it is none, or nests its groups too deep.
    """
    if not raw.lstrip().startswith(b"{\\rtf"):
        raise ReadError("the rtf is broken")
    lines = (" ".join(line.split()) for line in _text(raw).split("\n"))
    info = {found[1]: _text(found[2]) for found in _INFO.finditer(raw, 0, 20_000)}
    title = " ".join(info.get(b"title", "").split())
    metadata = Metadata(
        title=None if is_tool_title(title) else title,
        extra={"creator": name} if (name := info.get(b"author", "").strip()) else {},
    )
    text = "\n".join(line.strip(" |") for line in lines if line.strip(" |"))
    yield Story(text=text, metadata=metadata, titled=metadata.title is None)


def _text(raw: bytes) -> str:
    return _Reader(raw).text()


class _Reader:
    """Goes through the tokens of a file."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        page = re.search(rb"\\ansicpg(\d{3,5})", raw[:2_000])
        self._default = _known(f"cp{int(page[1])}") if page else "cp1252"
        self._fonts = {int(one[1]): _CHARSETS.get(int(one[2]), self._default) for one in _FONT.finditer(raw)}
        self._state = _State(encoding=self._default)
        self._above: list[_State] = []
        self._parts: list[str] = []
        self._bytes = bytearray()
        self._skipping = 0

    def text(self) -> str:
        for token in _TOKEN.finditer(self._raw):
            word, number, code, sign, brace, plain = token.groups()
            if code:
                self._add_byte(int(code, 16))
            elif word:
                self._control(word.lower(), int(number) if number else None)
            elif brace:
                self._group(brace)
            elif sign:
                self._sign(sign)
            elif plain:
                self._plain(plain)
        self._flush()
        return "".join(self._parts)

    def _group(self, brace: bytes) -> None:
        self._flush()
        self._skipping = 0
        if brace == b"{":
            self._above.append(self._state)
            if len(self._above) > _MAX_DEPTH:
                raise ReadError("the rtf nests its groups too deep")
        elif self._above:
            self._state = self._above.pop()

    def _control(self, word: bytes, number: int | None) -> None:
        if word == b"u" and number is not None:
            self._flush()
            self._emit(chr(number % 0x10000))
            self._skipping = self._state.skip
        elif word in _UNREAD:
            self._state = replace(self._state, unread=True)
        elif word == b"f" and number is not None:
            self._flush()
            self._state = replace(self._state, encoding=self._fonts.get(number, self._default))
        elif word == b"uc":
            self._state = replace(self._state, skip=max(0, number or 0))
        elif word == b"v":
            self._flush()
            self._state = replace(self._state, hidden=number != 0)
        elif word in _BREAKS or word in _SIGNS:
            self._flush()
            self._emit("\n" if word in _BREAKS else _SIGNS[word])

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self._state = replace(self._state, unread=True)
        elif sign in _ESCAPED:
            self._flush()
            self._emit(_ESCAPED[sign])

    def _plain(self, plain: bytes) -> None:
        skipped = min(self._skipping, len(plain))
        self._skipping -= skipped
        self._bytes += plain[skipped:]

    def _add_byte(self, byte: int) -> None:
        if self._skipping:
            self._skipping -= 1
        else:
            self._bytes.append(byte)

    def _flush(self) -> None:
        if self._bytes:
            content, self._bytes = bytes(self._bytes), bytearray()
            self._emit(content.decode(self._state.encoding, "replace"))

    def _emit(self, text: str) -> None:
        if not (self._state.unread or self._state.hidden):
            self._parts.append(text)


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return "cp1252"
