"""What kind of answer a question asks for, told by the form of its words.

The first rule that holds decides; what none of them knows asks for one fact. ``python -m dateline.eval.benchmarks asked
--data PATH`` counts what is told of the kinds of the desk set.
"""

import re
from itertools import takewhile

from dateline.rag.parsing.tokens import AUXILIARIES
from dateline.rag.types import AskedFor

IN_WORDS: dict[AskedFor, str] = {
    "fact": "one fact",
    "list": "a list",
    "comparison": "a comparison",
    "yes-no": "yes or no",
    "latest": "what is latest",
    "period": "how long",
    "articles": "how many articles",
    "statement": "what somebody said",
}
"""What is asked for, as people are told it."""

NOT_COMPARATIVE = r"(?<!nev)(?<!oth)(?<!memb)(?<!minist)(?<!numb)(?<!und)(?<!aft)(?<!ov)(?<!offic)(?<!riv)(?<!pap)"
"""Beginnings of words on -er that compare nothing, so far as questions have them."""
_COMPARING = (
    rf"(?:more|fewer|less|most|least|fewest|worse|better|worst|best|first|\w{{3,}}{NOT_COMPARATIVE}er|\w{{3,}}est)"
)
_ASKING = "|".join(sorted(AUXILIARIES - {"am", "been", "being", "be"}))
_ARTICLES = r"(?:news )?(?:articles|stories|reports|pieces|sources|papers|newspapers)"
_SAYING = (
    r"(?:say|said|tell|told|think|thought|claim|claimed|announce|announced|promise|promised|warn|warned|reply|replied"
    r"|respond|responded|react|reacted|comment|commented|explain|explained|argue|argued|propose)"
)
_COUNTED = r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2})"
_MEASURED = r"(?:bridge|tunnel|road|river|wall|line|route|pier|runway|canal|track|pipe|cable|coast|border|fence|queue)"
_TIMES = r"(?:days|weeks|months|years|hours|minutes|decades)"

_CERTAIN: tuple[tuple[AskedFor, re.Pattern[str]], ...] = (
    ("articles", re.compile(rf"\bhow many (?:of the |different )?{_ARTICLES}\b")),
    ("comparison", re.compile(rf"\bhow (?:\w+ ){{0,2}}{_COMPARING}\b.*\bthan\b")),
    ("comparison", re.compile(r"\bdifference (?:in [\w ]+ )?between\b|^compare\b|\bcompared? (?:with|to)\b")),
    (
        "comparison",
        re.compile(rf"^(?:which|who|what|where)\b.*\b{_COMPARING}\b.*(?:[,:;–—]| between ).*\b(?:or|and)\b"),
    ),
    ("comparison", re.compile(rf"^(?:{_ASKING})\b.*\b{_COMPARING}\b.*\bthan\b")),
)
_LIKELY: tuple[tuple[AskedFor, re.Pattern[str]], ...] = (
    ("latest", re.compile(r"\b(?:latest|newest|most recent(?:ly)?|up[- ]to[- ]date|as things stand)\b")),
    ("statement", re.compile(rf"\b(?:what|how) (?:did|does|do|has|have|had|is|was|are|were) .*\b{_SAYING}\b")),
    ("statement", re.compile(r"\bwhat (?:is|was) (?!the \w+ of).*\b(?:reaction|response|view|opinion|comment)s?\b")),
    ("period", re.compile(r"\bhow long (?:did|does|do|has|have|had|will|would|can|could|must|should|may|before|after"
                          rf"|until|ago)\b|\bhow long (?:is|was|are|were) (?!the (?:\w+ ){{0,3}}{_MEASURED}\b)")),
    ("period", re.compile(rf"\bfrom when (?:to|until|till)\b|\bfor how long\b|\bhow many {_TIMES}\b"
                          r"|\b(?:over|during|in|for) (?:what|which) period\b|\bbetween (?:what|which) "
                          rf"(?:dates|{_TIMES})\b")),
    ("latest", re.compile(r"\b(?:currently|right now|at the moment|at present|so far|these days|nowadays)\b")),
    ("latest", re.compile(r"^(?!when|why|how do|what do).*\b(?:now|current|still|today)\b")),
    ("list", re.compile(rf"\b(?:which|what|who|name|list)(?: were| are| was)? (?:\w+ )?{_COUNTED}\b")),
    ("list", re.compile(r"^(?:list|enumerate)\b|\b(?:name|show me|give me) (?:all|every|each)\b|\bwhich of the\b"
                        r"|\b(?:what|who|where) all\b|\b(?:who|what) else\b")),
    ("list", re.compile(r"\b(?:what|who) (?:are|were) (?:all )?(?:the |\w+'s )?(?:\w+ ){0,3}?"
                        r"(?:\w{2,}[^su\W]s|people|men|women)\b")),
)  # fmt: skip
_YES_NO = re.compile(rf"^(?:(?:so|and|but) )?(?:{_ASKING})\b|^is it true\b|^(?:if|whether)\b")
_CHOICE = re.compile(r"\bor\b(?! not\b)")
OPENING = re.compile(
    r"^(?:(?:please|can you|could you|tell me|do you know|i want to know|according to the articles),? )+"
    r"(?=(?:if|whether|what|which|who|how|when|where|why|is|are|did|does|name|list)\b)"
)
"""What is put before a question out of courtesy; applied to lower-case words."""
_WORD = re.compile(r"[\w'-]+|[,;:]")
_NAMING = frozenset("which what name".split())
_ENDS_A_NOUN = AUXILIARIES | frozenset(
    """who whom whose that which of in on at for from to with by about under over during after before since against
    besides through , ; :""".split()
)
_EARLY, _SHORT = 3, 6  # words before "which", and words of what is named, at most
_SINGULAR = frozenset(
    """news crisis basis series species process access success address business press congress illness class glass loss
    boss progress status virus campus bus gas census emphasis analysis politics economics mathematics physics athletics
    diabetes headquarters means chaos corps this its his us""".split()
)
_PEOPLE = frozenset("people men women children".split())
_ENDINGS = ("al", "ic", "ed", "ing", "ous", "ive", "ern", "an", "ory", "ary", "ful", "ish", "ese")


def asked_for(question: str) -> AskedFor:
    """The kind of answer that a question asks for, by its words."""
    plain = " ".join(question.lower().replace("’", "'").split()).strip(" \"'“”")
    lower = OPENING.sub("", plain)
    for kind, form in _CERTAIN:
        if form.search(lower):
            return kind
    if _YES_NO.match(lower) and not _CHOICE.search(lower):
        return "yes-no"
    found = next((kind for kind, form in _LIKELY if form.search(lower)), None)
    return found or ("list" if _names_several(lower) else "fact")


def _names_several(lower: str) -> bool:
    """Whether what is asked for, "which security measures", is a plural."""
    words = _WORD.findall(lower.rstrip("?. "))
    at = next((at for at, word in enumerate(words[:_EARLY]) if word in _NAMING), None)
    if at is None:
        return False
    rest = words[at + 1 : at + 2 + _SHORT]
    phrase = list(takewhile(lambda one: one not in _ENDS_A_NOUN, rest))
    ended = len(phrase) < len(rest) or at + 1 + len(phrase) == len(words)
    heads = phrase[-1:] if ended else []  # "which schools run courses": the noun may stand before a verb as well
    heads += phrase[:2] if phrase and phrase[0].endswith(_ENDINGS) else phrase[:1]
    return any(map(_is_plural, heads))


def _is_plural(word: str) -> bool:
    if word in _PEOPLE:
        return True
    return (
        len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "'s")) and word not in _SINGULAR
    )
