"""Verdicts: whether what a claim says stands where its citations are.

A claim that is a quotation is compared character by character. One that a model wrote is taken apart: its numbers,
dates and names have to stand in the quotes, and nothing may be turned around; each fault says in words what is wrong.
What rules can't see is left to a word that stands out of a repeated quote, and to a learned score of how much of the
claim the quotes hold.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Literal

import numpy as np

from dateline.index.splitting.chunks import embedding_text
from dateline.index.types import Article, Embedder, Metadata
from dateline.rag.parsing import dates, numbers
from dateline.rag.parsing.names import Name, find_swap, fold, missing_words
from dateline.rag.parsing.negation import NOUNS, Flip, are_opposites, find_exchanged_cue, find_flip, read_negations
from dateline.rag.parsing.parsed_text import ParsedText, parse
from dateline.rag.types import Citation, Support, Verifier
from dateline.rag.verification.alignment import Change, read_changes
from dateline.rag.verification.injection.instructions import Unsaid, what_is_said
from dateline.rag.verification.relations import find_exchanged_date, find_swapped, find_widened, is_of_a_whole
from dateline.rag.verification.support_score import read_overlap, support_score

_NAMED = 4  # words that a reason names
LEAST = 0.55
"""The support score from which a claim without a fault is supported: about an eighth of its words stand in a quote.

What it catches is another subject; in words that the quotes share, false claims have to be caught by rules."""

_NEAR_IN_MEANING = 0.75
"""Cosine of the words around a change: 5 % of 241 true changes lie below, 26 % of 266 false ones."""

Texts = Sequence[ParsedText]

_TOGETHER = frozenset("together total altogether combined overall sum between".split())
"""Words of a claim that adds up numbers."""
_HAVING = frozenset("has have had there own owns owned run runs ran operate operates total".split())
"""Words of a claim that says how many there are."""

FaultKind = Literal["number", "date", "name", "negation", "role", "scope", "word"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What a rule finds wrong with a claim."""

    kind: FaultKind
    why: str
    contradicts: bool
    """Whether the quotes say otherwise; else they only do not say so."""


def verify_quotation(citation: Citation, article: Article | None) -> Support:
    """The verdict on a claim that is the quotation itself.

    Args:
        citation: what is claimed to stand in the article.
        article: the article of record that has the cited id; None when it was removed.
    """
    if article is None:
        return Support(verdict="unsupported", why="the article was removed from the library")
    if article.id != citation.article_id or article.text[citation.start : citation.end] != citation.quote:
        return Support(verdict="unsupported", why="the article does not hold these words at the place cited")
    return Support(verdict="quoted", why="quoted word for word")


def verify_claim(
    claim: str, quotes: Sequence[str], metadata: Sequence[Metadata], embedder: Embedder, paragraphs: Sequence[str] = ()
) -> Support:
    """The verdict on a sentence that a model wrote.

    Args:
        claim: the sentence, without its citation markers.
        quotes: the words cited for it.
        metadata: of the article of each quote, in the same order. A title names what its quotes may leave unnamed, and
            the day of publication tells what "Wednesday" or "this year" is.
        embedder: compares what a word that stands out of a repeated quote means with what the quote says there.
        paragraphs: where each quote stands, where that is known.
    """
    parsed, whole = [parse(quote) for quote in quotes], parse(claim)
    around = [*paragraphs, *quotes[len(paragraphs) :]]
    said = [what_is_said(quote, whole, paragraph) for quote, paragraph in zip(parsed, around, strict=True)]
    return judge(whole, parsed, said, metadata, embedder)


def judge(
    claim: ParsedText,
    quotes: Texts,
    said: Texts,
    metadata: Sequence[Metadata],
    embedder: Embedder,
    verifier: Verifier | None = None,
) -> Support:
    """The verdict on a claim, given what of each quote is said; other arguments as of ``verify_claim``.

    Where rules find no fault, the verifier decides; where there is none, how much of the claim the quotes hold.
    """
    why = _not_comparable(claim, quotes, said)
    fault = None if why else _first_fault(claim, said, metadata, embedder)
    if fault:
        return Support(verdict="contradicted" if fault.contradicts else "unsupported", why=fault.why)
    if not why and any(f" {claim.plain} " in f" {one.plain} " for one in said):
        return Support(verdict="supported", why="quoted word for word")
    if verifier and not why:
        return _read_by(verifier, claim, said, metadata)
    why = why or _too_little_shared(claim, said)
    if why:
        return Support(verdict="unsupported", why=why)
    return Support(verdict="supported", why=f"{_quotes(said, 'says', 'say')} so in other words")


def _not_comparable(claim: ParsedText, quotes: Texts, said: Texts) -> str | None:
    """Why a claim can't be held against its quotes."""
    if not quotes:
        return "nothing is cited for it"
    if claim.is_foreign:
        return "it is not in English, in which alone claims can be checked"
    if any(one.words for one in said) or list(said) == list(quotes):
        return None
    if any(quote.is_foreign for quote in quotes):
        return f"{_quotes(quotes, 'is', 'are')} not in English, in which alone claims can be checked"
    how = next((one.how for one in said if isinstance(one, Unsaid)), "")
    if how:
        return f"{_quotes(quotes, 'does', 'do')} not say that it is so: {how!r}"
    return f"{_quotes(quotes, 'only asks or orders', 'only ask or order')} it to be said"


def _first_fault(claim: ParsedText, said: Texts, metadata: Sequence[Metadata], embedder: Embedder) -> Fault | None:
    """What is wrong with a claim; nothing where it repeats a quote."""
    if any(one.plain == claim.plain for one in said):
        return None
    return next(find_faults(claim, said, metadata, embedder), None)


def _read_by(verifier: Verifier, claim: ParsedText, said: Texts, metadata: Sequence[Metadata]) -> Support:
    """The verdict that a model finds likeliest, reading the quotes behind the heading of their articles."""
    headings = dict.fromkeys(embedding_text(one, "") for one in metadata)
    evidence = "".join((*headings, " ".join(one.text for one in said)))
    supported, contradicted, neither = verifier.probabilities([evidence], [claim.text])[0].tolist()
    likeliest = max(supported, contradicted, neither)
    if likeliest == supported:
        return Support(verdict="supported", why=f"{_quotes(said, 'says', 'say')} so in other words")
    if likeliest == contradicted:
        why = f"{_quotes(said, 'says', 'say')} otherwise, as {verifier.id} reads it"
        return Support(verdict="contradicted", why=why)
    return Support(verdict="unsupported", why=f"{_quotes(said, 'does', 'do')} not say so, as {verifier.id} reads it")


def _too_little_shared(claim: ParsedText, said: Texts) -> str | None:
    """Why a claim has too little to do with its quotes; gibberish with the same number in it is about nothing."""
    score = support_score(read_overlap(claim, said))
    if score < LEAST:
        held = frozenset().union(*(one.stems for one in said))
        strange = dict.fromkeys(word.lower for word in claim.words if word.is_content and word.stem not in held)
        return f"{_quotes(said, 'says', 'say')} nothing of {', '.join(map(repr, list(strange)[:_NAMED]))}"
    stems = {one for one in claim.stems if not one[:1].isdigit()}
    if stems and not any(stems & quote.stems for quote in said):
        return f"{_quotes(said, 'has', 'have')} none of its words"
    return None


def find_faults(claim: ParsedText, quotes: Texts, metadata: Sequence[Metadata], embedder: Embedder) -> Iterator[Fault]:
    """What is wrong with a claim by itself, one after the other, in the order in which it is worth showing.

    Arguments as of ``verify_claim``, each quote being what is said in it. There is none where only the support score
    may be too low.
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
        yield from (fault for fault in _exchanged(change, one) if not (adds_up and fault.kind == "number"))
    yield from _strange_words([change for change, _ in changes if change.alone], quotes, metadata, embedder)


def _wrong_dates(claim: ParsedText, quotes: Texts, metadata: Sequence[Metadata]) -> Iterator[Fault]:
    told = [(mention, _day(one)) for quote, one in zip(quotes, metadata, strict=True) for mention in quote.dates]
    mentions = [mention for mention, _ in told]
    for mention in claim.dates:
        if any(dates.bears_out(quote, mention, published) for quote, published in told):
            continue
        if any(dates.is_publication(mention, mentions, _day(one)) for one in metadata):
            continue
        same = [quote for quote, published in told if dates.is_same(quote, mention, published)]
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
            lacks = _quotes(quotes, "doesn't", "don't")
            yield Fault(kind="name", why=f"{lacks} name {_as_written(name, missing)}", contradicts=False)


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
        yield Fault(kind="negation", why=_turns(flip), contradicts=flip.kind == "denied")


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


def _day(metadata: Metadata) -> date | None:
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


def _quotes(quotes: Texts, one: str, several: str) -> str:
    return f"the quote {one}" if len(quotes) == 1 else f"the quotes {several}"
