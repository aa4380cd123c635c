"""The spans set: long texts, and questions whose answers are exact spans of one (Smith & Troynikov 2024)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from dateline.eval.datasets.files import read_lines
from dateline.eval.errors import SetError


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """One of the long texts."""

    name: Annotated[str, Field(validation_alias="corpus")]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A place in a corpus, and what stands there."""

    content: str
    start: Annotated[int, Field(validation_alias="start_index")]
    end: Annotated[int, Field(validation_alias="end_index")]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanQuestion:
    """A question and the places in its corpus that answer it."""

    question: str
    corpus: str
    references: tuple[Reference, ...]


_WHAT = "file of span questions"

CORPORA = Path("spans", "corpora.jsonl.gz")


def span_corpora(data: Path) -> list[Corpus]:
    """The texts of the set in ``data / "spans"``.

    Raises:
        SetError: they are not there, or not of this form.
    """
    return list(read_lines(data / CORPORA, Corpus, "file of long texts"))


def span_questions(data: Path) -> list[SpanQuestion]:
    """The questions about them; every reference is checked against its text.

    Raises:
        SetError: they are not there, not of this form, or a reference is not where it says.
    """
    texts = {corpus.name: corpus.text for corpus in span_corpora(data)}
    path = data / "spans" / "questions.jsonl.gz"
    questions = list(read_lines(path, SpanQuestion, _WHAT))
    for one in questions:
        text = texts.get(one.corpus, "")
        if any(text[place.start : place.end] != place.content for place in one.references):
            raise SetError(f"{str(path)!r} is no {_WHAT}: a reference is not where it should be: {one.question[:60]!r}")
    return questions
