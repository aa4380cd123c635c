"""The spans set: long texts, and questions whose answers are exact spans of one (Smith & Troynikov 2024)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter

from dateline.eval.datasets.files import read_lines
from dateline.eval.errors import SetError
from dateline.index.types import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """One of the long texts."""

    name: Annotated[str, Field(validation_alias="corpus")]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanQuestion:
    """A question and the places in its corpus that answer it."""

    question: str
    corpus: str
    references: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reference:
    content: str
    start_index: int
    end_index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    question: str
    corpus: str
    references: tuple[_Reference, ...]


_CORPUS = TypeAdapter(Corpus)
_ROW = TypeAdapter(_Row)
_WHAT = "file of span questions"

CORPORA = Path("spans", "corpora.jsonl.gz")


def span_corpora(data: Path) -> list[Corpus]:
    """The texts of the set in ``data / "spans"``.

    Raises:
        SetError: they are not there, or not of this form.
    """
    return list(read_lines(data / CORPORA, _CORPUS, "file of long texts"))


def span_questions(data: Path) -> list[SpanQuestion]:
    """The questions about them; every reference is checked against its text.

    Raises:
        SetError: they are not there, not of this form, or a reference is not where it says.
    """
    texts = {corpus.name: corpus.text for corpus in span_corpora(data)}
    path = data / "spans" / "questions.jsonl.gz"
    questions = []
    for row in read_lines(path, _ROW, _WHAT):
        text = texts.get(row.corpus, "")
        if any(text[one.start_index : one.end_index] != one.content for one in row.references):
            raise SetError(f"{str(path)!r} is no {_WHAT}: a reference is not where it should be: {row.question[:60]!r}")
        references = tuple(Span(one.start_index, one.end_index) for one in row.references)
        questions.append(SpanQuestion(question=row.question, corpus=row.corpus, references=references))
    return questions
