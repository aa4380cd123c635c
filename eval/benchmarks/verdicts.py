"""Verdicts on claims that people judged: desk's by kind, the held-out fifth of ``claims``, a tenth of VitaminC's cases.

Balanced accuracy is the mean of the shares of true and of false claims that are told right. Beside what ships stand the
rules and the model by themselves, each as a logistic model fitted, with its threshold, on desk's calibration part.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from dateline.eval.benchmarks.tables import mean_cell, print_table
from dateline.eval.datasets.claims import ClaimPair, JudgedClaim, read_claims, read_judged_claims
from dateline.eval.datasets.desk import DeskArticle, DeskClaim, Part, desk_articles, desk_claims
from dateline.eval.datasets.files import spread
from dateline.eval.metrics.abstaining import balanced_accuracy
from dateline.index.embedding.embedder import load_embedder
from dateline.index.splitting.chunks import embedding_text
from dateline.index.splitting.sentences import split_sentences
from dateline.index.types import Embedder, Metadata, Span
from dateline.rag.parsing.parsed_text import parse
from dateline.rag.verification.entailment import shipped_verifier
from dateline.rag.verification.faults import find_faults
from dateline.rag.verification.injection.instructions import paragraph_at, what_is_said
from dateline.rag.verification.support_score import features
from dateline.rag.verification.verify import judge, read_signs

_MODEL, _RULES = slice(0, 1), slice(1, -1)  # columns of the features
_HEAD = ("way", "claims", "balanced accuracy", "true ones marked", "false ones caught")
_RIDGE = 5e-3
_TRUE_MARKED = 0.15  # of the calibration part, where the threshold is set
_NONE = Metadata()
_ORDER = ("supported", "contradicted", "unsupported")

Rows = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A claim with what is cited for it."""

    kind: str
    claim: str
    quotes: tuple[str, ...]
    paragraphs: tuple[str, ...]
    metadata: Metadata
    truth: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """Features of some claims, float64 [claims, features], which are true, and which are called supported."""

    rows: Rows
    truth: Flags
    supported: Flags


def run_verdicts(
    data: Path,
    *,
    claims: Annotated[int, "how many of each set; 0 is all"] = 0,
    fit: Annotated[str, "yes: print the weights of the support score too"] = "no",
) -> None:
    """Print how well true claims are told from false ones, and which kinds of false ones are caught."""
    embedder = load_embedder()
    fitted = _judged(_desk(data, "calibration", claims), embedder)
    if fit == "yes":
        print(fit_weights(fitted.rows, fitted.truth).round(3).tolist())
    ways = {"rules alone": _way_without(fitted, _MODEL), "model alone": _way_without(fitted, _RULES)}
    dev = _desk(data, "dev", claims)
    judged = _judged(dev, embedder)
    print("\ndesk, dev part")
    print_table(_HEAD, _rows(judged, ways))
    by_kind = defaultdict(list)
    for case, supported in zip(dev, judged.supported.tolist(), strict=True):
        by_kind[case.truth, case.kind].append(float(not supported))
    kinds = [
        ("true" if truth else "false", kind, len(some), mean_cell(some)) for (truth, kind), some in by_kind.items()
    ]
    print_table(("claims that are", "kind", "claims", "marked"), sorted(kinds))
    print("\nclaims, the held-out fifth by text")
    pairs = [one for one in read_claims(data / "claims" / "pairs.jsonl.gz") if one.is_held_out]
    print_table(_HEAD, _rows(_judged(map(_of_pair, spread(pairs, claims)), embedder), ways))
    print("\nVitaminC, a tenth by case")
    cases = [one for one in read_judged_claims(data / "claims" / "vitaminc.jsonl.gz") if one.tenth == 0]
    print_table(("verdict", "claims", "told right by the model"), _three_verdicts(spread(cases, claims)))


def _rows(judged: _Judged, ways: dict[str, Callable[[Rows], Flags]]) -> Iterable[Sequence[object]]:
    called = {name: way(judged.rows) for name, way in ways.items()} | {"as shipped": judged.supported}
    for name, supported in called.items():
        marked, caught = (1 - supported[judged.truth].mean(), 1 - supported[~judged.truth].mean())
        cells = (balanced_accuracy(supported, judged.truth), marked, caught)
        yield name, len(supported), *(f"{one:.3f}" for one in cells)


def _three_verdicts(cases: Sequence[JudgedClaim]) -> Iterable[Sequence[object]]:
    evidence = [embedding_text(Metadata(title=one.title), one.text) for one in cases]
    said = shipped_verifier().probabilities(evidence, [one.claim for one in cases]).argmax(1)
    truth = np.array([2 if one.supported is None else 0 if one.supported else 1 for one in cases])
    for at, name in enumerate(_ORDER):
        yield name, int((truth == at).sum()), mean_cell((said == truth)[truth == at].astype(float).tolist())
    yield "all", len(truth), mean_cell((said == truth).astype(float).tolist())


# The claims


def _desk(data: Path, part: Part, most: int) -> list[_Case]:
    articles = desk_articles(data)
    return [_of_desk(one, articles[one.article]) for one in spread(desk_claims(data, part), most)]


def _of_desk(one: DeskClaim, article: DeskArticle) -> _Case:
    places = [article.text.index(quote) for quote in one.evidence]
    return _Case(
        kind=one.kind,
        claim=one.claim,
        quotes=one.evidence,
        paragraphs=tuple(
            paragraph_at(article.text, at, at + len(quote)) for at, quote in zip(places, one.evidence, strict=True)
        ),
        metadata=Metadata(title=article.title, published=article.published, source=article.source),
        truth=one.supported,
    )


def _of_pair(pair: ClaimPair) -> _Case:
    quotes = tuple(span.of(pair.premise) for span in split_sentences(pair.premise, Span(0, len(pair.premise))))
    return _Case(
        kind=pair.source,
        claim=pair.hypothesis,
        quotes=quotes,
        paragraphs=quotes,
        metadata=Metadata(),
        truth=pair.supported,
    )


def _judged(cases: Iterable[_Case], embedder: Embedder) -> _Judged:
    rows, truth, supported = list[tuple[float, ...]](), list[bool](), list[bool]()
    for case in cases:
        claim, quotes = parse(case.claim), [parse(one) for one in case.quotes]
        said = [what_is_said(*each) for each in zip(quotes, [claim] * len(quotes), case.paragraphs, strict=True)]
        metadata = [case.metadata] * len(quotes)
        signs = read_signs(claim, said, metadata, tuple(find_faults(claim, said, metadata, embedder)))
        rows.append(features(signs.supported, signs.findings))
        truth.append(case.truth)
        supported.append(judge(claim, quotes, said, metadata, embedder).holds)
    return _Judged(rows=np.array(rows, np.float64), truth=np.array(truth, bool), supported=np.array(supported, bool))


# Fitting


def _way_without(fitted: _Judged, columns: slice) -> Callable[[Rows], Flags]:
    """How the features tell claims of which some are left out."""
    kept = np.ones(fitted.rows.shape[1])
    kept[columns] = 0
    weights = fit_weights(fitted.rows * kept, fitted.truth)
    return lambda rows: np.asarray((rows * kept) @ weights >= 0, bool)


def fit_weights(rows: Rows, truth: Flags) -> Rows:
    """A logistic model's weights, the last one set so that a share of the true ones scores below 0: float64 [features].

    ``rows`` are features, the last of which is 1. What has few claims keeps near to what is expected of a fault, -1.
    """
    expected = np.array([0.5, *[-1.0] * (rows.shape[1] - 2), 0.0])
    ridge = np.diag([1e-3, *[_RIDGE] * (rows.shape[1] - 2), 1e-4])
    share = np.full(len(rows), 1 / len(rows))
    weights = fit_logistic(rows, truth, share, ridge, expected)
    weights[-1] -= np.quantile((rows @ weights)[truth], _TRUE_MARKED)
    return weights


def fit_logistic(rows: Rows, truth: NDArray[Any], share: Rows, ridge: Rows, expected: Rows | None = None) -> Rows:
    """The weights of a logistic model by Newton's method: float64 [features].

    ``share`` is how much each row weighs, ``ridge``, a diagonal matrix, how much it costs a weight to be far from what
    is expected, 0 unless given.
    """
    expected = np.zeros(rows.shape[1]) if expected is None else expected
    weights = expected.copy()
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        curve = (rows * (share * chance * (1 - chance))[:, None]).T @ rows + ridge
        weights += np.linalg.solve(curve, rows.T @ (share * (truth - chance)) - ridge @ (weights - expected))
    return np.asarray(weights, np.float64)
