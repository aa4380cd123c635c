"""Tells by closed classes of words whether a question needs the ones before it, and which of its words does.

The words of English that point back are few; what they point to may stand in the question itself ("Is herpes dangerous
and how is it treated?"), and then it is left alone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dateline.index.types import Span
from dateline.rag.followups.tokens import ARTICLES, LINKS, PERSONS, PRONOUNS, QuestionWord, words_of
from dateline.rag.parsing.tokens import ASKS, AUXILIARIES

Kind = Literal["person", "thing", "pointer", "ellipsis", "fragment"]
"""A pronoun for a person; one for anything else; a word such as "that" or "the rest"; "and ...?", "why?"; no topic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What a question leaves to the ones before it."""

    kind: Kind
    pronoun: Span | None = None
    """The pronoun, where there is one, in the question."""


_MAX_ELLIPSIS = 4
_MAX_FRAGMENT = 3
"""Words that carry meaning, in a question whose rest is to be understood."""
_MAX_BARE = 6
"""Words in a question that holds none which tells a topic: "for what reason?"."""
_ELLIPSIS = re.compile(r"(?i)\W*(?:(?:and|but|or|so|then|ok|okay|well)\b[\s,]*)?(?:what|how)\s+about\b|\W*and\b")
_CORRECTION = re.compile(r"\bi (?:meant?|was asking)\b(?! to\b)", re.IGNORECASE)
"""It mends the question before: "I meant in Tormark"."""
_POINTER = re.compile(
    r"\b(?:the (?:rest|others?|same|former|latter)|back then|(?:say|said|says|thinks?) so"
    r"|(?:down|up|in|out|from|over) there|then|either|neither|ones?)[\s.?!]*$"
    r"|\bthe (?:rest|(?:first|last|next|other|new|old|same) ones?)\b",
    re.IGNORECASE,
)
_EXPLETIVE = re.compile(
    r"\b(?:is|was|does|would|will|did|if|that|when|believe|think) it (?:be )?(?:\w+ ){1,2}(?:to|that|if|for|a|the)\b"
    r"|\bit (?:is|was|will|would|does|did|takes?|took) (?:be |take )?(?:\w+ ){0,3}(?:to|that|if|for)\b"
    r"|\b(?:will|does|did|would) it (?:take|cost)\b",
    re.IGNORECASE,
)
"""Where "it" stands for nothing: "is it true that ...", "how long will it take to ..."."""
_TIME = frozenset("time times day days week weeks month months year years morning evening night century season".split())
_DEMONSTRATIVES = frozenset(["this", "these", "those"])
_ASSISTANT = frozenset(["you", "you're"])
_SPEAKERS = frozenset(["i", "i'm", "i've", "we", "so", *_ASSISTANT])


def find_gap(question: str) -> Gap | None:
    """What the question leaves to the ones before it; None where it stands alone, or asks nothing about articles."""
    words = words_of(question)
    if _CORRECTION.search(question) and not _is_about_answers(words):
        return Gap(kind="ellipsis")
    if not words or question.rstrip().endswith("!") or _is_about_answers(words):
        return None
    continues = bool(_ELLIPSIS.match(question)) and sum(word.is_content for word in words) <= _MAX_ELLIPSIS
    if continues and not _has_clause(words):
        return Gap(kind="ellipsis")
    gap = _find_pronoun(question, words) or _find_pointer(question, words)
    return gap or (Gap(kind="fragment") if continues else _find_fragment(words))


def asks(question: str) -> bool:
    """Whether it is a question in form, with a question word or an auxiliary near its beginning."""
    return any(word.lower in ASKS for word in words_of(question)[:3])


def _is_about_answers(words: Sequence[QuestionWord]) -> bool:
    """Whether it speaks to the assistant of what was said: "why don't you provide that?", "what do you mean by it?"."""
    spoken_to = any(word.lower in _ASSISTANT for word in words[:4])
    return spoken_to and any(word.lower in _DEMONSTRATIVES | {"that", "it"} for word in words)


def _has_clause(words: Sequence[QuestionWord]) -> bool:
    """Whether a question of its own follows "and": it is taken as one without "and"."""
    lower = [word.lower for word in words[1:4]]
    return len(lower) > 2 and lower[0] in ASKS and "about" not in lower[:2]


def _find_pronoun(question: str, words: Sequence[QuestionWord]) -> Gap | None:
    expletives = [one.span() for one in _EXPLETIVE.finditer(question)]
    named = False
    for word in words[: _first_clause(question, words)]:
        person = word.lower in PERSONS
        if word.lower in PRONOUNS and not (named and (person or word.lower in ("its", "their"))):
            empty = word.lower == "it" and any(start <= word.start < end for start, end in expletives)
            if not empty:
                return Gap(kind="person" if person else "thing", pronoun=Span(word.start, word.end))
        named = named or word.name
    return None


def _first_clause(question: str, words: Sequence[QuestionWord]) -> int:
    """Where the first clause with words of its own ends; what is pointed to behind it stands in it."""
    meant = False
    for at, word in enumerate(words):
        if meant and word.lower in LINKS:
            return at + 1
        meant = meant or word.is_content
        following = words[at + 1].start if at + 1 < len(words) else len(question)
        if meant and any(sign in ",;:?.!" for sign in question[word.end : following]):
            return at + 1
    return len(words)


def _find_pointer(question: str, words: Sequence[QuestionWord]) -> Gap | None:
    clause = _first_clause(question, words)
    for at, word in enumerate(words[:clause]):
        following = words[at + 1].lower if at + 1 < len(words) else ""
        points = word.lower in _DEMONSTRATIVES and following not in _TIME
        if points or (word.lower == "that" and _is_demonstrative(words, at)):
            return Gap(kind="pointer")
    return Gap(kind="pointer") if _POINTER.search(question) else None


def _is_demonstrative(words: Sequence[QuestionWord], at: int) -> bool:
    """Whether "that" points rather than begins a clause: it ends the question, or the verb stands beside it."""
    if at + 1 == len(words):
        return at > 0
    before, after = words[at - 1].lower if at else "", words[at + 1].lower
    return (not before and after in AUXILIARIES) or (before in AUXILIARIES and after not in ARTICLES | PRONOUNS)


def _find_fragment(words: Sequence[QuestionWord]) -> Gap | None:
    lower = [word.lower for word in words]
    meant = sum(word.is_content for word in words)
    if lower[0] in _SPEAKERS:
        return None
    if not any(word.is_topical for word in words):
        return Gap(kind="ellipsis") if len(words) <= _MAX_BARE else None
    if any(word.name for word in words):
        return None
    if not ASKS.intersection(lower):
        return Gap(kind="fragment") if meant <= _MAX_FRAGMENT else None
    if _asks_what_is(lower) or lower[0] not in ASKS:
        return None
    return Gap(kind="fragment") if meant == 1 or (meant == 2 and len(words) <= 5) else None


def _asks_what_is(lower: Sequence[str]) -> bool:
    """Whether a word is asked for itself, "what is inflation?", not something of the topic, "what is the toll?"."""
    return lower[0] == "what" and lower[1:2] != [] and lower[1] in ("is", "are", "causes") and lower[2:3] != ["the"]
