"""Retrieval: of articles of the news set, of its vectors by Chroma, of evidence in several articles, of BEIR folders.

``multihop``: whether evidence that is spread over several articles is retrieved, as its paper measures it (Tang & Yang
2024, ``retrieval_evaluate.py``): questions of type ``null_query`` are left out; a passage is right where it holds the
whole fact of a piece of evidence, blanks and line feeds removed from both; MAP@10 is of newly found evidence (see
``dateline.eval.metrics.retrieval.multihop_precision``). So a fact that straddles two chunks can't be found, and figures
of other chunkings compare only in part: the paper's passages have 256 tokens, ours at most 128 and end where a sentence
ends, so that ten of ours hold half the words, and a fact of one sentence is never cut but one of several may be.

``beir``: how early the relevant documents come up (Thakur et al. 2021). nDCG@10 takes grades as gains, as trec_eval
does and BEIR with it; recall and MRR take every grade above 0 alike. A document comes up where its first passage does,
as far as five passages of a document leave room for others. As in BEIR the document that is the question itself is
left out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from functools import partial
from pathlib import Path
from statistics import fmean, median
from typing import Annotated

import numpy as np

from dateline.eval.benchmarks.calibration import is_right
from dateline.eval.benchmarks.rankings import Search, article_gains, fused, vectors_alone, words_alone
from dateline.eval.benchmarks.resources import milliseconds, percentiles_in_words, timed
from dateline.eval.benchmarks.tables import Scores, print_means, print_table, score_cells
from dateline.eval.datasets import beir, multihop
from dateline.eval.datasets.desk import DeskQuestion, Kind, Part, desk_library, desk_questions
from dateline.eval.datasets.files import spread
from dateline.eval.datasets.libraries import kept_library, news_library, set_ids
from dateline.eval.datasets.news import SOURCE, WITH_ANSWER, NewsQuestion, news_questions
from dateline.eval.metrics import retrieval
from dateline.index.backends import Backend
from dateline.index.library import Library
from dateline.index.types import Filter, Vectors, filter_in_words
from dateline.index.vectors.exact import ExactScan

_AT = (1, 4, 10)
_K = 10
_DEEP = 200  # chunks looked at, so that ten different articles come up
_CANDIDATES = 200  # of each way, as a search takes
_VECTORS = 500  # questions
_FREE: tuple[Part, ...] = ("calibration", "training")  # parts of desk
_DOCUMENTS, _PASSAGES = 100, 400  # looked at, so that so many come up: what the two searches give at most
_REMOVED = str.maketrans("", "", " \n")
_MULTIHOP = ("Hits@10", "Hits@4", "MAP@10", "MRR@10")


def run_retrieval(data: Path) -> None:
    """Print hits@k on both sets of right articles, each ranking beside the others, and the times of a search."""
    folder, questions = news_library(data), news_questions(data)
    with Library.open(folder) as library:
        print(f"{library.count_articles()} articles, {library.count_chunks()} chunks")
        ids = set_ids(folder)
        head = ("search", *(f"{right} hits@{k}" for right in ("gold_articles", "articles_with_answer") for k in _AT))
        print_table(head, ((name, *_hits(search, questions, ids)) for name, search in _searches(folder, library)))
        taken = [milliseconds(partial(library.search, one.question)) for one in questions]
    print(f"a warm Library.search: {percentiles_in_words(taken)} over {len(questions)} questions")


def run_evidence(data: Path) -> None:
    """Print how often a passage with the evidence is among ten, by kind, of the desk questions that don't judge."""
    asked = [one for part in _FREE for one in desk_questions(data, part) if one.answerable]
    kinds = dict.fromkeys(one.kind for one in asked)
    with Library.open(desk_library(data)) as library:
        rows = ((name, *_holding(search, asked, kinds)) for name, search in _searches(desk_library(data), library))
        print_table(("search", *kinds), rows)


def _searches(folder: Path, library: Library) -> Iterator[tuple[str, Search]]:
    yield "words (FTS5 BM25)", words_alone(folder)
    yield "vectors (exact)", vectors_alone(folder, library.embedder)
    yield "fused", fused(folder, library.embedder)
    yield "library", library.search  # fused, at most five passages of an article


def _holding(search: Search, asked: Sequence[DeskQuestion], kinds: Iterable[Kind]) -> list[str]:
    held: dict[Kind, list[bool]] = {kind: [] for kind in kinds}
    for one in asked:
        found = search(one.question, _K)
        held[one.kind].append(any(is_right(each.words_at(span), one) for each in found for span in each.sentences))
    return [f"{fmean(some):.3f} (n={len(some)})" for some in held.values()]


def _hits(search: Search, questions: Sequence[NewsQuestion], ids: Mapping[str, frozenset[str]]) -> list[str]:
    found = [(one, search(one.question, _DEEP)) for one in questions]
    cells = []
    for right in (SOURCE, WITH_ANSWER):
        gains = [article_gains(passages, ids, right(one)) for one, passages in found if right(one)]
        cells += [f"{fmean(retrieval.hits(one, k) for one in gains):.3f} (n={len(gains)})" for k in _AT]
    return cells


# Chroma beside the exact comparison


def run_vectors(data: Path) -> None:
    """Print recall@10 and @200 over the questions that Chroma answered, their share, and p50, by filter."""
    folder, head = news_library(data), ("filter", "chunks", "by Chroma", "recall@10", "recall@200", "index p50, ms")
    with Library.open(folder) as library:
        questions = [one.question for one in news_questions(data)]
        questions = questions[:: max(1, len(questions) // _VECTORS)]
        vectors = np.stack([library.embedder.embed_question(question) for question in questions])
        print(f"{library.count_articles()} articles, {library.count_chunks()} chunks, {len(questions)} questions")
        print(library.engine())

        def row(only: Filter | None) -> tuple[str, ...]:
            searched = median(milliseconds(partial(library.search, question, only=only)) for question in questions)
            name = filter_in_words(only) if only else "no filter"
            return name, *_by_chroma(folder, vectors, only), f"{searched:.1f}"

        print_table((*head, "search p50, ms"), map(row, _filters(library)))


def _filters(library: Library) -> list[Filter | None]:
    """None, the later half by date, half a year of it, the source with most articles, and one with few."""
    days = [row.published[:10] for row in library.rows(order="oldest", limit=library.count_articles()) if row.published]
    sources = library.sources()
    later, half_a_year = (date.fromisoformat(days[int(share * (len(days) - 1))]) for share in (0.5, 0.75))
    by_source = [Filter(source=sources[at]) for at in (0, len(sources) // 2)]
    return [None, Filter(since=later), Filter(since=later, until=half_a_year), *by_source]


def _by_chroma(folder: Path, questions: Vectors, only: Filter | None) -> list[str]:
    """The cells of a row: chunks that pass, the share that Chroma answered, recalls over these, and p50."""
    backend = Backend.open(folder)
    times, recalls = [], []
    with backend.record.snapshot():
        scan, passing = ExactScan(*backend.record.vectors()), backend.record.chunk_ids(only)
        backend.vectors.search(questions[0], _CANDIDATES, only)
        for question in questions:
            near, taken = timed(partial(backend.vectors.search, question, _CANDIDATES, only))
            times.append(taken)
            if near.approximate:
                exact = scan.search(question, _CANDIDATES, passing)
                recalls.append([np.isin(exact.ids[:k], near.ids[:k]).mean() for k in (10, 200)])
    backend.close()
    share, means = len(recalls) / len(questions), np.mean(recalls, axis=0) if recalls else (np.nan, np.nan)
    return [f"{len(passing):,}", f"{share:.3f}", *(f"{mean:.4f}" for mean in means), f"{median(times):.1f}"]


# MultiHop-RAG


def run_multihop(
    data: Path, *, questions: Annotated[int, "how many at most, spread over the set; 0 is all"] = 0
) -> None:
    """Print the paper's figures, of all questions and by their type.

    Args:
        data: the folder of ``corpus.json`` and ``MultiHopRAG.json``.
        questions: as above.
    """
    answerable = [one for one in multihop.multihop_questions(data) if one.question_type != multihop.NULL_QUERY]
    articles = partial(map, multihop.article_fields, multihop.multihop_articles(data))
    folder = kept_library("multihop", articles, data / multihop.CORPUS)
    groups: dict[str, list[Scores]] = {"all": []}
    with Library.open(folder) as library:
        for one in spread(answerable, questions):
            scores = score_multihop(one, [passage.text for passage in library.search(one.question, _K)])
            groups["all"].append(scores)
            groups.setdefault(one.question_type, []).append(scores)
    rows = ((kind, len(group), *score_cells(group, _MULTIHOP)) for kind, group in groups.items())
    print_table(("questions", "count", *_MULTIHOP), rows)


def score_multihop(question: multihop.MultihopQuestion, passages: Iterable[str]) -> dict[str, float]:
    """The paper's figures for one question and the texts retrieved, best first."""
    facts = {evidence.fact.translate(_REMOVED) for evidence in question.evidence}
    texts = (text.translate(_REMOVED) for text in passages)
    gains = retrieval.gains_of([{fact for fact in facts if fact in text} for text in texts], facts)
    return {
        "Hits@10": retrieval.hits(gains, _K),
        "Hits@4": retrieval.hits(gains, 4),
        "MAP@10": retrieval.multihop_precision(gains, len(question.evidence), _K),
        "MRR@10": retrieval.reciprocal_rank(gains, _K),
    }


# BEIR


def run_beir(
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
    documents, judged = beir.read_beir(data, split)
    folder = kept_library("beir", lambda: map(asdict, documents), data / beir.CORPUS)
    ids, scores = set_ids(folder), []
    with Library.open(folder) as library:
        print(f"{len(ids)} different texts, {library.count_chunks()} chunks")
        for question in spread(judged, questions):
            articles = dict.fromkeys(passage.article_id for passage in library.search(question.text, _PASSAGES))
            scores.append(score_beir(question, [name for article in articles for name in sorted(ids[article])]))
    print_means(scores)


def score_beir(question: beir.BeirQuestion, documents: Iterable[str]) -> dict[str, float]:
    """The figures of one question and the documents found, best first, each once."""
    grades = [max(question.grades.get(name, 0), 0) for name in documents if name != question.id]
    known = [grade for grade in question.grades.values() if grade > 0]
    gains = [int(grade > 0) for grade in grades]
    return {
        f"nDCG@{_K}": retrieval.graded_ndcg(grades, known, _K),
        f"recall@{_DOCUMENTS}": retrieval.recall(gains, len(known), _DOCUMENTS),
        f"MRR@{_K}": retrieval.reciprocal_rank(gains, _K),
    }
