"""The users of the simulated exchange and their habits."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from app.simulate.destination import Destination, new_address
from app.simulate.random_draws import WeightedChoice, choose, log_uniform

# The sample rules have no folder for BO, so its users get the global rules.
REGIONS = WeightedChoice({"HK": 0.34, "SG": 0.2, "TW": 0.18, "PH": 0.12, "GB": 0.11, "BO": 0.05})

# As devices send them, preferred first.
_LANGUAGES: Mapping[str, WeightedChoice[tuple[str, ...]]] = {
    "HK": WeightedChoice({("zh-HK", "en"): 6.0, ("en-HK",): 2.0, ("zh-Hant-HK",): 2.0, ("zh-CN", "zh-HK"): 1.0}),
    "SG": WeightedChoice({("en-SG",): 6.0, ("zh-CN", "en"): 2.0, ("ms-SG", "en"): 1.0, ("ta-SG", "en"): 0.6}),
    "TW": WeightedChoice({("zh-TW",): 9.0, ("en",): 1.0}),
    "PH": WeightedChoice({("fil-PH", "en"): 5.0, ("en-PH",): 5.0}),
    "GB": WeightedChoice({("en-GB",): 9.0, ("pl", "en-GB"): 1.0}),
    "BO": WeightedChoice({("es-BO",): 9.0, ("qu", "es-BO"): 1.0}),
}
_AGE_BANDS = WeightedChoice({"18-24": 0.16, "25-34": 0.32, "35-44": 0.24, "45-59": 0.18, "60+": 0.1})
_KYC_LEVELS = WeightedChoice({1: 0.08, 2: 0.72, 3: 0.2})
_CHANNELS = WeightedChoice({"app": 0.72, "web": 0.25, "api": 0.03})
_COINS = WeightedChoice(
    {
        ("USDT", "TRON"): 0.4,
        ("USDT", "ETHEREUM"): 0.1,
        ("BTC", "BITCOIN"): 0.16,
        ("ETH", "ETHEREUM"): 0.14,
        ("USDC", "SOLANA"): 0.1,
        ("SOL", "SOLANA"): 0.06,
        ("XRP", "XRPL"): 0.04,
    }
)
_OWN_KINDS = WeightedChoice({"self_hosted": 0.5, "exchange": 0.35, "unknown": 0.15})

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
    region = REGIONS.draw(rng)
    asset, network = _COINS.draw(rng)
    new_here = rng.random() < 0.2
    age = log_uniform(0.2, 30.0, rng) if new_here else log_uniform(30.0, 2500.0, rng)
    settled = not new_here
    habits = tuple(
        Destination(new_address(network, rng), _OWN_KINDS.draw(rng), ["saved_by_user"] if settled else [])
        for _ in range(1 + int(rng.random() * 3))
    )
    user = User(
        number=number,
        id=f"sim-{seed}-{number}",
        region=region,
        languages=_LANGUAGES[region].draw(rng),
        age_band=_AGE_BANDS.draw(rng) if rng.random() < 0.9 else None,
        kyc_level=_KYC_LEVELS.draw(rng),
        channel=_CHANNELS.draw(rng),
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
