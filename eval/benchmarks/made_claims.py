"""Claims made of gold sentences: true ones said otherwise, and false ones with exactly one thing altered.

True is the sentence itself, shorter, in other formats and with other words. In a false one a number, date, name or
negation is altered. The words that are put in are written here and not taken from the verifier, which has never seen
some of them: ``is_known`` of a claim tells which, so that both are counted apart.
"""

import itertools
import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from dateline.index.types import Metadata
from dateline.rag.parsing.negation import are_opposites, read_negations
from dateline.rag.parsing.tokens import read_words, stem

_MONTHS = "January February March April May June July August September October November December".split()
_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_ONES = "zero one two three four five six seven eight nine ten eleven twelve".split()

_ATTRIBUTIONS = (
    re.compile(r",[”\"]? (?:[^,;“”\"]{3,60} )?said(?: on \w+day| [^,;“”\"]{0,40})?(?=\.$)"),
    re.compile(r", according to [^,;“”\"]{3,60}(?=\.$)"),
    re.compile(r"^According to [^,;“”\"]{3,40}, "),
    re.compile(r"^[A-Z][^,;“”\"]{3,50} (?:said|told Reuters|decided)(?: on \w+day)? that "),
)
_CLAUSES = (
    re.compile(r", (?:which|who|where|whom)\b[^,;“”\"]*(?=\.$)"),
    re.compile(r", (?:as|although|because|after|when|wrapped|down from|up from|built|opened|made)\b[^;“”\"]*(?=\.$)"),
    re.compile(r", an? [^,;“”\"]{3,60}(?=, (?:said|is|was|has|and))|, \d\d?(?=, )"),
    re.compile(r"; [^;]*(?=\.$)"),
    re.compile(r"^(?:On|In|At|From) [^,;“”\"]{3,40}, "),
)
_FULL_NAME = re.compile(
    r"\b(?!The |River |Old |New |State |Gaza |Gull |Saint |Quayside |Halvern |Prime )[A-Z][a-z]+ "
    r"(?=[A-Z][a-z]+(?:,|’s)? (?:has|said|who|told|a|the|is)\b)"
)


def _pairs(text: str) -> list[tuple[str, str]]:
    """Pairs of words from a text of ``one/other, one/other``."""
    parts = (pair.partition("/") for pair in " ".join(text.split()).split(", "))
    return [(one, other) for one, _, other in parts]


_SYNONYMS = _pairs(
    """
    said/stated, begin/start, began/started, hurt/injured, largest/biggest, about/roughly, per cent/percent,
    near/close to, because/since, wants to/intends to, has been closed/has been shut,
    put the damage/estimated the damage, demands/is demanding, at the age of/aged, last year/the previous year,
    build/construct, stolen/taken, get/receive, give/grant, at least/a minimum of, mayor/head of the town,
    show/depict, asked for/requested, workers/employees, likely to/expected to, may happen/could happen,
    allow/permit, seeking/trying, reached/struck, died/lost their lives, hope/wish
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """A sentence that an article holds, and what is known of it."""

    text: str
    metadata: Metadata = field(default_factory=Metadata)
    names: tuple[str, ...] = ()
    """Of people, places and bodies in its set of articles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A claim made of a gold sentence."""

    gold: Gold
    claim: str
    way: str
    """How it was made; of a false one ``number``, ``date``, ``name`` or ``negation``, a colon, how it was altered."""
    is_known: bool = True
    """Whether the words put in are on a list of the verifier."""

    @property
    def kind(self) -> str:
        """What was altered, without how."""
        return self.way.partition(":")[0]


def rephrased(gold: Gold) -> Iterator[Made]:
    """True claims: the sentence itself, shorter, and with other words and formats."""
    yield Made(gold=gold, claim=gold.text, way="word for word")
    for way, patterns in (("attribution dropped", _ATTRIBUTIONS), ("clause dropped", _CLAUSES)):
        for pattern in patterns:
            shorter = _capitalised(pattern.sub("", gold.text, count=1))
            if shorter != gold.text and len(shorter.split()) >= 4 and _is_balanced(shorter):
                yield Made(gold=gold, claim=shorter, way=way)
    yield from _formatted(gold)
    for word, other in _SYNONYMS:
        claim = re.sub(rf"\b{word}\b", other, gold.text, count=1)
        if claim != gold.text:
            yield Made(gold=gold, claim=claim, way="other words")
    surname = _FULL_NAME.sub("", gold.text, count=1)
    if surname != gold.text and gold.text.find(surname[:8]) != 0:
        yield Made(gold=gold, claim=surname, way="first name dropped")


def _formatted(gold: Gold) -> Iterator[Made]:
    for way, pattern, change in _FORMATS:
        claim = pattern.sub(change, gold.text, count=1)
        if claim != gold.text:
            yield Made(gold=gold, claim=claim, way=way)


def _in_thousands(found: re.Match[str]) -> str:
    return f"{int(found.group(1) + found.group(2)) / 1000:g} thousand"


def _month_first(found: re.Match[str]) -> str:
    return f"{found.group(2)} {found.group(1)}"


def _in_figures(found: re.Match[str]) -> str:
    return str(_ONES.index(found.group().lower()))


_FORMATS: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], str] | str], ...] = (
    ("number format", re.compile(r"\b([0-9]{1,3}),([0-9]00)\b"), _in_thousands),
    ("number format", re.compile(r"\b([0-9]{1,3}),([0-9]{3})\b"), r"\1\2"),
    ("number format", re.compile(r" per cent\b"), "%"),
    ("number format", re.compile(r"(?<!-)\b(?:two|three|four|five|six|seven|nine|eleven)\b", re.I), _in_figures),
    ("number format", re.compile(r"\b([0-9.]+) million(?= [a-z])"), r"\1m"),
    ("date format", re.compile(rf"\b([0-9]{{1,2}}) ({'|'.join(_MONTHS)})\b"), _month_first),
    ("date format", re.compile(r"\b([0-9]{1,2})\.([0-9]{2}) ([ap])\.m\."), r"\1:\2 \3m"),
)  # fmt: skip


def _capitalised(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:]


def _is_balanced(text: str) -> bool:
    return text.count("“") == text.count("”") and text.count("(") == text.count(")")


# One thing altered

_OPPOSITES = _pairs(
    """
    rise/fall, risen/fallen, rises/sinks, raise/lower, raise/slash, went up/came down, goes up/goes down,
    go up/go down, larger/smaller, smaller/larger, largest/smallest, largest/tiniest, lowest/highest,
    highest/lowest, lower/upper, older/newer, last/first, first/last, before/after, after/before, more/less,
    more/fewer, fewer/more, with/without, without/with, north/south, closed/open, closed/accessible, open/close,
    opened/sealed, reopened/shut, extended/shortened, extended/curtailed, accepted/rejected, accepted/turned down,
    approve/reject, approve/veto, against/for, opposes/supports, opposes/champions, seriously/slightly,
    slightly/steeply, slightly/severely, lost/won, lost/kept, found/lost, averted/triggered, resigned/stayed on,
    elected/defeated, succeeds/precedes, confirmed/disputed, arrested/released, killed/rescued, died/survived,
    die/live, poor/rich, poor/wealthy, asleep/awake, sound/insolvent, sound/shaky, protected/exposed,
    limited/unlimited, longer/shorter, long/short, dry/wet, dry/rainy, private/public, raw/cooked, free of/full of,
    automatic/manual, early/late, late/early, morning/evening, afternoon/morning, night/day, north/southern part,
    injured/unharmed, damaged/spared, revealed/hidden, loosened/tightened, retired/serving, former/current,
    ally/enemy, ally/rival, victory/defeat, victory/setback, instability/stability, significant/negligible,
    frequently/rarely, new/old, new/ancient, remain in/leave, postponed/brought forward, opposite/same,
    permanent/temporary, largely/barely, begin/end, end/begin, delivered/scrapped, invest/divest, better/worse,
    weak/strong, most/least, sentenced/acquitted, reopen/close, surface/bottom, burst/kept within, averted/called,
    upstream/downstream, demands/turns down, destroy/preserve, liked/hated, allowed/forbidden, allow/prevent,
    ally/opponent, doubled/halved, joined/abandoned, lent/borrowed
    """
)
_AUXILIARY = re.compile(r"\b(is|are|was|were|has|have|had|will|would|can|could|may|must)\b(?! not\b)")
_NEGATION = re.compile(r"\b(is|are|was|were|has|have|had|will|would|did|does|do|can) not (?=\w)")
_HEDGES = (
    (r"\bwill(?: also)? (?=[a-z])", ("may ", "might ", "is tipped to ", "is in a position to ")),
    (r"\b(?:was|were) (?=[a-z]+(?:ed|en|n)\b)", ("may have been ", "was allegedly ", "was reputedly ", "nearly was ")),
    (
        r"(?<!may )\b(?:has|have|had) (?=[a-z]+(?:ed|en|un|st)\b)",
        ("may have ", "is said to have ", "has by all accounts ", "stands accused of having "),
    ),
    (r"\b(?:is|are) (?=(?!to\b)[a-z])", ("may be ", "is reportedly ", "is rumored to be ", "pretends to be ")),
    (r"\bpaid\b", ("may have paid", "threatened to pay", "offered to pay")),
)
_HEDGED = (
    (r"\bmay have (?=been\b)", "has "), (r"\bmay have (?=[a-z])", "has "), (r"\bmay (?=happen)", "will "),
    (r"\bcould (?=allow)", "will "), (r"\bwould be\b", "was"), (r"\bis likely to\b", "is sure to"),
    (r"\bare to vote\b", "have voted"), (r"\bis to vote\b", "has voted"), (r"\bwants to bring\b", "has brought"),
    (r"\bwants to build\b", "has built"), (r"\bwill be sworn\b", "has been sworn"), (r"\bprobably\b", "certainly"),
    (r"\bhave to approve\b", "have approved"), (r"\bis expected\b", "was presented"), (r"\bwill meet\b", "met"),
    (r"\bintends to create\b", "has created"), (r"\bsuspected\b", "proven"),
)  # fmt: skip
_RELATIONS = (
    (r"\bby the end of\b", "in"), (r"\bby (?=\w+ [0-9]{4})", "in "), (r"\buntil\b(?= [A-Z0-9m])", "since"),
    (r"\bsince\b(?= [0-9])", "until"), (r"\bnext (?=month|year|Wednesday|Monday)", "last "),
    (r"\blast (?=month|year|Friday|Tuesday|Saturday|Thursday)", "next "), (r"\bthis year\b", "next year"),
    (r"\bthe end of\b", "the beginning of"), (r"\bafter (?=[0-9])", "before "), (r"\bbefore (?=[0-9])", "after "),
    (r"\bp\.m\.", "a.m."), (r"\ba\.m\.", "p.m."),
)  # fmt: skip
_YEAR = r"(?<![\d,.])(?:1[5-9][0-9]{2}|20[0-9]{2})(?![\d,%]|\.[0-9])"
_NEGATIVE = re.compile(r"\b(?:[Nn]obody|[Nn]othing|not|no|never|hardly|ruled out)\b")
_SAYING = re.compile(r"\b(?:said|told)\b(?! nothing)")
_DENYING = re.compile(r"\bdenied\b")


def altered(gold: Gold, chance: random.Random) -> Iterator[Made]:
    """False claims, in each of which exactly one thing is altered; ``chance`` decides which digit, day or name."""
    yield from _other_numbers(gold, chance)
    yield from _other_dates(gold, chance)
    yield from _other_names(gold, chance)
    yield from _other_negations(gold)


# Numbers


def _other_numbers(gold: Gold, chance: random.Random) -> Iterator[Made]:
    for found in re.finditer(r"(?<![\w.,])[0-9]+(?:[.,][0-9]+)*(?![\w]|[.,][0-9])", gold.text):
        if _is_date(gold.text, found):
            continue
        number = found.group()
        digit, transposed = _other_digit(number, chance), _transposed(number)
        for way, other in (("a digit", digit), ("ten times", _ten_times(number)), ("transposed", transposed)):
            if way == "ten times" or number.strip("0.,") != other.strip("0.,"):
                yield _replaced(gold, found, other, f"number: {way}")
    for found in re.finditer(rf"\b(?:{'|'.join(_ONES[2:])})\b", gold.text, re.IGNORECASE):
        other = _ONES[max(2, (_ONES.index(found.group().lower()) + chance.choice((1, 2))) % 13)]
        yield _replaced(gold, found, other.capitalize() if found.group()[0].isupper() else other, "number: in words")


def _is_date(text: str, found: re.Match[str]) -> bool:
    behind = text[found.end() : found.end() + 12]
    return bool(
        re.match(rf" (?:{'|'.join(_MONTHS)}|[ap]\.m)", behind)
        or re.fullmatch(r"1[5-9][0-9]{2}|20[0-9]{2}", found.group())
        or re.search(rf"(?:{'|'.join(_MONTHS)}) $", text[: found.start()])
    )


def _other_digit(number: str, chance: random.Random) -> str:
    at = chance.choice([place for place, one in enumerate(number) if one.isdigit() and (one != "0" or place == 0)])
    return number[:at] + chance.choice([one for one in "123456789" if one != number[at]]) + number[at + 1 :]


def _ten_times(number: str) -> str:
    if "." in number:
        whole, _, part = number.partition(".")
        return f"{whole}{part[0]}" + (f".{part[1:]}" if part[1:] else "")
    return f"{int(number.replace(',', '')) * 10:,}"


def _transposed(number: str) -> str:
    """With two digits side by side exchanged; the number itself where that can't be."""
    places = [place for place, one in enumerate(number) if one.isdigit()]
    for one, other in itertools.pairwise(places):
        if number[one] != number[other] and number[other] != "0":
            return number[:one] + number[other] + number[one + 1 : other] + number[one] + number[other + 1 :]
    return number


# Dates


def _other_dates(gold: Gold, chance: random.Random) -> Iterator[Made]:
    def day(said: str) -> str:
        other = (int(said) + chance.choice((1, 2, 9))) % 28 + 1
        return str(other if other != int(said) else other + 1)

    months, weekdays = "|".join(_MONTHS), "|".join(_WEEKDAYS)
    ways: tuple[tuple[str, str, Callable[[str], str]], ...] = (
        ("year", _YEAR, lambda said: str(int(said) + chance.choice((-2, -1, 1, 2, 10)))),
        ("month", rf"\b(?:{months})\b", lambda said: _later(_MONTHS, said, chance.choice((1, 2, 11)))),
        ("weekday", rf"\b(?:{weekdays})\b", lambda said: _later(_WEEKDAYS, said, chance.choice((1, 2, 6)))),
        ("day", rf"\b[0-9]{{1,2}}(?= (?:{months})\b)", day),
    )
    for way, pattern, change in ways:
        for found in re.finditer(pattern, gold.text):
            yield _replaced(gold, found, change(found.group()), f"date: {way}")
    for pattern, other in _RELATIONS:
        for found in re.finditer(pattern, gold.text):
            yield _replaced(gold, found, other, "date: relation")


def _later(names: Sequence[str], name: str, by: int) -> str:
    return names[(names.index(name) + by) % len(names)]


# Names


def proper_names(texts: Iterable[str]) -> list[str]:
    """The names of some articles: words that are never written without a capital letter."""
    whole = "\n".join(texts)
    lower = set(re.findall(r"\b[a-z]+\b", whole))
    runs = re.findall(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)?\b", whole)
    dates = {*_MONTHS, *_WEEKDAYS, *"Christmas Easter Agency Press News Wire Department".split()}
    return sorted(
        {run for run in runs if not {one.lower() for one in run.split()} & lower and not dates & set(run.split())}
    )


def _other_names(gold: Gold, chance: random.Random) -> Iterator[Made]:
    longest_first = sorted(gold.names, key=len, reverse=True)
    for found in re.finditer("|".join(rf"\b{re.escape(name)}\b" for name in longest_first), gold.text):
        words = len(found.group().split())
        others = [
            one for one in gold.names if len(one.split()) == words and one not in gold.text and found.group() not in one
        ]
        if others:
            yield _replaced(gold, found, chance.choice(others), "name: exchanged")


# Negation


def _other_negations(gold: Gold) -> Iterator[Made]:
    for word, other in _OPPOSITES:
        found = re.search(rf"\b{word}\b", gold.text, re.IGNORECASE)
        if found and other not in gold.text:
            new = other.capitalize() if found.group()[0].isupper() else other
            yield _replaced(gold, found, new, "negation: opposite", are_opposites(stem(word), stem(other)))
    yield from _negated(gold)
    for pattern, hedges in _HEDGES:
        found = re.search(pattern, gold.text)
        yield from (_replaced(gold, found, hedge, "negation: hedged", _is_cue(hedge)) for hedge in hedges if found)
    for pattern, plain in _HEDGED:
        found = re.search(pattern, gold.text)
        if found:
            yield _replaced(gold, found, plain, "negation: hedge dropped", _is_cue(found.group()))


def _negated(gold: Gold) -> Iterator[Made]:
    found = _AUXILIARY.search(gold.text)
    if found and not _NEGATIVE.search(gold.text[max(0, found.start() - 12) : found.end() + 12]):
        yield _replaced(gold, found, f"{found.group()} not", "negation: negated")
        yield _replaced(gold, found, f"{found.group()} by no means", "negation: negated", _is_cue("by no means"))
    found = _NEGATION.search(gold.text)
    if found:
        yield _replaced(gold, found, f"{found.group(1)} ", "negation: negation dropped")
    found = _SAYING.search(gold.text)
    if found and "”" not in gold.text and '"' not in gold.text:
        for denial in ("denied", "would not confirm", "doubted"):
            yield _replaced(gold, found, denial, "negation: denied", _is_cue(denial))
    found = _DENYING.search(gold.text)
    if found:
        yield _replaced(gold, found, "confirmed", "negation: denial dropped")
        yield _replaced(gold, found, "conceded", "negation: denial dropped")


def _replaced(gold: Gold, found: re.Match[str], other: str, way: str, is_known: bool = True) -> Made:
    claim = gold.text[: found.start()] + other + gold.text[found.end() :]
    return Made(gold=gold, claim=claim, way=way, is_known=is_known)


def _is_cue(phrase: str) -> bool:
    """Whether the verifier lists a cue that the phrase holds."""
    return bool(read_negations(read_words(phrase)).cues)
