"""Datelines: the place, and often the agency, that a news story opens with, before its first sentence."""

import re
from dataclasses import dataclass

AGENCIES = {  # in lower case
    *("aa", "abc", "abc news", "afp", "al jazeera", "ani", "anadolu", "ap", "associated press", "bbc", "bbc news"),
    *("bloomberg", "cbc", "cbs", "cbs news", "cna", "cnbc", "cnn", "cnn business", "dpa", "dw", "efe", "fox news"),
    *("ians", "interfax", "kyodo", "nbc", "nbc news", "npr", "pa", "pti", "reuters", "tass", "the associated press"),
    *("thomson reuters foundation", "un news", "upi", "usa today", "voa", "xinhua", "yonhap"),
}
_LONGEST_AGENCY = max(len(name.split()) for name in AGENCIES)
_OPENING = re.compile(
    r"\s*(?P<place>[^\n()–—]{0,60}?)[ \xa0]*(?:\((?P<agency>[^\n()]{2,40})\))?"
    r"(?:[ \xa0]*(?P<dash>–|—|--|(?<=[ \xa0)])-(?=\s))\s*|(?<=\))[ \xa0]*)(?=\S)"
)
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_DAY = re.compile(rf",? (?:{_MONTH} \d{{1,2}}(?:, \d{{4}})?|\d{{1,2}} {_MONTH}(?:,? \d{{4}})?)$", re.I)
_CONNECTORS = {"of", "de", "del", "la", "the", "and", "el", "al", "du", "da", "do"}
_MOST_WORDS = 6
_SENTENCE_END = re.compile(r"[.!?][\"'”’)]*\s|\n")
_OPENS_SENTENCE = re.compile(r"[\"'“‘«¿¡(\[]*[^\W_]")


@dataclass(frozen=True, slots=True)
class Dateline:
    """What a story opens with."""

    end: int
    """Where its first sentence starts."""
    place: str | None
    agency: str | None


def find_dateline(text: str, start: int = 0) -> Dateline | None:
    """The dateline at ``start``: ``Iraq – ``, ``BAGHDAD, Sept 8 (Reuters) - ``, ``(CNN) ``, ``London CNN —``.

    Taken for one are an agency with or without places before it, and without an agency a few capitalised words and a
    dash that the sentence has no second of: ``Biden – who is 81 – said`` is a sentence.
    """
    found = _OPENING.match(text, start, start + 200)
    if found is None:
        return None
    place, agency, dash = found["place"].strip(), found["agency"], found["dash"]
    if agency is None:
        place, agency = _split_agency(place)
    place = _DAY.sub("", place).strip(" ,")
    names_agency = agency is not None and (agency.lower() in AGENCIES or (dash is not None and _is_name(agency)))
    if agency is not None and not names_agency:
        return None
    if not _is_place(place) if place else agency is None:
        return None
    if agency is None and not _stands_alone(text, found, place):
        return None
    if not _opens_sentence(text, found.end()):
        return None
    return Dateline(end=found.end(), place=place or None, agency=agency)


def _split_agency(place: str) -> tuple[str, str | None]:
    """``London CNN`` as place and agency."""
    words = place.split()
    for length in range(min(_LONGEST_AGENCY, len(words)), 0, -1):
        agency = " ".join(words[-length:])
        if agency.lower() in AGENCIES and agency[0].isupper():
            return " ".join(words[:-length]).strip(" ,"), agency
    return place, None


def _is_name(text: str) -> bool:
    return all(word[0].isupper() for word in text.replace("/", " ").split())


def _is_place(text: str) -> bool:
    words = re.split(r"[\s,/]+", text)
    if len(words) > _MOST_WORDS or not words[0][:1].isupper():
        return False
    return all(word[:1].isupper() or word in _CONNECTORS or word.startswith("al-") for word in words if word)


def _stands_alone(text: str, found: re.Match[str], place: str) -> bool:
    """Whether place and dash, with no agency, can't be the beginning of a sentence."""
    spaced = text[found.start("dash") - 1].isspace() and text[found.end() - 1].isspace()
    if not (spaced or place.isupper()) or "\n" in text[found.start("place") : found.end()]:
        return False
    sentence_end = _SENTENCE_END.search(text, found.end())
    sentence = text[found.end() : sentence_end.start() if sentence_end else len(text)]
    return found["dash"] not in re.findall(r"(?<=\s)-(?=\s)|–|—|--", sentence)


def _opens_sentence(text: str, at: int) -> bool:
    first = _OPENS_SENTENCE.match(text, at)
    return first is not None and not first.group()[-1].islower()
