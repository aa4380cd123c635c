"""Words: a text in, its words with their stems and where a clause ends out."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"[0-9]+(?:[.,:][0-9]+)*(?![^\W_])|[^\W_]+(?:['’][^\W_]+)?")
_CLAUSE_END = re.compile(r"[,;:.!?()\[\]…–—]|[\"”“«»]| - ")

STOP_WORDS = frozenset(
    """a about above after again against all almost also although am among an and another any are as at be because been
    before being below between both but by can could did do does doing down during each either ever every few for from
    further had has have having he hence her here hers herself him himself his how however i if in into is it its itself
    just least less many may me might more most much must my neither no nor not now of off on once one only or other our
    out over own per rather s same shall she should since so some such t than that the their theirs them themselves then
    there these they this those though through thus to too toward towards under until up upon us very was we well were
    what when where whether which while who whom whose why will with within without would yet you your""".split()
)
"""Words that carry no content of their own; some of them turn a sentence around, which ``polarity`` looks after."""

_IRREGULAR = {
    form: base
    for base, forms in {
        "arise": "arose arisen", "be": "is are was were been being", "beat": "beaten", "become": "became",
        "begin": "began begun", "break": "broke broken", "bring": "brought", "build": "built", "buy": "bought",
        "catch": "caught", "child": "children", "choose": "chose chosen", "come": "came", "deny": "denied denies",
        "die": "died dying dead", "draw": "drew drawn", "drive": "drove driven", "fall": "fell fallen", "feel": "felt",
        "fight": "fought", "find": "found", "flee": "fled", "fly": "flew flown", "foot": "feet", "get": "got gotten",
        "give": "gave given", "go": "went gone", "grow": "grew grown", "have": "has had", "hear": "heard",
        "hold": "held", "keep": "kept", "know": "knew known", "lead": "led", "leave": "left", "lend": "lent",
        "lose": "lost losing loss", "make": "made", "man": "men", "mean": "meant", "meet": "met", "pay": "paid",
        "person": "people persons", "rise": "rose risen", "run": "ran", "say": "said", "see": "saw seen",
        "sell": "sold", "send": "sent", "shake": "shook shaken", "show": "shown", "shoot": "shot", "sink": "sank sunk",
        "speak": "spoke spoken", "spend": "spent", "stand": "stood", "steal": "stole stolen", "strike": "struck",
        "swear": "swore sworn", "take": "took taken", "tell": "told", "think": "thought",
        "understand": "understood", "wear": "wore worn", "win": "won winning", "withdraw": "withdrew withdrawn",
        "woman": "women", "write": "wrote written",
    }.items()
    for form in forms.split()
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word and its place in the text."""

    text: str
    lower: str
    """In lower case, with a straight apostrophe."""
    stem: str
    start: int
    end: int
    opens: bool
    """Whether a clause begins with it: punctuation stands before it, or nothing."""

    @property
    def is_content(self) -> bool:
        """Whether it says something by itself."""
        return self.lower not in STOP_WORDS


@lru_cache(maxsize=512)
def read_words(text: str) -> tuple[Word, ...]:
    """The words of a text, in order."""
    words: list[Word] = []
    end = 0
    for found in _WORD.finditer(text):
        lower = found.group().lower().replace("’", "'")
        opens = not words or _CLAUSE_END.search(text, end, found.start()) is not None
        words.append(
            Word(text=found.group(), lower=lower, stem=stem(lower), start=found.start(), end=found.end(), opens=opens)
        )
        end = found.end()
    return tuple(words)


def content_stems(words: Collection[Word]) -> list[str]:
    """The stems of the words that say something, in order."""
    return [word.stem for word in words if word.is_content]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """What the forms of a word share: ``agreed``, ``agrees`` and ``agreeing`` give ``agre``; ``rose`` gives ``ris``.

    A few suffixes and irregular forms: enough to compare sentences about the same, and it joins fewer strangers than
    Porter's stemmer does.
    """
    word = word.removesuffix("'s").removesuffix("'")
    word = _IRREGULAR.get(word, word)
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith("s") and len(word) > 3 and word[-2] not in "sui":
        word = word[:-2] if word.endswith(("sses", "shes", "ches", "xes")) else word[:-1]
    for suffix in ("ing", "ed"):
        bare = word.removesuffix(suffix)
        if bare != word and len(bare) > 2 and re.search("[aeiouy]", bare):
            word = bare[:-1] if bare[-1] == bare[-2] and bare[-1] not in "lse" else bare
            break
    if word.endswith("ied"):
        word = word[:-3] + "y"
    return word.removesuffix("e").replace("our", "or") if len(word) > 3 else word
