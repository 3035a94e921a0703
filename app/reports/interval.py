"""Rates with their 95% intervals, computed by statsmodels."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import norm, t
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

CONFIDENCE = 0.95
ALPHA = 1 - CONFIDENCE

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Share:
    """A numerator over a denominator with its interval. The three figures are None where there is nothing to count.

    `effective` is how many independent units the denominator is worth; for users it is the denominator itself.
    """

    numerator: int
    denominator: int
    rate: float | None
    low: float | None
    high: float | None
    effective: float


def share(numerator: int, denominator: int) -> Share:
    """A share of independent units: the Wilson interval."""
    return _wilson(numerator, denominator, float(denominator))


def clustered_share(alerts: Counts, positive: Counts, users: Counts) -> Share:
    """A share of alerts, several of which may be one user's.

    `users[i]` users had `alerts[i]` alerts each, `positive[i]` of them counted. The Wilson interval of as many
    independent alerts as give the same variance (that of the ratio, users being what is independent), with Student's t
    in the place of the normal quantile. docs/measurement.md compares it with its alternatives.
    """
    total, hits = int(alerts @ users), int(positive @ users)
    return _wilson(hits, total, effective_size(alerts, positive, users) if total else 0.0)


def effective_size(alerts: Counts, positive: Counts, users: Counts) -> float:
    """How many independent alerts are worth as much as these. Never more than there are; with one user, one."""
    total, people = float(alerts @ users), float(users.sum())
    rate = float(positive @ users) / total
    if people < 2:
        return 1.0
    residual = DescrStatsW((positive - rate * alerts).astype(float), weights=users.astype(float))
    error = float(residual.std_mean) * people / total
    if error == 0:
        return people
    size = rate * (1 - rate) / error**2
    caution = (norm.ppf(1 - ALPHA / 2) / t.ppf(1 - ALPHA / 2, people - 1)) ** 2
    return float(min(size, total) * caution)


def difference(first: Share, second: Share) -> tuple[float, float] | None:
    """Newcombe's interval of the first rate less the second; None where one of them has nothing to count."""
    if first.rate is None or second.rate is None:
        return None
    low, high = confint_proportions_2indep(
        first.rate * first.effective,
        first.effective,
        second.rate * second.effective,
        second.effective,
        method="newcomb",
        compare="diff",
        alpha=ALPHA,
    )
    return float(low), float(high)


def _wilson(numerator: int, denominator: int, effective: float) -> Share:
    if denominator == 0:
        return Share(0, 0, None, None, None, 0.0)
    rate = numerator / denominator
    low, high = proportion_confint(rate * effective, effective, alpha=ALPHA, method="wilson")
    return Share(numerator, denominator, rate, float(low), float(high), effective)
