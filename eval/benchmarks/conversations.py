"""Follow-ups of the sets that ship: what retrieval finds for the question as asked, rewritten, and written by hand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from dateline.eval.benchmarks.rewriters import REWRITERS, Rewriter
from dateline.eval.benchmarks.tables import mean_cell, print_table
from dateline.eval.metrics import retrieval
from dateline.eval.samples import read_samples
from dateline.eval.targets import locate
from dateline.eval.types import Sample, Target
from dateline.index.library import Library

_NEWSROOM = Path("eval") / "sets" / "newsroom"
_SETS = (
    (Path("seeds") / "questions.jsonl", Path("seeds")),
    (_NEWSROOM / "questions.jsonl", _NEWSROOM / "articles"),
    (_NEWSROOM / "follow-ups.jsonl", _NEWSROOM / "articles"),
)
_K = 10
_FIGURES = ("hits@1", "hits@4", "quote_hits@1", "quote_hits@4")
_BY_HAND = "written by hand"

Rewritten = Callable[[Sample], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    sample: Sample
    target: Target
    library: Library


def run(data: Path) -> None:
    """Print hits of the right article and of its gold quotation, for each way of rewriting; PATH is a checkout."""
    with TemporaryDirectory() as folder:
        asked = _read(data, Path(folder))
        try:
            compare(asked)
        finally:
            for library in {id(one.library): one.library for one in asked}.values():
                library.close()


def _by(rewriter: Rewriter) -> Rewritten:
    return lambda sample: rewriter(sample.question, sample.history)


def compare(asked: Sequence[_Asked]) -> None:
    """Print the figures of those that need their history, and how many of the others are left alone."""
    dangling = [one for one in asked if one.sample.stand_alone != one.sample.question]
    others = [one.sample for one in asked if one.sample.stand_alone == one.sample.question]
    answerable = [one for one in dangling if not one.sample.unanswerable]
    print(
        f"{len(answerable)} follow-ups that an article answers, {len(others)} questions that stand alone after others"
    )
    ways = {name: _by(rewriter) for name, rewriter in REWRITERS.items()}
    ways[_BY_HAND] = lambda sample: sample.stand_alone or sample.question
    rows = ((name, *_cells(answerable, way), _kept(others, way)) for name, way in ways.items())
    print_table(("rewriting", *_FIGURES, "left alone"), rows)


def _read(checkout: Path, folder: Path) -> list[_Asked]:
    libraries: dict[Path, Library] = {}
    found = []
    for samples, articles in _SETS:
        if articles not in libraries:
            libraries[articles] = Library.write(folder / str(len(libraries)))
            libraries[articles].add([checkout / articles])
        file = read_samples(checkout / samples)
        targets = locate(file, libraries[articles])
        found += [
            _Asked(sample=one, target=targets[one.id], library=libraries[articles])
            for one in file.samples
            if one.history
        ]
    return found


def _cells(asked: Sequence[_Asked], way: Rewritten) -> list[str]:
    scores = [_hits(one, way(one.sample)) for one in asked]
    return [mean_cell([one[name] for one in scores]) for name in _FIGURES]


def _hits(asked: _Asked, question: str) -> dict[str, float]:
    passages = asked.library.search(question, _K)
    articles = [{one} for one in dict.fromkeys(passage.article_id for passage in passages)]
    quotes = [
        {
            number
            for number, places in enumerate(asked.target.quotes)
            for place in places
            if place.article_id == one.article_id and place.start < one.end and one.start < place.end
        }
        for one in passages
    ]
    gains = {
        "": retrieval.gains_of(articles, asked.target.articles),
        "quote_": retrieval.gains_of(quotes, range(len(asked.target.quotes))),
    }
    return {f"{kind}hits@{k}": retrieval.hits(gain, k) for kind, gain in gains.items() for k in (1, 4)}


def _kept(samples: Sequence[Sample], way: Rewritten) -> str:
    return f"{sum(way(sample) == sample.question for sample in samples)} of {len(samples)}"
