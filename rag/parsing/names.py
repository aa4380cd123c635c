"""The proper names of a text, which of their words others lack, and who of them does what to whom."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

from dateline.rag.parsing.dates import MONTH_NUMBERS, WEEKDAYS
from dateline.rag.parsing.tokens import STOP_WORDS, Word

_TITLES = frozenset(
    """mr mrs ms miss dr prof professor sir dame lord lady president prime minister secretary senator sen rep
    governor gov gen general capt captain col colonel sgt lt king queen prince princess pope chancellor mayor
    judge justice chief director chairman chairwoman chair ceo deputy vice state department defence defense
    foreign finance interior health st saint the a of and for de la el al bin van von der du""".split()
)
_DATES = frozenset((*MONTH_NUMBERS, *WEEKDAYS, "christmas", "easter"))
_COMMON_ENDING = re.compile(r"(?:ing|ed|ly|tion|sion|ment|ness|ity|ers|ists|ors|ies|ents|ants|ees|als|ages|ances)$")
_ALIASES = (
    ("us", "u.s", "usa", "united states", "america", "american", "americans"),
    ("uk", "u.k", "united kingdom", "britain", "british", "great britain", "briton", "britons"),
    ("uae", "united arab emirates", "emirati", "emirates"), ("eu", "european union"), ("un", "united nations"),
    ("france", "french"), ("netherlands", "dutch", "holland"), ("spain", "spanish"), ("denmark", "danish"),
    ("greece", "greek"), ("turkey", "turkish", "türkiye"), ("poland", "polish"), ("switzerland", "swiss"),
    ("ireland", "irish"), ("wales", "welsh"), ("scotland", "scottish", "scots"), ("england", "english"),
    ("finland", "finnish"), ("sweden", "swedish"), ("norway", "norwegian"), ("thailand", "thai"), ("iraq", "iraqi"),
    ("philippines", "filipino", "philippine"), ("cyprus", "cypriot"), ("czech republic", "czech", "czechia"),
    ("afghanistan", "afghan"), ("pakistan", "pakistani"), ("china", "chinese"), ("peru", "peruvian"),
    ("isis", "isil", "daesh", "islamic state"),
)  # fmt: skip
_ALIAS = {name: names for names in _ALIASES for name in names}
_INTERCHANGED = (
    ("US", "U.S.", "USA", "United States"), ("UK", "U.K.", "United Kingdom"), ("UAE", "United Arab Emirates"),
    ("EU", "European Union"), ("UN", "U.N.", "United Nations"), ("ISIS", "ISIL", "Islamic State"),
)  # fmt: skip
_WRITTEN = tuple(
    re.compile("|".join(rf"\b{re.escape(one)}(?!\w)" for one in sorted(names, key=len, reverse=True)))
    for names in _INTERCHANGED
)
"""Forms of one name that may stand for each other in any sentence, longest first."""
_DEMONYM = re.compile(r"(?:ian|ean|ese|ish|an|n|i|ic)s?$")


_BEING = frozenset("is are was were be been being gets got".split())
_WITHIN = ("", "-", ".", "'", "’", "&")  # between the words of a name
_NEAR = 6  # words between a name and what it does


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A run of capitalised words."""

    text: str
    words: tuple[str, ...]
    """Folded: lower case, no accents, no possessive."""
    start: int
    end: int
    opens: bool
    """Whether a sentence begins with it, so that its first word may be no name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A name that does something, what it does, and the name that it does it to."""

    doer: Name
    deed: str
    """A stem."""
    other: Name


def read_names(text: str, words: Sequence[Word]) -> tuple[Name, ...]:
    """The names of a text, in order; a lone word that begins a sentence is one where it looks like no common word."""
    runs: list[list[Word]] = []
    for word in words:
        if not _is_capitalised(word) or fold(word.text) in _DATES:
            continue
        touching = runs and not word.opens and text[runs[-1][-1].end : word.start].strip() in _WITHIN
        if touching and not runs[-1][-1].text.endswith(("'s", "’s")):
            runs[-1].append(word)
        else:
            runs.append([word])
    bare = (_without_common(text, run) for run in runs)
    return tuple(_name(text, run) for run in bare if run)


def missing_words(name: Name, held: Collection[str]) -> tuple[str, ...]:
    """The words of a name that are not among those held, as ``name_words`` gives them; titles are passed over."""
    whole = " ".join(name.words)
    if _is_initials(name, held) or whole in held or any(other in held for other in _ALIAS.get(whole, ())):
        return ()
    ordinary = name.words[:1] if name.opens and name.words[0] in ordinary_words() else ()
    wanted = [word for word in name.words if word not in _TITLES and word not in ordinary]
    return tuple(word for word in wanted if not _is_held(word, held))


def written_like(text: str, other: str) -> str:
    """A text in which names that have a long and a short form are written as another text writes them."""
    for form in _WRITTEN:
        there = form.search(other)
        if there:
            text = form.sub(there.group(), text)
    return text


def name_words(words: Sequence[Word], names: Iterable[Name]) -> frozenset[str]:
    """What a text has of names: its folded words, pairs of them that have other names, initials of its own names."""
    folded = [fold(word.text) for word in words]
    parts = (part for word in folded for part in word.split("'"))
    pairs = (f"{one} {other}" for one, other in pairwise(folded))
    return frozenset((*folded, *parts, *pairs, *(_initials(name.words) for name in names)))


def read_roles(words: Sequence[Word], names: Sequence[Name]) -> tuple[Role, ...]:
    """The roles of a text; "A was beaten by B" gives the same as "B beat A"."""
    return tuple(role for first, second in pairwise(names) for role in _between(words, first, second))


def find_swap(claim: Sequence[Role], quote: Sequence[Role]) -> Role | None:
    """A role of the claim that the quote gives the other way round, and not that way as well."""
    for role in claim:
        others = [one for one in quote if one.deed == role.deed]
        if any(_same(one.doer, role.doer) and _same(one.other, role.other) for one in others):
            continue
        if any(_same(one.doer, role.other) and _same(one.other, role.doer) for one in others):
            return role
    return None


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """A word in lower case, without accents and possessive."""
    bare = unicodedata.normalize("NFKD", word.replace("’", "'"))
    return "".join(one for one in bare if not unicodedata.combining(one)).lower().removesuffix("'s").strip("'")


def _is_capitalised(word: Word) -> bool:
    return word.text[0].isupper() and word.lower not in ("i", "i'm", "i've", "i'll", "i'd")


def _without_common(text: str, run: Sequence[Word]) -> Sequence[Word]:
    """A run without the common words that open a sentence before a name; nothing is left of one that is alone."""
    while run and run[0].opens:
        first = not text[: run[0].start].strip(" \"'“‘(")
        if not _is_common(run[0], alone=len(run) == 1, first=first):
            break
        run = run[1:]
    return run


def _name(text: str, run: Sequence[Word]) -> Name:
    words = tuple(fold(word.text) for word in run)
    text = text[run[0].start : run[-1].end].removesuffix("’s").removesuffix("'s")
    return Name(text=text, words=words, start=run[0].start, end=run[-1].end, opens=run[0].opens)


@cache
def ordinary_words() -> frozenset[str]:
    """What begins a sentence with a capital letter and is no name, beside stop words and usual endings.

    The file holds the words that press releases and news stories, in the public domain or under CC BY or CC BY-SA,
    write small at least 25 times and nine times as often as with a capital.
    """
    return frozenset((files("dateline.rag.parsing") / "ordinary_words.txt").read_text("utf-8").split())


def _is_common(word: Word, alone: bool, first: bool) -> bool:
    lower = word.lower
    if lower in STOP_WORDS or "'" in lower.removesuffix("'s"):
        return True
    if lower in ordinary_words():
        return alone
    return alone and first and (bool(_COMMON_ENDING.search(lower)) or (lower.endswith("s") and not word.text.isupper()))


def _is_held(word: str, held: Collection[str]) -> bool:
    if word in held or word.rstrip("s") in held or f"{word}s" in held:
        return True
    if any(other in held for other in _ALIAS.get(word, ())):
        return True
    if not _DEMONYM.search(word) and len(word) < 4:
        return False
    return any(_share_a_land(word, other) for other in held)


def _share_a_land(word: str, other: str) -> bool:
    """Whether one is formed from the other, as Iraqi is from Iraq and Hungarian from Hungary."""
    short, long = sorted((word, other), key=len)
    ending = _DEMONYM.search(long)
    if not ending or len(short) < 4 or short[:3] != long[:3]:
        return False
    base = long[: ending.start()]
    return len(base) >= 3 and short.startswith(base) and len(short) - len(base) <= 2


def _is_initials(name: Name, held: Collection[str]) -> bool:
    return len(name.words) > 1 and _initials(name.words) in held and len(_initials(name.words)) > 1


def _initials(words: Sequence[str]) -> str:
    kept = [word for word in words if word and word not in ("of", "the", "and", "for")]
    return "".join(word[0] for word in kept) if len(kept) > 1 else ""


def _between(words: Sequence[Word], first: Name, second: Name) -> Iterator[Role]:
    between = [word for word in words if first.end <= word.start and word.end <= second.start]
    if len(between) > _NEAR or any(word.lower in ("and", "or", "who", "which") for word in between):
        return
    passive = any(word.lower in _BEING for word in between) and any(word.lower == "by" for word in between)
    doer, other = (second, first) if passive else (first, second)
    yield from (Role(doer=doer, deed=word.stem, other=other) for word in between if word.is_content)


def _same(one: Name, other: Name) -> bool:
    return bool(set(one.words) & set(other.words))
