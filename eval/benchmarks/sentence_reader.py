"""Fits and measures the scoring of sentences: ``python -m eval.benchmarks sentence_reader --data PATH``.

Fitted on SQuAD 1.1 train (CC BY-SA 4.0), half of NQ (CC BY-SA 3.0) and half of ClapNQ (Apache-2.0); measured on SQuAD
dev and the other halves. What retrieval brings is played by the nearest paragraphs by cosine: ten with the gold one
among them, ten of the same subjects without it, or the gold paragraph alone. To learn what a name is worth, some
questions are asked again with a name of another question in its place: then nothing answers.
"""

import gzip
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embedding import load_embedder
from index.sentences import split_sentences
from index.types import Embedder, Metadata, Passage, Span
from rag.questions import parse_question
from rag.scoring import FEATURES, Weights, candidates, measure, score

_LEXICAL = ("words in sentence",)
_CONTEXT = ("cosine of passage", "rank of passage", "words in context", "words in passage")
_ABLATIONS = {
    "embedding only": ("cosine of sentence",),
    "lexical only": _LEXICAL,
    "embedding + lexical": ("cosine of sentence", *_LEXICAL),
    "+ expression": ("cosine of sentence", *_LEXICAL, "expression missing"),
    "+ context": ("cosine of sentence", *_LEXICAL, "expression missing", *_CONTEXT),
    "all": FEATURES,
}
_CALIBRATED = ("names elsewhere", "names missing", "expression missing")
_THRESHOLD = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One question over one set of passages: what was measured of every sentence, and which of them are right."""

    source: str
    rows: NDArray[np.float64]
    right: NDArray[np.bool_]
    """All False where nothing answers."""
    unsure: NDArray[np.bool_]
    """Other sentences that hold the answer string."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question of a data set with the paragraph that answers it."""

    source: str
    question: str
    gold: int
    """Index of that paragraph."""
    article: str
    """Its id."""
    right: frozenset[int]
    """Where the right sentences of that paragraph begin."""
    answers: tuple[str, ...]


class Vectors:
    """Embeds every text once."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, NDArray[np.float32]] = {}

    def of(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """float32 [n, d]."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, self._embedder.embed_passages(new), strict=True) if new else ())
        return np.stack([self._known[text] for text in texts])


def run(data: Path) -> None:
    """Print the weights fitted on ``data`` and how well they choose and decline, by ablation."""
    vectors = Vectors(load_embedder())
    nq, clapnq = list(_nq(data, vectors)), list(_clapnq(data, vectors))
    fitting = [*_squad(data, "train", (20, 600), vectors), *nq[: len(nq) // 2], *clapnq[::2]]
    held = [*_squad(data, "dev", (10, 300), vectors), *nq[len(nq) // 2 :], *clapnq[1::2]]
    print(f"{len(fitting)} fitted on, {len(held)} measured; threshold {_THRESHOLD}")
    for name, features in _ABLATIONS.items():
        weights = fit(fitting, [FEATURES.index(feature) for feature in features])
        print(f"{name:20}", " | ".join(_line(source, held, weights) for source in ("squad", "nq", "clapnq")))
    print({name: round(float(value), 2) for name, value in zip(FEATURES, weights.features, strict=True)})
    print("intercept", round(weights.intercept, 2))


def fit(samples: Sequence[Measured], columns: Sequence[int]) -> Weights:
    """A conditional logit chooses among the sentences, a logistic model on its sum tells whether the best is right."""
    chosen = np.zeros(len(FEATURES))
    chosen[columns] = _conditional_logit([sample for sample in samples if sample.right.any()], columns)
    known = [FEATURES.index(name) for name in _CALIBRATED if FEATURES.index(name) in columns]
    best = [int(np.argmax(sample.rows @ chosen)) for sample in samples]
    kept = [(sample, at) for sample, at in zip(samples, best, strict=True) if not sample.unsure[at]]
    rows = np.array([[sample.rows[at] @ chosen, *sample.rows[at][known], 1.0] for sample, at in kept])
    slope, *extra, intercept = _logistic(rows, np.array([sample.right[at] for sample, at in kept], float))
    chosen *= slope
    chosen[known] += extra
    return Weights(features=tuple(chosen), intercept=float(intercept))


def _conditional_logit(samples: Sequence[Measured], columns: Sequence[int]) -> NDArray[np.float64]:
    kept = [~sample.unsure for sample in samples]
    rows = np.concatenate([sample.rows[keep][:, columns] for sample, keep in zip(samples, kept, strict=True)])
    right = np.concatenate([sample.right[keep] for sample, keep in zip(samples, kept, strict=True)])
    starts = np.cumsum([0, *(int(keep.sum()) for keep in kept)])[:-1]
    group = np.repeat(np.arange(len(kept)), [int(keep.sum()) for keep in kept])
    scale = rows.std(0) + 1e-6
    rows /= scale
    weights = np.zeros(len(columns))
    velocity = np.zeros(len(columns))
    for _ in range(600):
        sums = rows @ weights
        odds = np.exp(sums - np.maximum.reduceat(sums, starts)[group])
        share = odds / np.add.reduceat(odds, starts)[group]
        share_right = odds * right / np.add.reduceat(odds * right, starts)[group]
        velocity = 0.9 * velocity + rows.T @ (share_right - share) / len(kept) - 0.002 * weights
        weights += 0.3 * velocity
    return np.asarray(weights / scale, np.float64)


def _logistic(rows: NDArray[np.float64], truth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Newton's method; the last column is the intercept."""
    weights = np.zeros(rows.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-rows @ weights))
        curve = (rows * (chance * (1 - chance))[:, None]).T @ rows + 1e-3 * np.eye(len(weights))
        weights += np.linalg.solve(curve, rows.T @ (truth - chance) - 1e-3 * weights)
    return weights


def _line(source: str, held: Sequence[Measured], weights: Weights) -> str:
    """How often the best sentence is right, in ten paragraphs and in the gold one; how often answered, declined."""

    def rate(kind: str, measure_one: Callable[[Measured, NDArray[np.float64]], bool]) -> str:
        values = [measure_one(one, score(one.rows, weights)) for one in held if one.source == f"{source} {kind}"]
        return f"{np.mean(values):.3f}" if values else "-"

    right = ", ".join(rate(kind, lambda one, p: bool(one.right[np.argmax(p)])) for kind in ("ten", "gold"))
    kind = "gold" if source == "clapnq" else "ten"
    answered = rate(kind, lambda one, p: p.max() >= _THRESHOLD)
    declined = ", ".join(rate(kind, lambda one, p: p.max() < _THRESHOLD) for kind in ("none", "renamed"))
    return f"{source}: right {right}; answered {answered}; declined {declined}"


def _squad(data: Path, name: str, size: tuple[int, int], vectors: Vectors) -> Iterator[Measured]:
    rows, chance = list(_rows(data, f"squad/{name}")), random.Random(1)
    titles = chance.sample(sorted({row["title"] for row in rows}), size[0])
    rows = [row for row in rows if row["title"] in titles]
    passages = {row["context"]: _passage(row["context"], row["title"].replace("_", " ")) for row in rows}
    order = {text: number for number, text in enumerate(passages)}
    asked = [
        Asked(
            source="squad",
            question=row["question"],
            gold=order[row["context"]],
            article=passages[row["context"]].article_id,
            right=_holding(passages[row["context"]], [answer["start"] for answer in row["answers"]]),
            answers=tuple(answer["text"].lower() for answer in row["answers"]),
        )
        for row in chance.sample(rows, size[1])
    ]
    yield from _asked(asked, tuple(passages.values()), vectors)
    yield from _renamed(asked, tuple(passages.values()), vectors)


def _nq(data: Path, vectors: Vectors) -> Iterator[Measured]:
    rows = list(_rows(data, "nq/train"))[:500]
    passages = {row["context"]: _passage(row["context"], row["title"]) for row in rows}
    order = {text: number for number, text in enumerate(passages)}
    asked = []
    for row in rows:
        text, answers = row["context"], tuple(answer.lower() for answer in row["answers"])
        places = [text.lower().find(answer) for answer in answers]
        right = _holding(passages[text], [place for place in places if place >= 0])
        if right:
            article = passages[text].article_id
            one = Asked(
                source="nq", question=row["question"], gold=order[text], article=article, right=right, answers=answers
            )
            asked.append(one)
    return _asked(asked, tuple(passages.values()), vectors)


def _clapnq(data: Path, vectors: Vectors) -> Iterator[Measured]:
    for name in ("answerable", "unanswerable"):
        for row in _rows(data, f"clapnq/{name}"):
            source = row["passages"][0]
            text = " ".join(source["sentences"])
            starts = np.cumsum([0, *(len(sentence) + 1 for sentence in source["sentences"])])
            spans = tuple(
                Span(int(start), int(start) + len(sentence))
                for start, sentence in zip(starts, source["sentences"], strict=False)
                if sentence
            )
            chosen = {sentence for output in row["output"] for sentence in output["selected_sentences"]}
            right = frozenset(span.start for span in spans if span.of(text) in chosen)
            passage = replace(_passage(text, source["title"]), sentences=spans)
            asked = Asked(
                source="clapnq", question=row["input"], gold=0, article=passage.article_id, right=right, answers=()
            )
            yield _measured(asked, (passage,), "gold" if name == "answerable" else "none", vectors)


def _asked(asked: Sequence[Asked], passages: Sequence[Passage], vectors: Vectors) -> Iterator[Measured]:
    """Every question over ten paragraphs with the gold one among them, over that one alone, and over ten without it."""
    for one in asked:
        order = _nearest(one.question, passages, vectors)
        ten = order[:10] if one.gold in order[:10] else [*order[:9], one.gold]
        free = [at for at in order[:30] if not any(answer in passages[at].text.lower() for answer in one.answers)]
        yield _measured(one, [passages[at] for at in ten], "ten", vectors)
        yield _measured(one, [passages[one.gold]], "gold", vectors)
        if free:
            yield _measured(replace(one, right=frozenset()), [passages[at] for at in free[:10]], "none", vectors)


def _renamed(asked: Sequence[Asked], passages: Sequence[Passage], vectors: Vectors) -> Iterator[Measured]:
    """Questions with one name put in another's place: of the same paragraph, else of another question."""
    chance = random.Random(2)
    names = [_names_of(one.question) for one in asked]
    for one, own in zip(asked[::2], names[::2], strict=True):
        near = [name for name in _names_of(passages[one.gold].text) if name.lower() not in one.question.lower()]
        far = [name for name in chance.choice(names) if name.lower() not in passages[one.gold].text.lower()]
        pool = near if chance.random() < 0.5 and near else far
        if own and pool:
            question = one.question.replace(chance.choice(own), chance.choice(pool))
            renamed = replace(one, question=question, right=frozenset(), answers=())
            order = _nearest(question, passages, vectors)[:9]
            ten = [passages[at] for at in dict.fromkeys((*order, one.gold))]
            yield _measured(renamed, ten, "renamed", vectors)


def _names_of(text: str) -> list[str]:
    words = [word.strip(".,?!;:()\"'") for word in text.split()[1:]]
    return [word for word in words if word[:1].isupper() and len(word) > 2 and word.isalpha()]


def _nearest(question: str, passages: Sequence[Passage], vectors: Vectors) -> list[int]:
    cosines = vectors.of([_titled(passage) for passage in passages]) @ vectors.of([question])[0]
    return [int(at) for at in np.argsort(-cosines, kind="stable")]


def _measured(asked: Asked, passages: Sequence[Passage], kind: str, vectors: Vectors) -> Measured:
    question = vectors.of([asked.question])[0]
    near = vectors.of([_titled(passage) for passage in passages]) @ question
    pairs = sorted(zip(near, passages, strict=True), key=lambda pair: -float(pair[0]))
    found = [replace(passage, cosine=float(cosine)) for cosine, passage in pairs]
    sentences = candidates(found)
    right = [
        found[sentence.passage].article_id == asked.article and sentence.span.start in asked.right
        for sentence in sentences
    ]
    holds = [any(answer in sentence.text.lower() for answer in asked.answers) for sentence in sentences]
    return Measured(
        source=f"{asked.source} {kind}",
        rows=measure(
            parse_question(asked.question), sentences, found, vectors.of([one.text for one in sentences]) @ question
        ),
        right=np.array(right, bool),
        unsure=np.array(holds, bool) & ~np.array(right, bool),
    )


def _titled(passage: Passage) -> str:
    return f"{passage.metadata.title}. {passage.text}"


def _passage(text: str, title: str) -> Passage:
    return Passage(
        article_id=sha256(text.encode()).hexdigest()[:16],
        metadata=Metadata(title=title),
        origin=title,
        start=0,
        end=len(text),
        text=text,
        sentences=split_sentences(text, Span(0, len(text))),
        score=0.0,
        text_rank=None,
        vector_rank=None,
        cosine=0.0,
    )


def _holding(passage: Passage, places: Sequence[int]) -> frozenset[int]:
    """Where the sentences begin that hold one of ``places``."""
    return frozenset(span.start for span in passage.sentences for at in places if span.start <= at < span.end)


def _rows(data: Path, name: str) -> Iterator[dict[str, Any]]:
    with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)
