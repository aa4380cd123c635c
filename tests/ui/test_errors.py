"""What is told of errors at the edges: one line, with the way out."""

from pathlib import Path

import pytest

from dateline.index.errors import LibraryError
from dateline.ui.errors import describe


@pytest.mark.threat(45)
def test_what_a_place_refuses_is_no_bug_to_report(tmp_path: Path) -> None:
    for path in (tmp_path / "missing", tmp_path / ("x" * 300), tmp_path):
        with pytest.raises(OSError) as raised:
            path.read_bytes()
        line = describe(raised.value)
        assert line.startswith(f"can't use {str(path)!r}: ")
        assert line.endswith("; mend that, or choose another place")


def test_what_nobody_foresaw_is_a_line_with_its_place() -> None:
    with pytest.raises(ZeroDivisionError) as raised:
        1 / 0  # noqa: B018
    assert describe(raised.value).startswith("unexpected ZeroDivisionError in test_errors.py, line ")
    assert describe(ValueError("a\nb")) == "unexpected ValueError: a b; please report it"
    assert describe(LibraryError("what; the way out")) == "what; the way out"
