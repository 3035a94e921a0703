"""Simulated scams: what their withdrawals look like, and who their victims are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

import msgspec

from app.simulate.destination import Destination, new_address
from app.simulate.random_draws import Odds, WeightedChoice, choose, choose_each, log_uniform
from app.simulate.user import User

# Reports by this many victims make a destination known to address lookups.
KNOWN_AFTER = 2


@dataclass(frozen=True, slots=True, eq=False)
class Scam:
    """`shared` is the probability that all victims of a campaign get the same address.

    `coached` is the probability that the scammer told the user to declare an own wallet. `amount` is the range of the
    first payment in US dollars; each further payment is `growth` times as large.
    """

    typology: str
    weight: float
    purposes: Odds
    amount: tuple[float, float]
    growth: float = 1.6
    shared: float = 0.6
    coached: float = 0.25
    kinds: Odds = field(default_factory=lambda: {"unknown": 0.6, "self_hosted": 0.4})
    signals: Odds = field(default_factory=dict)
    tags: Odds = field(default_factory=dict)
    answers: Odds = field(default_factory=dict)
    funds: Odds = field(default_factory=lambda: {"own_bank_account": 0.8, "crypto_deposit": 0.2})


@cache
def scams() -> Sequence[Scam]:
    """The scams of scams.yaml."""
    return msgspec.yaml.decode(Path(__file__).with_name("scams.yaml").read_bytes(), type=list[Scam])


@cache
def _by_weight() -> WeightedChoice[Scam]:
    return WeightedChoice({scam: scam.weight for scam in scams()})


@dataclass(slots=True, eq=False)
class Campaign:
    """One scam by one group, which ends after `left` withdrawals. Victims pay several times."""

    scam: Scam
    shared: bool
    left: int
    addresses: dict[str, Destination] = field(default_factory=dict)  # by network, and by user where not shared
    payments: dict[int, int] = field(default_factory=dict)  # completed payments by user number
    victims: list[User] = field(default_factory=list)
    reports: int = 0

    def destination(self, user: User, rng: Random) -> Destination:
        whose = user.network if self.shared else f"{user.network}/{user.number}"
        destination = self.addresses.get(whose)
        if destination is None:
            scam = self.scam
            tags = choose_each(scam.tags, rng)
            destination = Destination(new_address(user.network, rng), WeightedChoice(scam.kinds).draw(rng), tags)
            self.addresses[whose] = destination
        return destination

    def amount(self, user: User, rng: Random) -> float:
        """In US dollars; at most what the user has."""
        payments = self.payments.get(user.number, 0)
        return min(log_uniform(*self.scam.amount, rng) * self.scam.growth**payments, user.wealth)

    def reported(self, destination: Destination) -> None:
        """A victim reported the scam; after KNOWN_AFTER reports the address is tagged."""
        self.reports += 1
        if self.reports >= KNOWN_AFTER and destination.tags is not None and "reported_scam" not in destination.tags:
            destination.tags.append("reported_scam")

    def paid(self, user: User) -> None:
        self.payments[user.number] = self.payments.get(user.number, 0) + 1


def new_campaign(rng: Random) -> Campaign:
    scam = _by_weight().draw(rng)
    return Campaign(scam, rng.random() < scam.shared, 8 + int(rng.random() * 50))


def returning_victim(campaign: Campaign, rng: Random) -> User | None:
    """A victim who pays again, or None for a new victim."""
    if campaign.victims and rng.random() < 0.5:
        return choose(campaign.victims, rng)
    return None
