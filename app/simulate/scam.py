"""Scams in progress: what their withdrawals look like, and who runs into them.

The figures are ours, chosen so that the sample rules meet each typology sometimes and miss it sometimes. They are
no statistics of any police force.
"""

from dataclasses import dataclass, field
from random import Random

from app.simulate.chance import Odds, Weighted, one_of, some_of, spread
from app.simulate.destination import Destination, new_address
from app.simulate.user import User

# A destination that so many victims reported is known to those who look addresses up.
KNOWN_AFTER = 2


@dataclass(frozen=True, slots=True)
class Scam:
    """`shared` is how likely all victims of one campaign get the same address; `coached`, that the user was told to
    declare an own wallet. Amounts are in US dollars, of the first payment; each next is `growth` times as large.
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


SCAMS = (
    Scam(
        "investment",
        0.3,
        {"investment": 0.5, "trading_platform": 0.35, "release_fee": 0.15},
        (200, 4000),
        growth=2.2,
        shared=0.3,
        signals={"recent_fiat_deposit": 0.6, "copied_address": 0.8},
        tags={"new_address": 0.5, "fake_platform": 0.12},
        answers={"met_online_only": 0.5, "promised_return": 0.7, "small_withdrawal_worked": 0.4},
    ),
    Scam(
        "romance",
        0.1,
        {"friend_or_partner": 0.6, "gift_or_donation": 0.15, "investment": 0.25},
        (150, 3000),
        growth=1.8,
        shared=0.3,
        answers={"met_online_only": 0.9, "asked_to_keep_secret": 0.5},
    ),
    Scam(
        "employment",
        0.16,
        {"job_task": 1.0},
        (30, 400),
        growth=2.4,
        shared=0.8,
        signals={"copied_address": 0.9},
        answers={"met_online_only": 0.9, "small_withdrawal_worked": 0.6},
    ),
    Scam(
        "impersonation_official",
        0.1,
        {"official_payment": 0.7, "account_security": 0.3},
        (1500, 30_000),
        growth=1.2,
        signals={"on_a_call": 0.6, "recent_fiat_deposit": 0.6, "limit_raised": 0.3, "new_device": 0.1},
        answers={"asked_to_keep_secret": 0.8, "in_a_hurry": 0.8},
    ),
    Scam(
        "impersonation_support",
        0.08,
        {"account_security": 0.8, "own_wallet": 0.2},
        (400, 12_000),
        growth=1.2,
        signals={"on_a_call": 0.5, "remote_access": 0.25, "password_changed": 0.3},
        answers={"in_a_hurry": 0.7},
    ),
    Scam(
        "phishing",
        0.06,
        {"own_wallet": 0.6, "staking_or_defi": 0.4},
        (100, 6000),
        coached=0.0,
        kinds={"self_hosted": 0.5, "contract": 0.5},
        signals={"opened_from_link": 0.7, "scanned_address": 0.2},
        tags={"phishing": 0.2, "drainer": 0.2, "lookalike": 0.15},
    ),
    Scam(
        "family_emergency",
        0.04,
        {"emergency": 0.6, "family_support": 0.4},
        (400, 8000),
        coached=0.05,
        signals={"on_a_call": 0.4},
        answers={"in_a_hurry": 0.9, "asked_to_keep_secret": 0.4},
    ),
    Scam("recovery", 0.04, {"recovery_fee": 0.9, "release_fee": 0.1}, (100, 2500), answers={"met_online_only": 0.8}),
    Scam(
        "purchase",
        0.05,
        {"goods_and_services": 0.6, "rent_or_deposit": 0.25, "ticket_or_travel": 0.15},
        (60, 1500),
        coached=0.0,
        answers={"met_online_only": 0.7, "in_a_hurry": 0.4},
    ),
    Scam(
        "remote_access",
        0.03,
        {"account_security": 0.5, "own_wallet": 0.5},
        (500, 15_000),
        signals={"remote_access": 0.8, "screen_sharing": 0.4, "on_a_call": 0.7, "new_device": 0.2},
    ),
    Scam("extortion", 0.02, {"threat_or_blackmail": 0.4, "other": 0.6}, (150, 2500), tags={"extortion": 0.3}),
    Scam(
        "money_mule",
        0.02,
        {"on_behalf_of_others": 0.5, "friend_or_partner": 0.5},
        (500, 9000),
        growth=1.1,
        funds={"third_party": 0.6, "p2p_trade": 0.4},
        tags={"mule": 0.15},
    ),
)
_BY_WEIGHT = Weighted({place: scam.weight for place, scam in enumerate(SCAMS)})


@dataclass(slots=True, eq=False)
class Campaign:
    """One scam by one group of people, until `left` withdrawals are made. Victims pay several times."""

    scam: Scam
    shared: bool
    left: int
    addresses: dict[str, Destination] = field(default_factory=dict)  # by network, and by user where not shared
    payments: dict[int, int] = field(default_factory=dict)  # how often each victim went along, by user number
    victims: list[User] = field(default_factory=list)
    reports: int = 0

    def destination(self, user: User, chance: Random) -> Destination:
        whose = user.network if self.shared else f"{user.network}/{user.number}"
        destination = self.addresses.get(whose)
        if destination is None:
            scam = self.scam
            tags = some_of(scam.tags, chance)
            destination = Destination(new_address(user.network, chance), Weighted(scam.kinds).draw(chance), tags)
            self.addresses[whose] = destination
        return destination

    def amount(self, user: User, chance: Random) -> float:
        """In US dollars; never more than the user has."""
        payments = self.payments.get(user.number, 0)
        return min(spread(*self.scam.amount, chance) * self.scam.growth**payments, user.wealth)

    def reported(self, destination: Destination) -> None:
        """A victim told the exchange; after some, everybody is warned of this address."""
        self.reports += 1
        if self.reports >= KNOWN_AFTER and destination.tags is not None and "reported_scam" not in destination.tags:
            destination.tags.append("reported_scam")

    def paid(self, user: User) -> None:
        self.payments[user.number] = self.payments.get(user.number, 0) + 1


def new_campaign(chance: Random) -> Campaign:
    scam = SCAMS[_BY_WEIGHT.draw(chance)]
    return Campaign(scam, chance.random() < scam.shared, 8 + int(chance.random() * 50))


def victim_of(campaign: Campaign, chance: Random) -> User | None:
    """One who is already in it, or None: then somebody new is drawn in."""
    if campaign.victims and chance.random() < 0.5:
        return one_of(campaign.victims, chance)
    return None
