"""Each threat is held by a test that exists, or by a limit that is stated."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.threats import THREATS

_HERE = Path(__file__).parent
_COUNT = 46


@cache
def _tests_of(path: str) -> frozenset[str]:
    tree = ast.parse((_HERE / path).read_text("utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def _headings() -> set[str]:
    text = (_HERE.parent / "docs" / "limits.md").read_text("utf-8")
    return set(re.findall(r"^#+ (.+)$", text, re.MULTILINE))


def test_every_threat_is_listed() -> None:
    assert sorted(THREATS) == list(range(1, _COUNT + 1))


@pytest.mark.parametrize("number", sorted(THREATS))
def test_a_threat_is_held_by_tests_that_exist_or_a_limit_that_is_stated(number: int) -> None:
    held = THREATS[number]
    assert held.tests or held.limit, held.threat
    for path, _, name in (test.partition("::") for test in held.tests):
        assert name in _tests_of(path), f"{path} has no {name}"
    assert not held.limit or held.limit in _headings(), held.limit
