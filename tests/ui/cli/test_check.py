"""``dateline check`` as a person or a script meets it: real processes, real exit codes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ui.commands import ROOT, in_terminal, run

pytestmark = pytest.mark.slow  # every command is a process of its own

DRAFT = """Here is what we know:

There are about 25,000 American soldiers in Iraq. The plan still awaits its final approval. Is that good news?
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("check")
    (folder / "draft.txt").write_text(DRAFT, "utf-8")
    (folder / "right.md").write_text("# Iraq\n\nThe plan still awaits its final approval.\n", "utf-8")
    done = run("add", ROOT / "seeds", "--library", folder / "library")
    assert done.returncode == 0, done.stderr
    return folder / "library"


def test_a_draft_is_checked_and_a_contradiction_is_exit_code_4(library: Path) -> None:
    done = run("check", library.parent / "draft.txt", "--library", library)
    assert done.returncode == 4, done.stderr
    assert "✗ contradicted: There are about 25,000 American soldiers in Iraq." in done.stdout
    assert "the article says about 2,500, the text about 25,000" in done.stdout
    assert "> The United States has about 2,500 troops in Iraq" in done.stdout
    assert "Reuters, 8 September 2024 · article baf61fa4bff1d72f, characters 2234 to 2430" in done.stdout
    assert done.stdout.endswith("1 supported, 1 contradicted, 0 not found; 2 claim nothing\n")
    assert done.stderr == ""


def test_a_text_that_nothing_contradicts_is_exit_code_0_and_one_json_object(library: Path) -> None:
    done = run("check", library.parent / "right.md", "--library", library, "--json")
    assert done.returncode == 0, done.stderr
    checked = json.loads(done.stdout)
    assert [one["support"] for one in checked["sentences"]] == [None, "supported"]
    assert checked["counts"] == {"supported": 1, "contradicted": 0, "not_found": 0, "passed_over": 1}


def test_standard_input_is_checked_against_some_articles_only_and_a_page_is_written(library: Path) -> None:
    report = library.parent / "report.html"
    command = [sys.executable, "-m", "dateline", "check", "-", "--library", str(library), "--since", "2025", "--json"]
    done = subprocess.run(
        [*command, "--html", str(report)], cwd=ROOT, input=DRAFT.encode("utf-16"), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    checked = json.loads(done.stdout)
    assert checked["notice"].startswith("no article passes the filter since 1 January 2025")
    assert checked["counts"]["not_found"] == 2
    page = report.read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert "25,000 American soldiers" in page


def test_how_far_it_is_stands_on_a_terminal(library: Path) -> None:
    shown = in_terminal("check", str(library.parent / "draft.txt"), "--library", str(library))
    assert "checking" in shown
    assert "contradicted" in shown


@pytest.mark.threat(59)
def test_what_can_not_be_checked_is_one_line(library: Path, tmp_path: Path) -> None:
    (tmp_path / "two.jsonl").write_text('{"text": "One is here."}\n{"text": "Two is here."}\n', "utf-8")
    (tmp_path / "long.txt").write_text("word " * 200_000, "utf-8")
    (tmp_path / "empty.txt").write_text("", "utf-8")
    (tmp_path / "code.py").write_text("print()", "utf-8")
    for name, code, line in (
        ("two.jsonl", 1, "holds 2 articles; check one text at a time"),
        ("long.txt", 2, "the text has 1000000 characters; check at most 100000 at once"),
        ("empty.txt", 1, "an empty file"),
        ("code.py", 1, "files of kind '.py' are not read"),
        ("nothing.txt", 1, "no such file"),
        ("", 1, "is a folder; check one file at a time"),
    ):
        done = run("check", tmp_path / name, "--library", library)
        assert (done.returncode, done.stdout) == (code, ""), done.stderr
        assert line in done.stderr
        assert done.stderr.count("\n") == 1
