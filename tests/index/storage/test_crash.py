from pathlib import Path

import pytest

from tests.harness.crash import kill_at_random

pytestmark = pytest.mark.slow


@pytest.mark.threat(46)
def test_a_writer_killed_at_random_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    said: list[str] = []
    outcome = kill_at_random(tmp_path, kills=20, seed=7, a_doctor=10, longest=0.8, say=said.append)
    assert outcome.is_as_it_should_be(20), said
    assert outcome.acknowledged, "killed before anything was said to be safe"


@pytest.mark.threat(43, 46)
def test_readers_beside_a_writer_find_what_is_acknowledged_and_nothing_else_whoever_is_killed(tmp_path: Path) -> None:
    said: list[str] = []
    outcome = kill_at_random(tmp_path, kills=8, seed=9, a_doctor=8, longest=2.0, readers=3, say=said.append)
    assert outcome.is_as_it_should_be(8), said
    assert outcome.acknowledged
