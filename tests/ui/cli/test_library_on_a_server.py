"""The command line with a library on a server: the same commands, and its password nowhere."""

import json
import os
from pathlib import Path

import pytest

from tests.harness.postgres_server import shared_server, why_none
from tests.ui.commands import ROOT, run

pytestmark = [
    pytest.mark.slow,  # every command is a process of its own
    pytest.mark.skipif(bool(why_none()), reason=str(why_none())),
]

QUESTION = "when do coalition troops leave Iraq?"
ANSWER = "by September 2025 and the rest by the end of 2026"
_SECRET = "s3cr3t"


def test_every_command_takes_an_address_and_shows_no_password(tmp_path: Path) -> None:
    address = shared_server().new_address().replace("postgres@", f"postgres:{_SECRET}@")
    shown = address.replace(f"postgres:{_SECRET}@", "")
    outputs = []

    def command(*words: str | Path, code: int = 0) -> str:
        done = run(*words, "--library", address)
        outputs.append(done.stdout + done.stderr)
        assert done.returncode == code, outputs[-1]
        return done.stdout

    assert "no library at" in run("ask", QUESTION, "--library", address).stderr
    command("add", ROOT / "seeds")
    answer = json.loads(command("ask", QUESTION, "--json"))
    assert ANSWER in answer["answer"]
    assert answer["library"] == {"path": shown, "articles": 1, "chunks": answer["library"]["chunks"]}
    assert json.loads(command("search", "coalition troops", "--json"))["passages"]
    (article,) = json.loads(command("articles", "--json"))["articles"]
    text = command("articles", "show", article["article_id"], "--text")
    for one in answer["citations"]:
        assert text[one["start"] : one["end"]] == one["quote"]
    command("articles", "edit", article["article_id"], "--title", "Another title")
    assert "Another title" in command("articles", "show", article["article_id"])
    assert "searched by PostgreSQL" in command("doctor", code=1)  # the server of the tests does not sync
    assert json.loads(command("eval", ROOT / "seeds" / "questions.jsonl", "--json"))["library"] == shown
    (tmp_path / "draft.txt").write_text("Coalition troops leave Iraq by the end of 2026.\n", "utf-8")
    command("check", tmp_path / "draft.txt", "--json")
    command("refresh")
    assert shown in command("config", "show")
    back = tmp_path / "back"
    command("move", "--to", back)
    assert ANSWER in json.loads(run("ask", QUESTION, "--library", back, "--json").stdout)["answer"]
    command("articles", "remove", article["article_id"])
    assert json.loads(command("articles", "--json"))["articles"] == []
    assert not [one for one in outputs if _SECRET in one]


def test_a_password_in_an_error_is_not_shown() -> None:
    done = run("ask", QUESTION, "--library", f"postgresql://ann:{_SECRET}@127.0.0.1:1/desk")
    assert done.returncode == 1
    assert "can't be reached" in done.stderr
    assert _SECRET not in done.stderr
    assert len(done.stderr.splitlines()) == 1, os.linesep
