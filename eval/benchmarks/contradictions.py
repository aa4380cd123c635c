"""Pairs of sentences that two articles say of one fact: which of them are told to contradict each other.

By the verifier of claims, which is given the two sentences; by what is made of the two of them alone as passages of a
question that both answer; and by the answer to that question over the two articles.

A contradicting pair has to be flagged; one that agrees, of which one brings the other up to date, or of which one only
rounds the other must not be, nor one of two facts that are merely alike. PATH is the checkout.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from dateline.eval.benchmarks.tables import mean_cell, print_table
from dateline.eval.datasets.files import read_lines
from dateline.eval.errors import SetError
from dateline.index.embedding.embedder import load_embedder
from dateline.index.library import Library
from dateline.index.reading.files import find_files, read_file
from dateline.index.types import Article, Embedder, Metadata, Passage, Span
from dateline.rag.aggregation.facts import combine
from dateline.rag.assistant import Assistant
from dateline.rag.reader.question import read_question
from dateline.rag.reader.reader import QuotingReader
from dateline.rag.types import Answer, Reader, Together, Verifier
from dateline.rag.verification.verify import verify_claim

_FOLDER = "eval/sets/many_articles"

Relation = Literal["contradicts", "updates", "rounds", "agrees", "unrelated"]
"""Of two sentences: on one fact at odds, brought up to date, given less exactly, the same; or on two facts."""

_SAME_FACT: tuple[Relation, ...] = ("updates", "rounds", "agrees")
_TOLD = ("contradicts", "updates", "rounds", "agrees", "neither")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A sentence of a pair, and the file of its article."""

    quote: str
    article: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two sentences and how they stand to each other; of an update the second is the newer."""

    id: str
    relation: Relation
    question: str
    """That both of them answer, or seem to."""
    first: Side
    second: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A sentence with what is known of its article."""

    sentence: str
    metadata: Metadata


Way = Callable[[Pair, Told, Told], str]
"""How two sentences stand to each other: one of the relations on one fact, or "neither"."""

Row = tuple[Pair, str]
"""A pair, and what is told of it."""


def run_contradictions(data: Path) -> None:
    """Print what is told of the pairs of each relation, how many are flagged, and those that are flagged wrongly."""
    pairs = read_pairs(data / _FOLDER)
    with TemporaryDirectory() as temporary:
        ways: Mapping[str, Way] = {
            "verifier of claims": by_claims(load_embedder()),
            "sentences as passages": by_passages(QuotingReader(strictness="lenient")),
            "answers": by_answers(data / _FOLDER / "articles", Path(temporary)),
        }
        for name, way in ways.items():
            print(f"by the {name}:")
            rows = [(pair, way(pair, *sides)) for pair, sides in pairs]
            print_table(("relation", "pairs", *_TOLD), _counts(rows))
            print_table(("figure", "share", "pairs"), flagged(rows))
            for pair, told in rows:
                if (told == "contradicts") != (pair.relation == "contradicts"):
                    print(f"{pair.id}  {pair.question}  {pair.first.quote}  /  {pair.second.quote}  [{told}]")


def read_pairs(folder: Path) -> list[tuple[Pair, tuple[Told, Told]]]:
    """The pairs of a folder, ``pairs.jsonl``, each with its sentences and their articles, ``articles/``.

    Raises:
        SetError: the file can't be read, or a sentence does not stand in its article.
    """
    pairs = list(read_lines(folder / "pairs.jsonl", Pair, "file of pairs"))
    files = {one.path.name: one for one in find_files([folder / "articles"])[0]}
    needed = {side.article for pair in pairs for side in (pair.first, pair.second)} & files.keys()
    articles = {name: one for name in needed for one in read_file(files[name]) if isinstance(one, Article)}
    return [(pair, (_told(pair, pair.first, articles), _told(pair, pair.second, articles))) for pair in pairs]


def _told(pair: Pair, side: Side, articles: Mapping[str, Article]) -> Told:
    article = articles.get(side.article)
    if article is None or side.quote not in article.text:
        raise SetError(f"pair {pair.id!r}: {side.quote[:60]!r} does not stand in {side.article!r}")
    return Told(sentence=side.quote, metadata=article.metadata)


def by_claims(embedder: Embedder) -> Way:
    """As claims are verified: each sentence is held against the other, and either may contradict."""

    def way(pair: Pair, first: Told, second: Told) -> str:
        verdicts = [
            verify_claim(claim.sentence, [quote.sentence], [quote.metadata], embedder).verdict
            for claim, quote in ((second, first), (first, second))
        ]
        if "contradicted" in verdicts:
            return "contradicts"
        return "agrees" if "supported" in verdicts else "neither"

    return way


def by_passages(reader: Reader, verifier: Verifier | None = None) -> Way:
    """As the values of one fact are compared, where no other sentence is in the way.

    Args:
        reader: marks the short answers in the two sentences.
        verifier: has the last word on a contradiction.
    """

    def way(pair: Pair, first: Told, second: Told) -> str:
        passages = [_passage(side.article, told) for side, told in ((pair.first, first), (pair.second, second))]
        reading = reader.read(pair.question, passages)
        combined, together, _ = combine(read_question(pair.question), "fact", reading, passages, verifier)
        return _as_relation(together, {passages[one.passage].article_id for one in combined.quotations})

    return way


def _passage(name: str, told: Told) -> Passage:
    """A sentence as the whole of a passage."""
    length = len(told.sentence)
    return Passage(
        article_id=name, metadata=told.metadata, origin=name, start=0, end=length, text=told.sentence,
        sentences=(Span(0, length),), score=1.0, text_rank=1, vector_rank=1, cosine=1.0,
    )  # fmt: skip


def by_answers(articles: Path, folder: Path) -> Way:
    """As people are told it: by what the answer to the question says of a library of the two articles.

    Args:
        articles: where their files are.
        folder: where the libraries are kept.
    """

    def way(pair: Pair, first: Told, second: Told) -> str:
        names = [pair.first.article, pair.second.article]
        place = folder / "+".join(names)
        if not place.exists():
            with Library.write(place) as library:
                library.add([articles / name for name in names])
        with Assistant.open(place) as assistant:
            return told_by(assistant.ask(pair.question))

    return way


def told_by(answer: Answer) -> str:
    """How the articles stand to each other, as an answer tells it."""
    cited = {one.article_id for citation in answer.citations for one in (citation, *citation.copies)}
    return _as_relation(answer.together, cited)


def _as_relation(together: Together, quoted: Collection[str]) -> str:
    """What the differences come to; without one, articles that are quoted together agree."""
    kinds = {one.kind for one in together.differences}
    if "contradiction" in kinds:
        return "contradicts"
    if "update" in kinds:
        return "updates"
    return "agrees" if len(quoted) > 1 else "neither"


def flagged(rows: Sequence[Row]) -> Iterator[tuple[str, str, int]]:
    """The shares of contradicting pairs, of others on one fact and of pairs on two facts that are flagged."""
    groups: Mapping[str, Sequence[Relation]] = {
        "contradicting pairs flagged": ("contradicts",),
        "agreeing, updating or rounding pairs flagged": _SAME_FACT,
        "pairs on two facts flagged": ("unrelated",),
    }
    for name, relations in groups.items():
        flags = [float(told == "contradicts") for pair, told in rows if pair.relation in relations]
        yield name, mean_cell(flags), len(flags)
    right = [float(_is_right(pair.relation, told)) for pair, told in rows if pair.relation != "unrelated"]
    yield "relation told rightly", mean_cell(right), len(right)


def _is_right(relation: Relation, told: str) -> bool:
    """A value in round figures may be told to be the same one."""
    return told == relation or (relation == "rounds" and told == "agrees")


def _counts(rows: Sequence[Row]) -> Iterator[Sequence[object]]:
    for relation in dict.fromkeys(pair.relation for pair, _ in rows):
        told = Counter(told for pair, told in rows if pair.relation == relation)
        yield relation, told.total(), *(told[name] for name in _TOLD)
