"""The users of the simulated exchange and their habits."""

from collections import deque
from dataclasses import dataclass, field
from random import Random

from app.simulate.destination import Destination, new_address
from app.simulate.population import population
from app.simulate.random_draws import choose, log_uniform

DAY = 86_400.0  # seconds
MONTH = 30 * DAY


@dataclass(slots=True, eq=False)
class User:
    """A user with their habits. `paid`, `recent` and `alerts` grow during the simulation. Times are in seconds."""

    number: int
    id: str
    region: str
    languages: tuple[str, ...]
    age_band: str | None
    kyc_level: int
    channel: str
    asset: str
    network: str
    wealth: float  # US dollars held
    opened: float
    habits: tuple[Destination, ...]
    paid: set[str] = field(default_factory=set)
    recent: deque[float] = field(default_factory=deque)
    withdrawals: int = 0
    alerts: int = 0

    def withdrawals_30d(self, now: float) -> int:
        while self.recent and self.recent[0] < now - MONTH:
            self.recent.popleft()
        return len(self.recent)


def make_user(seed: int, number: int, now: float) -> User:
    """The user of this seed and number. Only the date of the account's opening depends on `now`."""
    rng = Random(f"{seed}/user/{number}")  # noqa: S311  # a simulation must be repeatable
    odds = population()
    region = odds.regions.draw(rng)
    asset, network = odds.coins.draw(rng).split()
    settled = rng.random() >= 0.2
    age = log_uniform(30.0, 2500.0, rng) if settled else log_uniform(0.2, 30.0, rng)
    habits = tuple(
        Destination(new_address(network, rng), odds.own_kinds.draw(rng), ["saved_by_user"] if settled else [])
        for _ in range(1 + int(rng.random() * 3))
    )
    user = User(
        number=number,
        id=f"sim-{seed}-{number}",
        region=region,
        languages=tuple(odds.languages[region].draw(rng).split()),
        age_band=odds.age_bands.draw(rng) if rng.random() < 0.9 else None,
        kyc_level=odds.kyc_levels.draw(rng),
        channel=odds.channels.draw(rng),
        asset=asset,
        network=network,
        wealth=log_uniform(300.0, 150_000.0, rng),
        opened=now - age * DAY,
        habits=habits,
    )
    if settled:
        user.paid.update(habit.address for habit in habits if choose((True, True, False), rng))
        user.withdrawals = len(user.paid)
    return user
