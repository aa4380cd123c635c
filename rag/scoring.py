"""How well single sentences answer a question: what is measured of a sentence, and the weights of it."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index.types import Passage, Span
from rag.expressions import find_expressions
from rag.questions import Question, content_stems

_BEFORE = 2  # sentences before one that tell what its pronouns stand for


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A sentence that may answer."""

    passage: int
    """Index of the passage it was first met in."""
    span: Span
    """Into the article's text."""
    text: str
    context: str
    """What a reader of it has read: the title, the first sentence of the passage, the sentences before."""


def candidates(passages: Sequence[Passage]) -> tuple[Candidate, ...]:
    """Every sentence of ``passages``; one that comes again, in an overlap or another article, counts once."""
    found: dict[str, Candidate] = {}
    for number, passage in enumerate(passages):
        texts = [passage.text[span.start - passage.start : span.end - passage.start] for span in passage.sentences]
        for place, (span, text) in enumerate(zip(passage.sentences, texts, strict=True)):
            key = " ".join(text.split()).casefold()
            if not any(letter.isalnum() for letter in key) or key in found:
                continue
            before = texts[max(0, place - _BEFORE) : place]
            context = " ".join((passage.metadata.title or "", texts[0], *before))
            found[key] = Candidate(passage=number, span=span, text=text, context=context)
    return tuple(found.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Of a logistic model: one for each of ``FEATURES`` in order."""

    features: tuple[float, ...]
    intercept: float


FEATURES = (
    "cosine of sentence",
    "cosine of passage",
    "rank of passage",
    "words in sentence",
    "words in context",
    "words in passage",
    "names elsewhere",
    "names missing",
    "expression missing",
)
"""The columns of `measure`, in order. Words and names are those of the question."""

WEIGHTS = Weights(features=(1.32, 3.39, 0.24, 2.72, 1.52, 1.11, -5.1, -1.38, -0.59), intercept=-4.27)
"""Fitted on SQuAD 1.1 train, NQ and ClapNQ by ``python -m eval.benchmarks sentence_reader --data PATH``."""


def measure(
    question: Question, sentences: Sequence[Candidate], passages: Sequence[Passage], cosines: NDArray[np.float32]
) -> NDArray[np.float64]:
    """What is known of each of ``sentences``: float64 [n, len(FEATURES)].

    Args:
        question: what was asked.
        sentences: at least one.
        passages: those that the sentences come from, best first.
        cosines: float32 [n], between question and sentence.
    """
    words = [stems(sentence.text) for sentence in sentences]
    read = [stems(f"{passage.metadata.title or ''} {passage.text}") for passage in passages]
    spoken = frozenset[str]().union(*words, *read)
    asked = _Asked(terms=tuple(_Term.among(term, spoken, words) for term in question.terms))
    rows = []
    for sentence, here, cosine in zip(sentences, words, cosines, strict=True):
        passage = passages[sentence.passage]
        nearby = here | read[sentence.passage]
        in_sentence = asked.share(here)
        context = here | stems(sentence.context)
        in_context = asked.share(context)
        missing = asked.missing(question.names, nearby | context)
        rows.append(
            (
                float(cosine),
                passage.cosine,
                1 / (1 + sentence.passage),
                in_sentence,
                in_context - in_sentence,
                max(0.0, asked.share(nearby) - in_context),
                asked.missing(question.names, context) - missing,
                missing,
                float(not answers_kind(question, sentence.text)),
            )
        )
    return np.array(rows, np.float64)


def score(rows: NDArray[np.float64], weights: Weights = WEIGHTS) -> NDArray[np.float64]:
    """From what `measure` says of sentences to the probability that each answers: float64 [n]."""
    logits = rows @ np.array(weights.features) + weights.intercept
    return np.asarray(1 / (1 + np.exp(-logits)), np.float64)


def answers_kind(question: Question, text: str) -> bool:
    """Whether a sentence has an expression of the kind wanted that the question does not hold itself."""
    return question.wants is None or any(True for _ in new_expressions(question, text))


def new_expressions(question: Question, text: str) -> Iterator[str]:
    """The expressions of the kind wanted in a sentence, in lower case, but for those that the question holds."""
    if question.wants is None:
        return
    for span in find_expressions(question.wants, text):
        said = stems(span.of(text))
        if not said or said - frozenset(question.terms):
            yield span.of(text).lower()


@lru_cache(maxsize=2048)
def stems(text: str) -> frozenset[str]:
    """The stems of the content words of ``text``."""
    return frozenset(content_stems(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Term:
    """A content word of the question, and what it is worth: the rarer among the sentences, the more."""

    stem: str
    forms: frozenset[str]
    """The stems among what was read that are taken for it."""
    weight: float

    @classmethod
    def among(cls, term: str, spoken: frozenset[str], sentences: Sequence[frozenset[str]]) -> "_Term":
        forms = frozenset(word for word in spoken if word == term or _akin(word, term))
        count = sum(not forms.isdisjoint(words) for words in sentences)
        return cls(stem=term, forms=forms, weight=math.log((len(sentences) + 1) / (count + 0.5)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The content words of a question, weighted."""

    terms: tuple[_Term, ...]

    def share(self, words: frozenset[str]) -> float:
        """How much of the question is among ``words``, 0 to 1."""
        total = sum(term.weight for term in self.terms)
        said = sum(term.weight for term in self.terms if not term.forms.isdisjoint(words))
        return said / total if total else 0.0

    def missing(self, names: frozenset[str], words: frozenset[str]) -> float:
        """The share of the question's names that are not among ``words``."""
        absent = sum(term.stem in names and term.forms.isdisjoint(words) for term in self.terms)
        return absent / len(names) if names else 0.0


def _akin(word: str, term: str) -> bool:
    """Whether one goes on where the other ends, as in Syria and Syrian; figures are never akin."""
    short, long = sorted((word, term), key=len)
    return len(short) >= 4 and len(long) - len(short) <= 2 and short.isalpha() and long.startswith(short)
