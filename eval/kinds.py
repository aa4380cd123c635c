"""Lists, latest values, yes or no, comparisons: what an answer states of each, and whether that is right."""

import re
from collections.abc import Iterator, Sequence

from dateline.eval.metrics.answers import contained, item_precision, item_recall, newest_first
from dateline.eval.types import Failure, Sample, Stated
from dateline.rag.types import Answer, Citation, Claim, YesNo

_YES_NO = re.compile(r"\s*(yes|no)\b(?! one\b)", re.IGNORECASE)


def read_stated(answer: Answer) -> Stated:
    """What an answer states: where a chat model wrote it, what it wrote; else what the articles say together."""
    written = [claim.text for claim in answer.claims if _is_written(claim)]
    together = answer.together
    verdict = _verdict(written) or together.verdict
    return Stated(
        items=tuple(_items(answer, written)),
        verdict=verdict or ("not said" if answer.abstained else None),
        result=next(iter(written), None) or together.result or answer.short_answer,
    )


def stated_by_quotations(quotations: Sequence[Citation]) -> Stated:
    """What quotations alone state."""
    items = tuple(one.short_answer or one.quote for one in quotations)
    return Stated(items=items, result=next((one.short_answer for one in quotations if one.short_answer), None))


def score_kind(sample: Sample, stated: Stated) -> dict[str, float]:
    """The scores that only samples of this kind have, by the name of the figure whose mean they make."""
    if sample.unanswerable and not sample.verdict:
        return {}
    if sample.kind == "list":
        gold = [item.answers for item in sample.items]
        precision = item_precision(stated.items, gold)
        scores = {"item_recall": item_recall(stated.items, gold)}
        return scores if precision is None else {**scores, "item_precision": precision}
    if sample.kind == "latest":
        first = {"newest_first": newest_first(stated.items, sample.answers)}
        earlier = [item.answers for item in sample.earlier]
        return {**first, "earlier_named": item_recall(stated.items, earlier)} if earlier else first
    if sample.kind == "yes-no":
        return {"verdict_right": float(stated.verdict == sample.verdict)}
    if sample.kind == "comparison":
        return {"result_right": contained(stated.result or "", sample.result)}
    return {}


def kind_failure(sample: Sample, stated: Stated) -> Failure | None:
    """What is wrong with what is stated of a sample of some kind; None where nothing is, or it asks for one fact."""
    scores = score_kind(sample, stated)
    reasons: dict[str, Failure] = {
        "item_recall": "items missing",
        "item_precision": "items that are none",
        "newest_first": "newest not first",
        "earlier_named": "earlier not named",
        "verdict_right": "wrong verdict",
        "result_right": "wrong result",
    }
    return next((why for name, why in reasons.items() if scores.get(name, 1.0) < 1.0), None)


def _items(answer: Answer, written: Sequence[str]) -> Iterator[str]:
    """The sentences of a chat model; else of each group, or each quotation, its short answer or its words."""
    if written:
        yield from written
    elif answer.together.groups:
        for group in answer.together.groups:
            yield group.short_answer or answer.citations[group.citations[0]].quote
    else:
        quoted = [answer.citations[number] for claim in answer.claims for number in claim.citations]
        yield from stated_by_quotations(quoted).items


def _is_written(claim: Claim) -> bool:
    """Whether a chat model wrote it, and it claims something."""
    return claim.support.verdict not in ("quoted", None)


def _verdict(written: Sequence[str]) -> YesNo | None:
    """Yes or no where the first sentence that a chat model wrote begins with it."""
    found = _YES_NO.match(written[0]) if written else None
    return None if found is None else "yes" if found[1].lower() == "yes" else "no"
