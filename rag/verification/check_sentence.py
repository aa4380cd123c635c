"""A sentence that a chat model wrote and its passages in; its words, its citations and the verdict on it out.

Numbers become the spans that they stand for, so that no citation can be invented: one that stands for nothing is
dropped and counted. A sentence without a number is held against the sentences that are likeliest to support it, and so
is one that what it cites does not bear out: small models often know what an article says and miscount where. Last the
library is searched for it. Of what is cited, sentences that add nothing are left out.
"""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

from dateline.index.errors import NoSuchArticle
from dateline.index.types import Article, Embedder, Filter, Passage
from dateline.rag.parsing.parsed_text import ParsedText, parse
from dateline.rag.parsing.tokens import content_stems, is_repetition
from dateline.rag.types import CELLS, Checked, Quotation, Support, Verifier
from dateline.rag.verification.injection.instructions import paragraph_at, what_is_said
from dateline.rag.verification.verify import judge
from dateline.rag.writing.chat_models import ChatModel
from dateline.rag.writing.citation_markers import read_markers
from dateline.rag.writing.prompts import Numbered, local_day
from dateline.rag.writing.sanitize import to_plain
from dateline.rag.writing.writer import RawSentence, Writer, Writing

_MOST = 5  # sentences that one claim rests on: a model that cites half of what it was shown cites nothing
_LOOKED_AT = 5  # sentences that share the most words with a claim: their vectors decide
_CLEARLY = 2  # times the words that the next sentence shares: there is nothing for vectors to decide
_BEARS = 0.5  # of a claim's words: a sentence that holds them may say it by itself
_ADDS = 2  # words of a claim that a sentence holds beside others
_FEWEST, _MOST_OF = 2, 0.6  # words of a claim, and their share, in a sentence that is taken in place of a cited one
_FURTHER = 5  # passages that the library is searched for
_FINITE = frozenset(
    """is are was were be been has have had will would can could may might must shall should do does did said told found
    took gave went came left fell rose won lost sold bought made met held paid cut hit put""".split()
)
_LEADS_IN = re.compile(
    r"\A(?:here|below|these|this|those) (?:is|are)\b[^,;:]*\W*\Z|\b(?:the following|as follows)\W*\Z"
    r"|\A(?:according to|based on|from) (?:the|these) \w+(?: \w+)?\W*\Z"
    r"|\A(?:the|these) (?:articles?|sources?|sentences?) (?:say|says|give|gives|report|reports|name|names|list|lists)"
    r"(?: this| these)?\W*\Z",
    re.IGNORECASE,
)

FindArticle = Callable[[str], Article]
"""The article of an id; raises NoSuchArticle where it was removed."""

Search = Callable[[str, int, Filter | None], Sequence[Passage]]
"""So many passages of the library, of those that pass a filter, that are nearest to a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A sentence held against some sentences of passages."""

    text: str
    claim: ParsedText
    places: tuple[Numbered, ...]
    quotes: tuple[ParsedText, ...]
    support: Support
    checkable: bool
    """Whether it is the quotes that the verdict rests on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceChecker:
    """Holds the sentences that a chat model writes against the articles."""

    embedder: Embedder
    """Compares what words mean."""
    find_article: FindArticle | None = None
    """Gives the text around a passage; without it, what is said there is judged by the passage alone."""
    search: Search | None = None
    """Finds what the model was not given; without it, only what it was given supports a sentence."""
    verifier: Verifier | None = None
    """The model that judges; the one that ships unless given."""

    def __call__(self, sentence: RawSentence, passages: Sequence[Passage], only: Filter | None = None) -> Checked:
        """The sentence without its markers, the places that it rests on, and the verdict.

        Args:
            sentence: as the model wrote it, markers and all.
            passages: those that the model was given.
            only: the articles that may be searched for more.
        """
        marked = read_markers(sentence.text, len(sentence.sentences))
        every = tuple(sentence.sentences.values())
        given = (sentence.sentences[at] for at in marked.numbers)
        cited = tuple({(passages[one.passage].article_id, one.span): one for one in given}.values())
        if not cited or len(cited) > _MOST:
            cited = self._likeliest(marked.text, cited or every, passages, _MOST if cited else 2)
        held = self._narrowed(self._hold(marked.text, cited, passages), passages)
        other, found = None, tuple[Passage, ...]()
        if not held.support.holds and held.checkable:
            other = self._better(held, marked.text, every, passages)
            if not other and self.search and held.support.verdict == "unsupported":
                found = tuple(self.search(held.text, _FURTHER, only))
                other = self._better(held, marked.text, _numbered(found, len(passages)), (*passages, *found))
        held = other or held
        checked = _checked(held, sentence, passages, found)
        moved = bool(other and marked.numbers)
        return replace(checked, unknown=marked.unknown, begins=sentence.begins, moved=moved)

    def _hold(self, text: str, places: Sequence[Numbered], passages: Sequence[Passage]) -> _Held:
        """The verdict on a sentence, markers taken out, that rests on some sentences of passages."""
        quotes = [parse(_words(one, passages)) for one in places]
        around = [_paragraph(one, passages, self.find_article) for one in places]
        plain = to_plain(text, ())
        claim = _claim(plain.text)
        said = [what_is_said(quote, claim, paragraph) for quote, paragraph in zip(quotes, around, strict=True)]
        plain = to_plain(text, [one.text for one in said])
        if _claim(plain.text) != claim:  # an address that the quotes hold is a part of the claim
            claim = _claim(plain.text)
            said = [what_is_said(quote, claim, paragraph) for quote, paragraph in zip(quotes, around, strict=True)]
        metadata = [passages[one.passage].metadata for one in places]
        unverifiable = _unverifiable(claim, plain.text, foreign=plain.foreign)
        return _Held(
            text=plain.text,
            claim=claim,
            places=tuple(places),
            quotes=tuple(quotes),
            support=unverifiable or judge(claim, quotes, said, metadata, self.embedder, self.verifier),
            checkable=unverifiable is None,
        )

    def _narrowed(self, held: _Held, passages: Sequence[Passage]) -> _Held:
        """Without the sentences that hold nothing of it which others don't; as it was where it would hold no more."""
        kept = _telling(held.claim, held.quotes)
        if not held.checkable or len(kept) == len(held.quotes):
            return held
        less = self._hold(held.text, [held.places[at] for at in kept], passages)
        return less if less.support.holds or not held.support.holds else held

    def _better(self, held: _Held, text: str, places: Sequence[Numbered], passages: Sequence[Passage]) -> _Held | None:
        """Held against the likeliest of other sentences; None where they hold too little of it or don't bear it out."""
        best = self._likeliest(text, places, passages, 2)
        if not best or set(best) <= set(held.places):
            return None
        other = self._narrowed(self._hold(text, best, passages), passages)
        shared = max((len(other.claim.stems & one.stems) for one in other.quotes), default=0)
        bears = shared >= max(_FEWEST, _MOST_OF * len(other.claim.stems))
        return other if bears and other.support.holds else None

    def _likeliest(
        self, text: str, places: Sequence[Numbered], passages: Sequence[Passage], most: int
    ) -> tuple[Numbered, ...]:
        texts = [_words(one, passages) for one in places]
        return tuple(places[at] for at in best_quotes(_claim(to_plain(text, ()).text).text, texts, self.embedder, most))


def check_sentence(
    sentence: RawSentence, passages: Sequence[Passage], embedder: Embedder, find_article: FindArticle | None = None
) -> Checked:
    """As ``SentenceChecker``, by rules and the passages alone."""
    return SentenceChecker(embedder=embedder, find_article=find_article)(sentence, passages)


def best_quotes(claim: str, sentences: Sequence[str], embedder: Embedder, most: int = 2) -> tuple[int, ...]:
    """Indices of the sentences that may support a claim without a marker, best first.

    Those that share most words with it are compared by their vectors as well, where none shares far more than the next;
    one that shares none is not among them.
    A second sentence is given only where it holds words of the claim that the first one lacks.
    """
    stems = parse(claim).stems
    held = [stems & parse(sentence).stems for sentence in sentences]
    likely = sorted((at for at, words in enumerate(held) if words), key=lambda at: -len(held[at]))[:_LOOKED_AT]
    if len(likely) > 1 and len(held[likely[0]]) < _CLEARLY * len(held[likely[1]]):
        vectors = embedder.embed_passages([claim, *(sentences[at] for at in likely)])
        scores = dict(zip(likely, (vectors[1:] @ vectors[0]).tolist(), strict=True))
        likely.sort(key=lambda at: -(len(held[at]) / len(stems) + scores[at]))
    chosen: list[int] = []
    for at in likely:
        if len(chosen) < most and (not chosen or held[at] - set().union(*(held[one] for one in chosen))):
            chosen.append(at)
    return tuple(chosen)


def write_with(
    model: ChatModel,
    embedder: Embedder,
    today: Callable[[], date] = local_day,
    find_article: FindArticle | None = None,
    search: Search | None = None,
    verifier: Verifier | None = None,
) -> Writing:
    """How a chat model writes answers and rewrites questions, and each of its sentences is checked.

    Arguments as of ``SentenceChecker``.
    """
    writer = Writer(model, today)
    check = SentenceChecker(embedder=embedder, find_article=find_article, search=search, verifier=verifier)
    return Writing(writer=writer, check=check, rewrite=writer.rewrite)


def _telling(claim: ParsedText, quotes: Sequence[ParsedText]) -> list[int]:
    """Indices of the quotes that hold half of a claim's words, or two that those which hold more of them lack."""
    held = [claim.stems & quote.stems for quote in quotes]
    covered: set[str] = set()
    kept: list[int] = []
    for at in sorted(range(len(quotes)), key=lambda at: -len(held[at])):
        if not kept or len(held[at] - covered) >= _ADDS or (held[at] and len(held[at]) >= _BEARS * len(claim.stems)):
            kept.append(at)
            covered |= held[at]
    return sorted(kept or range(len(quotes)))


def _checked(held: _Held, sentence: RawSentence, passages: Sequence[Passage], found: Sequence[Passage]) -> Checked:
    quotations = tuple(
        Quotation(passage=one.passage, span=one.span, score=_share(held.claim, quote))
        for one, quote in zip(held.places, held.quotes, strict=True)
    )
    if sentence.introduces and (held.support.holds or not _says_something(held.claim)):
        nothing = Support(verdict=None, why="it only introduces what follows")
        return Checked(text=held.text, quotations=(), support=nothing)
    further = found if any(one.passage >= len(passages) for one in held.places) else ()
    return Checked(text=_shown(held.text), quotations=quotations, support=held.support, found=tuple(further))


def _share(claim: ParsedText, quote: ParsedText) -> float:
    """The share of the claim's words that stand in a quote, 0 to 1."""
    return len(claim.stems & quote.stems) / max(1, len(claim.stems))


def _shown(text: str) -> str:
    """A sentence; of a row without the empty cell that its marker stood in."""
    return text.removesuffix(CELLS.rstrip())


def _says_something(claim: ParsedText) -> bool:
    """Whether a heading or a lead-in tells a fact, and does not only say what comes."""
    if _LEADS_IN.search(claim.text):
        return False
    return any(word.lower in _FINITE or word.lower.endswith(("ed", "n't")) for word in claim.words)


def _claim(text: str) -> ParsedText:
    """What a sentence claims; the cells of a row are parts of one."""
    return parse("; ".join(filter(None, map(str.strip, text.split(CELLS.strip())))))


def _unverifiable(claim: ParsedText, text: str, *, foreign: bool) -> Support | None:
    """The verdict on a sentence that need not be held against anything."""
    stems = content_stems(claim.words)
    if not stems or is_repetition(stems) or _LEADS_IN.search(text):
        return Support(verdict="unsupported", why="it says nothing that could be checked")
    if foreign:
        return Support(verdict="unsupported", why="it held a link, an image or an address that its quotes lack")
    return None


def _numbered(passages: Sequence[Passage], first: int) -> tuple[Numbered, ...]:
    """Every sentence of some passages that follow on so many others."""
    return tuple(Numbered(passage=at, span=span) for at, one in enumerate(passages, first) for span in one.sentences)


def _words(sentence: Numbered, passages: Sequence[Passage]) -> str:
    return passages[sentence.passage].words_at(sentence.span)


def _paragraph(sentence: Numbered, passages: Sequence[Passage], find_article: FindArticle | None) -> str:
    passage = passages[sentence.passage]
    text, start = passage.text, passage.start
    if find_article:
        with suppress(NoSuchArticle):
            text, start = find_article(passage.article_id).text, 0
    return paragraph_at(text, sentence.span.start - start, sentence.span.end - start)
