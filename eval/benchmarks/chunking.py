"""Which budget, overlap and heading of chunks find most: a part of the news set, and exact spans of long texts."""

import random
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from dateline.eval.benchmarks.rankings import Search, fused, vectors_alone, words_alone
from dateline.eval.benchmarks.resources import timed
from dateline.eval.benchmarks.tables import print_table
from dateline.eval.datasets.libraries import Embedded, record_articles
from dateline.eval.datasets.news import SOURCE, WITH_ANSWER, NewsQuestion, Right, news_articles, news_questions
from dateline.eval.datasets.passages import whole_article
from dateline.eval.datasets.spans import SpanQuestion, span_corpora, span_questions
from dateline.index.backends import Backend
from dateline.index.embedding.embedder import load_embedder
from dateline.index.splitting.chunks import embedding_text, split_article
from dateline.index.types import Article, Embedder, Metadata, Passage

_LONGEST = 10_000  # characters of a news article: longer ones cost more time than they tell
_NEAR, _OTHER = 80, 40  # articles beside the gold ones: found for one of the questions, and any
_CORPUS_PART = 60_000  # characters of a long text
_DEEP = 100  # chunks looked at, so that ten different articles come up
_RETURNED = 1_500  # characters that a search of a long text returns, whatever the chunks
_HEAD = (
    "tokens", "overlap", "heading", "chunks/MB", "s", "gold @1", "gold @10", "answer @1", "answer @10", "span recall"
)  # fmt: skip

Heading = Callable[[Metadata, str], str]
_HEADINGS: dict[str, Heading] = {
    "title, date": embedding_text,
    "title": lambda metadata, text: embedding_text(replace(metadata, published=None), text),
    "none": lambda _, text: text,
}


@dataclass(frozen=True, slots=True)
class Variant:
    """One way of making chunks."""

    budget: int
    overlap: int
    heading: str


VARIANTS = (
    *(Variant(budget, 0, "title") for budget in (64, 96, 128, 160, 200)),
    Variant(128, 1, "title"),
    *(Variant(128, 0, heading) for heading in ("title, date", "none")),
)


LongText = tuple[Article, list[SpanQuestion]]
"""The beginning of one of the long texts, with the questions it answers."""


def run_chunking(data: Path) -> None:
    """Print a row of figures for each variant."""
    measure(data, load_embedder(), VARIANTS)


def measure(data: Path, embedder: Embedder, variants: Iterable[Variant]) -> None:
    """Print hits of news articles and recall of spans, each by words, by vectors and fused, for each variant."""
    articles, questions = _news(data)
    texts = _long_texts(data)
    characters = sum(len(article.text) for article in articles)
    print(f"{len(articles)} news articles and {len(questions)} questions;")
    print(f"{len(texts)} long texts and {sum(len(asked) for _, asked in texts)} questions; in each cell")
    print("words, vectors, fused")

    def row(variant: Variant) -> Sequence[object]:
        with TemporaryDirectory() as folder:
            searches, taken = timed(lambda: _searches(Path(folder), articles, embedder, variant))
            density = Backend.open(Path(folder)).record.count_chunks() / characters * 1e6
            hits = _news_hits(searches, {article.origins[0].name for article in articles}, questions)
        costs = f"{density:.0f}", f"{taken / 1000:.0f}"
        return *astuple(variant), *costs, *hits, _cell(_span_recall(texts, embedder, variant))

    print_table(_HEAD, map(row, variants))


def _searches(folder: Path, articles: Iterable[Article], embedder: Embedder, variant: Variant) -> dict[str, Search]:
    """Record the chunks of some articles: what searches them by words, by vectors and by both."""
    heading = _HEADINGS[variant.heading]

    def embedded(article: Article) -> Embedded:
        chunks = split_article(article, embedder, variant.budget, variant.overlap)
        texts = [heading(article.metadata, article.text[one.start : one.end]) for one in chunks]
        return Embedded(article, chunks, embedder.embed_passages(texts))

    record_articles(folder, embedder, map(embedded, articles))
    return {
        "words": words_alone(folder), "vectors": vectors_alone(folder, embedder), "fused": fused(folder, embedder)
    }  # fmt: skip


def _news(data: Path) -> tuple[list[Article], list[NewsQuestion]]:
    """Some articles, the same each time, and the questions that they answer."""
    everything = {
        one.id: whole_article(one.text, Metadata(title=one.title, published=one.published.replace("/", "-")), one.id)
        for one in news_articles(data)
        if len(one.text) <= _LONGEST
    }
    chance = random.Random(0)
    questions = [one for one in news_questions(data) if one.gold_articles and one.gold_articles <= everything.keys()]
    gold = {one for question in questions for one in question.gold_articles}
    found = {one for question in questions for one in question.articles_with_answer & everything.keys()} - gold
    near = chance.sample(sorted(found), min(_NEAR, len(found)))
    left = sorted(everything.keys() - gold - found)
    other = chance.sample(left, min(_OTHER, len(left)))
    return [everything[one] for one in (*sorted(gold), *near, *other)], questions


def _news_hits(searches: Mapping[str, Search], names: set[str], questions: Sequence[NewsQuestion]) -> list[str]:
    ranked = {
        way: [list(dict.fromkeys(passage.origin for passage in search(one.question, _DEEP))) for one in questions]
        for way, search in searches.items()
    }

    def hits(right: Right, k: int) -> str:
        asked = [(at, right(one) & names) for at, one in enumerate(questions) if right(one) & names]
        return _cell([[float(bool(wanted & set(some[at][:k]))) for at, wanted in asked] for some in ranked.values()])

    return [hits(right, k) for right in (SOURCE, WITH_ANSWER) for k in (1, 10)]


def _long_texts(data: Path) -> list[LongText]:
    everything = span_questions(data)
    texts = []
    for corpus in span_corpora(data):
        text = corpus.text[:_CORPUS_PART]
        questions = [one for one in everything if one.corpus == corpus.name]
        inside = [one for one in questions if all(span.end <= len(text) for span in one.references)]
        texts.append((whole_article(text, Metadata(), corpus.name), inside))
    return texts


def _span_recall(texts: Iterable[LongText], embedder: Embedder, variant: Variant) -> list[list[float]]:
    recalls: dict[str, list[float]] = {}
    for article, questions in texts:
        with TemporaryDirectory() as folder:
            searches = _searches(Path(folder), [article], embedder, variant)
            for question in questions:
                for way, search in searches.items():
                    recalls.setdefault(way, []).append(_recall(question, search(question.question, _DEEP)))
    return list(recalls.values())


def _recall(question: SpanQuestion, passages: Iterable[Passage]) -> float:
    """The share of the references' characters among the first ``_RETURNED`` ones; those returned twice count twice."""
    left, returned = _RETURNED, set[int]()
    for one in passages:
        returned.update(range(one.start, min(one.end, one.start + left)))
        left -= min(left, one.end - one.start)
    wanted = {at for span in question.references for at in range(span.start, span.end)}
    return len(wanted & returned) / len(wanted)


def _cell(ways: Sequence[Sequence[float]]) -> str:
    return " ".join(f"{statistics.mean(way):.3f}" for way in ways)
