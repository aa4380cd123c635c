from pathlib import Path

from eval.benchmarks.crash import kill_additions


def test_additions_killed_at_random_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    texts = [f"Report {number}: the harbour of Lenn was closed on day {number}. " * 5 for number in range(80)]
    outcome = kill_additions(texts, kills=4, folder=tmp_path, seed=7)
    assert outcome.acknowledged >= 16
    assert (outcome.unusable, outcome.missing) == (0, 0)
