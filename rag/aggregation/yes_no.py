"""Yes, no, or not said: a question made a statement, and held against the sentences that come nearest.

A sentence says yes where it holds the words of the question and no rule of ``rag.verification`` finds a fault; no where
it denies them or gives another number, date or opposite; else it does not say. A verifier, where there is one, decides
between yes and not said, and finds a no that rules don't see.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from operator import ge, gt, le, lt

from dateline.index.splitting.chunks import embedding_text
from dateline.index.types import Embedder
from dateline.rag.aggregation.findings import Finding
from dateline.rag.parsing import numbers
from dateline.rag.parsing.names import Name, missing_words
from dateline.rag.parsing.negation import Flip, are_opposites, find_flip, read_negations
from dateline.rag.parsing.parsed_text import ParsedText, parse
from dateline.rag.parsing.tokens import AUXILIARIES, Word
from dateline.rag.reader.asked import OPENING
from dateline.rag.types import Verifier, YesNo
from dateline.rag.verification.faults import find_faults
from dateline.rag.verification.injection.instructions import paragraph_at, what_is_said

_LOOKED_AT = 12  # sentences
_ENOUGH = 0.7  # of the question's words, in a sentence or around it: fewer, and it speaks of something else
_NEAR = 5.0  # log-odds: a sentence that is farther behind the likeliest is not held against it
_SHORTEST = 3  # words of an article, a noun and a verb
_SHORTEST_WORD = 5  # letters from which re- at its beginning may mean again
_LIKELY = 0.5  # a verifier's probability from which it decides
_MODAL = frozenset("will would shall should can could may might must".split())
_DOES = frozenset("do does did".split())
_POSITIVE = {"can't": "can", "won't": "will", "cannot": "can"}
_BARE = frozenset(
    "not any anybody anyone anything ever yet already still really actually true get got going happen happened".split()
)
_PEOPLE = frozenset("anybody anyone somebody someone people person".split())
_DETERMINERS = frozenset("a an the this that these those its his her their any some no all both every".split())
_PREPOSITIONS = frozenset(
    """in on at for from to with by about under over during after before since into against as when while if because
    beside behind near between above below outside inside along across""".split()
)
_OPENING = re.compile(r"^(?:(?:so|and|but) )?(?:is it true (?:that )?|whether |if )", re.IGNORECASE)
_PARTICIPLE = re.compile(r"\w{2,}(?:ed|en|ing|wn|ught|old|one|et|ut|aid|eld|ost|ade|on)\b")
_NOBODY = frozenset("nobody none no neither never".split())

_HOLDS = {">": gt, ">=": ge, "<": lt, "<=": le}


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a question asks the truth of."""

    text: str
    """A sentence: ``the council did approve the bridge``."""
    bare: ParsedText
    """The same without the auxiliary, by which rules compare."""
    stems: frozenset[str]
    """Of the words that a sentence has to hold."""
    predicate: str
    """The stem of the first of them behind the subject: what is said of it."""
    modal: bool
    """Whether it asks what will, may or should be."""
    negated: bool
    """Whether it states that something is not so: then what denies that says no."""


def to_statement(question: str) -> Statement:
    """A question for yes or no as a statement; the auxiliary is put behind its subject."""
    text = " ".join(question.split()).rstrip("?! ")
    courtesy = OPENING.match(text.lower())
    text = _OPENING.sub("", text[courtesy.end() :] if courtesy else text)
    auxiliary, rest, at = _without_auxiliary(text)
    bare = re.sub(r"\bnot ", "", rest)
    at = _subject_end(parse(bare).words, auxiliary) if at == 0 else at
    positive = _POSITIVE.get(auxiliary, auxiliary.removesuffix("n't"))
    words = f"{bare[:at].rstrip()} {positive} {bare[at:].lstrip()}"
    telling = _telling(parse(bare))
    lower = [word for word in telling if word.text[0].islower()] or telling
    behind = [word for word in lower if word.start >= at] or lower[-1:]
    return Statement(
        text=f"{' '.join(words.split())}.",
        bare=parse(f"{bare}."),
        stems=frozenset(one.stem for one in telling),
        predicate=behind[0].stem if behind else "",
        modal=positive in _MODAL or " going to " in f" {bare.lower()} ",
        negated=bare != rest,
    )


def _without_auxiliary(text: str) -> tuple[str, str, int]:
    """The auxiliary of a question or a statement, the text without it, and where it stood there."""
    found = next((word for word in parse(text).words if word.lower in AUXILIARIES), None)
    if found is None:
        return "", text, len(text)
    before = text[: found.start]
    return found.lower, f"{before}{text[found.end :].lstrip()}", len(before)


def _telling(bare: ParsedText) -> list[Word]:
    """The words that a sentence has to hold; numbers and dates are compared as such."""
    counted = [*(number.span for number in bare.numbers), *(mention.span for mention in bare.dates)]
    return [
        word
        for word in bare.words
        if word.is_content
        and word.lower not in _BARE | _PEOPLE
        and not any(span.start <= word.start < span.end for span in counted)
    ]


def _subject_end(words: Sequence[Word], auxiliary: str) -> int:
    """Where the subject of a question ends: before a participle or a verb, so far as their places tell them."""
    acts = auxiliary in _DOES | _MODAL
    for at, word in enumerate(words[1:], 1):
        behind = words[at + 1].lower if at + 1 < len(words) else ""
        ends = not behind or behind in _PREPOSITIONS | _DETERMINERS
        if not acts and (word.lower in _DETERMINERS or (_PARTICIPLE.fullmatch(word.lower) and ends)):
            return word.start
        named = words[at - 1].text[:1].isupper() and word.text[:1].islower()
        if acts and named and word.lower not in ("of", "and", "or"):
            return word.start
        begins = word.lower in _DETERMINERS | _PREPOSITIONS or not word.text[0].islower() or word.opens
        whole = at >= _SHORTEST or words[0].lower not in _DETERMINERS  # "the road to Kell" is no more than a subject
        if begins and whole and words[at - 1].text[0].islower():
            return _before_verb(words[:at]) if acts else word.start
    return _before_verb(words)


def _before_verb(words: Sequence[Word]) -> int:
    """The beginning of the last of some words, the first but one at least."""
    return words[-1].start if len(words) > 1 else (words[0].end if words else 0)


def says(statement: Statement, found: Finding, embedder: Embedder, verifier: Verifier | None = None) -> YesNo:
    """What one sentence says of a statement."""
    passage = found.passage
    span = found.quotation.span
    paragraph = paragraph_at(passage.text, max(0, span.start - passage.start), max(0, span.end - passage.start))
    said = what_is_said(found.sentence, statement.bare, paragraph)
    if not said.words or _is_of_others(statement.bare.names, found.sentence):
        return "not said"
    if not _is_about(statement, found):  # in other words, which only a model reads
        return _as_verified("not said", statement, found, verifier) if verifier else "not said"
    answer = _by_bounds(statement, said) or _by_polarity(statement, said)
    answer = answer or _by_faults(statement, said, found, embedder)
    if verifier:
        answer = _as_verified(answer, statement, found, verifier)
    if answer == "not said" or not statement.negated:
        return answer
    return "no" if answer == "yes" else "yes"


def _is_about(statement: Statement, found: Finding) -> bool:
    """Whether a sentence says what is asked or its opposite, and the other words of the question stand around it."""
    around = found.about | parse(found.passage.text).stems
    if not _holds(statement.predicate, found.sentence.stems):
        return False
    held = parse(f"{found.metadata.title or ''} . {found.passage.text}").name_words
    if any(missing_words(name, held) for name in statement.bare.names):
        return False
    near = [stem for stem in statement.stems if stem in around or _holds(stem, found.sentence.stems)]
    return len(near) >= _ENOUGH * len(statement.stems)


def _is_of_others(names: Sequence[Name], sentence: ParsedText) -> bool:
    """Whether a sentence names others and none of those asked about."""
    if not names or not sentence.names:
        return False
    return all(len(missing_words(name, sentence.name_words)) == len(name.words) for name in names)


def _holds(stem: str, stems: Collection[str]) -> bool:
    """Whether words hold one of this stem or its opposite: what was opened again reopened."""
    bare = stem.removeprefix("re") if len(stem) > _SHORTEST_WORD else stem
    return stem in stems or bare in stems or any(are_opposites(stem, one) for one in stems)


def shared(statement: Statement, found: Finding) -> int:
    """How many words of a statement stand in a sentence, or their opposites."""
    return sum(_holds(stem, found.sentence.stems) for stem in statement.stems)


def _by_bounds(statement: Statement, said: ParsedText) -> YesNo | None:
    """What a number of a sentence says of "more than ten" or "at least ten"; None where nothing is bounded."""
    asked = next((one for one in statement.bare.numbers if one.bound in _HOLDS), None)
    if asked is None:
        return None
    given = numbers.counterpart(asked, said.numbers)
    if given is None or given.unit != asked.unit or not (set(given.nouns) & set(asked.nouns) or not given.nouns):
        return "not said"
    return "yes" if _HOLDS[asked.bound](given.low, asked.low) else "no"


def _by_polarity(statement: Statement, said: ParsedText) -> YesNo | None:
    """What a sentence says by denying it, by an opposite, or by saying only that it may be; None where it does not."""
    asks_of_any = any(word.lower in _BARE | _PEOPLE for word in statement.bare.words)
    if asks_of_any and said.words[0].lower in _NOBODY and statement.predicate in said.stems:
        return "no"
    cues = [cue for cue in read_negations(said.words).cues if statement.predicate in cue.scope]
    if any(cue.kind in ("not", "denied") for cue in cues):
        return "no"
    if not statement.modal and any(cue.kind in ("may", "alleged", "planned") for cue in cues):
        return "not said"
    flip: Flip | None = find_flip(statement.bare.negations, said.negations)
    opposite = flip is not None and flip.kind == "opposite" and statement.predicate not in said.stems
    return "no" if opposite else None


def _by_faults(statement: Statement, said: ParsedText, found: Finding, embedder: Embedder) -> YesNo:
    """Yes, but for a number, a date or a role that is another one; names were looked for around the sentence."""
    faults = find_faults(statement.bare, [said], [found.metadata], embedder)
    fault = next((one for one in faults if one.kind in ("number", "date", "role")), None)
    return "yes" if fault is None else "no" if fault.contradicts else "not said"


def _as_verified(answer: YesNo, statement: Statement, found: Finding, verifier: Verifier) -> YesNo:
    evidence = embedding_text(found.metadata, found.words)
    supported, contradicted, _ = verifier.probabilities([evidence], [statement.text])[0].tolist()
    if answer == "no":
        return "no" if supported < _LIKELY else "not said"
    if contradicted >= _LIKELY:
        return "no"
    return "yes" if supported >= _LIKELY else "not said"


def weigh(
    statement: Statement, found: Sequence[Finding], embedder: Embedder, verifier: Verifier | None = None
) -> list[tuple[YesNo, Finding]]:
    """The sentences that say yes or no, those with most words of the statement first, each with what it says."""
    near = [one for one in found if one.quotation.behind <= _NEAR]
    likely = sorted(near, key=lambda one: -shared(statement, one))[:_LOOKED_AT]
    judged = [(says(statement, one, embedder, verifier), one) for one in likely]
    return [(answer, one) for answer, one in judged if answer != "not said"]
