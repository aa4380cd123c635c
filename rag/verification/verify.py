"""Verdicts: whether what a claim says stands where its citations are.

A claim that is a quotation is compared character by character. Of one that somebody wrote a model says how likely the
quotes support it, contradict it or say nothing of it; rules look for numbers, dates and names that the quotes lack, and
for what is turned around. A score, fitted on claims that people judged, decides by both. The reason that is given names
the words that differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dateline.index.splitting.chunks import embedding_text
from dateline.index.types import Article, Embedder, Metadata
from dateline.rag.parsing import dates, numbers
from dateline.rag.parsing.names import written_like
from dateline.rag.parsing.parsed_text import ParsedText, parse
from dateline.rag.types import Citation, Support, Verifier
from dateline.rag.verification.entailment import shipped_verifier
from dateline.rag.verification.faults import Fault, Texts, find_faults, published, quotes_that
from dateline.rag.verification.injection.instructions import Unsaid, what_is_said
from dateline.rag.verification.support_score import Finding, support_score

LEAST = 0.5
"""The support score from which a claim is supported."""

_NAMED = 4  # words that a reason names
_FEW = 4  # quotes


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What tells whether quotes support a claim."""

    supported: float
    """By the model: the probability that they do, 0 to 1."""
    contradicted: float
    """That they say otherwise."""
    faults: tuple[Fault, ...]
    """What rules find, in the order in which it is worth showing."""

    few: bool
    """Whether there are as few quotes as rules were found to be sure of; in a long text something always differs."""

    @property
    def findings(self) -> frozenset[Finding]:
        """What the faults come to."""
        exchanged: set[Finding] = {"exchanged"} if any(one.exchanged for one in self.faults) else set()
        return frozenset(one.kind for one in self.faults) | exchanged

    held: float
    """The share of the claim's words, but for numbers, that stand in the quote that has most of them, 0 to 1."""

    @property
    def holds(self) -> bool:
        """Whether they come to that the quotes support the claim."""
        overruled = self.few and any(one.decides(self.held) for one in self.faults)
        if not self.held or overruled:
            return False
        return support_score(self.supported, self.findings) >= LEAST


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
    claim: str,
    quotes: Sequence[str],
    metadata: Sequence[Metadata],
    embedder: Embedder,
    paragraphs: Sequence[str] = (),
    verifier: Verifier | None = None,
) -> Support:
    """The verdict on a sentence that somebody wrote.

    Args:
        claim: the sentence, without its citation markers.
        quotes: the words cited for it.
        metadata: of the article of each quote, in the same order. A title names what its quotes may leave unnamed, and
            the day of publication tells what "Wednesday" or "this year" is.
        embedder: compares what a word that stands out of a repeated quote means with what the quote says there.
        paragraphs: where each quote stands, where that is known.
        verifier: the model that reads both; the one that ships unless given.
    """
    parsed, whole = [parse(quote) for quote in quotes], parse(claim)
    around = [*paragraphs, *quotes[len(paragraphs) :]]
    said = [what_is_said(quote, whole, paragraph) for quote, paragraph in zip(parsed, around, strict=True)]
    return judge(whole, parsed, said, metadata, embedder, verifier)


def judge(
    claim: ParsedText,
    quotes: Texts,
    said: Texts,
    metadata: Sequence[Metadata],
    embedder: Embedder,
    verifier: Verifier | None = None,
) -> Support:
    """The verdict on a claim, given what of each quote is said; other arguments as of ``verify_claim``."""
    why = _not_comparable(claim, quotes, said)
    if why:
        return Support(verdict="unsupported", why=why)
    if any(one.plain == claim.plain for one in said):
        return Support(verdict="supported", why="quoted word for word")
    faults = tuple(find_faults(claim, said, metadata, embedder))
    if not faults and any(f" {claim.plain} " in f" {one.plain} " for one in said):
        return Support(verdict="supported", why="quoted word for word")
    signs = read_signs(claim, said, metadata, faults, verifier)
    if signs.holds:
        return Support(verdict="supported", why=f"{quotes_that(said, 'says', 'say')} so in other words")
    return _refused(claim, said, signs)


def read_signs(
    claim: ParsedText,
    said: Texts,
    metadata: Sequence[Metadata],
    faults: tuple[Fault, ...],
    verifier: Verifier | None = None,
) -> Signs:
    """What tells whether a claim is supported by what is said; the faults are those that rules find in it."""
    headings = dict.fromkeys(embedding_text(one, "") for one in metadata)
    evidence = "".join((*headings, " ".join(one.text for one in said)))
    read = (verifier or shipped_verifier()).probabilities([evidence], [_worded_like(claim, said, metadata)])
    supported, contradicted, _ = read[0].tolist()
    return Signs(
        supported=supported,
        contradicted=contradicted,
        faults=faults,
        held=_held(claim, said),
        few=len(said) <= _FEW,
    )


def _held(claim: ParsedText, said: Texts) -> float:
    told = [*(one.text for one in claim.numbers), *(one.text for one in claim.dates)]
    stems = claim.stems.difference(*(parse(one).stems for one in told)) or claim.stems
    return max(len(stems & one.stems) for one in said) / max(1, len(stems))


def _worded_like(claim: ParsedText, said: Texts, metadata: Sequence[Metadata]) -> str:
    """A claim whose numbers, days, and names of several forms, are written as the quotes write them."""
    told = [number for one in said for number in one.numbers if number.unit != "ordinal"]
    written = [
        (number.span, next((one.text for one in told if numbers.is_same(one, number)), "")) for number in claim.numbers
    ]
    for mention in claim.dates:
        days = ((quote, one) for quote, known in zip(said, metadata, strict=True) for one in quote.dates
                if dates.bears_out(one, mention, published(known)))  # fmt: skip
        written.append((mention.span, next((one.span.of(quote.text) for quote, one in days), "")))
    text = claim.text
    for span, instead in sorted(written, key=lambda one: -one[0].start):
        text = f"{text[: span.start]}{instead}{text[span.end :]}" if instead else text
    return written_like(text, " ".join(one.text for one in said))


def _not_comparable(claim: ParsedText, quotes: Texts, said: Texts) -> str | None:
    """Why a claim can't be held against its quotes."""
    if not quotes:
        return "nothing is cited for it"
    if claim.is_foreign:
        return "it is not in English, in which alone claims can be checked"
    if any(one.words for one in said) or list(said) == list(quotes):
        return None
    if any(quote.is_foreign for quote in quotes):
        return f"{quotes_that(quotes, 'is', 'are')} not in English, in which alone claims can be checked"
    how = next((one.how for one in said if isinstance(one, Unsaid)), "")
    if how:
        return f"{quotes_that(quotes, 'does', 'do')} not say that it is so: {how!r}"
    return f"{quotes_that(quotes, 'only asks or orders', 'only ask or order')} it to be said"


def _refused(claim: ParsedText, said: Texts, signs: Signs) -> Support:
    """The verdict on a claim that is not supported: contradicted where a rule or the model finds that it is."""
    if signs.faults:
        fault = signs.faults[0]
        return Support(verdict="contradicted" if fault.contradicts else "unsupported", why=fault.why)
    strange = ", ".join(map(repr, _words_not_held(claim, said)[:_NAMED]))
    if signs.contradicted > 1 - signs.supported - signs.contradicted:
        of_what = f" than {strange}" if strange else ", though in the same words"
        return Support(verdict="contradicted", why=f"{quotes_that(said, 'says', 'say')} otherwise{of_what}")
    if strange:
        return Support(verdict="unsupported", why=f"{quotes_that(said, 'says', 'say')} nothing of {strange}")
    return Support(verdict="unsupported", why=f"{quotes_that(said, 'has', 'have')} its words but does not say so")


def _words_not_held(claim: ParsedText, said: Texts) -> list[str]:
    """The words of a claim that tell something and that no quote has, in order."""
    held = frozenset().union(*(one.stems for one in said))
    return list(dict.fromkeys(word.lower for word in claim.words if word.is_content and word.stem not in held))
