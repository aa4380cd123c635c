"""Verification: of claims that people judged, and of sentences with one thing altered.

``claims``: how well the support score tells those that their text supports from those it doesn't. A fifth is held out,
by text; every way has its own best threshold on what it is fitted on. Balanced accuracy is the mean of the shares of
supported and of unsupported claims told right.

``altered``: answers with one number, date, name or negation altered, and true ones said otherwise: how many are marked.
The sentences are the gold quotations of the sets that ship; PATH is the checkout. An altered claim counts as caught
when it is marked for a reason of the kind that was altered, or marked at all.
"""

import random
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from dateline.eval.benchmarks.made_claims import Gold, Made, altered, proper_names, rephrased
from dateline.eval.benchmarks.tables import Scores, print_row, print_table, score_cells
from dateline.eval.datasets.claims import ClaimPair, read_claims
from dateline.eval.datasets.files import read_lines, spread
from dateline.eval.samples import read_samples
from dateline.index.embedding.embedder import load_embedder
from dateline.index.reading.files import find_files, read_file
from dateline.index.splitting.sentences import split_sentences
from dateline.index.types import Article, Embedder, Metadata, Span
from dateline.rag.parsing.parsed_text import parse
from dateline.rag.verification.check_sentence import best_quotes
from dateline.rag.verification.support_score import Overlap, read_overlap, support_score
from dateline.rag.verification.verify import LEAST, find_faults, verify_claim

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
SETS = (("seeds/questions.jsonl", "seeds"), ("eval/sets/newsroom/questions.jsonl", "eval/sets/newsroom/articles"))
_PARAPHRASES = "eval/sets/newsroom/paraphrases.jsonl"
_SEED = 5
_KINDS = ("number", "date", "name", "negation")
_HEAD = ("altered", "claims", "marked", "for the right reason")

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
    """A logistic model, both sides weighing the same; the last weight is the intercept."""
    share = np.where(truth, 0.5 / max(1, truth.sum()), 0.5 / max(1, (~truth).sum()))
    return fit_logistic(np.column_stack([rows, np.ones(len(rows))]), truth, share, ridge=1e-4)


def fit_logistic(rows: Rows, truth: NDArray[Any], share: Rows, ridge: float | Rows) -> Rows:
    """The weights of a logistic model by Newton's method: float64 [features].

    ``share`` is how much each row weighs, ``ridge`` how much is asked of weights, one for all or a diagonal matrix.
    """
    weights = np.zeros(rows.shape[1])
    ridge = ridge * np.eye(len(weights)) if isinstance(ridge, float) else ridge
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        curve = (rows * (share * chance * (1 - chance))[:, None]).T @ rows + ridge
        weights += np.linalg.solve(curve, rows.T @ (share * (truth - chance)) - ridge @ weights)
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


# One thing altered


def read_articles(folder: Path) -> list[Article]:
    """The articles of the files in a folder."""
    return [one for path in find_files([folder])[0] for one in read_file(path) if isinstance(one, Article)]


def read_golds(checkout: Path) -> list[Gold]:
    """The gold sentences of the sets that ship, each once."""
    golds = []
    for file, folder in SETS:
        articles = read_articles(checkout / folder)
        names = tuple(proper_names(one.text for one in articles))
        for quote in dict.fromkeys(quote for one in read_samples(checkout / file).samples for quote in one.quotes):
            article = next(one for one in articles if quote in one.text)
            golds.append(Gold(text=quote, metadata=article.metadata, names=names))
    return golds


def true_claims(golds: Iterable[Gold], checkout: Path) -> Iterator[Made]:
    """Each sentence in its own words and in others, then what people wrote of some of them."""
    by_text = {gold.text: gold for gold in golds}
    yield from (made for gold in by_text.values() for made in rephrased(gold))
    for line in read_lines(checkout / _PARAPHRASES, dict[str, str], "file of paraphrases"):
        yield Made(gold=by_text[line["quote"]], claim=line["claim"], way="written by hand")


def false_claims(golds: Iterable[Gold]) -> Iterator[Made]:
    """Each sentence with one thing altered, in every way there is."""
    chance = random.Random(_SEED)
    return (made for gold in golds for made in altered(gold, chance))


def run_altered(data: Path) -> None:
    """Print how many claims of each kind are marked, first the true ones, then the altered ones."""
    golds, embedder = read_golds(data), load_embedder()
    true = [(made, _scores(made, embedder)) for made in true_claims(golds, data)]
    print_table(("true claims", "claims", "marked"), (row[:3] for row in _rows(true)))
    false = [(made, _scores(made, embedder)) for made in false_claims(golds)]
    for name, known in (("words that the verifier lists", True), ("words that it doesn't", False)):
        print(f"\naltered, {name}")
        print_table(_HEAD, _rows([one for one in false if one[0].is_known is known]))
    print("\naltered, all")
    print_table(_HEAD, [_row(kind, [one for one in false if one[0].kind == kind]) for kind in _KINDS])
    print_row(_row("all", false))
    written = [made for made, _ in true if made.way in ("written by hand", "clause dropped", "attribution dropped")]
    articles = [article for _, folder in SETS for article in read_articles(data / folder)]
    _print_unmarked(written, [sentence for article in articles for sentence in _sentences_of(article)], embedder)


def _sentences_of(article: Article) -> Iterator[str]:
    return (span.of(article.text) for part in article.body for span in split_sentences(article.text, part))


def _print_unmarked(made: Sequence[Made], sentences: Sequence[str], embedder: Embedder) -> None:
    """Print how often the sentence that a claim was made of is found among those of all articles."""
    vectors = embedder.embed_passages(sentences)
    stems = [parse(sentence).stems for sentence in sentences]
    ways: dict[str, list[Scores]] = {"words": [], "embedding": [], "both, as shipped": []}
    for one in made:
        words = np.array([len(parse(one.claim).stems & held) for held in stems])
        cosines = vectors @ embedder.embed_question(one.claim)
        orders = [np.argsort(-scores, kind="stable").tolist() for scores in (words, cosines)]
        found = (*orders, best_quotes(one.claim, sentences, embedder))
        for way, order in zip(ways.values(), found, strict=True):
            right = [one.gold.text in sentences[place] for place in order[:2]] or [False]
            way.append({"right sentence first": float(right[0]), "among two": float(any(right))})
    print()
    head = ("right sentence first", "among two")
    rows = ((way, len(scores), *score_cells(scores, head)) for way, scores in ways.items())
    print_table(("claims without a marker", "claims", *head), rows)


def _scores(made: Made, embedder: Embedder) -> Scores:
    """Whether the verifier marks a made claim, and for the kind of thing that was altered."""
    quote, metadata = made.gold.text, [made.gold.metadata]
    support = verify_claim(made.claim, [quote], metadata, embedder)
    faults = iter(()) if support.holds else find_faults(parse(made.claim), [parse(quote)], metadata, embedder)
    # A word that stands out is shown beside what the quote says in its place: of a negation altered, the right reason.
    right = any(one.kind == made.kind or (one.kind, made.kind) == ("word", "negation") for one in islice(faults, 1))
    return {"marked": float(not support.holds), "for the right reason": float(right)}


def _rows(judged: Sequence[tuple[Made, Scores]]) -> Iterator[tuple[object, ...]]:
    for way in sorted({made.way for made, _ in judged}):
        yield _row(way, [one for one in judged if one[0].way == way])
    yield _row("all", judged)


def _row(name: str, judged: Sequence[tuple[Made, Scores]]) -> tuple[object, ...]:
    return name, len(judged), *score_cells([scores for _, scores in judged], _HEAD[2:])
