"""Answers and exchanges as the page holds them."""

from dataclasses import replace

from dateline.index.types import Metadata, Span
from dateline.rag.citations import text_of
from dateline.rag.types import (
    Answer,
    Block,
    Citation,
    Claim,
    Difference,
    Group,
    LibraryState,
    Support,
    Together,
    Verdict,
)
from dateline.ui.web.chat_state import Exchange, new_exchange, with_answer

TEXT = "The storm came first. Two people died on Monday. Rain is expected."
QUOTED = Span(22, 48)


def answer(
    text: str = TEXT,
    span: Span = QUOTED,
    metadata: Metadata | None = None,
    origin: str = "/news/storm.txt",
    claim: str | None = None,
    why: str = "",
) -> Answer:
    """An answer with one claim, by default a quotation; with ``why``, one that nothing supports."""
    known = metadata or Metadata(title="Storm in Lenn", source="Lenn Gazette", published="2024-03-04T10:00:00")
    citation = Citation(
        article_id="ab" * 8, metadata=known, origin=origin, start=span.start, end=span.end, quote=span.of(text),
        answer=Span(span.start, span.start + 3),
    )  # fmt: skip
    support = Support(verdict="unsupported" if why else "quoted", why=why or "quoted word for word")
    said = claim or citation.quote
    return Answer(
        question="how many died?", stand_alone="how many died?", text=said, short_answer=citation.short_answer,
        certainty="likely", reason=None, claims=(Claim(text=said, support=support, citations=(0,)),),
        citations=(citation,), nearest=(), confidence=0.9, supported_share=None, passages=(), model="quoting",
        library=LibraryState(path="x", articles=1, chunks=1), timings_ms={"read": 12.0},
    )  # fmt: skip


def abstained(nearest: int = 3) -> Answer:
    """An answer that declines, with the sentences that came nearest."""
    metadata = Metadata(title="Storm in Lenn", extra={"editor": "x"})
    near = Citation(
        article_id="cd" * 8, metadata=metadata, origin="/news/storm.txt", start=0, end=21, quote=TEXT[:21], answer=None
    )
    return replace(
        answer(), text="", short_answer=None, certainty="none", reason="nothing answers it", claims=(), citations=(),
        nearest=(near,) * nearest,
    )  # fmt: skip


WRITTEN: tuple[tuple[Block, str, Verdict | None], ...] = (
    ("heading", "Deaths", None),
    ("paragraph", "These are the towns:", None),
    ("item", "Two people died in <Lenn>.", "supported"),
    ("", "All were old.", "unsupported"),
    ("item", "One died in Oster.", "supported"),
    ("header", "Town | Deaths", None),
    ("row", "Lenn | 2", "supported"),
    ("paragraph", "That is all.", "unsupported"),
)
"""Parts of an answer: what begins with each, its words, its verdict."""


def written() -> Answer:
    """An answer with a heading, a list and a table, which a chat model wrote."""
    made = answer()
    claims = tuple(
        Claim(text=text, support=Support(verdict=verdict, why="so"), citations=(0,) if verdict else (), begins=begins)
        for begins, text, verdict in WRITTEN
    )
    return replace(made, claims=claims, text=text_of(claims), supported_share=0.6)


def differing() -> Answer:
    """An answer with two values for one fact, the later one first."""
    made = answer()
    earlier = replace(made.citations[0], start=0, end=21, quote=TEXT[:21], answer=Span(4, 9))
    groups = (
        Group(citations=(0,), short_answer="Two", day="2024-03-04"),
        Group(citations=(1,), short_answer="storm", day="2024-03-02", superseded=True),
    )
    difference = Difference(kind="update", newer=0, older=1, why="Two is later than storm")
    together = Together(groups=groups, differences=(difference,), computed="3 − 1 = 2", result="2")
    return replace(made, asked_for="latest", citations=(made.citations[0], earlier), together=together)


def exchange(given: Answer | None = None) -> Exchange:
    given = given or answer()
    return with_answer(new_exchange(given.question), given)
