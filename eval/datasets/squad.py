"""SQuAD: questions about a paragraph, the answer a span of it, or none (Rajpurkar et al. 2016, 2018)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AliasChoices, Field

from dateline.eval.datasets.files import read_json, read_lines
from dateline.eval.errors import SetError
from dateline.index.types import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class SquadQuestion:
    """A question with the paragraph it is put to."""

    id: str = ""
    question: str
    title: str
    context: str
    answers: tuple[str, ...]
    """Any of them is right; none where the paragraph does not answer (only in 2.0)."""
    spans: tuple[Span, ...] = ()
    """Where they stand in the paragraph, as far as the file says."""


@dataclass(frozen=True, slots=True)
class _Answer:
    text: str
    start: Annotated[int | None, Field(validation_alias=AliasChoices("answer_start", "start"))] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    id: str
    question: str
    answers: tuple[_Answer, ...]
    is_impossible: bool = False


@dataclass(frozen=True, slots=True)
class _Paragraph:
    context: str
    qas: tuple[_Asked, ...]


@dataclass(frozen=True, slots=True)
class _Article:
    title: str
    paragraphs: tuple[_Paragraph, ...]


@dataclass(frozen=True, slots=True)
class _File:
    data: tuple[_Article, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row(_Asked):
    title: str
    context: str


_WHAT = "SQuAD file"


def read_squad(path: Path) -> list[SquadQuestion]:
    """The questions of a file: the official nested JSON, 1.1 or 2.0, or one question a line (``.jsonl``).

    Raises:
        SetError: there is no such file, or it is not of this form.
    """
    if ".jsonl" in path.suffixes:
        found = [_question(path, row, row.title, row.context) for row in read_lines(path, _Row, _WHAT)]
    else:
        found = [
            _question(path, asked, article.title, paragraph.context)
            for article in read_json(path, _File, _WHAT).data
            for paragraph in article.paragraphs
            for asked in paragraph.qas
        ]
    if not found:
        raise SetError(f"{str(path)!r} is no {_WHAT}: it holds no question")
    return found


def _question(path: Path, asked: _Asked, title: str, context: str) -> SquadQuestion:
    if not asked.answers and not asked.is_impossible:
        raise SetError(f"{str(path)!r} is no {_WHAT}: question {asked.id!r} has no answers and is not impossible")
    answers = () if asked.is_impossible else asked.answers
    return SquadQuestion(
        id=asked.id,
        question=asked.question,
        title=title.replace("_", " "),
        context=context,
        answers=tuple(answer.text for answer in answers),
        spans=tuple(Span(one.start, one.start + len(one.text)) for one in answers if one.start is not None),
    )
