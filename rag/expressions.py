"""Finding the expressions that answer a question of a kind: dates, numbers, names, places.

Every pattern is a bounded alternation: the time to match grows with the length of the text alone.
"""

import re
from collections.abc import Iterator
from enum import StrEnum

from index.types import Span


class Kind(StrEnum):
    """What an expression says; the value is the word for it."""

    DATE = "date"
    DURATION = "duration"
    NUMBER = "number"
    MONEY = "sum of money"
    PERCENT = "percentage"
    NAME = "name"
    PLACE = "place"


_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_YEAR = r"(?<![\d,.$€£¥#])(?:1[0-9]|20)\d\d(?![\d%]|[,.]\d)"
_UNIT = r"(?:second|minute|hour|day|night|week|weekend|month|quarter|year|decade|centur(?:y|ie))s?"
_WORD_NUMBER = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    r"|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
)
_MAGNITUDE = r"(?:hundred|thousand|million|billion|trillion|dozen|m|bn|tn|k)\b"
_DIGITS = r"\d{1,3}(?:,\d{3}){1,5}(?:\.\d{1,9})?|\d{1,15}(?:\.\d{1,9})?"
_AMOUNT = (
    rf"(?:(?<![\w.,])(?:{_DIGITS})(?:[ -]?{_MAGNITUDE})?"
    rf"|\b(?:half|quarter) (?:a |of a )?(?:{_MAGNITUDE})"
    rf"|\b(?:a |an )?(?:half|third|quarter|fifth|tenth)s? (?=of\b)"
    rf"|\b(?:a|one|two|three|four)[ -](?:half|halves|thirds?|quarters?|fifths?|tenths?)\b"
    rf"|\b(?:a |an )?{_WORD_NUMBER}\b(?:[ -]{_WORD_NUMBER}\b)?(?:[ -]{_MAGNITUDE}){{0,2}}"
    rf"|\b(?:a |an |several )?(?:dozen|hundred|thousand|million|billion|trillion)s?\b)"
)
_APPROXIMATELY = (
    r"(?:\b(?i:about|around|almost|nearly|roughly|some|over|under|more than|fewer than|less than"
    r"|at least|at most|up to|as many as|approximately|an estimated) )?"
)
_PREPOSITION = r"(?:in|by|on|until|till|since|from|before|after|during|of|last|next|this|early|late|mid|through|to)"
_SEASON = r"(?:spring|summer|autumn|fall|winter)"
_PERIOD = rf"(?:week|weekend|month|quarter|year|decade|century|{_SEASON}|{_WEEKDAY}|{_MONTH})"

_DATE = re.compile(
    "|".join(
        (
            r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b",
            rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? {_YEAR})?",
            rf"(?:\b(?i:{_PREPOSITION})[ -](?:early[ -]|late[ -]|mid[ -]?)?|\b){_MONTH}"
            rf"(?: \d{{1,2}}(?:st|nd|rd|th)?(?!\d)(?:, ?{_YEAR})?|,?(?: of)? {_YEAR})",
            # "May" and "March" alone are words, and "June" may be a person: a preposition makes them months.
            rf"\b(?i:{_PREPOSITION})[ -](?:early[ -]|late[ -]|mid[ -]?)?{_MONTH}(?! [A-Z])",
            r"\b(?i:by )?(?:the )?(?:end|beginning|start|middle|turn|close) of (?:the |this |next |last )?"
            rf"(?:{_PERIOD}|{_YEAR})",
            rf"\b{_YEAR}(?:s\b|[-–—]\d{{2,4}}\b)?",
            rf"\b(?i:last|next|this|past|previous|following|coming|same) {_PERIOD}\b",
            r"\b(?i:the )?(?i:next|previous|following|same) (?:day|morning|evening|night)\b",
            rf"\b{_WEEKDAY}(?: (?:morning|afternoon|evening|night))?\b",
            r"\b(?i:today|tonight|yesterday|tomorrow|noon|midnight)\b",
            rf"\b(?:\d{{1,4}}|a|an|{_WORD_NUMBER}|several|a few|many)[ -]{_UNIT} (?:ago|later|earlier|before|after)\b",
            # "Within two years" says when; "over the next two years" says for how long.
            rf"\b(?:in|within) (?:\d{{1,3}}|a|an|{_WORD_NUMBER}|several|a few) {_UNIT}\b",
            r"\b\d{1,2}(?:st|nd|rd|th) centur(?:y|ies)\b",
            rf"\b(?:in|the|of|by|during) (?:the )?{_SEASON}\b(?: of {_YEAR})?",
            r"\b\d{1,2}(?::\d{2}){1,2}\b|\b\d{1,2} ?(?:a\.m\.|p\.m\.|am|pm|AM|PM)(?!\w)",
        )
    )
)
_NUMBER = re.compile(f"{_APPROXIMATELY}(?i:{_AMOUNT})")
_PERCENT = re.compile(
    rf"{_APPROXIMATELY}(?i:{_AMOUNT}(?: of a)?)(?: ?%|[ -](?i:percent\b|per cent\b|pct\b|percentage points?\b))"
)
_MONEY = re.compile(
    rf"{_APPROXIMATELY}(?:\b[A-Z]{{1,2}})?[$€£¥₹] ?(?:{_DIGITS})(?:[ -]?{_MAGNITUDE})?"
    rf"|{_APPROXIMATELY}(?i:{_AMOUNT})[ -](?i:dollars?|euros?|pounds?|yen|yuan|rupees?|rubles?|francs?|marks?"
    r"|cents?|pence|pesos?|won)\b"
)
_DURATION = re.compile(
    rf"{_APPROXIMATELY}\b(?i:\d{{1,4}}(?:\.\d)?|an?|half an?|several|(?:a )?few|{_WORD_NUMBER})"
    rf"(?:[ -](?:and )?a half)?[ -](?!quarter){_UNIT}\b"
    r"|\b(?i:decades|centuries|years|months|weeks|days|hours|minutes)\b"
)
_CAPITAL = r"(?:(?:al|el|bin|ibn|O|Mc|Mac|Di|De|La|Le)[-'’])?[A-ZÀ-ÖØ-Þ](?:[\w’'-]{0,30}\w|\.(?:[A-Z]\.){0,4})?"
_LINK = r"(?:(?:of|for|de|del|della|di|da|du|van|von|der|den|bin|ibn|al|el|the) ){0,2}"
_NAME = re.compile(rf"(?<![\w’'-]){_CAPITAL}(?: {_LINK}{_CAPITAL}){{0,7}}")
_PLACE_BEFORE = re.compile(
    r"\b(?:in|at|near|from|to|outside|across|around|into|inside|throughout|toward|towards|off|via|between|city of"
    r"|town of|village of|state of|province of|island of|coast of|north of|south of|east of|west of|capital,?)"
    r"(?: the| downtown| central| (?:north|south|east|west)(?:ern)?| neighbou?ring| nearby){0,2} $",
    re.IGNORECASE,
)
_FUNCTION_WORDS = """
    a about according after all also although an and another any as at because before both but by despite during each
    even few first five for four from half he her here his how however i if in it its just last later many more most
    much my no nor not now of on once one only or other our out over several she since so some such ten that the their
    then there these they this those three though through to today tomorrow two under until we what when where whether
    which while who why with yes yesterday yet you your monday tuesday wednesday thursday friday saturday sunday january
    february march april may june july august september october november december mr mrs ms
"""
_NO_NAMES = frozenset(_FUNCTION_WORDS.split())


def find_expressions(kind: Kind, text: str) -> tuple[Span, ...]:
    """The expressions of ``kind`` in one sentence, ascending and disjoint, as spans of ``text``."""
    return tuple(_FINDERS[kind](text))


def _find(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    return (Span(*match.span()) for match in pattern.finditer(text) if match.group().strip())


def _numbers(text: str) -> Iterator[Span]:
    """Amounts, percentages and sums of money; a year or the day of a month is a date and no number."""
    dates = tuple(_find(_DATE, text))
    for found in _find(_NUMBER, text):
        if any(date.start < found.end and found.start < date.end for date in dates):
            continue
        if found.of(text).lower() == "one" and text[found.end : found.end + 4] in (" of ", "", ".", ","):
            continue
        yield found


def _names(text: str) -> Iterator[Span]:
    """Runs of capitalised words. The first word of a sentence is capital in any case, so alone it proves little."""
    first = re.search(r"\w", text)
    for match in _NAME.finditer(text):
        start, end = match.span()
        words = match.group().split()
        opens = first is not None and start <= first.start()
        while words and words[0].strip(".’'").lower() in _NO_NAMES:
            start += len(words.pop(0)) + 1
            opens = False
        if not words or not words[0][:1].isalpha():
            continue
        if opens and len(words) == 1 and words[0].endswith(("s", "ly", "ing", "ed")):
            continue
        yield Span(start, end)


def _places(text: str) -> Iterator[Span]:
    return (name for name in _names(text) if _PLACE_BEFORE.search(text[max(0, name.start - 40) : name.start]))


_FINDERS = {
    Kind.DATE: lambda text: _find(_DATE, text),
    Kind.DURATION: lambda text: _find(_DURATION, text),
    Kind.NUMBER: _numbers,
    Kind.MONEY: lambda text: _find(_MONEY, text),
    Kind.PERCENT: lambda text: _find(_PERCENT, text),
    Kind.NAME: _names,
    Kind.PLACE: _places,
}
