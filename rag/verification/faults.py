"""Rules that find what is wrong with a claim: its numbers, dates and names, what is turned around, widened or swapped.

Each fault says in words what is wrong, so that a person can look it up.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

import numpy as np

from dateline.index.types import Embedder, Metadata
from dateline.rag.parsing import dates, numbers
from dateline.rag.parsing.names import Name, find_swap, fold, missing_words
from dateline.rag.parsing.negation import NOUNS, Flip, are_opposites, find_exchanged_cue, find_flip, read_negations
from dateline.rag.parsing.parsed_text import ParsedText, parse
from dateline.rag.verification.alignment import Change, read_changes
from dateline.rag.verification.relations import find_exchanged_date, find_swapped, find_widened, is_of_a_whole
from dateline.rag.verification.support_score import FaultKind

Texts = Sequence[ParsedText]

_NEAR_IN_MEANING = 0.75
"""Cosine of the words around a change: 5 % of 241 true changes lie below, 26 % of 266 false ones."""
_TOGETHER = frozenset("together total altogether combined overall sum between".split())
"""Words of a claim that adds up numbers."""
_REPEATED: Mapping[FaultKind, float] = {
    "number": 0.9, "date": 0.5, "scope": 0.9, "negation": 0.9, "word": 0.0,
}  # fmt: skip
"""Of a claim's words: so many in one quote repeat it."""
_PLANNED = ("will", "would", "is to", "are to")
"""What a claim may leave out of a quote and say the same."""
_HAVING = frozenset("has have had there own owns owned run runs ran operate operates total".split())
"""Words of a claim that says how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What a rule finds wrong with a claim."""

    kind: FaultKind
    why: str
    contradicts: bool
    """Whether the quotes say otherwise; else they only do not say so."""
    exchanged: bool = False
    """Whether the claim repeats a quote in the main, and this stands in the place of something else."""

    sure: bool = False
    """Whether the rule is seldom wrong: no word of a name is there, or what the quotes deny or weaken is stated."""

    weak: bool = False
    """Whether only "will" or "would" is put in or left out, which often says the same."""

    def decides(self, held: float) -> bool:
        """Whether it decides, whatever the model says of the claim.

        Of desk's claims (calibration part) with a number or a date exchanged 44 are false and 4 true, with a denial or
        a weakening dropped about 75 and 13, with one exchanged or contradicted 32 and 10, with a name of which no word
        is there 88 and 19. Numbers that contradict a
        claim which repeats a quote decide as well (34 and 8; of all claims 64 and 65), and such dates (22 and 4).

        Args:
            held: the share of the claim's words, but for numbers, that stand in the one quote that has most, 0 to 1.
        """
        if self.kind in ("number", "date"):
            return self.exchanged or (self.contradicts and held >= _REPEATED[self.kind])
        repeated = held >= (1.0 if self.weak else _REPEATED.get(self.kind, 2.0))
        return self.contradicts or self.sure or repeated or (self.exchanged and self.kind == "negation")


def find_faults(claim: ParsedText, quotes: Texts, metadata: Sequence[Metadata], embedder: Embedder) -> Iterator[Fault]:
    """What is wrong with a claim by itself, one after the other, in the order in which it is worth showing.

    Arguments as of ``verify_claim``, each quote being what is said in it.
    """
    yield from _wrong_dates(claim, quotes, metadata)
    yield from _wrong_numbers(claim, quotes)
    yield from _wrong_names(claim, quotes, metadata)
    yield from _swapped_roles(claim, quotes)
    yield from _widened(claim, quotes)
    yield from _turned_around(claim, quotes)
    told = zip(quotes, metadata, strict=True)
    changes = [(change, one) for quote, one in told for change in read_changes(claim, quote)]
    adds_up = any(
        _is_sum(claim, number, [one for quote in quotes for one in quote.numbers]) for number in claim.numbers
    )
    for change, one in changes:
        faults = (fault for fault in _exchanged(change, one) if not (adds_up and fault.kind == "number"))
        yield from (replace(fault, exchanged=True) for fault in faults)
    yield from _strange_words([change for change, _ in changes if change.alone], quotes, metadata, embedder)


def _wrong_dates(claim: ParsedText, quotes: Texts, metadata: Sequence[Metadata]) -> Iterator[Fault]:
    told = [(mention, published(one)) for quote, one in zip(quotes, metadata, strict=True) for mention in quote.dates]
    mentions = [mention for mention, _ in told]
    for mention in claim.dates:
        if any(dates.bears_out(quote, mention, day) for quote, day in told):
            continue
        if any(dates.is_publication(mention, mentions, published(one)) for one in metadata):
            continue
        same = [quote for quote, day in told if dates.is_same(quote, mention, day)]
        if not same and mention.month is None and _is_a_number(mention.year, quotes):
            continue
        instead = dates.counterpart(mention, same or mentions)
        yield _differing("date", instead.text if instead else None, mention.text)
    for at, quote in enumerate(quotes):
        exchanged = find_exchanged_date(claim, quote)
        if exchanged and not any(one.dates for one in (*quotes[:at], *quotes[at + 1 :])):
            given, told_of_it = exchanged
            why = f"the quote says {told_of_it} of it, and {given} of something else"
            yield Fault(kind="date", why=why, contradicts=True)


def _wrong_numbers(claim: ParsedText, quotes: Texts) -> Iterator[Fault]:
    told = [number for quote in quotes for number in quote.numbers]
    for number in claim.numbers:
        same = [one for one in told if numbers.bears_out(one, number)]
        if same and not _counts_others(number, same, told):
            part = _part_of_them(claim, number, quotes)
            if part:
                yield Fault(kind="scope", why=f"the quote says {part}, the answer {number.text}", contradicts=True)
            continue
        if not same and _is_sum(claim, number, told):
            continue
        if not same and any(number.low == mention.year for quote in quotes for mention in quote.dates):
            continue
        instead = numbers.counterpart(number, told)
        yield _differing("number", instead.text if instead else None, number.text)


def _is_sum(claim: ParsedText, number: numbers.Number, told: Sequence[numbers.Number]) -> bool:
    """Whether a claim says that it adds up two numbers of the quotes, of the same kind, and does so rightly."""
    if not any(word.lower in _TOGETHER for word in claim.words):
        return False
    terms = [one for one in told if one.unit == number.unit and one.low == one.high and one.unit != "ordinal"]
    pairs = ((one, other) for at, one in enumerate(terms) for other in terms[at + 1 :])
    return any(one.low + other.low == number.low for one, other in pairs)


def _part_of_them(claim: ParsedText, number: numbers.Number, quotes: Texts) -> str:
    """What the quote says of a part of so many, where the claim says the same of them all; empty where it doesn't."""
    if is_of_a_whole(claim.text, number) or any(word.lower in _HAVING for word in claim.words):
        return ""
    rest = {one for one in claim.stems if not one[:1].isdigit()} - set(number.nouns)
    for quote in quotes:
        same = [one for one in quote.numbers if numbers.bears_out(one, number)]
        if rest and rest <= quote.stems and same and all(is_of_a_whole(quote.text, one) for one in same):
            before = [word for word in quote.words if word.end <= same[0].span.start][-4:]
            return quote.text[before[0].start : same[0].span.end]
    return ""


def _is_a_number(year: int | None, quotes: Texts) -> bool:
    """Whether what looks like a year is a number of the quotes."""
    return any(number.low == year for quote in quotes for number in numbers.read_numbers(quote.text))


def _counts_others(number: numbers.Number, same: Sequence[numbers.Number], told: Sequence[numbers.Number]) -> bool:
    """Whether the quotes give this number of other things, and another number of the same."""
    nouns = set(number.nouns)
    if not nouns or any(nouns & set(one.nouns) or not one.nouns for one in same):
        return False
    return any(nouns & set(one.nouns) for one in told if one not in same)


def _wrong_names(claim: ParsedText, quotes: Texts, metadata: Sequence[Metadata]) -> Iterator[Fault]:
    beside = (parse(text) for one in metadata for text in (one.title, one.source) if text)
    held = frozenset().union(*(text.name_words for text in chain(quotes, beside)))
    for name in claim.names:
        missing = missing_words(name, held)
        if missing:
            lacks = quotes_that(quotes, "doesn't", "don't")
            whole = len(missing) == len(name.words)
            yield Fault(kind="name", why=f"{lacks} name {_as_written(name, missing)}", contradicts=False, sure=whole)


def _swapped_roles(claim: ParsedText, quotes: Texts) -> Iterator[Fault]:
    swap = find_swap(claim.roles, [role for quote in quotes for role in quote.roles])
    if swap:
        why = f"the quote has it the other way round between {swap.doer.text} and {swap.other.text}"
        yield Fault(kind="role", why=why, contradicts=True)

    for quote in quotes if not swap else ():
        roles = find_swapped(claim, quote)
        if roles:
            why = f"the quote has it the other way round: there it is {roles[2]} that {roles[1]} {roles[0]}"
            yield Fault(kind="role", why=why, contradicts=True)


def _widened(claim: ParsedText, quotes: Texts) -> Iterator[Fault]:
    widened = find_widened(claim, quotes)
    if widened:
        claimed, quoted = widened
        yield Fault(kind="scope", why=_says(quoted or None, claimed), contradicts=bool(quoted))


def _turned_around(claim: ParsedText, quotes: Texts) -> Iterator[Fault]:
    one, *more = quotes
    together = read_negations(word for quote in quotes for word in quote.words) if more else one.negations
    flip = find_flip(claim.negations, together)
    if flip:
        weak = (not flip.quote and flip.claim in _PLANNED) or (not flip.claim and flip.quote in _PLANNED)
        sure = not flip.claim and not weak
        yield Fault(kind="negation", why=_turns(flip), contradicts=flip.kind == "denied", sure=sure, weak=weak)


def _exchanged(change: Change, metadata: Metadata) -> Iterator[Fault]:
    """Where a claim repeats a quote, its numbers, dates and names have to stand in the same places.

    So "Five of the five ferries" is seen, though the quote, "Three of the five", holds a five.
    """
    if change.quoted:
        claim, quote = change.claim_around, [change.quote_around]
        yield from _wrong_dates(claim, quote, [metadata])
        yield from _wrong_numbers(claim, quote)
        yield from _wrong_names(claim, quote, [metadata])
    texts = (" ".join(word.text for word in words) for words in (change.claimed, change.quoted))
    flip = find_exchanged_cue(*(ParsedText(text).negations for text in texts))
    if flip:
        yield Fault(kind="negation", why=_turns(flip), contradicts=flip.kind == "denied")
    for one, other in ((one, other) for one in change.quoted for other in change.claimed):
        if are_opposites(one.stem, other.stem) and not {one.lower, other.lower} & NOUNS:
            yield _differing("negation", one.lower, other.lower)


def _strange_words(
    changes: Sequence[Change], quotes: Texts, metadata: Sequence[Metadata], embedder: Embedder
) -> Iterator[Fault]:
    """Where a claim repeats a quote but for one place, words there that no quote has and that mean something else."""
    titles = [parse(one.title or "") for one in metadata]
    held = {word.stem for text in (*quotes, *titles) for word in text.words} if changes else ()
    for change in changes:
        if all(not word.is_content or word.stem in held for word in change.claimed):
            continue
        if not change.quoted or _likeness(change, embedder) < _NEAR_IN_MEANING:
            quoted, claimed = (" ".join(word.lower for word in side) for side in (change.quoted, change.claimed))
            yield Fault(kind="word", why=_says(quoted or None, claimed), contradicts=False)


def _likeness(change: Change, embedder: Embedder) -> float:
    return float(np.dot(*embedder.embed_passages([change.quote_window, change.claim_window])))


def published(metadata: Metadata) -> date | None:
    """The day of an article, where it is known."""
    try:
        return date.fromisoformat((metadata.published or "")[:10])
    except ValueError:
        return None


def _differing(kind: FaultKind, quote: str | None, claim: str) -> Fault:
    """What the quotes say is another value, or nothing of the kind."""
    return Fault(kind=kind, why=_says(quote, claim), contradicts=quote not in (None, claim))


# In words


def _as_written(name: Name, missing: Sequence[str]) -> str:
    """The words of a name that are missing; all of it where none is there."""
    if len(missing) == len(name.words):
        return name.text
    return " ".join(word for word in name.text.split() if fold(word) in missing) or name.text


def _turns(flip: Flip) -> str:
    if flip.kind == "denied" and flip.quote:
        return "the quote denies it"
    if flip.quote:
        return _says(flip.quote, flip.claim) if flip.claim else f"the quote says {flip.quote}, the answer doesn't"
    return f"the answer says {flip.claim}, the quote doesn't"


def _says(quote: str | None, claim: str) -> str:
    if quote is None or quote == claim:
        return f"the quote doesn't say {claim}"
    return f"the quote says {quote}, the answer {claim}"


def quotes_that(quotes: Texts, one: str, several: str) -> str:
    """The quote, or the quotes, with the verb that goes with it."""
    return f"the quote {one}" if len(quotes) == 1 else f"the quotes {several}"
