"""``dateline eval`` as a person or a script meets it: real processes, real exit codes."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.servers import ChatServer, knows
from tests.ui.commands import ROOT, run

pytestmark = pytest.mark.slow  # every command is a process of its own

ARTICLE = """Harwick votes for the new bridge

Mayor Ida Brandt won the vote on the new bridge with 54 per cent on Sunday.
The bridge will cost 12 million crowns and opens in May 2027.
"""
SAMPLES = (
    {"id": "cost", "question": "how much will the new bridge cost?", "answers": ["12 million crowns"],
     "quotes": ["The bridge will cost 12 million crowns and opens in May 2027."], "article": "bridge.txt"},
    {"id": "wrong", "question": "how much will the new bridge cost?", "answers": ["13 million"], "tags": ["wrong"]},
    {"id": "cup", "question": "who won the 2022 World Cup?", "unanswerable": True},
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With articles, samples, and the library of those articles."""
    folder = tmp_path_factory.mktemp("eval")
    (folder / "articles").mkdir()
    (folder / "articles" / "bridge.txt").write_text(ARTICLE, "utf-8")
    (folder / "samples.jsonl").write_text("\n".join(map(json.dumps, SAMPLES)), "utf-8")
    done = run("add", folder / "articles", "--library", folder / "library")
    assert done.returncode == 0, done.stderr
    return folder


def _eval(folder: Path, *arguments: str | Path, samples: str = "samples.jsonl") -> subprocess.CompletedProcess[str]:
    return run("eval", folder / samples, "--library", folder / "library", *arguments)


def test_one_command_answers_from_a_folder_and_shows_what_is_wrong(folder: Path, tmp_path: Path) -> None:
    done = run("eval", folder / "samples.jsonl", "--articles", folder / "articles", "--library", tmp_path / "library")
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["right", "0.667"] in [line[:2] for line in lines]
    assert ["citation_exactness", "1.000"] in [line[:2] for line in lines]
    assert "1 of 3 are wrong: 1 not retrieved" in done.stdout
    assert "expected '13 million'; it said 'The bridge will cost 12 million crowns" in done.stdout
    assert "\x1b" not in done.stdout


def test_json_holds_everything_and_nothing_else_is_printed(folder: Path) -> None:
    done = _eval(folder, "--json")
    result = json.loads(done.stdout)
    assert list(result) == [
        "samples", "samples_sha256", "model", "library", "articles", "chunks", "version", "finished", "figures",
        "shortcuts", "comparison", "outcomes",
    ]  # fmt: skip
    assert [one["sample"]["id"] for one in result["outcomes"]] == ["cost", "wrong", "cup"]
    assert result["comparison"] is None
    assert {"name", "value", "stderr", "low", "high", "count"} == set(result["figures"][0])


def test_an_earlier_result_is_compared_sample_by_sample(folder: Path, tmp_path: Path) -> None:
    earlier = json.loads(_eval(folder, "--json").stdout)
    cost = next(one for one in earlier["outcomes"] if one["sample"]["id"] == "cost")
    cost["scores"]["right"], cost["right"] = 0.0, False
    (tmp_path / "earlier.json").write_text(json.dumps(earlier), "utf-8")
    done = _eval(folder, "--baseline", tmp_path / "earlier.json")
    assert "3 samples, 1 better, 0 worse" in done.stdout
    assert "better: cost" in done.stdout
    comparison = json.loads(_eval(folder, "--json", "--baseline", tmp_path / "earlier.json").stdout)["comparison"]
    assert (comparison["better"], comparison["worse"]) == (["cost"], [])


def test_the_report_is_written_where_it_is_wanted(folder: Path, tmp_path: Path) -> None:
    done = _eval(folder, "--html", tmp_path / "report.html")
    assert done.returncode == 0
    assert (tmp_path / "report.html").read_text("utf-8").startswith("<!doctype html>")
    refused = _eval(folder, "--html", tmp_path / "no" / "report.html")
    assert refused.returncode == 1
    assert "can't write" in refused.stderr
    assert "right" in refused.stdout, "the figures are not lost"


def test_a_floor_that_is_not_reached_is_exit_code_1_and_named(folder: Path) -> None:
    assert _eval(folder, "--fail-under", "right=0.6", "--fail-under", "citation_exactness=1.0").returncode == 0
    done = _eval(folder, "--fail-under", "right=0.9", "--fail-under", "declined=1")
    assert done.returncode == 1
    assert done.stderr.strip() == "right is 0.6667, under 0.9"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--fail-under", "right"], "'right' is no floor"),
        (["--fail-under", "right=nan"], "'right=nan' is no floor"),
        (["--fail-under", "wrong=0.5"], "no figure 'wrong'"),
        (["--fail-under", "quote_hits@1=x"], "is no floor"),
        (["--baseline", "missing.json"], "can't read 'missing.json'"),
    ],
)
def test_what_can_not_be_held_or_compared_is_told_before_anything_is_asked(
    folder: Path, arguments: list[str], said: str
) -> None:
    done = _eval(folder, *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_faults_are_told_all_at_once_and_nothing_is_run(folder: Path) -> None:
    lines = ('{"question": "how much?"}', "{", '{"question": "how much?", "quotes": ["It costs nothing."]}')
    (folder / "faulty.jsonl").write_text("\n".join(lines), "utf-8")
    done = _eval(folder, samples="faulty.jsonl")
    assert (done.returncode, done.stdout) == (1, "")
    assert [f"line {number}:" in done.stderr for number in (1, 2, 3)] == [True] * 3
    assert "Traceback" not in done.stderr


def test_samples_that_are_not_there_are_one_line(folder: Path) -> None:
    done = _eval(folder, samples="missing.jsonl")
    assert done.returncode == 1
    assert "no such file" in done.stderr


def test_ctrl_c_keeps_what_was_done_and_the_same_command_goes_on(folder: Path, tmp_path: Path) -> None:
    rows = ({"id": f"{n}", "question": f"how much does bridge {n} cost?", "unanswerable": True} for n in range(3000))
    (folder / "many.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    command = [
        sys.executable,
        "-m",
        "dateline",
        "eval",
        str(folder / "many.jsonl"),
        "--library",
        str(folder / "library"),
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path)}
    child = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    journals = tmp_path / "dateline" / "evaluations"
    while not (journals.exists() and any(path.stat().st_size > 5_000 for path in journals.iterdir())):
        with contextlib.suppress(subprocess.TimeoutExpired):
            pytest.fail(f"it ended before it could be stopped, with {child.wait(0.02)}")
    child.send_signal(signal.SIGINT)
    _, said = child.communicate(timeout=60)
    assert child.returncode != 0
    assert b"samples are kept, and the same command goes on from there" in said
    assert b"Traceback" not in said
    (journal,) = journals.iterdir()
    kept = journal.read_bytes().count(b"\n")
    assert kept >= 1
    assert f"{kept} of 3000 samples are kept".encode() in said


def test_the_answers_of_a_chat_model_are_evaluated_as_others_are(folder: Path) -> None:
    with ChatServer(knows({SAMPLES[0]["question"]: ["12 million crowns"]})) as server:
        done = run(
            "eval", folder / "samples.jsonl", "--library", folder / "library", "--model", "openai:played", "--json",
            OPENAI_BASE_URL=server.url,
        )  # fmt: skip
    result = json.loads(done.stdout)
    assert result["model"] == "openai:played"
    assert [one["right"] for one in result["outcomes"]] == [True, False, True]
    assert [one["claims"][0]["support"]["verdict"] for one in result["outcomes"][:2]] == ["supported"] * 2
