"""Whether the assistant answers when it can and declines when it can't, and whether its confidence tells which.

``right`` says of each question whether the answer is right, or would have been had one been given.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_BINS = 10


def risk_coverage(confidence: Sequence[float], right: Sequence[bool]) -> NDArray[np.float64]:
    """The share of wrong answers among the 1, 2, ... n questions of greatest confidence: float64 [n].

    (El-Yaniv & Wiener 2010.) Questions of equal confidence count in parts, as in the mean over every order of them.
    """
    confidences, wrong = np.asarray(confidence, np.float64), 1.0 - np.asarray(right, np.float64)
    levels, group = np.unique(-confidences, return_inverse=True)
    counts = np.bincount(group, minlength=len(levels))
    shares = np.bincount(group, wrong, minlength=len(levels)) / np.maximum(counts, 1)
    answered = np.arange(1, len(wrong) + 1)
    return np.asarray(np.cumsum(np.repeat(shares, counts)) / answered, np.float64)


def risk_coverage_area(confidence: Sequence[float], right: Sequence[bool]) -> float:
    """Area under the risk-coverage curve, 0 to 1, less is better (Geifman, Uziel & El-Yaniv 2019)."""
    return float(risk_coverage(confidence, right).mean())


def calibration_error(confidence: Sequence[float], right: Sequence[bool]) -> float:
    """How far confidence is from the share right, over ten equal bins; 0 to 1, less is better (Guo et al. 2017)."""
    confidences, truth = np.asarray(confidence, np.float64), np.asarray(right, np.float64)
    bins = np.minimum((confidences * _BINS).astype(int), _BINS - 1)
    gaps = np.bincount(bins, confidences - truth, minlength=_BINS)
    return float(np.abs(gaps).sum() / len(truth))


def roc_auc(right: Sequence[float], wrong: Sequence[float]) -> float:
    """Area under the ROC curve: how often a score of ``right`` is above one of ``wrong``; equal ones count half."""
    differences = np.subtract.outer(np.array(right), np.array(wrong))
    return float(np.mean((differences > 0) + 0.5 * (differences == 0)))


def balanced_accuracy(called: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    """The mean of the shares of true and of false ones that are called right; of one side where there is only one."""
    sides = [float(np.mean(called[truth == side] == side)) for side in (True, False) if (truth == side).any()]
    return sum(sides) / len(sides)
