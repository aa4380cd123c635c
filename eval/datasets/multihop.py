"""MultiHop-RAG: news articles, and questions whose evidence is spread over several of them (Tang & Yang 2024)."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from dateline.eval.datasets.files import Fields, read_json

CORPUS = "corpus.json"
NULL_QUERY = "null_query"
"""The type of questions that nothing in the corpus answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MultihopArticle:
    """An article of ``corpus.json``."""

    title: str
    body: str
    source: str
    url: str
    published_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A sentence that a question rests on."""

    fact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MultihopQuestion:
    """A question of ``MultiHopRAG.json``."""

    question: Annotated[str, Field(validation_alias="query")]
    question_type: str
    evidence: Annotated[tuple[Evidence, ...], Field(validation_alias="evidence_list")]


def multihop_articles(folder: Path) -> tuple[MultihopArticle, ...]:
    """The articles of a folder with the set's two files.

    Raises:
        SetError: they are not there, or not of this form.
    """
    return read_json(folder / CORPUS, tuple[MultihopArticle, ...], "MultiHop-RAG corpus")


def multihop_questions(folder: Path) -> tuple[MultihopQuestion, ...]:
    """The questions of that folder, those that nothing answers too; errors as of ``multihop_articles``."""
    return read_json(folder / "MultiHopRAG.json", tuple[MultihopQuestion, ...], "file of MultiHop-RAG questions")


def article_fields(article: MultihopArticle) -> Fields:
    """An article as a library reads it."""
    fields = asdict(article)
    return {**fields, "id": article.url, "text": fields.pop("body"), "published": fields.pop("published_at")}
