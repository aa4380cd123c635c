"""Makes a follow-up question stand alone, by rules: what it leaves out is taken from the turns before it.

Turn after turn is understood in the light of those before it, so that a topic is carried through a row of pronouns. A
pronoun is replaced where its phrase is found; what is missing otherwise is added in brackets, where a search finds it
and a reader sees it; "and ...?" is put behind the question that it goes on from.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dateline.rag.conversation import Turn
from dateline.rag.followups.detect import Gap, asks, find_gap
from dateline.rag.followups.tokens import PERSONS, PREPOSITIONS, words_of
from dateline.rag.followups.topics import Phrase, people_in, phrases_of
from dateline.rag.parsing.tokens import QUESTION_WORDS

_MAX_ADDED = 5
"""Words that carry meaning, in what is added in brackets."""
_MAX_REPLACEMENT = 9
"""Words in what takes the place of a pronoun."""
_MAX_TOPICS = 8
_BASE = 400
"""Characters of the question that "and ...?" is put behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the turns so far have left to refer to."""

    asked: str = ""
    question: str = ""
    """The last one, as it was understood."""
    answer: str = ""
    topics: tuple[Phrase, ...] = ()
    """The nearest first."""


def stand_alone(question: str, history: Sequence[Turn]) -> str:
    """The question as it would be asked without the turns before it; one that stands alone is left alone."""
    known = _Known()
    for turn in history:
        known = _after(turn, known)
    return _understood(question, find_gap(question), known)


def _after(turn: Turn, known: _Known) -> _Known:
    gap = find_gap(turn.question)
    understood = _understood(turn.question, gap, known)
    continued = gap is not None and gap.kind == "ellipsis"
    if understood == turn.question or (gap and gap.pronoun and not understood.startswith(turn.question)):
        topics = (*_topics_of(understood, turn.answer), *known.topics)
    else:
        own = _topics_of(turn.question, turn.answer)
        topics = (*own, *known.topics) if continued else (*known.topics, *own)
    question = known.question if continued and known.question else understood
    return _Known(asked=turn.question, question=question, answer=turn.answer, topics=_distinct(topics))


def _topics_of(question: str, answer: str) -> list[Phrase]:
    """The phrases of a question, names first; where it holds no name, the first one of its answer leads."""
    phrases = phrases_of(question)
    if not any(phrase.named for phrase in phrases):
        phrases = [*[phrase for phrase in phrases_of(answer) if phrase.named][:1], *phrases]
    return sorted(phrases, key=lambda phrase: not phrase.named)


def _distinct(phrases: Iterable[Phrase]) -> tuple[Phrase, ...]:
    return tuple({phrase.text.lower(): phrase for phrase in reversed(list(phrases))}.values())[::-1][:_MAX_TOPICS]


def _understood(question: str, gap: Gap | None, known: _Known) -> str:
    if gap is None or not known.question:
        return question
    if gap.kind == "ellipsis":
        return _continued(question, known)
    if gap.kind == "fragment" and _names_topic(question, known):
        return question
    person = _person(known) if gap.kind == "person" else None
    if gap.pronoun and person:
        return _replaced(question, gap.pronoun.start, gap.pronoun.end, person)
    lacking = _lacking(question, known.topics)
    phrase = _antecedent(question, gap, lacking)
    if gap.pronoun and phrase:
        return _replaced(question, gap.pronoun.start, gap.pronoun.end, phrase.text)
    return f"{question} ({', '.join(phrase.text for phrase in lacking)})" if lacking else question


def _continued(question: str, known: _Known) -> str:
    """The question behind the one that it goes on from, where that is one to go on from."""
    base = known.question.rstrip(" ?.!")
    return f"{base[:_BASE]}? {question}" if asks(base) else question


def _names_topic(question: str, known: _Known) -> bool:
    """Whether most of what a fragment says was said before: the topic is in it."""
    said = {word.lower for phrase in known.topics for word in phrase.words}
    meant = [word for word in words_of(question) if word.is_content]
    return 2 * sum(word.lower in said for word in meant) > len(meant)


def _person(known: _Known) -> str | None:
    """Whom "he" or "she" means: still the same one, else who was asked for, else who was spoken of last."""
    spoken_of, answered = people_in(known.question), people_in(known.answer)
    goes_on = any(word.lower in PERSONS for word in words_of(known.asked))
    asked_for = any(word.lower in ("who", "whom", "which") for word in words_of(known.question)[:1]) and not goes_on
    return next(iter(answered + spoken_of if asked_for else spoken_of + answered), None)


def _lacking(question: str, topics: Iterable[Phrase]) -> list[Phrase]:
    """The topics that the question doesn't name, the nearest, as many as may be added."""
    have = {word.lower for word in words_of(question)}
    chosen: list[Phrase] = []
    for phrase in topics:
        room = _MAX_ADDED - sum(len(one.words) for one in chosen)
        told = all(word.lower in have for word in phrase.words) or any(phrase.text in one.text for one in chosen)
        if not told and (not chosen or len(phrase.words) <= room):
            chosen.append(phrase)
    return chosen


def _antecedent(question: str, gap: Gap, phrases: Sequence[Phrase]) -> Phrase | None:
    """The phrase that can take the place of the pronoun; a single word is too likely to be a wrong one."""
    if gap.pronoun is None or gap.kind != "thing":
        return None
    plural = gap.pronoun.of(question).lower().startswith("the")
    fitting = (one for one in phrases if one.plural == plural and 1 < len(one.text.split()) <= _MAX_REPLACEMENT)
    return next(fitting, None)


def _replaced(question: str, start: int, end: int, text: str) -> str:
    pronoun = question[start:end].lower()
    following = next(iter(words_of(question[end : end + 40])), None)
    owned = following is not None and following.lower not in PREPOSITIONS | QUESTION_WORDS
    if pronoun in ("his", "its", "their") or (pronoun == "her" and owned):
        text += "’" if text.endswith("s") else "’s"
    return question[:start] + text + question[end:]
