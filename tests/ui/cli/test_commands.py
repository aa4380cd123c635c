"""The command line as a person or a script meets it: real processes, real exit codes."""

import hashlib
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness import hidden_text
from tests.harness.servers import ChatServer, Refusal, knows, says
from tests.ui.commands import ROOT, in_terminal, run

pytestmark = pytest.mark.slow  # every command is a process of its own

QUESTION = "when do coalition troops leave Iraq?"
ANSWER = "by September 2025 and the rest by the end of 2026"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "a library with spaces"
    done = run("add", ROOT / "seeds", "--library", folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_one_command_answers_from_a_folder(tmp_path: Path) -> None:
    done = run("ask", QUESTION, "--articles", ROOT / "seeds", "--library", tmp_path / "library", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert ANSWER in answer["answer"]
    assert answer["library"]["articles"] == 1


def test_the_json_of_an_answer_keeps_the_contract(library: Path) -> None:
    answer = json.loads(run("ask", QUESTION, "--library", library, "--json").stdout)
    assert list(answer) == [
        "question", "stand_alone", "answer", "short_answer", "abstained", "reason", "confidence", "certainty",
        "supported_share", "notice", "asked_for", "verdict", "computed", "groups", "differences", "claims", "citations",
        "nearest", "passages", "model", "library", "timings_ms",
    ]  # fmt: skip
    assert (answer["asked_for"], answer["verdict"], answer["computed"]) == ("fact", None, None)
    assert list(answer["groups"][0]) == ["short_answer", "day", "superseded", "citations"]
    assert list(answer["claims"][0]) == ["text", "support", "why", "citations"]
    assert list(answer["citations"][0]) == [
        "article_id", "title", "source", "published", "url", "start", "end", "quote", "answer_start", "answer_end",
        "copies",
    ]  # fmt: skip
    assert list(answer["passages"][0]) == [
        "article_id",
        "title",
        "published",
        "start",
        "end",
        "text",
        "score",
        "copies",
    ]
    assert answer["claims"][0]["support"] == "quoted"


def test_what_is_asked_for_can_be_put_right_by_an_option(library: Path) -> None:
    done = run("ask", QUESTION, "--library", library, "--as", "list", "--json")
    assert json.loads(done.stdout)["asked_for"] == "list"
    wrong = run("ask", QUESTION, "--library", library, "--as", "lists")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr.startswith("asked_for is 'lists'; there are fact, list, ")


def test_anyone_can_check_a_citation_against_the_text_of_record(library: Path) -> None:
    for citation in json.loads(run("ask", QUESTION, "--library", library, "--json").stdout)["citations"]:
        command = [
            sys.executable,
            "-m",
            "dateline",
            "articles",
            "show",
            citation["article_id"],
            "--text",
            "--library",
            library,
        ]
        text = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
        assert text[citation["start"] : citation["end"]] == citation["quote"]
        assert hashlib.sha256(text.encode()).hexdigest()[:16] == citation["article_id"]


def test_a_piped_answer_is_plain_text_with_its_source(library: Path) -> None:
    done = run("ask", QUESTION, "--library", library)
    assert ANSWER in done.stdout
    assert "\x1b" not in done.stdout
    assert "Reuters, 8 September 2024" in done.stdout
    assert not any(line.endswith(" ") for line in done.stdout.splitlines())


def test_a_terminal_shows_the_quotation_highlighted_and_respects_no_color(library: Path) -> None:
    assert "\x1b[7mSources told Reuters" in in_terminal("ask", QUESTION, "--library", library)
    plain = in_terminal("ask", QUESTION, "--library", library, NO_COLOR="1")
    assert not any(f"\x1b[{code}m" in plain for code in range(30, 50))


@pytest.mark.threat(30)
def test_what_the_articles_do_not_answer_is_declined_with_the_reason(library: Path) -> None:
    done = run("ask", "what is the capital of Australia?", "--library", library)
    assert done.returncode == 0
    assert done.stdout.startswith("No answer: nothing in the passages found answers the question")


@pytest.mark.threat(30)
def test_what_is_said_of_a_name_is_quoted_where_nothing_is_asked(library: Path) -> None:
    done = run("ask", "Alaaldin", "--library", library)
    assert done.returncode == 0
    assert done.stdout.startswith("No sure answer. The nearest passages say:")
    assert "> Farhad Alaaldin" in done.stdout


def test_search_shows_passages_with_scores(library: Path) -> None:
    found = json.loads(run("search", "troops in Syria", "--library", library, "--json").stdout)
    assert found["query"] == "troops in Syria"
    assert "2,500 troops" in found["passages"][0]["text"]
    assert "cosine" in run("search", "troops in Syria", "--library", library).stdout


def test_articles_are_listed_shown_and_removed(tmp_path: Path) -> None:
    article = tmp_path / "vote.txt"
    article.write_text("Harwick votes\n\nMayor Ida Brandt won the vote with 54 per cent.\n", "utf-8")
    library = tmp_path / "library"
    added = run("add", article, "--library", library)
    state, article_id, origin = added.stdout.strip().split("\t")
    assert (state, origin) == ("added", str(article))
    listed = json.loads(run("articles", "--library", library, "--json").stdout)["articles"]
    assert [(one["article_id"], one["title"]) for one in listed] == [(article_id, "Harwick votes")]
    assert "Harwick votes" in run("articles", "--library", library).stdout
    assert "54 per cent" in run("articles", "show", article_id, "--library", library).stdout
    assert "removed" in run("articles", "remove", article, "--library", library).stderr
    assert json.loads(run("articles", "--library", library, "--json").stdout) == {"articles": []}
    assert article.exists()


@pytest.mark.parametrize("name", ["", " "])
def test_a_name_of_nothing_removes_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "vote.txt").write_text("Mayor Ida Brandt won the vote with 54 per cent.\n", "utf-8")
    library = tmp_path / "library"
    run("add", tmp_path / "vote.txt", "--library", library)
    for command in ("remove", "show"):
        done = run("articles", command, name, "--library", library)
        assert (done.returncode, done.stdout) == (2, "")
        assert "names nothing" in done.stderr
    assert len(json.loads(run("articles", "--library", library, "--json").stdout)["articles"]) == 1


def test_a_file_name_that_is_no_utf_8_is_found_and_removed_by_it(tmp_path: Path) -> None:
    name = os.fsdecode(os.fsencode(tmp_path) + b"/vote \xff\n.txt")
    Path(name).write_text("Mayor Ida Brandt won the vote with 54 per cent.\n", "utf-8")
    library = tmp_path / "library"
    assert run("add", name, "--library", library).returncode == 0
    assert "54 per cent" in run("articles", "show", name, "--library", library).stdout
    assert "removed" in run("articles", "remove", name, "--library", library).stderr
    assert json.loads(run("articles", "--library", library, "--json").stdout) == {"articles": []}


@pytest.mark.threat(13)
def test_one_unreadable_file_among_many_is_named_and_the_rest_is_added(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}.txt").write_text(f"Report number {number} comes from the harbour.", "utf-8")
    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)))
    done = run("add", tmp_path, "--library", tmp_path / "library")
    assert done.returncode == 3
    assert done.stdout.count("added\t") == 5
    assert "picture.txt" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.threat(54)
def test_what_a_page_hides_is_told_with_its_first_words(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(hidden_text.page(f"<p hidden>{hidden_text.LIE}</p>"))
    done = run("add", path, "--library", tmp_path / "library")
    assert f"{path}: 14 hidden words removed: “The treasurer of Harwick fled to Lenn with …”" in done.stderr
    assert hidden_text.LIE not in run("articles", "show", path, "--library", tmp_path / "library").stdout
    assert run("add", path, "--library", tmp_path / "quiet", "--quiet").stderr == ""


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["ask", "why?", "--library", "nothing"], 1, "no library at 'nothing'; add articles with 'dateline add PATH'"),
        (["articles", "show", "abc", "--library", "nothing"], 1, "no library at 'nothing'"),
        (["articles", "remove", "abc", "--library", "nothing"], 1, "no library at 'nothing'"),
        (["doctor", "--library", "nothing"], 1, "no library at 'nothing'"),
        (["doctor", "--library", "x" * 300], 1, "file name too long; choose another with --library"),
        (["add", "x.txt", "--library", ""], 1, "library is ''; give a folder"),
        (["ask"], 2, "missing argument 'QUESTION'; see "),
        (["ask", "why?", "--since", "may"], 2, "since is 'may'; give a day like '2024-09-08', a month"),
        (["ask", "why?", "--since", ""], 2, "since is ''"),
        (["ask", "why?", "--since", "2025", "--until", "2024-06"], 2, "since 2025-01-01 is after until 2024-06-30"),
        (["search", "why?", "--source", ""], 2, "--source names nothing"),
        (["ask", "why?", "--strict", "--lenient"], 2, "--strict and --lenient exclude each other"),
        (["ask", "why?", "--passages"], 2, "no such option: --passages"),
        (["articles", "iraq"], 2, "no such command 'iraq'; see "),
        (["frobnicate"], 2, "frobnicate"),
    ],
)
def test_what_goes_wrong_is_said_without_a_traceback(
    tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == code
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "nothing").exists()


def test_words_without_quotation_marks_are_the_question_wherever_the_options_stand(library: Path) -> None:
    words = ("when", "do", "--library", library, "coalition", "troops", "--json", "leave", "Iraq?")
    assert json.loads(run("ask", *words).stdout)["question"] == QUESTION
    assert json.loads(run("search", *words).stdout)["query"] == QUESTION


@pytest.mark.parametrize("command", [(), ("ask",), ("articles",), ("articles", "show"), ("config", "show")])
def test_every_command_has_its_help_under_h(command: tuple[str, ...]) -> None:
    done = run(*command, "-h")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Usage: " in done.stdout
    assert "--help" in done.stdout


def test_the_day_that_was_understood_is_told(library: Path) -> None:
    done = run("ask", QUESTION, "--since", "2024-09", "--until", "8 Sept. 2024", "--library", library, "--json")
    assert done.stderr.splitlines() == [
        "--since '2024-09' is 1 September 2024",
        "--until '8 Sept. 2024' is 8 September 2024",
    ]
    assert json.loads(done.stdout)["notice"] == "only articles since 1 September 2024, until 8 September 2024 were read"
    found = json.loads(run("search", "troops", "--since", "2024-09", "--library", library, "--json").stdout)
    assert found["notice"] == "only articles since 1 September 2024 were searched"
    assert "last" in run("search", "troops", "--until", "last week", "--library", library).stderr
    narrowed = "only articles until 8 September 2024 were searched\n"  # and no word of a day that was given whole
    assert run("search", "troops", "--until", "2024-09-08", "--library", library).stderr == narrowed


def test_why_no_article_passes_is_told_with_the_nearest_there_is(library: Path) -> None:
    source = "no article has a source like 'Router'; there are 'Reuters'"
    days = "no article passes the filter since 1 January 2025; there are articles from 8 September 2024"
    for option, why in ((("--source", "Router"), source), (("--since", "2025"), days)):
        asked = json.loads(run("ask", QUESTION, *option, "--library", library, "--json").stdout)
        assert (asked["abstained"], asked["reason"]) == (True, why)
        found = run("search", QUESTION, *option, "--library", library, "--json")
        assert json.loads(found.stdout) == {"query": QUESTION, "passages": [], "notice": why}
        for command in (("search", QUESTION), ("articles",)):
            done = run(*command, *option, "--library", library)
            assert done.returncode == 0
            assert done.stderr.splitlines()[-1] == why


def test_articles_are_listed_by_words_days_and_source_and_shown_by_the_beginning_of_an_id(tmp_path: Path) -> None:
    for name, source, day in (("flood", "Harwick Post", "2024-03-04"), ("vote", "Lenn Gazette", "2024-04-20")):
        article = {"title": f"The {name} of Harwick", "text": f"It was a {name}.", "source": source, "published": day}
        (tmp_path / f"{name}.json").write_text(json.dumps(article), "utf-8")
    library = tmp_path / "library"
    run("add", tmp_path / "flood.json", tmp_path / "vote.json", "--library", library)
    listed = {
        options: [
            one["title"]
            for one in json.loads(run("articles", *options, "--json", "--library", library).stdout)["articles"]
        ]
        for options in ((), ("--query", "vote"), ("--until", "2024-03"), ("--source", "gazette"), ("--since", "2025"))
    }
    flood, vote = "The flood of Harwick", "The vote of Harwick"
    assert [*listed.values()] == [[flood, vote], [vote], [flood], [vote], []]
    table = run("articles", "--library", library).stdout
    assert table.index(flood) < table.index(vote)
    (article_id,) = [line.split()[0] for line in table.splitlines() if vote in line]
    assert "It was a vote." in run("articles", "show", article_id[:6], "--library", library).stdout
    done = run("articles", "--query", "parade", "--library", library)
    assert done.stderr == "no article has all words of 'parade' in title, source, origin or id\n"


@pytest.mark.threat(28)
@pytest.mark.parametrize("question", ["", "?", "🤔", "x" * 4_001])
def test_what_is_no_question_is_one_line_and_exit_code_1(library: Path, question: str) -> None:
    done = run("ask", question, "--library", library)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1


@pytest.mark.threat(23)
def test_a_web_address_is_refused_with_the_reason_and_asked_for_nothing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        here = f"127.0.0.1:{listening.getsockname()[1]}"
        addresses = (f"http://{here}/a.html", f"HTTPS://{here}", f"file://{tmp_path}/a.txt", "ftp://a.example/b.txt")
        (tmp_path / "a.txt").write_text("The file is there.", "utf-8")
        done = run("add", *addresses, "--library", tmp_path / "library")
        listening.setblocking(False)
        with pytest.raises(BlockingIOError):
            listening.accept()
    assert (done.returncode, done.stdout) == (3, "")
    for address in addresses:
        why = "is no public address" if "127.0.0.1" in address else "only addresses of http and https are read"
        assert re.search(f"refused {re.escape(address.replace('///', '//'))}: .*{why}", done.stderr)


def test_a_path_of_nothing_adds_nothing(tmp_path: Path) -> None:
    (tmp_path / "vote.txt").write_text("Mayor Ida Brandt won the vote with 54 per cent.\n", "utf-8")
    for command in (["add", ""], ["ask", "who won the vote?", "--articles", ""]):
        done = run(*command, "--library", tmp_path / "library", cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert "names nothing" in done.stderr
    assert not (tmp_path / "library").exists()


def test_a_missing_path_is_refused_by_name(tmp_path: Path) -> None:
    done = run("add", tmp_path / "missing.txt", "--library", tmp_path / "library")
    assert done.returncode == 3
    assert "missing.txt" in done.stderr


def test_the_doctor_says_that_all_is_well_and_names_what_is_not(tmp_path: Path) -> None:
    library = tmp_path / "library"
    run("add", ROOT / "seeds", "--library", library)
    done = run("doctor", "--library", library)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "the library is in order")
    record = sqlite3.connect(library / "library.sqlite")
    with record:
        record.execute("DELETE FROM words")
    record.close()
    assert run("doctor", "--library", library).returncode == 1
    done = run("doctor", "--repair", "--library", library)
    assert done.returncode == 0
    assert done.stdout.startswith("mended: ")


def test_the_models_of_a_server_are_listed_with_the_line_to_use_one() -> None:
    with ChatServer(says("Yes."), offered=("a model; rm -rf", "tiny")) as server:
        done = run("models", OPENAI_BASE_URL=server.url)
        listed = json.loads(run("models", "--json", OPENAI_BASE_URL=server.url).stdout)
    assert done.returncode == 0, done.stderr
    assert f"OPENAI_BASE_URL={server.url} dateline ask QUESTION --model 'openai:a model; rm -rf'" in done.stdout
    assert listed["servers"] == [
        {"name": "OPENAI_BASE_URL", "address": server.url, "models": ["a model; rm -rf", "tiny"]}
    ]
    gone = run("models", OPENAI_BASE_URL=server.url)
    assert gone.returncode == 1
    assert "no server answers at" in gone.stderr
    assert "Traceback" not in gone.stderr


def test_config_show_tells_where_each_setting_comes_from(tmp_path: Path) -> None:
    done = run("config", "show", cwd=tmp_path, DATELINE_LIBRARY="somewhere")
    assert "library = 'somewhere'  (environment)" in done.stdout
    assert run("config", "show", cwd=tmp_path, DATELINE_COLOUR="red").returncode == 1


def test_the_version_is_the_distribution_s() -> None:
    assert run("--version").stdout.startswith("dateline ")


def test_a_closed_pipe_is_no_error_to_see(library: Path) -> None:
    command = f'"{sys.executable}" -m dateline articles show "$ID" --text --library "$LIB" | head -c 1'
    listed = json.loads(run("articles", "--library", library, "--json").stdout)["articles"]
    done = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, env={**os.environ, "ID": listed[0]["article_id"], "LIB": str(library)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("I", "")


GOOD = knows({QUESTION: ["withdrawal of hundreds of US-led coalition forces"]})


def test_a_chat_model_writes_the_answer_and_each_sentence_has_its_verdict(library: Path) -> None:
    with ChatServer(GOOD) as server:
        done = run(
            "ask", QUESTION, "--library", library, "--model", "openai:played", "--json", OPENAI_BASE_URL=server.url
        )
    answer = json.loads(done.stdout)
    assert ANSWER in answer["answer"]
    assert (answer["model"], answer["notice"]) == ("openai:played", None)
    assert [claim["support"] for claim in answer["claims"]] == ["supported"]
    assert answer["citations"][0]["quote"] == answer["answer"]


def test_in_a_terminal_sentences_come_one_by_one_and_make_the_same_answer(library: Path) -> None:
    flags = ("ask", QUESTION, "--library", library)
    with ChatServer(says("Pigs fly. [1] Coalition forces", " leave. [2] ")) as server:
        model = {"DATELINE_MODEL": "openai:played", "OPENAI_BASE_URL": server.url}
        shown, piped = in_terminal(*flags, NO_COLOR="1", **model), run(*flags, **model).stdout
    in_words = [" ".join(re.sub(r"\x1b\[[0-9;]*m", "", text).split()) for text in (shown, piped)]
    assert in_words[0] == in_words[1]
    assert in_words[0].startswith("Pigs fly. [1] (unsupported: ")


def test_when_the_chat_model_fails_there_is_an_answer_that_says_so(library: Path) -> None:
    with ChatServer(says(Refusal(status=401))) as server:
        done = run("ask", QUESTION, "--library", library, DATELINE_MODEL="openai:x", OPENAI_BASE_URL=server.url)
    assert done.returncode == 0
    assert "answered by quotations, because " in done.stdout
    assert "OPENAI_API_KEY" in done.stdout


def test_a_model_that_can_not_be_opened_is_an_error_of_one_line(library: Path) -> None:
    done = run("ask", QUESTION, "--library", library, "--model", "nobody:x")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("no chat model 'nobody:x'; write PROVIDER:NAME")


def test_what_is_pasted_is_added_under_the_name_given(tmp_path: Path) -> None:
    text = "Harwick votes\n\nMayor Ida Brandt won the vote with 54 per cent.\n"
    command = [
        sys.executable,
        "-m",
        "dateline",
        "add",
        "-",
        "--name",
        "../vote",
        "--library",
        str(tmp_path / "library"),
    ]
    done = subprocess.run(command, cwd=ROOT, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    state, article_id, origin = done.stdout.strip().split("\t")
    assert (state, Path(origin).name) == ("added", "vote.txt")
    assert run("articles", "show", article_id, "--text", "--library", tmp_path / "library").stdout == text


def test_metadata_are_set_shown_as_the_users_and_searched_by(tmp_path: Path) -> None:
    library, article = tmp_path / "library", tmp_path / "vote.txt"
    article.write_text("Mayor Ida Brandt won the vote with 54 per cent.\n", "utf-8")
    article_id = run("add", article, "--library", library).stdout.split("\t")[1]
    options = (
        "--title",
        "Brandt is mayor",
        "--published",
        "2024-05-04",
        "--source",
        "Lenn Post",
        "--author",
        "Jo Varga",
    )
    edited = run("articles", "edit", article_id[:8], *options, "--library", library)
    assert f"{article_id} has from you: title 'Brandt is mayor', published '2024-05-04'" in edited.stderr
    shown = run("articles", "show", article_id, "--library", library).stdout
    assert re.search(r"source \(set by you\) +Lenn Post", shown)
    found = run("search", "mayor", "--since", "2024-05-04", "--source", "lenn", "--library", library, "--json")
    assert json.loads(found.stdout)["passages"][0]["title"] == "Brandt is mayor"


def test_deleted_files_are_told_and_pruned_and_earlier_texts_are_shown(tmp_path: Path) -> None:
    library, folder = tmp_path / "library", tmp_path / "news"
    folder.mkdir()
    article = folder / "vote.txt"
    article.write_text("Harwick votes\n\nMayor Ida Brandt won the vote with 54 per cent.\n", "utf-8")
    earlier = run("add", folder, "--library", library).stdout.split("\t")[1]
    article.write_text("Harwick votes\n\nMayor Ida Brandt won the vote with 55 per cent.\n", "utf-8")
    current = run("add", folder, "--library", library).stdout.split("\t")[1]
    whole = run("articles", "show", current, "--versions", "--library", library).stdout
    assert "54 per cent" in whole
    assert "an earlier text, in force until" in run("articles", "show", earlier, "--library", library).stdout
    article.unlink()
    told = run("add", folder, "--library", library)
    assert told.returncode == 0
    assert told.stdout == f"kept\t{current}\t{article}\n"
    assert "1 article: the files are gone; they are still answered from" in told.stderr
    assert "is gone" in run("doctor", "--library", library).stdout
    pruned = run("add", folder, "--prune", "--library", library)
    assert "removed 1 article whose files are gone: “Harwick votes”" in pruned.stderr
    assert run("articles", "--library", library, "--json").stdout.strip() == '{"articles": []}'
