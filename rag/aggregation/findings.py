"""Sentences that may answer, with what each of them says, and which of them say the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from dateline.index.types import Metadata, Passage, Span, date_in_words
from dateline.rag.parsing import numbers
from dateline.rag.parsing.calendar_days import Days
from dateline.rag.parsing.numbers import Number
from dateline.rag.parsing.parsed_text import ParsedText, parse
from dateline.rag.parsing.resolved_dates import published_day, resolve_dates
from dateline.rag.types import Group, Quotation, Reading

_LITTLE = 0.05  # of a number: as far apart two of them may be for one to be the other in round figures


@dataclass(frozen=True, kw_only=True)  # without slots: what was read is kept in the value
class Finding:
    """A sentence of a passage, with its short answer."""

    quotation: Quotation
    passage: Passage
    item: Span | None = None
    """The part of the short answer that is meant, where that enumerates several."""

    @property
    def metadata(self) -> Metadata:
        """Of its article."""
        return self.passage.metadata

    @property
    def words(self) -> str:
        """All that is quoted."""
        return self.passage.words_at(self.quotation.span)

    @cached_property
    def sentence(self) -> ParsedText:
        """All that is quoted, parsed."""
        return parse(self.words)

    @property
    def said(self) -> str:
        """The words of the short answer, or of the item of it that is meant; empty where none is marked."""
        return self.passage.words_at(self._answer) if self._answer else ""

    @cached_property
    def number(self) -> Number | None:
        """The first number of the short answer, as the sentence has it."""
        return next((one for one in self.sentence.numbers if self._is_in_answer(one.span)), None)

    @cached_property
    def days(self) -> Days | None:
        """The days that the short answer means, where the sentence leaves no other reading."""
        spoken = resolve_dates(self.words, published_day(self.metadata.published))
        return next((one.days for one in spoken if one.certain and self._is_in_answer(one.span)), None)

    @cached_property
    def matter(self) -> str:
        """ISO 8601: the first day that the sentence speaks of, where it is a past one; else that of publication."""
        spoken = resolve_dates(self.words, published_day(self.metadata.published))
        days = [one.first.isoformat() for one in spoken if one.certain and one.first == one.last]
        return next((day for day in days if not self.day or day <= self.day), self.day)

    @cached_property
    def about(self) -> frozenset[str]:
        """Stems of the sentence and of the title above it."""
        return self.sentence.stems | parse(self.metadata.title or "").stems

    @property
    def day(self) -> str:
        """ISO 8601: the day of publication; empty where it is unknown."""
        return (self.metadata.published or "")[:10]

    @property
    def place(self) -> str:
        """Its day and source, as people are told them."""
        source = self.metadata.source or "unknown source"
        return f"{date_in_words(self.day or None)}, {source}"

    @property
    def _answer(self) -> Span | None:
        return self.item or self.quotation.answer

    def _is_in_answer(self, span: Span) -> bool:
        answer, start = self._answer, self.quotation.span.start
        return answer is not None and answer.start - start < span.end and span.start < answer.end - start


def findings(reading: Reading, passages: Sequence[Passage]) -> list[Finding]:
    """What was read, each place once: what is quoted first, then what is likeliest."""
    behind = {_place(one, passages): one.behind for one in reading.likeliest}
    quoted = [replace(one, behind=behind.get(_place(one, passages), one.behind)) for one in reading.quotations]
    ends = {(passages[one.passage].article_id, one.span.end) for one in quoted}
    others = [one for one in reading.likeliest if (passages[one.passage].article_id, one.span.end) not in ends]
    return [Finding(quotation=one, passage=passages[one.passage]) for one in (*quoted, *others)]


def _place(one: Quotation, passages: Sequence[Passage]) -> tuple[str, int]:
    """A sentence is known by its end: what a pronoun in it stands for may be quoted before it."""
    return passages[one.passage].article_id, one.span.end


def is_same_value(one: Finding, other: Finding) -> bool:
    """Whether two sentences give the same short answer, in other words perhaps."""
    if one.number and other.number:
        return is_same_number(one.number, other.number)
    if one.days and other.days:
        return one.days.overlaps(other.days.first, other.days.last)
    return is_same_words(one.said or one.words, other.said or other.words)


def says_the_same(one: Finding, other: Finding) -> bool:
    """Whether two sentences give the same value, one of them in round figures perhaps."""
    rounded = one.number is not None and other.number is not None and is_rounding(one.number, other.number)
    return rounded or is_same_value(one, other)


def exactness(one: Finding) -> int:
    """How exactly a sentence gives its number, to compare with others: 2 where it is no round one."""
    if one.number is None:
        return 0
    return 0 if one.number.bound or one.number.low != one.number.high else 1 + (one.number.low % 10 != 0)


def is_same_number(one: Number, other: Number) -> bool:
    """Whether two numbers are one, whatever is said of their bounds."""
    return one.unit == other.unit and (one.low, one.high) == (other.low, other.high)


def is_rounding(one: Number, other: Number) -> bool:
    """Whether two numbers may be one, given less exactly by one of them: "about 60" and 61, "at least 12" and 14."""
    if one.unit != other.unit:
        return False
    if numbers.bears_out(one, other) or numbers.bears_out(other, one):
        return True
    if (one.low <= other.low and other.high <= one.high) or (other.low <= one.low and one.high <= other.high):
        return True  # dozens and 61
    exact, round_one = sorted((one, other), key=lambda each: each.low % 10 == 0)
    apart = abs(exact.low - round_one.low)
    return round_one.low % 10 == 0 and exact.low % 10 != 0 and apart <= _LITTLE * abs(round_one.low)


def is_same_words(one: str, other: str) -> bool:
    """Whether one answer in words holds the other: Tovanne and Mirela Tovanne."""
    first, second = parse(one), parse(other)
    if not first.words or not second.words:
        return first.plain == second.plain
    if f" {first.plain} " in f" {second.plain} " or f" {second.plain} " in f" {first.plain} ":
        return True
    return bool(first.stems) and (first.stems <= second.stems or second.stems <= first.stems) and bool(second.stems)


def by_value(found: Iterable[Finding]) -> list[list[Finding]]:
    """The sentences that give the same answer together, each answer where its first sentence stands."""
    groups: list[list[Finding]] = []
    for one in found:
        group = next((group for group in groups if is_same_value(group[0], one)), None)
        if group is None:
            groups.append([one])
        else:
            group.append(one)
    return groups


def is_later(one: Finding, other: Finding) -> bool:
    """Whether one was published later: on a later day, or at a later hour where both are known."""
    first, second = one.metadata.published or "", other.metadata.published or ""
    if not one.day or not other.day or (one.day == other.day and len(first) != len(second)):
        return False
    return first > second if one.day == other.day else one.day > other.day


def newest_first(found: Iterable[Finding]) -> list[Finding]:
    """The last published first, what has no day last; of one moment the likelier first."""
    likeliest = sorted(found, key=lambda one: one.quotation.behind)
    return sorted(likeliest, key=lambda one: one.metadata.published or "", reverse=True)


def as_groups(groups: Sequence[Sequence[Finding]], superseded: Iterable[int] = ()) -> tuple[Group, ...]:
    """Groups of sentences as indices into them all, counted through."""
    earlier, given, at = set(superseded), [], 0
    for number, group in enumerate(groups):
        given.append(
            Group(
                citations=tuple(range(at, at + len(group))),
                short_answer=group[0].said or None,
                day=group[0].day or None,
                superseded=number in earlier,
            )
        )
        at += len(group)
    return tuple(given)
