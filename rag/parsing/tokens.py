"""The words of a text, with their stems and where clauses begin; and whether the text is in English at all."""

import re
from collections.abc import Iterable, Mapping, Sequence
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
"""Words that carry no content of their own; some of them turn a sentence around, which ``negation`` looks after."""
_ENGLISH = frozenset(
    """the of and to is was that for with as by at from it he she has have had be are were said will its this not but
    his her they their after who an a been which or more than up about into over on in we you i there when what
    would""".split()
)
_OTHER_LANGUAGES = frozenset(
    """der das und ist nicht ein eine einen dem des mit von für auf wurde sind sich auch dass sei alle deine den
    le les du et est une dans pour que qui sur pas au avec été ont ce il
    el los las y en por una con del se fue más todas di
    gli che è stato sono della nel lo e um uma não os o foi do da em
    het een van dat niet zijn met voor zeg de
    nie jest się że został w na z i och att som är inte""".split()
)
QUESTION_WORDS = frozenset("what when where which who whom whose why how".split())
AUXILIARIES = frozenset(
    """is are was were be been being am do does did has have had having can could will would shall should may might must
    isn't aren't wasn't weren't don't doesn't didn't can't couldn't won't wouldn't hasn't haven't cannot""".split()
)
ASKS = QUESTION_WORDS | AUXILIARIES
"""One of them stands near the beginning of what is a question in form."""
_OTHER_QUESTIONS = frozenset(
    """wann wer wem wessen warum wieso weshalb welche welcher welches wieviel quand qui quoi pourquoi comment combien
    quel quelle quels quelles cuándo cuando quién quien quiénes cómo dónde donde cuánto cuántos cuántas cuál qué chi
    quando perché dove quanto quanti quale quais quem onde kiedy kto dlaczego gdzie ile wanneer wie waarom hoeveel
    welk när vem varför hvornår hvem hvorfor kdy proč""".split()
)
"""Words that ask in other languages: one is enough in a question of few words."""
_ASKS_EARLY = 2  # words of a question, one of which asks
_REPEATED = 3  # times that each word stands in a sentence that says nothing
_FEWEST_OTHERS = 2  # words of another language; one may be a name or a loan


def by_form(table: Mapping[str, str]) -> dict[str, str]:
    """For each of the words that a table gives, what it gives them for."""
    return {form: base for base, forms in table.items() for form in forms.split()}


_IRREGULAR = by_form({
    "arise": "arose arisen", "be": "is are was were been being", "beat": "beaten", "become": "became",
    "begin": "began begun", "break": "broke broken", "bring": "brought", "build": "built", "buy": "bought",
    "catch": "caught", "child": "children", "choose": "chose chosen", "come": "came", "deny": "denied denies",
    "die": "died dying dead", "draw": "drew drawn", "drive": "drove driven", "fall": "fell fallen", "feel": "felt",
    "fight": "fought", "find": "found", "flee": "fled", "fly": "flew flown", "foot": "feet", "get": "got gotten",
    "give": "gave given", "go": "went gone", "grow": "grew grown", "have": "has had", "hear": "heard", "hold": "held",
    "keep": "kept", "know": "knew known", "lead": "led", "leave": "left", "lend": "lent", "lose": "lost losing loss",
    "make": "made", "man": "men", "mean": "meant", "meet": "met", "pay": "paid", "person": "people persons",
    "rise": "rose risen", "run": "ran", "say": "said", "see": "saw seen", "sell": "sold", "send": "sent",
    "shake": "shook shaken", "show": "shown", "shoot": "shot", "sink": "sank sunk", "speak": "spoke spoken",
    "spend": "spent", "stand": "stood", "steal": "stole stolen", "strike": "struck", "swear": "swore sworn",
    "take": "took taken", "tell": "told", "think": "thought", "understand": "understood", "wear": "wore worn",
    "win": "won winning", "withdraw": "withdrew withdrawn", "woman": "women", "write": "wrote written",
})  # fmt: skip


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


def content_stems(words: Iterable[Word]) -> list[str]:
    """The stems of the words that say something, in order."""
    return [word.stem for word in words if word.is_content]


def is_repetition(stems: Sequence[str]) -> bool:
    """Whether a sentence with these stems says the same words three times over, and so nothing; none are no such."""
    return len(stems) >= _REPEATED * len(set(stems)) > _REPEATED - 1


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """What the forms of a word share: ``closed``, ``closes`` and ``closing`` give ``clos``; ``rose`` gives ``ris``.

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


def is_foreign(text: str, words: Sequence[Word]) -> bool:
    """Whether most of a text is in another script, or it has more small words of other languages than of English."""
    letters = [character for character in text if character.isalpha()]
    if sum(character > "\u024f" for character in letters) * 2 > len(letters):
        return True
    others = sum(word.text in _OTHER_LANGUAGES for word in words)  # as written: Los Angeles is no article
    own = sum(word.lower in _ENGLISH for word in words)
    for word in words[:_ASKS_EARLY]:
        others += _FEWEST_OTHERS * (word.lower in _OTHER_QUESTIONS)
        own += _FEWEST_OTHERS * (word.lower in QUESTION_WORDS)
    return others >= _FEWEST_OTHERS and others > own
