import shutil
from pathlib import Path

import pytest

from dateline.index.errors import DatelineError, NoLibrary
from dateline.index.library import Library
from dateline.rag.errors import ChatModelError, ServerUnreachable
from dateline.rag.settings import Settings
from dateline.ui.services.workspace import QUOTING, Workspace, open_workspace
from tests.harness.servers import ChatServer, says

ARTICLE = "Harwick votes\n\nHarwick, 4 March 2024 – Mara Lind won the vote in Harwick by nine votes on Monday.\n"


def library_at(folder: Path, text: str = ARTICLE) -> Path:
    article = folder.parent / f"{folder.name}.txt"
    article.write_text(text, "utf-8")
    with Library.write(folder) as library:
        library.add([article])
    return folder


def test_one_assistant_answers_for_each_way_and_strictness(tmp_path: Path) -> None:
    workspace = Workspace(Settings(library=library_at(tmp_path / "library")))
    assert workspace.assistant() is workspace.assistant(QUOTING, "balanced")
    assert workspace.assistant(QUOTING, "strict") is not workspace.assistant()
    assert "strict" in workspace.assistant(QUOTING, "strict").model


@pytest.mark.parametrize("way", [None, 3, "openai:anything (elsewhere)", {"model": "x"}, "http://127.0.0.1:1/v1"])
def test_a_way_that_nobody_offered_is_the_usual_one(tmp_path: Path, way: object) -> None:
    workspace = Workspace(Settings(library=library_at(tmp_path / "library")))
    assert workspace.assistant(way, {"x": 1}) is workspace.assistant()


@pytest.mark.threat(43)
def test_what_others_add_is_seen_and_another_library_at_the_place_is_opened(tmp_path: Path) -> None:
    folder = library_at(tmp_path / "library")
    workspace = Workspace(Settings(library=folder))
    first = workspace.assistant()
    with Library.write(folder) as library:
        (tmp_path / "more.txt").write_text(ARTICLE.replace("Lind", "Sund"), "utf-8")
        library.add([tmp_path / "more.txt"])
    assert workspace.assistant() is first
    assert workspace.library.count_articles() == 2
    shutil.rmtree(folder)
    with pytest.raises(NoLibrary):
        workspace.assistant()
    library_at(folder, ARTICLE.replace("nine", "ten"))
    assert workspace.assistant() is not first
    assert workspace.library.count_articles() == 1


def test_where_there_is_no_library_an_empty_one_is_made(tmp_path: Path) -> None:
    workspace = open_workspace(Settings(library=tmp_path / "new"))
    assert workspace.library.count_articles() == 0
    workspace.warm_up()


def test_what_a_server_offers_is_a_way_of_answering(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = Workspace(Settings(library=library_at(tmp_path / "library")))
    with ChatServer(says("Mara Lind won the vote in Harwick. [1]"), offered=("small",)) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        workspace.find_models()
        assert list(workspace.models) == [QUOTING, "small (OPENAI_BASE_URL)"]
        answer = workspace.assistant("small (OPENAI_BASE_URL)").ask("Who won the vote in Harwick?")
    assert answer.model == "openai:small"
    assert answer.text == "Mara Lind won the vote in Harwick."


def test_a_server_that_does_not_answer_is_named_and_offers_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace(Settings(library=library_at(tmp_path / "library")))
    with ChatServer(says()) as gone:
        monkeypatch.setenv("OPENAI_BASE_URL", gone.url)
    with pytest.raises(ServerUnreachable, match=f"no server answers at {gone.url}; start it"):
        workspace.find_models()
    assert list(workspace.models) == [QUOTING]


def test_a_model_without_its_package_or_key_is_told_and_quoting_goes_on(tmp_path: Path) -> None:
    workspace = Workspace(Settings(library=library_at(tmp_path / "library"), model="nobody:x"))
    with pytest.raises(ChatModelError):
        workspace.assistant()
    assert workspace.assistant(QUOTING).ask("Who won the vote in Harwick?").citations


def test_a_model_that_is_set_on_the_page_answers_with_its_own_key_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "key-of-another")
    workspace = Workspace(Settings(library=library_at(tmp_path / "library")))
    with ChatServer(says("Mara Lind won the vote in Harwick [1].")) as server:
        bare = workspace.add_model(server.url, "played")
        assert workspace.try_model(bare).startswith("Mara Lind")
        assert "key-of-another" not in str(server.asked[-1].headers)
        way = workspace.add_model(server.url, "played", "key-for-now")
        assert way == bare
        assert way in workspace.models
        workspace.assistant(way).ask("Who won the vote in Harwick?")
        assert server.asked[-1].headers["authorization"] == "Bearer key-for-now"
    assert "key-for-now" not in repr(workspace._models)
    with pytest.raises(ChatModelError):
        workspace.try_model(way)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("", "x"),
        ("http://127.0.0.1:1", ""),
        (None, "x"),
        ("ftp://x", "y"),
        ("x" * 300, "y"),
        ({"a": 1}, "y"),
        ("http://", "y"),
    ],
)
def test_what_is_no_server_or_no_name_is_no_way_of_answering(tmp_path: Path, address: object, name: object) -> None:
    workspace = Workspace(Settings(library=library_at(tmp_path / "library")))
    before = list(workspace.models)
    with pytest.raises(DatelineError):
        workspace.add_model(address, name)
    assert list(workspace.models) == before


def test_to_quote_needs_no_server(tmp_path: Path) -> None:
    workspace = Workspace(Settings(library=library_at(tmp_path / "library")))
    assert workspace.try_model(QUOTING) == workspace.try_model({"x": 1}) == ""
