"""Each way a sample can go, told by what the reader does with a small library."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from dateline.eval.gold_spans import locate
from dateline.eval.judging import judge
from dateline.eval.samples import SampleFile
from dateline.eval.types import Outcome, Sample
from dateline.index.library import Library
from dateline.rag.assistant import Assistant
from tests.harness.fakes import FakeEmbedder, ScriptedReader

HARBOUR = "Harbour\n\nThe harbour of Lenn opens on Friday. The mayor of Lenn is Ida Brandt.\n"
VOTE = "Vote\n\nThe vote of Lenn was won with 54 per cent. Turnout was 71 per cent.\n"
OPENS = "The harbour of Lenn opens on Friday."


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("judging")
    for name, text in {"harbour.txt": HARBOUR, "vote.txt": VOTE}.items():
        (folder / name).write_text(text, "utf-8")
    library = Library.write(folder / "library", FakeEmbedder())
    library.add([folder / "harbour.txt", folder / "vote.txt"])
    return library


def _outcome(library: Library, sample: Sample, script: Mapping[str, str] | str, passages: int = 10) -> Outcome:
    line = script if isinstance(script, str) else script[sample.question]
    assistant = Assistant(library, ScriptedReader({sample.question: line}), passages)
    file = SampleFile(name="set.jsonl", sha256="0", samples=(sample,), faults=())
    return judge(sample, locate(file, library)[sample.id], assistant.ask(sample.question), library.article)


OPENING = Sample(id="1", question="when does the harbour of Lenn open?", answers=("Friday",), quotes=(OPENS,))


def test_the_gold_sentence_quoted_is_right_and_its_figures_are_perfect(library: Library) -> None:
    outcome = _outcome(library, OPENING, "opens on Friday")
    assert (outcome.right, outcome.failure) == (True, None)
    assert (outcome.citations[0].gold, outcome.citations[0].exact) == (True, True)
    perfect = ("right", "answered", "contained", "citation_precision", "citation_recall", "citation_exactness")
    assert {outcome.scores[name] for name in (*perfect, "hits@10", "quote_hits@10")} == {1.0}
    assert "declined" not in outcome.scores
    assert outcome.timings_ms["total"] >= outcome.timings_ms["read"]


def test_a_citation_is_shown_between_the_words_around_it(library: Library) -> None:
    cited = _outcome(library, OPENING, "opens on Friday").citations[0]
    text = library.article(cited.article_id).text
    assert cited.before + cited.quote + cited.after == text
    assert text[cited.start : cited.end] == cited.quote == OPENS


@pytest.mark.parametrize(
    ("sample", "script", "failure"),
    [
        (OPENING, "The mayor", "wrong span"),
        (OPENING, "not opens on Friday", "chosen but abstained"),
        (OPENING, "not The mayor", "retrieved but not chosen"),
        (OPENING, "Turnout", "retrieved but not chosen"),
        (replace(OPENING, answers=("Monday",), quotes=()), "Turnout", "not retrieved"),
        (replace(OPENING, answers=("Monday",), quotes=()), "not Turnout", "not retrieved"),
        (Sample(id="1", question="who won the cup?", unanswerable=True), "Turnout", "answered without an answer"),
    ],
)
def test_what_is_wrong_is_told_by_the_first_step_that_failed(
    library: Library, sample: Sample, script: str, failure: str
) -> None:
    outcome = _outcome(library, sample, script)
    assert (outcome.right, outcome.failure, outcome.scores["right"]) == (False, failure, 0.0)


def test_the_words_expected_without_the_gold_quotation_are_still_the_answer(library: Library) -> None:
    outcome = _outcome(library, replace(OPENING, answers=("Ida Brandt",)), "The mayor")
    assert outcome.right
    assert (outcome.citations[0].gold, outcome.scores["citation_recall"]) == (False, 0.0)


def test_a_sample_with_quotations_alone_is_right_where_their_words_are_cited(library: Library) -> None:
    sample = replace(OPENING, answers=())
    assert _outcome(library, sample, "opens on Friday").right
    assert not _outcome(library, sample, "The mayor").right
    assert "contained" not in _outcome(library, sample, "opens on Friday").scores


def test_declining_what_nothing_answers_is_right_and_never_right_if_answered(library: Library) -> None:
    outcome = _outcome(library, Sample(id="1", question="who won the cup?", unanswerable=True), "not Turnout")
    assert (outcome.right, outcome.right_if_answered, outcome.scores["declined"]) == (True, False, 1.0)
    assert not {"answered", "contained", "hits@1", "citation_recall"} & outcome.scores.keys()


def test_what_came_nearest_is_judged_as_if_it_had_been_the_answer(library: Library) -> None:
    assert _outcome(library, OPENING, "not opens on Friday").right_if_answered
    assert not _outcome(library, OPENING, "not The mayor").right_if_answered


@pytest.mark.threat(15)
def test_an_article_removed_since_makes_its_claim_unsupported_and_its_citation_inexact(tmp_path: Path) -> None:
    (tmp_path / "harbour.txt").write_text(HARBOUR, "utf-8")
    with Library.write(tmp_path / "library", FakeEmbedder()) as library:
        library.add([tmp_path / "harbour.txt"])
        answer = Assistant(library, ScriptedReader({OPENING.question: "opens on Friday"})).ask(OPENING.question)
        target = locate(SampleFile(name="x", sha256="0", samples=(OPENING,), faults=()), library)["1"]
    outcome = judge(OPENING, target, answer, lambda _: None)
    assert (outcome.citations[0].exact, outcome.scores["citation_exactness"]) == (False, 0.0)
    claim = replace(answer.claims[0], support=replace(answer.claims[0].support, verdict="unsupported"))
    unsupported = judge(OPENING, target, replace(answer, claims=(claim,), supported_share=0.0), lambda _: None)
    assert (unsupported.failure, unsupported.scores["claims_supported"]) == ("unsupported claim", 0.0)


def test_quoting_the_first_passage_whole_is_scored_beside(library: Library) -> None:
    outcome = _outcome(library, OPENING, "not Turnout")
    assert outcome.top_passage_scores["answered"] == 1.0
    assert 0 < outcome.top_passage_scores["citation_precision"] < 1
    declined = _outcome(library, Sample(id="1", question="who won the cup?", unanswerable=True), "not Turnout")
    assert declined.top_passage_scores == {"right": 0.0, "declined": 0.0}
