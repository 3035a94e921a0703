"""Simulated scams: what their withdrawals look like, and who their victims are.

The figures are invented so that the sample rules catch each typology sometimes and miss it sometimes. They are not
statistics of any police force.
"""

from dataclasses import dataclass, field
from random import Random

from app.simulate.destination import Destination, new_address
from app.simulate.random_draws import Odds, WeightedChoice, choose, choose_each, log_uniform
from app.simulate.user import User

# Reports by this many victims make a destination known to address lookups.
KNOWN_AFTER = 2


@dataclass(frozen=True, slots=True)
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
_BY_WEIGHT = WeightedChoice({place: scam.weight for place, scam in enumerate(SCAMS)})


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
    scam = SCAMS[_BY_WEIGHT.draw(rng)]
    return Campaign(scam, rng.random() < scam.shared, 8 + int(rng.random() * 50))


def returning_victim(campaign: Campaign, rng: Random) -> User | None:
    """A victim who pays again, or None for a new victim."""
    if campaign.victims and rng.random() < 0.5:
        return choose(campaign.victims, rng)
    return None
