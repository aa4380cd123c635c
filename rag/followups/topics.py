"""What a question is about: its noun phrases, found without a tagger by what stands before and after them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dateline.rag.followups.tokens import ARTICLES, PREPOSITIONS, PRONOUNS, QuestionWord, words_of
from dateline.rag.parsing.tokens import AUXILIARIES, QUESTION_WORDS

_VERB_FORM = re.compile(r"\w{2,}ed$")
_VERB_FORMS = frozenset(
    """set put paid sold bought found lost cut held kept sent built left met won hurt hit led born been done gone seen
    known given taken shown written begun become fallen risen stolen spoken driven beaten chosen broken""".split()
)
"""Past forms that are told by no ending."""
_BARE_VERB_AFTER = frozenset("do does did can will would could should must may might".split())
_POSSESSIVES = frozenset("his her its their".split())
_SUBJECTS = (PRONOUNS | {"who", "i", "you", "we"}) - _POSSESSIVES
_AFTER_VERB = PREPOSITIONS | ARTICLES | AUXILIARIES | _POSSESSIVES
_BEFORE_NOUN = PREPOSITIONS | ARTICLES | QUESTION_WORDS
_BREAK = frozenset(",;:?.!()\n")
_PLURALS = frozenset("people men women children police staff".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A noun phrase as it stands in a text, with "the" and with what hangs on it by prepositions."""

    text: str
    words: tuple[QuestionWord, ...]
    """Those that carry meaning."""
    head: str
    """The last word before the first preposition, lower case."""

    @property
    def named(self) -> bool:
        """It holds a name."""
        return any(word.name for word in self.words)

    @property
    def plural(self) -> bool:
        """It is many: "they" may stand for it."""
        return self.head in _PLURALS or (self.head.endswith("s") and not self.head.endswith(("ss", "us", "is", "'s")))


def phrases_of(text: str) -> list[Phrase]:
    """The noun phrases of a question in order, those left out that say little by themselves."""
    words = words_of(text)
    chains: list[list[tuple[int, int]]] = []
    for first, end in _runs(text, words):
        if chains and _hangs(text, words, chains[-1][-1][1], first):
            chains[-1].append((first, end))
        else:
            chains.append([(first, end)])
    phrases = (_phrase(text, words, chain) for chain in chains)
    return [phrase for phrase in phrases if any(word.is_topical for word in phrase.words)]


def _phrase(text: str, words: Sequence[QuestionWord], chain: Sequence[tuple[int, int]]) -> Phrase:
    first, end = chain[0][0], chain[-1][1]
    article = "the " if first and words[first - 1].lower == "the" else ""
    held = tuple(word for start, stop in chain for word in words[start:stop])
    whole = article + text[words[first].start : words[end - 1].end]
    return Phrase(text=whole, words=held, head=words[chain[0][1] - 1].lower)


def _runs(text: str, words: Sequence[QuestionWord]) -> Iterator[tuple[int, int]]:
    """Words that carry meaning in an unbroken row, verbs left out as far as they can be told: ``[first, end)``."""
    at = 0
    while at < len(words):
        end = at
        while end < len(words) and words[end].is_content and (end == at or not _breaks(text, words, at, end)):
            end += 1
        if end > at:
            first, last = _without_subject_verb(words, *_without_first_verb(words, at, end))
            if first < last:
                yield first, last
        at = max(end, at + 1)


def _breaks(text: str, words: Sequence[QuestionWord], first: int, at: int) -> bool:
    """Whether a run ends before this word: a sign stands between, or a verb follows a noun."""
    if _BREAK.intersection(text[words[at - 1].end : words[at].start]):
        return True
    return not words[at].name and _is_verb_form(words[at]) and at > first


def _is_verb_form(word: QuestionWord) -> bool:
    return word.lower in _VERB_FORMS or bool(_VERB_FORM.match(word.lower))


def _without_first_verb(words: Sequence[QuestionWord], first: int, end: int) -> tuple[int, int]:
    """A run without the verb it begins with: behind "to" or its subject, "-ed" without an article, "-ing" first."""
    before, word = words[first - 1].lower if first else "", words[first]
    if word.name:
        return first, end
    behind = before == "to" or before in _SUBJECTS or (_is_verb_form(word) and before not in ARTICLES | _POSSESSIVES)
    return first + (behind or (first == 0 and word.lower.endswith("ing"))), end


def _without_subject_verb(words: Sequence[QuestionWord], first: int, end: int) -> tuple[int, int]:
    """A run without the bare verb at its end: "does the embankment hold", "what do repairs to it cost"."""
    support = next((at for at, word in enumerate(words[:first]) if word.lower in _BARE_VERB_AFTER), None)
    if support is None or first >= end or words[end - 1].name:
        return first, end
    if end < len(words) and words[end].lower not in _AFTER_VERB:
        return first, end  # the verb may be that one
    between = [word for word in words[support + 1 : first] if word.lower not in ARTICLES]
    subject_here = not between and end - first > 1
    verb_alone = bool(between) and end - first == 1 and words[first - 1].lower not in _BEFORE_NOUN
    return first, end - (subject_here or verb_alone)


def _hangs(text: str, words: Sequence[QuestionWord], end: int, first: int) -> bool:
    """Whether a run is joined to the one that ends before it by a preposition, or a name to a name by "and"."""
    between = [word.lower for word in words[end:first]]
    if not between or _BREAK.intersection(text[words[end - 1].end : words[first].start]):
        return False
    if between == ["and"]:
        return words[end - 1].name and words[first].name
    return between[0] in PREPOSITIONS and all(one in ARTICLES | PREPOSITIONS for one in between)


def people_in(text: str) -> list[str]:
    """Names that may be a person's: two words or more with capital letters, no article before them."""
    words, found, at = words_of(text), [], 0
    while at < len(words):
        end = at
        while (
            end < len(words) and words[end].name and (end == at or text[words[end - 1].end : words[end].start] == " ")
        ):
            end += 1
        if end - at > 1 and not (at and words[at - 1].lower in ARTICLES):
            found.append(text[words[at].start : words[end - 1].end].removesuffix("'s").removesuffix("’s"))
        at = max(end, at + 1)
    return found
