"""The simulated exchange sends requests that a real one could send."""

from collections import defaultdict

import orjson

from app.api.request_body import read
from app.api.request_models import ASSESSMENT
from app.simulate.exchange import Exchange, Withdrawal
from tests.simulate.histories import UNTIL


def withdrawals(number: int, seed: int = 3) -> list[Withdrawal]:
    exchange = Exchange(seed, 500, "run")
    made = []
    for place in range(number):
        withdrawal = exchange.withdraw(UNTIL + place * 60)
        exchange.paid(withdrawal, UNTIL + place * 60)
        made.append(withdrawal)
    return made


def test_the_same_seed_gives_the_same_withdrawals() -> None:
    assert [made.request for made in withdrawals(300)] == [made.request for made in withdrawals(300)]
    assert withdrawals(300)[-1].request != withdrawals(300, seed=4)[-1].request


def test_users_do_not_depend_on_the_order_of_withdrawals() -> None:
    """So the users of a demo's traffic are those of its history."""
    first = {made.user.id: (made.user.region, made.user.languages) for made in withdrawals(400)}
    exchange = Exchange(3, 500, "later")
    later = [exchange.withdraw(UNTIL + 9e6).user for _ in range(100)]

    known = [user for user in later if user.id in first]
    assert len(known) > 30
    assert all(first[user.id] == (user.region, user.languages) for user in known)


def test_the_service_accepts_every_request() -> None:
    for made in withdrawals(1500):
        read_back = read(ASSESSMENT, orjson.dumps(made.request))
        assert isinstance(read_back, dict), read_back


def test_withdrawal_ids_are_unique() -> None:
    ids = [made.request["withdrawal_id"] for made in withdrawals(500)]

    assert len(set(ids)) == 500


def test_victims_of_one_campaign_send_to_the_same_address() -> None:
    victims: defaultdict[str, set[int]] = defaultdict(set)
    for made in withdrawals(3000):
        if made.campaign is not None:
            victims[made.destination.address].add(made.user.number)

    assert max(len(users) for users in victims.values()) >= 3


def test_the_first_use_of_an_address_ends_with_the_payment() -> None:
    exchange = Exchange(3, 500, "run")
    withdrawal = next(
        made for _ in range(100) if (made := exchange.withdraw(UNTIL)).request["destination"]["first_use"]
    )

    assert exchange.withdraw_again(withdrawal, UNTIL + 60, less=False).request["destination"]["first_use"] is True
    exchange.paid(withdrawal, UNTIL + 90)
    after = exchange.withdraw_again(withdrawal, UNTIL + 120, less=True)
    assert after.request["destination"] == {**withdrawal.request["destination"], "first_use": False}
    assert after.request["account"]["withdrawals_30d"] == withdrawal.request["account"]["withdrawals_30d"] + 1
    assert after.amount_usd < withdrawal.amount_usd


def test_an_address_that_victims_reported_is_tagged() -> None:
    exchange = Exchange(3, 500, "run")
    scam = next(made for _ in range(1000) if (made := exchange.withdraw(UNTIL)).campaign is not None)
    for _ in range(2):
        exchange.reported(scam)

    assert "reported_scam" in exchange.withdraw_again(scam, UNTIL + 60, less=False).request["destination"]["tags"]


def test_every_region_occurs_and_one_without_rules() -> None:
    assert {made.user.region for made in withdrawals(1000)} == {"HK", "SG", "TW", "PH", "GB", "BO"}
