"""SQuAD: questions about a paragraph, the answer a span of it, or none (Rajpurkar et al. 2016, 2018)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AliasChoices, Field

from dateline.eval.datasets.files import part_by_hash, read_json, read_lines
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
    document: str = ""
    """Where the paragraph is from, as far as the file says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinQuestion:
    """A question written to mislead (SQuAD 2.0), which its paragraph does not answer, and one that it does answer."""

    question: str
    title: str
    context: str
    twin: Annotated[str | None, Field(validation_alias="paired_question")]
    """The question that is answered; None where there is none."""
    answers: Annotated[tuple[str, ...], Field(validation_alias="paired_answers")]
    """Of the twin."""

    @property
    def tenth(self) -> int:
        """Of the articles, by title: 0 is judged by, thresholds are chosen on 1, and neither is trained on."""
        return part_by_hash(self.title.replace("_", " "), 10)

    @property
    def is_kept_aside(self) -> bool:
        """Whether nothing is trained on its article."""
        return self.tenth < 2


@dataclass(frozen=True, slots=True)
class _Answer:
    text: str
    start: Annotated[int | None, Field(validation_alias=AliasChoices("answer_start", "start"))] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    id: str
    question: str
    answers: tuple[_Answer, ...]
    is_impossible: Annotated[bool, Field(validation_alias=AliasChoices("is_impossible", "unanswerable"))] = False


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
    title: str | None
    context: str
    doc: str = ""


_WHAT = "SQuAD file"


def read_squad(path: Path) -> list[SquadQuestion]:
    """The questions of a file: the official nested JSON, 1.1 or 2.0, or one question a line (``.jsonl``).

    Other sets have the second form too; some of their paragraphs have no title: it is "".

    Raises:
        SetError: there is no such file, or it is not of this form.
    """
    if ".jsonl" in path.suffixes:
        found = [_question(path, row, row.title or "", row.context, row.doc) for row in read_lines(path, _Row, _WHAT)]
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


def read_twins(path: Path) -> list[TwinQuestion]:
    """The misleading questions of a file of JSON lines, each with its twin; errors as of ``read_squad``."""
    return list(read_lines(path, TwinQuestion, "file of misleading questions"))


def _question(path: Path, asked: _Asked, title: str, context: str, document: str = "") -> SquadQuestion:
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
        document=document,
    )
