"""What the verifier learns from: claims beside those they differ from, with their evidence, none of what judges."""

import pytest

from dateline.eval.training.examples import CONTRADICTED, FALSE, NOT_SAID, SUPPORTED
from dateline.eval.training.verifier_mixture import SOURCES, Claim, ClaimGroups, VerifierMixture, read_sets
from dateline.index.types import Metadata
from tests.harness.training_sets import ASIDE, BRIDGE, write_verifier_sets


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ClaimGroups]:
    folder = tmp_path_factory.mktemp("sets")
    write_verifier_sets(folder)
    return read_sets(folder)


def _claims(groups: ClaimGroups) -> list[Claim]:
    return [one for group in groups for one in group]


def test_nothing_of_the_parts_kept_aside_is_read(sets: dict[str, ClaimGroups]) -> None:
    texts = [f"{one.text} {one.evidence}" for groups in sets.values() for one in _claims(groups)]
    assert not [text for text in texts if ASIDE in text]
    assert len(_claims(sets["desk"])) == 3 * 2 * 2  # parts, articles, claims
    premises = {one.evidence for one in _claims(sets["pairs"])}
    assert 0 < len(premises) < 20


def test_claims_that_differ_in_little_stand_together(sets: dict[str, ClaimGroups]) -> None:
    assert [len(group) for group in sets["vitaminc"]] == [4]
    assert [len(group) for group in sets["snli"]] == [2]
    for group in (*sets["desk"], *sets["pairs"]):
        assert len({one.metadata.title or one.evidence for one in group}) == 1
        assert len(group) <= 4


def test_a_set_that_only_tells_true_from_false_is_learned_as_that(sets: dict[str, ClaimGroups]) -> None:
    labels = {name: {one.label for one in _claims(groups)} for name, groups in sets.items()}
    assert labels["desk"] == labels["pairs"] == {SUPPORTED, FALSE}
    assert labels["vitaminc"] == {SUPPORTED, CONTRADICTED}
    assert labels["snli"] == {SUPPORTED, NOT_SAID}


def test_of_fever_as_much_is_true_as_is_false_and_half_as_much_not_said(sets: dict[str, ClaimGroups]) -> None:
    labels = [one.label for one in _claims(sets["fever"])]
    assert [labels.count(label) for label in (SUPPORTED, CONTRADICTED, NOT_SAID)] == [2, 2, 1]


def test_evidence_is_read_with_the_sentence_before_it(sets: dict[str, ClaimGroups]) -> None:
    claim = next(one for one in _claims(sets["desk"]) if BRIDGE[0][47:] in one.evidence)
    assert claim.wider == f"{BRIDGE[0][:46]} {claim.evidence}"
    assert claim.metadata.published == "2024-05-01"
    assert len(claim.pair().ids) > len(claim.pair(wide=False).ids)


def test_a_round_has_of_each_set_as_much_as_stated_the_first_rounds_more_of_the_easy_ones(
    sets: dict[str, ClaimGroups],
) -> None:
    one = Claim(kind="", text="It fell.", evidence="It fell in 1904.", label=SUPPORTED, metadata=Metadata())
    mixture = VerifierMixture({"fever": [[one]] * 5, "vitaminc": [[one] * 3] * 4}, seed=1)
    sources = SOURCES["fever"], SOURCES["vitaminc"]
    for number, quotas in ((11, [one.first for one in sources]), (12, [one.then for one in sources])):
        groups = mixture.round(number)
        drawn = [len(group) for group in groups]
        assert drawn.count(1) == quotas[0]
        assert quotas[1] <= 3 * drawn.count(3) < quotas[1] + 3
    assert set(SOURCES) == set(sets)


def test_a_round_depends_on_seed_and_number_alone(sets: dict[str, ClaimGroups]) -> None:
    small = {"vitaminc": sets["vitaminc"], "fm2": sets["fm2"], "desk": sets["desk"]}
    drawn = VerifierMixture(small, seed=1).round(0)
    assert VerifierMixture(small, seed=1).round(0) == drawn
    assert VerifierMixture(small, seed=2).round(0) != drawn
    assert {one.kind for group in drawn for one in group} == {"vitaminc", "fm2", "desk reworded", "desk negation"}
