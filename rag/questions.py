"""What a question asks for: the kind of expression that would answer it, and its content words."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from rag.expressions import Kind

_WORD = re.compile(r"[^\W_]+(?:['’.,][^\W_]+)*")
_AUXILIARY = (
    r"(?:do|does|did|is|are|was|were|will|would|has|have|had|can|could|should|shall|may|might|must|isn't|wasn't|won't)"
)
_NOUN = r"(?:[\w'’-]{1,30} ){0,2}"
# In the order in which they are tried; the first that matches tells the kind.
_ASKING: tuple[tuple[re.Pattern[str], Kind | None], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), kind)
    for pattern, kind in (
        (r"\b(?:what|which) (?:percentage|per ?cent|percent|proportion|share|fraction)\b", Kind.PERCENT),
        (rf"\b(?:what|which) {_NOUN}(?:year|date|day|month|century|decade|time|season)s?\b", Kind.DATE),
        (r"\bhow (?:long ago|recently|soon)\b|\bsince when\b|\b(?:date|year) (?:of|when)\b", Kind.DATE),
        (rf"^\W*when (?!{_AUXILIARY}\b).{{1,200}},.{{0,80}}\bwho\b", Kind.NAME),
        (r"\bhow (?:long|many (?:years|months|weeks|days|hours|minutes))\b", Kind.DURATION),
        (r"\bhow (?:much|expensive)\b.{0,100}\b(?:cost|pay|paid|spend|spent|worth|money|price|earn|fine)", Kind.MONEY),
        (rf"\bwhat (?:is|was|were|are) the {_NOUN}(?:price|cost|salary|budget|fine|revenue)\b", Kind.MONEY),
        (r"\bhow (?:many|much|old|far|tall|high|deep|large|big|fast|heavy|hot|cold|wide|often)\b", Kind.NUMBER),
        (
            rf"\bwhat (?:is|was|were|are) the {_NOUN}(?:number|amount|population|age|toll|size|rate|length|height|speed"
            r"|distance|temperature|score|total|average)\b",
            Kind.NUMBER,
        ),
        (rf"\b(?:what|which) {_NOUN}(?:number|age|rate)\b", Kind.NUMBER),
        (r"\b(?:who|whose|whom|who's|who’s)\b", Kind.NAME),
        (rf"\bwhen {_AUXILIARY}\b|^\W*when\b(?!.{{1,200}},.{{0,80}}\b(?:what|which|how)\b)|\bwhen\W*$", Kind.DATE),
        (rf"\bwhere {_AUXILIARY}\b|^\W*where\b|\bwhere\W*$", Kind.PLACE),
        (rf"\b(?:what|which) {_NOUN}(?:city|town|village|place|location|region|province|continent)\b", Kind.PLACE),
        (
            rf"\b(?:what|which) {_NOUN}(?:person|people|man|woman|actor|actress|singer|author|writer|president|minister"
            r"|king|queen|leader|player|team|club|company|firm|party|country|nation|state|university|organi[sz]ation)\b",
            Kind.NAME,
        ),
        (r"\bwhat (?:is|was|are|were) the (?:name|title)s? of\b|\bwhat .{1,80} (?:called|named)\W*$", Kind.NAME),
    )
)
_FUNCTION_WORDS = """
    a about according after again against all also am an and any are as at be because been before being between both but
    by can cannot could did do does doing done down during each else for from further had has have having he her here
    hers him himself his how i if in into is it its itself just me more most my no nor not now of off on once only or
    other our out over own same shall she should since so some such than that the their them themselves then there these
    they this those through to too under until up upon very via was we were what when where which while who whom whose
    why will with within without would you your many much may might must one get got happen happened tell please s t
    don't doesn't didn't isn't aren't wasn't weren't won't can't couldn't hasn't haven't hadn't who's what's it's that's
"""
_STOP_WORDS = frozenset(_FUNCTION_WORDS.split())
# Irregular forms, peoples whose name is not their country's plus an ending, and the commonest words of news that stand
# for one another: what a line holds, written out or as its stem, has the first of it as stem.
_SAME_STEM = """
    leav left withdraw withdrew withdrawn withdrawal depart departur exit pullout
    die dead death deaths died dies dying kil
    ris rose risen increas climb grow grew grown growth
    fall fell fallen drop declin decreas
    begin began begun start launch
    end finish
    hurt injur wound
    arest detain
    delay postpon
    troop soldier forc
    win won winner winning
    say said says
    meet met
    sel sold
    buy bought
    find found
    los lost loss
    giv gave given
    tak took taken
    mak made
    go went gone goes
    com came
    becom became
    writ wrote written
    man men
    woman women
    kid child children
    person persons people
    percent percentage
    us u.s u.s.a usa america american americans
    uk u.k britain british briton britons
    europ european eu
    france french
    china chines chinese
    spain spanish
    german germany germans
    greec greek greeks greece
    poland polish poles
    japan japanese
    turk turkey turkish turkiye
    netherland dutch
    ukrain ukrainian
    iraq iraqi iraqis
"""
_SAME = {form: line.split()[0] for line in _SAME_STEM.strip().splitlines() for form in line.split()}
_COUNTRY = re.compile(r"\bUnited (States|Kingdom)\b")
_SUFFIXES = ("ations", "ation", "ments", "ment", "ions", "ion", "ings", "ing", "edly", "ed", "ally", "ly", "als", "al")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as the scoring of sentences sees it."""

    wants: Kind | None
    """The kind of expression that answers it; None where any sentence may."""
    terms: tuple[str, ...]
    """Stems of its content words, each once, in order."""
    names: frozenset[str]
    """Those of ``terms`` that are written with a capital inside the question, or hold a digit."""


def parse_question(text: str) -> Question:
    """What ``text``, a question in English or any other words, asks for."""
    words = [match.group() for match in _WORD.finditer(text)]
    shouted = text.isupper() or text.istitle()
    named = (
        stem(word)
        for place, word in enumerate(words)
        if any(letter.isdigit() for letter in word) or (word[:1].isupper() and place and not shouted)
    )
    terms = content_stems(text)
    return Question(wants=_wanted(text), terms=tuple(dict.fromkeys(terms)), names=frozenset(named) & frozenset(terms))


def content_stems(text: str) -> tuple[str, ...]:
    """The stems of the words of ``text`` in order, stop words left out."""
    text = _COUNTRY.sub(lambda match: "U.S." if match.group(1) == "States" else "U.K.", text)
    lowered = (match.group().lower().replace("’", "'") for match in _WORD.finditer(text))
    # The pronoun "us" is a stop word, the country "US" is none.
    us = {match.group() for match in re.finditer(r"\bU\.?S\b", text)}
    return tuple(stem(word) for word in lowered if word not in _STOP_WORDS and (word != "us" or us))


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A word without case, accents and the commonest English endings, so that its forms compare equal."""
    folded = unicodedata.normalize("NFKD", word.lower())
    folded = "".join(letter for letter in folded if not unicodedata.combining(letter))
    folded = re.sub(r"['’]s?$", "", folded)
    if folded in _SAME:
        return _SAME[folded]
    if folded.endswith("ies") and len(folded) > 4:
        folded = folded[:-3] + "y"
    elif folded.endswith("s") and len(folded) > 3 and not folded.endswith(("ss", "us", "is")):
        folded = folded[:-1]
    if folded.endswith("eed"):
        folded = folded[:-1]
    for suffix in _SUFFIXES:
        if folded.endswith(suffix) and len(folded) - len(suffix) >= 4 - (suffix in ("ed", "ing")):
            folded = folded[: -len(suffix)]
            break
    folded = folded.removesuffix("e") if len(folded) > 3 else folded
    if len(folded) > 3 and folded[-1] == folded[-2] and folded[-1] not in "aeiou0123456789":
        folded = folded[:-1]
    return _SAME.get(folded, folded)


def _wanted(text: str) -> Kind | None:
    line = " ".join(text[:1000].split())
    return next((kind for asking, kind in _ASKING if asking.search(line)), None)
