"""Words that a sentence holds without saying that they are so: of a novel, a joke, a poll, a draft, a denial.

"The claim that the bridge fell is baseless" holds "the bridge fell" and says the contrary. News has few such sentences;
a claim rests on one only where it says with it how it was said.
"""

import re

from dateline.rag.parsing.parsed_text import ParsedText
from dateline.rag.parsing.tokens import STOP_WORDS, read_words
from dateline.rag.verification.injection.classifier import HIDDEN, hide, read_sentences

_X = re.escape(HIDDEN)
_MADE_UP = (
    r"(?:novel|novella|thriller|fairy tale|fable|short story|screenplay|musical|comedy|satire|parody|spoof|sketch|"
    r"cartoon|comic|legend|myth|dream|nightmare|simulation|drill|exercise|rehearsal|scenario|mock trial|thought "
    r"experiment|video game|alternate history|daydream|puppet show|radio play|poem|ballad|film script)"
)
_UNTRUE = (
    r"(?:baseless|false|untrue|wrong|incorrect|unfounded|groundless|nonsense|rubbish|fake|invented|made up|fabricated|"
    r"debunked|refuted|mistaken|fiction|fictional|fictitious|unproven|a lie|lies|a hoax|a myth|a joke|a mistake|"
    r"an error|misleading|absurd|retracted|withdrawn|not true|not so|not correct|not the case|never true|without "
    r"(?:basis|foundation|merit|substance))"
)
_IS = r"(?:is|are|was|were|be|proved|proven|turned out(?: to be)?|(?:has|have) (?:since )?been|remains?|called)"
_TOLD = r"(?:claims?|reports?|rumou?rs?|allegations?|suggestions?|assertions?|idea|notion|story|theory|belief|stories)"
_HERE = (
    rf"\A\W*(?:in|inside|from|during|for) (?:[\w'’.-]+ ){{0,6}}{_MADE_UP}\b[^.]{{0,60}}?,",
    r"\A\W*(?:act|scene|chapter|stanza|episode) (?:one|two|three|four|five|six|[ivx]+|\d+)\b[^.:]{0,30}:",
    rf"\b(?:dreamed|dreamt|imagined|fantasi[sz]ed|pretended|daydreamed|joked|jested)\b[^.]{{0,30}}(?:\bthat\b|{_X})",
    r"\A\W*(?:imagine|suppose|supposing|picture this|what if|let us (?:say|suppose|imagine)|assume)\b",
    rf"\b(?:if|unless|as if|as though|whether|in case|had it been that)\b[^,.;]{{0,80}}{_X}",
    r"\b(?:april fools?|april joke|hoax|prank|spoof|urban legend|conspiracy theor\w+|deepfake|satirical)\b",
    r"\b(?:an|some|one|several|anonymous|deleted|fake|parody) (?:\w+ ){0,2}"
    r"(?:account|user|troll|bot|commenter|poster)s?\b[^.]{0,80}\b(?:posted|wrote|tweeted|claimed|shared|commented)\b",
    r"\b(?:had to|(?:was|were) (?:asked|told|made|set) to|must|to) (?:\w+ ){0,3}"
    r"(?:translate|put into|copy|spell|conjugate|parse|recite|punctuate|memori[sz]e|rewrite|learn)\b[^.:]{0,60}:",
    r"\b(?:sample|example|specimen|practice|placeholder|dummy|model) (?:\w+ )?"
    r"(?:sentence|text|output|answer|headline|question|article|paragraph|reply)s?\b",
    r"\b(?:could|can|may|might) (?:vote|choose|pick|bet|tick|guess|opt)\b|\btrue or false\b|\bmultiple choice\b"
    r"|\b(?:option|choice|answer|statement) (?:[a-d]|one|two|three|\d)\s*[:)]",
    r"\b(?:draft|proposal|motion|amendment|resolution|petition|clause|version|bill|wording)\b[^.:]{0,80}"
    r"\b(?:voted down|rejected|discarded|scrapped|crossed out|struck out|defeated|thrown out|abandoned|never adopted)\b"
    r"[^.:]{0,60}\b(?:read|ran|said|stated|proposed)\b",
    r"\b(?:draft|wording|first version)\b[^.:]{0,60}\b(?:read|ran|said|stated)\s*:",
    r"\A\W*(?:advert(?:isement|orial)?|sponsored(?: content| post)?|paid (?:content|post|promotion)|promoted|"
    r"partner content|promotion)\s*[:–—|-]",
    rf"\b{_TOLD} (?:that|of|about|,)[^.]*\b{_IS} (?:\w+ly |being |all |simply )?{_UNTRUE}",
    rf"\b(?:it|that) {_IS} (?:\w+ly |simply )?{_UNTRUE} (?:to (?:say|claim|think|suggest) )?that\b",
    r"\bno (?:\w+ )?(?:evidence|proof|truth|basis|record|sign|indication|suggestion) (?:\w+ ){0,3}(?:that|of|in)\b",
    rf"\b(?:falsely|wrongly|mistakenly|erroneously|incorrectly|misleadingly|untruthfully)\b[^.]{{0,40}}{_X}",
    r"\b(?:nobody|no one|none of them|neither of them) (?:\w+ )?(?:said|says|claimed|claims|believes|thinks|thought)\b",
    r"\bcontrary to (?:\w+ ){0,3}(?:reports?|claims?|rumou?rs?|what)\b",
    rf"\b(?:refuted|debunked|denied|dismissed|rejected|rubbished) (?:[\w'’]+ ){{0,5}}{_TOLD}\b",
    r"\A\W*(?:long ago|once upon a time|centuries ago|in the (?:\w+ )?(?:\w+teenth|twelfth) century|in the middle ages|"
    r"(?:back )?in (?:the (?:spring|summer|autumn|winter) of )?1(?:[0-8]\d\d|9[0-4]\d)\b)",
)
_BEHIND = (
    rf"\A\W*(?:that|this|it|which|none of (?:this|it|that)|not a word|the (?:\w+ )?(?:report|claim|sentence|line|"
    rf"paragraph|headline|statement|story|sentences|post))\b[^.]{{0,80}}"
    rf"\b{_IS} (?:\w+ly |all |simply )?{_UNTRUE}\b(?! much)",
    r"\A\W*(?:that|this|it|none of (?:this|it|that)) never happened\b|\A\W*(?:not|so) (?:true|says the rumour)\b",
    r"\A\W*(?:we|the editors?|the paper|the newspaper) (?:\w+ )?"
    r"(?:regrets?|apologi[sz]es?|retracts?|withdraws?|was wrong|were wrong)\b",
)
_BEFORE = (
    r"\b(?:the (?:next|following) (?:\w+ )?(?:paragraph|sentence|lines?|text|story|passage|section|part|item)s?|"
    r"what follows|all that follows|the rest of this)\b[^.]{0,80}\b(?:joke|satire|fiction|fictional|invented|made up|"
    r"not true|untrue|false|imaginary|parody|example|exercise|advertisement|dream|hoax|spoof)\b",
)
_QUOTE, _NEXT, _LAST = (tuple(re.compile(one, re.IGNORECASE) for one in forms) for forms in (_HERE, _BEHIND, _BEFORE))
_AGAINST = re.compile(r"\b(?:not|rather than|instead of|unlike|except)(?: in| by| from| for)?\s*\Z", re.IGNORECASE)
_NEAR = 300  # characters
_SHARED = 0.5  # of a claim's words, without which it does not rest on the quote


def how_unasserted(quote: ParsedText, claim: ParsedText, before: str = "", behind: str = "") -> str:
    """The words by which a quote, or a sentence beside it, says that the claim need not be so; empty where none do.

    Args:
        quote: a sentence of an article.
        claim: what is to rest on it.
        before: the sentence before the quote.
        behind: the sentence behind it.
    """
    if not claim.stems or len(claim.stems & quote.stems) < _SHARED * len(claim.stems):
        return ""
    frame = hide(quote.text, claim.text)
    for forms, text in ((_QUOTE, frame), (_NEXT, behind), (_LAST, before)):
        for form in forms:
            found = form.search(text)
            if found and not _is_said_too(found[0], claim):
                return " ".join(found[0].replace(HIDDEN, "…").split()).strip(" ,:")
    return _excluded(quote, claim)


def takes_back(text: str) -> bool:
    """Whether the last sentence of a text says that what follows isn't so, or the first that what went before isn't."""
    last = read_sentences(text[-_NEAR:])[-1:]
    return any(form.search(one) for one in last for form in _LAST) or any(form.search(text[:_NEAR]) for form in _NEXT)


def _is_said_too(words: str, claim: ParsedText) -> bool:
    """Whether the claim has a word of those that say how it was said."""
    return any(one.lower not in STOP_WORDS and one.stem in claim.stems for one in read_words(words.replace(HIDDEN, "")))


def _excluded(quote: ParsedText, claim: ParsedText) -> str:
    """The name of a claim that its quote sets against another which the claim lacks: "Lund, and not Malmo"."""
    own = {word for name in claim.names for word in name.words}
    for name in quote.names:
        against = _AGAINST.search(quote.text[: name.start])
        if against and own & set(name.words) and any(not own & set(one.words) for one in quote.names):
            return f"{against[0].strip()} {name.text}"
    return ""
