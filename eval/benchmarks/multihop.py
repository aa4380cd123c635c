"""MultiHop-RAG: whether evidence that is spread over several articles is retrieved, as its paper measures it.

Tang & Yang 2024, ``retrieval_evaluate.py``: questions of type ``null_query`` are left out; a passage is right where it
holds the whole fact of a piece of evidence, blanks and line feeds removed from both; MAP@10 is of newly found evidence
(see ``dateline.eval.metrics.retrieval.multihop_precision``). So a fact that straddles two chunks can't be found, and
figures of
other chunkings compare only in part: the paper's passages have 256 tokens, ours at most 128 and end where a sentence
ends, so that ten of ours hold half the words, and a fact of one sentence is never cut but one of several may be.
"""

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from dateline.eval.benchmarks.tables import print_table, score_cells
from dateline.eval.datasets import multihop as dataset
from dateline.eval.datasets.files import Fields, spread
from dateline.eval.datasets.libraries import kept_library, named_after
from dateline.eval.datasets.multihop import MultihopArticle, MultihopQuestion
from dateline.eval.metrics import retrieval
from dateline.index.library import Library

_K = 10
_REMOVED = str.maketrans("", "", " \n")
_FIGURES = ("Hits@10", "Hits@4", "MAP@10", "MRR@10")


def run(data: Path, *, questions: Annotated[int, "how many at most, spread over the set; 0 is all"] = 0) -> None:
    """Print the paper's figures, of all questions and by their type.

    Args:
        data: the folder of ``corpus.json`` and ``MultiHopRAG.json``.
        questions: as above.
    """
    asked = dataset.multihop_questions(data)
    library = kept_library(
        named_after("multihop", data / dataset.CORPUS), lambda: map(article_fields, dataset.multihop_articles(data))
    )
    measure(library, spread([one for one in asked if one.question_type != dataset.NULL_QUERY], questions))


def measure(folder: Path, questions: list[MultihopQuestion]) -> None:
    """Print the table for a library of the corpus and some questions that it answers."""
    with Library.open(folder) as library:
        scores = [
            (one.question_type, score(one, [passage.text for passage in library.search(one.question, _K)]))
            for one in questions
        ]
    kinds = ["all", *dict.fromkeys(kind for kind, _ in scores)]
    groups = {kind: [score for other, score in scores if kind in ("all", other)] for kind in kinds}
    rows = ((kind, len(group), *score_cells(group, _FIGURES)) for kind, group in groups.items())
    print_table(("questions", "count", *_FIGURES), rows)


def score(question: MultihopQuestion, passages: Iterable[str]) -> dict[str, float]:
    """The paper's figures for one question and the texts retrieved, best first."""
    facts = {_joined(evidence.fact) for evidence in question.evidence}
    gains = retrieval.gains_of([{fact for fact in facts if fact in _joined(text)} for text in passages], facts)
    return {
        "Hits@10": retrieval.hits(gains, _K),
        "Hits@4": retrieval.hits(gains, 4),
        "MAP@10": retrieval.multihop_precision(gains, len(question.evidence), _K),
        "MRR@10": retrieval.reciprocal_rank(gains, _K),
    }


def article_fields(article: MultihopArticle) -> Fields:
    """An article as the library reads it."""
    fields = asdict(article)
    return {**fields, "id": article.url, "text": fields.pop("body"), "published": fields.pop("published_at")}


def _joined(text: str) -> str:
    return text.translate(_REMOVED)
