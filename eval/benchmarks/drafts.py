"""Texts that someone else might have written over the newsroom articles, checked: what is found, and what wrongly.

Six of the twenty sentences of each are altered. An altered one is found where no article is said to bear it out; a true
one is marked where none is. PATH is the checkout; the articles are added to a library of their own first.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from dateline.eval.benchmarks.tables import print_table
from dateline.eval.datasets.files import read_lines
from dateline.index.library import Library
from dateline.rag.assistant import Assistant
from dateline.rag.types import CheckedSentence, CheckedText

_FOLDER = "eval/sets/newsroom"
_HEAD = ("sentences", "count", "supported", "contradicted", "not found", "passed over", "shown with the right words")


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSentence:
    """A sentence of a draft."""

    text: str
    """The name of the draft."""
    paragraph: int
    sentence: str
    altered: str | None
    """What was altered in it; None where it is true."""
    quote: str
    """Words of an article that it goes back to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedDraft:
    """A sentence of a draft, with what the check says of it."""

    draft: DraftSentence
    checked: CheckedSentence

    @property
    def marked(self) -> bool:
        """Whether no article is said to bear it out."""
        return self.checked.support is not None and not self.checked.support.holds

    @property
    def located(self) -> bool:
        """Whether the words that it goes back to are among those shown."""
        return any(self.draft.quote in one.citation.quote or one.citation.quote in self.draft.quote
                   for one in self.checked.evidence)  # fmt: skip


def run_drafts(data: Path) -> None:
    """Print the verdicts on altered sentences, by what was altered, and on the others; then those that are wrong."""
    started = time.perf_counter()
    rows = list(_check(data / _FOLDER))
    altered, others = ([one for one in rows if bool(one.draft.altered) is side] for side in (True, False))
    kinds = sorted({one.draft.altered or "" for one in altered})
    groups = [(kind, [one for one in altered if one.draft.altered == kind]) for kind in kinds]
    print_table(_HEAD, (_row(name, group) for name, group in [*groups, ("altered, all", altered), ("others", others)]))
    found, wrongly = (sum(one.marked for one in some) for some in (altered, others))
    print(f"{found} of {len(altered)} altered sentences are found, {wrongly} of {len(others)} others marked")
    print(f"{time.perf_counter() - started:.1f} s, with the articles added")
    for one in (*(one for one in altered if not one.marked), *(one for one in others if one.marked)):
        support = one.checked.support
        said = f"{support.verdict}: {support.why}" if support else f"passed over: {one.checked.passed_over}"
        print(f"{one.draft.altered or 'true'}  {one.draft.sentence}  [{said}]")


def _check(folder: Path) -> Iterator[CheckedDraft]:
    rows = list(read_lines(folder / "drafts.jsonl", DraftSentence, "file of drafts"))
    with TemporaryDirectory() as temporary:
        with Library.write(Path(temporary) / "library") as library:
            library.add([folder / "articles"])
        with Assistant.open(Path(temporary) / "library") as assistant:
            for _, group in groupby(rows, lambda row: row.text):
                draft = list(group)
                yield from _paired(draft, assistant.check(_joined(draft)))


def _joined(draft: Sequence[DraftSentence]) -> str:
    paragraphs = groupby(draft, lambda row: row.paragraph)
    return "\n\n".join(" ".join(row.sentence for row in group) for _, group in paragraphs)


def _paired(draft: Sequence[DraftSentence], checked: CheckedText) -> Iterator[CheckedDraft]:
    """Each sentence with the checked one that it stands in: where two were taken for one sentence, both with that."""
    for row in draft:
        start = checked.text.index(row.sentence)
        yield CheckedDraft(draft=row, checked=next(one for one in checked.sentences if start < one.end))


def _row(name: str, some: Sequence[CheckedDraft]) -> Sequence[object]:
    verdicts = [one.checked.support.verdict if one.checked.support else None for one in some]
    counts = [sum(verdict in each for verdict in verdicts) for each in (
        ("quoted", "supported"), ("contradicted",), ("unsupported",), (None,),
    )]  # fmt: skip
    return name, len(some), *counts, sum(one.located for one in some)
