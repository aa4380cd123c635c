"""Answers on the news set, end to end: are they there, and are they declined once the articles that hold them are gone.

Hits are of articles among the ten passages that are read. An answer counts where it stands in the sentences quoted.
Then every question is asked again as if its articles, the quiz's own source and those found to hold the answer, had
never been added. Others may answer it too, or hold its words by chance, so that not every answer then is wrong: the
share that holds the right one is printed beside. So it is asked a third time without any article that holds the words
of the answer, where these are few enough; what is still answered is wrong, but for answers in other words.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from dateline.eval.benchmarks.rankings import article_gains
from dateline.eval.benchmarks.tables import mean_cell, print_table
from dateline.eval.datasets.files import spread
from dateline.eval.datasets.libraries import news_library, set_ids
from dateline.eval.datasets.news import NewsQuestion, news_questions
from dateline.eval.metrics.answers import contained, normalize
from dateline.eval.metrics.retrieval import hits
from dateline.index.library import Library
from dateline.index.types import Filter, Passage
from dateline.rag.assistant import Assistant
from dateline.rag.types import Answer

_AT = (1, 4, 10)
_FEW = 60  # articles with the words of the answer: more, and they are too common to tell anything
_HEAD = ("questions", "count", *(f"hits@{k}" for k in _AT), "declined", "answer quoted", "answer quoted, of answered")


class LibraryWithout(Library):
    """A library that some articles can be left out of, without being built anew."""

    left_out: frozenset[str] = frozenset()
    """Their ids."""

    def search(self, question: str, k: int = 10, only: Filter | None = None) -> list[Passage]:
        """The passages nearest to a question among the other articles."""
        found = super().search(question, k * (1 + len(self.left_out)), only)  # no article gives more than k
        return [passage for passage in found if passage.article_id not in self.left_out][:k]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question, what was answered, and the articles that it is to be judged by."""

    question: NewsQuestion
    answer: Answer
    right: frozenset[str]
    """As the set calls them."""


def run(data: Path, *, questions: Annotated[int, "how many at most, spread over the set; 0 is all"] = 0) -> None:
    """Print hits, the share declined and the share that quotes the answer, with the articles there and without."""
    measure(news_library(data), spread(news_questions(data), questions))


def measure(folder: Path, questions: Sequence[NewsQuestion]) -> None:
    """Print the table for a library of the set's articles and some questions."""
    ids = set_ids(folder)
    articles = {name: article for article, names in ids.items() for name in names}
    asked: dict[str, list[Asked]] = {"source in the library": [], "an article that holds the answer": []}
    without: list[Asked] = []
    without_words: list[Asked] = []
    library = LibraryWithout.open(folder)
    with Assistant(library) as assistant:
        texts = {one.id: f" {normalize(one.text)} " for one in library.articles()}
        for question in questions:
            library.left_out = frozenset()
            rights = (question.gold_articles & articles.keys(), question.articles_with_answer & articles.keys())
            if not any(rights):
                continue
            answer = assistant.ask(question.question)
            for group, right in zip(asked.values(), rights, strict=True):
                if right:
                    group.append(Asked(question=question, answer=answer, right=right))
            either = rights[0] | rights[1]
            library.left_out = frozenset(articles[name] for name in either)
            without.append(Asked(question=question, answer=assistant.ask(question.question), right=either))
            holding = _holding(question.answers, texts)
            if len(holding) <= _FEW:
                library.left_out |= holding
                without_words.append(Asked(question=question, answer=assistant.ask(question.question), right=either))
    asked |= {"both left out": without, "all with its words left out": without_words}
    print_table(_HEAD, ((name, *_cells(group, ids)) for name, group in asked.items()))


def _holding(answers: Iterable[str], texts: Mapping[str, str]) -> frozenset[str]:
    """The articles whose text holds the words of an answer."""
    words = [f" {normalize(answer)} " for answer in answers]
    return frozenset(name for name, text in texts.items() if any(one in text for one in words))


def _cells(group: Sequence[Asked], ids: dict[str, frozenset[str]]) -> Iterable[object]:
    quoted = [_quoted(one) for one in group]
    gains = [article_gains(one.answer.passages, ids, one.right) for one in group]
    return (
        len(group),
        *(mean_cell([hits(one, k) for one in gains]) for k in _AT),
        mean_cell([float(one.answer.abstained) for one in group]),
        mean_cell(quoted),
        mean_cell([value for value, one in zip(quoted, group, strict=True) if not one.answer.abstained]),
    )


def _quoted(asked: Asked) -> float:
    return contained(" ".join(citation.quote for citation in asked.answer.citations), asked.question.answers)
