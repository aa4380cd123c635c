"""``dateline timeline`` as a person or a script meets it: real processes, real exit codes."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.ui.commands import ROOT, run

pytestmark = pytest.mark.slow  # every command is a process of its own
TOPIC = ("coalition", "troops", "in", "Iraq")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("timeline") / "library"
    done = run("add", ROOT / "seeds", "--library", folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_a_timeline_is_printed_by_its_days_and_written_as_a_page(library: Path) -> None:
    report = library.parent / "timeline.html"
    done = run("timeline", *TOPIC, "--library", library, "--html", report)
    assert done.returncode == 0, done.stderr
    days = [line for line in done.stdout.splitlines() if line[:1] not in ("", " ")]
    assert days == ["2014", "April 2024", "September 2025", "3 entries; 4 sentences more name no day that can be told"]
    assert "    when: April (April 2024)\n" in done.stdout
    assert "September 2025" in report.read_text("utf-8")


def test_every_form_has_the_same_entries(library: Path) -> None:
    given = [run("timeline", *TOPIC, "--library", library, form).stdout for form in ("--json", "--csv", "--markdown")]
    entries = json.loads(given[0])["entries"]
    rows = list(csv.DictReader(io.StringIO(given[1])))
    assert [row["quote"] for row in rows] == [one["citation"]["quote"] for one in entries]
    assert given[2].count("\n> ") >= len(entries)


def test_days_in_words_are_told_and_wrong_usage_is_one_line(library: Path) -> None:
    done = run("timeline", *TOPIC, "--library", library, "--since", "sept 2025")
    assert done.stderr == "--since 'sept 2025' is 1 September 2025\n"
    assert done.stdout.startswith("only days since 1 September 2025\nSeptember 2025\n")
    for arguments, line in (
        (("--since", "soon"), "since is 'soon'"),
        (("--json", "--csv"), "--json, --markdown and --csv exclude each other"),
        (("--since", "2025-01-01", "--until", "2024-12-31"), "since 2025-01-01 is after until 2024-12-31"),
    ):
        wrong = run("timeline", *TOPIC, "--library", library, *arguments)
        assert wrong.returncode == 2, arguments
        assert wrong.stderr.startswith(line)
        assert wrong.stderr.count("\n") == 1
