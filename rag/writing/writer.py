"""Writing with a chat model: from a question and its passages to the sentences that the model writes, one by one.

What it writes is raw: it says nothing of whether a sentence is true, or whether a number it cites exists. The same
model is asked to rewrite a question that follows on others.
"""

import re
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from dateline.index.types import Filter, Passage
from dateline.rag.conversation import Turn
from dateline.rag.errors import ChatModelError, EmptyAnswer
from dateline.rag.types import Block, Checked
from dateline.rag.writing import prompts
from dateline.rag.writing.chat_models import ChatModel, Piece
from dateline.rag.writing.prompts import NOTHING_NOTED, Found, Noted, Numbered, fresh_delimiter, is_small, local_day
from dateline.rag.writing.sentence_stream import Sentence, SentenceStream

_CHARACTERS_PER_TOKEN = 8  # more than any text has: an answer that is longer was not stopped by the server
_LETTERS = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_TOKENS_AT_LEAST = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+|(?<=\w)[.,;:!?]+(?=\s)")

_MARKERS_AT_END = re.compile(r"[\s*_]*(?:\[[^\[\]]{0,60}\][\s*_]*)*\Z")

_THINGS = r"(?:articles?|sentences?|passages?|context|sources?|texts?|documents?|information|materials?|news)"
_NOT = r"(?:(?:do|does|did|could|can) ?n(?:o|')t|can't|am unable to|was unable to)"
_SAYING = r"(?:answer|contain|provide|mention|say|include|specify|address|state|give|tell|hold|have|offer|cover)"
_FINDING = r"(?:answer|find|determine|tell|know)"
_ABSTAINING = (
    re.compile(
        rf"^(?:sorry )?(?:based on [\w ]{{1,40}} )?(?:the|these|this)(?: \w+)? {_THINGS}(?: \w+)? "
        rf"{_NOT} (?:\w+ )?{_SAYING}\b"
    ),
    re.compile(rf"^(?:sorry |unfortunately )?i {_NOT} (?:\w+ )?{_FINDING}\b"),
    re.compile(rf"^(?:there is|there's) (?:no|not enough) (?:\w+ )?(?:information|mention|answer)\b.*\b{_THINGS}\b"),
    re.compile(r"^(?:no answer(?: found| is given)?|unanswerable|i don't know)$"),
)
"""As small models put it; applied to lower-case words divided by single spaces."""

_LONGEST_ADDED = 400  # characters that a rewriting may add: what is longer is an answer, or an essay
_LABEL = re.compile(r"\A(?:the )?(?:(?:rewritten|stand-?alone|last|same) )*question[^:?]{0,40}:\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawSentence:
    """A sentence as the model wrote it, markers and all."""

    text: str
    sentences: Mapping[int, Numbered]
    """What a number in it may stand for."""
    begins: Block = ""

    @property
    def introduces(self) -> bool:
        """Whether it may be no more than what stands over others: a heading, the head of a table, a lead-in."""
        return self.begins in ("heading", "header") or _words(self.text).endswith(":")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How the model's answer ended."""

    abstained: bool
    """It said that the articles do not answer, and nothing else."""
    notices: tuple[str, ...] = ()
    """What the reader of the answer must know of it, in words, a line each: that it broke off, for instance."""


class Check(Protocol):
    """Takes the markers out of a sentence, cites what they stand for, and gives the verdict."""

    def __call__(self, sentence: RawSentence, passages: Sequence[Passage], only: Filter | None = None) -> Checked:
        """The sentence, held against passages, and against the articles that pass a filter where it needs more."""


class Writer:
    """Has a chat model answer a question from passages, and make one that follows on others stand alone."""

    def __init__(
        self, model: ChatModel, today: Callable[[], date] = local_day, delimiter: Callable[[], str] = fresh_delimiter
    ) -> None:
        self.id = model.id
        """Name of the way of answering, shown with the answer."""
        self._model, self._today, self._delimiter = model, today, delimiter

    def write(
        self,
        question: str,
        passages: Sequence[Passage],
        likeliest: Sequence[Numbered] = (),
        noted: Noted = NOTHING_NOTED,
    ) -> Generator[RawSentence | Ending, None, None]:
        """The model's sentences as soon as each is whole, then how the answer ended.

        ``likeliest`` are the sentences of the passages that are likeliest to answer, best first, and ``noted`` is what
        is known of some of them. Closing it stops the model. Once a sentence was given, a failure is part of the
        ending.

        Raises:
            ChatModelError: the model gave no sentence.
        """
        found = Found(question=question, passages=passages, likeliest=likeliest, noted=noted)
        small = is_small(self._model.id)
        prompt = prompts.write_prompt(found, self._today(), self._delimiter(), self._model.prompt_room, small=small)
        answer = _Answer(self._model, prompt.messages)
        given, declined = 0, False
        held: list[RawSentence] = []  # what introduces sentences is given with the first of them
        with closing(answer.sentences()) as sentences:
            for one in sentences:
                if abstains(one.text):
                    declined = True
                    continue
                held.append(RawSentence(text=one.text, sentences=prompt.sentences, begins=one.begins))
                if not held[-1].introduces:
                    given += 1
                    yield from held
                    held.clear()
        if answer.failure and not given:
            raise answer.failure
        if not given and not declined:
            raise answer.empty()
        if given and declined:
            answer.notices.append(f"{self.id} says that the articles do not answer all of it")
        yield Ending(abstained=not given, notices=tuple(answer.notices))

    def rewrite(self, question: str, turns: Sequence[Turn]) -> str | None:
        """The question as it stands alone; None where the model failed, or wrote what can't be one."""
        messages = prompts.write_rewriting(question, turns, self._today(), self._delimiter())
        stream, sentences, most = SentenceStream(), list[str](), len(question) + _LONGEST_ADDED
        try:
            with closing(self._model.stream(messages)) as pieces:
                for piece in pieces:
                    sentences += (one.text for one in stream.feed(piece.text))
                    if sum(map(len, sentences)) > most:
                        return None
        except ChatModelError:
            return None
        sentences += (one.text for one in stream.finish())
        text = _LABEL.sub("", " ".join(sentences)).strip(" \"'“”")
        return text if 0 < len(text) <= most and "?" in text else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """How questions are understood and answers written, and how each sentence is checked before anyone sees it."""

    writer: Writer
    check: Check
    rewrite: Callable[[str, Sequence[Turn]], str | None]
    """A question, and the turns that it follows on, as one that stands alone; None where the model can't tell."""


class _Answer:
    """One answer on its way, and what was wrong with it."""

    def __init__(self, model: ChatModel, messages: Sequence[prompts.Message]) -> None:
        self._model, self._messages = model, messages
        self._characters = 0
        self._full = False
        self._read: int | None = None
        self.notices: list[str] = []
        self.failure: ChatModelError | None = None

    def sentences(self) -> Generator[Sentence, None, None]:
        stream = SentenceStream()
        try:
            with closing(self._model.stream(self._messages)) as pieces:
                for piece in pieces:
                    yield from stream.feed(piece.text)
                    self._note(piece)
                    if self._characters > _CHARACTERS_PER_TOKEN * self._model.answer_room:
                        self._full = True
                        break
        except ChatModelError as error:
            self.failure = error
            self.notices.append(f"the answer is not whole: {error}")
        self._compare_tokens()
        if self._full:
            self.notices.append(f"the answer was ended at {self._model.answer_room} tokens; it may not be whole")
        yield from stream.finish(cut=self._full or self.failure is not None)

    def empty(self) -> EmptyAnswer:
        if self._characters and self._full:
            return EmptyAnswer(
                f"{self._model.id} wrote no sentence in {self._model.answer_room} tokens, or only thought; set "
                "DATELINE_CONTEXT higher, or try another model"
            )
        return EmptyAnswer(f"{self._model.id} wrote nothing; ask again, or try another model")

    def _note(self, piece: Piece) -> None:
        self._characters += len(piece.text)
        self._full |= piece.full
        self._read = piece.prompt_tokens or self._read

    def _compare_tokens(self) -> None:
        least = tokens_at_least("\n".join(message.text for message in self._messages))
        if self._read is not None and self._read < least:
            self.notices.append(
                f"the server read {self._read} of at least {least} tokens, not all passages; raise its context length, "
                "or set DATELINE_CONTEXT to what it is"
            )


def _words(text: str) -> str:
    """A sentence without the markers and signs at its end."""
    return _MARKERS_AT_END.sub("", text)


def tokens_at_least(text: str) -> int:
    """How few tokens a text may have: a word, a number, a mark at a word's end is never less than one.

    No usual vocabulary has a token that holds two words, so a server that counts fewer did not read all of it. The
    real number is about a third higher; a cut that is smaller than that is not seen.
    """
    return sum(1 for _ in _TOKENS_AT_LEAST.finditer(text))


def abstains(sentence: str) -> bool:
    """Whether a sentence says that the articles do not answer, as it was told or as small models put it."""
    words = " ".join(_LETTERS.findall(sentence.casefold())).replace("’", "'")
    told = " ".join(_LETTERS.findall(prompts.NO_ANSWER.casefold()))
    cites = any(letter.isdigit() for letter in words)
    return words.startswith(told) or (not cites and any(one.search(words) for one in _ABSTAINING))
