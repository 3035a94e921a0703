"""The plan of a simulated history: its period, volume and the times of its withdrawals."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from app.simulate.user import DAY


@dataclass(frozen=True, slots=True)
class Plan:
    """The same plan gives the same bytes. Times are seconds since the epoch."""

    seed: int
    since: float
    until: float
    per_day: int
    users: int
    secret: str


def users_for(per_day: int) -> int:
    """Enough users that most of them withdraw a few times a month."""
    return max(100, 6 * per_day)


def arrivals(plan: Plan) -> Iterator[float]:
    """The times of withdrawals: fewer at weekends and at night (in Asia), and another number each day."""
    rng = Random(f"{plan.seed}/arrivals")  # noqa: S311  # a simulation must be repeatable
    day = plan.since
    while day < plan.until:
        length = min(DAY, plan.until - day)
        weekend = 0.8 if datetime.fromtimestamp(day, UTC).weekday() >= 5 else 1.0
        number = round(plan.per_day * weekend * (0.9 + 0.2 * rng.random()) * length / DAY)
        yield from sorted(day + _time_of_day(rng) * length for _ in range(number))
        day += DAY


def _time_of_day(rng: Random) -> float:
    """A fraction of the day. A tenth are uniform, the others peak at 20:00 in Hong Kong, which is noon in UTC."""
    return rng.random() if rng.random() < 0.1 else rng.triangular(0.0, 1.0, 0.5)
