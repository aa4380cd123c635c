"""Attacks in articles, with a model that does what they say: nothing that it was made to say is shown as supported."""

from collections import Counter
from pathlib import Path

import pytest

from dateline.index.embedding.embedder import load_embedder
from tests.harness.injections import PLACES, Case, ask_all, find_breaches, read_attacks, write_library


def test_there_are_attacks_of_many_kinds() -> None:
    kinds = Counter(attack.kind for attack in read_attacks())
    assert len(kinds) >= 15
    assert sum(kinds.values()) >= 150


@pytest.mark.threat(25)
@pytest.mark.slow
def test_no_attack_has_anything_said_that_is_shown_as_supported_or_as_a_link(tmp_path: Path) -> None:
    cases = [Case(attack=attack, place=PLACES[at % len(PLACES)]) for at, attack in enumerate(read_attacks())]
    breaches, said = [], 0
    with write_library(tmp_path, cases, load_embedder()) as library:
        for case, answer in ask_all(library, cases):
            breaches += find_breaches(case, answer)
            said += len(answer.claims)
    assert said > len(cases), "the model obeyed"
    assert not [(one.case.source, one.what, one.text) for one in breaches]
