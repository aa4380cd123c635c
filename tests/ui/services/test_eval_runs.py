"""Evaluations as the page runs, keeps and compares them."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from dateline.eval.errors import BaselineError, ReportError, SamplesError
from dateline.eval.run import Done
from dateline.eval.types import Evaluation
from dateline.index.library import Library
from dateline.rag.assistant import Assistant
from dateline.ui.services.eval_runs import SampleSet, compare_runs, keep_samples, list_runs, read_run, run, sample_sets
from dateline.ui.services.feedback import add_correction
from tests.harness.fakes import FakeEmbedder, ScriptedReader

ARTICLE = "The harbour of Lenn opens on Friday. The mayor is Ida Brandt. The vote was won with 54 per cent.\n"
SCRIPT = {"when does it open?": "opens on Friday", "who is mayor?": "The vote", "who won the cup?": "not The mayor"}
SAMPLES = (
    {"id": "open", "question": "when does it open?", "answers": ["Friday"]},
    {"id": "mayor", "question": "who is mayor?", "answers": ["Ida Brandt"]},
    {"id": "cup", "question": "who won the cup?", "unanswerable": True},
)
LINES = "\n".join(map(json.dumps, SAMPLES)).encode()


@pytest.fixture
def library(tmp_path: Path) -> Library:
    (tmp_path / "lenn.txt").write_text(ARTICLE, "utf-8")
    library = Library.write(tmp_path / "library", FakeEmbedder())
    library.add([tmp_path / "lenn.txt"])
    return library


@pytest.fixture
def chosen(library: Library, tmp_path: Path) -> SampleSet:
    return _kept(library, "harbour.jsonl", LINES)


def _kept(library: Library, name: str, raw: bytes) -> SampleSet:
    (library.folder.parent / "blob").write_bytes(raw)
    return keep_samples(library.folder, library.folder.parent / "blob", name)


def _run(library: Library, chosen: SampleSet, script: dict[str, str] | None = None) -> list[Done | Evaluation]:
    return list(run(Assistant(library, ScriptedReader(script or SCRIPT)), chosen))


def _names(library: Library) -> list[str]:
    return [one.name for one in sample_sets(library.folder)]


def test_the_sets_that_ship_come_first_with_their_articles_then_those_of_the_library(
    library: Library, chosen: SampleSet
) -> None:
    add_correction({"question": "who?", "verdict": "wrong", "answers": ["Ida"]}, library)
    assert _names(library) == [
        "seeds: questions", "newsroom: questions", "newsroom: paraphrases", "newsroom: follow-ups",
        "many articles: questions", "own: corrections", "own: harbour",
    ]  # fmt: skip
    seeds, newsroom = sample_sets(library.folder)[:2]
    assert (seeds.samples, newsroom.samples) == (62, 206)
    for one in (seeds, newsroom):
        assert one.articles is not None
        assert any(one.articles.glob("*.txt"))
    assert (chosen.samples, chosen.articles) == (3, None)


def test_a_run_says_how_far_it_is_and_its_result_is_kept(library: Library, chosen: SampleSet) -> None:
    *progress, evaluation = _run(library, chosen)
    assert progress == [Done(done=done, total=3) for done in range(4)]
    assert isinstance(evaluation, Evaluation)
    assert [one.right for one in evaluation.outcomes] == [True, False, True]
    (kept,) = list_runs(library.folder)
    assert kept.endswith(" own harbour")
    assert read_run(library.folder, kept) == evaluation


def test_a_run_that_was_closed_goes_on_where_it_stopped(library: Library, chosen: SampleSet) -> None:
    with closing(run(Assistant(library, ScriptedReader(SCRIPT)), chosen)) as parts:
        assert [next(parts), next(parts), next(parts)][-1] == Done(done=2, total=3)
    assert list_runs(library.folder) == []
    reader = ScriptedReader(SCRIPT)
    *progress, evaluation = run(Assistant(library, reader), chosen)
    assert progress == [Done(done=2, total=3), Done(done=3, total=3)]
    assert set(reader.read_questions) == {"who won the cup?"}
    assert isinstance(evaluation, Evaluation)
    assert len(evaluation.outcomes) == 3


def test_results_are_listed_with_the_newest_first_and_compared(library: Library, chosen: SampleSet) -> None:
    _run(library, chosen)
    _run(library, chosen, {**SCRIPT, "who is mayor?": "The mayor"})
    later, earlier = list_runs(library.folder)
    comparison = compare_runs(library.folder, earlier, later)
    assert (comparison.better, comparison.worse, comparison.baseline) == (("mayor",), (), earlier)
    assert compare_runs(library.folder, later, earlier).worse == ("mayor",)


def test_of_two_results_of_one_second_the_later_is_listed_first(library: Library) -> None:
    kept = library.folder / "evaluations"
    kept.mkdir()
    names = [
        "2026-11-26 02.25.42 own harbour",
        "2026-11-26 02.25.43 own harbour",
        "2026-11-26 02.25.43 own harbour (2)",
    ]
    for name in names:
        (kept / f"{name}.json").write_text("{}", "utf-8")
    assert list_runs(library.folder) == names[::-1]


@pytest.mark.parametrize("name", ["../library", "/etc/passwd", "", ".", "x" * 5_000, "a\nb\x00"])
def test_only_what_is_kept_can_be_read(library: Library, chosen: SampleSet, name: str) -> None:
    (library.folder / "library.json").write_text("{}", "utf-8")
    with pytest.raises(BaselineError, match="no evaluation is called") as refusal:
        read_run(library.folder, name)
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 300


def test_a_result_that_is_damaged_is_told(library: Library, chosen: SampleSet) -> None:
    _run(library, chosen)
    (kept,) = list_runs(library.folder)
    (library.folder / "evaluations" / f"{kept}.json").write_text("{", "utf-8")
    with pytest.raises(BaselineError, match="no result of an evaluation"):
        read_run(library.folder, kept)


def test_a_result_that_can_not_be_kept_is_told(library: Library, chosen: SampleSet) -> None:
    (library.folder / "evaluations").write_text("no folder", "utf-8")
    with pytest.raises(ReportError, match="can't keep the result"):
        _run(library, chosen)


def test_a_set_whose_articles_are_not_there_is_told_and_nothing_is_asked(library: Library) -> None:
    seeds = sample_sets(library.folder)[0]
    reader = ScriptedReader({})
    with pytest.raises(SamplesError, match="no article is called"):
        next(run(Assistant(library, reader), seeds))
    assert reader.read_questions == []


def test_a_correction_of_an_article_that_is_gone_is_left_out(library: Library, tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("The ferry to Lenn is late.", "utf-8")
    library.add([tmp_path / "other.txt"])
    ids = {row.id: Path(row.origin).name for row in library.rows()}
    for article_id in ids:
        quote = library.article(article_id).text.strip()
        add_correction(
            {"question": "who is mayor?", "verdict": "wrong", "quotes": quote, "article": article_id}, library
        )
    corrections = sample_sets(library.folder)[-1]
    library.remove(str(tmp_path / "other.txt"))
    evaluation = _run(library, corrections)[-1]
    assert isinstance(evaluation, Evaluation)
    assert [ids[one] for outcome in evaluation.outcomes for one in outcome.sample.articles] == ["lenn.txt"]
    library.remove(str(tmp_path / "lenn.txt"))
    with pytest.raises(SamplesError, match="no longer in the library"):
        _run(library, corrections)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../evil.jsonl", "evil.jsonl"), ("corrections.jsonl", "uploaded-corrections.jsonl"),
        ("<img>\u202e.jsonl", "_img_.jsonl"), ("Meine Fragen.CSV", "Meine Fragen.csv"),
    ],
)  # fmt: skip
def test_an_uploaded_set_is_kept_under_a_plain_name(library: Library, name: str, kept: str) -> None:
    raw = b"question,answers\nwhen does it open?,Friday\n" if kept.endswith(".csv") else LINES
    one = _kept(library, name, raw)
    assert (one.path.parent, one.path.name) == (library.folder / "samples", kept)
    assert one in sample_sets(library.folder)
    assert {path.name for path in (library.folder / "samples").iterdir()} == {kept}


def test_an_uploaded_set_takes_the_place_of_an_earlier_one_of_its_name(library: Library, chosen: SampleSet) -> None:
    assert _kept(library, "harbour.jsonl", json.dumps(SAMPLES[0]).encode()).samples == 1
    assert _names(library).count("own: harbour") == 1


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("a.jsonl", b'{"question": "how much?"}\n{', "2 faults in 'a.jsonl'; nothing was run:\n  line 1: one of"),
        ("a.jsonl", b"", "line 1: it holds no sample"),
        ("a.jsonl", b"\x89PNG\r\n\x1a\n\x00", "png"),
        ("a.exe", LINES, "only .jsonl and .csv files hold samples"),
        ("", LINES, "a fault in 'a file without a name'"),
    ],
)
def test_a_set_that_is_wrong_is_told_line_by_line_and_not_kept(
    library: Library, name: str, raw: bytes, said: str
) -> None:
    with pytest.raises(SamplesError) as refusal:
        _kept(library, name, raw)
    assert said in str(refusal.value)
    assert not any(name.startswith("own") for name in _names(library))


def test_a_set_that_is_no_file_is_told(library: Library) -> None:
    for path in (library.folder, library.folder / "missing", Path("a\x00b")):
        with pytest.raises(SamplesError, match="can't be read"):
            keep_samples(library.folder, path, "a.jsonl")
