"""The users of the made-up exchange: who they are and what they are used to do."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from app.simulate.chance import Weighted, one_of, spread
from app.simulate.destination import Destination, new_address

# BO has no folder among the sample rules, so its users get the global ones.
REGIONS = Weighted({"HK": 0.34, "SG": 0.2, "TW": 0.18, "PH": 0.12, "GB": 0.11, "BO": 0.05})

# As devices send them.
_LANGUAGES: Mapping[str, Weighted[tuple[str, ...]]] = {
    "HK": Weighted({("zh-HK", "en"): 6.0, ("en-HK",): 2.0, ("zh-Hant-HK",): 2.0, ("zh-CN", "zh-HK"): 1.0}),
    "SG": Weighted({("en-SG",): 6.0, ("zh-CN", "en"): 2.0, ("ms-SG", "en"): 1.0, ("ta-SG", "en"): 0.6}),
    "TW": Weighted({("zh-TW",): 9.0, ("en",): 1.0}),
    "PH": Weighted({("fil-PH", "en"): 5.0, ("en-PH",): 5.0}),
    "GB": Weighted({("en-GB",): 9.0, ("pl", "en-GB"): 1.0}),
    "BO": Weighted({("es-BO",): 9.0, ("qu", "es-BO"): 1.0}),
}
_AGE_BANDS = Weighted({"18-24": 0.16, "25-34": 0.32, "35-44": 0.24, "45-59": 0.18, "60+": 0.1})
_KYC_LEVELS = Weighted({1: 0.08, 2: 0.72, 3: 0.2})
_CHANNELS = Weighted({"app": 0.72, "web": 0.25, "api": 0.03})
_COINS = Weighted(
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
_OWN_KINDS = Weighted({"self_hosted": 0.5, "exchange": 0.35, "unknown": 0.15})

DAY = 86_400.0  # seconds
MONTH = 30 * DAY


@dataclass(slots=True, eq=False)
class User:
    """A user with their habits; `paid`, `recent` and `alerts` grow as the story goes on. Times are in seconds."""

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
    """The same user for the same seed and number, whatever happened before; only the account's age depends on `now`."""
    chance = Random(f"{seed}/user/{number}")  # noqa: S311  # a simulation must be repeatable
    region = REGIONS.draw(chance)
    asset, network = _COINS.draw(chance)
    new_here = chance.random() < 0.2
    age = spread(0.2, 30.0, chance) if new_here else spread(30.0, 2500.0, chance)
    settled = not new_here
    habits = tuple(
        Destination(new_address(network, chance), _OWN_KINDS.draw(chance), ["saved_by_user"] if settled else [])
        for _ in range(1 + int(chance.random() * 3))
    )
    user = User(
        number=number,
        id=f"sim-{seed}-{number}",
        region=region,
        languages=_LANGUAGES[region].draw(chance),
        age_band=_AGE_BANDS.draw(chance) if chance.random() < 0.9 else None,
        kyc_level=_KYC_LEVELS.draw(chance),
        channel=_CHANNELS.draw(chance),
        asset=asset,
        network=network,
        wealth=spread(300.0, 150_000.0, chance),
        opened=now - age * DAY,
        habits=habits,
    )
    if settled:
        user.paid.update(habit.address for habit in habits if one_of((True, True, False), chance))
        user.withdrawals = len(user.paid)
    return user
