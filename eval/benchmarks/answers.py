"""Answers end to end, on the news set and on the spans set.

``news_answers``: are they there, and are they declined once the articles that hold them are gone.
Hits are of articles among the ten passages that are read. An answer counts where it stands in the sentences quoted.
Then every question is asked again as if its articles, the quiz's own source and those found to hold the answer, had
never been added. Others may answer it too, or hold its words by chance, so that not every answer then is wrong: the
share that holds the right one is printed beside. So it is asked a third time without any article that holds the words
of the answer, where these are few enough; what is still answered is wrong, but for answers in other words.

``spans``: how much of the answering characters is retrieved and cited, and how much else (five long texts). Every text
is one article of one library, so that passages of the wrong text count against precision. Figures are those of the
set's authors, by characters: see ``eval/metrics/citations.py``. A library gives at most five passages of an article,
which is meant for news and costs recall here: the second row is without that limit.
"""

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated

from dateline.eval.benchmarks.rankings import article_gains, fused
from dateline.eval.benchmarks.tables import Scores, print_table, score_cells
from dateline.eval.datasets.files import spread
from dateline.eval.datasets.libraries import kept_library, news_library, set_ids
from dateline.eval.datasets.news import NewsQuestion, news_questions
from dateline.eval.datasets.spans import CORPORA, SpanQuestion, span_corpora, span_questions
from dateline.eval.metrics.answers import contained, normalize
from dateline.eval.metrics.citations import overlap
from dateline.eval.metrics.retrieval import hits
from dateline.eval.types import Place
from dateline.index.library import Library
from dateline.index.types import Filter, Passage
from dateline.rag.assistant import Assistant
from dateline.rag.types import Answer, Citation

_AT = (1, 4, 10)
_FEW = 60  # articles with the words of the answer: more, and they are too common to tell anything
_FIGURES = (*(f"hits@{k}" for k in _AT), "declined", "answer quoted", "answer quoted, of answered")

_GROUPS = (
    "source in the library", "an article that holds the answer", "both left out", "all with its words left out"
)  # fmt: skip

_FIRST = 5  # passages, as in the authors' tables
_CANDIDATES = 200  # of each search, as the library takes
_HEAD = ("what", "questions", "recall", "precision", "IoU", "tokens", "recall per 100 tokens")

Find = Callable[[str], Sequence[Passage | Citation]]
Names = frozenset[str]


class LibraryWithout(Library):
    """A library that some articles can be left out of, without being built anew."""

    left_out: frozenset[str] = frozenset()
    """Their ids."""

    def search(self, question: str, k: int = 10, only: Filter | None = None) -> list[Passage]:
        """The passages nearest to a question among the other articles."""
        found = super().search(question, k * (1 + len(self.left_out)), only)  # no article gives more than k
        return [passage for passage in found if passage.article_id not in self.left_out][:k]


def run_news_answers(
    data: Path, *, questions: Annotated[int, "how many at most, spread over the set; 0 is all"] = 0
) -> None:
    """Print hits, the share declined and the share that quotes the answer, with the articles there and without."""
    folder = news_library(data)
    ids = set_ids(folder)
    articles = {name: article for article, names in ids.items() for name in names}
    groups: dict[str, list[Scores]] = {name: [] for name in _GROUPS}
    source, holding, without, without_words = groups.values()
    library = LibraryWithout.open(folder)
    with Assistant(library) as assistant:
        texts = {one.id: f" {normalize(one.text)} " for one in library.articles()}

        def ask(question: NewsQuestion, left_out: Names, judged: Iterable[tuple[list[Scores], Names]]) -> None:
            library.left_out = left_out
            answer = assistant.ask(question.question)
            for group, right in judged:
                if right:
                    group.append(score(question, answer, article_gains(answer.passages, ids, right)))

        for question in spread(news_questions(data), questions):
            gold, others = question.gold_articles & articles.keys(), question.articles_with_answer & articles.keys()
            either = gold | others
            if not either:
                continue
            ask(question, frozenset(), ((source, gold), (holding, others)))
            left_out = frozenset(articles[name] for name in either)
            ask(question, left_out, [(without, either)])
            with_words = _holding(question.answers, texts)
            if len(with_words) <= _FEW:
                ask(question, left_out | with_words, [(without_words, either)])
    rows = ((name, len(group), *score_cells(group, _FIGURES)) for name, group in groups.items())
    print_table(("questions", "count", *_FIGURES), rows)


def _holding(answers: Iterable[str], texts: Mapping[str, str]) -> frozenset[str]:
    """The articles whose text holds the words of an answer."""
    words = [f" {normalize(answer)} " for answer in answers]
    return frozenset(name for name, text in texts.items() if any(one in text for one in words))


def score(question: NewsQuestion, answer: Answer, gains: Sequence[int]) -> Scores:
    """The scores of an answer, and of the right articles as they come up."""
    quoted = contained(" ".join(citation.quote for citation in answer.citations), question.answers)
    scores = {f"hits@{k}": hits(gains, k) for k in _AT}
    scores |= {"declined": float(answer.abstained), "answer quoted": quoted}
    return scores if answer.abstained else {**scores, "answer quoted, of answered": quoted}


# Spans


def run_spans(data: Path, *, questions: Annotated[int, "how many at most, spread over the set; 0 is all"] = 0) -> None:
    """Print recall, precision and IoU of the first five passages and of the sentences cited."""
    asked, corpora = spread(span_questions(data), questions), span_corpora(data)
    folder = kept_library("spans", lambda: ({"id": one.name, "text": one.text} for one in corpora), data / CORPORA)
    names = {article: name for article, (name,) in set_ids(folder).items()}
    with Assistant(Library.open(folder)) as assistant:
        library = assistant.library
        unlimited = fused(folder, library.embedder)
        ways: dict[str, Find] = {
            f"first {_FIRST} passages, at most 3 of an article": lambda question: library.search(question, _FIRST),
            f"first {_FIRST} passages, no limit": lambda question: unlimited(question, _CANDIDATES)[:_FIRST],
            "sentences cited": lambda question: assistant.ask(question).citations,
        }
        groups = {
            way: [_overlap(one, find(one.question), names, library) for one in asked] for way, find in ways.items()
        }
    groups["sentences cited, where there are any"] = [one for one in groups["sentences cited"] if one["tokens"]]
    print_table(_HEAD, ((way, *_cells(scores)) for way, scores in groups.items() if scores))


def _overlap(
    question: SpanQuestion, found: Sequence[Passage | Citation], names: Mapping[str, str], library: Library
) -> Scores:
    texts = [one.text if isinstance(one, Passage) else one.quote for one in found]
    places = [Place(article_id=names[one.article_id], start=one.start, end=one.end) for one in found]
    right = [Place(article_id=question.corpus, start=one.start, end=one.end) for one in question.references]
    return {**overlap(places, right), "tokens": sum(library.embedder.count_tokens(texts))}


def _cells(scores: Sequence[Scores]) -> list[object]:
    recall, tokens = (statistics.mean(one[name] for one in scores) for name in ("recall", "tokens"))
    shares = score_cells(scores, ("recall", "precision", "IoU"))
    return [len(scores), *shares, f"{tokens:.0f}", f"{100 * recall / tokens:.3f}" if tokens else "-"]
