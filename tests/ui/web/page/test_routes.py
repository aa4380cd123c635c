import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from dateline.index.library import Library
from dateline.rag.settings import Settings
from dateline.ui.services.workspace import Workspace
from dateline.ui.web.chat_state import dump_exchanges
from dateline.ui.web.page.routes import Routes
from tests.ui.services.test_workspace import library_at
from tests.ui.talk import exchange


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    workspace = Workspace(Settings(library=library_at(tmp_path / "library")))
    yield workspace
    workspace.close()


@pytest.fixture
def client(workspace: Workspace) -> TestClient:
    app = FastAPI()
    app.include_router(Routes(workspace=workspace).router())
    return TestClient(app)


def test_an_article_is_given_with_the_words_that_are_asked_for_marked(client: TestClient, workspace: Workspace) -> None:
    article = next(workspace.library.articles())
    start = article.text.index("Mara")
    shown = client.get(f"/source/{article.id}?mark=1:{start}-{start + 9}&chosen=1")
    assert '<mark class="cited chosen" data-numbers="1">Mara Lind</mark>' in shown.text
    assert shown.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/source/0123456789abcdef", 404),
        ("/source/harwick.txt", 422),
        ("/source/..%2f..%2fetc%2fpasswd", 404),
        ("/source/{id}?mark=1", 422),
        ("/source/{id}?mark=x:1-2", 422),
        ("/source/{id}?mark=1:2", 422),
        ("/source/{id}?mark=1:-5-7", 422),
        ("/source/{id}?mark=1:0-99999999999999999999", 422),
        ("/source/{id}?answer=%F0%9F%98%80-2", 422),
        ("/source/{id}?chosen=one", 422),
        ("/export/pdf", 405),
        ("/page/blocks.py", 404),
        ("/page/..%2fblocks.py", 404),
    ],
)
def test_what_is_asked_for_wrongly_is_a_line(client: TestClient, workspace: Workspace, path: str, status: int) -> None:
    answer = client.get(path.replace("{id}", next(workspace.library.articles()).id))
    assert answer.status_code == status
    assert "Traceback" not in answer.text


def test_an_article_that_is_gone_says_so(client: TestClient, workspace: Workspace) -> None:
    assert "no longer in the library" in client.get("/source/0123456789abcdef").text


def test_a_conversation_is_exported_as_markdown_and_as_json(client: TestClient) -> None:
    kept = dump_exchanges([exchange()])
    assert "> Two people died on Monday." in client.post("/export/markdown", json=kept).text
    (given,) = client.post("/export/json", json=kept).json()["exchanges"]
    assert given["citations"][0]["quote"] == "Two people died on Monday."


def test_words_of_an_article_are_quoted_with_their_place(client: TestClient, workspace: Workspace) -> None:
    article = next(workspace.library.articles())
    start = article.text.index("Mara")
    given = client.get(f"/quote/{article.id}?span={start}-{start + 9}").json()
    assert given["citation"]["quote"] == "Mara Lind"
    assert given["markdown"].endswith(f"(article {article.id}, characters {start} to {start + 9})\n> Mara Lind\n")
    for span in ("", "5", "9-3", "0-99999", "-1-3", "x-y"):
        assert client.get(f"/quote/{article.id}?span={span}").status_code == 422
    assert client.get("/quote/0123456789abcdef?span=0-3").status_code == 404
    assert client.get("/quote/x?span=0-3").status_code == 422


def test_notes_are_shown_and_exported(client: TestClient, workspace: Workspace) -> None:
    article = next(workspace.library.articles())
    citation = client.get(f"/quote/{article.id}?span=0-7").json()["citation"]
    notes = [{"id": "1-2", "remark": "call", "citations": [citation]}]
    assert "<textarea" in client.post("/notes/html", json=notes).text
    assert "Nothing is pinned yet" in client.post("/notes/html", content=b"{").text
    assert "call" in client.post("/notes/markdown", json=notes).text
    assert client.post("/notes/docx", json=notes).content.startswith(b"PK")
    assert client.post("/notes/csl", json=[]).status_code == 422
    assert client.post("/notes/pdf", json=notes).status_code == 404


def test_an_earlier_text_is_shown_as_one_with_the_way_to_the_later(client: TestClient, workspace: Workspace) -> None:
    before = next(workspace.library.articles())
    path = Path(before.origins[0].name)
    path.write_text(before.text.replace("nine", "ten"), "utf-8")
    with Library.write(workspace.settings.library) as library:
        library.add([path])
    now = next(workspace.library.articles())
    assert f'data-article="{before.id}">until ' in client.get(f"/source/{now.id}").text
    shown = client.get(f"/source/{before.id}").text
    assert "An earlier text, until" in shown
    assert f'data-article="{now.id}"' in shown


def test_a_conversation_is_exported_under_its_name(client: TestClient) -> None:
    given = {"name": "The *vote*\n# x", "exchanges": dump_exchanges([exchange()])}
    assert client.post("/export/markdown", json=given).text.startswith("# The \\*vote\\* \\# x\n\n## how many died?")
    assert client.post("/export/json", json=given).json()["name"] == given["name"]
    assert "name" not in client.post("/export/json", json={**given, "name": 3}).json()


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"null", b"[" * 100_000, b'[{"id": "x"}]', "\ud800".encode("utf-8", "surrogatepass")]
)
def test_what_is_no_conversation_is_not_exported(client: TestClient, body: bytes) -> None:
    answer = client.post("/export/json", content=body)
    assert (answer.status_code, answer.text) == (422, "there is nothing to export")


def test_a_correction_becomes_a_sample(client: TestClient, workspace: Workspace) -> None:
    given = {"question": "Who won the vote in Harwick?", "verdict": "wrong", "answers": ["Mara Lind"]}
    assert client.post("/corrections", json=given).status_code == 200
    (line,) = (workspace.settings.library / "samples" / "corrections.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["answers"] == ["Mara Lind"]


@pytest.mark.parametrize("given", [None, [], {"question": 1}, {"question": "?", "verdict": "wrong"}, {"verdict": {}}])
def test_what_is_no_correction_is_a_line(client: TestClient, given: object) -> None:
    answer = client.post("/corrections", json=given)
    assert answer.status_code == 422
    assert answer.text


def test_the_files_of_the_page_are_served(client: TestClient) -> None:
    for name, kind in (
        ("page.js", "javascript"),
        ("conversations.js", "javascript"),
        ("page.css", "css"),
        ("evaluation.css", "css"),
        ("icon.svg", "svg"),
    ):
        assert kind in client.get(f"/page/{name}").headers["content-type"]
