"""The news set: articles, and the questions of a weekly quiz about them."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from dateline.eval.datasets.files import read_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsArticle:
    """An article of the set."""

    id: str
    title: str | None
    source: str
    url: str
    published: str
    """``2022/05/04``."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsQuestion:
    """A question of the weekly quiz with the articles that answer it, by their ids in the set."""

    question: str
    answers: tuple[str, ...]
    gold_articles: frozenset[str]
    """The quiz's own source; may be empty."""
    articles_with_answer: frozenset[str]
    """Articles found for the question that hold the answer's words; may be empty, may be wrong for short answers."""


Right = Callable[[NewsQuestion], frozenset[str]]
"""The articles that are right for a question."""

SOURCE: Right = attrgetter("gold_articles")
WITH_ANSWER: Right = attrgetter("articles_with_answer")


def news_articles(data: Path) -> list[NewsArticle]:
    """All articles of the set in ``data / "news"``.

    Raises:
        SetError: they are not there, or not of this form.
    """
    return list(read_lines(data / "news" / "articles.jsonl.gz", NewsArticle, "file of news articles"))


def news_questions(data: Path) -> list[NewsQuestion]:
    """All questions of the set; errors as of ``news_articles``."""
    return list(read_lines(data / "news" / "questions.jsonl.gz", NewsQuestion, "file of news questions"))
