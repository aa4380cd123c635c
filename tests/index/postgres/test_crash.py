"""Every process of a server is killed while four write: what was acknowledged is there, and whole."""

from pathlib import Path

import pytest

from tests.harness.postgres_crash import kill_server
from tests.harness.postgres_server import running_server, why_none


@pytest.mark.slow
@pytest.mark.skipif(bool(why_none()), reason=str(why_none()))
def test_nothing_acknowledged_is_lost_when_a_server_is_killed_under_four_writers(tmp_path: Path) -> None:
    with running_server(durable=True) as server:
        outcome = kill_server(server, tmp_path, kills=3, seed=7)
    assert outcome.is_as_it_should_be(3, within=60), outcome
    assert outcome.acknowledged > 0
