"""Corrections of strangers become samples that an evaluation accepts, and nothing else does."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dateline.eval.gold_spans import locate
from dateline.eval.samples import read_samples
from dateline.index.library import Library
from dateline.ui.errors import CorrectionError
from dateline.ui.services.feedback import add_correction
from tests.harness.fakes import FakeEmbedder

VOTE = "Harwick votes\n\nMayor Ida Brandt won the vote with 54 per cent. She takes office in May."
FLOOD = "Flood in Harwick\n\nThe river Lenn rose four metres on Monday."
QUOTE = "Mayor Ida Brandt won the vote with 54 per cent."


@pytest.fixture
def library(tmp_path: Path) -> Library:
    for name, text in (("vote.txt", VOTE), ("flood.txt", FLOOD)):
        (tmp_path / name).write_text(text, "utf-8")
    library = Library.write(tmp_path / "library", FakeEmbedder())
    library.add([tmp_path / "vote.txt", tmp_path / "flood.txt"])
    return library


def _id(library: Library, title: str) -> str:
    return library.rows(title)[0].id


def _rows(library: Library) -> list[dict[str, Any]]:
    path = library.folder / "samples" / "corrections.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def _wrong(question: str = "who won the vote?", **fields: Any) -> dict[str, Any]:
    return {"question": question, "verdict": "wrong", **fields}


def test_what_people_say_of_answers_becomes_a_set_that_an_evaluation_accepts(library: Library) -> None:
    vote = _id(library, "votes")
    history = [{"question": "who is Ida Brandt?", "answer": "The mayor.", "state": "done"}]
    said = [
        add_correction(_wrong(answers=["Ida Brandt"], article=None), library),
        add_correction(_wrong(quotes=[QUOTE], article=vote, history=history), library),
        add_correction(_wrong("who won the cup?", unanswerable=True), library),
        add_correction({"question": "who lost?", "verdict": "unanswerable", "answers": [], "quotes": []}, library),
        add_correction(
            {
                "question": "how many?",
                "verdict": "right",
                "answers": ["54 per cent"],
                "quotes": [QUOTE],
                "article": [vote],
            },
            library,
        ),
    ]
    assert said[0] == "kept: 1 sample of yours to evaluate"
    assert said[-1] == "kept: 5 samples of yours to evaluate"
    file = read_samples(library.folder / "samples" / "corrections.jsonl")
    assert (len(file.samples), file.faults) == (5, ())
    assert len(locate(file, library)) == 5
    assert file.samples[1].history[0].answer == "The mayor."
    assert [sample.unanswerable for sample in file.samples] == [False, False, True, True, False]
    assert file.samples[4].tags == ("correction", "right")


def test_the_same_correction_twice_is_one_and_another_of_the_same_question_is_two(library: Library) -> None:
    for _ in range(2):
        add_correction(_wrong(answers=["Ida Brandt"]), library)
    assert add_correction(_wrong(answers=["  Ida Brandt "]), library).startswith("known already: 1 sample ")
    add_correction(_wrong(answers=["Mayor Brandt"]), library)
    assert [row["answers"] for row in _rows(library)] == [["Ida Brandt"], ["Mayor Brandt"]]
    assert len({row["id"] for row in _rows(library)}) == 2


def test_quotes_of_an_article_that_is_not_named_are_left_out(library: Library) -> None:
    flood = "The river Lenn rose four metres on Monday."
    add_correction(_wrong(quotes=[QUOTE, flood], article=_id(library, "votes")), library)
    assert _rows(library)[0]["quotes"] == [QUOTE]
    both = [_id(library, "votes"), _id(library, "flood")]
    add_correction(_wrong(quotes=[QUOTE, flood], article=both), library)
    assert _rows(library)[1]["quotes"] == [QUOTE, flood]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (_wrong(), "say what the right answer is, mark the words it rests on"),
        (_wrong(answers=["\u200b", "  "]), "say what the right answer is"),
        ({"question": "who?", "verdict": "right"}, "say which answer is right"),
        ({"question": "who?", "verdict": "unanswerable", "answers": ["Ida"]}, "has no answer"),
        ({"question": "who?", "verdict": "right", "unanswerable": True}, "has no answer"),
        (_wrong(quotes=[QUOTE]), "say in which article the words stand"),
        (_wrong(quotes=[QUOTE], article="0" * 16), "no article '0000000000000000' in the library"),
        (_wrong(quotes=[QUOTE], article="/etc/passwd"), "no article '/etc/passwd'"),
        (_wrong("?", answers=["Ida"]), "the question holds no word"),
        (_wrong("x" * 4_001, answers=["Ida"]), "4001 characters"),
        (_wrong(answers=["x" * 1_001]), "no correction: 'answers.0'"),
        (_wrong(answers=["x"] * 11), "no correction: 'answers'"),
        (_wrong(answers=[1]), "no correction: 'answers.0'"),
        (_wrong(answers=["x"], history="x"), "no correction: 'history'"),
        (_wrong(answers=["x"], colour="red"), "no correction: 'colour'"),
        ({"question": None, "verdict": "wrong"}, "no correction: 'question'"),
        ({"question": "who?", "verdict": "maybe"}, "no correction: 'verdict'"),
        ({}, "no correction: 'question'"),
        ([], "no correction: 'it'"),
        (None, "no correction: 'it'"),
    ],
)
def test_what_is_no_correction_is_told_in_a_line_and_nothing_is_written(
    library: Library, fields: Any, said: str
) -> None:
    with pytest.raises(CorrectionError) as refusal:
        add_correction(fields, library)
    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert _rows(library) == []


def test_words_that_stand_in_no_named_article_are_refused(library: Library) -> None:
    with pytest.raises(CorrectionError, match="does not stand in article"):
        add_correction(_wrong(quotes=["Mayor Ida Brandt lost."], article=_id(library, "votes")), library)


def test_a_long_history_is_cut_as_it_is_when_asked(library: Library) -> None:
    history = [{"question": f"turn {number}?", "answer": "a" * 9_000} for number in range(40)]
    add_correction(_wrong(answers=["Ida"], history=history), library)
    kept = _rows(library)[0]["history"]
    assert [turn["question"] for turn in kept] == [f"turn {number}?" for number in range(32, 40)]
    assert all(len(turn["answer"]) == 4_000 for turn in kept)


def test_a_line_that_a_crash_cut_short_is_written_over(library: Library) -> None:
    add_correction(_wrong(answers=["Ida"]), library)
    path = library.folder / "samples" / "corrections.jsonl"
    path.write_bytes(path.read_bytes() + b'{"id": "correction-half", "question": "wh')
    add_correction(_wrong(answers=["Brandt"]), library)
    assert [row["answers"] for row in _rows(library)] == [["Ida"], ["Brandt"]]


def test_a_last_line_that_a_person_left_without_its_end_is_kept(library: Library) -> None:
    add_correction(_wrong(answers=["Ida"]), library)
    path = library.folder / "samples" / "corrections.jsonl"
    path.write_bytes(path.read_bytes() + b'{"id": "mine", "question": "who?", "answers": ["me"]}')
    add_correction(_wrong(answers=["Brandt"]), library)
    assert [row["answers"] for row in _rows(library)] == [["Ida"], ["me"], ["Brandt"]]


def test_corrections_at_the_same_time_are_all_kept(library: Library) -> None:
    threads = [
        threading.Thread(target=add_correction, args=(_wrong(answers=[f"answer {number % 5}"]), library))
        for number in range(15)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(row["answers"][0] for row in _rows(library)) == [f"answer {number}" for number in range(5)]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(("question", "verdict", "answers", "quotes", "article", "unanswerable", "history", "other"))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields=st.dictionaries(FIELDS, json_values))
def test_whatever_comes_is_a_sample_that_is_accepted_or_refused_in_a_line(
    library: Library, fields: dict[str, Any]
) -> None:
    try:
        add_correction({"question": "who won?", "verdict": "wrong", **fields}, library)
    except CorrectionError as error:
        assert "\n" not in str(error)
    else:
        assert read_samples(library.folder / "samples" / "corrections.jsonl").faults == ()


def test_a_folder_that_can_not_be_written_to_is_told(library: Library) -> None:
    (library.folder / "samples").write_text("no folder", "utf-8")
    with pytest.raises(CorrectionError, match="can't keep the correction"):
        add_correction(_wrong(answers=["Ida"]), library)
