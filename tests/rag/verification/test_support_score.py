from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from dateline.rag.verification.support_score import FaultKind, Finding, support_score

_FINDINGS: tuple[Finding, ...] = (*get_args(FaultKind), "exchanged")
SHARE = st.floats(0, 1)
FINDINGS = st.frozensets(st.sampled_from(_FINDINGS))


@given(SHARE, FINDINGS)
def test_a_score_is_a_probability(supported: float, findings: frozenset[Finding]) -> None:
    assert 0 < support_score(supported, findings) < 1


@given(SHARE, SHARE, FINDINGS)
def test_what_the_model_finds_likelier_scores_no_less(less: float, more: float, findings: frozenset[Finding]) -> None:
    less, more = sorted((less, more))
    assert support_score(less, findings) <= support_score(more, findings)


@given(SHARE, FINDINGS, st.sampled_from(_FINDINGS))
def test_a_further_fault_makes_nothing_likelier(
    supported: float, findings: frozenset[Finding], further: Finding
) -> None:
    assert support_score(supported, findings | {further}) <= support_score(supported, findings)
