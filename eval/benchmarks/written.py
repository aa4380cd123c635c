"""Answers written by a chat model that knows the gold quotations: how well they are cited, and what checking costs.

The model is scripted: it repeats the gold sentences that it is shown, or says them in other words, each with its
number, and declines where none is shown. What it loses is lost by retrieval, prompt, citing or verifying.
"""

import re
import statistics
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from dateline.eval.benchmarks.made_claims import Gold, rephrased
from dateline.eval.benchmarks.resources import milliseconds
from dateline.eval.benchmarks.tables import print_table, score_cells
from dateline.eval.benchmarks.verification import SETS
from dateline.eval.journal import Journal
from dateline.eval.run import evaluate
from dateline.eval.samples import SampleFile, read_samples
from dateline.eval.types import Sample
from dateline.index.library import Library
from dateline.index.types import Passage
from dateline.rag.assistant import Assistant
from dateline.rag.citations import AnswerBuilder
from dateline.rag.conversation import Turn
from dateline.rag.types import Reader
from dateline.rag.verification.check_sentence import check_sentence, write_with
from dateline.rag.writing.chat_models import Piece
from dateline.rag.writing.prompts import NO_ANSWER, Message, Numbered
from dateline.rag.writing.writer import RawSentence

_FIGURES = ("citation_precision", "citation_recall", "citation_exactness", "claims_supported", "declined")
_HEAD = ("samples", "sentences", *_FIGURES, "recall of what was shown")
_NUMBERED = re.compile(r"^\[(\d+)\] (.*)$", re.MULTILINE)
_ANSWER = 5  # sentences
_ANSWERS = 40
_ROUND = str.maketrans("[]", "()")

Said = Callable[[str], str]


def run_written(data: Path) -> None:
    """Print citation figures of the sets that ship and the milliseconds of an answer; PATH is a checkout."""
    with TemporaryDirectory() as folder:
        for number, (samples, articles) in enumerate(SETS):
            with Library.write(Path(folder) / str(number)) as library:
                library.add([data / articles])
                print_citations(library, read_samples(data / samples), Path(folder))
                print_speed(library, read_samples(data / samples).samples)


def print_citations(library: Library, file: SampleFile, folder: Path, reader: Reader | None = None) -> None:
    """Print the figures of a set, its gold sentences said word for word and in other words."""
    rows = []
    for name, said in (("word for word", str), ("in other words", _in_other_words)):
        model = GoodModel(file.samples, said)
        writing = replace(write_with(model, library.embedder, find_article=library.article), rewrite=model.rewrite)
        assistant = Assistant(library, reader, writing=writing)
        outcomes = evaluate(assistant, file, Journal(file, assistant, folder / name)).outcomes
        scores = [one.scores for one in outcomes]
        answered = [one.scores for one in outcomes if not one.abstained]
        cells = score_cells(scores, _FIGURES) + score_cells(answered, ["citation_recall"])
        rows.append((Path(file.name).parent.name, name, *cells))
    print_table(_HEAD, rows)


class GoodModel:
    """A chat model that knows which quotations answer the questions of a set, and what its follow-ups mean."""

    id = "scripted:good"
    prompt_room, answer_room = 3_072, 1_024

    def __init__(self, samples: Iterable[Sample], said: Said) -> None:
        self._said = said
        self._quotes: dict[str, tuple[str, ...]] = {}
        self._stand_alone: dict[tuple[str, ...], str] = {}
        for sample in samples:
            question = sample.stand_alone or sample.question
            self._quotes[question] = tuple(map(_plain, sample.quotes))
            self._stand_alone[(*(turn.question for turn in sample.history), sample.question)] = question

    def stream(self, messages: Sequence[Message]) -> Generator[Piece, None, None]:
        """The gold sentences among those of the prompt."""
        prompt = messages[-1].text
        question = prompt.rpartition("\nQuestion: ")[2].partition("\n")[0]
        gold = self._quotes.get(question, ())
        shown = _NUMBERED.findall(prompt)
        found = [(number, text) for number, text in shown if any(text in one or one in text for one in gold)]
        for number, text in found:
            yield Piece(text=f"{self._said(text)} [{number}]\n")
        if not found:
            yield Piece(text=NO_ANSWER)

    def rewrite(self, question: str, turns: Sequence[Turn]) -> str | None:
        """What the set says that a follow-up means."""
        return self._stand_alone.get((*(turn.question for turn in turns), question))


def _in_other_words(sentence: str) -> str:
    """As another would put it, where a way is known."""
    made = [one.claim for one in rephrased(Gold(text=sentence)) if one.way != "word for word"]
    return next(reversed(made), sentence)


def _plain(quote: str) -> str:
    return " ".join(quote.split()).translate(_ROUND)


def print_speed(library: Library, samples: Sequence[Sample]) -> None:
    """Print what citing and verifying an answer of five sentences takes, with and without markers."""
    rows = []
    for name, marked in (("each with its number", True), ("none with a number", False)):
        found = [library.search(sample.question, 10) for sample in samples[:_ANSWERS]]
        drafts = [(_draft(passages, marked=marked), passages) for passages in found]
        times = [milliseconds(partial(_cite, *draft, library)) for draft in drafts]
        rows.append((name, len(times), f"{statistics.median(times):.0f}", f"{max(times):.0f}"))
    print_table(("an answer of five sentences", "answers", "ms, median", "ms, most"), rows)


def _draft(passages: Sequence[Passage], *, marked: bool) -> list[RawSentence]:
    """Sentences of the passages, evenly spread and in other words."""
    places = (
        Numbered(passage=at, span=span)
        for at, passage in enumerate(passages)
        for span in passage.sentences
        if len(span) > 40  # no title
    )
    numbered = dict(enumerate(places, 1))
    sentences = []
    for number in list(numbered)[:: max(1, len(numbered) // _ANSWER)][:_ANSWER]:
        place = numbered[number]
        text = _in_other_words(" ".join(passages[place.passage].words_at(place.span).split()))
        sentences.append(RawSentence(text=f"{text} [{number}]" if marked else text, sentences=numbered))
    return sentences


def _cite(draft: Iterable[RawSentence], passages: Sequence[Passage], library: Library) -> None:
    builder = AnswerBuilder(passages, "likely")
    for sentence in draft:
        builder.add(check_sentence(sentence, passages, library.embedder, library.article))
