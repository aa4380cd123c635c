"""The Check tab's callbacks: progress, verdicts, and a line where something is wrong."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dateline.rag.settings import Settings
from dateline.ui.services.workspace import Workspace
from dateline.ui.web.page.check import CheckCallbacks
from tests.ui.services.test_workspace import library_at


@pytest.fixture(scope="module")
def callbacks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CheckCallbacks]:
    workspace = Workspace(Settings(library=library_at(tmp_path_factory.mktemp("check") / "library")))
    yield CheckCallbacks(workspace=workspace)
    workspace.close()


def test_a_text_is_checked_after_its_progress(callbacks: CheckCallbacks) -> None:
    first, *_, (said, shown) = callbacks.check("Mara Lind won the vote in Harwick. Is it so?")
    assert "0 of 44 characters" in first[0]
    assert said == ""
    assert shown.count("<details") == 1
    assert "a question" in shown


@pytest.mark.threat(59)
@pytest.mark.parametrize("text", ["", "?", None, 3, math.nan, {}, [], "x" * 20_001, "x" * 20_000_000])
def test_what_is_no_text_is_refused_in_a_line(callbacks: CheckCallbacks, text: Any) -> None:
    said, _ = list(callbacks.check(text))[-1]
    assert 'role="alert"' in said
    assert "\n" not in said


def test_without_a_library_a_line_says_so(tmp_path: Path) -> None:
    workspace = Workspace(Settings(library=tmp_path / "nothing"))
    said, _ = list(CheckCallbacks(workspace=workspace).check("Mara Lind won."))[-1]
    assert "dateline add PATH" in said
