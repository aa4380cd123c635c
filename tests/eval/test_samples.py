import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline.eval.errors import SamplesError
from dateline.eval.samples import SampleFile, read_samples
from dateline.eval.types import Item, Sample
from dateline.rag.conversation import Turn

FULL = {
    "id": "q1", "question": "how many?", "answers": ["2,500", "2500"], "quotes": ["There are 2,500."],
    "article": "iraq.txt", "history": [{"question": "who is there?", "answer": "Troops."}, "where?"],
    "stand_alone": "how many troops?", "asked": "2024/09/10", "tags": ["How many"],
}  # fmt: skip


def _read(path: Path, text: str | bytes) -> SampleFile:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_samples(path)


def _faults(path: Path, *rows: object) -> list[tuple[int, str]]:
    return list(_read(path, "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)).faults)


def test_a_line_gives_a_sample_with_every_column(tmp_path: Path) -> None:
    file = _read(tmp_path / "set.jsonl", json.dumps(FULL) + "\n\n" + json.dumps({"question": "why?", "answers": "x"}))
    assert not file.faults
    assert file.samples[0] == Sample(
        id="q1", question="how many?", answers=("2,500", "2500"), quotes=("There are 2,500.",), articles=("iraq.txt",),
        history=(Turn(question="who is there?", answer="Troops."), Turn(question="where?")),
        stand_alone="how many troops?", asked=date(2024, 9, 10),
        tags=("how many",), line=1,
    )  # fmt: skip
    assert (file.samples[1].answers, file.samples[1].line) == (("x",), 3)


def test_csv_has_the_same_columns(tmp_path: Path) -> None:
    text = (
        "id,question,answers,quotes,article,unanswerable,history,stand_alone,asked,tags\n"
        'q1,how many?,"2,500|2500","There are 2,500.",iraq.txt,,"[{""question"": ""who is there?"", ""answer"": '
        '""Troops.""}, ""where?""]",how many troops?,2024/09/10,How many\n'
        "q2,who won?,,,,yes,,,,\n"
    )
    file = _read(tmp_path / "set.csv", text)
    assert not file.faults
    (line,) = _read(tmp_path / "set.jsonl", json.dumps(FULL)).samples
    assert file.samples[0] == Sample(**{name: getattr(line, name) for name in line.__slots__ if name != "line"}, line=2)
    assert file.samples[1].unanswerable


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_csv_as_spreadsheets_of_other_countries_write_it(tmp_path: Path, delimiter: str) -> None:
    text = f"question{delimiter}answers\r\nwho won?{delimiter}Zoë Ählund\r\n"
    file = _read(tmp_path / "set.csv", text.encode("cp1252"))
    assert [(one.question, one.answers) for one in file.samples] == [("who won?", ("Zoë Ählund",))]


def test_every_fault_is_told_with_its_line_and_nothing_is_lost(tmp_path: Path) -> None:
    faults = _faults(
        tmp_path / "set.jsonl",
        {"question": "right?", "answers": ["yes"]},
        "{not json}",
        "[1, 2]",
        {"question": "no target"},
        {"answers": ["no question"]},
        {"question": "a typo", "answer": ["yes"]},
        {"question": "both", "answers": ["yes"], "unanswerable": True},
        {"question": "when?", "unanswerable": True, "asked": "yesterday"},
        {"question": "?!", "unanswerable": True},
        {"question": "x" * 5000, "unanswerable": True},
        {"question": "right?", "answers": ["yes"]},
        {"question": "empty", "answers": [""]},
        {"question": "type", "answers": {"a": 1}},
        {"question": "unseen", "answers": ["\u200b"]},
        {"question": "unseen", "quotes": ["\u0000"]},
        {"question": "half \ud800", "answers": ["yes"]},
        {"question": "list", "answers": ["yes"], "article": 7},
        {"question": "neither", "unanswerable": "perhaps"},
        {"question": None, "answers": ["yes"]},
    )
    told = dict(faults)
    assert set(told) == set(range(2, 20))
    assert "not json" in told[2]
    assert "not an object" in told[3]
    assert "one of 'answers', 'quotes' and 'unanswerable'" in told[4]
    assert told[5] == "no 'question'"
    assert "unknown column 'answer'; there are question, id, answers" in told[6]
    assert "unanswerable" in told[7]
    assert told[8] == "'asked' is no day like '2024-09-08'"
    assert "no word" in told[9]
    assert "5000 characters" in told[10]
    assert "id of line 1" in told[11]
    assert "'answers.0' is empty" in told[12]
    assert told[13] == "'answers.0' is no text"
    assert told[14] == told[15] == "an answer or a quotation holds nothing that can be seen"
    assert told[16] == "'question' holds half a character"
    assert told[17] == "'article' is neither a text nor a list of texts"
    assert told[18] == "'unanswerable' is neither true nor false"
    assert told[19] == "'question' is no text"


def test_columns_that_are_null_are_columns_that_are_not_given(tmp_path: Path) -> None:
    optional = ("id", "answers", "article", "history", "stand_alone", "asked", "tags")
    row = {"question": "why?", "quotes": ["Because."], **dict.fromkeys(optional)}
    assert not _faults(tmp_path / "set.jsonl", row)
    assert _faults(tmp_path / "set.jsonl", {**row, "quotes": None}) == [
        (1, "one of 'answers', 'quotes' and 'unanswerable' is required, or 'items', 'verdict' or 'result'")
    ]


KINDS = (
    {"question": "who left?", "items": [{"answers": ["Reve"], "quote": "Reve left.", "article": "a.txt"}, "Varn"]},
    {"question": "how many died?", "answers": "41", "quotes": "It is 41.", "article": "b.txt",
     "earlier": {"answers": ["38", "thirty-eight"], "quote": "It was 38.", "article": "a.txt"}},
    {"question": "did it rain?", "verdict": "Yes", "quotes": "It rained."},
    {"question": "did it snow?", "verdict": "not said"},
    {"question": "who has more?", "result": ["Lenn"], "quotes": ["Lenn has 5.", "Tarrow has 4."]},
)  # fmt: skip


def test_the_columns_of_a_sample_tell_its_kind(tmp_path: Path) -> None:
    file = _read(tmp_path / "set.jsonl", "\n".join(map(json.dumps, KINDS)))
    assert not file.faults
    left, died, rain, snow, more = file.samples
    assert [one.kind for one in file.samples] == ["list", "latest", "yes-no", "yes-no", "comparison"]
    assert left.items == (Item(answers=("Reve",), quote="Reve left.", article="a.txt"), Item(answers=("Varn",)))
    assert (left.quotes, left.articles) == (("Reve left.",), ("a.txt",))
    assert died.earlier == (Item(answers=("38", "thirty-eight"), quote="It was 38.", article="a.txt"),)
    assert (died.quotes, died.articles) == (("It is 41.", "It was 38."), ("b.txt", "a.txt"))
    assert (rain.verdict, rain.unanswerable) == ("yes", False)
    assert (snow.verdict, snow.unanswerable) == ("not said", True)
    assert more.result == ("Lenn",)


def test_csv_has_the_columns_of_every_kind(tmp_path: Path) -> None:
    text = (
        "question,answers,items,earlier,verdict,result\n"
        "who left?,,Reve|Varn,,,\n"
        'how many died?,41,,"[{""answers"": [""38""], ""article"": ""a.txt""}]",,\n'
        "did it snow?,,,,NO,\n"
        "who has more?,,,,,Lenn|the Lenn\n"
    )
    file = _read(tmp_path / "set.csv", text)
    assert not file.faults
    left, died, snow, more = file.samples
    assert left.items == (Item(answers=("Reve",)), Item(answers=("Varn",)))
    assert died.earlier == (Item(answers=("38",), article="a.txt"),)
    assert (snow.verdict, more.result) == ("no", ("Lenn", "the Lenn"))


def test_yes_and_no_may_be_the_true_and_false_of_json(tmp_path: Path) -> None:
    rows = [json.dumps({"question": question, "verdict": question == "a?"}) for question in ("a?", "b?")]
    assert [one.verdict for one in _read(tmp_path / "set.jsonl", "\n".join(rows)).samples] == ["yes", "no"]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"items": ["x"], "verdict": "yes"}, "'items' is of one kind of question, 'verdict' of another"),
        ({"kind": "list", "result": ["x"]}, "'result' is of the kind 'comparison', not 'list'"),
        ({"kind": "list", "answers": ["x"]}, "a sample of the kind 'list' needs 'items'"),
        ({"kind": "latest", "quotes": ["x"]}, "a sample of the kind 'latest' needs 'answers'"),
        ({"earlier": ["x"]}, "a sample of the kind 'latest' needs 'answers'"),
        ({"items": ["x"], "answers": ["x"]}, "it has 'items', which is its answer, so it has no 'answers'"),
        ({"items": ["x"], "unanswerable": True}, "it is unanswerable, so it has no 'items'"),
        ({"verdict": "yes", "unanswerable": True}, "it is unanswerable, so it has no 'verdict'"),
        ({"verdict": "not said", "quotes": ["x"]}, "it is not said, so it has no 'answers' and no 'quotes'"),
        ({"verdict": "perhaps"}, "'verdict' should be 'yes', 'no' or 'not said'"),
        ({"kind": "riddle", "answers": ["x"]}, "'kind' should be 'fact', 'list', 'latest', 'yes-no' or 'comparison'"),
        ({"items": [{"answers": [], "quote": "x"}]}, "'items.0.answers'"),
        ({"items": [{"quote": "x"}]}, "no 'items.0.answers'"),
        ({"items": [{"answers": ["\u200b"]}]}, "an answer or a quotation holds nothing that can be seen"),
    ],
)
def test_what_is_wrong_with_a_kind_is_told_in_a_line(tmp_path: Path, row: dict[str, object], fault: str) -> None:
    ((line, told),) = _faults(tmp_path / "set.jsonl", {"question": "why?", **row})
    assert (line, told[: len(fault)]) == (1, fault)


def test_a_sample_without_an_id_has_the_same_one_wherever_it_stands(tmp_path: Path) -> None:
    rows = [json.dumps({"question": question, "unanswerable": True}) for question in ("who?", "why?")]
    first, second = (
        _read(tmp_path / "set.jsonl", "\n".join(order)).samples for order in (rows, reversed(rows))
    )  # fmt: skip
    assert {one.id for one in first} == {one.id for one in second}
    assert first[0].id != first[1].id


def test_a_cell_too_many_is_a_fault(tmp_path: Path) -> None:
    file = _read(tmp_path / "set.csv", "question,answers\nwho won, and why?,Ida Brandt\n")
    assert "3 cells for 2 columns" in file.faults[0][1]


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_an_empty_file_holds_no_sample(tmp_path: Path, content: str) -> None:
    assert _read(tmp_path / "set.jsonl", content).faults == ((1, "it holds no sample"),)


def test_what_is_no_text_or_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SamplesError, match="no such file"):
        read_samples(tmp_path / "missing.jsonl")
    with pytest.raises(SamplesError, match="png"):
        _read(tmp_path / "set.jsonl", b"\x89PNG\r\n\x1a\n\x00")
    with pytest.raises(SamplesError, match="can't be read"):
        read_samples(tmp_path)


@settings(max_examples=150)
@given(text=st.one_of(st.text(), st.binary()), suffix=st.sampled_from((".jsonl", ".csv")))
def test_rubbish_gives_faults_and_never_an_unforeseen_error(
    tmp_path_factory: pytest.TempPathFactory, text: str | bytes, suffix: str
) -> None:
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    try:
        file = _read(tmp_path_factory.getbasetemp() / f"rubbish{suffix}", raw)
    except SamplesError:
        return
    assert file.samples or file.faults


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150)
@given(row=st.dictionaries(st.sampled_from((*FULL, "unanswerable", "other")), json_values))
def test_columns_of_any_type_give_a_sample_or_faults(
    tmp_path_factory: pytest.TempPathFactory, row: dict[str, object]
) -> None:
    file = _read(tmp_path_factory.getbasetemp() / "any.jsonl", json.dumps(row))
    assert file.samples or file.faults
