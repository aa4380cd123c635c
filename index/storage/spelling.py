"""Misspelt words of a question, exchanged for the words of the articles that are spelt nearly alike.

A word is taken for misspelt where no chunk holds it and English does not know it either, as far as the embedder's
vocabulary goes. One beside another name is part of a name: what stands in the articles as one is preferred to what is
nearest by itself ("Farad Aladdin" is Farhad Alaaldin, though Aladdin is a word). A name is exchanged for a name only,
and what stands between quotation marks is left alone.

The word index holds stems: those near the stem of a word are looked for, then the words in the texts that have them.
"""

import re
import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Protocol

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from dateline.index.storage.fulltext import STOP_WORDS, quoted
from dateline.index.storage.tokens import stems_of

_WORD = re.compile(r"(?<![\w.@/])[^\W\d_]+(?![\w@/]|\.\w)")  # of no address
_TOKEN = re.compile(r"[^\W_]+")
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|«[^»]*»")
_LETTERS = re.compile(r"(?<!\w)(?:[A-Za-z]\.){2,}(?!\w)")  # U.S.S.
_CAPITALS = re.compile(r"(?<!\w)[A-Z]{2,5}(?!\w)")
_ENDING = re.compile(r"(?<=\w{4})(?:ions?|ings?|e?ments?|it(?:y|ies)|ers?|ed|al|ly|ances?|e?s)$")
_SHORTEST = 4  # letters of a word that may be misspelt
_LIMITS = ((5, 1, 1), (8, 2, 1))  # up to so many letters: how many may differ, and how many in how it sounds
_LIMITS_OF_LONG = (3, 2)
_LOOKED_AT = 12  # stems
_LOOKED_UP = 40  # places of a stem
_NEAREST = 6  # words for each of a name
_LONGEST = 40  # letters
_MOST_WORDS = 32
_ALIKE = ("ckq", "sz", "iye", "vw", "gj", "lł", "oø")  # first letters that are mistaken for each other
_STROKES = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae"})
_SOUNDS = str.maketrans({"c": "k", "q": "k", "z": "s", "y": "i", "w": "v"})
_TABLES = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.stems USING fts5vocab(main, words, row)",
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.stem_places USING fts5vocab(main, words, instance)",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    """A word of a question."""

    text: str
    start: int
    nearest: tuple[str, ...]
    """What may be meant, the likeliest first; nothing where it is right."""
    strange: bool
    """Whether neither the articles nor English know it."""

    @property
    def end(self) -> int:
        return self.start + len(self.text)


class WordIndex(Protocol):
    """What a word index tells of the words that the articles hold."""

    def holds(self, phrase: str) -> bool:
        """Whether a word, or several in a row, stand somewhere."""

    def stems(self, letter: str, shorter_than: int) -> list[str]:
        """The stems that begin with a letter."""

    def places(self, stem: str, limit: int) -> Iterable[tuple[str | None, int]]:
        """Some of the texts in which a stem stands, each with the number of the word that has it."""


class SqliteWords:
    """The word index of a record in SQLite."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def holds(self, phrase: str) -> bool:
        """As ``WordIndex.holds``."""
        query = "SELECT 1 FROM words WHERE words MATCH ? LIMIT 1"
        return self._connection.execute(query, (quoted(phrase),)).fetchone() is not None

    def stems(self, letter: str, shorter_than: int) -> list[str]:
        """As ``WordIndex.stems``."""
        self._connection.execute(_TABLES[0])  # what was made in a snapshot is gone with it
        query = "SELECT term FROM temp.stems WHERE term >= ? AND term < ? AND length(term) < ?"
        return [row[0] for row in self._connection.execute(query, (letter, chr(ord(letter) + 1), shorter_than))]

    def places(self, stem: str, limit: int) -> Iterable[tuple[str | None, int]]:
        """As ``WordIndex.places``."""
        self._connection.execute(_TABLES[1])
        query = """SELECT CASE col WHEN 'title' THEN title ELSE text END, "offset" FROM temp.stem_places
            JOIN words ON words.rowid = doc WHERE term = ? LIMIT ?"""
        return iter(self._connection.execute(query, (stem, limit)))


class Vocabulary:
    """The stems that a word index holds, as of one revision; those of a first letter are read at once."""

    def __init__(self, words: WordIndex) -> None:
        self.words = words
        self._stems: dict[str, list[str]] = {}

    def nearest(self, word: str) -> tuple[str, ...]:
        """The words of the articles that are spelt most like one, as they stand there, the nearest first."""
        lower, is_name = word.lower(), word[0].isupper() and not word.isupper()
        parts = {_stem_of(word), _ENDING.sub("", lower)}
        stems = [stem for letter in _beginnings(lower) for stem in self._beginning(letter)]
        found = sorted((stem, far, part) for part in parts for stem, far, _ in _near(part, stems))
        near = {stem: (far, part) for stem, far, part in reversed(found)}  # the nearer part of two
        ranked = []
        for stem in sorted(near, key=lambda one: (near[one], one))[:_LOOKED_AT]:
            for written, count in self._written(stem).items():
                alike = _is_like(written, word) or (not is_name and _is_like(stem, near[stem][1]))
                if alike and written[0].isupper() >= is_name:
                    far = sum(_distances(written, word))
                    ranked.append((far, written[0].isupper() != is_name, -count, written))
        return tuple(written for *_, written in sorted(ranked))[:_NEAREST]

    def _beginning(self, letter: str) -> list[str]:
        if letter not in self._stems:
            self._stems[letter] = self.words.stems(letter, _LONGEST)
        return self._stems[letter]

    def _written(self, stem: str) -> Counter[str]:
        """The words that have a stem, as they stand in the articles, some of them counted."""
        found = Counter[str]()
        for text, at in self.words.places(stem, _LOOKED_UP):
            tokens = _TOKEN.findall(text or "")
            if at < len(tokens):
                found[tokens[at]] += 1
        return found


def _beginnings(word: str) -> str:
    return next((alike for alike in _ALIKE if word[0] in alike), word[0])


def _near(part: str, stems: Sequence[str]) -> list[tuple[str, int, int]]:
    farthest = _limits(part)[0]
    scorer = DamerauLevenshtein.distance
    return process.extract(part, stems, scorer=scorer, score_cutoff=farthest, limit=_LOOKED_AT * 4)


def _limits(word: str) -> tuple[int, int]:
    return next(((far, sound) for letters, far, sound in _LIMITS if len(word) <= letters), _LIMITS_OF_LONG)


def _distances(one: str, other: str) -> tuple[int, int]:
    """In how many letters two words differ, and in how many sounds."""
    one, other = _plain(one), _plain(other)
    return DamerauLevenshtein.distance(one, other), DamerauLevenshtein.distance(_sound(one), _sound(other))


def _is_like(one: str, other: str) -> bool:
    return all(far <= most for far, most in zip(_distances(one, other), _limits(other), strict=True))


def _plain(word: str) -> str:
    """A word without capitals and accents."""
    return "".join(one for one in unicodedata.normalize("NFKD", word.lower()) if one.isalpha()).translate(_STROKES)


def _sound(word: str) -> str:
    """A word with one letter for those that are mistaken for each other, and none twice in a row."""
    return re.sub(r"(.)\1+", r"\1", word.replace("ph", "f").translate(_SOUNDS))


def respell(question: str, is_known: Callable[[str], bool], vocabulary: Vocabulary) -> str:
    """The question with its misspelt words exchanged; itself where there is none.

    Args:
        question: as it was asked.
        is_known: whether a word in lower case is one, whatever the articles hold.
        vocabulary: of the record.
    """
    question = _respell_initials(vocabulary.words, question)
    words = [*_words(question, is_known, vocabulary)]
    changes = dict(_names(vocabulary.words, words))
    for word in words:
        if word.strange and word.nearest and word.start not in changes:
            changes[word.start] = word.nearest[0]
    for word in reversed(words):
        if better := changes.get(word.start):
            cased = better.upper() if word.text.isupper() else better
            question = question[: word.start] + cased + question[word.end :]
    return question


def _respell_initials(held: WordIndex, question: str) -> str:
    """USS for U.S.S. and the other way round, whichever the articles hold."""

    def join(match: re.Match[str]) -> str:
        joined = match[0].replace(".", "")
        return joined if not held.holds(" ".join(joined)) and held.holds(joined) else match[0]

    def part(match: re.Match[str]) -> str:
        parted = not held.holds(match[0]) and held.holds(" ".join(match[0]))
        return ".".join(match[0]) + "." if parted else match[0]

    return _CAPITALS.sub(part, _LETTERS.sub(join, question)) if not question.isupper() else question


def _words(question: str, is_known: Callable[[str], bool], vocabulary: Vocabulary) -> Iterator[_Word]:
    """Those that may be misspelt, or may be part of a misspelt name, in order."""
    left_alone = [match.span() for match in _QUOTED.finditer(question)]
    found = [
        match
        for match in _WORD.finditer(question)
        if len(match[0]) >= _SHORTEST
        and match[0].lower() not in STOP_WORDS
        and not any(start <= match.start() < end for start, end in left_alone)
    ][:_MOST_WORDS]
    strange = [
        not vocabulary.words.holds(match[0])
        and not is_known(match[0].lower())
        and not _is_short_for(match[0], question)
        for match in found
    ]
    for number, match in enumerate(found):
        is_name = match[0][0].isupper() and any(strange[max(0, number - 1) : number + 2])
        nearest = vocabulary.nearest(match[0]) if strange[number] or is_name else ()
        yield _Word(text=match[0], start=match.start(), nearest=nearest, strange=strange[number])


def _is_short_for(word: str, question: str) -> bool:
    """Whether it is written in capitals, or partly so, where others are not: GCSE, YouGov."""
    return not question.isupper() and any(letter.isupper() for letter in word[1:])


def _names(held: WordIndex, words: Sequence[_Word]) -> Iterator[tuple[int, str]]:
    """For two words side by side, by place, the nearest two that stand so in the articles."""
    for first, second in pairwise(words):
        if second.start - first.end != 1 or not (first.strange or second.strange):
            continue
        meant = [[*([] if word.strange else [word.text]), *word.nearest] for word in (first, second)]
        for one, other in sorted(product(*meant), key=lambda pair: meant[0].index(pair[0]) + meant[1].index(pair[1])):
            if held.holds(f"{one} {other}"):
                yield from ((first.start, one), (second.start, other))
                break


def _stem_of(word: str) -> str:
    """A word as the word index has it."""
    return max(sorted(stems_of([word])[0]), key=len, default=word.lower())
