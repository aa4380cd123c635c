"""Our figures beside those of other implementations, on cases that hypothesis makes."""

from collections.abc import Iterator
from typing import Any

import ir_measures
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ir_measures import RR, R, Success, nDCG

from dateline.eval.metrics import answers, retrieval

pytestmark = pytest.mark.slow

_EXACT = 1e-9
_DOCUMENTS = [f"d{number}" for number in range(30)]

rankings = st.lists(st.sampled_from(_DOCUMENTS), max_size=25, unique=True)
relevants = st.sets(st.sampled_from(_DOCUMENTS), min_size=1, max_size=12)


@settings(max_examples=300)
@given(ranking=rankings, relevant=relevants, k=st.sampled_from((1, 4, 10, 20)))
def test_retrieval_figures_are_those_of_ir_measures(ranking: list[str], relevant: set[str], k: int) -> None:
    gains = retrieval.gains_of([{one} for one in ranking], relevant)
    ours = {
        Success @ k: retrieval.hits(gains, k),
        R @ k: retrieval.recall(gains, len(relevant), k),
        RR @ k: retrieval.reciprocal_rank(gains, k),
        nDCG @ k: retrieval.ndcg(gains, len(relevant), k),
    }
    run = {"q": {one: float(len(ranking) - place) for place, one in enumerate(ranking)}}
    theirs = ir_measures.calc_aggregate(list(ours), {"q": dict.fromkeys(relevant, 1)}, run)
    for measure, value in ours.items():
        assert value == pytest.approx(theirs[measure], abs=_EXACT), measure


@settings(max_examples=300)
@given(
    ranking=rankings,
    grades=st.dictionaries(st.sampled_from(_DOCUMENTS), st.integers(0, 4), min_size=1, max_size=12),
    k=st.sampled_from((1, 10, 20)),
)
def test_graded_figures_are_those_of_ir_measures(ranking: list[str], grades: dict[str, int], k: int) -> None:
    assume(any(grades.values()))
    run = {"q": {one: float(len(ranking) - place) for place, one in enumerate(ranking)}}
    theirs = ir_measures.calc_aggregate([nDCG @ k], {"q": grades}, run)
    ours = retrieval.graded_ndcg([grades.get(one, 0) for one in ranking], grades.values(), k)
    assert ours == pytest.approx(theirs[nDCG @ k], abs=_EXACT)


@pytest.fixture(scope="module")
def squad() -> Iterator[Any]:
    """The SQuAD script, in double precision."""
    import torch
    from torchmetrics.functional.text import squad as module_function

    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield module_function
    torch.set_default_dtype(before)


_WORDS = ("the", "a", "An", "2,500", "2500", "troops", "Troops!", "U.S.", "end", "of", "2026.", "—", "“leave”", "")
texts = st.one_of(st.lists(st.sampled_from(_WORDS), max_size=6).map(" ".join), st.text(max_size=20))


@settings(max_examples=300)
@given(answer=texts, expected=st.lists(texts, min_size=1, max_size=3))
def test_exact_match_and_f1_are_those_of_the_squad_script(squad: Any, answer: str, expected: list[str]) -> None:
    theirs = squad(
        [{"prediction_text": answer, "id": "q"}],
        [{"answers": {"answer_start": [0] * len(expected), "text": expected}, "id": "q"}],
    )
    assert answers.exact_match(answer, expected) == pytest.approx(float(theirs["exact_match"]) / 100, abs=_EXACT)
    assert answers.f1(answer, expected) == pytest.approx(float(theirs["f1"]) / 100, abs=_EXACT)
