"""Near copies: the same words in several articles, as papers print what an agency wrote."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from dateline.index.types import Passage, Span

_SHINGLE = 3  # words
_WORD = re.compile(r"\w+(?:[.,:]\d+)*")
_ALIKE, _IN_ORDER = 0.8, 0.2  # of the words and of the shingles of two sentences: one or two of a dozen may differ
_COPIED = 0.6  # of a passage's words: the rest is what stands around the copy, or where it was cut
_TURNING = frozenset("no not never none nobody nothing without cannot nor neither".split())
_NUMBERS = frozenset(
    """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion dozen
    half""".split()
)
_OPENING = frozenset(
    "a an and at but by for from he her his in it its of on she that the their they this to we with".split()
)
_LEAST_WORDS = 4  # of a sentence that may differ in a word
_MOST_COPIES = 20  # of one passage


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Every three words in a row of a text, in lower case."""
    return _shingles(_words(text))


def resemblance(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    """Of the shingles of two texts the share that both have, 0 to 1 (Broder 1997)."""
    return len(one & other) / len(one | other) if one and other else 0.0


def is_same_sentence(one: str, other: str) -> bool:
    """Whether two sentences say the same in nearly the same words, with the same numbers, names and denials."""
    return _Sentence.of(one).is_copy_of(_Sentence.of(other))


def copies_of(passage: Passage, span: Span, others: Sequence[Passage]) -> Iterator[tuple[Passage, Span]]:
    """Where other articles hold a sentence, or several in a row, of a passage: of each article the first place.

    Args:
        passage: which holds it.
        span: of the sentence, in its article.
        others: passages to look in.
    """
    inside = [one for one in passage.sentences if span.start <= one.start and one.end <= span.end] or [span]
    wanted = [_Sentence.of(passage.words_at(one)) for one in inside]
    seen = {passage.article_id}
    for other in others:
        if other.article_id in seen:
            continue
        said = [(one, _Sentence.of(other.words_at(one))) for one in other.sentences]
        found = [next((at for at, one in said if sentence.is_copy_of(one)), None) for sentence in wanted]
        places = [at for at in found if at is not None]
        if len(places) == len(found):
            seen.add(other.article_id)
            yield other, Span(min(one.start for one in places), max(one.end for one in places))


@dataclass(frozen=True, slots=True)
class _Sentence:
    words: frozenset[str]
    marks: frozenset[str]
    """Its numbers, names and denials."""
    shingles: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, text: str) -> "_Sentence":
        in_order = _words(text)
        words = frozenset(in_order)
        written = [] if text.isupper() else _WORD.findall(text)
        named = {word.casefold() for word in written if word[0].isupper()} - _OPENING
        counted = {word for word in words if any(map(str.isdigit, word)) or word in _NUMBERS or word in _TURNING}
        return cls(words, frozenset(counted | named), _shingles(in_order))

    def is_like(self, other: "_Sentence") -> bool:
        if min(len(self.words), len(other.words)) < _LEAST_WORDS:
            return self.words == other.words
        shared = len(self.words & other.words) >= _ALIKE * len(self.words | other.words)
        return shared and resemblance(self.shingles, other.shingles) >= _IN_ORDER

    def is_copy_of(self, other: "_Sentence") -> bool:
        return self.marks == other.marks and self.is_like(other)


@dataclass(slots=True)
class _Kept:
    passage: Passage
    sentences: tuple[_Sentence, ...]
    copies: list[Passage] = field(default_factory=list)

    def is_repeated_by(self, passage: Passage, sentences: Sequence[_Sentence]) -> bool:
        if passage.article_id == self.passage.article_id:
            return False
        repeated = 0
        for sentence in sentences:
            like = [one for one in self.sentences if sentence.is_like(one)]
            if any(one.marks == sentence.marks for one in like):
                repeated += len(sentence.words)
            elif like:
                return False
        return repeated > 0 and repeated >= _COPIED * sum(len(one.words) for one in sentences)


class Folding:
    """Passages, best first, without those that repeat an earlier one of another article.

    The earlier one has them as its ``copies``. One that repeats it but for a number, a name or a denial is another
    report, and stays.
    """

    def __init__(self) -> None:
        self._kept: list[_Kept] = []

    def __len__(self) -> int:
        return len(self._kept)

    def take(self, passage: Passage) -> None:
        """Keep one more passage, or put it behind the one that it repeats."""
        sentences = tuple(_Sentence.of(passage.words_at(span)) for span in passage.sentences)
        original = next((one for one in self._kept if one.is_repeated_by(passage, sentences)), None)
        if original is None:
            self._kept.append(_Kept(passage, sentences))
        elif len(original.copies) < _MOST_COPIES:
            original.copies.append(passage)

    def passages(self) -> list[Passage]:
        """What was kept, in the order in which it came."""
        return [replace(one.passage, copies=tuple(one.copies)) if one.copies else one.passage for one in self._kept]


def _words(text: str) -> list[str]:
    plain = text.casefold().replace("’", "'").replace("n't", " not")
    return _WORD.findall(plain.replace("'", ""))


def _shingles(words: Sequence[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(zip(*(words[at:] for at in range(_SHINGLE)), strict=False))
