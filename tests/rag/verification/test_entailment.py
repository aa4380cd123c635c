"""The model that judges claims: what it is given to read, and what comes back."""

import numpy as np
import pytest

from dateline.rag.verification.entailment import EntailmentModel, shipped_verifier

_ARTICLE = "Iraq and the coalition\n2024-09-08\n"
_QUOTE = f"{_ARTICLE}The union sued the harbour council over the sale of four ferries in 2019."


def test_every_claim_gets_shares_that_sum_to_one() -> None:
    shares = shipped_verifier().probabilities([_QUOTE, "", _QUOTE], ["The union sued.", "It sank.", ""])
    assert shares.shape == (3, 3)
    np.testing.assert_allclose(shares.sum(1), 1, atol=1e-6)


def test_what_is_said_of_a_claim_does_not_depend_on_its_neighbours() -> None:
    model = EntailmentModel()
    claims = ["The union sued the council.", "The council sued the union.", "Four ferries were sold in 2019."]
    together = model.probabilities([_QUOTE] * 3, claims)
    alone = np.concatenate([model.probabilities([_QUOTE], [claim]) for claim in claims])
    np.testing.assert_array_equal(together, alone)


def test_evidence_that_is_longer_than_a_reading_is_read_to_its_end() -> None:
    padding = "The weather stayed as it was, and nothing was decided about the road to the harbour that day. " * 60
    claim = "The union sued the harbour council over the sale of four ferries."
    (near,), (far,) = (
        shipped_verifier().probabilities([text], [claim]) for text in (_QUOTE, f"{padding}{_QUOTE.split(chr(10))[-1]}")
    )
    (without,) = shipped_verifier().probabilities([padding], [claim])
    assert near.argmax() == far.argmax() == 0
    assert without.argmax() != 0


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("The harbour council was taken to court by the union.", 0),
        ("The union sued the harbour council over the sale of nine ferries.", 1),
        ("The mayor of Lenn resigned.", 2),
    ],
)
def test_plain_claims_are_told_apart(claim: str, verdict: int) -> None:
    assert shipped_verifier().probabilities([_QUOTE], [claim]).argmax() == verdict
