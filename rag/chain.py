"""The assistant: a question is checked, passages are retrieved and read, the answer is cited and verified.

Read from top to bottom this is the story of the product; each step is a LangChain ``Runnable``, so that the whole chain
can be invoked, batched, streamed and traced, and is open to be composed with others.
"""

import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from langchain_core.runnables import Runnable, RunnableLambda

from index.errors import NoSuchArticle
from index.library import Library
from index.reading.cleaning import clean
from index.types import Article, Filter, Passage
from rag.calibration import Strictness
from rag.citing import cite
from rag.errors import QuestionError
from rag.reader import QuotingReader
from rag.retrieval import LibraryRetriever, to_passages
from rag.settings import PASSAGES
from rag.types import Answer, Citation, Claim, LibraryState, Reader, Reading, Request
from rag.verifying import verify_quotation

MAX_QUESTION = 4_000
"""Characters of a question; a longer one is refused."""


class Assistant:
    """Answers questions about a library, each sentence with the exact words it rests on."""

    def __init__(
        self,
        library: Library,
        reader: Reader | None = None,
        passages: int = PASSAGES,
        strictness: Strictness = "balanced",
    ) -> None:
        self.library = library
        self.passages = passages
        reader = reader or QuotingReader(strictness=strictness)
        self.model = reader.id
        """Name of the way of answering, as its answers give it."""
        self.chain = build_chain(library, reader, passages)

    @classmethod
    def open(cls, folder: Path | str) -> Self:
        """The assistant of a library that was built before, without a chat model: its answers are quotations.

        Raises:
            NoLibrary: nothing was built there.
        """
        return cls(Library.open(folder))

    def ask(self, question: str, only: Filter | None = None) -> Answer:
        """Answer a question, or abstain and say why.

        Raises:
            QuestionError: it is empty or too long.
        """
        return self.chain.invoke(Request(question=question, only=only))

    def close(self) -> None:
        """Give the library back."""
        self.library.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


_UNREAD = Reading(quotations=(), confidence=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """What is known so far of one question on its way to an answer."""

    request: Request
    passages: tuple[Passage, ...] = ()
    reading: Reading = _UNREAD
    citations: tuple[Citation, ...] = ()
    withheld: tuple[Citation, ...] = ()
    claims: tuple[Claim, ...] = ()
    timings_ms: tuple[tuple[str, float], ...] = ()


def build_chain(library: Library, reader: Reader, passages: int) -> Runnable[Request, Answer]:
    """The chain from a request to its answer: check | retrieve | read | cite | verify | answer."""
    retriever = LibraryRetriever(library=library, k=passages)

    def check_step(request: Request) -> _Turn:
        return _Turn(request=replace(request, question=check_question(request.question)))

    def retrieve_step(turn: _Turn) -> _Turn:
        documents = retriever.invoke(turn.request.question, only=turn.request.only)
        return replace(turn, passages=to_passages(documents))

    def read_step(turn: _Turn) -> _Turn:
        if not turn.passages:
            return replace(turn, reading=Reading(quotations=(), confidence=0.0, reason=_nothing_found(turn.request)))
        return replace(turn, reading=reader.read(turn.request.question, turn.passages))

    def cite_step(turn: _Turn) -> _Turn:
        reading, passages = turn.reading, turn.passages
        return replace(turn, citations=cite(reading.quotations, passages), withheld=cite(reading.withheld, passages))

    def verify_step(turn: _Turn) -> _Turn:
        claims = (
            Claim(
                text=citation.quote, support=verify_quotation(citation, _article(library, citation)), citations=(index,)
            )
            for index, citation in enumerate(turn.citations)
        )
        return replace(turn, claims=tuple(claims))

    def answer_step(turn: _Turn) -> Answer:
        state = LibraryState(path=str(library.folder), articles=library.count_articles(), chunks=library.count_chunks())
        return _answer(turn, reader.id, state)

    return (
        RunnableLambda(check_step, name="check")
        | _timed("retrieve", retrieve_step)
        | _timed("read", read_step)
        | _timed("cite", cite_step)
        | _timed("verify", verify_step)
        | RunnableLambda(answer_step, name="answer")
    )


def check_question(text: str) -> str:
    """The question, cleaned as articles are; what is no question is refused before any model sees it.

    Raises:
        QuestionError: it holds no word, or too many characters.
    """
    question = clean(text).text.strip()
    if len(question) > MAX_QUESTION:
        raise QuestionError(f"the question has {len(question)} characters; ask in at most {MAX_QUESTION}")
    if not any(unicodedata.category(character)[0] in "LN" for character in question):
        raise QuestionError("the question holds no word; ask something like 'when do coalition troops leave Iraq?'")
    return question


def _timed(name: str, step: Callable[[_Turn], _Turn]) -> Runnable[_Turn, _Turn]:
    def run(turn: _Turn) -> _Turn:
        started = time.perf_counter()
        after = step(turn)
        milliseconds = 1000 * (time.perf_counter() - started)
        return replace(after, timings_ms=(*turn.timings_ms, (name, round(milliseconds, 1))))

    return RunnableLambda(run, name=name)


def _nothing_found(request: Request) -> str:
    return "no article passes the filter" if request.only else "the library holds nothing to search"


def _article(library: Library, citation: Citation) -> Article | None:
    try:
        return library.article(citation.article_id)
    except NoSuchArticle:
        return None


def _answer(turn: _Turn, model: str, state: LibraryState) -> Answer:
    return Answer(
        question=turn.request.question,
        text=" ".join(claim.text for claim in turn.claims),
        short_answer=next(filter(None, map(_short_answer, turn.citations)), None),
        abstained=not turn.claims,
        reason=turn.reading.reason,
        claims=turn.claims,
        citations=turn.citations,
        withheld=turn.withheld,
        confidence=turn.reading.confidence,
        passages=_ranked(turn.passages, turn.reading.ranking),
        model=model,
        library=state,
        timings_ms=dict(turn.timings_ms),
    )


def _ranked(passages: tuple[Passage, ...], ranking: tuple[int, ...]) -> tuple[Passage, ...]:
    """The passages in the order in which the reader would have them."""
    order = dict.fromkeys((*ranking, *range(len(passages))))
    return tuple(passages[at] for at in order)


def _short_answer(citation: Citation) -> str | None:
    if citation.answer is None:
        return None
    return citation.quote[citation.answer.start - citation.start : citation.answer.end - citation.start]
