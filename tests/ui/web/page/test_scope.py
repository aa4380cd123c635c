"""The choice of articles: how many are asked is always said, and what was chosen can be taken back."""

import math
from collections.abc import Iterator

import pytest

from dateline.rag.settings import Settings
from dateline.ui.services.workspace import Workspace
from dateline.ui.web.page.scope import ScopeCallbacks
from tests.ui.services.test_workspace import ARTICLE, library_at

_DATED = f"{ARTICLE}\nSource: Harwick Post\n2024-03-04 10:00:00\n"
_ALL = ("", "", "any source", "balanced")


@pytest.fixture(scope="module")
def callbacks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScopeCallbacks]:
    workspace = Workspace(Settings(library=library_at(tmp_path_factory.mktemp("scope") / "library", _DATED)))
    yield ScopeCallbacks(workspace=workspace)
    workspace.close()


def test_how_many_articles_are_asked_is_said(callbacks: ScopeCallbacks) -> None:
    assert "over all\n1 articles" in callbacks.look(*_ALL)
    shown = callbacks.look("2030-01-01", "", "<b>Post</b>", "strict")
    assert "over <strong>0</strong> of 1 articles" in shown
    assert "since 1 January 2030" in shown
    assert "&lt;b&gt;Post&lt;/b&gt;" in shown
    assert [part.split('"')[0] for part in shown.split('data-clear="')[1:]] == ["since", "source", "how", "all"]
    assert 'data-clear="days"' in callbacks.look("2024-03-04", "2024-03-04", "", "balanced")


@pytest.mark.parametrize(
    "wrong", [("may", "", "", ""), ("2024", "2023", "", ""), (3, math.nan, {}, []), ("", "", "x" * 900, "")]
)
def test_a_choice_that_is_none_is_told_in_a_line(callbacks: ScopeCallbacks, wrong: tuple) -> None:
    assert 'role="alert"' in callbacks.look(*wrong)


def test_one_choice_or_all_of_them_are_taken_back(callbacks: ScopeCallbacks) -> None:
    def changed(name: object) -> list[int]:
        return [at for at, one in enumerate(callbacks.cleared(name)) if "value" in one]

    assert (changed("since"), changed("days"), changed("how"), changed("all")) == ([0], [0, 1], [3], [0, 1, 2, 3])
    assert changed({"x": 1}) == changed("nothing") == changed(None) == []


def test_an_article_is_asked_by_its_day_and_its_source(callbacks: ScopeCallbacks) -> None:
    article = next(callbacks.workspace.library.articles())
    since, until, source = callbacks.narrowed(article.id)
    assert source["value"] == "Harwick Post"
    assert since["value"] == until["value"] == article.metadata.published[:10] == "2024-03-04"
    for wrong in ("0" * 16, "../x", None, 3, {}):
        assert not any("value" in one for one in callbacks.narrowed(wrong))
