"""The made-up exchange: one withdrawal after another, honest ones and those of scams in progress.

Pure and seeded: the same calls with the same times give the same withdrawals. Times are seconds since the epoch.
"""

from dataclasses import dataclass
from random import Random
from typing import Any

from app.simulate.chance import Odds, Weighted, one_of, some_of, spread
from app.simulate.destination import Destination, new_address
from app.simulate.scam import Campaign, new_campaign, victim_of
from app.simulate.user import DAY, User, make_user

SCAM_SHARE = 0.04  # of all withdrawals
CAMPAIGNS = 20  # scams that run at any time

_PRICES = {"USDT": 1.0, "USDC": 1.0, "BTC": 92_000.0, "ETH": 3_300.0, "SOL": 170.0, "XRP": 2.2}

_HONEST_KINDS = Weighted(
    {"self_hosted": 0.35, "exchange": 0.3, "unknown": 0.2, "payment_service": 0.1, "contract": 0.05}
)
_HONEST_PURPOSES = Weighted(
    {
        "own_wallet": 0.4,
        "own_exchange_account": 0.25,
        "goods_and_services": 0.07,
        "friend_or_partner": 0.07,
        "family_support": 0.06,
        "investment": 0.05,
        "staking_or_defi": 0.04,
        "debt_repayment": 0.015,
        "rent_or_deposit": 0.015,
        "gift_or_donation": 0.01,
        "job_task": 0.004,
        "official_payment": 0.003,
        "account_security": 0.003,
        "other": 0.01,
    }
)
_HABIT_PURPOSES = Weighted({"own_wallet": 0.6, "own_exchange_account": 0.35, "family_support": 0.05})
_HONEST_SIGNALS: Odds = {
    "copied_address": 0.3,
    "recent_fiat_deposit": 0.1,
    "new_device": 0.03,
    "hesitation": 0.01,
    "opened_from_link": 0.006,
    "on_a_call": 0.004,
    "remote_access": 0.001,
}
_HONEST_FUNDS = Weighted({"own_bank_account": 0.7, "crypto_deposit": 0.2, "p2p_trade": 0.08, "third_party": 0.02})

Request = dict[str, Any]


@dataclass(slots=True, eq=False)
class Withdrawal:
    """What the exchange asks about. `request` is the body of an assessment; `campaign` is None for an honest one."""

    user: User
    destination: Destination
    amount_usd: float
    request: Request
    campaign: Campaign | None = None


class Exchange:
    """`run` begins the ids of its withdrawals: two runs of one seed have the same users and other withdrawals."""

    def __init__(self, seed: int, users: int, run: str) -> None:
        self._seed = seed
        self._size = users
        self._run = run
        self._chance = Random(f"{seed}/exchange")  # noqa: S311  # a simulation must be repeatable
        self._users: dict[int, User] = {}
        self._made = 0
        self._campaigns = [new_campaign(self._chance) for _ in range(CAMPAIGNS)]

    def withdraw(self, now: float) -> Withdrawal:
        """The next withdrawal that somebody asks for."""
        if self._chance.random() < SCAM_SHARE:
            return self._lured(now)
        return self._honest(now)

    def again(self, before: Withdrawal, now: float, *, less: bool) -> Withdrawal:
        """The same user comes back to the same destination: with `less`, for a smaller amount."""
        chance = self._chance
        amount = before.amount_usd * (spread(0.2, 0.8, chance) if less else 1.0)
        purpose = before.request.get("declared_purpose")
        signals = before.request["session"]["signals"]
        made = self._made_of(before.user, before.destination, now, amount=amount, purpose=purpose, signals=signals)
        if "attributes" in before.request:
            made.request["attributes"] = before.request["attributes"]
        made.campaign = before.campaign
        return made

    def paid(self, withdrawal: Withdrawal, now: float) -> None:
        """The money has left: the destination is known to the user from now on."""
        user = withdrawal.user
        user.paid.add(withdrawal.destination.address)
        user.recent.append(now)
        user.withdrawals += 1
        if withdrawal.campaign is not None:
            withdrawal.campaign.paid(user)

    def reported(self, withdrawal: Withdrawal) -> None:
        """Somebody told the exchange that this was a scam."""
        if withdrawal.campaign is not None:
            withdrawal.campaign.reported(withdrawal.destination)

    def _someone(self, now: float) -> User:
        # Squared, a tenth of the users makes a third of the withdrawals.
        number = int(self._size * self._chance.random() ** 2)
        user = self._users.get(number)
        if user is None:
            user = self._users[number] = make_user(self._seed, number, now)
        return user

    def _honest(self, now: float) -> Withdrawal:
        chance = self._chance
        user = self._someone(now)
        if chance.random() < 0.7:
            destination, purposes = one_of(user.habits, chance), _HABIT_PURPOSES
        else:
            purposes = _HONEST_PURPOSES
            destination = Destination(new_address(user.network, chance), _HONEST_KINDS.draw(chance))
            if chance.random() < 0.3:
                destination.tags = None
        amount = min(user.wealth, spread(0.01, 0.6, chance) * user.wealth)
        # This exchange asks what the money is for where the address is new or the sum large, and sometimes otherwise.
        asked = amount >= 1000 or destination.address not in user.paid or chance.random() < 0.2
        purpose = purposes.draw(chance) if asked else None
        signals = some_of(_HONEST_SIGNALS, chance)
        made = self._made_of(user, destination, now, amount=amount, purpose=purpose, signals=signals)
        if chance.random() < 0.3:
            hours = round(spread(0.5, 700.0, chance), 1)
            made.request["attributes"] = {"funds_from": _HONEST_FUNDS.draw(chance), "hours_since_deposit": hours}
        return made

    def _lured(self, now: float) -> Withdrawal:
        chance = self._chance
        place = int(chance.random() * CAMPAIGNS)
        campaign = self._campaigns[place]
        campaign.left -= 1
        if campaign.left <= 0:
            campaign = self._campaigns[place] = new_campaign(chance)
        user = victim_of(campaign, chance)
        if user is None:
            user = self._someone(now)
            campaign.victims.append(user)
        scam = campaign.scam
        coached = chance.random() < scam.coached
        purpose = "own_wallet" if coached else Weighted(scam.purposes).draw(chance)
        destination, amount = campaign.destination(user, chance), campaign.amount(user, chance)
        signals = some_of(scam.signals, chance)
        made = self._made_of(user, destination, now, amount=amount, purpose=purpose, signals=signals)
        made.campaign = campaign
        attributes: dict[str, Any] = {
            "funds_from": Weighted(scam.funds).draw(chance),
            "hours_since_deposit": round(spread(0.5, 72.0, chance), 1),
        }
        if chance.random() < 0.5:
            attributes["user_answers"] = some_of(scam.answers, chance)
        if coached and chance.random() < 0.3:
            attributes["told_what_to_answer"] = True
        made.request["attributes"] = attributes
        return made

    def _made_of(
        self,
        user: User,
        destination: Destination,
        now: float,
        *,
        amount: float,
        purpose: str | None,
        signals: list[str],
    ) -> Withdrawal:
        self._made += 1
        address = destination.address
        where: dict[str, Any] = {"address": address, "kind": destination.kind, "first_use": address not in user.paid}
        if destination.tags is not None:
            where["tags"] = destination.tags.copy()
        who: dict[str, Any] = {
            "age_days": max(0, int((now - user.opened) / DAY)),
            "kyc_level": user.kyc_level,
            "withdrawals_30d": user.withdrawals_30d(now),
            "first_withdrawal": user.withdrawals == 0,
        }
        if user.age_band is not None:
            who["age_band"] = user.age_band
        usd = round(amount, 2)
        request: Request = {
            "withdrawal_id": f"{self._run}-{self._made}",
            "user_id": user.id,
            "region": user.region,
            "languages": list(user.languages),
            "asset": user.asset,
            "network": user.network,
            "amount": f"{amount / _PRICES[user.asset]:.6f}",
            "amount_usd": usd,
            "share_of_balance": round(amount / user.wealth, 3),
            "channel": user.channel,
            "destination": where,
            "account": who,
            "session": {"signals": signals},
        }
        if purpose is not None:
            request["declared_purpose"] = purpose
        return Withdrawal(user, destination, usd, request)
