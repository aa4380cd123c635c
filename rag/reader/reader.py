"""Reading without a chat model: the sentences that answer a question are quoted, or it is said that none does."""

import math
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dateline.index.copies import is_same_sentence
from dateline.index.fusion import reciprocal_ranks
from dateline.index.types import Passage, Span
from dateline.rag.parsing.parsed_text import ParsedText, parse
from dateline.rag.reader.article_head import asks_who_wrote, read_byline, rival_headline, with_headline
from dateline.rag.reader.confidence import (
    MOST_APART,
    THRESHOLDS,
    WEIGHTS,
    Evidence,
    Strictness,
    Weights,
    probability,
    relevance,
    weigh,
)
from dateline.rag.reader.crossencoder import CrossEncoder, Marks, PassageMarker
from dateline.rag.reader.question import Question, is_statement, leads_elsewhere, read_question
from dateline.rag.reader.short_answer import short_answer
from dateline.rag.types import Quotation, Reading

_QUOTED = 3  # sentences at most
_LIKELIEST = 40  # sentences that are told, quoted or not
_AS_GOOD = 0.9  # of the best probability: another article that says it too is quoted beside it
_DISAGREES = 0.75  # of the best probability: enough where the other article gives another answer
_FAR = 2.0  # below the best in what orders sentences: too far to be another answer to the same question
_RELATED = 0.3  # of the question's words: less in common is chance
_POINTS_BACK = frozenset("he she it they his her its their this that these those both such".split())
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation + "“”‘’–—")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A sentence that may answer."""

    passage: int
    sentence: Span
    answer: Span
    """The likeliest short answer within the sentence."""
    said: str
    """Its words, plain."""
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A candidate and how sure it is."""

    candidate: Candidate
    score: float
    """Probability that the sentence answers."""
    worth: float
    """What puts it in order: log-odds against the others."""


class QuotingReader:
    """Marks every passage with the model that ships, and quotes the sentences it is surest of.

    Quotations are in order of score; where they give different answers the newest article comes first.
    """

    def __init__(
        self,
        marker: PassageMarker | None = None,
        strictness: Strictness = "balanced",
        weights: Weights = WEIGHTS,
        *,
        calibrated: bool = True,
    ) -> None:
        self._marker = marker or CrossEncoder()
        self._weights = weights
        self._threshold = THRESHOLDS[strictness]
        self.id = f"quotations by {self._marker.id}{'' if calibrated else ', not calibrated'}, {strictness}"

    def read(self, question: str, passages: Sequence[Passage]) -> Reading:
        """Choose the sentences of ``passages``, best first, that answer ``question``."""
        marks = self._marker.mark(question, passages)
        asked = read_question(question)
        found = score(candidates(asked, passages, marks), passages, self._weights)
        if not found:
            return Reading(quotations=(), confidence=0.0, reason="no passage was found")
        ranking = rank(passages, marks)
        if asks_who_wrote(question):
            return read_byline(question, passages, ranking)
        confidence = found[0].score
        likeliest = tuple(
            replace(_likely(one, passages, asked), behind=found[0].worth - one.worth) for one in found[:_LIKELIEST]
        )
        if confidence < self._threshold or not asked.asks:
            reason = (
                "nothing in the passages found answers the question: the likeliest sentence does with a probability "
                f"of {math.floor(100 * confidence) / 100:.2f}, {self._threshold:.2f} is asked for"
                if asked.asks
                else "it asks nothing; ask a whole question"
            )
            of_it = _related(found) if asked.asks else _about(found, passages)
            near = tuple(_quotation(one, passages, asked) for one in _distinct(of_it, passages, _QUOTED))
            return Reading(
                quotations=(), confidence=confidence, reason=reason, nearest=near, ranking=ranking, likeliest=likeliest
            )
        quotations = tuple(_quotation(one, passages, asked) for one in _choose(found, passages, self._threshold))
        reading = Reading(quotations=quotations, confidence=confidence, ranking=ranking, likeliest=likeliest)
        best = found[0].candidate
        headline = rival_headline(asked, passages[best.passage], best.said, best.evidence.shared)
        return with_headline(reading, headline) if headline else reading


def rank(passages: Sequence[Passage], marks: Sequence[Marks]) -> tuple[int, ...]:
    """Indices of the passages, the likeliest to answer first."""
    worth = [relevance(mark.answerable, one.cosine) for one, mark in zip(passages, marks, strict=True)]
    return tuple(sorted(range(len(passages)), key=lambda at: -worth[at]))


def candidates(asked: Question, passages: Sequence[Passage], marks: Sequence[Marks]) -> list[Candidate]:
    """Every sentence that was read and may answer; one that comes again counts where its passage is likeliest."""
    found: dict[str, Candidate] = {}
    worth = reciprocal_ranks([one.text_rank or 0 for one in passages], [one.vector_rank or 0 for one in passages])
    for number, (passage, mark) in enumerate(zip(passages, marks, strict=True)):
        missing = asked.missing(parse(passage.text), passage.metadata)
        heading = around = parse(passage.metadata.title or "").stems
        retrieval = math.log(worth[number] / worth.max()) if worth[number] > 0 else 0.0
        for sentence in passage.sentences:
            likeliest, parsed = mark.best_in(sentence), parse(passage.words_at(sentence))
            if likeliest is None or not parsed.words or leads_elsewhere(parsed):
                continue
            answer, span = likeliest
            said = parse(passage.words_at(answer))
            shared, shared_around = asked.shared(parsed, around)
            evidence = Evidence(
                answerable=mark.answerable,
                span=span,
                retrieval=retrieval,
                cosine=passage.cosine,
                shared=shared,
                around=shared_around,
                missing=missing,
                cues=asked.lacking_cues(parsed),
                fits=asked.fits(said, parsed),
                statement=float(is_statement(parsed)),
            )
            around = heading | parsed.stems
            candidate = Candidate(
                passage=number, sentence=sentence, answer=answer, said=_plain(said.text), evidence=evidence
            )
            key = _plain(parsed.text)
            if key not in found or mark.answerable > found[key].evidence.answerable:
                found[key] = candidate
    return list(found.values())


def score(found: Iterable[Candidate], passages: Sequence[Passage], weights: Weights) -> list[Scored]:
    """The candidates with their probabilities, the likeliest first."""
    ordered = in_order(found, weights.order)
    gap, articles = standing(ordered, passages) if ordered else (0.0, 1)
    return [
        Scored(candidate=one, score=probability(one.evidence, gap, articles, weights), worth=worth)
        for worth, one in ordered
    ]


def in_order(found: Iterable[Candidate], order: Sequence[float]) -> list[tuple[float, Candidate]]:
    """The candidates with what speaks for them, most first."""
    return sorted(((weigh(one.evidence, order), one) for one in found), key=lambda pair: -pair[0])


def standing(ordered: Sequence[tuple[float, Candidate]], passages: Sequence[Passage]) -> tuple[float, int]:
    """By how much the first is above the first that gives another answer, and how many articles give its own."""
    (top, best), *others = ordered
    gap = top - next((worth for worth, one in others if not _same(best, one)), top - MOST_APART)
    alike = [best, *(one for worth, one in others if top - worth < MOST_APART and _same(best, one))]
    return min(gap, MOST_APART), len({passages[one.passage].article_id for one in alike})


def _same(one: Candidate, other: Candidate) -> bool:
    """Whether two sentences give the same short answer."""
    return one.said in other.said or other.said in one.said


def _choose(found: Sequence[Scored], passages: Sequence[Passage], threshold: float) -> list[Scored]:
    """Which sentences to quote: the best, and those of other articles that say it as well or say otherwise."""
    chosen, disagree = [found[0]], False
    for one in found[1:]:
        if len(chosen) == _QUOTED or one.score < threshold:
            break
        otherwise = not any(_same(one.candidate, other.candidate) for other in chosen)
        elsewhere = _article(one, passages) not in {_article(other, passages) for other in chosen}
        elsewhere = elsewhere and not _is_repeated(one, chosen, passages)
        if otherwise and found[0].worth - one.worth > _FAR:  # it says something else in an article that answers
            continue
        if elsewhere and one.score >= (_DISAGREES if otherwise else _AS_GOOD) * found[0].score:
            chosen.append(one)
            disagree |= otherwise
    if disagree:
        return _newest_first(chosen, passages)
    return chosen


def _is_repeated(one: Scored, chosen: Sequence[Scored], passages: Sequence[Passage]) -> bool:
    """Whether another article says it in nearly the same words: a copy is no second report."""
    said = _words(one, passages)
    return any(is_same_sentence(said, _words(other, passages)) for other in chosen)


def _words(scored: Scored, passages: Sequence[Passage]) -> str:
    return passages[scored.candidate.passage].words_at(scored.candidate.sentence)


def _distinct(found: Iterable[Scored], passages: Sequence[Passage], most: int) -> list[Scored]:
    """The first of them, without those that repeat an earlier one."""
    kept: list[Scored] = []
    for one in found:
        if len(kept) == most:
            break
        if not _is_repeated(one, kept, passages):
            kept.append(one)
    return kept


def _newest_first(found: Iterable[Scored], passages: Sequence[Passage]) -> list[Scored]:
    return sorted(found, key=lambda one: passages[one.candidate.passage].metadata.published or "", reverse=True)


def _related(found: Sequence[Scored]) -> list[Scored]:
    """Those that hold words of the question; what has none may be the likeliest of all, and is nothing to show."""
    return [one for one in found if one.candidate.evidence.shared >= _RELATED]


def _about(found: Sequence[Scored], passages: Sequence[Passage]) -> list[Scored]:
    """What is said of words that ask nothing: statements that hold all of them, of each article one, newest first."""
    of_articles: dict[str, Scored] = {}
    for one in found:
        evidence = one.candidate.evidence
        if evidence.shared == 1 and evidence.statement:
            of_articles.setdefault(_article(one, passages), one)
    return _newest_first(of_articles.values(), passages)


def _plain(text: str) -> str:
    return " ".join(text.casefold().translate(_NO_PUNCTUATION).split())


def _article(scored: Scored, passages: Sequence[Passage]) -> str:
    return passages[scored.candidate.passage].article_id


def _quotation(scored: Scored, passages: Sequence[Passage], asked: Question) -> Quotation:
    likely = _likely(scored, passages, asked)
    passage = passages[likely.passage]
    return replace(likely, span=with_antecedent(passage, likely.span, parse(passage.words_at(likely.span))))


def _likely(scored: Scored, passages: Sequence[Passage], asked: Question) -> Quotation:
    """A sentence by itself, with its short answer."""
    one = scored.candidate
    sentence, start = parse(passages[one.passage].words_at(one.sentence)), one.sentence.start
    within = short_answer(asked, sentence, Span(one.answer.start - start, one.answer.end - start))
    answer = Span(start + within.start, start + within.end) if within else None
    return Quotation(passage=one.passage, span=one.sentence, score=scored.score, answer=answer)


def with_antecedent(passage: Passage, span: Span, sentence: ParsedText) -> Span:
    """A sentence, with the one before it where it begins with a pronoun that stands for something there."""
    if sentence.words[0].lower not in _POINTS_BACK or span not in passage.sentences:
        return span
    at = passage.sentences.index(span)
    before = passage.sentences[at - 1] if at else None
    is_near = before is not None and not passage.words_at(Span(before.end, span.start)).strip(" ")
    return Span(before.start, span.end) if before and is_near else span
