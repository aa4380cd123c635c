import json
from dataclasses import replace
from pathlib import Path

import pytest

from dateline.eval.aggregate import check_floors, figures_of, floors_missed, outcomes_by_tag, shortcuts_of
from dateline.eval.errors import BaselineError, MetricError, SamplesError
from dateline.eval.journal import Journal
from dateline.eval.results import evaluation_fields, read_evaluation
from dateline.eval.run import evaluate
from dateline.eval.samples import SampleFile
from dateline.eval.types import Evaluation, Sample
from dateline.index.library import Library
from dateline.rag.assistant import Assistant
from dateline.rag.conversation import Turn
from tests.harness.fakes import FakeEmbedder, ScriptedReader

ARTICLE = "The harbour of Lenn opens on Friday. The mayor is Ida Brandt. The vote was won with 54 per cent.\n"
SAMPLES = (
    Sample(id="open", question="when does it open?", answers=("Friday",), tags=("when", "harbour"), line=1),
    Sample(id="mayor", question="who is mayor?", answers=("Ida Brandt",), tags=("who",), line=2),
    Sample(id="vote", question="how many voted for her?", answers=("54 per cent",), line=3),
    Sample(id="cup", question="who won the cup?", unanswerable=True, tags=("who",), line=4),
)
SCRIPT = {
    "when does it open?": "opens on Friday", "who is mayor?": "The vote", "how many voted for her?": "not The vote",
    "who won the cup?": "not The mayor",
}  # fmt: skip
FILE = SampleFile(name="set.jsonl", sha256="5e7", samples=SAMPLES, faults=())


@pytest.fixture
def library(tmp_path: Path) -> Library:
    (tmp_path / "lenn.txt").write_text(ARTICLE, "utf-8")
    library = Library.write(tmp_path / "library", FakeEmbedder())
    library.add([tmp_path / "lenn.txt"])
    return library


def _evaluate(library: Library, folder: Path, script: dict[str, str] | None = None) -> Evaluation:
    assistant = Assistant(library, ScriptedReader(script or SCRIPT))
    return evaluate(assistant, FILE, Journal(FILE, assistant, folder))


def test_every_sample_has_an_outcome_in_its_order_and_the_figures_are_theirs(library: Library, tmp_path: Path) -> None:
    evaluation = _evaluate(library, tmp_path / "journal")
    assert [(one.sample.id, one.failure) for one in evaluation.outcomes] == [
        ("open", None), ("mayor", "wrong span"),
        ("vote", "chosen but abstained"), ("cup", None),
    ]  # fmt: skip
    figures = {figure.name: figure for figure in evaluation.figures}
    assert (figures["right"].value, figures["right"].count) == (0.5, 4)
    assert (figures["contained"].value, figures["contained"].count) == (pytest.approx(1 / 3), 3)
    assert (figures["answered"].value, figures["declined"].value) == (pytest.approx(2 / 3), 1.0)
    assert figures["citation_exactness"].value == 1.0
    assert all(figure.low <= figure.value <= figure.high for figure in evaluation.figures)
    assert {"retrieve_ms_p50", "total_ms_p95", "risk_coverage_area", "calibration_error"} <= figures.keys()
    assert (evaluation.model, evaluation.articles) == ("scripted", 1)


def test_a_follow_up_is_asked_with_its_earlier_turns(library: Library, tmp_path: Path) -> None:
    history = (Turn(question="Who is Ida Brandt?", answer="The mayor."),)
    sample = Sample(id="how", question="when did she win?", answers=("54 per cent",), history=history, line=1)
    file = SampleFile(name="set.jsonl", sha256="f0", samples=(sample,), faults=())
    assistant = Assistant(library, ScriptedReader({"when did Ida Brandt win?": "The vote"}))
    (outcome,) = evaluate(assistant, file, Journal(file, assistant, tmp_path / "journal")).outcomes
    assert outcome.stand_alone == "when did Ida Brandt win?"
    assert outcome.right


def test_always_declining_is_right_where_nothing_answers(library: Library, tmp_path: Path) -> None:
    evaluation = _evaluate(library, tmp_path / "journal")
    shortcuts = {
        name: {one.name: one.value for one in figures} for name, figures in shortcuts_of(evaluation.outcomes).items()
    }
    assert shortcuts["always declining"] == {"right": 0.25, "answered": 0.0, "declined": 1.0}
    assert shortcuts["quoting the first passage whole"]["contained"] == 1.0


def test_outcomes_are_counted_by_tag_the_most_frequent_first(library: Library, tmp_path: Path) -> None:
    tags = outcomes_by_tag(_evaluate(library, tmp_path / "journal").outcomes)
    assert {tag: len(some) for tag, some in tags.items()} == {"who": 2, "when": 1, "harbour": 1}
    assert next(iter(tags)) == "who"


class StoppedReader(ScriptedReader):
    """Is stopped by the user at one of the questions, as by Ctrl-C."""

    def read(self, question, passages):
        if question == "how many voted for her?":
            raise KeyboardInterrupt
        return super().read(question, passages)


def test_a_stopped_run_goes_on_where_it_was_and_asks_nothing_twice(library: Library, tmp_path: Path) -> None:
    assistant = Assistant(library, StoppedReader(SCRIPT))
    journal = Journal(FILE, assistant, tmp_path / "journal")
    with pytest.raises(KeyboardInterrupt):
        evaluate(assistant, FILE, journal)
    assert list(journal.read()) == ["open", "mayor"]

    again = ScriptedReader(SCRIPT)
    assistant = Assistant(library, again)
    evaluation = evaluate(assistant, FILE, Journal(FILE, assistant, tmp_path / "journal"))
    assert len(evaluation.outcomes) == 4
    assert set(again.read_questions) == {"how many voted for her?", "who won the cup?"}
    assert not journal.read()


def test_a_journal_is_not_that_of_other_samples_or_of_a_changed_library(library: Library, tmp_path: Path) -> None:
    assistant = Assistant(library, ScriptedReader(SCRIPT))
    journal = Journal(FILE, assistant, tmp_path / "journal")
    evaluation = _evaluate(library, tmp_path / "other")
    journal.note(evaluation.outcomes[0])
    assert Journal(FILE, assistant, tmp_path / "journal").read()
    assert not Journal(replace(FILE, sha256="0"), assistant, tmp_path / "journal").read()
    assert not Journal(FILE, Assistant(library, ScriptedReader(SCRIPT), 3), tmp_path / "journal").read()
    library.remove(next(library.articles()).id)
    assert not Journal(FILE, assistant, tmp_path / "journal").read()


def test_a_line_of_the_journal_that_was_cut_short_is_asked_again(library: Library, tmp_path: Path) -> None:
    assistant = Assistant(library, ScriptedReader(SCRIPT))
    journal = Journal(FILE, assistant, tmp_path / "journal")
    for outcome in _evaluate(library, tmp_path / "other").outcomes[:2]:
        journal.note(outcome)
    (path,) = (tmp_path / "journal").iterdir()
    path.write_bytes(path.read_bytes()[:-40])
    assert list(journal.read()) == ["open"]


def test_nothing_is_asked_while_the_file_is_wrong(library: Library, tmp_path: Path) -> None:
    reader = ScriptedReader(SCRIPT)
    assistant = Assistant(library, reader)
    wrong = replace(FILE, samples=(*SAMPLES, replace(SAMPLES[0], id="5", quotes=("nobody said this",), line=5)))
    with pytest.raises(SamplesError, match="line 5"):
        evaluate(assistant, wrong, Journal(wrong, assistant, tmp_path / "journal"))
    assert reader.read_questions == []


def test_a_result_comes_back_from_json_as_it_was(library: Library, tmp_path: Path) -> None:
    evaluation = _evaluate(library, tmp_path / "journal")
    path = tmp_path / "result.json"
    path.write_text(json.dumps(evaluation_fields(evaluation)), "utf-8")
    assert read_evaluation(path) == evaluation


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"figures": 3}', "not json", "[" * 100_000])
def test_what_is_no_result_is_refused_as_a_baseline(tmp_path: Path, content: str) -> None:
    path = tmp_path / "result.json"
    path.write_text(content, "utf-8")
    with pytest.raises(BaselineError, match="no result of an evaluation"):
        read_evaluation(path)
    with pytest.raises(BaselineError, match="no such file"):
        read_evaluation(tmp_path / "missing.json")


def test_a_baseline_without_an_end_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "result.json").open("wb") as file:
        file.truncate(200_000_001)
    with pytest.raises(BaselineError, match="is larger than 200 MB"):
        read_evaluation(tmp_path / "result.json")


def test_a_floor_is_missed_only_from_below(library: Library, tmp_path: Path) -> None:
    figures = _evaluate(library, tmp_path / "journal").figures
    assert floors_missed(figures, {"right": 0.5, "declined": 1.0}) == ()
    assert floors_missed(figures, {"right": 0.51, "declined": 1.0}) == ("right is 0.5000, under 0.51",)
    with pytest.raises(MetricError, match="no sample of the set gives 'quote_hits@1'"):
        floors_missed(figures, {"quote_hits@1": 0.5})
    with pytest.raises(MetricError, match="no figure 'calibration_error' to hold from below"):
        check_floors({"calibration_error": 0.1})
    assert figures_of(()) == ()


def test_a_journal_that_can_not_be_written_is_told_once_and_stops_nothing(
    library: Library, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no folder", "utf-8")
    evaluation = _evaluate(library, tmp_path / "file")
    assert len(evaluation.outcomes) == 4
    assert [record.levelname for record in caplog.records] == ["WARNING"]
