"""The words of the answer: from a question and its passages to claims, citations and verdicts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from dateline.index.types import Filter, Metadata, Passage, Span
from dateline.rag.conversation import Turn
from dateline.rag.parsing.date_context import ResolvedDate

Verdict = Literal["quoted", "supported", "contradicted", "unsupported"]
"""On one sentence of an answer: it is a quotation itself, or what its citations make of what a model wrote."""

Block = Literal["", "paragraph", "heading", "item", "header", "row"]
"""What begins with a sentence: nothing new, a paragraph, an item of a list, or it is a heading or a row of a table."""

CELLS = " | "
"""What stands between the cells of a row."""

Certainty = Literal["likely", "uncertain", "none"]
"""How sure an answer is, in words; "none" where the assistant declined."""

AskedFor = Literal["fact", "list", "comparison", "yes-no", "latest", "period", "articles", "statement"]
"""What kind of answer a question asks for: one fact, a list, a comparison, yes or no, what is latest or current, how
long something takes, how many articles say something, or what somebody said."""

YesNo = Literal["yes", "no", "not said"]

DifferenceKind = Literal["contradiction", "update"]
"""How two articles differ on one fact: they are at odds, or the later one knows more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A question, which articles it is put to, and the turns before it."""

    question: str
    only: Filter | None = None
    history: tuple[Turn, ...] = ()
    asked_for: AskedFor | None = None
    """The kind of answer; None where the question's words are to tell it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """A sentence that a reader chose from one of the passages it was given."""

    passage: int
    """Index into those passages."""
    span: Span
    """A whole sentence, or several in a row, in the article's text."""
    score: float
    """How well it answers, 0 to 1; comparable between questions."""
    answer: Span | None = None
    """The short answer inside ``span``, where the reader can tell it."""
    behind: float = 0.0
    """How far it is behind the likeliest sentence of the reading, in log-odds; 0 where the reader does not tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a reader found: the quotations that answer, best first, or none and the reason."""

    quotations: tuple[Quotation, ...]
    confidence: float
    """That the quotations answer the question, 0 to 1."""
    reason: str | None = None
    """In words, lower case, why nothing is quoted; None when something is."""
    nearest: tuple[Quotation, ...] = ()
    """What came nearest to an answer when nothing is quoted, best first; not good enough to be one."""
    ranking: tuple[int, ...] = ()
    """Indices of the passages in the order in which they answer, best first; a passage left out comes last."""
    likeliest: tuple[Quotation, ...] = ()
    """The sentences that are likeliest to answer, best first, quoted or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Citations that give the same answer, or one item of a list; the first of them is shown, the others behind it."""

    citations: tuple[int, ...]
    """Indices into the citations: of an answer, its own; of what was read, its quotations."""
    short_answer: str | None
    """In the words of the first, or yes or no; None where it marks none. A number in round figures is the same one."""
    day: str | None
    """ISO 8601: the day of the matter where it is known, else that of publication."""
    superseded: bool = False
    """Whether a later article gives another value: what was said earlier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Two groups that give different values for one fact."""

    kind: DifferenceKind
    newer: int
    """Index of the group whose article is the later one; of articles of one day, of the likelier."""
    older: int
    why: str
    """In words, lower case: the two values with their days and sources."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """What several articles say together; indices of groups are into ``groups``."""

    groups: tuple[Group, ...] = ()
    differences: tuple[Difference, ...] = ()
    verdict: YesNo | None = None
    """Of a question that asks for yes or no."""
    computed: str | None = None
    """What was computed of the numbers quoted, in words that no article has: ``2,500 - 900 = 1,600``."""
    result: str | None = None
    """The answer that follows from several quotations, where none of them holds it by itself: ``yes``, ``1,600``."""


ALONE = Together()
"""Of an answer that rests on no comparison of articles."""


class Reader(Protocol):
    """Finds what answers a question in the passages retrieved for it, without writing a word of its own."""

    id: str
    """Name of the way of reading, shown with the answer."""

    def read(self, question: str, passages: Sequence[Passage]) -> Reading:
        """Choose the sentences of ``passages`` that answer ``question``."""


class Reranker(Protocol):
    """Says which of the passages retrieved for a question are nearest to it."""

    id: str
    """Name of the model."""

    def scores(self, question: str, passages: Sequence[Passage]) -> Sequence[float]:
        """How near each is, in their order; only compared with each other."""


class Verifier(Protocol):
    """A model that says whether words bear a claim out."""

    id: str
    """Name of the model."""

    def probabilities(self, evidence: Sequence[str], claims: Sequence[str]) -> NDArray[np.float64]:
        """Of each claim, held against the evidence at its place: float64 [claims, 3], each row sums to 1.

        The columns are that it is supported, contradicted, and neither.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A verbatim quote and the place it stands: ``article.text[start:end] == quote``."""

    article_id: str
    metadata: Metadata
    origin: str
    start: int
    end: int
    quote: str
    answer: Span | None = None
    """The short answer, in the article's text, within the quote."""
    days: tuple[ResolvedDate, ...] = ()
    """The days that the quote speaks of, in order; their places are in the article's text."""
    copies: tuple["Citation", ...] = ()
    """Where other articles of those found say it in nearly the same words, as wire copy does."""

    @property
    def title(self) -> str | None:
        """Of the article."""
        return self.metadata.title

    @property
    def source(self) -> str | None:
        """The name of who published the article."""
        return self.metadata.source

    @property
    def published(self) -> str | None:
        """ISO 8601: the article's date, or its date and time."""
        return self.metadata.published

    @property
    def url(self) -> str | None:
        """Of the article."""
        return self.metadata.url

    @property
    def short_answer(self) -> str | None:
        """Its words, where it is marked."""
        return self.quote[self.answer.start - self.start : self.answer.end - self.start] if self.answer else None

    @property
    def short_answer_days(self) -> tuple[ResolvedDate, ...]:
        """The days that the short answer speaks of."""
        marked = self.answer or Span(0, 0)
        return tuple(one for one in self.days if one.span.start < marked.end and marked.start < one.span.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """The verdict on one claim."""

    verdict: Verdict | None
    """None of a heading or a lead-in, which claims nothing."""
    why: str
    """In words, lower case."""

    @property
    def holds(self) -> bool:
        """Whether the citations bear the claim out, or there is nothing to be borne out."""
        return self.verdict in ("quoted", "supported", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One sentence of an answer, with the citations it rests on."""

    text: str
    support: Support
    citations: tuple[int, ...]
    """Indices into the answer's citations."""
    begins: Block = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A sentence that a chat model wrote, held against the sentences it cites."""

    text: str
    """Without its markers."""
    quotations: tuple[Quotation, ...]
    """What it rests on; of the passages that the model was given."""
    support: Support
    unknown: int = 0
    """How many sentences it cites that the model was not given."""
    begins: Block = ""
    moved: bool = False
    """Whether it rests on other sentences than those that it cites."""
    found: tuple[Passage, ...] = ()
    """Passages that the model was not given; quotations count them behind those it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerChunk:
    """One sentence of an answer that is still being written."""

    claim: Claim
    citations: tuple[Citation, ...]
    """Those that no earlier sentence had; they follow the earlier ones, and the claim counts through all of them."""
    certainty: Certainty
    """Of the answer that it is a part of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryState:
    """Which library was asked, as it was then."""

    path: str
    articles: int
    chunks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the assistant says, and everything needed to check it."""

    question: str
    stand_alone: str
    """The question as it was understood, retrieved for and read: itself, or what it means after the turns before it."""
    text: str
    """The claims in a row; empty when abstained."""
    short_answer: str | None
    certainty: Certainty
    """How sure it is; "none" where the assistant declined."""
    reason: str | None
    """Why nothing is answered; None when something is."""
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    nearest: tuple[Citation, ...]
    """What came nearest to an answer when the assistant abstained, best first."""
    confidence: float
    """The probability that the citations answer the question, 0 to 1; when abstained, that the nearest one does."""
    supported_share: float | None
    """Of the sentences that a chat model wrote, those that their citations support; None where it wrote none."""
    passages: tuple[Passage, ...]
    """What was read, best first: the nearest there is when the assistant abstained."""
    model: str
    library: LibraryState
    timings_ms: Mapping[str, float]
    """Milliseconds by step."""
    notice: str | None = None
    """What to know of how it came about, in words: for example that the chat model failed and it was quoted instead."""
    asked_for: AskedFor = "fact"
    """What kind of answer the question was taken to ask for."""
    together: Together = ALONE
    """What several articles say together: which citations agree, which differ, and what follows from them."""

    @property
    def short_answer_days(self) -> tuple[ResolvedDate, ...]:
        """The days that the short answer speaks of, where it names one: "Wednesday" is 21 September 2022."""
        marked = next((one for one in self.citations if one.short_answer), None)
        return marked.short_answer_days if marked else ()

    @property
    def abstained(self) -> bool:
        """Whether the assistant declined to answer."""
        return self.certainty == "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Words of an article that a sentence of a text was held against."""

    citation: Citation
    support: Support
    """What they make of the sentence, by themselves or with the others that have the same verdict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedSentence:
    """A sentence of a text that someone else wrote, held against the articles."""

    text: str
    """``CheckedText.text[start:end]``."""
    start: int
    end: int
    support: Support | None
    """The verdict, ``unsupported`` where no article says so; None where the sentence claims nothing."""
    passed_over: str | None
    """Why it claims nothing, in words; None where it has a verdict."""
    evidence: tuple[Evidence, ...]
    """What the verdict rests on: the newest first where articles differ, else the best first.

    Of a sentence that no article bears out, the nearest there is, if any.
    """

    @property
    def disputed(self) -> bool:
        """Whether some articles bear it out and others contradict it."""
        return len({one.support.holds for one in self.evidence if one.support.verdict != "unsupported"}) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedText:
    """A text that someone else wrote, checked sentence by sentence."""

    text: str
    """As it was read: cleaned as articles are."""
    sentences: tuple[CheckedSentence, ...]
    """All of them, in order."""
    notice: str | None
    """What to know of the check, in words: which articles it was held against, for example."""
    library: LibraryState
    timings_ms: Mapping[str, float]
    """Milliseconds by step."""

    def count(self, *verdicts: Verdict) -> int:
        """How many sentences have one of these verdicts."""
        return sum(one.support is not None and one.support.verdict in verdicts for one in self.sentences)

    @property
    def passed_over(self) -> int:
        """How many sentences claim nothing."""
        return sum(one.support is None for one in self.sentences)
