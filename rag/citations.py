"""Citations: what quotes become, whole or while an answer is streamed, numbered through the answer."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dateline.index.copies import copies_of
from dateline.index.types import Passage, Span
from dateline.rag.parsing.date_context import ResolvedDate
from dateline.rag.parsing.resolved_dates import published_day, resolve_dates
from dateline.rag.types import (
    CELLS,
    AnswerChunk,
    AskedFor,
    Block,
    Certainty,
    Checked,
    Citation,
    Claim,
    Group,
    Quotation,
    Together,
)

UNUSABLE = "nothing that the chat model wrote is supported by the passages"
"""Why nothing is given out of what it did write."""


def cite(quotations: Sequence[Quotation], passages: Sequence[Passage]) -> tuple[Citation, ...]:
    """One citation for each quotation, in the same order, each with the copies of it that were found."""
    found = [other for passage in passages for other in (passage, *passage.copies)] if quotations else []
    return tuple(
        replace(
            _citation(passages[one.passage], one.span),
            answer=one.answer,
            copies=tuple(_citation(*copy) for copy in copies_of(passages[one.passage], one.span, found)),
        )
        for one in quotations
    )


def days_of(passage: Passage, span: Span) -> tuple[ResolvedDate, ...]:
    """The days that a sentence of a passage, or several in a row, speaks of, with their places in the article."""
    before = max((one for one in passage.sentences if one.end <= span.start), default=None)
    found = resolve_dates(
        passage.words_at(span),
        published_day(passage.metadata.published),
        passage.words_at(before) if before else "",
    )
    return tuple(replace(one, span=Span(span.start + one.span.start, span.start + one.span.end)) for one in found)


def _citation(passage: Passage, span: Span) -> Citation:
    return Citation(
        article_id=passage.article_id,
        metadata=passage.metadata,
        origin=passage.origin,
        start=span.start,
        end=span.end,
        quote=passage.words_at(span),
        days=days_of(passage, span),
    )


AS_ITEMS: tuple[AskedFor, ...] = ("list", "articles", "comparison")
"""What is asked for where each sentence that is quoted is an item of a list."""


def shown_citations(kind: AskedFor, together: Together, count: int) -> list[tuple[int, ...]]:
    """Which citations are shown as a sentence of the answer, each with those that stand behind it; in order.

    Of a list the first citation of each group, the group's others behind it; of all else each by itself.

    Args:
        kind: what is asked for.
        together: what the citations say together.
        count: how many there are.
    """
    if kind != "list" or not together.groups:
        return [(at,) for at in range(count)]
    behind: dict[int, list[int]] = {}
    for group in together.groups:
        first, *others = group.citations
        behind.setdefault(first, []).extend(others)
    return [(first, *dict.fromkeys(others)) for first, others in sorted(behind.items())]


def as_cited(together: Together, quoted: Sequence[Citation], given: Sequence[Citation]) -> Together:
    """What was quoted of several articles, counted by the citations that an answer gives in the end.

    Groups of which nothing is cited are left out, and so are differences from them.

    Args:
        together: of the quotations.
        quoted: a citation for each of these.
        given: the answer's.
    """
    places = {(one.article_id, one.end): at for at, one in enumerate(given)}
    numbers = [places.get((one.article_id, one.end)) for one in quoted]
    kept: dict[int, Group] = {}
    for at, group in enumerate(together.groups):
        cited = tuple(number for one in group.citations if (number := numbers[one]) is not None)
        if cited:
            kept[at] = replace(group, citations=cited)
    order = {at: place for place, at in enumerate(kept)}
    differences = tuple(
        replace(one, newer=order[one.newer], older=order[one.older])
        for one in together.differences
        if one.newer in order and one.older in order
    )
    return replace(together, groups=tuple(kept.values()), differences=differences)


class AnswerBuilder:
    """The part of an answer that was given out so far.

    What two articles say in nearly the same words is cited once. Sentences that nothing supports are given out marked;
    where the answer is ``strict`` they are left out, and counted.
    """

    def __init__(self, passages: Sequence[Passage], certainty: Certainty, *, strict: bool = False) -> None:
        self.claims: tuple[Claim, ...] = ()
        self.citations: tuple[Citation, ...] = ()
        self.found: tuple[Passage, ...] = ()
        """Passages that sentences rest on and that the model was not given."""
        self._passages, self._certainty, self._strict = passages, certainty, strict
        self._numbers: dict[tuple[str, int, int], int] = {}
        self._left_out = self._unknown = self._moved = 0

    def add(self, sentence: Checked) -> AnswerChunk | None:
        """Give out one more sentence, or leave it out; a quotation that was cited before keeps its citation."""
        self._unknown += sentence.unknown
        if not any(map(str.isalnum, sentence.text)):
            return None  # it was nothing but markers or markup
        if self._strict and not sentence.support.holds:
            self._left_out += 1
            return None
        self._moved += sentence.moved
        self.found += tuple(one for one in sentence.found if one not in self.found)
        return self._give(sentence, cite(sentence.quotations, (*self._passages, *sentence.found)))

    def quote(self, claims: Sequence[Claim], citations: Sequence[Citation]) -> Iterator[AnswerChunk]:
        """Give out quotations behind what was written, the first of them as a paragraph of its own."""
        for claim in claims:
            begins: Block = "paragraph" if self.claims and claim is claims[0] else ""
            yield self._give(replace(claim, begins=begins), [citations[at] for at in claim.citations])

    def _give(self, sentence: Checked | Claim, citations: Sequence[Citation]) -> AnswerChunk:
        numbers: list[int] = []
        fresh: list[Citation] = []
        for citation in citations:
            place = (citation.article_id, citation.start, citation.end)
            if place not in self._numbers:
                number = self._numbers[place] = len(self.citations) + len(fresh)
                fresh.append(citation)
                for copy in citation.copies:
                    self._numbers.setdefault((copy.article_id, copy.start, copy.end), number)
            numbers.append(self._numbers[place])
        claim = Claim(
            text=sentence.text,
            support=sentence.support,
            citations=tuple(dict.fromkeys(numbers)),
            begins=sentence.begins,
        )
        self.claims += (claim,)
        self.citations += tuple(fresh)
        return AnswerChunk(claim=claim, citations=tuple(fresh), certainty=self._certainty)

    @property
    def supported_share(self) -> float | None:
        """Of the sentences written, given out or not, those that are supported; None where none claims anything."""
        verdicts = [claim.support.verdict for claim in self.claims if claim.support.verdict not in (None, "quoted")]
        written = len(verdicts) + self._left_out
        return verdicts.count("supported") / written if written else None

    @property
    def reason(self) -> str | None:
        """Why nothing was given out; None when something was."""
        return UNUSABLE if not self.claims else None

    @property
    def notices(self) -> tuple[str, ...]:
        """What the reader of the answer must know of what is not in it, in words."""
        notices = []
        if self._left_out:
            sentences = _count(self._left_out, "unsupported sentence was", "unsupported sentences were")
            notices.append(f"{sentences} left out")
        if self._unknown:
            citations = _count(self._unknown, "citation names", "citations name")
            notices.append(f"{citations} no sentence that the chat model was given; left out")
        if self._moved:
            sentences = _count(self._moved, "sentence rests on another", "sentences rest on others")
            notices.append(f"{sentences} than the chat model cited")
        return tuple(notices)


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


_SIGNS = {"heading": "## ", "item": "- "}


def text_of(claims: Sequence[Claim]) -> str:
    """The claims as one text: sentences in a row, headings, lists and tables as Markdown has them."""
    text, block = "", ""
    for claim in claims:
        begins = "row" if claim.begins == "header" else claim.begins
        line_end = "\n" if begins == block and begins in ("item", "row") else "\n\n"
        text += f"{line_end if begins else ' '}{_as_markdown(claim)}"
        block = begins or block
    return text.strip()


def _as_markdown(claim: Claim) -> str:
    if claim.begins in ("header", "row"):
        rule = f"\n|{' --- |' * (claim.text.count(CELLS) + 1)}" if claim.begins == "header" else ""
        return f"| {claim.text} |{rule}"
    return _SIGNS.get(claim.begins, "") + claim.text


def answer_chunks(
    claims: Sequence[Claim], citations: Sequence[Citation], certainty: Certainty
) -> tuple[AnswerChunk, ...]:
    """An answer that is there already, sentence by sentence."""
    given = 0
    parts = []
    for claim in claims:
        known = max((number + 1 for number in claim.citations), default=0)
        parts.append(AnswerChunk(claim=claim, citations=tuple(citations[given:known]), certainty=certainty))
        given = max(given, known)
    return tuple(parts)
