"""Verification of sentences with one thing altered.

``altered``: answers with one number, date, name or negation altered, and true ones said otherwise: how many are marked.
The sentences are the gold quotations of the sets that ship; PATH is the checkout. An altered claim counts as caught
when it is marked for a reason of the kind that was altered, or marked at all.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from dateline.eval.benchmarks.made_claims import Gold, Made, altered, proper_names, rephrased
from dateline.eval.benchmarks.tables import Scores, print_row, print_table, score_cells
from dateline.eval.datasets.files import read_lines
from dateline.eval.samples import read_samples
from dateline.index.embedding.embedder import load_embedder
from dateline.index.reading.files import find_files, read_file
from dateline.index.splitting.sentences import split_sentences
from dateline.index.types import Article, Embedder
from dateline.rag.parsing.parsed_text import parse
from dateline.rag.verification.check_sentence import best_quotes
from dateline.rag.verification.faults import find_faults
from dateline.rag.verification.verify import verify_claim

SETS = (("seeds/questions.jsonl", "seeds"), ("eval/sets/newsroom/questions.jsonl", "eval/sets/newsroom/articles"))
_PARAPHRASES = "eval/sets/newsroom/paraphrases.jsonl"
_SEED = 5
_KINDS = ("number", "date", "name", "negation")
_HEAD = ("altered", "claims", "marked", "for the right reason")


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
