"""BEIR folders: a corpus, questions, and for each question how relevant which documents are (Thakur et al. 2021)."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from dateline.eval.datasets.files import read_lines
from dateline.eval.errors import SetError


@dataclass(frozen=True, slots=True, kw_only=True)
class BeirDocument:
    """A document of the corpus, or a query, which has no title."""

    id: Annotated[str, Field(validation_alias="_id")]
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BeirQuestion:
    """A question that was judged."""

    id: str
    text: str
    grades: Mapping[str, int]
    """By the ids of documents; 0 is not relevant."""


_HEAD = ["query-id", "corpus-id", "score"]

CORPUS = "corpus.jsonl"


def read_beir(folder: Path, split: str = "test") -> tuple[list[BeirDocument], list[BeirQuestion]]:
    """The set in a folder, ``corpus.jsonl``, ``queries.jsonl`` and ``qrels/SPLIT.tsv``: documents, and what was judged.

    Of the questions those with at least one relevant document.

    Raises:
        SetError: one of them is not there, or not of its form.
    """
    documents = list(read_lines(folder / CORPUS, BeirDocument, "BEIR corpus"))
    texts = {
        query.id: query.text for query in read_lines(folder / "queries.jsonl", BeirDocument, "file of BEIR queries")
    }
    judged = read_qrels(folder / "qrels" / f"{split}.tsv")
    unknown = next((name for name in judged if name not in texts), None)
    if unknown is not None:
        raise SetError(f"the qrels in {str(folder)!r} judge the query {unknown!r}, which queries.jsonl does not hold")
    questions = (BeirQuestion(id=name, text=texts[name], grades=grades) for name, grades in judged.items())
    return documents, [one for one in questions if any(grade > 0 for grade in one.grades.values())]


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """The grades of documents by query: a file of tab-separated ``query-id``, ``corpus-id``, ``score`` with that head.

    Raises:
        SetError: it is not there, or not of this form.
    """
    try:
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8"), newline=""), delimiter="\t"))
    except OSError as error:
        others = ", ".join(sorted(one.stem for one in path.parent.glob("*.tsv"))) or "none"
        raise SetError(f"no BEIR qrels at {str(path)!r}; splits there: {others}; choose with --split") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise SetError(f"{str(path)!r} is no file of BEIR qrels: {error}") from error
    if not rows or rows[0] != _HEAD:
        raise SetError(f"{str(path)!r} is no file of BEIR qrels: its first line is not {', '.join(_HEAD)}")
    judged: dict[str, dict[str, int]] = {}
    for number, row in enumerate(rows[1:], 2):
        try:
            query, document, grade = row
            judged.setdefault(query, {})[document] = int(grade)
        except ValueError as error:
            raise SetError(f"{str(path)!r} is no file of BEIR qrels: line {number}: two ids and a grade") from error
    return judged
