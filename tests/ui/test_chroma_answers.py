"""Every command answers from candidates that Chroma gave: they find what only Chroma still has the vector of."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mcp import Client

from dateline.index.library import Library
from dateline.rag.assistant import Assistant
from tests.harness.serving import served
from tests.ui.api.test_mcp import with_client
from tests.ui.commands import run

pytestmark = pytest.mark.slow  # each starts a process of its own

QUESTION = "Where did the cat nap?"
SENTENCE = "A drowsy feline dozed upon an upholstered couch."
TOWNS = "Harwick Lenn Tolmere Fennesk Sorrund Haverick Quillport Wexling Halvern Korrin Welmar Tarrow".split()
OTHERS = ("The council of {} voted on a budget.", "A bridge in {} will be closed for repairs.", "{} has a new mayor.")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Of 37 articles, one of them about a cat; in the record its vector points away, so comparing finds it last."""
    folder = tmp_path_factory.mktemp("chroma") / "library"
    files = folder.parent / "files"
    files.mkdir()
    texts = [SENTENCE, *(other.format(town) for other in OTHERS for town in TOWNS)]
    for number, text in enumerate(texts):
        (files / f"{number:02}.txt").write_text(text, "utf-8")
    with Library.write(folder) as opened:
        opened.add([files])
    with closing(sqlite3.connect(folder / "library.sqlite")) as record, record:
        chunks = "SELECT chunks.id FROM chunks JOIN articles ON number = article WHERE text = ?"
        query = f"SELECT chunk, vector FROM vectors WHERE chunk IN ({chunks})"
        chunk, vector = record.execute(query, (SENTENCE,)).fetchone()
        away = (-np.frombuffer(vector, "<f2")).tobytes()
        record.execute("UPDATE vectors SET vector = ? WHERE chunk = ?", (away, chunk))
    yield folder


def is_found(passages: list[dict[str, Any]]) -> bool:
    return SENTENCE in [one["text"] for one in passages]


def test_comparing_every_vector_would_not_find_it(library: Path, tmp_path: Path) -> None:
    """Else the tests below would show nothing."""
    copy = tmp_path / "library"
    copy.mkdir()
    (copy / "library.sqlite").write_bytes((library / "library.sqlite").read_bytes())
    with Library.open(copy) as opened:
        assert opened.engine().startswith("exact comparison")
        assert SENTENCE not in [one.text for one in opened.search(QUESTION, 20)]


def test_python(library: Path) -> None:
    with Library.open(library) as opened:
        assert opened.search(QUESTION)[0].text == SENTENCE
    with Assistant.open(library) as assistant:
        assert SENTENCE in [one.text for one in assistant.ask(QUESTION).passages]


@pytest.mark.parametrize("command", ["ask", "search"])
def test_ask_and_search(library: Path, command: str) -> None:
    done = run(command, QUESTION, "--json", "--library", library)
    assert is_found(json.loads(done.stdout)["passages"]), done.stderr


def test_eval(library: Path, tmp_path: Path) -> None:
    sample = {"id": "cat", "question": QUESTION, "answers": ["couch"], "quotes": [SENTENCE], "article": "00.txt"}
    (tmp_path / "samples.jsonl").write_text(json.dumps(sample), "utf-8")
    done = run("eval", tmp_path / "samples.jsonl", "--json", "--library", library)
    figures = {one["name"]: one["value"] for one in json.loads(done.stdout)["figures"]}
    assert figures["quote_hits@10"] == 1.0


def test_mcp(library: Path) -> None:
    async def test(client: Client) -> None:
        for tool, arguments in (("ask", {"question": QUESTION}), ("search", {"query": QUESTION})):
            found: Any = (await client.call_tool(tool, arguments)).structured_content
            assert is_found(found["passages"])

    with_client(library, test)


@pytest.mark.slow
def test_serve(library: Path) -> None:
    from gradio_client import Client as Program

    with served(library) as server:
        program = Program(server.address, download_files=False, verbose=False)
        for endpoint in ("/ask", "/search"):
            assert is_found(program.predict(QUESTION, api_name=endpoint)["passages"])


def test_doctor_says_that_chroma_answers(library: Path) -> None:
    done = run("doctor", "--library", library)
    (place,) = (library / "vectors").iterdir()
    assert f"searched by Chroma at {str(place)!r}: 37 chunks, 0 compared exactly" in done.stdout
