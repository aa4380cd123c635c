"""The assistant: a question is understood, passages are retrieved and read, the answer is cited and verified.

Read from top to bottom this is the story of the product; each step is a LangChain ``Runnable``, so that the whole chain
can be invoked, batched, streamed and traced, and is open to be composed with others.
"""

import os
import threading
import time
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, Self, cast, get_args

from langchain_core.runnables import Runnable, RunnableLambda
from langchain_core.runnables.config import run_in_executor

from dateline.index.errors import ArgumentError, LibraryError, shown
from dateline.index.library import Library
from dateline.index.types import Filter
from dateline.rag.aggregation.aggregate import build_aggregator
from dateline.rag.chain_state import ChainState, milliseconds_since, timed
from dateline.rag.citations import (
    AS_ITEMS,
    UNUSABLE,
    AnswerBuilder,
    answer_chunks,
    as_cited,
    cite,
    shown_citations,
)
from dateline.rag.conversation import Turn
from dateline.rag.errors import ChatModelError
from dateline.rag.followups.resolve import stand_alone
from dateline.rag.parsing.parsed_text import parse
from dateline.rag.reader.asked import asked_for
from dateline.rag.reader.confidence import WEIGHTS, Strictness
from dateline.rag.reader.reader import QuotingReader
from dateline.rag.request import read_request
from dateline.rag.retrieval import explain_empty, find_article, respelling_notice, state_of
from dateline.rag.settings import CONTEXT, MAX_PASSAGES, PASSAGES, TIMEOUT
from dateline.rag.types import (
    Answer,
    AnswerChunk,
    AskedFor,
    CheckedSentence,
    CheckedText,
    Claim,
    Reader,
    Reading,
    Request,
    Reranker,
    Verifier,
)
from dateline.rag.verification.check_text import check_text
from dateline.rag.verification.verify import verify_quotation
from dateline.rag.writing.writer import Ending, Writing

_FOREIGN = "the question is not in English, in which alone articles are searched and read; ask it in English"
_DECLINED = "the chat model found no answer in the passages"


class Assistant:
    """Answers questions about a library, each sentence with the exact words it rests on."""

    def __init__(  # noqa: PLR0913 - each is a choice of its own
        self,
        library: Library,
        reader: Reader | None = None,
        passages: int = PASSAGES,
        strictness: Strictness = "balanced",
        writing: Writing | None = None,
        reranker: Reranker | None = None,
        verifier: Verifier | None = None,
    ) -> None:
        if not isinstance(library, Library):
            raise ArgumentError(f"library is {shown(library)}; open one with Assistant.open(path)")
        _check_choices(passages, strictness)
        self.library = library
        self.passages = passages
        reader = reader or QuotingReader(strictness=strictness)
        self._writing, self._strict = writing, strictness == "strict"
        self.model = f"{writing.writer.id}{', strict' if self._strict else ''}" if writing else reader.id
        """Name of the way of answering, as its answers give it."""
        self._find = build_finding(library, reader, passages, writing, reranker, verifier)
        self._quote = build_quoting(library, reader)
        self._closed = False
        self.verifier = verifier
        """Judges the texts that are checked; the model that ships unless set."""
        streamed = RunnableLambda[Any, AnswerChunk | Answer](self.stream, afunc=self._astream, name="answer")
        self.chain = cast("Runnable[Any, Answer]", streamed)
        """Answers a question, a ``Request``, or an object as ``get_input_jsonschema`` describes it; ``invoke`` and
        ``batch`` give the answer, ``stream`` and ``astream`` each sentence as it comes, then the answer."""

    @classmethod
    def open(
        cls, path: Path | str, model: str | None = None, strictness: Strictness = "balanced", passages: int = PASSAGES
    ) -> Self:
        """The assistant of a library that was built before.

        Args:
            path: the library's folder.
            model: the chat model that writes answers, ``provider:name``, its address and key from the environment by
                the names that the provider gave them; without one answers are quotations.
            strictness: how sure an answer must be: ``strict``, ``balanced`` or ``lenient``.
            passages: how many are read for an answer, 1 to 50.

        Raises:
            ArgumentError: an argument is of another type, or there is no such strictness.
            NoLibrary: nothing was built there.
            ChatModelError: there is no such model, its package is not installed, or it has no key.
        """
        _check_choices(passages, strictness)
        if not isinstance(model, str | None):
            raise ArgumentError(f"model is {shown(model)}; give 'provider:name', or nothing for quotations")
        library = Library.open(path)
        try:
            return cls(library, None, passages, strictness, open_writing(model, library, os.environ) if model else None)
        except BaseException:
            library.close()
            raise

    def ask(
        self,
        question: str,
        only: Filter | None = None,
        history: Iterable[Turn | Mapping[str, Any]] | None = None,
        asked_for: AskedFor | None = None,
    ) -> Answer:
        """Answer a question, or abstain and say why.

        Args:
            question: as it was asked.
            only: the articles that it is put to; all of them unless given.
            history: earlier turns, the last one last, from which a follow-up such as "And the rest?" is understood.
            asked_for: what kind of answer it asks for, ``list`` for example; told by its words unless given.

        Raises:
            QuestionError: it is no text, empty or too long.
            ArgumentError: ``only`` is no filter, ``history`` holds what is no turn, or there is no such kind.
            LibraryError: the assistant was closed.
        """
        return self.chain.invoke(
            {"question": question, "only": only, "history": history, "asked_for": asked_for},
        )

    def stream(self, request: Request | str) -> Generator[AnswerChunk | Answer, None, None]:
        """An answer sentence by sentence, each as soon as it is checked, and at the end the answer whole.

        Closing it stops the chat model. Where that fails before its first sentence, the answer is quoted,
        and its notice says why.

        Raises:
            DatelineError: as ``ask``.
        """
        self._check_open()
        state = self._find.invoke(request)
        if self._writing and state.passages:
            try:
                yield from self._write(state, self._writing)
                return
            except ChatModelError as error:
                state = replace(state, notices=(f"answered by quotations, because {error}",))
        answer = self._quote.invoke(state)
        yield from answer_chunks(answer.claims, answer.citations, answer.certainty)
        yield answer

    def check(self, text: str, only: Filter | None = None) -> CheckedText:
        """Check a text that someone else wrote, sentence by sentence, against the articles.

        Args:
            text: a draft, a press release, a chatbot's answer; plain or Markdown, at most 100,000 characters.
            only: the articles that it is held against; all of them unless given.

        Raises:
            ArgumentError: the text is none, holds no word or too many characters, or ``only`` is no filter.
            LibraryError: the assistant was closed.
        """
        *_, whole = self.stream_check(text, only)
        return cast("CheckedText", whole)

    def stream_check(
        self, text: str, only: Filter | None = None
    ) -> Generator[CheckedSentence | CheckedText, None, None]:
        """Each sentence of a text as soon as it is checked, and at the end the text whole.

        Arguments and errors are those of ``check``.
        """
        self._check_open()
        if not isinstance(only, Filter | None):
            raise ArgumentError(f"only is {shown(only)}; give a Filter, or nothing")
        yield from check_text(text, self.library, only, self.verifier)

    async def _astream(self, request: Request | str) -> AsyncGenerator[AnswerChunk | Answer, None]:
        """The same, in a thread of its own, so that whoever waits can do other things."""
        parts, one_at_a_time = self.stream(request), threading.Lock()

        def locked(do: Callable[[], AnswerChunk | Answer | None]) -> AnswerChunk | Answer | None:
            with one_at_a_time:  # a task that is cancelled leaves a thread behind that still waits for the next part
                return do()

        try:
            while part := await run_in_executor(None, locked, lambda: next(parts, None)):
                yield part
        finally:
            await run_in_executor(None, locked, parts.close)

    def _write(self, state: ChainState, writing: Writing) -> Generator[AnswerChunk | Answer, None, None]:
        """The chat model's sentences, each checked and cited, then the answer that they make.

        Raises:
            ChatModelError: the model gave no sentence.
        """
        started, first = time.perf_counter(), None
        passages = state.ranked()
        builder = AnswerBuilder(passages, state.certainty(), strict=self._strict)
        ending = Ending(abstained=False)
        with closing(writing.writer.write(state.stand_alone, passages, state.likeliest(), state.noted())) as parts:
            for part in parts:
                if isinstance(part, Ending):
                    ending = part
                    continue
                sentence = builder.add(writing.check(part, passages, state.request.only))
                first = first or milliseconds_since(started)
                if sentence:
                    yield sentence
        reason, instead = _DECLINED if ending.abstained else builder.reason, tuple[str, ...]()
        quoted = self._quote.invoke(state) if state.certainty() == "likely" and not builder.supported_share else None
        if quoted and quoted.claims:
            yield from builder.quote(quoted.claims, quoted.citations)
            instead, reason = (f"the articles are quoted, because {reason or UNUSABLE}",), None
        first = first or milliseconds_since(started)
        further = round(milliseconds_since(started) - first, 1)
        state = replace(
            state,
            passages=(*state.passages, *builder.found),
            reading=replace(state.reading, reason=reason),
            citations=builder.citations,
            claims=builder.claims,
            together=as_cited(state.together, cite(state.reading.quotations, state.passages), builder.citations),
            supported_share=builder.supported_share,
            timings_ms=(*state.timings_ms, ("first_sentence", first), ("further_sentences", further)),
            notices=(*instead, *ending.notices, *builder.notices),
        )
        yield state.answer(self.model, state_of(self.library))

    def _check_open(self) -> None:
        if self._closed:
            raise LibraryError(f"the assistant of {self.library.place!r} is closed; open another")

    def close(self) -> None:
        """Give the library back; nothing is answered any more."""
        self._closed = True
        self.library.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def build_finding(
    library: Library,
    reader: Reader,
    passages: int,
    writing: Writing | None = None,
    reranker: Reranker | None = None,
    verifier: Verifier | None = None,
) -> Runnable[Any, ChainState]:
    """The first part of the chain, from a request to what was read for it: check | rewrite | retrieve | read.

    A question is rewritten to stand alone, and as the articles spell it; for a list more passages are retrieved.
    """
    aggregator = build_aggregator(library, reader, passages, reranker, verifier)

    def rewrite_step(state: ChainState) -> ChainState:
        understood = _understood(state.request, writing)
        respelt = library.respell(understood)
        foreign = _FOREIGN if parse(understood).is_foreign else None
        notices = filter(None, (foreign, respelling_notice(understood, respelt)))
        return replace(state, stand_alone=respelt, notices=(*state.notices, *notices))

    def retrieve_step(state: ChainState) -> ChainState:
        kind = state.request.asked_for or asked_for(state.stand_alone)
        passages = aggregator.retrieve(state.stand_alone, kind, state.request.only)
        return replace(state, passages=passages, asked_for=kind)

    def read_step(state: ChainState) -> ChainState:
        if not state.passages:
            reason = explain_empty(library, state.request.only)
            return replace(state, reading=Reading(quotations=(), confidence=0.0, reason=reason))
        found = aggregator.read(state.stand_alone, state.asked_for, state.passages, state.request.only)
        return replace(
            state,
            passages=found.passages,
            reading=found.reading,
            asked_for=found.asked_for,
            together=found.together,
            notices=(*state.notices, *found.notices),
        )

    return (
        RunnableLambda(_check, name="check")
        | timed("rewrite", rewrite_step)
        | timed("retrieve", retrieve_step)
        | timed("read", read_step)
    )


def build_quoting(library: Library, reader: Reader) -> Runnable[ChainState, Answer]:
    """The second part without a chat model, from what was read to an answer: cite | verify | answer."""

    def cite_step(state: ChainState) -> ChainState:
        return replace(state, citations=cite(state.reading.quotations, state.passages))

    def verify_step(state: ChainState) -> ChainState:
        shown = shown_citations(state.asked_for, state.together, len(state.citations))
        claims = (
            Claim(
                text=state.citations[first].quote,
                support=verify_quotation(
                    state.citations[first], find_article(library, state.citations[first].article_id)
                ),
                citations=(first, *behind),
                begins="item" if state.asked_for in AS_ITEMS and len(shown) > 1 else "",
            )
            for first, *behind in shown
        )
        return replace(state, claims=tuple(claims))

    def answer_step(state: ChainState) -> Answer:
        return state.answer(reader.id, state_of(library))

    return timed("cite", cite_step) | timed("verify", verify_step) | RunnableLambda(answer_step, name="answer")


def _check_choices(passages: object, strictness: object) -> None:
    if isinstance(passages, bool) or not isinstance(passages, int) or passages not in range(1, MAX_PASSAGES + 1):
        raise ArgumentError(f"passages is {shown(passages)}; give a whole number from 1 to {MAX_PASSAGES}")
    if strictness not in (*get_args(Strictness),):
        raise ArgumentError(f"strictness is {shown(strictness)}; there are {', '.join(get_args(Strictness))}")


def open_reader(name: str, strictness: Strictness) -> Reader:
    """The reader of the settings: the one that ships, or a question-answering model of Hugging Face.

    Raises:
        ModelError: there is no such model, or it can't be fetched.
    """
    if not name:
        return QuotingReader(strictness=strictness)
    from dateline.rag.reader.hub_models import HubReader, calibrated_weights  # with torch

    marker, weights = HubReader(name), calibrated_weights(name)
    return QuotingReader(marker, strictness, weights or WEIGHTS, calibrated=bool(weights))


def open_reranker(name: str) -> Reranker | None:
    """The reranker of the settings, a cross-encoder of sentence-transformers; none where they name none.

    Errors as of ``open_reader``.
    """
    if not name:
        return None
    from dateline.rag.reader.hub_models import HubReranker  # with torch

    return HubReranker(name)


def open_verifier(name: str) -> Verifier | None:
    """The verifier of the settings, a model of natural language inference; none where they name none.

    Errors as of ``open_reader``.
    """
    if not name:
        return None
    from dateline.rag.reader.hub_models import HubVerifier  # with torch

    return HubVerifier(name)


def open_writing(
    model: str, library: Library, environment: Mapping[str, str], context: int = CONTEXT, timeout: int = TIMEOUT,
    verifier: Verifier | None = None,
) -> Writing:  # fmt: skip
    """How a chat model writes answers from a library, and what says whether they hold; others as of ``open_model``.

    Raises:
        ChatModelError: there is no such model, its package is not installed, or it has no key.
    """
    from dateline.rag.verification.check_sentence import write_with
    from dateline.rag.writing.chat_models import open_model  # with LangChain's chat models, which quoting does without

    opened, find = open_model(model, environment, context, timeout), library.article
    return write_with(opened, library.embedder, find_article=find, search=library.search, verifier=verifier)


def _check(given: object) -> ChainState:
    request = read_request(given)
    return ChainState(request=request, stand_alone=request.question)


def _understood(request: Request, writing: Writing | None) -> str:
    """The question without the turns before it: by the chat model where there is one and it does, else by rules."""
    by_model = writing.rewrite(request.question, request.history) if writing and request.history else None
    return by_model or stand_alone(request.question, request.history)
