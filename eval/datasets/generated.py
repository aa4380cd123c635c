"""Articles made up in any number, with vectors that were never embedded: for measuring what grows with a library.

Words are those of the shipped tokenizer, which lists them by how common they are, and names behind them, drawn as often
as Zipf and Mandelbrot have it. An article is about one of two thousand topics with words of their own. Its vectors lie
around that topic, whose own vector is embedded for real, spread by those of other topics: as with real texts, any two
that have nothing in common are not at right angles, and neighbours differ in directions that texts take. Cosines of two
chunks of an article / of two articles are 0.79 / 0.11 ± 0.08; of the newsroom set that ships 0.78 / 0.18 ± 0.13.
"""

import json
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from dateline.eval.datasets.libraries import Embedded
from dateline.eval.datasets.passages import whole_article
from dateline.index.types import Chunk, Embedder, Metadata, Span, Vectors

CHUNKS_AN_ARTICLE = 18  # as the news set has them
_SENTENCES_A_CHUNK, _WORDS_A_SENTENCE = 5, 18
_NAMES = 60_000
_SYLLABLES = ("ba dor el fen gri hol is kar len mar nov or pel quin ros sta tor ul ven wex").split()
_TOPICS, _TOPIC_WORDS, _TOPIC_SHARE = 2_000, 60, 0.35
_NAMED = 10  # words of a topic that its vector is made of
_SKIPPED, _EXPONENT = 2.7, 1.1  # Mandelbrot's constants for English
_SOURCES = ("Reuters", "Harwick Post", "Lenn Gazette", "The Courier", "Evening Mail")
_ASKED_NAMED, _ASKED_WORDS = 4, 6


class Newsroom:
    """Makes articles and questions; the same ones each time."""

    def __init__(self, embedder: Embedder) -> None:
        rng = np.random.default_rng(0)
        real = _real_words()
        self._words = np.array([*real, *_names(rng)], object)
        self._chances = np.cumsum(1 / (np.arange(1, len(self._words) + 1) + _SKIPPED) ** _EXPONENT)
        self._topics = rng.integers(200, len(real), (_TOPICS, _TOPIC_WORDS))
        self._embedder = embedder

    def articles(self, chunks: int) -> Iterator[Embedded]:
        """Articles of this many chunks together."""
        for number, start in enumerate(range(0, chunks, CHUNKS_AN_ARTICLE)):
            yield self.article(number, min(CHUNKS_AN_ARTICLE, chunks - start))

    def article(self, number: int, chunks: int = CHUNKS_AN_ARTICLE) -> Embedded:
        """One article, by its number."""
        rng = np.random.default_rng((1, number))
        topic = int(rng.integers(_TOPICS))  # as ``_topic``
        words = self._drawn(rng, topic, chunks * _SENTENCES_A_CHUNK)
        text, found = _written([" ".join(row).capitalize() + "." for row in words])
        published = f"{2000 + number % 25}-{1 + number % 12:02}-{1 + number % 28:02}"
        title, source = " ".join(words[0, :6]).capitalize(), _SOURCES[number % len(_SOURCES)]
        known = Metadata(title=title, source=source, published=published)
        article = whole_article(text, known, f"/generated/{number:06}.txt")
        return Embedded(article=article, chunks=found, vectors=self._placed(rng, topic, chunks))

    def questions(self, count: int, seed: int = 0) -> list[str]:
        """Questions about articles: words of the topic, and words of the text as they come; others by ``seed``."""
        rng = np.random.default_rng((2, seed))
        asked = []
        for number in rng.integers(0, 500, count).tolist():
            named = self._words[self._topics[self._topic(number)][rng.permutation(_NAMED)[:_ASKED_NAMED]]]
            words = re.findall(r"\w+", self.article(number).article.text.lower())
            start = int(rng.integers(0, len(words) - _ASKED_WORDS))
            asked.append(f"what about {' '.join([*named, *words[start : start + _ASKED_WORDS]])}?")
        return asked

    @cached_property
    def _centres(self) -> Vectors:
        centres = self._embedder.embed_passages([" ".join(self._words[topic[:_NAMED]]) for topic in self._topics])
        return _unit(centres - 0.3 * centres.mean(0))  # lists of words have more in common than articles

    def _topic(self, number: int) -> int:
        return int(np.random.default_rng((1, number)).integers(_TOPICS))

    def _drawn(self, rng: np.random.Generator, topic: int, sentences: int) -> NDArray[np.object_]:
        """Words by sentence: most as common as they are, some of the topic."""
        shape = (sentences, _WORDS_A_SENTENCE)
        common = np.searchsorted(self._chances, rng.random(shape) * self._chances[-1])
        # The first words of a topic come more often than the last, as in anything that is written.
        own = self._topics[topic][(rng.random(shape) ** 3 * _TOPIC_WORDS).astype(int)]
        words: NDArray[np.object_] = self._words[np.where(rng.random(shape) < _TOPIC_SHARE, own, common)]
        return words

    def _placed(self, rng: np.random.Generator, topic: int, chunks: int) -> Vectors:
        centre = _unit(self._centres[topic] + 0.3 * self._centres[rng.integers(_TOPICS)])
        others = self._centres[rng.integers(0, _TOPICS, (2, chunks))]
        own = _unit(rng.standard_normal((chunks, len(centre)), np.float32))
        return _unit(centre + 0.4 * others[0] - 0.2 * others[1] + 0.3 * own)


def _real_words() -> list[str]:
    known: dict[str, int] = json.loads(
        files("dateline.index.embedding").joinpath("weights", "tokenizer.json").read_text("utf-8")
    )["model"]["vocab"]
    return [word for word in sorted(known, key=known.__getitem__) if re.fullmatch("[a-z]{2,}", word)]


def _names(rng: np.random.Generator) -> list[str]:
    parts = np.array(_SYLLABLES, object)[rng.integers(0, len(_SYLLABLES), (_NAMES, 4))]
    return ["".join(row) for row in parts]


def _written(sentences: Sequence[str]) -> tuple[str, tuple[Chunk, ...]]:
    """A text of sentences, a paragraph to a chunk."""
    chunks, paragraphs, at = [], [], 0
    for first in range(0, len(sentences), _SENTENCES_A_CHUNK):
        spans = []
        for sentence in sentences[first : first + _SENTENCES_A_CHUNK]:
            spans.append(Span(at, at + len(sentence)))
            at = spans[-1].end + 1
        chunks.append(Chunk(start=spans[0].start, end=spans[-1].end, sentences=tuple(spans)))
        paragraphs.append(" ".join(sentences[first : first + _SENTENCES_A_CHUNK]))
    return "\n".join(paragraphs), tuple(chunks)


def _unit(rows: Vectors) -> Vectors:
    scaled: Vectors = rows / np.linalg.norm(rows, axis=-1, keepdims=True)
    return scaled
