"""What is known of one question on its way to an answer, and the answer that comes of it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from langchain_core.runnables import Runnable, RunnableLambda

from dateline.index.naming import filter_in_words
from dateline.index.types import Passage
from dateline.rag.types import Answer, Citation, Claim, LibraryState, Reading, Request

_UNREAD = Reading(quotations=(), confidence=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What the steps taken so far have found; each step gives a new one."""

    request: Request
    stand_alone: str
    """The question as it is understood."""
    passages: tuple[Passage, ...] = ()
    reading: Reading = _UNREAD
    citations: tuple[Citation, ...] = ()
    withheld: tuple[Citation, ...] = ()
    claims: tuple[Claim, ...] = ()
    timings_ms: tuple[tuple[str, float], ...] = ()
    notices: tuple[str, ...] = ()
    """What to know of how it came about."""

    def ranked(self) -> tuple[Passage, ...]:
        """The passages in the order in which the reader would have them."""
        order = dict.fromkeys((*self.reading.ranking, *range(len(self.passages))))
        return tuple(self.passages[at] for at in order)

    def answer(self, model: str, library: LibraryState) -> Answer:
        """The answer that it comes to; where the question was put to some articles only, its notice says to which."""
        only = self.request.only
        narrowed = (f"only articles {filter_in_words(only)} were read",) if only else ()
        return Answer(
            question=self.request.question,
            stand_alone=self.stand_alone,
            text=" ".join(claim.text for claim in self.claims),
            short_answer=next(filter(None, (one.short_answer for one in self.citations)), None),
            abstained=not self.claims,
            reason=self.reading.reason,
            claims=self.claims,
            citations=self.citations,
            withheld=self.withheld,
            confidence=self.reading.confidence,
            passages=self.ranked(),
            model=model,
            library=library,
            timings_ms=dict(self.timings_ms),
            notice="; ".join((*narrowed, *self.notices)) or None,
        )


def timed(name: str, step: Callable[[Progress], Progress]) -> Runnable[Progress, Progress]:
    """A step of the chain that notes how long it took."""

    def run(progress: Progress) -> Progress:
        started = time.perf_counter()
        after = step(progress)
        return replace(after, timings_ms=(*progress.timings_ms, (name, milliseconds_since(started))))

    return RunnableLambda(run, name=name)


def milliseconds_since(started: float) -> float:
    """From a moment of ``time.perf_counter``, to a tenth."""
    return round(1000 * (time.perf_counter() - started), 1)
