"""What fuzzing found once is read again: none of it may raise."""

from pathlib import Path

import pytest

from tests.harness.fuzz import FINDINGS, SEEDS, TARGETS


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(FINDINGS.glob("*-*")), ids=lambda path: path.name)
def test_what_was_found_once_is_handled(path: Path, tmp_path: Path) -> None:
    suffix = "" if path.suffix == ".bin" else path.suffix
    TARGETS[path.name.partition("-")[0]](path.read_bytes(), suffix, tmp_path)


def test_every_target_accepts_its_seeds(tmp_path: Path) -> None:
    for target, seeds in SEEDS.items():
        for suffix, raw in seeds:
            TARGETS[target](raw, suffix, tmp_path)
