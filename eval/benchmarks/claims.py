"""Claims that people judged: how well the support score tells those that their text supports from those it doesn't.

A fifth is held out, by text; every way has its own best threshold on what it is fitted on. Balanced accuracy is the
mean of the shares of supported and of unsupported claims told right.
"""

import statistics
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from dateline.eval.benchmarks.tables import print_table
from dateline.eval.datasets.claims import ClaimPair, read_claims
from dateline.eval.datasets.files import spread
from dateline.index.embedding.embedder import load_embedder
from dateline.index.splitting.sentences import split_sentences
from dateline.index.types import Embedder, Metadata, Span
from dateline.rag.verification.parsed_text import parse
from dateline.rag.verification.support_score import Overlap, read_overlap, support_score
from dateline.rag.verification.verify import LEAST, find_faults

_OVERLAP = ("held", "held_by_one")
_RULES = {"numbers": ("number",), "dates": ("date",), "names": ("name",), "negations": ("negation", "role")}
"""Kinds of faults that are counted together, up to two."""
_FEATURES = (*_OVERLAP, *_RULES)
_COLUMNS = (*_FEATURES, "cosine")
_WAYS = {
    "lexical overlap alone": ("held",),
    "lexical overlap with the best quote alone": ("held_by_one",),
    "embedding similarity alone": ("cosine",),
    "both": ("held", "cosine"),
    "and overlap with the best quote": ("held", "cosine", "held_by_one"),
    "rules alone": tuple(_RULES),
    "rules, overlap": _FEATURES,
    "rules, overlap, embedding": (*_FEATURES, "cosine"),
}

_BY_SOURCE = ("rules, overlap", "lexical overlap alone", "embedding similarity alone")

Rows = NDArray[np.float64]
Way = Callable[[Rows], NDArray[np.bool_]]
"""Which of some pairs are called supported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Features of some pairs, float64 [pairs, features + the cosine of the nearest quote], and which are supported."""

    rows: Rows
    truth: NDArray[np.bool_]


def run_claims(
    data: Path,
    *,
    fitting: Annotated[int, "how many pairs to fit on; 0 is all"] = 2600,
    held: Annotated[int, "how many pairs to measure; 0 is all that are held out"] = 0,
) -> None:
    """Print the weights fitted and balanced accuracies on the held-out fifth."""
    pairs = read_claims(data / "claims" / "pairs.jsonl.gz")
    embedder = load_embedder()
    fitted = spread([one for one in pairs if not one.is_held_out], fitting)
    tested = spread([one for one in pairs if one.is_held_out], held)
    print(f"{len(fitted)} pairs fitted on, {len(tested)} held out")
    measure(judge(fitted, embedder), judge(tested, embedder), [one.source for one in tested])


def measure(fitted: Judged, tested: Judged, sources: Sequence[str]) -> None:
    """Print the figures of every way, then by source and by threshold."""
    ways = {name: _fitted(features, fitted) for name, features in _WAYS.items()}
    table = ((name, _accuracy(way, tested.rows, tested.truth)) for name, way in ways.items())
    print_table(("way", "balanced accuracy"), table)
    weights = fit(fitted.rows[:, : len(_FEATURES)], fitted.truth)
    print(dict(zip((*_FEATURES, "intercept"), (round(float(one), 3) for one in weights), strict=True)))
    rows = []
    for source in sorted(set(sources)):
        places = [at for at, one in enumerate(sources) if one == source]
        accuracies = (_accuracy(ways[name], tested.rows[places], tested.truth[places]) for name in _BY_SOURCE)
        rows.append((source, len(places), *accuracies))
    print_table(("source", "claims", *_BY_SOURCE), rows)
    _print_scores(tested)


def _fitted(names: Sequence[str], pairs: Judged) -> Way:
    """How these features tell claims: by a logistic model of them and its best threshold on what it is fitted on."""
    columns = [_COLUMNS.index(name) for name in names]
    weights = fit(pairs.rows[:, columns], pairs.truth)

    def score(rows: Rows) -> Rows:
        return np.asarray(rows[:, columns] @ weights[:-1] + weights[-1], np.float64)

    threshold = best_threshold(score(pairs.rows), pairs.truth)
    return lambda rows: score(rows) >= threshold


def _accuracy(way: Way, rows: Rows, truth: NDArray[np.bool_]) -> str:
    return f"{balanced(way(rows), truth):.3f}"


def _print_scores(tested: Judged) -> None:
    """Print where the scores of claims without a fault lie."""
    faultless = tested.rows[:, [_COLUMNS.index(name) for name in _RULES]].sum(1) == 0
    rows, truth = tested.rows[faultless], tested.truth[faultless]
    shipped = np.array([support_score(Overlap(held=row[0], held_by_one=row[1])) for row in rows.tolist()])
    print_table(
        ("score of a claim without a fault", "supported ones below", "others below"),
        [(least, *(f"{np.mean(shipped[truth == side] < least):.3f}" for side in (True, False)))
         for least in sorted({0.5, 0.52, 0.55, 0.6, 0.65, LEAST})],
    )  # fmt: skip


# Features


def judge(pairs: Sequence[ClaimPair], embedder: Embedder) -> Judged:
    """The features of some pairs, the sentences of a text being its quotes."""
    rows: list[tuple[float, ...]] = [()] * len(pairs)
    places = defaultdict(list)
    for at, pair in enumerate(pairs):
        places[pair.premise].append(at)
    for premise, group in places.items():
        quotes = [span.of(premise) for span in split_sentences(premise, Span(0, len(premise)))]
        parsed = [parse(quote) for quote in quotes]
        vectors = embedder.embed_passages([*(pairs[at].hypothesis for at in group), *quotes])
        for place, at in enumerate(group):
            claim = pairs[at].hypothesis
            kinds = [fault.kind for fault in find_faults(parse(claim), parsed, [Metadata()] * len(quotes), embedder)]
            counts = (min(2, sum(kind in some for kind in kinds)) for some in _RULES.values())
            own = np.concatenate([vectors[place : place + 1], vectors[len(group) :]])
            cosine = float((own[1:] @ own[0]).max())
            rows[at] = (*astuple(read_overlap(parse(claim), parsed)), *counts, cosine)
    return Judged(rows=np.array(rows, np.float64), truth=np.array([one.supported for one in pairs], bool))


# Fitting


def fit(rows: Rows, truth: NDArray[np.bool_]) -> Rows:
    """A logistic model by Newton's method, both sides weighing the same; the last weight is the intercept."""
    rows = np.column_stack([rows, np.ones(len(rows))])
    share = np.where(truth, 0.5 / max(1, truth.sum()), 0.5 / max(1, (~truth).sum()))
    weights = np.zeros(rows.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        curve = (rows * (share * chance * (1 - chance))[:, None]).T @ rows + 1e-4 * np.eye(len(weights))
        weights += np.linalg.solve(curve, rows.T @ (share * (truth - chance)) - 1e-4 * weights)
    return np.asarray(weights, np.float64)


def best_threshold(scores: Rows, truth: NDArray[np.bool_]) -> float:
    """The score from which on claims are best called supported."""
    return float(
        max(np.unique(np.quantile(scores, np.linspace(0, 1, 201))), key=lambda one: balanced(scores >= one, truth))
    )


def balanced(called: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    """The mean of the shares of both sides that are called right; of one side where there is only one."""
    sides = [float(np.mean(called[truth == side] == side)) for side in (True, False) if (truth == side).any()]
    return statistics.mean(sides)
