"""The words of evaluation: a sample and its target, what came of it, and the figures over many."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dateline.rag.conversation import Turn
from dateline.rag.types import Certainty, Claim, YesNo

Kind = Literal["fact", "list", "latest", "yes-no", "comparison"]
"""What kind of answer a sample asks for: one fact, a list, the newest of several values, yes or no, or a comparison."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item of a list, or a value that was given earlier."""

    answers: tuple[str, ...]
    """Any of them names it."""
    quote: str | None = None
    """The words of an article that it rests on."""
    article: str | None = None
    """Id or origin of that article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A question with its target: the answers that are right, the words they rest on, or that nothing answers."""

    id: str
    question: str
    answers: tuple[str, ...] = ()
    """Any of them is right."""
    quotes: tuple[str, ...] = ()
    """Gold quotations: all of them together, those of items and earlier values too, are what the answer rests on."""
    articles: tuple[str, ...] = ()
    """Ids or origins of the articles that answer; empty where that is any in which the quotations stand."""
    unanswerable: bool = False
    history: tuple[Turn, ...] = ()
    stand_alone: str | None = None
    """The question as a person would ask it without the history: what a rewriting is measured against."""
    asked: date | None = None
    tags: tuple[str, ...] = ()
    kind: Kind = "fact"
    items: tuple[Item, ...] = ()
    """Of a list: all of it."""
    earlier: tuple[Item, ...] = ()
    """Of what is asked for the latest: the values before ``answers``, which is the newest."""
    verdict: YesNo | None = None
    """Of a question for yes or no; where it is not said, the sample is unanswerable."""
    result: tuple[str, ...] = ()
    """Of a comparison or a difference: what follows from the quotations; any of them is right."""
    line: int = 0
    """In the file it was read from."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """A span of an article."""

    article_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where in the library the answer to a sample stands."""

    articles: frozenset[str]
    """Ids; empty where the sample names none and has no quotations."""
    quotes: tuple[tuple[Place, ...], ...]
    """For each gold quotation every place where it stands, at least one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """A citation as it is shown and judged: with the words around it."""

    article_id: str
    title: str
    source: str | None
    published: str | None
    url: str | None
    start: int
    end: int
    before: str
    quote: str
    after: str
    exact: bool
    """The article of record holds these words at this place."""
    gold: bool | None
    """It shares words with a gold quotation; None where the sample has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieved:
    """A passage that was read for a sample."""

    article_id: str
    title: str
    start: int
    end: int
    text: str
    quotes: tuple[int, ...]
    """The gold quotations, by number, of which it holds characters."""
    holds_answer: bool
    """It holds one of those, or, where the sample has none, one of the answers."""


Failure = Literal[
    "not retrieved",
    "retrieved but not chosen",
    "chosen but abstained",
    "wrong span",
    "items missing",
    "items that are none",
    "newest not first",
    "earlier not named",
    "wrong verdict",
    "wrong result",
    "unsupported claim",
    "answered without an answer",
]
"""Where a sample went wrong; the last is of samples that nothing answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What an answer states, as far as its kind needs it to be judged."""

    items: tuple[str, ...] = ()
    """Short answers, quotations without one, or sentences of a chat model, in their order."""
    verdict: YesNo | None = None
    result: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one sample."""

    sample: Sample
    stand_alone: str
    """The question as it was understood."""
    answer: str
    short_answer: str | None
    stated: Stated = Stated()
    certainty: Certainty
    reason: str | None
    confidence: float
    supported_share: float | None
    claims: tuple[Claim, ...]
    citations: tuple[Quoted, ...]
    nearest: tuple[Quoted, ...]
    """What came nearest, where the assistant abstained."""
    passages: tuple[Retrieved, ...]
    scores: Mapping[str, float]
    """By the name of the figure whose mean they make; one that does not apply to the sample is missing."""
    top_passage_scores: Mapping[str, float]
    """The same, had the first passage been quoted whole."""
    right: bool
    """The answer holds what was expected and every claim is supported; or nothing answers, and it was declined."""
    right_if_answered: bool
    """As ``right``, had what came nearest been given as the answer."""
    failure: Failure | None
    timings_ms: Mapping[str, float]
    """By step, and ``total``."""

    @property
    def abstained(self) -> bool:
        """Whether the assistant declined to answer."""
        return self.certainty == "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure over many samples; a latency is in milliseconds, everything else in [0, 1]."""

    name: str
    value: float
    stderr: float | None
    """Of a mean; None of anything else."""
    low: float
    high: float
    """The 95 % bootstrap interval is ``[low, high]``."""
    count: int
    """Samples that it is taken over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One run of a set of samples."""

    samples: str
    """The file's name."""
    samples_sha256: str
    model: str
    library: str
    articles: int
    chunks: int
    version: str
    finished: str
    """ISO 8601, UTC."""
    figures: tuple[Figure, ...]
    shortcuts: Mapping[str, tuple[Figure, ...]]
    """The same figures for what takes no skill, by what it does; they flatter where they come near."""
    outcomes: tuple[Outcome, ...]
