"""Questions written over news and press releases, by kind: what is answered rightly, and what is rightly declined.

``desk`` asks the dev part of the set of a library of all its articles. Answered rightly: at most two sentences, but for
a list, one of which is of the evidence or holds an answer. Likely and right are shares of what is called likely, where
half of the questions have no answer.

``asked`` counts what questions of the other parts are taken to ask for.

``risk_coverage`` draws how many of the answers shown are right over the share that is shown, surest first.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np

from dateline.eval.benchmarks.calibration import is_right
from dateline.eval.benchmarks.tables import print_table
from dateline.eval.datasets.desk import DeskQuestion, Part, desk_library, desk_questions
from dateline.eval.datasets.files import spread
from dateline.eval.metrics.abstaining import calibration_error, risk_coverage
from dateline.eval.report.page import style_of_page
from dateline.eval.report.plots import SHARES, Axes, Line, panels
from dateline.index.library import Library
from dateline.rag.assistant import Assistant
from dateline.rag.reader.asked import IN_WORDS, asked_for
from dateline.rag.reader.confidence import Strictness
from dateline.rag.types import Answer, Citation

_SENTENCES = 2  # of an answer that is right, but for a list
_OTHER_PARTS: tuple[Part, ...] = ("calibration", "training")
_RISKS = (0.05, 0.1, 0.2, 0.3)
_HEAD = ("kind", "questions", "answered rightly", "declined", "right sentence in the passages", "called likely")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question with what was answered."""

    question: DeskQuestion
    answer: Answer

    @property
    def right(self) -> bool:
        """Whether what is shown answers."""
        return self._is_right(self.answer.citations)

    @property
    def right_if_answered(self) -> bool:
        """The same of what came nearest, where the assistant declined."""
        return self._is_right(self.answer.nearest[:1]) if self.answer.abstained else self.right

    @property
    def found(self) -> bool:
        """Whether a right sentence is among the passages that were read."""
        return any(
            is_right(one.words_at(span), self.question) for one in self.answer.passages for span in one.sentences
        )

    def _is_right(self, citations: Sequence[Citation]) -> bool:
        if not self.question.answerable:
            return False
        quoted = [span for one in citations for span in self._sentences_in(one)]
        enough = len(quoted) <= _SENTENCES or self.question.kind == "list"
        return enough and any(is_right(words, self.question) for words in quoted)

    def _sentences_in(self, citation: Citation) -> list[str]:
        of_article = (one for one in self.answer.passages if one.article_id == citation.article_id)
        passage = next(one for one in of_article if one.start <= citation.start and citation.end <= one.end)
        spans = (one for one in passage.sentences if citation.start <= one.start and one.end <= citation.end)
        return [passage.words_at(one) for one in spans]


def run_desk(
    data: Path,
    *,
    questions: Annotated[int, "how many at most, spread over the part; 0 is all"] = 0,
    strictness: Annotated[str, "strict, balanced or lenient"] = "balanced",
) -> None:
    """Print the shares by kind, and how far what is called likely can be trusted."""
    asked = _ask(data, questions, strictness)
    kinds = dict.fromkeys(one.question.kind for one in asked)
    rows = [_row(kind, [one for one in asked if one.question.kind == kind]) for kind in kinds]
    print_table(_HEAD, [*rows, _row("no answer", [one for one in asked if not one.question.answerable])])
    answerable = [one for one in asked if one.question.answerable]
    likely = [
        [one.answer.certainty == "likely" and one.right is right for one in answerable] for right in (True, False)
    ]
    wrongly = [one.answer.certainty == "likely" for one in asked if not one.question.answerable]
    shares = [np.mean(each) for each in (*likely, wrongly)]
    print(
        f"called likely: {shares[0] / max(1e-9, sum(shares)):.3f} are right, where half of the questions have no answer"
    )
    print(f"of what is answered rightly, called likely: {sum(likely[0]) / max(1, sum(one.right for one in asked)):.3f}")
    pairs = [(one.answer.confidence, one.right_if_answered) for one in asked]
    print(f"calibration error {calibration_error(*zip(*pairs, strict=True)):.3f}")


def run_asked(data: Path) -> None:
    """Print how many questions of each kind are taken to ask for what."""
    questions = [one for part in _OTHER_PARTS for one in desk_questions(data, part)]
    told = Counter((one.kind, asked_for(one.question)) for one in questions)
    kinds = dict.fromkeys(one.kind for one in questions)
    print_table(("kind", *IN_WORDS), [(kind, *(told[kind, each] for each in IN_WORDS)) for kind in kinds])


def run_risk_coverage(
    data: Path,
    *,
    questions: Annotated[int, "how many at most, spread over the part; 0 is all"] = 0,
    out: Annotated[Path, "folder for the plot"] = Path("."),
) -> None:
    """Print the largest share that can be shown at some risks, and draw ``risk_coverage.svg``."""
    asked = _ask(data, questions, "balanced")
    groups = {"all questions": asked, "those with an answer": [one for one in asked if one.question.answerable]}
    rows, lines = [], []
    for style, (name, group) in enumerate(groups.items(), 1):
        risks = risk_coverage([one.answer.confidence for one in group], [one.right_if_answered for one in group])
        shown = [
            max((at + 1 for at, risk in enumerate(risks) if risk <= most), default=0) / len(group) for most in _RISKS
        ]
        rows.append((name, len(group), *(f"{share:.3f}" for share in shown)))
        points = [((at + 1) / len(risks), float(risk)) for at, risk in enumerate(risks)]
        lines.append(Line(name=name, points=points, style=style))
    print_table(("questions", "count", *(f"shown at {risk:.0%} wrong" for risk in _RISKS)), rows)
    axes = Axes(x="share of questions answered, surest first", y="share of answers that are wrong", x_marks=SHARES)
    (out / "risk_coverage.svg").write_text(panels("risk and coverage", [(axes, lines)], style_of_page()), "utf-8")


def _ask(data: Path, questions: int, strictness: str) -> list[Asked]:
    level: Strictness = strictness  # type: ignore[assignment]  # the assistant says what is wrong with another
    with Assistant(Library.open(desk_library(data)), strictness=level) as assistant:
        some = spread(desk_questions(data, "dev"), questions)
        return [Asked(question=one, answer=assistant.ask(one.question)) for one in some]


def _row(name: str, asked: Sequence[Asked]) -> Sequence[object]:
    columns = (
        [one.right for one in asked], [one.answer.abstained for one in asked], [one.found for one in asked],
        [one.answer.certainty == "likely" for one in asked],
    )  # fmt: skip
    return name, len(asked), *(f"{np.mean(column):.3f}" for column in columns)
