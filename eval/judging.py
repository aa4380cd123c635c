"""What came of a sample: its answer against its target, its scores, and the first step that went wrong."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import fmean

from dateline.eval.kinds import kind_failure, read_stated, score_kind, stated_by_quotations
from dateline.eval.metrics import answers, citations, retrieval
from dateline.eval.metrics.answers import contained
from dateline.eval.metrics.citations import Words, words_in
from dateline.eval.types import Failure, Outcome, Place, Quoted, Retrieved, Sample, Stated, Target
from dateline.index.types import Article, Passage, article_name
from dateline.rag.types import Answer, Citation

_AROUND = 300
"""Characters shown before and after a citation."""

Gold = Sequence[Sequence[Words]]
"""For each gold quotation its words in each place where it stands."""

Scores = dict[str, float]
"""By the name of the figure whose mean they make."""

_CUTOFFS = (1, 4, 10)
_K = 10

Lookup = Callable[[str], Article | None]
"""The article of an id; None where the library holds it no longer."""


def judge(sample: Sample, target: Target, answer: Answer, lookup: Lookup) -> Outcome:
    """The outcome of one sample: what was answered, its scores, and where it went wrong."""
    gold = _gold_words(sample, target)
    cited = tuple(_quoted(one, gold, lookup(one.article_id)) for one in answer.citations)
    nearest = tuple(_quoted(one, gold, lookup(one.article_id)) for one in answer.nearest)
    stated, first = read_stated(answer), answer.nearest[:1]
    holds = _holds_target(sample, answer.text, cited, stated)
    right = holds and all(claim.support.holds for claim in answer.claims)
    nearly = _holds_target(sample, "".join(one.quote for one in first), nearest[:1], stated_by_quotations(first))
    not_said = answer.abstained or (sample.verdict == "not said" and stated.verdict == "not said")
    outcome = Outcome(
        sample=sample,
        stand_alone=answer.stand_alone,
        answer=answer.text,
        short_answer=answer.short_answer,
        stated=stated,
        certainty=answer.certainty,
        reason=answer.reason,
        confidence=answer.confidence,
        supported_share=answer.supported_share,
        claims=answer.claims,
        citations=cited,
        nearest=nearest,
        passages=tuple(retrieved(passage, sample, target) for passage in answer.passages),
        scores={},
        top_passage_scores={},
        right=not_said if sample.unanswerable else right,
        right_if_answered=nearly if answer.abstained else right,
        failure=None,
        timings_ms={**answer.timings_ms, "total": round(sum(answer.timings_ms.values()), 1)},
    )
    return replace(
        outcome,
        failure=None if outcome.right else _failure(outcome, holds=holds),
        scores=_score(outcome, target, gold),
        top_passage_scores=_score_top_passage(sample, outcome.passages[:1], gold),
    )


def _gold_words(sample: Sample, target: Target) -> Gold:
    return [
        [words_in(place.article_id, quote, place.start) for place in places]
        for quote, places in zip(sample.quotes, target.quotes, strict=True)
    ]


def _holds_target(sample: Sample, text: str, quoted: Sequence[Quoted], stated: Stated) -> bool:
    """Whether an answer is right: it holds one of the answers, or, where none is given, quotes the gold words.

    One of a kind of its own is right where it states what it has to.
    """
    if sample.unanswerable or not quoted:
        return False
    if sample.kind != "fact":
        return kind_failure(sample, stated) is None
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
    if outcome.sample.kind != "fact":
        return kind_failure(outcome.sample, outcome.stated) or "unsupported claim"
    near = any(_is_within(one, passage) for one in outcome.citations for passage in right_passages)
    return "wrong span" if near else "retrieved but not chosen"


def _is_within(quoted: Quoted, passage: Retrieved) -> bool:
    return quoted.article_id == passage.article_id and passage.start <= quoted.start < passage.end


def retrieved(passage: Passage, sample: Sample, target: Target) -> Retrieved:
    """A passage with the gold quotations of which it holds characters."""
    quotes = tuple(
        number for number, places in enumerate(target.quotes) if any(_overlap(place, passage) for place in places)
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


def _overlap(place: Place, passage: Passage) -> bool:
    return place.article_id == passage.article_id and place.start < passage.end and passage.start < place.end


def _quoted(citation: Citation, gold: Gold, article: Article | None) -> Quoted:
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


# Scores


def _score(outcome: Outcome, target: Target, gold: Gold) -> Scores:
    """The scores of what was answered; those that do not apply to the sample are left out."""
    sample = outcome.sample
    scores = {"right": float(outcome.right)} | score_kind(sample, outcome.stated)
    if sample.unanswerable and not sample.verdict:
        scores["declined"] = float(outcome.abstained)
    elif not sample.unanswerable:
        cited = [words_in(one.article_id, one.quote, one.start) for one in outcome.citations]
        scores["answered"] = float(not outcome.abstained)
        scores |= score_retrieval(outcome.passages, target)
        scores |= _answer(sample, outcome.answer, outcome.short_answer or outcome.answer)
        scores |= _citation(cited, gold)
    if outcome.citations:
        scores["citation_exactness"] = fmean(one.exact for one in outcome.citations)
    if outcome.supported_share is not None:
        scores["claims_supported"] = outcome.supported_share
    return scores


def _score_top_passage(sample: Sample, first: Sequence[Retrieved], gold: Gold) -> Scores:
    """The scores that quoting the whole of the first passage, whatever was asked, would have had."""
    if sample.unanswerable:
        return dict.fromkeys(("right", "verdict_right" if sample.verdict else "declined"), float(not first))
    text = " ".join(passage.text for passage in first)
    cited = [words_in(passage.article_id, passage.text, passage.start) for passage in first]
    stated = Stated(items=(text,) if first else ())
    if sample.kind != "fact":
        right = float(kind_failure(sample, stated) is None)
    else:
        right = answers.contained(text, sample.answers) if sample.answers else float(any(one.quotes for one in first))
    scores = {"right": right, "answered": float(bool(first))}
    return scores | score_kind(sample, stated) | _answer(sample, text, text) | _citation(cited, gold)


def score_retrieval(passages: Sequence[Retrieved], target: Target) -> Scores:
    """Scores of articles in the order in which they come up, and of gold quotations in the passages."""
    scores: Scores = {}
    if target.articles:
        ranking = [{one} for one in dict.fromkeys(passage.article_id for passage in passages)]
        scores |= _ranking("", retrieval.gains_of(ranking, target.articles), len(target.articles))
    if target.quotes:
        gains = retrieval.gains_of([passage.quotes for passage in passages], range(len(target.quotes)))
        scores |= _ranking("quote_", gains, len(target.quotes))
    return scores


def _ranking(prefix: str, gains: Sequence[int], relevant: int) -> Scores:
    return {
        **{f"{prefix}hits@{k}": retrieval.hits(gains, k) for k in _CUTOFFS},
        f"{prefix}recall@{_K}": retrieval.recall(gains, relevant, _K),
        f"{prefix}mrr@{_K}": retrieval.reciprocal_rank(gains, _K),
        f"{prefix}ndcg@{_K}": retrieval.ndcg(gains, relevant, _K),
    }


def _answer(sample: Sample, text: str, short: str) -> Scores:
    """Exact match and F1 are of the short answer where there is one."""
    if not sample.answers:
        return {}
    return {
        "contained": answers.contained(text, sample.answers),
        "exact_match": answers.exact_match(short, sample.answers),
        "f1": answers.f1(short, sample.answers),
    }


def _citation(cited: Sequence[Words], gold: Gold) -> Scores:
    if not gold:
        return {}
    scores = {"citation_precision": citations.precision(cited, gold), "citation_recall": citations.recall(cited, gold)}
    return {name: score for name, score in scores.items() if score is not None}
