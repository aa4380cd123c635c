"""Bylines: who wrote an article, as a line, a field of JSON or a page's own data says it."""

import re
from typing import Any

from dateline.index.reading.cleaning import one_line

_BY = re.compile(
    r"(?:(?:written |reported |story )?by(?:line)?|authors?|von|par|por|av|door)\b[ \t]*:?[ \t]*", re.IGNORECASE
)
_LINE = re.compile(r"(?:By|BY|by:|By:|Written by|Byline:|Von|Por|Par)[ \t]+(?P<names>\S.{0,150})")
_LINKED = re.compile(r"!?\[+([^\[\]]*)\]+(?:\([^()]*\))?")
_NO_NAME = re.compile(r"https?://\S*|\S+@\S+|\bwww\.\S*|@\w+|\([^()]*\)")
_BETWEEN = re.compile(r"\s*(?:[,;|&•·/]|\band\b|\bund\b|\bet\b)\s*", re.IGNORECASE)
_PARTICLES = frozenset("al bin da de del den der di do dos du el la le of the ter van von y zu".split())
_MOST_WORDS, _MOST_NAMES, _LONGEST = 5, 20, 80


def read_authors(value: Any) -> list[str]:
    """The names in a field: a text, a list of texts or of objects with a ``name``; empty where it has none."""
    if isinstance(value, dict):
        value = next((value[key] for key in ("name", "original", "full_name", "display_name") if value.get(key)), None)
    if isinstance(value, list):
        return list(dict.fromkeys(name for one in value[:_MOST_NAMES] for name in read_authors(one)))
    if not isinstance(value, str):
        return []
    text = _NO_NAME.sub(" ", _LINKED.sub(r"\1", one_line(value[:1_000])))
    text = text[found.end() :] if (found := _BY.match(text)) else text
    names = [name for part in _BETWEEN.split(text) if (name := part.strip(" .-–—\"'")) and len(name) <= _LONGEST]
    if len(names) == 2 and not any(" " in name for name in names) and "," in text:  # "Varga, Jo"
        names = [" ".join(reversed(names))]
    return list(dict.fromkeys(names))[:_MOST_NAMES]


def read_byline(line: str) -> list[str]:
    """The names in a line that is a byline and nothing else: ``By Ida Brandt and Tom Reed``; empty where it is none."""
    found = _LINE.fullmatch(line.strip())
    if found is None or re.search(r"[!?:]|\w\.\s+[a-z]", found["names"]):
        return []
    names = read_authors(found["names"])
    return names if names and all(map(_is_name, names)) else []


def _is_name(text: str) -> bool:
    words = text.split()
    return len(words) <= _MOST_WORDS and all(
        word in _PARTICLES or (word[0].isupper() and not any(map(str.isdigit, word))) for word in words
    )
