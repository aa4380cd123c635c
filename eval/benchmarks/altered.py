"""Answers with one number, date, name or negation altered, and true ones said otherwise: how many are marked.

The sentences are the gold quotations of the sets that ship; PATH is the checkout. An altered claim counts as caught
when it is marked for a reason of the kind that was altered, or marked at all.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter

from dateline.eval.benchmarks.alterations import altered, proper_names
from dateline.eval.benchmarks.rephrasings import Gold, Made, rephrased
from dateline.eval.benchmarks.tables import mean_cell, print_row, print_table
from dateline.eval.datasets.files import read_lines
from dateline.eval.samples import read_samples
from dateline.index.embedding.embedder import load_embedder
from dateline.index.reading.files import find_files, read_file
from dateline.index.splitting.sentences import split_sentences
from dateline.index.types import Article, Embedder, Metadata
from dateline.rag.verification.check_sentence import best_quotes
from dateline.rag.verification.parsed_text import parse
from dateline.rag.verification.verify import find_faults, verify_claim

SETS = (("seeds/questions.jsonl", "seeds"), ("eval/sets/newsroom/questions.jsonl", "eval/sets/newsroom/articles"))
_PARAPHRASES = "eval/sets/newsroom/paraphrases.jsonl"
_SEED = 5
_KINDS = ("number", "date", "name", "negation")
_HEAD = ("altered", "claims", "marked", "for the right reason")


@dataclass(frozen=True, slots=True)
class _Paraphrase:
    claim: str
    quote: str


_PARAPHRASE = TypeAdapter(_Paraphrase)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """What claims are made of."""

    golds: tuple[Gold, ...]
    metadata: tuple[Metadata, ...]
    """Of each article."""
    names: tuple[tuple[str, ...], ...]
    """For each article, the names of its set."""
    sentences: tuple[tuple[str, ...], ...]
    """Of each article."""


def read_shipped(checkout: Path) -> Shipped:
    """The gold sentences of the sets that ship, each once."""
    golds, articles, names = [], list[Article](), []
    for file, folder in SETS:
        found = [
            one for path in find_files([checkout / folder])[0] for one in read_file(path) if isinstance(one, Article)
        ]
        names += [tuple(proper_names(one.text for one in found))] * len(found)
        quotes = dict.fromkeys(quote for sample in read_samples(checkout / file).samples for quote in sample.quotes)
        for quote in quotes:
            at = next(at for at, one in enumerate(found) if quote in one.text)
            golds.append(Gold(text=quote, article=len(articles) + at))
        articles += found
    return Shipped(
        golds=tuple(golds),
        metadata=tuple(one.metadata for one in articles),
        names=tuple(names),
        sentences=tuple(tuple(_sentences(one)) for one in articles),
    )


def _sentences(article: Article) -> Iterator[str]:
    return (span.of(article.text) for part in article.body for span in split_sentences(article.text, part))


def true_claims(shipped: Shipped, checkout: Path) -> Iterator[Made]:
    """Each sentence in its own words and in others, then what people wrote of some of them."""
    yield from (made for gold in shipped.golds for made in rephrased(gold))
    golds = {gold.text: gold for gold in shipped.golds}
    for line in read_lines(checkout / _PARAPHRASES, _PARAPHRASE, "file of paraphrases"):
        yield Made(gold=golds[line.quote], claim=line.claim, way="written by hand")


def false_claims(shipped: Shipped) -> Iterator[Made]:
    """Each sentence with one thing altered, in every way there is."""
    chance = random.Random(_SEED)
    return (made for gold in shipped.golds for made in altered(gold, shipped.names[gold.article], chance))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the verifier says of a made claim."""

    supported: bool
    is_right: bool
    """Whether it is marked for the kind of thing that was altered."""


def run(data: Path) -> None:
    """Print how many claims of each kind are marked, first the true ones, then the altered ones."""
    shipped, embedder = read_shipped(data), load_embedder()
    true = [(made, _verdict(made, shipped, embedder)) for made in true_claims(shipped, data)]
    print_table(("true claims", "claims", "marked"), (row[:3] for row in _rows(true)))
    false = [(made, _verdict(made, shipped, embedder)) for made in false_claims(shipped)]
    for name, known in (("words that the verifier lists", True), ("words that it doesn't", False)):
        print(f"\naltered, {name}")
        print_table(_HEAD, _rows([one for one in false if one[0].is_known is known]))
    print("\naltered, all")
    print_table(_HEAD, [_row(kind, [one for one in false if one[0].kind == kind]) for kind in _KINDS])
    print_row(_row("all", false))
    written = [made for made, _ in true if made.way in ("written by hand", "clause dropped", "attribution dropped")]
    _print_unmarked(written, shipped, embedder)


def _print_unmarked(made: Sequence[Made], shipped: Shipped, embedder: Embedder) -> None:
    """Print how often the sentence that a claim was made of is found among those of all articles."""
    sentences = [sentence for article in shipped.sentences for sentence in article]
    vectors = embedder.embed_passages(sentences)
    stems = [parse(sentence).stems for sentence in sentences]
    ways: dict[str, list[tuple[bool, bool]]] = {"words": [], "embedding": [], "both, as shipped": []}
    for one in made:
        words = np.array([len(parse(one.claim).stems & held) for held in stems])
        cosines = vectors @ embedder.embed_question(one.claim)
        orders = [np.argsort(-scores, kind="stable").tolist() for scores in (words, cosines)]
        found = (*orders, best_quotes(one.claim, sentences, embedder))
        for way, order in zip(ways.values(), found, strict=True):
            first, *more = [one.gold.text in sentences[place] for place in order[:2]] or [False]
            way.append((first, first or any(more)))
    print()
    print_table(
        ("claims without a marker", "claims", "right sentence first", "among two"),
        [
            (way, len(some), *(mean_cell([float(one[at]) for one in some]) for at in (0, 1)))
            for way, some in ways.items()
        ],
    )


def _verdict(made: Made, shipped: Shipped, embedder: Embedder) -> Verdict:
    quote, metadata = made.gold.text, [shipped.metadata[made.gold.article]]
    support = verify_claim(made.claim, [quote], metadata, embedder)
    faults = iter(()) if support.supported else find_faults(parse(made.claim), [parse(quote)], metadata, embedder)
    # A word that stands out is shown beside what the quote says in its place: of a negation altered, the right reason.
    right = any(one.kind == made.kind or (one.kind, made.kind) == ("word", "negation") for one in islice(faults, 1))
    return Verdict(supported=support.supported, is_right=right)


def _rows(judged: Sequence[tuple[Made, Verdict]]) -> Iterator[tuple[object, ...]]:
    for way in sorted({made.way for made, _ in judged}):
        yield _row(way, [one for one in judged if one[0].way == way])
    yield _row("all", judged)


def _row(name: str, judged: Sequence[tuple[Made, Verdict]]) -> tuple[object, ...]:
    marked = mean_cell([float(not verdict.supported) for _, verdict in judged])
    return name, len(judged), marked, mean_cell([float(verdict.is_right) for _, verdict in judged])
