"""SQuAD: questions about a paragraph, the answer a span of it, or none (Rajpurkar et al. 2016, 2018)."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from dateline.eval.datasets.files import read_json, read_lines
from dateline.eval.errors import SetError


@dataclass(frozen=True, slots=True, kw_only=True)
class SquadQuestion:
    """A question with the paragraph it is put to."""

    id: str
    question: str
    title: str
    context: str
    answers: tuple[str, ...]
    """Any of them is right; none where the paragraph does not answer (only in 2.0)."""


@dataclass(frozen=True, slots=True)
class _Answer:
    text: str


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


_FILE = TypeAdapter(_File)
_ROW = TypeAdapter(_Row)
_WHAT = "SQuAD file"


def read_squad(path: Path) -> list[SquadQuestion]:
    """The questions of a file: the official nested JSON, 1.1 or 2.0, or one question a line (``.jsonl``).

    Raises:
        SetError: there is no such file, or it is not of this form.
    """
    if ".jsonl" in path.suffixes:
        found = [_question(path, row, row.title, row.context) for row in read_lines(path, _ROW, _WHAT)]
    else:
        found = [
            _question(path, asked, article.title, paragraph.context)
            for article in read_json(path, _FILE, _WHAT).data
            for paragraph in article.paragraphs
            for asked in paragraph.qas
        ]
    if not found:
        raise SetError(f"{str(path)!r} is no {_WHAT}: it holds no question")
    return found


def _question(path: Path, asked: _Asked, title: str, context: str) -> SquadQuestion:
    if not asked.answers and not asked.is_impossible:
        raise SetError(f"{str(path)!r} is no {_WHAT}: question {asked.id!r} has no answers and is not impossible")
    return SquadQuestion(
        id=asked.id,
        question=asked.question,
        title=title.replace("_", " "),
        context=context,
        answers=() if asked.is_impossible else tuple(answer.text for answer in asked.answers),
    )
