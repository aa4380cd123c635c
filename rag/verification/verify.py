"""Verdicts: whether what a claim says stands where its citations are.

A claim that is a quotation is compared character by character. One that a model wrote is taken apart: its quantities,
dates and names have to stand in the quotes, and nothing may be turned around; each says in words what is wrong. What
rules can't see is left to a word that stands out of a repeated quote, and to a learned score of how much of the claim
the quotes hold.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from dateline.index.types import Article, Embedder, Metadata
from dateline.rag.types import Citation, Support
from dateline.rag.verification.diff import Change, read_changes
from dateline.rag.verification.faults import Fault, find_faults
from dateline.rag.verification.injection.addressed_to_ai import speaks_to_a_machine
from dateline.rag.verification.injection.classifier import is_framed
from dateline.rag.verification.injection.instructions import without_orders
from dateline.rag.verification.language import is_foreign
from dateline.rag.verification.support_score import probability, read_evidence
from dateline.rag.verification.tokens import Word, content_stems, read_words

LEAST = 0.55
"""The support score from which a claim without a fault is supported: about an eighth of its words stand in a quote.

What it catches is another subject; in words that the quotes share, false claims have to be caught by rules."""

_NEAR_IN_MEANING = (
    0.75  # cosine of the words around a change: 5 % of 241 true changes lie below, 26 % of 266 false ones
)
_LOOKED_AT = 5  # sentences that share the most words with a claim: their vectors decide
_CLEARLY = 2  # times the words that the next sentence shares: there is nothing for vectors to decide


def verify_quotation(citation: Citation, article: Article | None) -> Support:
    """The verdict on a claim that is the quotation itself.

    Args:
        citation: what is claimed to stand in the article.
        article: the article of record that has the cited id; None when it was removed.
    """
    if article is None:
        return Support(supported=False, why="the article was removed from the library")
    if article.id != citation.article_id or article.text[citation.start : citation.end] != citation.quote:
        return Support(supported=False, why="the article does not hold these words at the place cited")
    return Support(supported=True, why="quoted word for word")


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
    if not quotes:
        return Support(supported=False, why="nothing is cited for it")
    if is_foreign(claim):
        return Support(supported=False, why="it is not in English, in which alone claims can be checked")
    around = [*paragraphs, *quotes[len(paragraphs) :]]
    said = [what_is_said(quote, claim, paragraph) for quote, paragraph in zip(quotes, around, strict=True)]
    if said != list(quotes) and not any(map(_plain, said)):
        return Support(supported=False, why=_nothing_said(quotes))
    return _verdict(claim, said, metadata, embedder)


def _verdict(claim: str, said: Sequence[str], metadata: Sequence[Metadata], embedder: Embedder) -> Support:
    """The verdict on a claim, given what its quotes say."""
    whole = _plain(claim)
    fault = None if any(_plain(quote) == whole for quote in said) else find_fault(claim, said, metadata, embedder)
    if fault:
        return Support(supported=False, why=fault.why)
    if any(f" {whole} " in f" {_plain(quote)} " for quote in said):
        return Support(supported=True, why="quoted word for word")
    score = probability(read_evidence(claim, said, ()))
    if score < LEAST:
        return Support(
            supported=False, why=f"the {_many(said, 'supports', 'support')} it too little, by {score:.2f} of 1"
        )
    if not _share_words(claim, said):
        return Support(supported=False, why=f"the {_many(said, 'has', 'have')} none of its words")
    return Support(supported=True, why=f"the {_many(said, 'says', 'say')} so in other words")


def what_is_said(quote: str, claim: str, paragraph: str = "") -> str:
    """What of a quote says something that a claim can rest on: no order, no question, nothing but English.

    Args:
        quote: words of an article.
        claim: what is to rest on them.
        paragraph: where they stand; one that tells a machine what to do says nothing.
    """
    if is_foreign(quote) or speaks_to_a_machine(paragraph or quote):
        return ""
    said = without_orders(quote, claim)
    return "" if said and is_framed(quote, claim, paragraph) else said


def find_fault(claim: str, quotes: Sequence[str], metadata: Sequence[Metadata], embedder: Embedder) -> Fault | None:
    """The first thing that is wrong with a claim by itself; None where only its support score may be too low.

    Arguments as of ``verify_claim``.
    """
    rules = find_faults(claim, quotes, metadata)
    return next(rules, None) or next(_strange_words(claim, quotes, metadata, embedder), None)


def best_quotes(claim: str, sentences: Sequence[str], embedder: Embedder, most: int = 2) -> tuple[int, ...]:
    """Indices of the sentences that may support a claim without a marker, best first.

    Those that share most words with it are compared by their vectors as well, where none shares far more than the next;
    one that shares none is not among them.
    A second sentence is given only where it holds words of the claim that the first one lacks.
    """
    stems = set(content_stems(read_words(claim)))
    held = [stems & set(content_stems(read_words(sentence))) for sentence in sentences]
    likely = sorted((at for at, words in enumerate(held) if words), key=lambda at: -len(held[at]))[:_LOOKED_AT]
    if not likely:
        return ()
    if len(likely) > 1 and len(held[likely[0]]) < _CLEARLY * len(held[likely[1]]):
        vectors = embedder.embed_passages([claim, *(sentences[at] for at in likely)])
        scores = dict(zip(likely, (vectors[1:] @ vectors[0]).tolist(), strict=True))
        likely.sort(key=lambda at: -(len(held[at]) / len(stems) + scores[at]))
    chosen: list[int] = []
    for at in likely:
        if len(chosen) < most and (not chosen or held[at] - set().union(*(held[one] for one in chosen))):
            chosen.append(at)
    return tuple(chosen)


def _strange_words(
    claim: str, quotes: Sequence[str], metadata: Sequence[Metadata], embedder: Embedder
) -> Iterator[Fault]:
    """Where a claim repeats a quote but for one place, words there that no quote has and that mean something else."""
    held = {word.stem for text in (*quotes, *(one.title or "" for one in metadata)) for word in read_words(text)}
    for change in (change for quote in quotes for change in read_changes(claim, quote) if change.alone):
        strange = [word for word in change.claimed if word.is_content and word.stem not in held]
        if not strange:
            continue
        words, instead = _text(change.claimed), _text(change.quoted)
        if not change.quoted:
            yield Fault(kind="word", why=f"the quote doesn't say {words}")
        elif _likeness(change, embedder) < _NEAR_IN_MEANING:
            yield Fault(kind="word", why=f"the quote says {instead}, the answer {words}")


def _likeness(change: Change, embedder: Embedder) -> float:
    return float(np.dot(*embedder.embed_passages([change.quote_window, change.claim_window])))


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.lower for word in words)


def _plain(text: str) -> str:
    return " ".join(word.lower for word in read_words(text))


def _share_words(claim: str, quotes: Sequence[str]) -> bool:
    """Whether any word of a claim stands in the quotes; gibberish with the same number in it is about nothing."""
    stems = {one for one in content_stems(read_words(claim)) if not one[:1].isdigit()}
    return not stems or any(stems & set(content_stems(read_words(quote))) for quote in quotes)


def _nothing_said(quotes: Sequence[str]) -> str:
    if any(map(is_foreign, quotes)):
        return f"the {_many(quotes, 'is', 'are')} not in English, in which alone claims can be checked"
    return f"the {_many(quotes, 'only asks or orders', 'only ask or order')} it to be said"


def _many(quotes: Sequence[str], one: str, several: str) -> str:
    return f"quote {one}" if len(quotes) == 1 else f"quotes {several}"
