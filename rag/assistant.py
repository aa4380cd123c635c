"""The assistant: a question is understood, passages are retrieved and read, the answer is cited and verified.

Read from top to bottom this is the story of the product; each step is a LangChain ``Runnable``, so that the whole chain
can be invoked, batched, streamed and traced, and is open to be composed with others.
"""

import os
import threading
import time
import unicodedata
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self, cast, get_args

from langchain_core.runnables import Runnable, RunnableLambda
from langchain_core.runnables.config import run_in_executor

from dateline.index.errors import ArgumentError, LibraryError, shown
from dateline.index.library import Library
from dateline.index.reading.cleaning import clean
from dateline.index.types import Filter, Passage, filter_in_words
from dateline.rag.citations import UNUSABLE, AnswerBuilder, answer_chunks, cite, text_of
from dateline.rag.conversation import Turn, recent_turns
from dateline.rag.errors import ChatModelError, QuestionError
from dateline.rag.followups.resolve import stand_alone
from dateline.rag.parsing.parsed_text import parse
from dateline.rag.reader.confidence import WEIGHTS, WORTH_SEEING, Strictness, certainty_of
from dateline.rag.reader.reader import QuotingReader
from dateline.rag.retrieval import LibraryRetriever, explain_empty, find_article, respelling_notice, to_passages
from dateline.rag.settings import CONTEXT, MAX_PASSAGES, PASSAGES, TIMEOUT
from dateline.rag.types import (
    Answer,
    AnswerChunk,
    Certainty,
    CheckedSentence,
    CheckedText,
    Citation,
    Claim,
    LibraryState,
    Quotation,
    Reader,
    Reading,
    Request,
    Reranker,
    Verifier,
)
from dateline.rag.verification.check_text import check_text
from dateline.rag.verification.verify import verify_quotation
from dateline.rag.writing.prompts import Numbered
from dateline.rag.writing.writer import Ending, Writing

MAX_QUESTION = 4_000
"""Characters of a question; a longer one is refused."""

_FOREIGN = "the question is not in English, in which alone articles are searched and read; ask it in English"
_DECLINED = "the chat model found no answer in the passages"
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
        return tuple(Numbered(passage=places[one.passage], span=one.span) for one in self.reading.likeliest)

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
            short_answer=next(filter(None, (one.short_answer for one in self.citations)), None),
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


class Assistant:
    """Answers questions about a library, each sentence with the exact words it rests on."""

    def __init__(
        self,
        library: Library,
        reader: Reader | None = None,
        passages: int = PASSAGES,
        strictness: Strictness = "balanced",
        writing: Writing | None = None,
        reranker: Reranker | None = None,
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
        self._find = build_finding(library, reader, passages, writing, reranker)
        self._quote = build_quoting(library, reader)
        self._closed = False
        self.verifier: Verifier | None = None
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
        self, question: str, only: Filter | None = None, history: Iterable[Turn | Mapping[str, Any]] | None = None
    ) -> Answer:
        """Answer a question, or abstain and say why.

        Args:
            question: as it was asked.
            only: the articles that it is put to; all of them unless given.
            history: earlier turns, the last one last, from which a follow-up such as "And the rest?" is understood.

        Raises:
            QuestionError: it is no text, empty or too long.
            ArgumentError: ``only`` is no filter, or ``history`` holds what is no turn.
            LibraryError: the assistant was closed.
        """
        return self.chain.invoke({"question": question, "only": only, "history": history})

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
        with closing(writing.writer.write(state.stand_alone, passages, state.likeliest())) as parts:
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
            supported_share=builder.supported_share,
            timings_ms=(*state.timings_ms, ("first_sentence", first), ("further_sentences", further)),
            notices=(*instead, *ending.notices, *builder.notices),
        )
        yield state.answer(self.model, _state(self.library))

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
    library: Library, reader: Reader, passages: int, writing: Writing | None = None, reranker: Reranker | None = None
) -> Runnable[Any, ChainState]:
    """The first part of the chain, from a request to what was read for it: check | rewrite | retrieve | read.

    A question is rewritten to stand alone, and as the articles spell it.
    """
    retriever = LibraryRetriever(library=library, k=passages, reranker=reranker)

    def rewrite_step(state: ChainState) -> ChainState:
        understood = _understood(state.request, writing)
        respelt = library.respell(understood)
        foreign = _FOREIGN if parse(understood).is_foreign else None
        notices = filter(None, (foreign, respelling_notice(understood, respelt)))
        return replace(state, stand_alone=respelt, notices=(*state.notices, *notices))

    def retrieve_step(state: ChainState) -> ChainState:
        documents = retriever.invoke(state.stand_alone, only=state.request.only)
        return replace(state, passages=to_passages(documents))

    def read_step(state: ChainState) -> ChainState:
        if not state.passages:
            reason = explain_empty(library, state.request.only)
            return replace(state, reading=Reading(quotations=(), confidence=0.0, reason=reason))
        return replace(state, reading=reader.read(state.stand_alone, state.passages))

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
        claims = (
            Claim(text=one.quote, support=verify_quotation(one, find_article(library, one.article_id)), citations=(at,))
            for at, one in enumerate(state.citations)
        )
        return replace(state, claims=tuple(claims))

    def answer_step(state: ChainState) -> Answer:
        return state.answer(reader.id, _state(library))

    return timed("cite", cite_step) | timed("verify", verify_step) | RunnableLambda(answer_step, name="answer")


def check_question(text: object) -> str:
    """The question, cleaned as articles are; what is no question is refused before any model sees it.

    Raises:
        QuestionError: it is no text, holds no word, or too many characters.
    """
    if not isinstance(text, str):  # a page or a script may hand over anything
        raise QuestionError(f"the question is no text but {type(text).__name__!r}; ask in words")
    if len(text) > MAX_QUESTION:  # before it is cleaned: megabytes would take seconds
        raise QuestionError(f"the question has {len(text)} characters; ask in at most {MAX_QUESTION}")
    question = clean(text).text.strip()
    if not any(unicodedata.category(character)[0] in "LN" for character in question):
        raise QuestionError("the question holds no word; ask something like 'when do coalition troops leave Iraq?'")
    return question


def read_request(given: object) -> Request:
    """A request, from a question or an object with the names of its fields; every part is checked.

    Raises:
        QuestionError: the question is no text, empty or too long.
        ArgumentError: there is a field of another name, or one is of another type.
    """
    if isinstance(given, Request):
        given = {"question": given.question, "only": given.only, "history": given.history}
    fields = given if isinstance(given, Mapping) else {"question": given}
    _check_fields("a request", fields, ("question", "only", "history"))
    only = fields.get("only")
    if isinstance(only, Mapping):
        _check_fields("a filter", only, ("since", "until", "source"))
        only = Filter(**only)
    if not isinstance(only, Filter | None):
        raise ArgumentError(f"only is {shown(only)}; give a Filter, or nothing")
    question, history = check_question(fields.get("question")), fields.get("history")
    return Request(question=question, only=only or None, history=() if history is None else recent_turns(history))


def _check_fields(what: str, fields: Mapping[Any, Any], names: Sequence[str]) -> None:
    unknown = [name for name in fields if name not in names]
    if unknown:
        raise ArgumentError(f"{what} has no {shown(unknown[0])}; it has {', '.join(names)}")


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


def _state(library: Library) -> LibraryState:
    return LibraryState(path=library.place, articles=library.count_articles(), chunks=library.count_chunks())
