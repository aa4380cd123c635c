"""Faults: what is wrong with a claim, given its quotes, each in words: the rules, one kind after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from dateline.index.types import Metadata
from dateline.rag.verification import dates, names, roles
from dateline.rag.verification import diff as alignment
from dateline.rag.verification import negation as polarity
from dateline.rag.verification import numbers as quantities
from dateline.rag.verification.opposites import are_opposites
from dateline.rag.verification.tokens import Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What a rule finds wrong with a claim."""

    kind: str
    """``number``, ``date``, ``name``, ``polarity``, ``role`` or ``word``."""
    why: str


def find_faults(claim: str, quotes: Sequence[str], metadata: Sequence[Metadata] = ()) -> Iterator[Fault]:
    """What rules find wrong with a claim, one after the other, in the order in which they are worth showing.

    Args:
        claim: one sentence, without markers.
        quotes: the words cited for it.
        metadata: of the article of each quote, in the same order: the day of publication tells what "Wednesday" is.
    """
    given = [*metadata, *(Metadata() for _ in quotes[len(metadata) :])]
    yield from _wrong_dates(claim, quotes, given)
    yield from _wrong_numbers(claim, quotes)
    yield from _wrong_names(claim, quotes, given)
    yield from _swaps(claim, quotes)
    yield from _flips(claim, quotes)
    for quote, one in zip(quotes, given, strict=True):
        yield from _exchanged(alignment.read_changes(claim, quote), one)


def _exchanged(changes: Sequence[alignment.Change], metadata: Metadata) -> Iterator[Fault]:
    """Where a claim repeats a quote, its numbers, dates and names have to stand in the same places.

    So "Five of the five ferries" is seen, though the quote, "Three of the five", holds a five.
    """
    for change in changes:
        claim, quote = change.claim_around, [change.quote_around]
        if change.quoted:
            yield from _wrong_dates(claim, quote, [metadata])
            yield from _wrong_numbers(claim, quote)
            yield from _wrong_names(claim, quote, [metadata])
        flip = polarity.are_turned(_text(change.quoted), _text(change.claimed))
        if flip:
            yield Fault(kind="polarity", why=_turned(flip))
        for one, other in ((one, other) for one in change.quoted for other in change.claimed):
            if are_opposites(one.stem, other.stem):
                yield Fault(kind="polarity", why=_says(one.lower, other.lower))


def _wrong_dates(claim: str, quotes: Sequence[str], metadata: Sequence[Metadata]) -> Iterator[Fault]:
    told = [
        (mention, _day(one)) for quote, one in zip(quotes, metadata, strict=True) for mention in dates.read_dates(quote)
    ]
    mentions = [mention for mention, _ in told]
    for mention in dates.read_dates(claim):
        if any(dates.bears_out(quote, mention, published) for quote, published in told):
            continue
        if any(dates.is_publication(mention, mentions, _day(one)) for one in metadata):
            continue
        same = [quote for quote, published in told if dates.is_same(quote, mention, published)]
        if not same and _is_a_number(mention, quotes):
            continue
        instead = dates.counterpart(mention, same or mentions)
        yield Fault(kind="date", why=_says(instead.text if instead else None, mention.text))


def _wrong_numbers(claim: str, quotes: Sequence[str]) -> Iterator[Fault]:
    told = [number for quote in quotes for number in _numbers(quote)]
    for number in _numbers(claim):
        same = [one for one in told if quantities.bears_out(one, number)]
        instead = quantities.counterpart(number, told)
        if same and not _counts_other_things(number, same, told):
            continue
        if not same and _is_a_year(number, quotes):
            continue
        yield Fault(kind="number", why=_says(instead.text if instead else None, number.text))


def _counts_other_things(
    number: quantities.Quantity, same: Sequence[quantities.Quantity], told: Sequence[quantities.Quantity]
) -> bool:
    """Whether the quotes give this number of other things, and another number of the same."""
    nouns = set(number.nouns)
    if not nouns or any(nouns & set(one.nouns) or not one.nouns for one in same):
        return False
    return any(nouns & set(one.nouns) for one in told if one not in same)


def _wrong_names(claim: str, quotes: Sequence[str], metadata: Sequence[Metadata]) -> Iterator[Fault]:
    beside = [text for one in metadata for text in (one.title, one.source) if text]
    held = names.held_words([*quotes, *beside])
    for name in names.read_names(claim):
        missing = names.missing_words(name, held)
        if missing:
            shown = name.text if len(missing) == len(name.words) else _as_written(name, missing)
            yield Fault(kind="name", why=f"the {_quotes(quotes)} name {shown}")


def _swaps(claim: str, quotes: Sequence[str]) -> Iterator[Fault]:
    swap = roles.find_swap(roles.read_roles(claim), [role for quote in quotes for role in roles.read_roles(quote)])
    if swap:
        yield Fault(
            kind="role", why=f"the quote has it the other way round between {swap.doer.text} and {swap.other.text}"
        )


def _flips(claim: str, quotes: Sequence[str]) -> Iterator[Fault]:
    flip = polarity.find_flip(
        polarity.read_polarity(claim), polarity.read_polarity("\n".join(f"{one}." for one in quotes))
    )
    if flip:
        yield Fault(kind="polarity", why=_turned(flip))


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def _turned(flip: polarity.Flip) -> str:
    if flip.kind == "denied" and flip.quote:
        return "the quote denies it"
    if flip.quote and flip.claim:
        return f"the quote says {flip.quote}, the answer {flip.claim}"
    if flip.quote:
        return f"the quote says {flip.quote}, the answer doesn't"
    return f"the answer says {flip.claim}, the quote doesn't"


def _says(quote: str | None, claim: str) -> str:
    if quote is None or quote == claim:
        return f"the quote doesn't say {claim}"
    return f"the quote says {quote}, the answer {claim}"


def _quotes(quotes: Sequence[str]) -> str:
    return "quote doesn't" if len(quotes) == 1 else "quotes don't"


def _as_written(name: names.Name, missing: Sequence[str]) -> str:
    return " ".join(word for word in name.text.split() if names.fold(word) in missing) or name.text


@lru_cache(maxsize=512)
def _numbers(text: str) -> tuple[quantities.Quantity, ...]:
    return quantities.read_quantities(text, [mention.span for mention in dates.read_dates(text)])


def _is_a_number(mention: dates.Mention, quotes: Sequence[str]) -> bool:
    """Whether what looks like a year is a number of the quotes."""
    return mention.month is None and any(
        number.low == mention.year for quote in quotes for number in quantities.read_quantities(quote)
    )


def _is_a_year(number: quantities.Quantity, quotes: Sequence[str]) -> bool:
    return any(number.low == mention.year for quote in quotes for mention in dates.read_dates(quote))


def _day(metadata: Metadata) -> date | None:
    try:
        return date.fromisoformat((metadata.published or "")[:10])
    except ValueError:
        return None
