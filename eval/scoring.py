"""The scores of one sample, by the name of the figure whose mean they make."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dateline.eval.metrics import answers, citations, retrieval
from dateline.eval.metrics.citations import Words, words_in
from dateline.eval.types import Outcome, Retrieved, Sample, Target

_CUTOFFS = (1, 4, 10)
_K = 10

Scores = dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An outcome beside its target."""

    outcome: Outcome
    target: Target
    gold: Sequence[Sequence[Words]]
    """For each gold quotation its words in each place where it stands."""


def score(judged: Judged) -> Scores:
    """The scores of what was answered; those that do not apply to the sample are left out."""
    outcome, sample = judged.outcome, judged.outcome.sample
    scores = {"right": float(outcome.right)}
    if sample.unanswerable:
        scores["declined"] = float(outcome.abstained)
    else:
        cited = [words_in(one.article_id, one.quote, one.start) for one in outcome.citations]
        scores["answered"] = float(not outcome.abstained)
        scores |= _retrieval(outcome.passages, judged.target)
        scores |= _answer(sample, outcome.answer, outcome.short_answer or outcome.answer)
        scores |= _citation(cited, judged.gold)
    if outcome.citations:
        scores["citation_exactness"] = _share(one.exact for one in outcome.citations)
    if outcome.claims:
        scores["claims_supported"] = _share(claim.support.supported for claim in outcome.claims)
    return scores


def score_top_passage(judged: Judged, first: Sequence[Retrieved]) -> Scores:
    """The scores that quoting the whole of the first passage, whatever was asked, would have had."""
    sample = judged.outcome.sample
    if sample.unanswerable:
        return {"right": float(not first), "declined": float(not first)}
    text = " ".join(passage.text for passage in first)
    cited = [words_in(passage.article_id, passage.text, passage.start) for passage in first]
    right = answers.contained(text, sample.answers) if sample.answers else float(any(one.quotes for one in first))
    return {
        "right": right,
        "answered": float(bool(first)),
        **_answer(sample, text, text),
        **_citation(cited, judged.gold),
    }


def _retrieval(passages: Sequence[Retrieved], target: Target) -> Scores:
    """Of articles in the order in which they come up, and of gold quotations in the passages."""
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


def _citation(cited: Sequence[Words], gold: Sequence[Sequence[Words]]) -> Scores:
    if not gold:
        return {}
    precision = citations.precision(cited, gold)
    known = {} if precision is None else {"citation_precision": precision}
    return {**known, "citation_recall": citations.recall(cited, gold)}


def _share(true: Iterable[bool]) -> float:
    values = list(true)
    return sum(values) / len(values)
