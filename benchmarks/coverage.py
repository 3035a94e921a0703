"""How often the 95% intervals contain the truth: seeded weeks with known true rates, through the report itself.

    .venv/bin/python benchmarks/coverage.py --weeks 20000

Users differ: most have an alert or two a week and reconsider every fourth, some have seven and hardly ever do. So the
alerts of one user are alike, and rates by alert and by user differ. `docs/measurement.md` has the result.
"""

import argparse
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.optimize import brentq
from scipy.special import betaln, expit, logit
from scipy.stats import norm, poisson, t
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from app.dataset.report_sources import Sources
from app.dataset.schema import SCHEMA
from app.reports.event_connection import open_events
from app.reports.interval import clustered_share, share
from app.reports.question import Question
from app.reports.question_options import Dimension
from app.reports.tally import Tally, tally

TRUE_RATE = 0.204  # by user: the published figure of the Hong Kong pilot
MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
WEEK = 7 * 86_400_000_000
MOST = 60  # alerts per user and week; more has a probability below 1e-30

Ints = npt.NDArray[np.int64]
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Kind:
    """Users of one kind: their share, their alerts beyond the first, and a beta distribution of their habits."""

    share: float
    more_alerts: float
    habit: float
    spread: float

    @property
    def beta(self) -> Interval:
        return self.habit * self.spread, (1 - self.habit) * self.spread

    def ever(self) -> float:
        """The probability that a user of this kind reconsiders at least one alert of a week."""
        a, b = self.beta
        alerts = np.arange(1, MOST)
        never = np.exp(betaln(a, b + alerts) - betaln(a, b))
        return float(poisson.pmf(alerts - 1, self.more_alerts) @ (1 - never))


def kinds(scale: float) -> tuple[Kind, Kind]:
    return Kind(0.75, 0.6, 0.20 * scale, 1.5), Kind(0.25, 6.0, 0.04 * scale, 3.0)


def true_kinds() -> tuple[Kind, Kind]:
    """The kinds of user, scaled so that the rate by user is exactly `TRUE_RATE`."""
    scale = brentq(lambda scale: sum(kind.share * kind.ever() for kind in kinds(scale)) - TRUE_RATE, 0.1, 3)
    return kinds(float(scale))


def true_rate_by_alert() -> float:
    alerts = [kind.share * (1 + kind.more_alerts) for kind in true_kinds()]
    return sum(n * kind.habit for n, kind in zip(alerts, true_kinds(), strict=True)) / sum(alerts)


def simulated(weeks: int, users: int, seed: int) -> pa.Table:
    """Events of `weeks` weeks with about `users` users in each, in the columns of the dataset. Seeded."""
    chance = np.random.default_rng(seed)
    common, busy = true_kinds()
    per_week = chance.poisson(users, weeks)
    week = np.repeat(np.arange(weeks), per_week)
    is_busy = chance.random(len(week)) < busy.share
    alerts = 1 + chance.poisson(np.where(is_busy, busy.more_alerts, common.more_alerts))
    habit = np.where(is_busy, chance.beta(*busy.beta, len(week)), chance.beta(*common.beta, len(week)))
    user = np.repeat(np.arange(len(week)), alerts)
    start = int(MONDAY.timestamp() * 1_000_000)
    time = start + week[user] * WEEK + chance.integers(0, WEEK, len(user))
    reconsidered = np.flatnonzero(chance.random(len(user)) < habit[user])
    return _events(
        user, time, reconsidered, time[reconsidered] + chance.integers(1, 20 * 3_600_000_000, len(reconsidered))
    )


def _events(user: Ints, time: Ints, reconsidered: Ints, cancelled_at: Ints) -> pa.Table:
    n, m = len(user), len(reconsidered)
    assessment = pc.binary_join_element_wise(
        "as_", pa.array(np.concatenate([np.arange(n), reconsidered])).cast(pa.string()), ""
    )
    at = pa.array(np.concatenate([time, cancelled_at]))
    columns = {
        "v": pa.repeat(pa.scalar(1, pa.int16()), n + m),
        "event": _both("assessment", n, "outcome", m),
        "event_id": pc.binary_join_element_wise("s:", pa.array(np.arange(n + m)).cast(pa.string()), ""),
        "time": at.cast(pa.timestamp("us", tz="UTC")),
        "assessment_id": assessment,
        "client": pa.repeat("exchange", n + m),
        "test": pa.repeat(False, n + m),  # noqa: FBT003 - a column of them
        "user": pa.chunked_array([pa.array(user).cast(pa.string()), pa.nulls(m, pa.string())]),
        "region": _both("HK", n, None, m),
        "rule_id": _both("hk/every-withdrawal", n, None, m),
        "outcome": _both(None, n, "cancelled", m),
        "occurred_at": pc.if_else(pc.greater_equal(pa.array(np.arange(n + m)), n), at, None).cast(
            pa.timestamp("us", tz="UTC")
        ),
    }
    return pa.table([columns.get(field.name, pa.nulls(n + m, field.type)) for field in SCHEMA], schema=SCHEMA)


def _both(first: str | None, n: int, second: str | None, m: int) -> pa.ChunkedArray:
    return pa.chunked_array(
        [pa.array([first], pa.string()).take(pa.repeat(0, n)), pa.array([second], pa.string()).take(pa.repeat(0, m))]
    )


def tallies(weeks: int, users: int, seed: int) -> list[Tally]:
    """The report's counts for each week."""
    until = MONDAY + timedelta(weeks=weeks)
    asked = Question(since=MONDAY, until=until, now=until + timedelta(days=60), group_by=(Dimension.WEEK,))
    with open_events(Sources(tail=simulated(weeks, users, seed)), memory_limit="2GB") as events:
        return list(tally(events, asked).groups.values())


def by_user(one: Tally) -> Interval:
    found = share(one.users["reconsidered"], one.users["counted"])
    return found.low or 0.0, found.high or 0.0


def by_alert(one: Tally) -> dict[str, Interval]:
    """The report's interval by alert, and its alternatives."""
    alerts, hits, alike = one.per_user["counted"], one.per_user["reconsidered"], one.users_alike
    total, positive, people = int(alerts @ alike), int(hits @ alike), int(alike.sum())
    rate = positive / total
    residual = DescrStatsW((hits - rate * alerts).astype(float), weights=alike.astype(float))
    error = float(residual.std_mean) * people / total
    two_sided, student = float(norm.ppf(0.975)), float(t.ppf(0.975, people - 1))
    chosen = clustered_share(alerts, hits, alike)
    intervals = {
        "as if independent: Wilson of the alerts": _interval(proportion_confint(positive, total, method="wilson")),
        "robust, symmetric (normal)": (rate - two_sided * error, rate + two_sided * error),
        "robust, symmetric (Student)": (rate - student * error, rate + student * error),
        "**robust, Wilson of the effective number (Student): used**": (chosen.low or 0.0, chosen.high or 0.0),
    }
    if 0 < rate < 1:
        size = rate * (1 - rate) / error**2
        on_scale = error / (rate * (1 - rate))
        intervals["robust, Wilson of the effective number (normal)"] = _interval(
            proportion_confint(rate * size, size, method="wilson")
        )
        intervals["robust, on the logit scale (Student)"] = (
            float(expit(logit(rate) - student * on_scale)),
            float(expit(logit(rate) + student * on_scale)),
        )
    return intervals


def _interval(both: tuple[float, float]) -> Interval:
    return float(both[0]), float(both[1])


def study(weeks: int, users: int, seed: int, batch: int = 500) -> dict[str, float]:
    """The share of weeks whose interval contains the truth, by method."""
    held: Counter[str] = Counter()
    truth = true_rate_by_alert()
    for first in range(0, weeks, batch):
        for one in tallies(min(batch, weeks - first), users, seed + first):
            low, high = by_user(one)
            held["by user: Wilson"] += low <= TRUE_RATE <= high
            for method, (lower, upper) in by_alert(one).items():
                held[f"by alert: {method}"] += lower <= truth <= upper
    return {method: count / weeks for method, count in held.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weeks", type=int, default=20_000)
    parser.add_argument("--users", type=int, nargs="+", default=[250, 60])
    parser.add_argument("--seed", type=int, default=20_260)
    asked = parser.parse_args()
    print(f"true rate by user {TRUE_RATE:.4f}, by alert {true_rate_by_alert():.4f}; {asked.weeks:,} weeks")
    for users in asked.users:
        print(f"\n| about {users} users a week | covered |\n|---|---|")
        for method, covered in study(asked.weeks, users, asked.seed).items():
            print(f"| {method} | {covered:.2%} |", flush=True)


if __name__ == "__main__":
    main()
