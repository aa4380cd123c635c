"""From decoded text to the text of record: NFC, plain line ends, nothing that can't be seen; every repair in words."""

import re
import unicodedata
from dataclasses import dataclass

_LINE_END = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
# A reader never sees these, a model does. Two kinds are seen, by what they do to their neighbours: joiners, which emoji
# and several scripts are written with, and variation selectors behind a sign that has variants.
_JOINED = "[\u0530-\u1fff\u2190-\ufdff\ufe0f\U00010000-\U000dffff]"
_VARIED = "[#*0-9©®\u0900-\u1fff\u203c-\ufdff\U00010000-\U000dffff]"
_JOINER, _SELECTOR = "[\u200c\u200d]", "[\ufe00-\ufe0f\U000e0100-\U000e01ef]"
_INVISIBLE = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\ufdd0-\ufdef\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0080-\U000e00ff\U000e01f0-\U000e0fff"
)
_REMOVALS = (
    ("control character", re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")),
    ("direction mark", re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")),
    ("tag character", re.compile("[\U000e0000-\U000e007f]")),
    ("soft hyphen", re.compile("\xad")),
    (
        "invisible character",
        re.compile(f"[{_INVISIBLE}]|(?<!{_VARIED}){_SELECTOR}|(?<!{_JOINED}){_JOINER}|{_JOINER}(?!{_JOINED})"),
    ),
)
# Every character of the above; most texts have none, and one look is enough.
_SUSPECT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200c-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufe00-\ufe0f"
    f"\U000e0000-\U000e01ef{_INVISIBLE}]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# Ordering a pile of accents takes quadratic time: 40,000 on one letter, 6 s. No language piles more than this.
_MAX_PILE = 30  # UAX #15, Stream-Safe Text Format
_PILE = re.compile(rf"[^\w\s\x00-\u02ff]{{{_MAX_PILE + 1},}}")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text as it is recorded, and what was done to it."""

    text: str
    repairs: tuple[str, ...] = ()
    """Each in words: ``3 control characters removed``."""


def clean(text: str) -> Cleaned:
    """The text of record: in NFC, lines ended by a line feed, no other control character, nothing invisible."""
    if not _SUSPECT.search(text):
        text, repairs = _composed(text)
        return Cleaned(text, tuple(repairs))
    text, surrogates = _SURROGATE.subn(_REPLACEMENT, _LINE_END.sub("\n", text))
    text, repairs = _composed(text)
    repairs += _repaired("lone surrogate", surrogates, "replaced")
    for what, pattern in _REMOVALS:
        text, count = pattern.subn("", text)
        repairs += _repaired(what, count, "removed")
    return Cleaned(_composed(text)[0], tuple(repairs))  # what stood apart may compose now


def _composed(text: str) -> tuple[str, list[str]]:
    """In NFC, no more accents on one letter than it takes time to order."""
    if text.isascii():
        return text, []
    text, piled = _flatten(text)
    normal = unicodedata.normalize("NFC", text)
    changed = ["letters and accents composed to unicode nfc"] if normal != text else []
    return normal, changed + _repaired("piled accent", piled, "removed")


def one_line(text: str) -> str:
    """A short field, such as a title: cleaned, its white space single spaces."""
    return " ".join(clean(text).text.split())


def counted(count: int, what: str, done: str) -> str:
    """A repair in words: ``3 control characters removed``."""
    return f"{count:,} {what}{'' if count == 1 else 's'} {done}"


def _repaired(what: str, count: int, done: str) -> list[str]:
    return [counted(count, what, done)] if count else []


def _flatten(text: str) -> tuple[str, int]:
    """Without the accents of a pile that go beyond the limit; how many those were."""
    removed = 0

    def flatten(pile: re.Match[str]) -> str:
        nonlocal removed
        kept, height = [], 0
        for character in pile.group():
            height = height + 1 if unicodedata.combining(character) else 0
            if height <= _MAX_PILE:
                kept.append(character)
        removed += len(pile.group()) - len(kept)
        return "".join(kept)

    return _PILE.sub(flatten, text), removed
