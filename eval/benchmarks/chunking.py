"""Which budget, overlap and heading of chunks find most: a part of the news set, and exact spans of long texts."""

import random
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from dateline.eval.datasets.news import NewsQuestion, news_articles, news_questions
from dateline.eval.datasets.spans import SpanQuestion, span_corpora, span_questions
from dateline.index.fusion import fuse
from dateline.index.splitting.chunks import embedding_text, split_article
from dateline.index.storage.fulltext import search_words
from dateline.index.storage.schema import WORDS_TABLE
from dateline.index.types import Article, Chunk, ChunkIds, Embedder, Metadata, Span, Vectors

_LONGEST = 10_000  # characters of a news article: longer ones cost more time than they tell
_NEAR, _OTHER = 80, 40  # articles beside the gold ones: found for one of the questions, and any
_CORPUS_PART = 60_000  # characters of a long text
_DEEP = 100  # chunks looked at, so that ten different articles come up
_RETURNED = 1_500  # characters that a search of a long text returns, whatever the chunks

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


@dataclass(frozen=True, slots=True)
class LongText:
    """The beginning of one of the long texts, with the questions it answers."""

    article: Article
    questions: tuple[SpanQuestion, ...]


def run(data: Path) -> None:
    """Print a row of figures for each variant."""
    from dateline.index.embedding.embedder import load_embedder

    measure(data, load_embedder(), VARIANTS)


def measure(data: Path, embedder: Embedder, variants: Iterable[Variant]) -> None:
    """Print hits of news articles and recall of spans, each by words, by vectors and fused, for each variant."""
    articles, questions = _news(data)
    texts = _long_texts(data)
    size = sum(len(article.text) for article in articles.values())
    print(f"{len(articles)} news articles of {size / 1e6:.1f} MB and {len(questions)} questions;")
    print(f"{len(texts)} long texts and {sum(len(text.questions) for text in texts)} questions; in each cell")
    print("words, vectors, fused")
    print("| tokens | overlap | heading | chunks/MB | s | gold @1 | gold @10 | answer @1 | answer @10 | span recall |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for variant in variants:
        started = time.perf_counter()
        index = _Index(list(articles.values()), embedder, variant)
        seconds = time.perf_counter() - started
        cells = [*_news_hits(index, list(articles), questions), _cell(_span_recall(texts, embedder, variant))]
        density = len(index.chunks) / size * 1e6
        print(f"| {variant.budget} | {variant.overlap} | {variant.heading} | {density:.0f} | {seconds:.0f} | ", end="")
        print(" | ".join(cells) + " |", flush=True)


class _Index:
    """The chunks of some articles, searched by words, by vectors and by both."""

    def __init__(self, articles: Sequence[Article], embedder: Embedder, variant: Variant) -> None:
        self._embedder = embedder
        self.chunks: list[tuple[int, Chunk]] = []
        self._words = sqlite3.connect(":memory:")
        self._words.execute(WORDS_TABLE)
        headed = []
        for number, article in enumerate(articles):
            for chunk in split_article(article, embedder, variant.budget, variant.overlap):
                text = article.text[chunk.start : chunk.end]
                headed.append(_HEADINGS[variant.heading](article.metadata, text))
                self._words.execute(
                    "INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)",
                    (len(self.chunks), article.metadata.title, text),
                )
                self.chunks.append((number, chunk))
        self._vectors: Vectors = embedder.embed_passages(headed)

    def search(self, question: str) -> dict[str, list[tuple[int, Chunk]]]:
        """The chunks that come up, best first, with the number of their article, for each way of searching."""
        words, vectors = self._by_words(question), self._by_vectors(question)
        fused = [one.chunk_id for one in fuse(words, vectors)]
        ids = {"words": words.tolist(), "vectors": vectors.tolist(), "fused": fused}
        return {way: [self.chunks[one] for one in found] for way, found in ids.items()}

    def _by_words(self, question: str) -> ChunkIds:
        return search_words(self._words, question, len(self.chunks), _DEEP)

    def _by_vectors(self, question: str) -> ChunkIds:
        cosines = self._vectors @ self._embedder.embed_question(question)
        return np.argsort(-cosines, kind="stable")[:_DEEP].astype(np.int64)


def _news(data: Path) -> tuple[dict[str, Article], list[NewsQuestion]]:
    """Some articles by their ids in the set, the same each time, and the questions that they answer."""
    everything = {
        one.id: Article(
            text=one.text,
            body=(Span(0, len(one.text)),),
            metadata=Metadata(title=one.title, published=one.published.replace("/", "-")),
            origins=(),
        )
        for one in news_articles(data)
        if len(one.text) <= _LONGEST
    }
    chance = random.Random(0)
    questions = [one for one in news_questions(data) if one.gold_articles and one.gold_articles <= everything.keys()]
    gold = {one for question in questions for one in question.gold_articles}
    found = {one for question in questions for one in question.articles_with_answer & everything.keys()} - gold
    near = chance.sample(sorted(found), min(_NEAR, len(found)))
    other = chance.sample(sorted(everything.keys() - gold - found), _OTHER)
    return {one: everything[one] for one in (*sorted(gold), *near, *other)}, questions


def _news_hits(index: _Index, names: list[str], questions: list[NewsQuestion]) -> list[str]:
    cells: dict[tuple[str, int], dict[str, list[bool]]] = {}
    for question in questions:
        for way, found in index.search(question.question).items():
            ranked = list(dict.fromkeys(names[number] for number, _ in found))
            with_answer = question.articles_with_answer & set(names)
            for right, wanted in (("gold", question.gold_articles), ("answer", with_answer)):
                for k in (1, 10) if wanted else ():
                    cells.setdefault((right, k), {}).setdefault(way, []).append(bool(wanted & set(ranked[:k])))
    return [_cell(list(cells[right, k].values())) for right in ("gold", "answer") for k in (1, 10)]


def _long_texts(data: Path) -> list[LongText]:
    everything = span_questions(data)
    texts = []
    for corpus in span_corpora(data):
        text = corpus.text[:_CORPUS_PART]
        questions = [one for one in everything if one.corpus == corpus.name]
        inside = tuple(one for one in questions if all(span.end <= len(text) for span in one.references))
        article = Article(text=text, body=(Span(0, len(text)),), metadata=Metadata(), origins=())
        texts.append(LongText(article, inside))
    return texts


def _span_recall(texts: list[LongText], embedder: Embedder, variant: Variant) -> list[list[float]]:
    recalls: dict[str, list[float]] = {}
    for text in texts:
        index = _Index([text.article], embedder, variant)
        for question in text.questions:
            for way, found in index.search(question.question).items():
                recalls.setdefault(way, []).append(_recall(question, [chunk for _, chunk in found]))
    return list(recalls.values())


def _recall(question: SpanQuestion, chunks: Iterable[Chunk]) -> float:
    """The share of the references' characters among the first ``_RETURNED`` ones; those returned twice count twice."""
    left, returned = _RETURNED, set[int]()
    for chunk in chunks:
        returned.update(range(chunk.start, min(chunk.end, chunk.start + left)))
        left -= min(left, chunk.end - chunk.start)
    wanted = {at for span in question.references for at in range(span.start, span.end)}
    return len(wanted & returned) / len(wanted)


def _cell(ways: Sequence[Sequence[float]]) -> str:
    return " ".join(f"{statistics.mean(way):.3f}" for way in ways)
