"""The short answer within a sentence: made whole where the model marked a part, left out where it answers nothing.

A date, a number or a name is never cut; the dates of a plan and the items of a list belong together.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from dateline.index.types import Span
from dateline.rag.parsing.names import missing_words
from dateline.rag.parsing.numbers import NUMBER_WORDS
from dateline.rag.parsing.parsed_text import ParsedText
from dateline.rag.reader.question import Question

_BETWEEN = {
    "time": re.compile(r",? ?|,?(?: [a-z]+){0,3} (?:and|then|to|until|or)\b(?: [a-z]+){0,3} ?"),
    "number": re.compile(r" ?(?:to|or|[-–—]) ?"),
}
_BETWEEN_ITEMS = re.compile(
    r"(?:,|;|,? (?:and|or|&)|,? as well as)(?: (?:also|then|earlier|later|the|a|an|its|his|her|their|in|at|to|on))* ?"
)
_FEWEST_WORDS = 2  # of a reason
_PLACED = re.compile(r"(?:in|on|at|during) ", re.IGNORECASE)
"""What is left out before a date; "by" or "since" make it another."""
_TELLS = {
    "time": re.compile(
        r"\d|\b(?:after|before|during|while|when|until|since|once|beginning|end|start|year|month|week|day|hour|minute|night"
        r"|morning|evening|season|session|decade|century|centuries|ago|soon)s?\b"
    ),
    "number": re.compile(
        rf"\d|\b(?:{'|'.join(sorted(NUMBER_WORDS))}|one|half|dozens|second|minute|hour|day|night|week|month|year|decade"
        r"|centur(?:y|ies))s?\b"
    ),
}
"""What tells a time or a number where no date or number could be read."""


def short_answer(question: Question, sentence: ParsedText, marked: Span) -> Span | None:
    """The short answer of a sentence; None where what was marked answers nothing by itself.

    Args:
        question: what is asked for.
        sentence: the whole sentence.
        marked: what the model marked in it, by its characters.
    """
    kind = question.wanted or ("name" if question.many else "")
    parts = sorted(_WHOLE[kind](sentence)) if kind in _WHOLE else []
    held = [one for one in parts if one.start < marked.end and marked.start < one.end]
    if not held and kind in _TELLS and not _TELLS[kind].search(marked.of(sentence.text).lower()):
        return None
    if held and (kind != "name" or question.many):
        held = _joined(parts, held, _BETWEEN.get(kind, _BETWEEN_ITEMS), sentence.text)
    is_cut = question.wanted == "number" and held and _names_another(question, sentence, marked)
    kept = held if is_cut else [*held, marked]
    start, end = min(one.start for one in kept), max(one.end for one in kept)
    placed = _PLACED.match(sentence.text, start) if kind == "time" else None
    whole = _trimmed(sentence.text, Span(placed.end() if placed and placed.end() <= marked.start else start, end))
    words = [word for word in sentence.words if whole.start <= word.start < whole.end]
    says = [word for word in words if word.is_content and word.stem not in question.stems]
    if not says or (question.wanted == "reason" and len(words) < _FEWEST_WORDS):
        return None
    return whole


def _names_another(question: Question, sentence: ParsedText, marked: Span) -> bool:
    """Whether a name stands in what was marked that the question does not name: "77 King Soopers" is no number."""
    names = (one for one in sentence.names if one.start < marked.end and marked.start < one.end)
    return any(missing_words(one, question.parsed.name_words) for one in names)


def _dates(sentence: ParsedText) -> Iterable[Span]:
    """Dates with the words that tie them to the sentence: "by the end of 2026"."""
    for mention in sentence.dates:
        start = sentence.text.rfind(mention.text, 0, mention.span.end)
        yield Span(start if start >= 0 else mention.span.start, mention.span.end)


def _numbers(sentence: ParsedText) -> Iterable[Span]:
    return (number.span for number in sentence.numbers)


def _names(sentence: ParsedText) -> Iterable[Span]:
    return (Span(name.start, name.end) for name in sentence.names)


_WHOLE: dict[str, Callable[[ParsedText], Iterable[Span]]] = {"time": _dates, "number": _numbers, "name": _names}


def _joined(parts: Sequence[Span], held: Sequence[Span], link: re.Pattern[str], text: str) -> list[Span]:
    """Those held, and those before and after that only linking words part from them; all in order."""
    chosen = list(held)
    for one in parts:
        if one.start >= chosen[-1].end and link.fullmatch(text, chosen[-1].end, one.start):
            chosen.append(one)
    for one in reversed(parts):
        if one.end <= chosen[0].start and link.fullmatch(text, one.end, chosen[0].start):
            chosen.insert(0, one)
    return chosen


def _trimmed(text: str, span: Span) -> Span:
    """Without white space and punctuation at its ends."""
    words = text[span.start : span.end]
    start = len(words) - len(words.lstrip(" \t\n,;:.—–-"))
    end = len(words.rstrip(" \t\n,;:—–-"))
    return Span(span.start + start, span.start + max(end, start))
