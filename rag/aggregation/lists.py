"""The items of a list: every sentence that gives one, whatever its article; the same item once."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from dateline.index.types import Passage, Span
from dateline.rag.aggregation.findings import Finding, is_same_words
from dateline.rag.parsing.parsed_text import parse
from dateline.rag.reader.question import Question
from dateline.rag.types import Group

_AS_WELL = 3.0  # log-odds: a sentence that is farther behind gives no further item
_REPEATS = 6.0  # log-odds: one that is not so far behind gives an item that another one gave
_SURE = 0.45  # of the best sentence's probability, which is told of the article
MOST_ITEMS = 20
"""Items of a list."""
_BEHIND_ONE = 4  # further sources of an item
_BETWEEN = re.compile(r"(?:,|;)(?: (?:and|or|as well as))? |,? (?:and|or|as well as|&) ")
_LED = re.compile(r"^(?:the|a|an|its|his|her|their|both|and|also) ", re.IGNORECASE)
_LONGEST = 6  # words of an item: what is longer is a clause, in which "and" may join anything


def list_items(asked: Question, found: Sequence[Finding]) -> list[list[Finding]]:
    """The items, the newest first, each with the sentences that give it; one sentence may give several.

    Args:
        asked: the question.
        found: sentences, the likeliest first.
    """
    best = max((one.quotation.score for one in found), default=0.0)
    groups: list[list[Finding]] = []
    for one in found:
        near = one.quotation.score >= _SURE * best and one.quotation.behind <= _AS_WELL
        for item in _items(one, asked):
            group = next((each for each in groups if is_same_words(each[0].said, item.said)), None)
            if group is None and near and item.said and len(groups) < MOST_ITEMS:
                groups.append([item])
            elif group is not None and one.quotation.behind <= _REPEATS and _is_further(item, group):
                group.append(item)
    return sorted(groups, key=lambda group: group[0].matter, reverse=True)


def _is_further(item: Finding, group: Sequence[Finding]) -> bool:
    """Whether an item comes of an article that does not stand behind it yet."""
    articles = {other.passage.article_id for other in group}
    return item.passage.article_id not in articles and len(group) <= _BEHIND_ONE


def _items(one: Finding, asked: Question) -> Iterator[Finding]:
    """The sentence once for each item of its short answer: "Mill Bridge and Chapel Bridge" gives two."""
    answer = one.quotation.answer
    if answer is None:
        return
    for span in _split(one.said):
        item = replace(one, item=Span(answer.start + span.start, answer.start + span.end))
        if parse(item.said).stems - asked.parsed.stems:
            yield item


def _split(text: str) -> list[Span]:
    """Where the items of an enumeration stand; all of it where it is none."""
    ends = [(0, 0), *(found.span() for found in _BETWEEN.finditer(text)), (len(text), len(text))]
    parts = [Span(ends[at][1], ends[at + 1][0]) for at in range(len(ends) - 1)]
    parts = [_without_lead(text, part) for part in parts if part.of(text).strip()]
    if (
        len(parts) > 1
        and all(0 < len(parse(part.of(text)).words) <= _LONGEST for part in parts)
        and _is_even(text, parts)
    ):
        return parts
    return [Span(0, len(text))]


def _is_even(text: str, parts: Sequence[Span]) -> bool:
    """Whether all parts are names or none is: "a dinner with Ann and tea" is one item."""
    named = [any(word.text[:1].isupper() for word in parse(part.of(text)).words) for part in parts]
    return all(named) or not any(named)


def _without_lead(text: str, part: Span) -> Span:
    led = _LED.match(part.of(text))
    return Span(part.start + led.end(), part.end) if led else part


def places_of(groups: Iterable[Sequence[Finding]]) -> tuple[list[Finding], tuple[Group, ...]]:
    """The sentences of all groups, each once, and the groups as indices into them."""
    kept: dict[tuple[str, Span], int] = {}
    sentences: list[Finding] = []
    given: list[Group] = []
    for group in groups:
        numbers = []
        for one in group:
            place = (one.passage.article_id, one.quotation.span)
            if place not in kept:
                kept[place] = len(sentences)
                sentences.append(one)
            numbers.append(kept[place])
        day = group[0].matter or None
        given.append(Group(citations=tuple(dict.fromkeys(numbers)), short_answer=group[0].said or None, day=day))
    return sentences, tuple(given)


def count_read(passages: Sequence[Passage]) -> str:
    """How many passages were read, of how many articles, copies among them, in words."""
    articles = {one.article_id for passage in passages for one in (passage, *passage.copies)}
    return f"{_count(len(passages), 'passage')} of {_count(len(articles), 'article')} read"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
