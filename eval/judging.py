"""What came of a sample: its answer against its target, and the first step that went wrong."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from dateline.eval.metrics.answers import contained
from dateline.eval.metrics.citations import Words, words_in
from dateline.eval.scoring import Judged, score, score_top_passage
from dateline.eval.types import Failure, Outcome, Quoted, Retrieved, Sample, Target
from dateline.index.naming import article_name
from dateline.index.types import Article, Passage
from dateline.rag.types import Answer, Citation

_AROUND = 300
"""Characters shown before and after a citation."""

Lookup = Callable[[str], Article | None]
"""The article of an id; None where the library holds it no longer."""


def judge(sample: Sample, target: Target, answer: Answer, lookup: Lookup) -> Outcome:
    """The outcome of one sample: what was answered, its scores, and where it went wrong."""
    gold = _gold_words(sample, target)
    cited, withheld = (
        tuple(_quoted(one, gold, lookup(one.article_id)) for one in several)
        for several in (answer.citations, answer.withheld)
    )
    holds = _holds_target(sample, answer.text, cited)
    right = holds and all(claim.support.supported for claim in answer.claims)
    nearly = _holds_target(sample, " ".join(one.quote for one in withheld), withheld)
    outcome = Outcome(
        sample=sample,
        stand_alone=answer.stand_alone,
        answer=answer.text,
        short_answer=answer.short_answer,
        abstained=answer.abstained,
        reason=answer.reason,
        confidence=answer.confidence,
        claims=answer.claims,
        citations=cited,
        withheld=withheld,
        passages=tuple(_retrieved(passage, sample, target) for passage in answer.passages),
        scores={},
        top_passage_scores={},
        right=answer.abstained if sample.unanswerable else right,
        right_if_answered=nearly if answer.abstained else right,
        failure=None,
        timings_ms={**answer.timings_ms, "total": round(sum(answer.timings_ms.values()), 1)},
    )
    judged = Judged(outcome=outcome, target=target, gold=gold)
    return replace(
        outcome,
        failure=None if outcome.right else _failure(outcome, holds=holds),
        scores=score(judged),
        top_passage_scores=score_top_passage(judged, outcome.passages[:1]),
    )


def _gold_words(sample: Sample, target: Target) -> tuple[tuple[Words, ...], ...]:
    """For each gold quotation its words in each place where it stands."""
    return tuple(
        tuple(words_in(place.article_id, quote, place.start) for place in places)
        for quote, places in zip(sample.quotes, target.quotes, strict=True)
    )


def _holds_target(sample: Sample, text: str, quoted: Sequence[Quoted]) -> bool:
    """Whether an answer is right: it holds one of the answers, or, where none is given, quotes the gold words."""
    if sample.unanswerable or not quoted:
        return False
    return bool(contained(text, sample.answers)) if sample.answers else any(one.gold for one in quoted)


def _failure(outcome: Outcome, *, holds: bool) -> Failure:
    if outcome.sample.unanswerable:
        return "answered without an answer"
    if holds:
        return "unsupported claim"
    right_passages = [passage for passage in outcome.passages if passage.holds_answer]
    if not right_passages:
        return "not retrieved"
    if outcome.abstained:
        return "chosen but abstained" if outcome.right_if_answered else "retrieved but not chosen"
    near = any(_is_within(one, passage) for one in outcome.citations for passage in right_passages)
    return "wrong span" if near else "retrieved but not chosen"


def _is_within(quoted: Quoted, passage: Retrieved) -> bool:
    return quoted.article_id == passage.article_id and passage.start <= quoted.start < passage.end


def _retrieved(passage: Passage, sample: Sample, target: Target) -> Retrieved:
    quotes = tuple(
        number
        for number, places in enumerate(target.quotes)
        if any(
            place.article_id == passage.article_id and place.start < passage.end and passage.start < place.end
            for place in places
        )
    )
    return Retrieved(
        article_id=passage.article_id,
        title=article_name(passage.metadata, passage.origin),
        start=passage.start,
        end=passage.end,
        text=passage.text,
        quotes=quotes,
        holds_answer=bool(quotes if sample.quotes else contained(passage.text, sample.answers)),
    )


def _quoted(citation: Citation, gold: Sequence[Sequence[Words]], article: Article | None) -> Quoted:
    exact = article is not None and article.text[citation.start : citation.end] == citation.quote
    text = article.text if article and exact else citation.quote
    start, end = (citation.start, citation.end) if exact else (0, len(text))
    words = words_in(citation.article_id, citation.quote, citation.start)
    known = citation.metadata
    return Quoted(
        article_id=citation.article_id,
        title=article_name(known, citation.origin),
        source=known.source,
        published=known.published,
        url=known.url,
        start=citation.start,
        end=citation.end,
        before=text[max(0, start - _AROUND) : start],
        quote=citation.quote,
        after=text[end : end + _AROUND],
        exact=exact,
        gold=any(words & place for quotation in gold for place in quotation) if gold else None,
    )
