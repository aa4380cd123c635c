"""The spans set: how much of the answering characters is retrieved and cited, and how much else (five long texts).

Every text is one article of one library, so that passages of the wrong text count against precision. Figures are those
of the set's authors, by characters: see ``eval/metrics/citations.py``. A library gives at most three passages of an
article, which is meant for news and costs recall here: the second row is without that limit.
"""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from dateline.eval.benchmarks.rankings import fused
from dateline.eval.benchmarks.tables import mean_cell, print_table
from dateline.eval.datasets.files import spread
from dateline.eval.datasets.libraries import kept_library, named_after, set_ids
from dateline.eval.datasets.spans import CORPORA, SpanQuestion, span_corpora, span_questions
from dateline.eval.metrics.citations import overlap
from dateline.eval.types import Place
from dateline.index.library import Library
from dateline.index.types import Passage
from dateline.rag.assistant import Assistant
from dateline.rag.types import Citation

_FIRST = 5  # passages, as in the authors' tables
_CANDIDATES = 200  # of each search, as the library takes
_HEAD = ("what", "questions", "recall", "precision", "IoU", "tokens", "recall per 100 tokens")

Find = Callable[[str], Sequence[Passage | Citation]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found for one question."""

    question: SpanQuestion
    places: tuple[Place, ...]
    """Articles by the names of their texts."""
    tokens: int


def run(data: Path, *, questions: Annotated[int, "how many at most, spread over the set; 0 is all"] = 0) -> None:
    """Print recall, precision and IoU of the first five passages and of the sentences cited."""
    library = kept_library(
        named_after("spans", data / CORPORA), lambda: ({"id": one.name, "text": one.text} for one in span_corpora(data))
    )
    measure(library, spread(span_questions(data), questions))


def measure(folder: Path, questions: list[SpanQuestion]) -> None:
    """Print the table for a library whose articles are the texts, and some questions."""
    names = {article: name for article, (name,) in set_ids(folder).items()}
    with Assistant(Library.open(folder)) as assistant:
        ways: dict[str, Find] = {
            f"first {_FIRST} passages, at most 3 of an article": lambda asked: assistant.library.search(asked, _FIRST),
            f"first {_FIRST} passages, no limit": lambda asked: unlimited(asked, _CANDIDATES)[:_FIRST],
            "sentences cited": lambda asked: assistant.ask(asked).citations,
        }
        unlimited = fused(folder, assistant.library.embedder)
        rows = []
        for way, find in ways.items():
            found = [_found(assistant.library, names, question, find(question.question)) for question in questions]
            rows.append((way, found))
    answered = [one for one in rows[-1][1] if one.places]
    rows.append(("sentences cited, where there are any", answered))
    print_table(_HEAD, ((way, *_cells(found)) for way, found in rows if found))


def _found(
    library: Library, names: dict[str, str], question: SpanQuestion, spans: Sequence[Passage | Citation]
) -> Found:
    texts = [one.text if isinstance(one, Passage) else one.quote for one in spans]
    return Found(
        question=question,
        places=tuple(Place(article_id=names[one.article_id], start=one.start, end=one.end) for one in spans),
        tokens=sum(library.embedder.count_tokens(texts)),
    )


def _cells(found: Sequence[Found]) -> list[object]:
    overlaps = [overlap(one.places, _references(one.question)) for one in found]
    tokens = statistics.mean(one.tokens for one in found)
    recall = statistics.mean(one.recall for one in overlaps)
    figures = [[one.recall for one in overlaps], [one.precision for one in overlaps], [one.iou for one in overlaps]]
    return [len(found), *map(mean_cell, figures), f"{tokens:.0f}", f"{100 * recall / tokens:.3f}" if tokens else "-"]


def _references(question: SpanQuestion) -> list[Place]:
    return [Place(article_id=question.corpus, start=one.start, end=one.end) for one in question.references]
