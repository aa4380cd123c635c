"""The numbers of a text with what they are numbers of, in normal form, and whether others bear them out.

``2,500``, ``2.5 thousand`` and ``two thousand five hundred`` are one number, ``$4.2m`` and ``4.2 million dollars`` one
sum, ``8%`` and ``eight per cent`` one share. "More than 2,500" is another statement than "2,500".
"""

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dateline.index.types import Span
from dateline.rag.parsing.tokens import STOP_WORDS, stem

_ONES = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen""".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SMALL = {word: value for value, word in enumerate(_ONES)} | {word: 20 + 10 * at for at, word in enumerate(_TENS)}
_UP_TO_NINE = {form: value for value in range(1, 10) for form in (_ONES[value], str(value))}
_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12.0, "k": 1e3,
    "mn": 1e6, "bn": 1e9, "tn": 1e12, "lakh": 1e5, "crore": 1e7,
}  # fmt: skip
_VAGUE = {
    "dozens": (20, 130), "scores": (35, 130), "hundreds": (150, 1_500), "thousands": (1_500, 1e6),
    "millions": (1.5e6, 1e9), "billions": (1.5e9, 1e12),
}  # fmt: skip
_ORDINALS = {word: at for at, word in enumerate("third fourth fifth sixth seventh eighth ninth tenth".split(), 3)}
_FRACTIONS = {"half": 1 / 2, "halves": 1 / 2, "quarter": 1 / 4, "quarters": 1 / 4, "thirds": 1 / 3}
_ALONE: Mapping[str, tuple[float, float]] = {
    **_VAGUE,
    **{word: (value, value) for word, value in (_ORDINALS | _FRACTIONS).items()},
}
"""Words that are a number whatever stands beside them: its least and its most."""
_CURRENCIES = {
    "$": "dollar", "us$": "dollar", "usd": "dollar", "€": "euro", "eur": "euro", "£": "pound", "gbp": "pound",
    "¥": "yen", "dollars": "dollar", "dollar": "dollar", "euros": "euro", "euro": "euro", "pounds": "pound",
    "pound": "pound", "yen": "yen", "crowns": "crown", "crown": "crown", "francs": "franc", "rupees": "rupee",
    "yuan": "yuan", "roubles": "rouble", "rubles": "rouble", "pesos": "peso", "cents": "cent", "shekels": "shekel",
}  # fmt: skip
_PER_CENT = "per cent"
_UNITS = {"km": "kilometre", "m": "metre", "cm": "centimetre", "kg": "kilogram", "kph": "kilometre", "hrs": "hour"}
_TOUCHING = frozenset("st nd rd th s k m b bn mn tn km cm mm kg g kph mph ft in lb am pm p c f x h hrs min".split())
"""Letters that may follow a number without a space; others make a name of both, as in 4moms."""
_TIMES = frozenset("second seconds minute minutes hour hours day days week weeks month months year years".split())
_MOST_OF_A_RATIO = 1_000  # one in a thousand
_BOUNDS = (
    (">=", "at least", "no fewer than", "no less than", "not less than", "a minimum of"),
    ("<=", "at most", "no more than", "not more than", "up to", "as many as", "as much as", "a maximum of"),
    (">", "more than", "over", "above", "upwards of", "in excess of", "exceeding", "exceeds", "greater than"),
    ("<", "less than", "fewer than", "under", "below", "short of"),
    ("~", "about", "around", "some", "roughly", "approximately", "nearly", "almost", "close to", "an estimated",
     "circa", "or so", "just over", "just under", "estimated"),
)  # fmt: skip
_TOKEN = re.compile(
    r"(?P<digits>[0-9]{1,3}(?:[,\u00a0\u202f][0-9]{3})+(?:\.[0-9]+)?|[0-9]{1,15}(?:\.[0-9]{1,9})?)"
    r"|(?P<word>US\$|[^\W\d_]+(?:['’][^\W\d_]+)?)|(?P<sign>[$€£¥%])|(?P<rest>\S)"
)
NUMBER_WORDS = frozenset((*_SMALL, *_ALONE)) - {"one"}
"""Words that are a number by themselves, in lower case; "one" is mostly a pronoun."""

_NEAR_ENOUGH = 0.05  # of "about": 2,487 is about 2,500
_LEAST_OF_MORE_THAN = 0.8  # 2,500 is more than 2,000, but nobody says so of 25,000


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number as it stands in a text."""

    low: float
    high: float
    """The number twice; of "hundreds" the least and the most."""
    bound: str
    """``>``, ``>=``, ``<``, ``<=``, ``~`` (about), or empty."""
    unit: str
    """``per cent``, a currency, ``ordinal``, or empty."""
    nouns: tuple[str, ...]
    """Stems of the next words: what it counts."""
    span: Span
    text: str


def read_numbers(text: str, apart_from: Collection[Span] = ()) -> tuple[Number, ...]:
    """The numbers of a text, in order; those in spans such as dates are left out."""
    tokens = list(_TOKEN.finditer(text))
    found: list[Number] = []
    at = 0
    while at < len(tokens):
        length, low, high = _number(tokens, at)
        if length:
            span = Span(tokens[at].start(), tokens[at + length - 1].end())
            if not any(span.start < other.end and other.start < span.end for other in apart_from):
                number = _read_number(text, tokens, slice(at, at + length), (low, high))
                if found and number.span.start < found[-1].span.end:  # a sign between two is the first one's
                    start, end = found[-1].span.end, number.span.end
                    number = replace(number, span=Span(start, end), text=text[start:end])
                found.append(number)
        at += max(1, length)
    return tuple(found)


def bears_out(quote: Number, claim: Number) -> bool:
    """Whether what a quote says of a number allows what a claim says of it."""
    if not _comparable(quote, claim):
        return False
    if claim.low != claim.high:
        return claim.low <= quote.low and quote.high <= claim.high
    if math.isclose(quote.low, claim.low, rel_tol=1e-9) and quote.low == quote.high:
        return _bound_holds(quote.bound, claim.bound)
    return _digits(claim.low) < _digits(quote.low) and _rounds(claim, quote)


def is_same(one: Number, other: Number) -> bool:
    """Whether two numbers have the same value, unit and bound, however they are written; "about" is no bound here."""
    values = ((one.low, other.low), (one.high, other.high))
    if not all(math.isclose(*pair, rel_tol=1e-9) for pair in values):
        return False
    return one.unit == other.unit and one.bound.strip("~") == other.bound.strip("~")


def counterpart(claim: Number, quotes: Sequence[Number]) -> Number | None:
    """The number of the quotes that stands where the claim's does: of the same things, of the same kind, near it."""

    def distance(quote: Number) -> tuple[bool, bool, float]:
        apart = abs(math.log((abs(quote.low) + 1e-9) / (abs(claim.low) + 1e-9)))
        return not set(quote.nouns) & set(claim.nouns), quote.unit != claim.unit, apart

    of_its_kind = (one for one in quotes if (one.unit == "ordinal") == (claim.unit == "ordinal"))
    return min(of_its_kind, key=distance, default=None)


def _comparable(quote: Number, claim: Number) -> bool:
    units = {quote.unit, claim.unit}
    return len(units) == 1 or ("" in units and "ordinal" not in units)


def _rounds(claim: Number, quote: Number) -> bool:
    """Whether a number that is given with a bound is near another for which people would say so."""
    if claim.bound == "~":
        return quote.bound in ("", "~") and abs(quote.low - claim.low) <= _NEAR_ENOUGH * abs(claim.low)
    if claim.bound in (">", ">="):
        return _LEAST_OF_MORE_THAN * quote.low <= claim.low < quote.low
    return claim.bound in ("<", "<=") and _LEAST_OF_MORE_THAN * claim.low <= quote.low < claim.low


def _bound_holds(quote: str, claim: str) -> bool:
    """Of equal numbers: "at least 12" follows from "12" and from "more than 12", "12" from "about 12" only."""
    if claim == quote or claim == "~":
        return True
    if claim == "":
        return quote == "~"
    return (claim, quote) in {(">=", ""), (">=", ">"), ("<=", ""), ("<=", "<")}


def _digits(value: float) -> int:
    """Digits that say something: 2,500 has two."""
    return len(f"{value:.10g}".replace(".", "").replace("-", "").strip("0").partition("e")[0])


# Reading

_Tokens = Sequence[re.Match[str]]


def _number(tokens: _Tokens, at: int) -> tuple[int, float, float]:
    """How many tokens make up the number that begins here, 0 where none does; its least and its most."""
    token = tokens[at].group().lower()
    length, share = _ratio(tokens, at)
    if length:
        return length, share, share
    if tokens[at].lastgroup == "digits":
        if _is_part_of_a_name(tokens, at):
            return 0, 0.0, 0.0
        value = float(re.sub(r"[,\u00a0\u202f]", "", token))
        length, scale = _scale(tokens, at + 1, money=at > 0 and _is_currency(tokens, at - 1))
        return 1 + length, value * scale, value * scale
    if token in _ALONE:
        return 1, *_ALONE[token]
    length, value = _in_words(tokens, at)
    return length, value, value


def _is_part_of_a_name(tokens: _Tokens, at: int) -> bool:
    """Whether letters touch the digits: F-16, Q1, COVID-19, 4moms."""
    behind = tokens[at + 1] if at + 1 < len(tokens) else None
    if behind and behind.lastgroup == "word" and behind.start() == tokens[at].end():
        lower = behind.group().lower()
        if not any(lower in known for known in (_TOUCHING, _SCALES, _CURRENCIES, _UNITS)):
            return True
    if at == 0 or tokens[at - 1].end() != tokens[at].start():
        return False
    before = tokens[at - 1].group()
    if before in "-–" and at > 1 and tokens[at - 2].end() == tokens[at - 1].start():
        return tokens[at - 2].lastgroup == "word"
    return tokens[at - 1].lastgroup == "word" and before.lower() not in _CURRENCIES


def _ratio(tokens: _Tokens, at: int) -> tuple[int, float]:
    """How many tokens "one in twelve" or "3 in 10" has that begins here, 0 where none does; and the share."""
    if at + 2 >= len(tokens) or tokens[at + 1].group() != "in" or tokens[at].group().lower() not in _UP_TO_NINE:
        return 0, 0.0
    behind = tokens[at + 2].group().lower()
    length, whole = (1, float(behind)) if behind.isdigit() and behind.isascii() else _in_words(tokens, at + 2)
    part, following = _UP_TO_NINE[tokens[at].group().lower()], tokens[at + 2 + length : at + 3 + length]
    if not part < whole <= _MOST_OF_A_RATIO or any(one.group().lower() in _TIMES for one in following):
        return 0, 0.0
    return 2 + length, part / whole


def _scale(tokens: _Tokens, at: int, money: bool) -> tuple[int, float]:
    length, scale = 0, 1.0
    while at + length < len(tokens):
        word = tokens[at + length].group().lower()
        if word == "m" and not length and (money or _is_currency(tokens, at + 1)):
            return 1, 1e6
        if word not in _SCALES or (word in "-k" and tokens[at + length].start() != tokens[at + length - 1].end()):
            break
        scale *= _SCALES[word]
        length += 1
    return length, scale


def _is_currency(tokens: _Tokens, at: int) -> bool:
    return at < len(tokens) and tokens[at].group().lower() in _CURRENCIES


def _in_words(tokens: _Tokens, at: int) -> tuple[int, float]:
    """Of a number in words, ``two thousand five hundred``; a lone ``one`` is mostly a pronoun and none."""
    total, part, length = 0.0, 0.0, 0
    while at + length < len(tokens):
        word = tokens[at + length].group().lower()
        following = tokens[at + length + 1].group().lower() if at + length + 1 < len(tokens) else ""
        if word in _SMALL:
            if part % 100 and not (part % 10 == 0 and _SMALL[word] < 10 and part % 100 >= 20):
                break
            part += _SMALL[word]
        elif word in _SCALES and len(word) > 2 and (length or (at and tokens[at - 1].group().lower() in ("a", "per"))):
            part = max(part, 1) * _SCALES[word]
            if _SCALES[word] > 100:
                total, part = total + part, 0.0
        elif not (length and word in ("-", "and") and following in _SMALL and (word == "-" or part >= 100 or total)):
            break
        length += 1
    if length == 1 and tokens[at].group().lower() == "one":
        return 0, 0.0
    return length, total + part


def _read_number(text: str, tokens: _Tokens, place: slice, ends: tuple[float, float]) -> Number:
    unit, behind = _unit(tokens, place)
    start = tokens[place.start - (place.start > 0 and _is_currency(tokens, place.start - 1))].start()
    bound, words = _bound(text[:start])
    end = tokens[behind - 1].end()
    scale = 100 if unit == "share" else 1
    return Number(
        low=ends[0] * scale,
        high=ends[1] * scale,
        bound=bound,
        unit=_PER_CENT if unit == "share" else unit,
        nouns=tuple(_nouns(tokens, behind)),
        span=Span(start, end),
        text=f"{words} {text[start:end]}".strip(),
    )


def _unit(tokens: _Tokens, place: slice) -> tuple[str, int]:
    """The unit of a number, and the token behind it."""
    first = tokens[place.start].group().lower()
    before = tokens[place.start - 1].group().lower() if place.start else ""
    words = [one.group().lower() for one in tokens[place.stop : place.stop + 2]] + ["", ""]
    touching = place.stop < len(tokens) and tokens[place.stop].start() == tokens[place.stop - 1].end()
    known = (
        (first in _ORDINALS, "ordinal", 0),
        (first in _FRACTIONS or (place.stop - place.start > 2 and tokens[place.start + 1].group() == "in"), "share", 0),
        (before in _CURRENCIES and not before.isalpha(), _CURRENCIES.get(before, ""), 0),
        (words[0] in ("%", "percent", "pct"), _PER_CENT, 1),
        (words[:2] == ["per", "cent"], _PER_CENT, 2),
        (words[0] in ("st", "nd", "rd", "th") and touching, "ordinal", 1),
        (words[0] in _CURRENCIES, _CURRENCIES.get(words[0], ""), 1),
    )
    unit, length = next(((unit, length) for holds, unit, length in known if holds), ("", 0))
    return unit, place.stop + length


def _bound(before: str) -> tuple[str, str]:
    """What stands before a number, as a sign and as it is written."""
    before = before[-24:].rstrip()
    for sign, *phrases in reversed(_BOUNDS):  # "just over" before "over"
        for phrase in phrases:
            if before.lower().endswith(phrase) and not before[: -len(phrase)][-1:].isalnum():
                words = before[-len(phrase) :]
                negated = re.search(r"\b(?:no|not) $", before[: -len(phrase)].lower())
                return _negated(sign, words) if negated else (sign, words)
    return "", ""


def _negated(sign: str, words: str) -> tuple[str, str]:
    return {">": "<=", "<": ">="}.get(sign, sign), f"no {words}"


def _nouns(tokens: _Tokens, at: int) -> Iterator[str]:
    given = 0
    for token in tokens[at : at + 6]:
        word = token.group().lower()
        if token.lastgroup != "word" and word != "-":
            return
        if word in _UNITS:
            word = _UNITS[word]
        if token.lastgroup == "word" and word not in STOP_WORDS:
            yield stem(word.replace("meter", "metre"))
            given += 1
        elif token.lastgroup == "word":
            return  # "2,500 troops in Iraq and 900 in Syria": what the second counts is left out
        if given == 3:
            return
