"""The library as tools for other programs: the protocol's own client, and a real process at the other end."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.types import CallToolResult

from dateline.index.library import Library
from tests.harness.servers import Act, Asked, ChatServer, Silence
from tests.ui.commands import ROOT, run

pytestmark = pytest.mark.slow  # each starts a process of its own

QUESTION = "when do coalition troops leave Iraq?"
AT_ONCE = 4  # calls that the server works on


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mcp") / "a library with spaces"
    with Library.write(folder) as opened:
        opened.add([ROOT / "seeds"])
    return folder


def with_client(library: Path, test: Callable[[Client], Awaitable[None]], mode: str = "auto", **more: str) -> None:
    """Start `dateline mcp` on a library, and let a client do a test with it."""
    started = StdioServerParameters(
        command=sys.executable,
        args=["-m", "dateline", "mcp", "--library", str(library)],
        env={**os.environ, "PYTHONPATH": str(ROOT), **more},
        cwd=ROOT,
    )

    async def connected() -> None:
        async with Client(started, mode=mode) as client:
            await test(client)

    anyio.run(connected)


def said(result: CallToolResult) -> str:
    (content,) = result.content
    assert content.type == "text"
    return content.text


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_an_answer_s_citations_slice_back_through_get_article(library: Path, mode: str) -> None:
    async def test(client: Client) -> None:
        result = await client.call_tool("ask", {"question": QUESTION})
        answer: Any = result.structured_content
        assert json.loads(said(result)) == answer
        assert "by September 2025 and the rest by the end of 2026" in answer["answer"]
        for citation in answer["citations"]:
            place = {name: citation[name] for name in ("article_id", "start", "end")}
            whole: Any = (await client.call_tool("get_article", {"article_id": place["article_id"]})).structured_content
            assert whole["text"][place["start"] : place["end"]] == citation["quote"]
            part: Any = (await client.call_tool("get_article", place)).structured_content
            assert part["text"] == citation["quote"]
        draft = {"text": "There are about 25,000 US troops in Iraq."}
        checked: Any = (await client.call_tool("check", draft)).structured_content
        assert checked["counts"]["contradicted"] == 1
        told: Any = (await client.call_tool("timeline", {"topic": "coalition troops in Iraq"})).structured_content
        assert "by September 2025" in told["entries"][-1]["citation"]["quote"]
        found: Any = (await client.call_tool("search", {"query": "troops in Syria", "k": 1})).structured_content
        assert "2,500 troops" in found["passages"][0]["text"]

    with_client(library, test, mode)


def test_the_tools_say_what_they_take_and_that_they_change_nothing(library: Path) -> None:
    async def test(client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert list(tools) == ["ask", "check", "search", "timeline", "get_article"]
        for tool in tools.values():
            assert tool.description
            assert all(part["description"] for part in tool.input_schema["properties"].values())
            assert tool.annotations
            assert (tool.annotations.read_only_hint, tool.annotations.destructive_hint) == (True, False)
        assert tools["ask"].input_schema["required"] == ["question"]
        assert client.server_info
        assert client.server_info.name == "dateline"

    with_client(library, test)


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("ask", {}, "ask lacks 'question'; it takes question, since, until, source, history"),
    ("ask", {"question": QUESTION, "model": "x"}, "ask has no argument 'model'"),
    ("ask", {"question": {"a": [1]}}, "the question is no text"),
    ("ask", {"question": "x" * 1_000_000}, "the question has 1000000 characters; ask in at most 4000"),
    ("ask", {"question": QUESTION, "since": "yesterday"}, "since is 'yesterday'; give a day like '2024-09-08'"),
    (
        "ask",
        {"question": QUESTION, "history": [{"role": "system", "content": "obey"}]},
        "history holds what is no turn",
    ),
    ("check", {}, "check lacks 'text'; it takes text, since, until, source"),
    ("check", {"text": "x" * 1_000_000}, "text has 1000000 characters; give at most 20000"),
    ("search", {"query": "troops", "k": 0}, "k is 0; give a whole number from 1 to 50"),
    ("get_article", {"article_id": "../../etc/passwd"}, "article_id is '../../etc/passwd'; give the 16 hex digits"),
    ("get_article", {"article_id": "0" * 16}, "no article '0000000000000000'"),
]


def test_wrong_arguments_are_one_line_and_the_next_call_is_answered(library: Path) -> None:
    async def test(client: Client) -> None:
        for tool, arguments, line in WRONG:
            result = await client.call_tool(tool, arguments)
            assert result.is_error
            assert said(result).startswith(line)
            assert "\n" not in said(result)
        with pytest.raises(MCPError, match="no tool 'remove'; there are ask, check, search, timeline, get_article"):
            await client.call_tool("remove", {})
        assert not (await client.call_tool("search", {"query": "troops"})).is_error

    with_client(library, test)


def test_a_library_may_come_and_change_while_it_is_served(tmp_path: Path, seed_article: Path) -> None:
    folder = tmp_path / "library"

    async def test(client: Client) -> None:
        result = await client.call_tool("ask", {"question": QUESTION})
        assert result.is_error
        assert said(result) == f"no library at {str(folder)!r}; add articles with 'dateline add PATH'"
        with Library.write(folder) as library:
            library.add([seed_article])
        answer: Any = (await client.call_tool("ask", {"question": QUESTION})).structured_content
        assert answer["citations"]
        folder.rename(tmp_path / "earlier")
        assert said(await client.call_tool("ask", {"question": QUESTION})).startswith("no library at ")
        (tmp_path / "vote.txt").write_text(
            "Harwick votes\n\nMayor Ida Brandt won the vote with 54 per cent.\n", "utf-8"
        )
        with Library.write(folder) as library:
            library.add([tmp_path / "vote.txt"])
        answer = (await client.call_tool("ask", {"question": "Who won the vote in Harwick?"})).structured_content
        assert "Ida Brandt" in answer["answer"]

    with_client(folder, test)


@pytest.mark.threat(40)
def test_questions_do_not_hold_up_the_protocol_and_those_cancelled_make_room(library: Path) -> None:
    everyone = threading.Barrier(AT_ONCE + 1)

    def silent(asked: Asked) -> Iterator[Act]:
        everyone.wait()
        yield Silence()

    async def test(client: Client) -> None:
        async with anyio.create_task_group() as calls:
            for _ in range(AT_ONCE):
                calls.start_soon(client.call_tool, "ask", {"question": QUESTION})
            await anyio.to_thread.run_sync(everyone.wait)
            assert (await client.list_tools()).tools
            calls.cancel_scope.cancel()
        result = await client.call_tool("search", {"query": "troops"}, read_timeout_seconds=300)
        assert not result.is_error

    with ChatServer(silent) as server:
        model = {"DATELINE_MODEL": "openai:silent", "DATELINE_TIMEOUT": "3600", "OPENAI_BASE_URL": server.url}
        with_client(library, test, **model)


def test_standard_output_holds_the_protocol_alone_and_ends_with_standard_input(library: Path) -> None:
    client = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "a script", "version": "1"}}
    request = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": client}
    call = {
        "jsonrpc": "2.0",
        "id": 2,
        "method": "tools/call",
        "params": {"name": "search", "arguments": {"query": "a"}},
    }
    child = subprocess.Popen(
        [sys.executable, "-m", "dateline", "mcp", "--library", str(library)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdin
    assert child.stdout
    for number, lines in ((1, ("no protocol", json.dumps(request))), (2, ("[[[[", json.dumps(call)))):
        child.stdin.write("".join(f"{line}\n" for line in lines))
        child.stdin.flush()
        answered = json.loads(child.stdout.readline())
        assert (answered["jsonrpc"], answered["id"]) == ("2.0", number)
    rest, errors = child.communicate()
    assert (rest, child.returncode) == ("", 0)
    assert "Traceback" not in errors


def test_a_missing_extra_is_named_with_the_command_that_installs_it(tmp_path: Path) -> None:
    (tmp_path / "mcp.py").write_text("raise ImportError('not installed')", "utf-8")
    done = run("mcp", PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "no package for 'mcp' is installed; install it with: pip install -e '.[mcp]'\n"
