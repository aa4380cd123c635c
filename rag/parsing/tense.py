"""Whether what a sentence says of a day is past or still to come, by the verb nearest to it.

"Will meet on Wednesday" is the next Wednesday, "met on Wednesday" the last one. What a verb leaves open ("was due on
Wednesday", "agreed on Wednesday to") is said to be so.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from dateline.index.types import Span

Direction = Literal["past", "future", "open"]

_ADVERBS = r"(?: (?:[a-z]+ly|not|also|now|only|then|still|again|soon|once|never|at least|no longer))*"
_IRREGULAR = """
    beat became began bought broke brought built came caught chose cut did died drew drove fell felt flew fled fought
    found gave given got grew had heard held hit hurt kept killed knew known laid led left lent lost made met paid put
    ran rang rose said sang sank sat saw seen sent shook shot shown shut slid sold spent spoke spread stood stolen
    struck swept swore sworn taken taught thought threw told took torn walked went withdrew woke won wore written wrote
""".split()
_PARTICIPLES = """
    become begun been broken chosen come done drawn driven fallen flown forgotten gone grown hidden overcome ridden
    risen run shaken spoken woken
""".split()
_PLANS = """
    expected planned scheduled due set slated likely forecast bound ready about going supposed meant promised poised
""".split()
_AIMS = """
    agree aim decide expect hope intend plan pledge promise threaten undertake vow want wish demand prepare ask urge
""".split()
_PAST_FORM = rf"(?:[a-z]{{2,}}ed|{'|'.join(_IRREGULAR)})"
_PARTICIPLE = rf"(?:{_PAST_FORM}|{'|'.join(_PARTICIPLES)})"
_DONE = rf"(?: {_PAST_FORM})?\b"
_TO_BE_DONE = rf"to(?: be)?{_DONE}"
_PLANNED = rf"(?:(?:{'|'.join(_PLANS)})\b(?: {_TO_BE_DONE})?|{_TO_BE_DONE})"
_AIMED = rf"(?:{'|'.join(_AIMS)})(?:s|d|ed|ned|ged|es)?"
_MODAL = r"(?:will|shall|would|may|might|could|can|must|should|won['’]t|cannot)"
_COMES = """
    start starts begin begins opens reopens closes ends runs returns resumes arrives leaves come comes take
    takes meet meets votes
""".split()
_CUES = re.compile(
    "|".join((
        rf"(?P<open>\b(?:would|could|should|might){_ADVERBS} have{_ADVERBS}(?: been)?{_DONE}"
        rf"|\b(?:was|were|had been|been){_ADVERBS} {_PLANNED})",
        rf"(?P<guessed>\b(?:may|must){_ADVERBS} have{_ADVERBS}(?: been)?{_DONE})",
        rf"(?P<future>(?:\b{_MODAL}|['’]ll){_ADVERBS}(?: (?:be|get|remain|stay))?{_ADVERBS}{_DONE}"
        rf"|\b(?:is|are|being|['’]re){_ADVERBS} {_PLANNED}"
        rf"|\b(?:has|have|needs?|yet|scheduled|expected|likely|slated){_ADVERBS} {_TO_BE_DONE}"
        rf"|\b{_AIMED}(?: [a-z]+)? {_TO_BE_DONE}|\bto be{_DONE})",
        rf"(?P<perfect>\b(?:has|have|['’]ve){_ADVERBS}(?: been)?{_ADVERBS} {_PARTICIPLE}\b)",
        rf"(?P<present>\b(?:is|are|remains?|stays?|keeps?|['’]re){_ADVERBS}(?: being)?{_DONE}"
        rf"|\b(?:{'|'.join(_COMES)})\b)",
        rf"(?P<past>\b(?:was|were|did|had|(?:was|were|did|had)n['’]t)\b{_ADVERBS}(?: been)?{_DONE}"
        rf"|(?<![\w-]){_PAST_FORM}\b|\b(?:saying|warning|adding|telling|announcing|writing)\b)",
        r"(?P<infinitive>\bto [a-z]{3,}\b)",
    )),
    re.IGNORECASE,
)  # fmt: skip
_NO_VERBS = frozenset("hundred need indeed united red bed speed feed seed breed bleed embed shed unaccounted".split())
_CLAUSE = re.compile(r"[,;:–—]|[.!?][\"”’)]* |\b(?:and|but|while|as|because|although|which|that|who|when|where)\b")
_SENTENCE_END = re.compile(r"[;:]|(?<![A-Z])(?<!\b[A-Z][a-z]{2})(?<!\bSept)[.!?][\"”’)]* +(?=[A-Z“\"‘])")
_DIRECTIONS: dict[str, tuple[Direction, bool]] = {
    "future": ("future", True), "past": ("past", True), "perfect": ("past", True), "present": ("future", False),
    "infinitive": ("future", False), "guessed": ("past", False), "open": ("open", False), "": ("open", False),
}  # fmt: skip
"""Of each kind of verb, and whether it tells it plainly."""


@dataclass(frozen=True, slots=True)
class _Cue:
    span: Span
    kind: str


def direction(text: str, mention: Span, relation: str = "") -> tuple[Direction, bool]:
    """Where a day lies, seen from the day of publication, and whether the verb says so plainly.

    Args:
        text: the sentence, or several.
        mention: where the day is named.
        relation: how it is tied: ``since``, ``until``, ``by`` and so on, as ``dates.Mention`` has it.
    """
    if relation == "since":
        return "past", True
    kind = _nearest_kind(text, mention)
    if relation in ("until", "by") and kind in ("", "perfect", "present", "future", "infinitive"):
        return "future", True
    if relation in ("until", "by") and kind == "past":
        return "open", False
    return _DIRECTIONS[kind]


def is_perfect(text: str, mention: Span) -> bool:
    """Whether a day goes with "has done" or "have been done"."""
    return _nearest_kind(text, mention) == "perfect"


def sentence_at(text: str, place: int) -> Span:
    """The sentence, or the part of it between colons or semicolons, that holds a place."""
    ends = [0, *(found.end() for found in _SENTENCE_END.finditer(text)), len(text)]
    start = max(end for end in ends if end <= place)
    return Span(start, min((end for end in ends if end > place), default=len(text)))


@lru_cache(maxsize=64)
def _cues(sentence: str) -> tuple[_Cue, ...]:
    """The verbs that tell a direction, in order; "to do" only where there is no other."""
    found = [
        _Cue(Span(*one.span()), one.lastgroup or "")
        for one in _CUES.finditer(sentence)
        if one[0].lower() not in _NO_VERBS
    ]
    return tuple([one for one in found if one.kind != "infinitive"] or found)


def _nearest_kind(text: str, mention: Span) -> str:
    """The kind of verb that a day goes with: the last one before it in its clause, else the next one behind it."""
    whole = sentence_at(text, mention.start)
    sentence, place = whole.of(text), Span(mention.start - whole.start, mention.end - whole.start)
    cues = _cues(sentence)
    before = [one for one in cues if one.span.end <= place.start]
    following = next((one for one in cues if one.span.start >= place.end), None)
    clause = max((found.end() for found in _CLAUSE.finditer(sentence, 0, place.start)), default=0)
    if before and before[-1].span.end > clause:
        return before[-1].kind
    if following and (not before or not _CLAUSE.search(sentence, place.end, following.span.start)):
        return following.kind
    return before[-1].kind if before else following.kind if following else ""
