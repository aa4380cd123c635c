"""Citations: what quotes become, whole or while an answer is streamed, numbered through the answer."""

from collections.abc import Sequence
from dataclasses import replace

from dateline.index.copies import copies_of
from dateline.index.types import Passage, Span
from dateline.rag.types import AnswerChunk, Certainty, Checked, Citation, Claim, Quotation


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


def _citation(passage: Passage, span: Span) -> Citation:
    return Citation(
        article_id=passage.article_id,
        metadata=passage.metadata,
        origin=passage.origin,
        start=span.start,
        end=span.end,
        quote=passage.words_at(span),
    )


class AnswerBuilder:
    """The part of an answer that was given out so far.

    What two articles say in nearly the same words is cited once. Sentences that nothing supports are given out marked;
    where the answer is ``strict`` they are left out, and counted.
    """

    def __init__(self, passages: Sequence[Passage], certainty: Certainty, *, strict: bool = False) -> None:
        self.claims: tuple[Claim, ...] = ()
        self.citations: tuple[Citation, ...] = ()
        self._passages, self._certainty, self._strict = passages, certainty, strict
        self._numbers: dict[tuple[str, int, int], int] = {}
        self._left_out = self._unknown = 0

    def add(self, sentence: Checked) -> AnswerChunk | None:
        """Give out one more sentence, or leave it out; a quotation that was cited before keeps its citation."""
        self._unknown += sentence.unknown
        if not any(map(str.isalnum, sentence.text)):
            return None  # it was nothing but markers or markup
        if self._strict and not sentence.support.holds:
            self._left_out += 1
            return None
        numbers: list[int] = []
        fresh: list[Citation] = []
        for citation in cite(sentence.quotations, self._passages):
            place = (citation.article_id, citation.start, citation.end)
            if place not in self._numbers:
                number = self._numbers[place] = len(self.citations) + len(fresh)
                fresh.append(citation)
                for copy in citation.copies:
                    self._numbers.setdefault((copy.article_id, copy.start, copy.end), number)
            numbers.append(self._numbers[place])
        claim = Claim(text=sentence.text, support=sentence.support, citations=tuple(dict.fromkeys(numbers)))
        self.claims += (claim,)
        self.citations += tuple(fresh)
        return AnswerChunk(claim=claim, citations=tuple(fresh), certainty=self._certainty)

    @property
    def supported_share(self) -> float | None:
        """Of the sentences written, given out or not, those that are supported; None where there are none."""
        written = len(self.claims) + self._left_out
        return sum(claim.support.holds for claim in self.claims) / written if written else None

    @property
    def reason(self) -> str | None:
        """Why nothing was given out; None when something was."""
        return "nothing that the chat model wrote is supported by the passages" if not self.claims else None

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
        return tuple(notices)


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


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
