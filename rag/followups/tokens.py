"""The words of a question as rules see them: which carry meaning, which are names, which do neither."""

import re
from dataclasses import dataclass

from dateline.rag.parsing.tokens import ASKS

# Several parts may hang together by one sign: the match is linear, no part can be read in two ways.
_WORD = re.compile(r"\w+(?:['’.&/-]\w+)*")
_LOOK_BACK = 5  # a space, a dash, a space, an opening quotation mark
_SENTENCE_END = frozenset(".?!:\n")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PREPOSITIONS = _words(
    """of in on at by for from with about into onto to between among against during before after under over through
    without within per near since until than via like up out off toward towards across around behind according"""
)
ARTICLES = _words("a an the")
PERSONS = _words("he she him her hers his")
THINGS = _words("it its they them their theirs")
PRONOUNS = PERSONS | THINGS
LINKS = _words("and but or so if that because when while where how who which what than since as although though")
"""They begin another clause."""
_FUNCTION = (
    ASKS | PREPOSITIONS | ARTICLES | PRONOUNS | LINKS
    | _words(
        """i you we me us my your our this that these those here there then now again still yet also too very just only
        ever even not no nor any some every each all both either neither such same other others another own more most
        much many few less least else one ones rest i'm i've i'd i'll you're it's that's what's who's there's isnt dont
        doesnt didnt cant well ok okay yes oh hi hello thanks thank please let whether really actually already next"""
    )
)  # fmt: skip
ASKING = _words(
    """tell give explain clarify clarifying explaining describe show know mean meant think understand want wonder hear
    heard told say said says saying ask asking speaking talking guess believe see sure get gets got getting make makes
    made take takes took happen happens happened need needs name"""
)
"""They are of the asking, not of what is asked about."""
_GENERAL = _words(
    """thing things kind kinds sort type types way ways lot reason reasons case example examples difference differences
    different idea good best better bad worst important popular big biggest great information details question point
    long large many first last new old possible available course problem main major"""
)
"""They say little about what is asked about."""


_TITLE = 6
"""Words from which on capital letters everywhere are a manner of writing; four may be a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionWord:
    """A word where it stands in a text: ``text[start:end]``."""

    text: str
    lower: str
    start: int
    end: int
    name: bool
    """Written with a capital letter that its place does not ask for."""

    @property
    def is_content(self) -> bool:
        """Neither a function word nor one of the asking."""
        return self.name or (self.lower not in _FUNCTION and self.lower not in ASKING and len(self.lower) > 1)

    @property
    def is_topical(self) -> bool:
        """Content that can tell one topic from another."""
        return self.is_content and (self.name or self.lower not in _GENERAL)


def words_of(text: str) -> tuple[QuestionWord, ...]:
    """The words of a text in order."""
    found = list(_WORD.finditer(text))
    lower = [match.group().lower().replace("’", "'") for match in found]
    raised = [match.group()[0].isupper() and word not in _FUNCTION for match, word in zip(found, lower, strict=True)]
    shouted = text.isupper() or (len(found) > _TITLE and sum(raised) > 0.8 * len(found))
    return tuple(
        QuestionWord(
            text=match.group(),
            lower=lower[at],
            start=match.start(),
            end=match.end(),
            name=raised[at] and not shouted and (not _begins(text, match.start()) or _goes_on(found, raised, at)),
        )
        for at, match in enumerate(found)
    )


def _begins(text: str, start: int) -> bool:
    """Whether a sentence begins here, where any word is written with a capital letter."""
    before = text[max(0, start - _LOOK_BACK) : start].rstrip(" \t\"'“‘(«–-")
    return not before or before[-1] in _SENTENCE_END


def _goes_on(found: list[re.Match[str]], raised: list[bool], at: int) -> bool:
    """Whether the first word of a sentence is of a name all the same: another part follows, or it stands alone."""
    capital_within = any(letter.isupper() for letter in found[at].group()[1:])
    return len(found) == 1 or capital_within or raised[at + 1 : at + 2] == [True]
