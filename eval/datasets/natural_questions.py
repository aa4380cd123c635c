"""Natural Questions, asked of a search engine (Kwiatkowski et al. 2019), and ClapNQ over them (Rosenthal et al. 2025).

Of the first a paragraph and short answers are read; of the second the one passage that answers, or does not, with the
sentences that annotators marked.
"""

from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from dateline.eval.datasets.files import read_lines
from dateline.eval.datasets.squad import SquadQuestion
from dateline.eval.errors import SetError
from dateline.index.types import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class ClapnqQuestion:
    """A question with its passage."""

    question: str
    title: str
    passage: str
    """The sentences with one space between them."""
    sentences: tuple[Span, ...]
    marked: tuple[tuple[Span, ...], ...]
    """The sentences that each annotator's answer was written from; empty where the passage does not answer."""


@dataclass(frozen=True, slots=True)
class _Passage:
    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Output:
    selected_sentences: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    input: str
    passages: tuple[_Passage, ...]
    output: tuple[_Output, ...]


_WHAT = "ClapNQ file"


def read_nq(path: Path) -> list[SquadQuestion]:
    """The questions of a file of JSON lines, in the form of SQuAD's; errors as of ``read_clapnq``."""
    return list(read_lines(path, SquadQuestion, "file of Natural Questions"))


def read_clapnq(path: Path) -> list[ClapnqQuestion]:
    """The questions of a file of JSON lines.

    Raises:
        SetError: there is no such file, or it is not of this form.
    """
    return [_question(path, row) for row in read_lines(path, _Row, _WHAT)]


def read_clapnq_half(data: Path, first: int) -> tuple[list[ClapnqQuestion], list[ClapnqQuestion]]:
    """Those that are answerable and those that are not: the even rows (0), trained on, or the odd (1), measured on."""
    answerable, unanswerable = (data / "clapnq" / f"{name}.jsonl.gz" for name in ("answerable", "unanswerable"))
    return read_clapnq(answerable)[first::2], read_clapnq(unanswerable)[first::2]


def _question(path: Path, row: _Row) -> ClapnqQuestion:
    if len(row.passages) != 1:
        raise SetError(f"{str(path)!r} is no {_WHAT}: {row.input[:60]!r} has {len(row.passages)} passages, not one")
    (passage,) = row.passages
    starts = accumulate((len(sentence) + 1 for sentence in passage.sentences), initial=0)
    spans = [Span(start, start + len(text)) for start, text in zip(starts, passage.sentences, strict=False) if text]
    text = " ".join(passage.sentences)
    marked = (tuple(span for span in spans if span.of(text) in output.selected_sentences) for output in row.output)
    return ClapnqQuestion(
        question=row.input,
        title=passage.title,
        passage=text,
        sentences=tuple(spans),
        marked=tuple(filter(None, marked)),
    )
