"""Dateline from Python, as the README shows it: what it gives, and that a wrong argument is one clear error."""

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

import dateline
from dateline import Answer, Assistant, Citation, DatelineError, Filter, Library, Request, Turn
from dateline.index.errors import ArgumentError, LibraryError, NoLibrary
from dateline.rag.errors import ChatModelError, QuestionError
from dateline.rag.types import AnswerChunk
from tests.harness.servers import ChatServer, knows

ROOT = Path(__file__).parents[1]
QUESTION = "when do coalition troops leave Iraq?"
ANSWER = "by September 2025 and the rest by the end of 2026"
ONE_LINE = r"\A[^\n]{1,200}\Z"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("public") / "library"
    with Library.write(folder) as library:
        library.add(sorted((ROOT / "seeds").glob("*.txt")))
    return folder


@pytest.fixture(scope="module")
def assistant(folder: Path) -> Iterator[Assistant]:
    with Assistant.open(folder) as assistant:
        yield assistant


def test_the_example_of_the_readme_runs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    examples = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    (example,) = [one for one in examples if one.startswith("from dateline import")]
    exec(compile(example.replace("path/to/library", str(folder)), "README.md", "exec"), {})
    assert ANSWER in capsys.readouterr().out


def test_the_public_names_are_those_of_the_package_and_come_when_first_used() -> None:
    script = (
        "import sys, dateline; print([one for one in sys.modules if one.startswith('dateline.')], dateline.__all__)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("[] ['Answer', 'Article', 'Assistant', 'CheckedSentence', ")
    for name in dateline.__all__:
        assert getattr(dateline, name).__name__ == name
        assert name in dir(dateline)
    with pytest.raises(AttributeError, match="'dateline' has no attribute 'Nothing'"):
        _ = dateline.Nothing


def test_a_citation_says_where_its_words_stand(assistant: Assistant) -> None:
    (citation, *_) = assistant.ask(QUESTION).citations
    assert isinstance(citation, Citation)
    assert (citation.source, citation.published) == ("Reuters", "2024-09-08T08:21:10")
    assert (citation.title, citation.url) == (citation.metadata.title, citation.metadata.url)
    assert assistant.library.article(citation.article_id).text[citation.start : citation.end] == citation.quote


@pytest.mark.parametrize(
    ("given", "since", "until"),
    [
        ("2024-09-08", date(2024, 9, 8), date(2024, 9, 8)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-09-08T08:21:10+02:00", date(2024, 9, 8), date(2024, 9, 8)),
        (date(2024, 9, 8), date(2024, 9, 8), date(2024, 9, 8)),
        (datetime(2024, 9, 8, 23, 59), date(2024, 9, 8), date(2024, 9, 8)),  # noqa: DTZ001 - a day is all that is read
    ],
)
def test_a_filter_takes_dates_and_iso_text(given: Any, since: date, until: date) -> None:
    only = Filter(since=given, until=given)
    assert (only.since, only.until) == (since, until)


def test_a_filter_narrows_down_and_one_that_leaves_nothing_says_why(assistant: Assistant) -> None:
    assert ANSWER in assistant.ask(QUESTION, Filter(since="2024-09-08", source="reuters")).text
    assert assistant.ask(QUESTION, Filter(until="2023")).reason == (
        "no article passes the filter until 31 December 2023; there are articles from 8 September 2024"
    )
    assert assistant.ask(QUESTION, Filter(source="Routers")).reason == (
        "no article has a source like 'Routers'; there are 'Reuters'"
    )


def test_the_chain_takes_a_text_a_request_and_an_object_as_its_schema_says(assistant: Assistant) -> None:
    schema = assistant.chain.get_input_jsonschema()
    defined = schema["$defs"]
    assert {one.get("type") or one["$ref"] for one in schema["anyOf"]} == {"string", "#/$defs/Request"}
    turn = dict.fromkeys(defined["Turn"]["properties"], "Who is Farhad Alaaldin?")
    only = dict(zip(defined["Filter"]["properties"], ("2024-01-01", None, "Reuters"), strict=True))
    given = dict(zip(defined["Request"]["properties"], (QUESTION, only, [turn], "fact"), strict=True))
    request = Request(question=QUESTION, only=Filter(since="2024", source="Reuters"), history=(Turn(**turn),))
    answers = [assistant.chain.invoke(one) for one in (given, request)]
    assert [answer.notice for answer in answers] == [
        "only articles since 1 January 2024, from a source like 'Reuters' were read"
    ] * 2
    assert {answer.text for answer in (*answers, *assistant.chain.batch([QUESTION, {"question": QUESTION}]))} == {
        answers[0].text
    }


@pytest.mark.parametrize("written", [False, True])
def test_the_chain_streams_sentences_as_they_come_and_then_the_answer(
    folder: Path, written: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def collect(opened: Assistant) -> list[object]:
        return [part async for part in opened.chain.astream(QUESTION)]

    with ChatServer(knows({QUESTION: ["withdrawal of hundreds of US-led coalition forces"]})) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        with Assistant.open(folder, model="openai:played" if written else None, strictness="lenient") as opened:
            for *parts, answer in (list(opened.chain.stream(QUESTION)), asyncio.run(collect(opened))):
                assert isinstance(answer, Answer)
                assert parts
                assert all(isinstance(part, AnswerChunk) for part in parts)
                assert [part.claim for part in parts] == list(answer.claims)
                assert ANSWER in answer.text
                assert answer.model.startswith("openai:played" if written else "quotations")


def test_a_stream_that_is_left_ends(assistant: Assistant) -> None:
    async def first() -> object:
        stream = assistant.chain.astream(QUESTION)
        part = await anext(stream)
        await stream.aclose()
        return part

    assert isinstance(asyncio.run(first()), AnswerChunk)
    assert ANSWER in asyncio.run(assistant.chain.ainvoke(QUESTION)).text


def test_asking_after_closing_says_so(folder: Path) -> None:
    assistant = Assistant.open(folder)
    assistant.close()
    assistant.close()
    for ask in (assistant.ask, assistant.chain.invoke, lambda question: next(assistant.stream(question))):
        with pytest.raises(LibraryError, match=r"is closed; open another"):
            ask(QUESTION)


WRONG: list[Any] = [None, b"x", 7, 1.5, True, ["x"], {"x": 1}, ...]


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_what_is_no_argument_is_one_line_of_ours(assistant: Assistant, folder: Path, wrong: Any) -> None:
    calls: list[Any] = [
        lambda: Assistant(wrong),
        lambda: Assistant.open(wrong),
        lambda: Library.open(wrong),
        lambda: Library.write(wrong),
        lambda: Assistant.open(folder, strictness=wrong),
        lambda: assistant.ask(wrong),
        lambda: assistant.chain.invoke(wrong),
        lambda: assistant.library.search(wrong),
    ]
    if wrong is not None:
        calls += [
            lambda: Assistant.open(folder, model=wrong),
            lambda: assistant.ask(QUESTION, only=wrong),
            lambda: assistant.ask(QUESTION, history=wrong),
            lambda: Filter(since=wrong),
            lambda: Filter(source=wrong),
        ]
    if wrong != 7:
        calls += [
            lambda: Assistant.open(folder, passages=wrong),
            lambda: assistant.library.search(QUESTION, k=wrong),
        ]
    for call in calls:
        with pytest.raises(DatelineError, match=ONE_LINE):
            call()


def test_values_of_the_right_type_that_are_of_no_use_are_one_line_too(assistant: Assistant, folder: Path) -> None:
    for error, call in (
        (ArgumentError, lambda: Assistant.open("")),
        (ArgumentError, lambda: Assistant.open("a\0b")),
        (NoLibrary, lambda: Assistant.open(folder / "nothing")),
        (ArgumentError, lambda: Assistant.open(folder, strictness="very")),
        (ArgumentError, lambda: Assistant.open(folder, passages=0)),
        (ArgumentError, lambda: Assistant.open(folder, passages=51)),
        (ChatModelError, lambda: Assistant.open(folder, model="nobody:x")),
        (ArgumentError, lambda: Filter(since="2024-02", until="2024-01-31")),
        (ArgumentError, lambda: Filter(since="last week")),
        (ArgumentError, lambda: Filter(until="2024-02-30")),
        (QuestionError, lambda: assistant.ask("?")),
        (ArgumentError, lambda: assistant.chain.invoke({"question": QUESTION, "filter": {}})),
        (ArgumentError, lambda: assistant.chain.invoke({"question": QUESTION, "only": {"from": "2024"}})),
        (QuestionError, lambda: assistant.chain.invoke({})),
        (ArgumentError, lambda: assistant.ask(QUESTION, history=[Turn(question="who?"), "she"])),
        (ArgumentError, lambda: assistant.library.search(QUESTION, k=0)),
    ):
        with pytest.raises(error, match=ONE_LINE):
            call()


def test_one_file_or_folder_may_be_added_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "vote.txt").write_text("Mayor Ida Brandt won the vote with 54 per cent.\n", "utf-8")
    with Library.write(str(tmp_path / "library")) as library:
        assert library.add(str(tmp_path / "vote.txt")).added == 1
        assert library.add([str(tmp_path)]).unchanged_files == 1
        for wrong in WRONG:
            if wrong != ["x"]:
                with pytest.raises(ArgumentError, match=ONE_LINE):
                    library.add(wrong)
