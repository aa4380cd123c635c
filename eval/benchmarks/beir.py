"""Any BEIR folder: how early the relevant documents come up (Thakur et al. 2021).

nDCG@10 takes grades as gains, as trec_eval does and BEIR with it; recall and MRR take every grade above 0 alike. A
document comes up where its first passage does, as far as three passages of a document leave room for others. As in BEIR
the document that is the question itself is left out.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from dateline.eval.benchmarks.tables import print_means
from dateline.eval.datasets.beir import CORPUS, BeirQuestion, read_beir
from dateline.eval.datasets.files import spread
from dateline.eval.datasets.libraries import kept_library, named_after, set_ids
from dateline.eval.metrics import retrieval
from dateline.index.library import Library

_K, _DEEP = 10, 100
_PASSAGES = 400  # looked at, so that a hundred different documents come up: what the two searches give at most


def run(
    data: Path,
    *,
    split: Annotated[str, "which of the files in qrels"] = "test",
    questions: Annotated[int, "how many at most, spread over the split; 0 is all"] = 0,
) -> None:
    """Print nDCG@10, recall@100 and MRR@10.

    Args:
        data: the folder of ``corpus.jsonl``, ``queries.jsonl`` and ``qrels``.
        split: as above.
        questions: as above.
    """
    found = read_beir(data, split)
    library = kept_library(
        named_after("beir", data / CORPUS),
        lambda: ({"id": one.id, "title": one.title, "text": one.text} for one in found.documents),
    )
    measure(library, spread(found.questions, questions))


def measure(folder: Path, questions: list[BeirQuestion]) -> None:
    """Print the figures for a library of the corpus and some questions."""
    ids = set_ids(folder)
    with Library.open(folder) as library:
        print(f"{len(ids)} different texts, {library.count_chunks()} chunks")
        scores = []
        for question in questions:
            articles = dict.fromkeys(passage.article_id for passage in library.search(question.text, _PASSAGES))
            scores.append(score(question, [name for article in articles for name in sorted(ids[article])]))
    print_means(scores)


def score(question: BeirQuestion, documents: Iterable[str]) -> dict[str, float]:
    """The figures of one question and the documents found, best first, each once."""
    grades = [max(question.grades.get(name, 0), 0) for name in documents if name != question.id]
    known = [grade for grade in question.grades.values() if grade > 0]
    gains = [int(grade > 0) for grade in grades]
    return {
        f"nDCG@{_K}": retrieval.graded_ndcg(grades, known, _K),
        f"recall@{_DEEP}": retrieval.recall(gains, len(known), _DEEP),
        f"MRR@{_K}": retrieval.reciprocal_rank(gains, _K),
    }
