"""Threats of files, as a person or a script meets them: added, asked about and shown by the command line."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from dateline.index.storage.schema import SCHEMA_VERSION
from tests.ui.commands import run

pytestmark = pytest.mark.slow  # every command is a process of its own


def _asked(question: str, library: Path) -> dict[str, Any]:
    done = run("ask", question, "--library", library, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _text_of(article_id: str, library: Path) -> str:
    return run("articles", "show", article_id, "--text", "--library", library).stdout


@pytest.mark.threat(4)
def test_citations_of_repaired_texts_slice_the_text_of_record_and_the_repairs_are_told(tmp_path: Path) -> None:
    (tmp_path / "nul.txt").write_bytes(b"Storm\n\nThe st\x00orm of Lenn\x07 killed nine people on Monday.\n")
    (tmp_path / "half.jsonl").write_bytes(
        b'{"text": "Dry summer. \\ud800 The \\u202eflood of Tarn killed \\udb40twelve people."}\n'
    )
    library = tmp_path / "library"
    assert run("add", tmp_path / "nul.txt", tmp_path / "half.jsonl", "--library", library).returncode == 0
    for place, said, repairs in (
        ("storm of Lenn", "nine people", "2 control characters removed"),
        ("flood of Tarn", "twelve people", "2 lone surrogates replaced; 1 direction mark removed"),
    ):
        answer = _asked(f"how many people did the {place} kill?", library)
        assert said in answer["answer"]
        for one in answer["citations"]:
            text = _text_of(one["article_id"], library)
            assert text[one["start"] : one["end"]] == one["quote"]
            assert not set(text) & set("\0\a\u202e")
        assert repairs in run("articles", "show", answer["citations"][0]["article_id"], "--library", library).stdout


@pytest.mark.threat(12)
def test_a_citation_of_a_file_with_a_misleading_name_opens_and_its_name_obeys_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a\nadded\t0000000000000000\t'\"<img>\x1b[31m\u202etxt.txt").write_text(
        "The ferry of Lowick sank on Monday near the quay.", "utf-8"
    )
    library = tmp_path / "library"
    added = run("add", folder, "--library", library)
    assert added.stdout.count("\n") == 1
    question = "where did the ferry of Lowick sink?"
    (citation,) = _asked(question, library)["citations"]
    assert _text_of(citation["article_id"], library)[citation["start"] : citation["end"]] == citation["quote"]
    for shown in (added, run("ask", question, "--library", library), run("articles", "--library", library)):
        assert "\\u202etxt.txt" in shown.stdout
        assert not set(shown.stdout + shown.stderr) & set("\x1b\u202e")


@pytest.mark.threat(32)
def test_two_articles_that_contradict_each_other_are_both_shown_with_day_and_source(tmp_path: Path) -> None:
    told = (("Reuters", "2024-05-01", "three"), ("Gazette", "2024-05-09", "seven"))
    lines = (
        {"source": source, "date": day, "text": f"The fire of Marrow killed {number} people on Tuesday."}
        for source, day, number in told
    )
    (tmp_path / "wire.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    library = tmp_path / "library"
    assert run("add", tmp_path / "wire.jsonl", "--library", library).returncode == 0
    shown = run("ask", "how many people did the fire of Marrow kill?", "--library", library).stdout
    assert shown.index("killed seven people") < shown.index("killed three people")
    assert "Gazette, 9 May 2024" in shown
    assert "Reuters, 1 May 2024" in shown


@pytest.mark.threat(17)
def test_a_date_that_is_unclear_is_unknown_and_told(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"text": "The ferry of Lowick sank.", "date": "03/04/2024"}', "utf-8")
    library = tmp_path / "library"
    run("add", tmp_path / "a.json", "--library", library)
    (article,) = json.loads(run("articles", "--library", library, "--json").stdout)["articles"]
    assert article["published"] is None
    assert "day and month could be either way round" in article["origins"][0]["repairs"][0]
    assert "undated" in run("ask", "what sank?", "--library", library).stdout


@pytest.mark.threat(27)
def test_a_library_of_another_version_is_refused_by_every_command_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The ferry of Lowick sank on Monday.", "utf-8")
    library = tmp_path / "library"
    run("add", tmp_path / "a.txt", "--library", library)
    with sqlite3.connect(library / "library.sqlite") as record:
        record.execute("PRAGMA user_version = 99")
    record.close()
    before = (library / "library.sqlite").read_bytes()
    for command in (["ask", "what sank?"], ["add", str(tmp_path)], ["doctor", "--repair"], ["articles", "remove", "a"]):
        done = run(*command, "--library", library)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
        assert f"has a record of version 99, this Dateline reads up to {SCHEMA_VERSION}; " in done.stderr
    assert (library / "library.sqlite").read_bytes() == before


@pytest.mark.threat(27)
def test_a_record_that_was_half_copied_is_refused_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The ferry of Lowick sank on Monday.", "utf-8")
    library = tmp_path / "library"
    run("add", tmp_path / "a.txt", "--library", library)
    whole = (library / "library.sqlite").read_bytes()
    for half in (whole[: len(whole) // 2], whole[:100], b""):
        (library / "library.sqlite").write_bytes(half)
        for command in (["ask", "what sank?"], ["add", str(tmp_path / "a.txt")]):
            done = run(*command, "--library", library)
            assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
            assert "; restore it from a copy, or add the articles to a new one with --library" in done.stderr
        assert (library / "library.sqlite").read_bytes() == half
