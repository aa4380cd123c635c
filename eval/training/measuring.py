"""Dev figures: how well answers are found in the gold paragraph, and passages that answer are told from others."""

import random
import re
import string
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dateline.eval.training.corpus import Asked, read_clapnq, read_squad
from dateline.eval.training.examples import Batch, Examples, pack
from dateline.eval.training.mining import Example
from dateline.index.types import Span
from dateline.rag.reader.crossencoder import Pair, PairTokenizer

_LONGEST_ANSWER = 30  # tokens
_SAMPLE_SEED = 20  # every run measures the same questions
_BATCH = 16

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


@dataclass(frozen=True, slots=True)
class Read:
    """What a model says of one pair; NumPy's float32."""

    first: NDArray[np.float32]
    """[tokens]"""
    last: NDArray[np.float32]
    """[tokens]"""
    answerable: float


ReadBatch = Callable[[Batch], Sequence[Read]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Of one model on one sample."""

    exact_match: float
    """Percent of SQuAD's questions."""
    f1: float
    """Percent."""
    auc: float
    """That a passage of ClapNQ that answers its question scores above one that does not."""


@dataclass(frozen=True, slots=True)
class _Sample:
    asked: Asked
    pair: Pair
    text: str


class DevSet:
    """A sample of ``squad/dev`` and the half of ClapNQ that is not trained on."""

    def __init__(self, data: Path, questions: int) -> None:
        """Take ``questions`` of SQuAD's, or all if there are not so many."""
        squad = list(read_squad(data, "dev"))
        squad = random.Random(_SAMPLE_SEED).sample(squad, min(questions, len(squad)))
        tokenizer = PairTokenizer()
        self._samples = [_sample(one, tokenizer) for one in (*squad, *read_clapnq(data, part=1))]
        self._examples = pack(
            Example(kind=one.asked.source, pair=one.pair, answerable=one.asked.answerable, answer=None)
            for one in self._samples
        )

    def measure(self, read: ReadBatch) -> Figures:
        """The figures of a model."""
        found = list(zip(self._samples, _read_all(self._examples, read), strict=True))
        squad = [(_answer_of(one, what), one.asked.answers) for one, what in found if one.asked.source == "squad"]
        clapnq = [(what.answerable, one.asked.answerable) for one, what in found if one.asked.source == "clapnq"]
        return Figures(
            exact_match=100 * float(np.mean([exact_match(*one) for one in squad])),
            f1=100 * float(np.mean([f1(*one) for one in squad])),
            auc=auc([score for score, truth in clapnq if truth], [score for score, truth in clapnq if not truth]),
        )


def _sample(asked: Asked, tokenizer: PairTokenizer) -> _Sample:
    text = asked.paragraph.of(asked.article.text)
    return _Sample(asked, tokenizer.pair(asked.text, asked.article.metadata, text), text)


def _read_all(examples: Examples, read: ReadBatch) -> list[Read]:
    """What is read of every example, in batches of about the same length."""
    order = np.argsort(examples.lengths, kind="stable")
    found: list[tuple[int, Read]] = []
    for start in range(0, len(order), _BATCH):
        numbers = order[start : start + _BATCH]
        found += zip(numbers.tolist(), read(examples.batch(numbers)), strict=True)
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


def _answer_of(sample: _Sample, read: Read) -> str:
    """The words of the likeliest span."""
    end = sample.pair.text + len(sample.pair.spans)
    span = best_span(read.first[sample.pair.text : end], read.last[sample.pair.text : end])
    return sample.pair.span_of(sample.pair.text + span.start, sample.pair.text + span.end - 1).of(sample.text)


def best_span(first: NDArray[np.float32], last: NDArray[np.float32]) -> Span:
    """The tokens whose first and last logit have the largest sum: at least one, at most ``_LONGEST_ANSWER``."""
    sums = first[:, np.newaxis] + last[np.newaxis]
    lengths = np.arange(len(first))[np.newaxis] - np.arange(len(first))[:, np.newaxis] + 1
    sums[(lengths < 1) | (lengths > _LONGEST_ANSWER)] = -np.inf
    start, end = np.unravel_index(int(np.argmax(sums)), sums.shape)
    return Span(int(start), int(end) + 1)


def exact_match(answer: str, answers: Iterable[str]) -> float:
    """1 where an answer is one of those given, as SQuAD compares them (Rajpurkar et al. 2016)."""
    return float(any(normalise(answer) == normalise(one) for one in answers))


def f1(answer: str, answers: Iterable[str]) -> float:
    """Overlap in words with the nearest of the answers given, as SQuAD measures it."""
    return max(_f1(normalise(answer).split(), normalise(one).split()) for one in answers)


def _f1(words: Sequence[str], others: Sequence[str]) -> float:
    shared = (Counter(words) & Counter(others)).total()
    return 2 * shared / (len(words) + len(others)) if shared else 0.0


def normalise(text: str) -> str:
    """Lower case, without punctuation, articles and extra white space: SQuAD's own rule."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_NO_PUNCTUATION)).split())


def auc(right: Sequence[float], wrong: Sequence[float]) -> float:
    """The chance that one of ``right`` is above one of ``wrong``; equal ones count half."""
    differences = np.subtract.outer(np.array(right), np.array(wrong))
    return float(np.mean((differences > 0) + 0.5 * (differences == 0)))
