"""Samples of a kind of their own, judged by what an answer states: quotations of a reader, or sentences of a model."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from dateline.eval.aggregate import ALWAYS_DECLINING, figures_of, shortcuts_of
from dateline.eval.gold_spans import locate
from dateline.eval.judging import judge
from dateline.eval.kinds import kind_failure, read_stated, score_kind
from dateline.eval.samples import SampleFile
from dateline.eval.types import Item, Outcome, Sample, Stated
from dateline.index.library import Library
from dateline.index.types import Passage, Span
from dateline.rag.assistant import Assistant
from dateline.rag.types import Answer, Claim, Group, Quotation, Reading, Support, Together
from tests.harness.fakes import FakeEmbedder

FIRST = "Fourteen people died in the storm."
LATER = "The toll of the storm is 41. Planes came from Norlund and Avelin."
PLANES = Sample(
    id="planes", question="which countries sent planes?", quotes=("Planes came from Norlund and Avelin.",), kind="list",
    items=(Item(answers=("Norlund",)), Item(answers=("Avelin", "Avelinian"))),
)  # fmt: skip
TOLL = Sample(
    id="toll", question="how many people died in the storm?", answers=("41",), kind="latest",
    quotes=("The toll of the storm is 41.",), earlier=(Item(answers=("fourteen", "14")),),
)  # fmt: skip
DIED = Sample(id="died", question="did people die?", kind="yes-no", verdict="yes", quotes=(FIRST,))
NOT_SAID = Sample(id="rain", question="did it rain?", kind="yes-no", verdict="not said", unanswerable=True)
MORE = Sample(
    id="more", question="how many more died than was said first?", kind="comparison", result=("27", "twenty-seven"),
    quotes=(FIRST, "The toll of the storm is 41."),
)  # fmt: skip


class MarkingReader:
    """Quotes each sentence that holds one of some words, in their order, with these as its short answer."""

    id = "marking"

    def __init__(self, *words: str) -> None:
        self._words = words

    def read(self, question: str, passages: Sequence[Passage]) -> Reading:
        quotations = tuple(one for words in self._words for one in self._quote(words, passages))
        return Reading(quotations=quotations, confidence=0.8 if quotations else 0.1, reason=None if quotations else "x")

    def _quote(self, words: str, passages: Sequence[Passage]) -> Sequence[Quotation]:
        return [
            Quotation(passage=number, span=sentence, score=0.8, answer=Span(at, at + len(words)))
            for number, passage in enumerate(passages)
            for sentence in passage.sentences
            if sentence.start <= (at := passage.start + passage.text.find(words)) < sentence.end
            if words in passage.text
        ]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("kinds")
    for name, text in {"first.txt": FIRST, "later.txt": LATER}.items():
        (folder / name).write_text(f"Storm {name}\n\n{text}\n", "utf-8")
    library = Library.write(folder / "library", FakeEmbedder())
    library.add([folder / "first.txt", folder / "later.txt"])
    return library


def _ask(library: Library, sample: Sample, *words: str) -> Answer:
    return Assistant(library, MarkingReader(*words)).ask(sample.question)


def _judge(library: Library, sample: Sample, answer: Answer) -> Outcome:
    target = locate(SampleFile(name="set.jsonl", sha256="0", samples=(sample,), faults=()), library)[sample.id]
    return judge(sample, target, answer, library.article)


def _written(answer: Answer, *sentences: str) -> Answer:
    """The answer, had a chat model written it with the same citations."""
    cited = tuple(range(len(answer.citations)))
    support = Support(verdict="supported", why="the quote says so in other words")
    claims = tuple(Claim(text=one, support=support, citations=cited) for one in sentences)
    return replace(answer, claims=claims, text=" ".join(sentences), short_answer=None, supported_share=1.0)


def test_short_answers_in_their_order_are_what_quotations_state(library: Library) -> None:
    stated = read_stated(_ask(library, TOLL, "41", "Fourteen"))
    assert stated == Stated(items=("41", "Fourteen"), result="41")


def test_what_articles_say_together_comes_before_the_single_quotations(library: Library) -> None:
    answer = _ask(library, PLANES, "Norlund and Avelin")
    groups = tuple(Group(citations=(0,), short_answer=name, day=None) for name in ("Norlund", "Avelin", None))
    given = replace(answer, together=Together(groups=groups, verdict="no", result="Norlund; Avelin"))
    quote = answer.citations[0].quote
    assert read_stated(given) == Stated(items=("Norlund", "Avelin", quote), verdict="no", result="Norlund; Avelin")


def test_what_a_model_wrote_comes_before_what_the_articles_say_together(library: Library) -> None:
    answer = _written(_ask(library, DIED, "Fourteen"), "Yes, 14 people did.")
    stated = read_stated(replace(answer, together=Together(verdict="no", result="no")))
    assert stated == Stated(items=("Yes, 14 people did.",), verdict="yes", result="Yes, 14 people did.")


@pytest.mark.parametrize(
    ("words", "failure", "scores"),
    [
        (("Norlund and Avelin",), None, {"item_recall": 1, "item_precision": 1}),
        (("Norlund",), "items missing", {"item_recall": 1 / 2, "item_precision": 1}),
        (("Norlund and Avelin", "41"), "items that are none", {"item_recall": 1}),
    ],
)
def test_a_list_is_right_with_all_its_items_and_no_other(
    library: Library, words: tuple[str, ...], failure: str | None, scores: dict[str, float]
) -> None:
    outcome = _judge(library, PLANES, _ask(library, PLANES, *words))
    assert (outcome.right, outcome.failure) == (failure is None, failure)
    assert scores.items() <= outcome.scores.items()


@pytest.mark.parametrize(
    ("words", "failure"),
    [(("41", "Fourteen"), None), (("Fourteen", "41"), "newest not first"), (("41",), "earlier not named")],
)
def test_a_latest_value_is_right_before_the_earlier_ones(
    library: Library, words: tuple[str, ...], failure: str | None
) -> None:
    outcome = _judge(library, TOLL, _ask(library, TOLL, *words))
    assert (outcome.right, outcome.failure) == (failure is None, failure)


def test_a_quotation_says_neither_yes_nor_no(library: Library) -> None:
    outcome = _judge(library, DIED, _ask(library, DIED, "Fourteen"))
    assert (outcome.right, outcome.failure, outcome.scores["verdict_right"]) == (False, "wrong verdict", 0)


@pytest.mark.parametrize(("sentence", "right"), [("Yes, 14 did.", True), ("No.", False), ("Yesterday 14 died.", False)])
def test_a_model_says_yes_or_no_with_its_first_word(library: Library, sentence: str, right: bool) -> None:
    outcome = _judge(library, DIED, _written(_ask(library, DIED, "Fourteen"), sentence))
    assert (outcome.right, outcome.scores["verdict_right"]) == (right, right)


def test_no_one_is_not_a_no() -> None:
    assert kind_failure(DIED, Stated(verdict="no")) == "wrong verdict"
    assert kind_failure(DIED, Stated(verdict="yes")) is None


def test_declining_says_that_it_is_not_said(library: Library) -> None:
    declined = _judge(library, NOT_SAID, _ask(library, NOT_SAID))
    assert (declined.right, declined.scores["verdict_right"], "declined" in declined.scores) == (True, 1, False)
    answered = _judge(library, NOT_SAID, _ask(library, NOT_SAID, "Fourteen"))
    assert (answered.right, answered.failure) == (False, "answered without an answer")


def test_a_difference_is_right_where_its_result_is_stated(library: Library) -> None:
    quoted = _ask(library, MORE, "41", "Fourteen")
    assert _judge(library, MORE, quoted).failure == "wrong result"
    assert _judge(library, MORE, _written(quoted, "Twenty-seven more: 41 less 14.")).right


def test_a_list_that_nothing_answers_has_no_score_of_its_own(library: Library) -> None:
    sample = Sample(id="x", question="which ships came?", kind="list", unanswerable=True)
    assert score_kind(sample, Stated(items=("Norlund",))) == {}
    assert _judge(library, sample, _ask(library, sample)).scores["declined"] == 1


def test_each_kind_has_its_figure_beside_those_of_what_takes_no_skill(library: Library) -> None:
    asked = ((PLANES, ("Norlund",)), (TOLL, ("41",)), (NOT_SAID, ()), (DIED, ("Fourteen",)), (MORE, ()))
    outcomes = [_judge(library, sample, _ask(library, sample, *words)) for sample, words in asked]
    figures = {one.name: one.value for one in figures_of(outcomes)}
    assert (figures["item_recall"], figures["newest_first"], figures["earlier_named"]) == (1 / 2, 1, 0)
    assert (figures["verdict_right"], figures["result_right"]) == (1 / 2, 0)
    declining = {one.name: one.value for one in shortcuts_of(outcomes)[ALWAYS_DECLINING]}
    assert declining["verdict_right"] == 1 / 2


def test_a_sample_of_one_fact_has_no_figure_of_a_kind(tmp_path: Path, library: Library) -> None:
    sample = Sample(id="x", question="how many died?", answers=("41",))
    outcome = _judge(library, sample, _ask(library, sample, "41"))
    assert outcome.right
    assert not {"item_recall", "newest_first", "verdict_right", "result_right"} & outcome.scores.keys()
