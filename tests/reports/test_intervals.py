"""Intervals: against other implementations, and against simulated truth."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import binomtest

from app.reports.interval import clustered_share, difference, effective_size, share
from benchmarks.coverage import MONDAY, TRUE_RATE, simulated, study, tallies, true_rate_by_alert
from tests.reports.compact import ask


def test_a_share_of_users_has_scipys_wilson_interval() -> None:
    found, expected = share(51, 250), binomtest(51, 250).proportion_ci(method="wilson")
    assert [found.low, found.high] == pytest.approx([expected.low, expected.high], abs=1e-12)


def test_the_difference_of_two_shares_has_newcombes_published_interval() -> None:
    """56 of 70 less 48 of 80: 0.0524 to 0.3339 (Newcombe 1998, example a, method 10)."""
    assert difference(share(56, 70), share(48, 80)) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_the_variance_of_a_share_of_alerts_is_that_of_a_cluster_robust_regression() -> None:
    """The effective size is what makes r(1-r)/n that variance, less Student's caution for forty users."""
    chance = np.random.default_rng(1)
    alerts = chance.integers(1, 9, 40)
    hits = chance.binomial(alerts, chance.beta(0.5, 2, 40))
    rows = np.concatenate([[1] * hit + [0] * (n - hit) for n, hit in zip(alerts, hits, strict=True)])
    regression = sm.OLS(rows, np.ones(len(rows))).fit(
        cov_type="cluster", cov_kwds={"groups": np.repeat(np.arange(40), alerts)}
    )
    rate = hits.sum() / alerts.sum()
    student = (1.959964 / 2.022691) ** 2
    assert effective_size(alerts, hits, np.ones(40, np.int64)) == pytest.approx(
        rate * (1 - rate) / regression.bse[0] ** 2 * student, rel=1e-5
    )


def test_users_who_are_alike_count_as_often_as_they_are() -> None:
    apart = clustered_share(np.array([1, 1, 3]), np.array([1, 1, 0]), np.array([1, 1, 1]))
    together = clustered_share(np.array([1, 3]), np.array([1, 0]), np.array([2, 1]))
    assert apart == together


@pytest.mark.parametrize(("hits", "people"), [(0, 3), (5, 3)])
def test_where_all_alerts_say_the_same_only_users_are_independent(hits: int, people: int) -> None:
    """Fifteen alerts of three users, all no or all yes: the interval is that of three."""
    found = clustered_share(np.array([5]), np.array([hits]), np.array([people]))
    assert (found.low, found.high) == (share(hits // 5 * 3, 3).low, share(hits // 5 * 3, 3).high)


def test_one_user_is_one_observation() -> None:
    assert clustered_share(np.array([8]), np.array([2]), np.array([1])).effective == 1


def test_nothing_to_count_has_no_interval() -> None:
    nobody = np.zeros(0, np.int64)
    assert clustered_share(nobody, nobody, nobody).rate is None
    assert difference(share(0, 0), share(1, 2)) is None


def test_a_simulated_truth_of_20_4_percent_is_inside_the_interval() -> None:
    """Four weeks of about two thousand users each; users of one week are others than those of the next."""
    told = ask(simulated(4, 2000, seed=1), since=MONDAY.isoformat(), until="2026-11-30")
    assert told.total is not None
    rate = told.total.rates.reconsidered_or_reviewed
    assert rate.low is not None
    assert rate.high is not None
    assert rate.low < TRUE_RATE < rate.high
    assert rate.high - rate.low < 0.02
    by_alert = told.total.by_alert.reconsidered
    assert by_alert.low is not None
    assert by_alert.high is not None
    assert by_alert.low < true_rate_by_alert() < by_alert.high


def test_intervals_cover_the_truth_as_often_as_they_promise() -> None:
    """1,000 seeded weeks; the standard error of a coverage of 95% is then 0.7%. docs/measurement.md has 20,000."""
    covered = study(1000, 120, seed=1, batch=1000)
    used = next(rate for method, rate in covered.items() if "used" in method)
    naive = next(rate for method, rate in covered.items() if "independent" in method)
    assert 0.93 <= covered["by user: Wilson"] <= 0.97
    assert 0.93 <= used <= 0.97
    assert naive < 0.90, "the simulation has users whose alerts are alike, so this must fail"


def test_the_simulation_is_seeded() -> None:
    assert tallies(2, 50, seed=3)[0].users == tallies(2, 50, seed=3)[0].users
