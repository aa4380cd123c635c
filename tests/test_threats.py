"""Each threat is held by a test that carries its number, or by a limit that is stated."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.threats import THREATS

_HERE = Path(__file__).parent


def _held() -> Iterator[int]:
    """The numbers of ``pytest.mark.threat`` on the tests, as often as they stand there."""
    for path in _HERE.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                marks = [one for one in node.decorator_list if ast.unparse(one).startswith("pytest.mark.threat(")]
                yield from (ast.literal_eval(number) for mark in marks for number in mark.args)


def _headings() -> set[str]:
    text = (_HERE.parent / "docs" / "limits.md").read_text("utf-8")
    return set(re.findall(r"^#+ (.+)$", text, re.MULTILINE))


def test_threats_are_numbered_without_a_gap() -> None:
    assert sorted(THREATS) == list(range(1, len(THREATS) + 1))


def test_a_test_holds_no_threat_that_is_not_listed() -> None:
    assert set(_held()) <= THREATS.keys()


@pytest.mark.parametrize("number", sorted(THREATS))
def test_a_threat_is_held_by_tests_or_a_limit_that_is_stated(number: int) -> None:
    threat = THREATS[number]
    assert threat.limit or number in set(_held()), threat.what
    assert not threat.limit or threat.limit in _headings(), threat.limit
