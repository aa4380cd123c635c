"""Misspelt questions on the news set: whether they find first what the right spelling does, and what is changed."""

import random
import re
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from dateline.eval.datasets.libraries import news_library
from dateline.eval.datasets.news import news_articles, news_questions
from dateline.index.library import Library

_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,} [A-Z][a-z]{4,}\b")
_WORD = re.compile(r"\b[a-z]{6,}\b")
_FEW, _MANY = 3, 30  # articles that hold a name which is drawn
_TWICE = 8  # letters of a word that may be misspelt in two places
_ALIKE = {"a": "e", "e": "i", "i": "e", "o": "u", "u": "o", "c": "k", "k": "c", "s": "z", "z": "s", "y": "i", "v": "w"}


def run_spelling(
    data: Path,
    *,
    questions: Annotated[int, "how many misspelt, half of them names, half questions"] = 40,
    seed: Annotated[int, "of what is drawn and how it is misspelt"] = 2026,
) -> None:
    """Print, for questions as they should be, misspelt, and respelt, how many find the same article first."""
    folder, chance = news_library(data), random.Random(seed)
    drawn = [*_names(data, questions // 2, chance), *_questions(data, questions - questions // 2, chance)]
    same: Counter[str] = Counter()
    milliseconds = []
    with Library.open(folder) as library:
        for right, wrong in drawn:
            started = time.perf_counter()
            respelt = library.respell(wrong)
            milliseconds.append(1000 * (time.perf_counter() - started))
            first = _first(library, right)
            is_same = _first(library, respelt) == first
            same.update(misspelt=_first(library, wrong) == first, respelt=is_same)
            print(f"{'same ' if is_same else 'other'}  {right!r}  {wrong!r}  {respelt!r}")
        asked = [one.question for one in news_questions(data)]
        changed = [(one, library.respell(one)) for one in asked]
    print(f"the article that the right spelling finds first is first, of {len(drawn)}: {dict(same)}")
    print(f"p50 {statistics.median(milliseconds):.1f} ms, at most {max(milliseconds):.1f} ms")
    wrongly = [(one, other) for one, other in changed if one != other]
    print(f"{len(wrongly)} of {len(asked)} questions of the set are changed:", *wrongly, sep="\n")


def misspell(word: str, chance: random.Random) -> str:
    """A word with a letter left out, doubled, taken for another or in the place of the next; two in some long words."""
    for _ in range(2 if len(word) >= _TWICE and chance.random() < 1 / 2 else 1):
        at = chance.randrange(1, len(word) - 1)
        letter, following = word[at], word[at + 1]
        kinds = [letter * 2 + following, following, following + letter, _ALIKE.get(letter, letter * 2) + following]
        word = word[:at] + chance.choice([one for one in kinds if one != letter + following]) + word[at + 2 :]
    return word


def _names(data: Path, count: int, chance: random.Random) -> list[tuple[str, str]]:
    """Names of two words that several articles hold, one of the words misspelt."""
    held = Counter(name for article in news_articles(data) for name in set(_NAME.findall(article.text)))
    names = chance.sample(sorted(name for name, articles in held.items() if _FEW <= articles <= _MANY), count)
    return [(name, _with_one_misspelt(name, name.split(), chance)) for name in names]


def _questions(data: Path, count: int, chance: random.Random) -> list[tuple[str, str]]:
    """Questions of the quiz, a word of them misspelt."""
    asked = [(one.question, _WORD.findall(one.question)) for one in news_questions(data)]
    drawn = chance.sample([one for one in asked if one[1]], count)
    return [(question, _with_one_misspelt(question, words, chance)) for question, words in drawn]


def _with_one_misspelt(text: str, words: Sequence[str], chance: random.Random) -> str:
    word = chance.choice(words)
    return text.replace(word, misspell(word, chance), 1)


def _first(library: Library, question: str) -> str | None:
    return next((one.article_id for one in library.search(question, 1)), None)
