"""What belongs to what in a sentence: who does it to whom, what is on which day, and whether it is all or a part.

A claim may have every word, number and date of its quote and say another thing: "The council sued the union", "the rest
by September". Each rule here speaks only where the words leave no other reading; most sentences pass them unseen.
"""

import re
from collections.abc import Iterator, Sequence

from dateline.rag.parsing import dates
from dateline.rag.parsing.dates import Mention
from dateline.rag.parsing.numbers import NUMBER_WORDS, Number
from dateline.rag.parsing.parsed_text import ParsedText
from dateline.rag.parsing.tokens import Word, stem

_ALL = frozenset("all every each entire whole both".split())
_NEARLY_ALL = _ALL | frozenset(
    "everyone everybody any total complete completely full fully throughout no none never always".split()
)
_PART = frozenset(
    """some several many most few hundreds thousands dozens scores part parts half partly mostly majority minority third
    quarter certain largest smallest first""".split()
)
_REST = frozenset("rest remaining remainder others".split())
_ONLY = frozenset("only solely exclusively sole".split())
_NEARLY_ONLY = _ONLY | frozenset(
    """just alone merely nothing nobody none no but except single unique one lone unless limited few last first never
    not without other another until""".split()
)
_ACTS = frozenset(
    stem(form)
    for verb in """sue accuse attack defeat beat arrest kill shoot hit strike bite buy sell pay hire fire sack dismiss
        appoint replace succeed praise criticise criticize condemn denounce blame thank warn ask urge tell order advise
        invite visit overtake outnumber acquire lend owe rescue save help support oppose endorse investigate charge
        convict fine sanction invade bomb shell chase follow lead own control teach train call phone write tax fund
        """.split()
    for form in (verb, f"{verb}d" if verb.endswith("e") else f"{verb}ed")
)
_BEING = frozenset("is are was were be been being gets got".split())
_PREPOSITIONS = frozenset("over in on at for with to from after before during about against of by as".split())
_NEAR = 6  # words between a verb and what it is about
_OF_A_WHOLE = re.compile(r"\b(?:of|among) (?:the|its|their|his|her|our|these|those|all)(?: \w+)?\s*\Z", re.IGNORECASE)


def find_swapped(claim: ParsedText, quote: ParsedText) -> tuple[str, str, str] | None:
    """Who does what to whom in a claim, where its quote has them the other way round: a word for each."""
    for at, word in enumerate(claim.words):
        if word.stem not in _ACTS or word.opens:
            continue
        places = [place for place, other in enumerate(quote.words) if other.stem == word.stem]
        if len(places) != 1:
            continue
        doer, other = _sides(claim.words, at)
        their_doer, their_other = _sides(quote.words, places[0])
        subjects = {one.stem for one in doer} - {one.stem for one in other}
        objects = {one.stem for one in other} - {one.stem for one in doer}
        theirs = {one.stem for one in their_doer}, {one.stem for one in their_other}
        first = next((one for one in reversed(doer) if one.stem in subjects & theirs[1] - theirs[0]), None)
        second = next((one for one in reversed(other) if one.stem in objects & theirs[0] - theirs[1]), None)
        if first and second and not (subjects & theirs[0]) and not (objects & theirs[1]):
            return first.text, word.text, second.text
    return None


def _sides(words: Sequence[Word], at: int) -> tuple[list[Word], list[Word]]:
    """The words that say something before and behind a verb in its clause; exchanged where it is passive."""
    before, behind = words[max(0, at - _NEAR) : at], words[at + 1 : at + 1 + _NEAR]
    by = next((place for place, one in enumerate(behind[:3]) if one.lower == "by"), None)
    passive = by is not None and (by == 0 or any(one.lower in _BEING for one in before[-2:]))
    first = [one for one in before if one.is_content]
    second = _phrase_of(behind[by + 1 :] if passive and by is not None else behind)
    return (second, first) if passive else (first, second)


def _phrase_of(words: Sequence[Word]) -> list[Word]:
    """The words that say something, up to what is put behind them by a word such as "over"."""
    end = next((at for at, one in enumerate(words) if one.opens or one.lower in _PREPOSITIONS), len(words))
    return [one for one in words[:end] if one.is_content]


def find_exchanged_date(claim: ParsedText, quote: ParsedText) -> tuple[str, str] | None:
    """The date that a claim gives, and the one that its quote gives for it, where it gives this one for others."""
    if len(quote.dates) < 2 or len(claim.dates) != 1 or quote.dates[0].span.start < _NEAR:
        return None
    (given,) = claim.dates
    segments = list(_segments(quote))
    own = [stems for mention, stems in segments if _alike(mention, given)]
    others = [(mention, stems) for mention, stems in segments if not _alike(mention, given)]
    if len(own) != 1 or not others:
        return None
    of_claim = {word.stem for word in claim.words if word.is_content}
    is_all = any(word.lower in _ALL for word in claim.words)
    if is_all and not own[0] & _REST and any(stems & _REST for _, stems in others):
        return given.text, next(mention.text for mention, stems in others if stems & _REST)
    for mention, stems in others:
        if of_claim & (stems - own[0]) and not of_claim & (own[0] - stems):
            return given.text, mention.text
    return None


def _segments(quote: ParsedText) -> Iterator[tuple[Mention, set[str]]]:
    """Each date of a quote, with the stems between the one before and it: what is said to be then."""
    start = 0
    for mention in quote.dates:
        inside = (word for word in quote.words if start <= word.start and word.end <= mention.span.start)
        yield mention, {word.stem for word in inside if word.is_content and word.lower not in dates.MONTH_NUMBERS}
        start = mention.span.end


def _alike(one: Mention, other: Mention) -> bool:
    return dates.is_same(one, other, None)


def find_widened(claim: ParsedText, quotes: Sequence[ParsedText]) -> tuple[str, str] | None:
    """What a claim says of all or only some things, and what its quotes say of a part of them; empty where nothing."""
    held = {word.lower for quote in quotes for word in quote.words}
    for at, word in enumerate(claim.words):
        counts = at + 1 < len(claim.words) and _is_number(claim.words[at + 1])  # "only 800" is no more than "800"
        if word.lower in _ONLY and not held & _NEARLY_ONLY and not counts:
            return word.lower, ""
        if word.lower not in _ALL or held & (_NEARLY_ALL | _REST):
            continue
        things = [one.stem for one in claim.words[at + 1 : at + 5] if one.is_content]
        for quote in quotes:
            part = _part_of(quote.words, things)
            if part:
                return _phrase(claim.words[at : at + 5], quote), part
    return None


def _is_number(word: Word) -> bool:
    return word.text[0].isdigit() or word.lower in NUMBER_WORDS or word.lower == "one"


def _part_of(words: Sequence[Word], things: Sequence[str]) -> str:
    for at, word in enumerate(words):
        if word.lower in _PART:
            near = words[at + 1 : at + 5]
            if any(one.stem in things for one in near):
                last = next(place for place, one in enumerate(near) if one.stem in things)
                return " ".join(one.text for one in (word, *near[: last + 1]))
    return ""


def _phrase(words: Sequence[Word], quote: ParsedText) -> str:
    """A word for all, with the next words up to one that the quote has."""
    last = next(at for at, one in enumerate(words) if one.is_content and one.stem in quote.stems)
    return " ".join(one.text for one in words[: last + 1])


def is_of_a_whole(text: str, number: Number) -> bool:
    """Whether a number is that of which something is a part: the four, in "the smallest of the four ferries"."""
    return bool(_OF_A_WHOLE.search(text[: number.span.start]))
