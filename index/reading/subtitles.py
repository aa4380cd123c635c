"""Subtitles and transcripts, SRT and WebVTT: a sentence a line, each with the time at which it begins."""

import re
from collections.abc import Iterator

from dateline.index.errors import ReadError
from dateline.index.reading.encoding import decode
from dateline.index.reading.inputs import Story
from dateline.index.reading.markup import plain
from dateline.index.types import Metadata

_TIMES = re.compile(
    r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,]\d{1,3}[ \t]*-->[ \t]*(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}.*"
)
_TAG = re.compile(r"</?(?:[cibuv]|lang|ruby|rt|font)\b[^<>]{0,200}>|<\d[\d:.]{4,12}>|\{\\[^{}]{1,60}\}")
_VOICE = re.compile(r"<v(?:\.[\w.]+)?[ \t]+([^<>]{1,80})>")
_ENDS = re.compile(r"[.!?…][\"'”’)\]♪]*$")
_LONGEST = 400  # characters of a line; speech that is written without stops is cut at a cue


def extract_subtitles(raw: bytes) -> Iterator[Story]:
    """The transcript: ``[00:01:05] The council has met.``, cues joined to sentences.

    Raises:
        ReadError: it has no times.
    """
    cues = list(_cues(decode(raw).text))
    if not cues:
        raise ReadError("the subtitles are broken: no line has times")
    yield Story(text="\n".join(_sentences(cues)), metadata=Metadata())


def _cues(text: str) -> Iterator[tuple[str, str]]:
    """Each cue's time and words; a line that only repeats the one before it, as rolling captions do, is left out."""
    before = ""
    for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = block.strip().split("\n")
        at = next((number for number, line in enumerate(lines[:2]) if _TIMES.fullmatch(line.strip())), None)
        if at is None:
            continue
        found = _TIMES.fullmatch(lines[at].strip())
        assert found is not None
        words = []
        for line in lines[at + 1 :]:
            said = " ".join(plain(_TAG.sub("", _VOICE.sub(r"\1: ", line))).split())
            if said and said != before:
                words.append(said)
            before = said or before
        if words:
            yield f"{int(found[1] or 0):02}:{int(found[2]):02}:{found[3]}", " ".join(words)


def _sentences(cues: list[tuple[str, str]]) -> Iterator[str]:
    time, parts = "", list[str]()
    for at, words in cues:
        if not parts:
            time = at
        parts.append(words)
        if _ENDS.search(words) or sum(map(len, parts)) > _LONGEST:
            yield f"[{time}] {' '.join(parts)}"
            parts = []
    if parts:
        yield f"[{time}] {' '.join(parts)}"
