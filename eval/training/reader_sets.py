"""The questions that the reader learns from, as they stand in the sets; ``docs/training.md`` lists what is left out."""

import logging
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from dateline.eval.datasets.desk import DeskArticle, desk_articles
from dateline.eval.datasets.natural_questions import read_clapnq_half, read_nq
from dateline.eval.datasets.squad import SquadQuestion, TwinQuestion, read_squad, read_twins
from dateline.eval.training.windows import ten_in_a_row
from dateline.index.types import Metadata, Span

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A set that is learned from."""

    quota: int
    """Groups of a round."""
    licence: str
    files: tuple[str, ...] = ()
    """Below ``reading/``, of those that have SQuAD's form."""


SOURCES: Mapping[str, Source] = {
    "twins": Source(quota=180, licence="CC BY-SA 4.0"),
    "squad": Source(quota=150, licence="CC BY-SA 4.0"),
    "desk": Source(
        quota=170, licence="questions Apache-2.0; articles CC BY, CC BY-SA or public domain, each by its row"
    ),
    "desk near": Source(quota=90, licence="as desk"),
    "shifts": Source(quota=40, licence="CC BY 4.0; text CC BY-SA", files=("squadshifts_new_wiki",)),
    "nq": Source(quota=20, licence="CC BY-SA 3.0"),
    "clapnq": Source(quota=8, licence="Apache-2.0"),
    "qamr": Source(quota=15, licence="MIT; text CC BY 2.5 and CC BY-SA"),
    "timeqa": Source(quota=10, licence="BSD-3-Clause; text CC BY-SA", files=("timeqa_human",)),
    "quoref": Source(quota=6, licence="CC BY 4.0", files=("quoref_contrast",)),
    "tweetqa": Source(quota=5, licence="CC BY-SA 4.0", files=("tweetqa",)),
    "selqa": Source(quota=5, licence="Apache-2.0", files=("selqa_sentences",)),
    "onestopqa": Source(quota=6, licence="CC BY-SA 4.0", files=("onestopqa_evidence", "onestopqa_negatives")),
}
"""By name. A round has about 1,350 pairs, half of them without an answer."""

_WHOLE_SENTENCES = ("selqa", "onestopqa")  # sets whose answers are sentences: no short answer is marked
_QAMR = ("qamr_wikinews", "qamr_wikipedia")
_LEAST_WORDS = 4  # of a question of QAMR: shorter ones are vague
_FIRST_DAY, _DAYS = date(1995, 1, 1), 11_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question and the text it was asked about."""

    source: str
    text: str
    metadata: Metadata
    context: str
    answers: tuple[str, ...] = ()
    """What no passage may hold that is said to hold no answer."""
    answer: Span | None = None
    """Where the context answers; None where it does not, or it is not told where."""
    marked: bool = True
    """Whether ``answer`` is to be marked as the short answer."""
    answerable: bool = True
    twin: str = ""
    """A question about the same context that it does not answer."""


def read_sets(data: Path) -> dict[str, list[Question]]:
    """The questions of each set but desk that may be learned from.

    Left out are SQuAD's articles that are kept aside, and every text with ten words in a row of an article of desk that
    is not of its training part.
    """
    twins = read_twins(data / "reading/squad2_unanswerable.jsonl.gz")
    sets: dict[str, list[Question]] = {
        "twins": list(twins_of(one for one in twins if not one.is_kept_aside)),
        "squad": _squad(data, [one for one in twins if one.is_kept_aside]),
        "nq": list(_nq(data)),
        "clapnq": list(_clapnq(data)),
        "qamr": list(_qamr([one for name in _QAMR for one in _reading(data, name)])),
    }
    for name, source in SOURCES.items():
        if source.files:
            asked = (one for file in source.files for one in _reading(data, file))
            sets[name] = [_of_reading(name, one) for one in asked]
    overlapping = _overlapping(sets, desk_articles(data).values())
    kept = {name: [one for one in some if one.context not in overlapping] for name, some in sets.items()}
    logger.info(
        "questions and left out: %s", {name: (len(kept[name]), len(sets[name]) - len(kept[name])) for name in sets}
    )
    return kept


def twins_of(questions: Iterable[TwinQuestion]) -> Iterator[Question]:
    """Answerable questions, where their answer first stands, each with its unanswerable twin."""
    for one in questions:
        answer = _first_of(one.context, one.answers)
        if one.twin and answer:
            yield Question(
                source="twins", text=one.twin, twin=one.question, metadata=heading(one.title), context=one.context,
                answer=answer, answers=one.answers,
            )  # fmt: skip


def heading(title: str, key: str = "") -> Metadata:
    """A title with a day made up for one article of two, drawn by ``key``, else by the title.

    News has its day in front of every passage, and these articles have none: without it the model would meet one for
    the first time when it is used, where it must not be taken for the answer to a "when".
    """
    chance = random.Random(key or title)
    day = (_FIRST_DAY + timedelta(chance.randrange(_DAYS))).isoformat()
    return Metadata(title=title, published=day if chance.random() < 0.5 else None)


def _squad(data: Path, aside: Sequence[TwinQuestion]) -> list[Question]:
    titles = {one.title.replace("_", " ") for one in aside}
    contexts = {_bare(one.context) for one in aside}
    return [
        Question(
            source="squad", text=one.question.strip(), metadata=heading(one.title), context=one.context,
            answer=one.spans[0], answers=tuple(dict.fromkeys(one.answers)),
        )
        for one in read_squad(data / "squad/train.jsonl.gz")
        if one.title not in titles and _bare(one.context) not in contexts
    ]  # fmt: skip


def _nq(data: Path) -> Iterator[Question]:
    """Search questions, answered where an answer first stands."""
    for one in read_nq(data / "nq/train.jsonl.gz"):
        answer = _first_of(one.context, one.answers)
        if answer:
            yield Question(
                source="nq", text=one.question, metadata=heading(one.title), context=one.context, answer=answer,
                answers=one.answers,
            )  # fmt: skip


def _clapnq(data: Path) -> Iterator[Question]:
    for answerable, questions in zip((True, False), read_clapnq_half(data, 0), strict=True):
        for one in questions:
            metadata = Metadata(title=one.title)
            yield Question(
                source="clapnq", text=one.question, metadata=metadata, context=one.passage, answerable=answerable
            )


def _reading(data: Path, name: str) -> list[SquadQuestion]:
    return read_squad(data / f"reading/{name}.jsonl.gz")


def _of_reading(source: str, one: SquadQuestion) -> Question:
    return Question(
        source=source, text=one.question, metadata=heading(one.title, one.context[:80]), context=one.context,
        answers=one.answers, answer=_agreed(one.context, one.spans), answerable=bool(one.answers),
        marked=source not in _WHOLE_SENTENCES,
    )  # fmt: skip


def _qamr(asked: Sequence[SquadQuestion]) -> Iterator[Question]:
    """Questions on single sentences, those that come before and after in the document around them."""
    documents: dict[str, dict[tuple[int, int], str]] = defaultdict(dict)
    for one in asked:
        document, place = _place_in(one.document)
        documents[document][place] = one.context
    for one in asked:
        answer = _agreed(one.context, one.spans)
        if answer is None or len(one.question.split()) < _LEAST_WORDS:
            continue
        document, place = _place_in(one.document)
        sentences = sorted(documents[document].items())
        before = " ".join(text for at, text in sentences if at < place)
        after = " ".join(text for at, text in sentences if at > place)
        by = len(before) + bool(before)
        yield Question(
            source="qamr", text=one.question, metadata=Metadata(), answers=one.answers,
            context=f"{before} {one.context} {after}".strip(), answer=Span(answer.start + by, answer.end + by),
        )  # fmt: skip


def _place_in(document: str) -> tuple[str, tuple[int, int]]:
    """``NAME:3:2`` is the second sentence of the third paragraph, both counted from 0."""
    name, paragraph, sentence = document.rsplit(":", 2)
    return name, (int(paragraph), int(sentence))


def _first_of(context: str, answers: Sequence[str]) -> Span | None:
    lower = context.lower()
    places = [(lower.find(one.lower()), len(one)) for one in answers]
    start, length = min((one for one in places if one[0] >= 0), default=(-1, 0))
    return Span(start, start + length) if start >= 0 and len(lower) == len(context) else None


def _agreed(context: str, spans: Sequence[Span]) -> Span | None:
    """Of several answers the one that has most words in common with the others, the shorter of two."""

    def worth(one: Span) -> tuple[float, int]:
        words = set(one.of(context).lower().split())
        others = [set(other.of(context).lower().split()) for other in spans]
        return sum(2 * len(words & other) / max(1, len(words) + len(other)) for other in others), -len(one)

    return max(spans, key=worth, default=None)


def _bare(text: str) -> str:
    return "".join(text.split()).casefold()


def _overlapping(sets: Mapping[str, Sequence[Question]], articles: Iterable[DeskArticle]) -> set[str]:
    aside = set[int]().union(*(ten_in_a_row(one.text) for one in articles if one.part != "training"))
    contexts = {one.context for some in sets.values() for one in some}
    return {one for one in contexts if not aside.isdisjoint(ten_in_a_row(one))}
