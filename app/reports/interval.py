"""Shares with 95% intervals, computed by statsmodels."""

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
    """A share with its interval. Rate, low and high are None where the denominator is 0.

    `effective` is the number of independent units with the same variance; for users it is the denominator itself.
    """

    numerator: int
    denominator: int
    rate: float | None
    low: float | None
    high: float | None
    effective: float


def share(numerator: int, denominator: int) -> Share:
    """A share of independent units, with the Wilson interval."""
    return _wilson(numerator, denominator, float(denominator))


def clustered_share(alerts: Counts, positive: Counts, users: Counts) -> Share:
    """A share of alerts, where several alerts can belong to one user.

    Each of `users[i]` users had `alerts[i]` alerts, `positive[i]` of them a yes. The interval is Wilson's for the
    number of independent alerts with the same variance (that of the ratio, with independent users), with Student's t in
    place of the normal quantile. docs/measurement.md compares it with alternatives.
    """
    total, hits = int(alerts @ users), int(positive @ users)
    return _wilson(hits, total, effective_size(alerts, positive, users) if total else 0.0)


def effective_size(alerts: Counts, positive: Counts, users: Counts) -> float:
    """The number of independent alerts with the same variance: at most as many as there are; 1 for a single user."""
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
    """Newcombe's interval of the first rate minus the second; None where a denominator is 0."""
    if first.rate is None or second.rate is None:
        return None
    counts = (first.rate * first.effective, first.effective, second.rate * second.effective, second.effective)
    low, high = confint_proportions_2indep(*counts, method="newcomb", compare="diff", alpha=ALPHA)
    return float(low), float(high)


def _wilson(numerator: int, denominator: int, effective: float) -> Share:
    if denominator == 0:
        return Share(0, 0, None, None, None, 0.0)
    rate = numerator / denominator
    low, high = proportion_confint(rate * effective, effective, alpha=ALPHA, method="wilson")
    return Share(numerator, denominator, rate, float(low), float(high), effective)
