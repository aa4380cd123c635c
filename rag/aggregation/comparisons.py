"""Which of two has more, and by how much: two questions for two numbers or days, and the arithmetic between them.

A comparison is taken apart by its form: "which had more deaths, A or B", "how many fewer soldiers are in A than in B",
"the difference between A and B". What does not have such a form is asked as it stands.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dateline.rag.aggregation.findings import Finding
from dateline.rag.parsing.numbers import Number

Sense = Literal["more", "less"]

_ADJECTIVES = {
    "older": ("old", "more"), "younger": ("old", "less"), "longer": ("long", "more"), "shorter": ("long", "less"),
    "higher": ("high", "more"), "taller": ("tall", "more"), "lower": ("high", "less"), "bigger": ("large", "more"),
    "larger": ("large", "more"), "smaller": ("large", "less"), "heavier": ("heavy", "more"), "deeper": ("deep", "more"),
    "faster": ("fast", "more"), "slower": ("fast", "less"), "wider": ("wide", "more"), "stronger": ("strong", "more"),
    "farther": ("far", "more"), "further": ("far", "more"), "warmer": ("warm", "more"), "colder": ("warm", "less"),
    "hotter": ("hot", "more"),
}  # fmt: skip
"""Of each comparative, what "how" asks with, and whether more of that wins."""
_DEAR = {"cheaper": "less", "dearer": "more", "costlier": "more", "more expensive": "more", "less expensive": "less"}
_EARLY = {"earlier": "less", "first": "less", "sooner": "less", "later": "more", "last": "more"}
_COUNTS = {"more": "more", "most": "more", "fewer": "less", "less": "less", "fewest": "less", "least": "less"}
_WORD = {**{form: sense for form, (_, sense) in _ADJECTIVES.items()}, **_DEAR, **_EARLY, **_COUNTS}
_FORM = "|".join(sorted(_WORD, key=len, reverse=True))
_AUXILIARIES = r"(?:did|does|do|is|are|was|were|has|have|had|will)"
_OR = re.compile(r"(?:[,:;–—]| between)\s*(?P<one>[^,:;]+?),? (?:or|and) (?P<other>[^,:;]+)$", re.IGNORECASE)
_WHICH = re.compile(rf"^(?:which|who|what|where)\b(?P<head>.*?)\b(?P<form>{_FORM})\b(?P<rest>.*)$", re.IGNORECASE)
_THAN = re.compile(
    rf"^(?:(?P<asks>(?:by )?how (?:many|much)) )?(?P<before>.*?)\b(?P<form>{_FORM})\b(?P<rest>.*?) than (?P<other>.+)$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"difference (?:in (?P<measure>[^,]+?) )?between (?P<one>.+?) and (?P<other>.+?)(?: in (?P<of>[^,]+))?$",
    re.IGNORECASE,
)
_UNITS = {"": "", "ordinal": "", "per cent": "%", "yen": " yen", "yuan": " yuan"}
_PLACED = re.compile(r"^(?P<thing>.*?)\s?(?P<place>\b(?:in|on|at|for|from|by|during|with|under) .+)$", re.IGNORECASE)
_DONE = re.compile(rf"^(?:(?P<thing>.+?) )?{_AUXILIARIES} (?P<name>.+?)(?: (?P<verb>[a-z]+))?$", re.IGNORECASE)
_AUXILIARY = re.compile(rf"\b{_AUXILIARIES}\b ?|^there ", re.IGNORECASE)
_PREPOSITION = re.compile(r"^(?:in|on|at|for|from|by|during|with|under)\b", re.IGNORECASE)
_COMING = frozenset("came come comes happen happened place took take begin".split())
_NOUNS = 2  # words behind a number that say what it counts
_OWNING = frozenset("has have had got get gets received with".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two questions for what is compared, and what is made of their answers."""

    names: tuple[str, str]
    """What is compared, as the question names it."""
    questions: tuple[str, str]
    sense: Sense | None
    """Whether more or less is asked for; None where only the difference is."""
    asks: Literal["which", "how much", "whether"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What two answers come to."""

    computed: str
    """The arithmetic: ``2,400 - 900 = 1,500``."""
    result: str
    """The answer: which, how many, or yes and no."""


def read_comparison(question: str) -> Comparison | None:
    """A question that compares two things, taken apart; None where it has no form that is known."""
    text = " ".join(question.split()).strip("?!. ")
    return _which(text) or _than(text) or _difference(text)


def _which(text: str) -> Comparison | None:
    """``Which had more deaths, the flood in Tolmere or the quake in Fennesk``."""
    ends = _OR.search(text)
    found = _WHICH.match(text[: ends.start()]) if ends else None
    if ends is None or found is None:
        return None
    names = ends["one"].strip(), ends["other"].strip()
    form, measure = found["form"].lower(), found["rest"].split() or found["head"].split()
    one, two = (_ask(form, measure, found["head"].split(), name) for name in names)
    return Comparison(names=names, questions=(one, two), sense=_sense(form), asks="which")


def _ask(form: str, measure: Sequence[str], verbs: Sequence[str], name: str) -> str:
    """The question for one of two: ``How many deaths does the flood in Tolmere have?``."""
    if form in _ADJECTIVES:
        return f"How {_ADJECTIVES[form][0]} is {name}?"
    if form in _DEAR or any(word.startswith("cost") for word in verbs):
        return f"How much does {name} cost?"
    if form in _EARLY:
        known = {*name.lower().split(), *_COMING}
        deeds = [word for word in (*verbs, *measure) if word.lower() not in known and not _AUXILIARY.match(word)]
        return f"When was {name}{''.join(f' {word}' for word in dict.fromkeys(deeds[-2:]))}?"
    thing = " ".join(measure)
    if _PREPOSITION.match(name):
        return f"How many {thing} are there {name}?"
    return f"How many {thing} does {name} have?"


def _than(text: str) -> Comparison | None:
    """``How many fewer soldiers are in Westmark than in Norland``, ``did Brandt get more votes than Tolar``."""
    found = _THAN.match(text)
    if found is None:
        return None
    form, asks = found["form"].lower(), "how much" if found["asks"] else "whether"
    before, rest, other = (found[name].strip() for name in ("before", "rest", "other"))
    taken = _by_place(before, rest, other) if form in _COUNTS else None
    taken = taken or _by_name(form, before, rest, other)
    if taken is None:
        return None
    names, questions = taken
    return Comparison(names=names, questions=questions, sense=_sense(form), asks=asks)  # type: ignore[arg-type]  # of two


_Taken = tuple[tuple[str, str], tuple[str, str]]  # the names, and the questions


def _by_place(before: str, rest: str, other: str) -> _Taken | None:
    """``more people died in A than in B``."""
    placed = _PLACED.match(rest)
    if placed is None or not placed["thing"]:
        return None
    name, thing = placed["place"], placed["thing"]
    second = other if _PREPOSITION.match(other) else f"{name.split()[0]} {other}"
    if before.lower() in ("did", "do", "does"):
        *noun, verb = thing.split()
        thing = f"{' '.join(noun)} did {verb}" if noun else thing
    elif not _AUXILIARY.search(thing):
        thing = f"{thing} are there"
    return (name, second), (f"How many {thing} {name}?", f"How many {thing} {second}?")


def _by_name(form: str, before: str, rest: str, other: str) -> _Taken | None:
    """``did A get more votes than B``, ``how many more votes did A get than B``, ``is A older than B``."""
    done = _DONE.match(f"{rest} {before}".strip())
    if done is None:
        return None
    name, thing, verb = done["name"], done["thing"] or "", done["verb"] or ""
    if form in _ADJECTIVES or form in _DEAR or form in _EARLY:
        name, verb = f"{name} {verb}".strip(), ""
    if other.lower().startswith("that of ") and " of " in name:
        other = f"{name.split(' of ')[0]} of {other[len('that of ') :]}"
    if form in _COUNTS and thing and verb:
        one, two = (f"How many {thing} did {each} {verb}?" for each in (name, other))
    else:
        one, two = (_ask(form, thing.split(), [verb], each) for each in (name, other))
    return (name, other), (one, two)


def _difference(text: str) -> Comparison | None:
    """``What is the difference in cost between A and B``."""
    found = _BETWEEN.search(text)
    if found is None:
        return None
    measure = (found["measure"] or found["of"] or "").strip()
    names = found["one"].strip(), found["other"].strip()
    questions = tuple(f"What is the {measure} of {name}?" if measure else f"What is {name}?" for name in names)
    return Comparison(names=names, questions=(questions[0], questions[1]), sense=None, asks="how much")


def _sense(form: str) -> Sense:
    return "less" if _WORD[form] == "less" else "more"


def compare_answers(comparison: Comparison, one: Finding, other: Finding) -> Compared | None:
    """What two sentences come to; None where they give no two numbers or days that can be compared."""
    if one.number and other.number and _count_alike(one.number, other.number):
        return _of_numbers(comparison, one.number, other.number)
    if one.days and other.days and {one.days.unit, other.days.unit} == {"day"}:
        return _of_days(comparison, one.days.first, other.days.first)
    return None


def _count_alike(one: Number, other: Number) -> bool:
    """Whether two numbers have one unit, and do not count different things: 85 miles an hour, a category 1 storm."""
    things = set(one.nouns[:_NOUNS]), set(other.nouns[:_NOUNS])
    return one.unit == other.unit and (bool(one.unit) or not all(things) or not things[0].isdisjoint(things[1]))


def _of_numbers(comparison: Comparison, one: Number, other: Number) -> Compared | None:
    if one.low != one.high or other.low != other.high:
        return None  # "dozens"
    large, small = sorted((one.low, other.low), reverse=True)
    difference = round(large - small, 9)
    unit = _UNITS.get(one.unit, f" {one.unit}s")
    computed = f"{_figure(large)}{unit} − {_figure(small)}{unit} = {_figure(difference)}{unit}"
    about = "about " if "~" in (one.bound, other.bound) else ""
    return Compared(
        computed=computed, result=_result(comparison, one.low - other.low, f"{about}{_figure(difference)}{unit}")
    )


def _of_days(comparison: Comparison, one: date, other: date) -> Compared:
    late, early = sorted((one, other), reverse=True)
    days = (late - early).days
    computed = f"from {early.isoformat()} to {late.isoformat()}: {days} {'day' if days == 1 else 'days'}"
    return Compared(computed=computed, result=_result(comparison, (one - other).days, f"{days} days"))


def _result(comparison: Comparison, signed: float, difference: str) -> str:
    """The answer to what is asked, given by how much the first is above the second."""
    if comparison.asks == "how much" or comparison.sense is None:
        opposite = comparison.sense is not None and signed != 0 and (signed > 0) != (comparison.sense == "more")
        return f"{difference}, but the other way round" if opposite else difference
    if signed == 0:
        return "no" if comparison.asks == "whether" else "both the same"
    first = (signed > 0) == (comparison.sense == "more")
    if comparison.asks == "whether":
        return "yes" if first else "no"
    return comparison.names[0] if first else comparison.names[1]


def _figure(value: float) -> str:
    return f"{value:,.10g}" if value == int(value) else f"{value:,.4g}"
