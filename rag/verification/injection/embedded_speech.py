"""Words that a sentence holds without saying them, as "make it clear to all: the bridge fell" does.

A claim that leaves out the words which embed it says what the quote does not. Those that report it are no matter:
"police said that the bridge fell" is as good a source for "the bridge fell" as news has.
"""

import re
from collections.abc import Sequence

from dateline.rag.parsing.parsed_text import ParsedText
from dateline.rag.parsing.tokens import Word, read_words
from dateline.rag.verification.injection.addressed_to_ai import MACHINE

_RECIPIENT = re.compile(
    r"\b(?:tell|tells|telling|told|ask|asked|assure|promise|show|give|remind|let) you\b|\bsay to you\b"
)
_OBLIGED = re.compile(r"\byou (?:shall|must|should|are to|have to|need to)\b")
_ADDRESSEE = re.compile(
    r"\b(?:you|your|yours|you['’]\w+|assistants?|ais?|bots?|chat ?bots?|llms?|language models?|"
    r"(?:all|any|the|as the) models?|automated (?:system|reader|tool|assistant)s?|machines?)\b"
)
_SPEECH = re.compile(
    r"\b(?:answer|answers|answered by|reply|replies|respond|response|responses|output|outputs|summary|summaries|"
    r"snippet|sentence|phrase|following|say|state that|stating|tell|write|print|mention|include|insert|quote|quoted by|"
    r"cite|confirm|announce|repeat|present|relay|convey|spread|pass(?:ing)? on|"
    r"to be (?:given|quoted|stated|reported|read)|(?:open|begin|start|end|close|lead) with|"
    r"let (?:them|him|her|people) know|(?:the|_) (?:line|statement|words?))\b"
)
_CONVERSATION = re.compile(
    r"\b(?:questions?|asks?|enquires?|inquires?|users?|prompts?|instructions?|conversation|guidelines|rules|"
    r"this (?:article|page|text|document|story|site)|for (?:the|_) (?:answer|reply|response|output|summary))\b"
)
_INTRODUCING = re.compile(
    rf"\b(?:answers?|repl(?:y|ies)|responses?|outputs?|snippet|sentence|phrase|context|you|your|whoever|{MACHINE})\b"
    r"|\b(?:is|are|be|say|state|report|read|know|tell|respond|reply|answer|output|this|these|whoever|everyone|anyone|"
    r"all|line|words?|statement|only)$"
)
_REPORTED = re.compile(r"\b(?:said|says|told|added|wrote|stated|replied|announced|reported|tweeted|according to)\b")
_QUOTING = ('"', "“", "‘", " '", "(", "[", "{", "<", ">", "=")
_JOINING = frozenset(
    "and but or so because as while when after before since although though if where which who whether until".split()
)
_PARTICLES = frozenset("on out up across over down forward along".split())
_PAST = frozenset(
    "told found thought knew wrote made saw held felt read showed heard meant was were is are said".split()
)
_NO_SUBJECT = frozenset(
    """to must should shall will would can could may might please just casually then and not you do don't let
    simply""".split()
)
_BASE = frozenset(
    """say state claim report convey announce confirm conclude testify know tell believe think assume pretend note
    mention show suggest explain imply admit declare insist repeat reply answer write argue accept agree stress add
    relay spread bring pass expect fear hope warn""".split()
)
_TIMES = frozenset("week month year day today yesterday night morning evening afternoon weekend season".split())


def is_embedded(quote: ParsedText, claim: ParsedText) -> bool:
    """Whether a quote holds the words of a claim only as something that is to be said, asked or done."""
    return bool(claim.text) and (_talks_of_answers(quote, claim) or _stands_in(quote, claim))


def _talks_of_answers(quote: ParsedText, claim: ParsedText) -> bool:
    """Whether the words that a claim leaves out talk about what someone is to answer."""
    own = {word.lower for word in claim.words}
    words = read_words(_RECIPIENT.sub("", quote.text.lower()))
    carrier = " ".join("_" if word.lower in own else word.lower for word in words)
    spoken, conversation = bool(_SPEECH.search(carrier)), bool(_CONVERSATION.search(carrier))
    if _ADDRESSEE.search(carrier):
        return spoken or conversation or bool(_OBLIGED.search(carrier))
    return spoken and conversation and not _REPORTED.search(carrier)


def _stands_in(quote: ParsedText, claim: ParsedText) -> bool:
    """Whether a claim is a part of a quote, word for word, and what stands before it is neither clause nor report."""
    words, own = quote.words, [word.lower for word in claim.words]
    lower = [word.lower for word in words]
    at = next((at for at in range(len(words)) if lower[at : at + len(own)] == own), 0) if own else 0
    if not at:
        return False
    gap, behind = quote.text[words[at - 1].end : words[at].start], lower[at + len(own) :]
    if ":" in gap or any(sign in gap for sign in _QUOTING):
        reported = _REPORTED.search(" ".join((*lower[:at], *behind)))
        listed = ":" in gap and not _INTRODUCING.search(quote.text[: words[at - 1].end].lower())
        return not reported and not listed
    if lower[at - 1] == "that":
        return not _reports(words[: at - 1], told=True)
    return not gap.strip() and _begins_in_the_middle(words, at) and not _reports(words[:at], told=False)


def _begins_in_the_middle(words: Sequence[Word], at: int) -> bool:
    """Whether a sentence seems to begin with a word that nothing but words stands before."""
    before = words[at - 1]
    return words[at].text[0].isupper() and not before.text[0].isupper() and before.lower not in _JOINING | _TIMES


def _reports(before: Sequence[Word], told: bool) -> bool:
    """Whether some words end with one after which a clause is told as a fact, a verb that someone is the subject of.

    Args:
        before: what stands before the clause, and before "that".
        told: whether "that" stands between; then it may be a noun as well: "the news that".
    """
    words = list(before)
    while words and words[-1].lower in _PARTICLES:
        words.pop()
    if not words:
        return False
    *rest, verb = words
    if verb.lower.endswith("ing") and not told:
        return bool(rest) and verb.opens and verb.stem in _BASE
    if verb.lower in _BASE:
        return bool(rest) and not verb.opens and rest[-1].lower not in _NO_SUBJECT
    return told or verb.lower in _PAST or verb.lower.endswith(("ed", "s"))
