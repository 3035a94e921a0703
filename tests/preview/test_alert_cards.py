"""Cards are the alerts that the service answers for a withdrawal that the rule matches."""

from typing import Any

import orjson
import pytest

from app.api.request_body import read_withdrawal
from app.authoring.condition_syntax import parse
from app.domain.condition import ALWAYS
from app.preview.alert_cards import alert_of, cards, sample_request
from app.preview.sample_withdrawal import body_of, context_for
from app.service.active_rulebook import ActiveRulebook
from app.service.api_keys import Client
from app.service.assessment import Assessor
from app.service.identity import Identity
from app.service.withdrawal_decoder import Withdrawal, withdrawal_of
from app.service.withdrawal_facts import context_of
from tests.deployment import SECRET
from tests.sample_rules import sample_rulebook


def answered(request: dict[str, Any]) -> dict[str, Any]:
    """The alert that the service answers."""
    active = ActiveRulebook(30.0, lambda: 0.0)
    active.activate(sample_rulebook())
    answer = Assessor(Identity(SECRET), active, lambda: 1795737600.0).assess(
        withdrawal_of(request), Client("t", frozenset())
    )
    assert answer is not None
    alert: dict[str, Any] = orjson.loads(answer.body)["alert"]
    return alert


def test_every_rule_is_shown_for_a_withdrawal_that_it_matches() -> None:
    unmet = [
        rule.id
        for rule in sample_rulebook().content.rules
        if not rule.when.holds(context_of(sample_request(sample_rulebook(), rule)))
    ]

    assert unmet == []


def test_every_sample_is_a_valid_request() -> None:
    """A text fact is text even where a rule only excludes values."""
    for rule in sample_rulebook().content.rules:
        request = {**sample_request(sample_rulebook(), rule)}
        if request["region"] == "global":
            request["region"] = "ZZ"
        assert isinstance(read_withdrawal(orjson.dumps(request)), Withdrawal), rule.id


def test_a_card_is_the_alert_that_the_service_answers() -> None:
    """Whichever rule and variant the withdrawal gets, its card is the same object."""
    for rule in sample_rulebook().content.rules:
        request = {**sample_request(sample_rulebook(), rule)}
        if request["region"] == "global":
            request["region"] = "ZZ"
        alert = answered(request)
        shown = sample_rulebook().rule(alert["rule_id"])
        assert alert_of(sample_rulebook(), shown, alert["language"], alert["variant"], request) == alert


def test_a_rule_has_a_card_for_each_language_and_variant() -> None:
    every = cards(sample_rulebook(), sample_rulebook().rule("ae/every-withdrawal"))

    assert [(card.language, card.variant) for card in every] == [("ar", "a"), ("ar", "b"), ("en", "a"), ("en", "b")]
    assert {card.alert["direction"] for card in every} == {"rtl", "ltr"}


def test_an_example_gives_the_facts() -> None:
    rule = sample_rulebook().rule("ae/every-withdrawal")
    shown = cards(sample_rulebook(), rule, {"declared_purpose": "job_task", "asset": "USDC", "amount_usd": 120})[1]

    assert "120.00 USDC" in " ".join(shown.alert["body"])


@pytest.mark.parametrize(
    "when",
    [
        {"amount_usd": {"gte": 100, "lt": 101}},
        {"asset": {"not_in": ["USDT", "other"]}},
        {"session.signals": {"any": ["a", "b"], "none": ["a"]}},
        {"destination.tags": {"none": ["mixer"]}},
        {"destination.kind": {"given": False}, "account.age_days": {"given": True}},
        {"any": [{"asset": "BTC", "amount_usd": {"lt": 0, "gt": 5}}, {"asset": "ETH"}]},
        {"amount_usd": {"given": False}},
        {"attributes.funds_from": {"not": "loan"}},
        {"attributes.hours_since_deposit": {"lte": 6}},
    ],
    ids=str,
)
def test_a_withdrawal_is_found_that_meets(when: dict[str, object]) -> None:
    clause = parse(when).clause

    assert clause.holds(context_for(clause))


def test_an_unsatisfiable_rule_still_shows_its_alert() -> None:
    clause = parse({"amount_usd": {"gt": 5, "lt": 5}}).clause

    assert context_for(clause)["asset"] == "USDT"


@pytest.mark.parametrize(
    ("given", "says"),
    [({"asset": "BTC", "amount_usd": 20}, ("0.25", "BITCOIN")), ({"asset": "USDC"}, ("2500.00", "ETHEREUM"))],
    ids=str,
)
def test_no_sample_sends_a_coin_over_a_network_that_does_not_support_it(
    given: dict[str, Any], says: tuple[str, str]
) -> None:
    body = body_of(context_for(ALWAYS, given), region="HK", languages=["en"])

    assert (body["amount"], body["network"]) == says
