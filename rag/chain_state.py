"""What the steps of the chain hand on, and how long each of them took."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from langchain_core.runnables import Runnable, RunnableLambda

from dateline.index.types import Passage, filter_in_words
from dateline.rag.citations import cite, text_of
from dateline.rag.reader.confidence import WORTH_SEEING, certainty_of
from dateline.rag.types import (
    ALONE,
    Answer,
    AskedFor,
    Certainty,
    Citation,
    Claim,
    LibraryState,
    Quotation,
    Reading,
    Request,
    Together,
)
from dateline.rag.writing.prompts import Noted, Numbered

_LIKELIEST = 12  # sentences that a chat model is shown before the passages
_UNREAD = Reading(quotations=(), confidence=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainState:
    """What the steps taken so far have found; each step gives a new one."""

    request: Request
    stand_alone: str
    """The question as it is understood."""
    passages: tuple[Passage, ...] = ()
    reading: Reading = _UNREAD
    citations: tuple[Citation, ...] = ()
    claims: tuple[Claim, ...] = ()
    supported_share: float | None = None
    asked_for: AskedFor = "fact"
    together: Together = ALONE
    timings_ms: tuple[tuple[str, float], ...] = ()
    notices: tuple[str, ...] = ()
    """What to know of how it came about."""

    def ranked(self) -> tuple[Passage, ...]:
        """The passages in the order in which the reader would have them."""
        return tuple(self.passages[at] for at in self._order())

    def _order(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys((*self.reading.ranking, *range(len(self.passages)))))

    def likeliest(self) -> tuple[Numbered, ...]:
        """The sentences that are likeliest to answer, best first, in the passages of ``ranked``."""
        places = {at: place for place, at in enumerate(self._order())}
        best = self.reading.likeliest[:_LIKELIEST]
        return tuple(Numbered(passage=places[one.passage], span=one.span) for one in best)

    def noted(self) -> Noted:
        """What a chat model is told of the sentences quoted: which say the same, and which differ."""
        places = {at: place for place, at in enumerate(self._order())}
        quoted = [Numbered(passage=places[one.passage], span=one.span) for one in self.reading.quotations]
        return Noted(asked_for=self.asked_for, quoted=tuple(quoted), together=self.together)

    def nearest(self) -> tuple[Quotation, ...]:
        """What comes nearest to an answer, best first, where a chat model found none or nothing is quoted."""
        near = (*self.reading.quotations, *self.reading.nearest)
        return tuple(replace(one, answer=None) for one in near if one.score >= WORTH_SEEING)

    def certainty(self) -> Certainty:
        """How sure the answer is that is quoted or written from what was read."""
        return certainty_of(self.reading.confidence)

    def answer(self, model: str, library: LibraryState) -> Answer:
        """The answer that it comes to; where the question was put to some articles only, its notice says to which."""
        only = self.request.only
        narrowed = (f"only articles {filter_in_words(only)} were read",) if only else ()
        return Answer(
            question=self.request.question,
            stand_alone=self.stand_alone,
            text=text_of(self.claims),
            short_answer=self.together.result or next(filter(None, (one.short_answer for one in self.citations)), None),
            certainty=self.certainty() if self.claims else "none",
            reason=self.reading.reason,
            claims=self.claims,
            citations=self.citations,
            nearest=() if self.claims else cite(self.nearest(), self.passages),
            confidence=self.reading.confidence,
            supported_share=self.supported_share,
            passages=self.ranked(),
            model=model,
            library=library,
            timings_ms=dict(self.timings_ms),
            notice="; ".join((*narrowed, *self.notices)) or None,
            asked_for=self.asked_for,
            together=self.together,
        )


def timed(name: str, step: Callable[[ChainState], ChainState]) -> Runnable[ChainState, ChainState]:
    """A step of the chain that notes how long it took."""

    def run(state: ChainState) -> ChainState:
        started = time.perf_counter()
        after = step(state)
        return replace(after, timings_ms=(*state.timings_ms, (name, milliseconds_since(started))))

    return RunnableLambda(run, name=name)


def milliseconds_since(started: float) -> float:
    """From a moment of ``time.perf_counter``, to a tenth."""
    return round(1000 * (time.perf_counter() - started), 1)
