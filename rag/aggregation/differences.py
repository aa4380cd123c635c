"""Other values for one fact: whether articles contradict each other, or a later one knows more.

A number or a date is of the same fact where both sentences answer nearly as well, are about the same matter, and count
the same things. Names are compared only where the question asks for what is latest: several people may have done it.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import combinations

from dateline.index.splitting.chunks import embedding_text
from dateline.rag.aggregation.findings import Finding, is_later, says_the_same
from dateline.rag.parsing.names import missing_words, name_words
from dateline.rag.parsing.numbers import Number
from dateline.rag.parsing.parsed_text import ParsedText, parse
from dateline.rag.parsing.tokens import stem
from dateline.rag.reader.question import Question
from dateline.rag.types import Difference, DifferenceKind, Verifier
from dateline.rag.verification.relations import is_of_a_whole

_AS_WELL = 4.0  # log-odds: a sentence that is farther behind answers another question
_SURE = 0.5  # of the best sentence's probability: an article that answers with less answers another question
_OF_THE_MATTER = 2  # words that two sentences on one matter share, with their titles
_AT_LEAST = (">", ">=")
_AT_ODDS = 0.3  # the least probability with which the verifier must find a contradiction
_FURTHER = frozenset("more further other others another additional extra".split())
_COUNTS_ON = frozenset(
    map(
        stem, "killed died dead death toll injured wounded hurt arrested evacuated infected case victim missing".split()
    )
)
"""What is counted while it goes on, so that a later, higher number is an update."""
_UPDATING = re.compile(
    r"\b(?:ris(?:en|es|ing)|rose|climb(?:ed|s)?|increas(?:ed|es)|grown|grew|rais(?:ed|es)|jump(?:ed|s)|fall(?:en|s)?|fell"
    r"|dropp?(?:ed|s)|lower(?:ed|s)|cut|revised|corrects?|corrected|updated?|now|since|so far|latest|new|newly"
    r"|no longer|instead|follows|replac(?:ed|es)|succeed(?:ed|s)|postponed|moved|delayed|extended|brought forward"
    r"|(?:up|down) from|earlier|previously|initially|at first|until now|first (?:said|put))\b",
    re.IGNORECASE,
)
_AS_OF_THEN = re.compile(
    r"\baccording to\b|\bin the (?:first|initial|original)\b|\b(?:at first|initially|originally)\b"
)


def find_rivals(asked: Question, best: Finding, found: Iterable[Finding], *, names: bool = False) -> list[Finding]:
    """Of each other value that other articles give for the fact of the best sentence, the likeliest sentence.

    Args:
        asked: the question.
        best: the likeliest sentence.
        found: all sentences, the likeliest first.
        names: whether answers that are no number and no date are compared as well.
    """
    then = any(one.day or one.weekday is not None or one.month for one in asked.parsed.dates)
    if then or _AS_OF_THEN.search(asked.parsed.text.lower()):
        return []  # it asks for what was said then, or by one of them
    rivals: list[Finding] = []
    for one in found:
        if one.passage.article_id == best.passage.article_id or not gives_fact(one, best):
            continue
        if not _is_comparable(asked, best, one, names=names) or not _is_of_the_matter(asked, best, one):
            continue
        if not any(says_the_same(one, other) for other in (best, *rivals)):
            rivals.append(one)
    return rivals


def gives_fact(one: Finding, best: Finding) -> bool:
    """Whether a sentence answers nearly as well as another one does."""
    near = one.quotation.behind - best.quotation.behind <= _AS_WELL
    return near and one.quotation.score >= _SURE * best.quotation.score


def _is_comparable(asked: Question, best: Finding, one: Finding, *, names: bool) -> bool:
    """Whether two answers are of the same kind, and count the same things."""
    if best.number and one.number:
        return best.number.unit == one.number.unit and all(_is_total(asked, each) for each in (best, one))
    if asked.wanted == "time":
        return bool(best.days and one.days)
    return names and bool(best.said and one.said) and not (best.number or one.number)


def _is_total(asked: Question, one: Finding) -> bool:
    """Whether a number counts what is asked for, and no part of it or what was added."""
    number = one.number
    if number is None or is_of_a_whole(one.sentence.text, number) or _is_part(one.sentence, number):
        return False
    return not number.nouns or bool(number.unit) or bool(set(number.nouns) & (asked.stems | _COUNTS_ON))


def _is_part(sentence: ParsedText, number: Number) -> bool:
    """Whether a number is put as a part or an addition: "two of the dead", "another eleven", "five more"."""
    before = [word.lower for word in sentence.words if word.end <= number.span.start][-1:]
    behind = [word.lower for word in sentence.words if word.start >= number.span.end][:2]
    return bool(_FURTHER.intersection((*before, *behind[:1]))) or behind == ["of", "the"] or behind == ["of", "them"]


def _is_of_the_matter(asked: Question, best: Finding, one: Finding) -> bool:
    """Whether two sentences are about the same: the names of the question stand near both, and they share words."""
    for each in (best, one):
        held = parse(f"{each.metadata.title or ''} . {each.passage.text}")
        known = held.name_words | name_words(held.words, held.names)
        if any(missing_words(name, known) for name in asked.parsed.names):
            return False
    counted = set(best.number.nouns if best.number else ()) | set(one.number.nouns if one.number else ())
    return len((best.about & one.about) - counted) >= _OF_THE_MATTER


def compare(
    groups: Sequence[Sequence[Finding]], asked: Question, verifier: Verifier | None = None, *, latest: bool = False
) -> tuple[Difference, ...]:
    """How the first sentences of some groups differ, each pair of them by itself.

    Args:
        groups: sentences that give the same value, the newest first.
        asked: the question that they answer.
        verifier: has the last word on whether two articles are at odds.
        latest: whether the question asks for what is latest, so that whatever was said earlier is out of date.
    """
    found = []
    for newer, older in combinations(range(len(groups)), 2):
        one, other = groups[newer][0], groups[older][0]
        kind = _kind(one, other, asked, latest=latest)
        if kind == "contradiction" and verifier and not _at_odds(one, other, verifier):
            continue
        found.append(Difference(kind=kind, newer=newer, older=older, why=_why(kind, one, other)))
    return tuple(found)


def _kind(newer: Finding, older: Finding, asked: Question, *, latest: bool) -> DifferenceKind:
    if is_later(newer, older):
        same_source = newer.metadata.source and newer.metadata.source == older.metadata.source
        if latest or same_source or _says_so(newer) or _counts_on(newer, older, asked):
            return "update"
    more = newer.number and older.number and older.number.bound in _AT_LEAST and newer.number.low >= older.number.low
    return "update" if is_later(newer, older) and more else "contradiction"


def _says_so(newer: Finding) -> bool:
    """Whether a sentence or its title says that it was otherwise before."""
    return bool(_UPDATING.search(newer.words) or _UPDATING.search(newer.metadata.title or ""))


def _counts_on(newer: Finding, older: Finding, asked: Question) -> bool:
    """Whether what is counted only grows, as a toll does, and grew."""
    if newer.number is None or older.number is None or newer.number.low <= older.number.low:
        return False
    return bool((asked.stems | set(newer.number.nouns)) & _COUNTS_ON)


def _at_odds(one: Finding, other: Finding, verifier: Verifier) -> bool:
    """Whether the verifier finds that one of two sentences contradicts the other, whichever it reads first."""
    pairs = ((one, other), (other, one))
    evidence = [embedding_text(first.metadata, first.words) for first, _ in pairs]
    found = verifier.probabilities(evidence, [second.words for _, second in pairs])
    return float(found[:, 1].max()) >= _AT_ODDS


def _why(kind: DifferenceKind, newer: Finding, older: Finding) -> str:
    one, other = (f"{each.said or each.words} ({each.place})" for each in (newer, older))
    if kind == "update":
        return f"{one} is later than {other}"
    return f"{one} and {other} contradict each other"
