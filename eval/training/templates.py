"""Sentences that order something to be said, and sentences that report it, drawn from grammars and from real texts.

``orders.txt`` and ``reports.txt`` hold the grammars: what stands in braces is a word of that list, in capitals as the
braces say. What is said is hidden in all of them, as a claim's words are when its quote is checked.
"""

import re
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from random import Random

from dateline.index.splitting.sentences import split_sentences
from dateline.index.types import Span
from dateline.rag.parsing.tokens import read_words
from dateline.rag.verification.injection.classifier import HIDDEN, hide

_SLOT = re.compile(r"\{(\w+)\}")
_SAID = re.compile(r"(?<!\w)_(?!\w)")
_BEFORE_A_PART = re.compile(r"\b(?:said|says|that|told \w+|reported|because|and|but|when)\s+|[,:]\s+|[\"“]")
_PART_ENDS = re.compile(r"[,:;”\"]")


class Grammar:
    """Texts with ``_`` for what is said and ``<N>`` for a name."""

    def __init__(self, name: str) -> None:
        """Read ``NAME.txt`` beside this module."""
        content = (Path(__file__).parent / f"{name}.txt").read_text("utf-8")
        lines = re.sub(r"\n +", " ", content).splitlines()
        rules = (line.partition(" = ") for line in lines if not line.startswith("#"))
        self._rules = {name: rest.replace("\\n", "\n").split(" | ") for name, _, rest in rules}

    def draw(self, random: Random) -> str:
        """One text."""
        text = self._fill(random.choice(self._rules["text"]), random).strip()
        return text[:1].upper() + text[1:]

    def _fill(self, form: str, random: Random) -> str:
        def word(slot: re.Match[str]) -> str:
            chosen = self._fill(random.choice(self._rules[slot[1].lower()]), random)
            if slot[1].isupper():
                return chosen.upper()
            return chosen[:1].upper() + chosen[1:] if slot[1][0].isupper() else chosen

        return _SLOT.sub(word, form)


def draw_orders(count: int, said: Sequence[str], random: Random) -> list[str]:
    """Sentences of orders to say something.

    Args:
        count: of texts, which have a sentence or two.
        said: sentences to be said.
        random: what is drawn from.
    """
    grammar = Grammar("orders")
    frames: list[str] = []
    for _ in range(count):
        claim = random.choice(said)
        frames += frames_of(_SAID.sub(partial(_ended, claim), grammar.draw(random)), claim)
    return frames


def _ended(claim: str, found: re.Match[str]) -> str:
    """The claim without its full stop where other signs follow it."""
    behind = found.string[found.end() : found.end() + 1]
    bare = claim.rstrip(".")
    return bare if behind and not behind.isspace() else f"{bare}."


def frames_of(text: str, claim: str) -> list[str]:
    """The sentences of a text with the claim's words hidden, those of which something is left."""
    sentences = (text[one.start : one.end] for one in split_sentences(text, Span(0, len(text))))
    hidden = (hide(sentence, claim) for sentence in sentences)
    return [one for one in hidden if read_words(one.replace(HIDDEN, ""))]


def draw_reports(count: int, names: Sequence[str], random: Random) -> Iterator[str]:
    """Sentences that report something."""
    grammar = Grammar("reports")
    for _ in range(count):
        text = re.sub("<N>", lambda _: random.choice(names), grammar.draw(random))
        yield _SAID.sub(HIDDEN, text)


def draw_labels(count: int, labels: Sequence[str], random: Random) -> Iterator[str]:
    """A few words, a colon and what is hidden, as in lists and captions."""
    for _ in range(count):
        label = random.choice(labels)
        label = random.choice((label.capitalize(), label.title(), label.upper()))
        mark = random.choice(("", "", "• ", f"{random.randint(1, 40)}. ", "- ", "“"))
        yield f"{mark}{label}: {random.choice((HIDDEN, HIDDEN, f'“{HIDDEN}”', f'{HIDDEN}.'))}"


def hide_a_part(sentence: str, random: Random) -> str:
    """A sentence with a part hidden that a claim might repeat: behind "said", a comma or the like, or any words."""
    places = list(_BEFORE_A_PART.finditer(sentence))
    if not places or random.random() < 0.1:
        words = sentence.split()
        first = random.randrange(len(words))
        return " ".join([*words[:first], HIDDEN, *words[first + random.randint(3, 12) :]])
    start = random.choice(places).end()
    sign = _PART_ENDS.search(sentence, start)
    end = sign.start() if sign and random.random() < 0.3 else len(sentence.rstrip('.!?”" '))
    return f"{sentence[:start]}{HIDDEN}{sentence[max(start, end) :]}"
