"""How far a figure would move with other questions of the same kind."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_RESAMPLES = 2_000
_SEED = 1979  # Efron's year: the same samples give the same interval
_TAILS = (2.5, 97.5)

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """From ``low`` to ``high`` lie 95 of 100 resamples."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a figure came to less what it was, over the same samples."""

    mean: float
    interval: Interval
    p: float
    """How often chance alone would bring a difference as large: two-sided."""


def standard_error(values: Sequence[float]) -> float | None:
    """Of the mean of ``values``; None for fewer than two."""
    return float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else None


def bootstrap(statistic: Callable[..., float], *columns: Sequence[float]) -> Interval:
    """The percentile interval of a statistic (Efron 1979), samples drawn whole with replacement.

    Args:
        statistic: of columns as long as those given.
        columns: one value a sample in each.
    """
    tables = [np.asarray(column, np.float64) for column in columns]
    drawn = [statistic(*(table[rows] for table in tables)) for rows in _draws(len(tables[0]))]
    return _interval(np.array(drawn))


def bootstrap_mean(values: Sequence[float]) -> Interval:
    """The percentile interval of a mean."""
    return _interval(_mean_draws(np.asarray(values, np.float64)))


def paired_bootstrap(before: Sequence[float], after: Sequence[float]) -> Difference:
    """The mean of ``after`` less ``before``, sample by sample, and its test (Efron & Tibshirani 1993, ch. 16).

    Under the hypothesis of no difference the resampled differences are moved to a mean of 0; ``p`` is the share of
    them at least as far from 0 as the mean seen, never less than one in as many as were drawn.
    """
    gained = np.asarray(after, np.float64) - np.asarray(before, np.float64)
    mean, draws = float(gained.mean()), _mean_draws(gained)
    as_far = np.abs(draws - mean) >= abs(mean) - 1e-12
    return Difference(mean=mean, interval=_interval(draws), p=float((1 + as_far.sum()) / (1 + len(draws))))


def _draws(count: int) -> NDArray[np.int64]:
    return np.random.default_rng(_SEED).integers(0, count, (_RESAMPLES, count))


def _mean_draws(values: Values) -> Values:
    means: Values = values[_draws(len(values))].mean(axis=1)
    return means


def _interval(drawn: Values) -> Interval:
    low, high = np.percentile(drawn, _TAILS)
    return Interval(low=float(low), high=float(high))
