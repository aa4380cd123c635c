"""The Library tab's callbacks: what is added, searched and set, and what a shared page leaves to its owner."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dateline.rag.settings import Settings
from dateline.ui.services.workspace import Workspace
from dateline.ui.web.page.library import LibraryCallbacks
from dateline.ui.web.page.models import ModelsCallbacks
from tests.ui.services.test_workspace import library_at


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    workspace = Workspace(Settings(library=library_at(tmp_path / "library")))
    yield workspace
    workspace.close()


def test_words_of_the_texts_are_found_with_what_stands_around_them(workspace: Workspace) -> None:
    callbacks = LibraryCallbacks(workspace=workspace)
    shown = callbacks.search_texts("nine votes")
    assert "<mark>vote</mark> in Harwick by <mark>nine</mark> <mark>votes</mark> on Monday." in shown
    assert "1 place in the texts" in shown.replace("\n", " ")
    assert "No text has words of “&lt;b&gt;zebras”" in callbacks.search_texts("<b>zebras")


@pytest.mark.parametrize("query", ["", None, 3, {}, "x" * 900])
def test_what_is_no_search_is_told(workspace: Workspace, query: Any) -> None:
    assert 'role="alert"' in LibraryCallbacks(workspace=workspace).search_texts(query)


def test_a_text_is_added_and_its_box_emptied_or_kept_where_it_is_refused(workspace: Workspace) -> None:
    callbacks = LibraryCallbacks(workspace=workspace)
    box, said = callbacks.add_text("Ferry to Lomvar\n\nThe ferry carries 312 passengers.\n")
    assert box == ""
    assert "1 added" in said
    box, said = callbacks.add_text("  ")
    assert box != ""
    assert "There is no text" in said.capitalize() or "there is no text" in said


def test_where_the_page_is_shared_it_removes_nothing_asks_no_address_and_sets_no_model(tmp_path: Path) -> None:
    workspace = Workspace(Settings(library=library_at(tmp_path / "library")), shared=True)
    callbacks = LibraryCallbacks(workspace=workspace)
    article = next(workspace.library.articles())
    for said in (
        callbacks.remove(article.id),
        callbacks.add_address("http://127.0.0.1:9/x")[1],
        ModelsCallbacks(workspace=workspace).use("http://127.0.0.1:9", "x", "y")[2],
    ):
        assert "its owner alone" in said
    assert workspace.library.count_articles() == 1
    assert list(workspace.models) == ["quoting only"]
    table, _, _ = callbacks.table("", "newest")
    assert "data-edit" in table
    assert "data-remove" not in table
