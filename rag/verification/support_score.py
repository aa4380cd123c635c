"""The support score: how likely quotes support a claim, by the verifier's model and by what rules find.

``python -m dateline.eval.benchmarks verdicts --data PATH --fit yes`` fits its weights, of a logistic model, on the
calibration part of ``desk`` (claims Apache-2.0, over articles of CC BY, CC BY-SA or in the public domain).
"""

import math
from collections.abc import Collection, Mapping
from typing import Literal

FaultKind = Literal["number", "date", "name", "negation", "role", "scope", "word"]
"""What a rule finds wrong with a claim."""

Finding = FaultKind | Literal["exchanged"]
"""The same, and that a fault stands where the claim repeats a quote otherwise."""

_MODEL, _INTERCEPT = 0.477, 1.022
_FINDINGS: Mapping[Finding, float] = {
    "number": -0.278, "date": -0.749, "name": -0.745, "negation": -0.631, "role": -0.858, "scope": -1.166,
    "word": -1.018, "exchanged": -1.152,
}  # fmt: skip
_SUREST = 9.0  # log-odds of the model that are counted, at most, for or against


def features(supported: float, findings: Collection[Finding]) -> tuple[float, ...]:
    """What the score is a weighted sum of: the model's log-odds, 1 for each finding that there is, and 1.

    Args:
        supported: the probability that the model gives a claim, 0 to 1.
        findings: of rules.
    """
    odds = math.log(max(supported, 1e-9)) - math.log(max(1 - supported, 1e-9))
    return (max(-_SUREST, min(_SUREST, odds)), *(float(kind in findings) for kind in _FINDINGS), 1.0)


def support_score(supported: float, findings: Collection[Finding]) -> float:
    """That quotes support a claim, 0 to 1; arguments as of ``features``.

    At 0.5 of the claims that are true as many are marked as was decided (decision 39).
    """
    weights = (_MODEL, *_FINDINGS.values(), _INTERCEPT)
    summed = sum(weight * one for weight, one in zip(weights, features(supported, findings), strict=True))
    return 1 / (1 + math.exp(-summed))
