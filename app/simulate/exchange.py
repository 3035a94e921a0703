"""The simulated exchange: a sequence of withdrawals, some honest, some of scams in progress.

Deterministic: the same seed and calls give the same withdrawals. Times are seconds since the epoch.
"""

from dataclasses import dataclass
from random import Random
from typing import Any

from app.simulate.destination import Destination, new_address
from app.simulate.population import population
from app.simulate.random_draws import WeightedChoice, choose, choose_each, log_uniform
from app.simulate.scam import Campaign, new_campaign, returning_victim
from app.simulate.user import DAY, User, make_user

SCAM_SHARE = 0.04  # of all withdrawals
CAMPAIGNS = 20  # scams running at any time

_PRICES = {"USDT": 1.0, "USDC": 1.0, "BTC": 92_000.0, "ETH": 3_300.0, "SOL": 170.0, "XRP": 2.2}

Request = dict[str, Any]


@dataclass(slots=True, eq=False)
class Withdrawal:
    """One withdrawal. `request` is the body of its assessment; `campaign` is None for an honest one."""

    user: User
    destination: Destination
    amount_usd: float
    request: Request
    campaign: Campaign | None = None


class Exchange:
    """`run` prefixes the withdrawal ids. Two runs with one seed have the same users but other withdrawals."""

    def __init__(self, seed: int, users: int, run: str) -> None:
        self._seed = seed
        self._size = users
        self._run = run
        self._rng = Random(f"{seed}/exchange")  # noqa: S311  # a simulation must be repeatable
        self._users: dict[int, User] = {}
        self._made = 0
        self._campaigns = [new_campaign(self._rng) for _ in range(CAMPAIGNS)]

    def withdraw(self, now: float) -> Withdrawal:
        """The next withdrawal."""
        return self._scam_withdrawal(now) if self._rng.random() < SCAM_SHARE else self._honest(now)

    def withdraw_again(self, before: Withdrawal, now: float, *, less: bool) -> Withdrawal:
        """The same user withdraws to the same destination again; with `less`, a smaller amount."""
        rng = self._rng
        amount = before.amount_usd * (log_uniform(0.2, 0.8, rng) if less else 1.0)
        purpose = before.request.get("declared_purpose")
        signals = before.request["session"]["signals"]
        made = self._build(before.user, before.destination, now, amount=amount, purpose=purpose, signals=signals)
        if "attributes" in before.request:
            made.request["attributes"] = before.request["attributes"]
        made.campaign = before.campaign
        return made

    def paid(self, withdrawal: Withdrawal, now: float) -> None:
        """The money was sent; from now on the user knows the destination."""
        user = withdrawal.user
        user.paid.add(withdrawal.destination.address)
        user.recent.append(now)
        user.withdrawals += 1
        if withdrawal.campaign is not None:
            withdrawal.campaign.paid(user)

    def reported(self, withdrawal: Withdrawal) -> None:
        """The victim reported the scam to the exchange."""
        if withdrawal.campaign is not None:
            withdrawal.campaign.reported(withdrawal.destination)

    def _pick_user(self, now: float) -> User:
        # Squared, a tenth of the users makes a third of the withdrawals.
        number = int(self._size * self._rng.random() ** 2)
        user = self._users.get(number)
        if user is None:
            user = self._users[number] = make_user(self._seed, number, now)
        return user

    def _honest(self, now: float) -> Withdrawal:
        rng, odds = self._rng, population()
        user = self._pick_user(now)
        if rng.random() < 0.7:
            destination, purposes = choose(user.habits, rng), odds.own_purposes
        else:
            purposes = odds.honest_purposes
            destination = Destination(new_address(user.network, rng), odds.honest_kinds.draw(rng))
            if rng.random() < 0.3:
                destination.tags = None
        amount = min(user.wealth, log_uniform(0.01, 0.6, rng) * user.wealth)
        # The exchange asks for the purpose where the address is new or the amount large, and sometimes otherwise.
        asked = amount >= 1000 or destination.address not in user.paid or rng.random() < 0.2
        purpose = purposes.draw(rng) if asked else None
        signals = choose_each(odds.honest_signals, rng)
        made = self._build(user, destination, now, amount=amount, purpose=purpose, signals=signals)
        if rng.random() < 0.3:
            hours = round(log_uniform(0.5, 700.0, rng), 1)
            made.request["attributes"] = {"funds_from": odds.honest_funds.draw(rng), "hours_since_deposit": hours}
        return made

    def _scam_withdrawal(self, now: float) -> Withdrawal:
        rng = self._rng
        place = int(rng.random() * CAMPAIGNS)
        campaign = self._campaigns[place]
        campaign.left -= 1
        if campaign.left <= 0:
            campaign = self._campaigns[place] = new_campaign(rng)
        user = returning_victim(campaign, rng)
        if user is None:
            user = self._pick_user(now)
            campaign.victims.append(user)
        scam = campaign.scam
        coached = rng.random() < scam.coached
        purpose = "own_wallet" if coached else WeightedChoice(scam.purposes).draw(rng)
        destination, amount = campaign.destination(user, rng), campaign.amount(user, rng)
        signals = choose_each(scam.signals, rng)
        made = self._build(user, destination, now, amount=amount, purpose=purpose, signals=signals)
        made.campaign = campaign
        attributes: dict[str, Any] = {
            "funds_from": WeightedChoice(scam.funds).draw(rng),
            "hours_since_deposit": round(log_uniform(0.5, 72.0, rng), 1),
        }
        if rng.random() < 0.5:
            attributes["user_answers"] = choose_each(scam.answers, rng)
        if coached and rng.random() < 0.3:
            attributes["told_what_to_answer"] = True
        made.request["attributes"] = attributes
        return made

    def _build(
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
        target: dict[str, Any] = {"address": address, "kind": destination.kind, "first_use": address not in user.paid}
        if destination.tags is not None:
            target["tags"] = destination.tags.copy()
        account: dict[str, Any] = {
            "age_days": max(0, int((now - user.opened) / DAY)),
            "kyc_level": user.kyc_level,
            "withdrawals_30d": user.withdrawals_30d(now),
            "first_withdrawal": user.withdrawals == 0,
        }
        if user.age_band is not None:
            account["age_band"] = user.age_band
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
            "destination": target,
            "account": account,
            "session": {"signals": signals},
        }
        if purpose is not None:
            request["declared_purpose"] = purpose
        return Withdrawal(user, destination, usd, request)
