"""What the reader learns from: questions with passages, drawn in groups.

A group is a question with a passage that answers it and others that don't, or an unanswerable question beside its
answerable twin. Every round has the same number of groups of each set (``SOURCES``); which they are, and how their
passages are cut, depends on seed and round alone, so that a run goes on after a stop with what it would have seen.
"""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from dateline.eval.training.desk_passages import AskedDesk, FoundPassage
from dateline.eval.training.examples import Example, Group, taken
from dateline.eval.training.reader_sets import SOURCES, Question, Source
from dateline.eval.training.windows import (
    LONG,
    MIDDLE,
    SHORT,
    any_length,
    cut,
    exchange,
    holds,
    leave_out,
    moved,
    sentences_of,
    within,
    words_of,
)
from dateline.index.types import Metadata, Span
from dateline.rag.reader.crossencoder import tokenize_pair

_ALONE = ("clapnq", "qamr", "tweetqa", "onestopqa")  # sets that are given no passage without an answer
_WRONG = 0.36  # of the other questions have one beside theirs
_LEAST = 60  # characters of a passage whose answer was left out
_UNKNOWN = 6.0  # how rare a word is that no paragraph has
_BEST, _AMONG = 8, 3  # paragraphs of the same article: looked at, and drawn from
_OWN, _OTHER = 2, 5  # passages found for a question of desk that are drawn from


class ReaderMixture:
    """Draws the groups of a round."""

    def __init__(
        self,
        sets: Mapping[str, Sequence[Question]],
        desk: Sequence[AskedDesk],
        seed: int,
        sources: Mapping[str, Source] = SOURCES,
    ) -> None:
        """Take the questions of each set, and those of desk, of which only the training part is learned from."""
        trained = [one for one in desk if one.article.part == "training"]
        self._desk = {
            "desk": [one for one in trained if one.question.answerable],
            "desk near": [one for one in trained if not one.question.answerable],
        }
        self._sets, self._seed, self._sources = sets, seed, sources
        self._of_article: dict[str, list[AskedDesk]] = defaultdict(list)
        for one in self._desk["desk"]:
            self._of_article[one.article.id].append(one)
        self._paragraphs: dict[str, list[tuple[str, set[str]]]] = defaultdict(list)
        self._rarity = self._index([*sets.get("squad", ()), *sets.get("shifts", ())])

    def _index(self, questions: Sequence[Question]) -> dict[str, float]:
        """Keep the paragraphs by title, for wrong passages of the same article; gives how rare their words are."""
        counted: Counter[str] = Counter()
        for title, context in dict.fromkeys((one.metadata.title or "", one.context) for one in questions):
            words = words_of(context)
            counted.update(words)
            self._paragraphs[title].append((context, words))
        total = sum(map(len, self._paragraphs.values()))
        return {word: math.log(total / count) for word, count in counted.items()}

    def round(self, number: int) -> list[Group]:
        """The groups of a round, in no order."""
        groups: list[Group] = []
        for name, source in self._sources.items():
            size = len(self._desk.get(name) or self._sets.get(name, ()))
            for at in range(number * source.quota, (number + 1) * source.quota) if size else ():
                place = taken(size, f"{self._seed} {name}", at)
                chance = random.Random(f"{self._seed} {number} {at} {name}")
                groups.append(list(self._draw(name, place, chance, choice=len(groups))))
        return list(filter(None, groups))

    def _draw(self, name: str, place: int, chance: random.Random, choice: int) -> Iterator[Example]:
        if name == "desk":
            return self._of_desk(self._desk[name][place], chance, choice)
        if name == "desk near":
            return self._near_miss(self._desk[name][place], chance)
        one = self._sets[name][place]
        return _twins(one, chance) if one.twin else self._of_passage(one, chance)

    # Questions with their passage

    def _of_passage(self, one: Question, chance: random.Random) -> Iterator[Example]:
        """A question with its passage; of every third also one that does not answer."""
        window = Span(0, len(one.context))
        if one.source != "clapnq" and one.context.strip():
            around = one.answer or self._tempting(one.text, one.context)
            window = cut(one.context, around, any_length(chance), chance)
        answer = moved(one.answer, window) if one.answer and one.marked else None
        right = _right(f"{one.source} right", one.text, one.metadata, window.of(one.context), answer)
        if right:
            yield replace(right, label=int(one.answerable))
            if one.answerable and one.source not in _ALONE and chance.random() <= _WRONG:
                yield from self._wrong(one, window, chance)

    def _wrong(self, one: Question, window: Span, chance: random.Random) -> Iterator[Example]:
        """A passage of the same article, or the right one with something of the question exchanged, or left out."""
        text, way = window.of(one.context), chance.random()
        wrong = partial(_wrong, metadata=one.metadata)
        other = self._same_article(one, chance) if way < 0.45 else None
        if other:
            place = cut(other, self._tempting(one.text, other), any_length(chance), chance)
            if not holds(place.of(other), one.answers):
                yield wrong(f"{one.source} same article", one.text, text=place.of(other))
                return
        asked = exchange(one.text, text, chance) if way < 0.75 else None
        if asked:
            yield wrong(f"{one.source} exchanged", asked, text=text)
        elif one.answer:
            wide = cut(one.context, one.answer, LONG, chance)
            left = leave_out(one.context, wide, [one.answer])
            if len(left) > _LEAST and not holds(left, one.answers):
                yield wrong(f"{one.source} deleted", one.text, text=left)

    def _same_article(self, one: Question, chance: random.Random) -> str | None:
        """One of the paragraphs of the same article that have the question's rarer words and no answer."""
        words = words_of(one.text)
        others = [
            (sum(self._rarity.get(word, 0) for word in words & known), context)
            for context, known in self._paragraphs.get(one.metadata.title or "", [])
            if context != one.context
        ]
        best = [text for _, text in sorted(others, reverse=True)[:_BEST] if not holds(text, one.answers)][:_AMONG]
        return chance.choice(best) if best else None

    def _tempting(self, question: str, text: str) -> Span:
        """The sentence that has most of the question's rarer words."""
        words = words_of(question)

        def worth(sentence: Span) -> float:
            return sum(self._rarity.get(word, _UNKNOWN) for word in words & words_of(sentence.of(text)))

        return max(sentences_of(text), key=worth)

    # Desk

    def _of_desk(self, one: AskedDesk, chance: random.Random, choice: int) -> Iterator[Example]:
        """A question with a passage that answers, found ones that don't, and now and then one made not to."""
        right = _right_of_desk(one, chance)
        if not right:
            return
        yield replace(right, choice=choice)
        own = [found for found in one.found if found.article.id == one.article.id and not one.may_be_answered_by(found)]
        others = [found for found in one.found if found.article.id != one.article.id and _is_wrong(found, one)]
        for kind, some in (("same article", own[:_OWN]), ("other article", others[:_OTHER])):
            if some and chance.random() < 0.85:
                found = chance.choice(some)
                yield _wrong(f"desk {kind}", one.question.question, _heading(found), found.text, choice)
        yield from _made_wrong(one, chance)

    def _near_miss(self, one: AskedDesk, chance: random.Random) -> Iterator[Example]:
        """A near miss or false premise over a chunk that tempts, and a question that this very chunk answers."""
        text, metadata = one.article.text, _heading(one)
        if one.own and chance.random() < 0.8:
            window = one.own[0] if chance.random() < 0.75 else chance.choice(one.own)
        else:
            window = cut(text, self._tempting(one.question.question, text), SHORT, chance)
        yield _wrong(f"desk {one.question.kind}", one.question.question, metadata, window.of(text))
        answered = [
            (other.question, answer)
            for other in self._of_article[one.article.id]
            if (answer := other.answer) and within(answer, window)
        ]
        if answered and chance.random() < 0.6:
            asked, answer = chance.choice(answered)
            right = _right(f"desk {asked.kind}", asked.question, metadata, window.of(text), moved(answer, window))
            yield from filter(None, [right])


def _twins(one: Question, chance: random.Random) -> Iterator[Example]:
    """A question that a passage answers, and one that it does not."""
    if one.answer:
        window = cut(one.context, one.answer, chance.choice((SHORT, MIDDLE, LONG)), chance)
        text = window.of(one.context)
        right = _right("twins right", one.text, one.metadata, text, moved(one.answer, window))
        yield from filter(None, [right])
        yield _wrong("twins wrong", one.twin, one.metadata, text)


def _right_of_desk(one: AskedDesk, chance: random.Random) -> Example | None:
    """The passage found that holds the answer, or one cut around it."""
    text, answer = one.article.text, one.answer
    found = [span for span in one.own if answer and within(answer, span)]
    if found and chance.random() < 0.7:
        window = found[0]
    else:
        window = cut(text, answer or one.evidence[0], chance.choice((SHORT, SHORT, MIDDLE)), chance)
    asked = one.question
    at = moved(answer, window) if answer else None
    return _right(f"desk {asked.kind}", asked.question, _heading(one), window.of(text), at)


def _made_wrong(one: AskedDesk, chance: random.Random) -> Iterator[Example]:
    """The right passage without its evidence, or with something of the question exchanged; of two in five."""
    text, metadata, way = one.article.text, _heading(one), chance.random()
    if way < 0.2:
        left = leave_out(text, cut(text, one.evidence[0], MIDDLE, chance), one.evidence)
        if left and not holds(left, one.question.answers):
            yield _wrong("desk deleted", one.question.question, metadata, left)
    elif way < 0.4:
        asked = exchange(one.question.question, text, chance)
        window = cut(text, one.evidence[0], SHORT, chance)
        if asked:
            yield _wrong("desk exchanged", asked, metadata, window.of(text))


def _is_wrong(found: FoundPassage, one: AskedDesk) -> bool:
    """Whether a passage of another article may be learned from and holds no answer."""
    return found.article.part == "training" and not holds(found.text, one.question.answers)


def _heading(one: AskedDesk | FoundPassage) -> Metadata:
    return Metadata(title=one.article.title, published=one.article.published)


def _right(kind: str, question: str, metadata: Metadata, text: str, answer: Span | None) -> Example | None:
    """A question with its passage; None where there is no room for the answer."""
    pair = tokenize_pair(question, metadata, text)
    marked = pair.tokens_of(answer) if answer else None
    if answer and not marked:
        return None
    return Example(kind=kind, pair=pair, label=1, answer=marked)


def _wrong(kind: str, question: str, metadata: Metadata, text: str, choice: int = -1) -> Example:
    """A question with a passage that does not answer it."""
    return Example(kind=kind, pair=tokenize_pair(question, metadata, text), label=0, choice=choice)
