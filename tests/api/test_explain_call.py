"""Why each rule matches a withdrawal or does not."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from app.api import response_models
from tests.api.bodies import FULL, LEAST, changed
from tests.api.problems import VALUE, refused
from tests.api.test_rules_calls import IDS
from tests.api.whole_answers import whole
from tests.deployment import Deployment, a_withdrawal
from tests.waiting import wait_until

WITHDRAWALS: dict[str, dict[str, Any]] = {
    "the least": LEAST,
    "the whole": FULL,
    "an investment": a_withdrawal(),
    "a call from an official": changed("/declared_purpose", "official_payment", FULL),
    "a remote session": changed("/session/signals", ["remote_access", "on_a_call"], FULL),
    "elsewhere": FULL | {"region": "ZZ"},
    "a safe account": FULL | {"region": "GB", "declared_purpose": "account_security"},
    "a job in Singapore": FULL | {"region": "SG", "declared_purpose": "job_task"},
}


def explain(client: httpx.Client, body: dict[str, Any], **query: Any) -> dict[str, Any]:
    answer = client.post("/v1/explain", json=body, params=query)
    assert answer.status_code == 200, answer.text
    whole(response_models.Explanation, answer.json())
    explained: dict[str, Any] = answer.json()
    return explained


def conditions(clause: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "fact" in clause:
        yield clause
    for part in clause.get("all", []) + clause.get("any", []):
        yield from conditions(part)


@pytest.mark.parametrize("name", WITHDRAWALS)
def test_what_matches_comes_first_as_an_assessment_names_it(client: httpx.Client, name: str) -> None:
    """The same rules in the same order, and the one that is shown."""
    assessed = client.post("/v1/assessments", json=WITHDRAWALS[name]).json()
    explained = explain(client, WITHDRAWALS[name])

    matched = [rule["rule_id"] for rule in explained["rules"] if rule["matched"]]
    assert [rule["matched"] for rule in explained["rules"][: len(matched)]] == [True] * len(matched)
    assert matched == assessed["matched"]
    assert explained["matched_count"] == assessed["matched_count"]
    assert explained["shown"] == assessed["alert"]["rule_id"]
    assert explained["revision"] == assessed["revision"]


@pytest.mark.parametrize("name", WITHDRAWALS)
def test_every_rule_of_the_region_and_of_global_is_there_once(client: httpx.Client, name: str) -> None:
    body = WITHDRAWALS[name]
    explained = explain(client, body)

    listed = [rule["rule_id"] for rule in explained["rules"]]
    assert sorted(listed) == [id_ for id_ in IDS if id_.startswith((f"{body['region'].lower()}/", "global/"))]
    assert explained["rule_count"] == len(listed)


@pytest.mark.parametrize("name", WITHDRAWALS)
def test_each_condition_says_the_value_that_it_saw(client: httpx.Client, name: str) -> None:
    """The one that was sent, null where there was none, and then only `given: false` is met."""
    sent: dict[str, Any] = {}
    for field, value in WITHDRAWALS[name].items():
        sent |= (
            {f"{field}.{member}": part for member, part in value.items()} if isinstance(value, dict) else {field: value}
        )

    seen = [c for rule in explain(client, WITHDRAWALS[name])["rules"] for c in conditions(rule["when"])]
    assert seen
    for condition in seen:
        assert condition["seen"] == sent.get(condition["fact"])
        if condition["seen"] is None:
            assert condition["met"] is (condition["condition"] == {"given": False})


def test_each_condition_says_whether_it_is_met(client: httpx.Client) -> None:
    (rule,) = explain(client, a_withdrawal(), rule_id="hk/investment-new-address")["rules"]

    assert rule["matched"] is True
    assert rule["reasons"] == []
    assert [(c["fact"], c["condition"], c["seen"], c["met"]) for c in conditions(rule["when"])] == [
        ("destination.first_use", True, True, True),
        ("amount_usd", {"gte": 1000}, 12500.0, True),
        ("declared_purpose", ["investment", "trading_platform"], "investment", True),
        ("account.age_days", {"lt": 30}, 14.0, True),
    ]


def test_a_rule_that_does_not_match_says_why(client: httpx.Client) -> None:
    (rule,) = explain(client, a_withdrawal(amount_usd=999), rule_id="hk/investment-new-address")["rules"]

    assert (rule["matched"], rule["reasons"]) == (False, ["conditions not met"])
    assert {c["fact"]: c["met"] for c in conditions(rule["when"])}["amount_usd"] is False


def test_global_rules_that_are_not_asked_say_so(client: httpx.Client) -> None:
    """Hong Kong asks them only where none of its own matches."""
    (rule,) = explain(client, FULL, rule_id="global/every-withdrawal")["rules"]

    assert rule["reasons"] == ["global rules are not asked here"]


@pytest.mark.parametrize("place", ["body", "query"])
def test_one_rule_may_be_asked_about(client: httpx.Client, place: str) -> None:
    """The counts are of all rules all the same."""
    rule_id = "hk/extortion"
    explained = (
        explain(client, FULL | {"rule_id": rule_id}) if place == "body" else explain(client, FULL, rule_id=rule_id)
    )

    assert [rule["rule_id"] for rule in explained["rules"]] == [rule_id]
    asked = [id_ for id_ in IDS if id_.startswith(("hk/", "global/"))]
    assert (explained["rule_count"], explained["shown"]) == (len(asked), "hk/investment-new-address")


def test_null_as_the_rule_asks_about_all(client: httpx.Client) -> None:
    assert explain(client, FULL | {"rule_id": None}) == explain(client, FULL)


@pytest.mark.parametrize("rule_id", ["gb/safe-account", "hk/none", VALUE])
@pytest.mark.parametrize("place", ["body", "query"])
def test_a_rule_of_nowhere_or_of_another_region_is_404(client: httpx.Client, place: str, rule_id: str) -> None:
    body = FULL | ({"rule_id": rule_id} if place == "body" else {})
    query = {"rule_id": rule_id} if place == "query" else {}

    refused(client.post("/v1/explain", json=body, params=query), 404)


@pytest.mark.parametrize("rule_id", [7, True, ["hk/extortion"], {}, "x" * 257])
def test_a_rule_id_of_another_type_is_named(client: httpx.Client, rule_id: Any) -> None:
    assert set(refused(client.post("/v1/explain", json=FULL | {"rule_id": rule_id}), 422)) == {"/rule_id"}


def test_beside_a_rule_id_the_body_is_read_as_it_was_sent(client: httpx.Client) -> None:
    """Every other error is said as without it."""
    content = b'{"rule_id": "hk/extortion", "amount_usd": 1e999, "region": "HK", "user_id": "\\ud800"}'
    answer = client.post("/v1/explain", content=content, headers={"content-type": "application/json"})

    assert set(refused(answer, 422)) == {"/amount_usd", "/user_id", "/withdrawal_id"}


def test_a_limit_keeps_the_first(client: httpx.Client) -> None:
    assert explain(client, FULL, limit=3)["rules"] == explain(client, FULL)["rules"][:3]


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", f"limit={VALUE}", f"rule_id={'x' * 257}"])
def test_a_wrong_query_is_refused(client: httpx.Client, query: str) -> None:
    assert len(refused(client.post(f"/v1/explain?{query}", json=FULL), 422)) == 1


def test_today_is_that_of_the_region(client: httpx.Client) -> None:
    zone = ZoneInfo("Asia/Hong_Kong")
    before = datetime.now(zone).date().isoformat()
    today = explain(client, FULL)["today"]

    assert today in {before, datetime.now(zone).date().isoformat()}


def test_nothing_is_recorded(service: Deployment) -> None:
    """A withdrawal assessed after many explanations is the first event of its client."""
    with service.client(service.new_key("assess", "rules", name="explains")) as client:
        for withdrawal in WITHDRAWALS.values():
            explain(client, withdrawal)
        assessed = client.post("/v1/assessments", json=a_withdrawal("after the explanations")).json()

    def events() -> list[str]:
        return [event["assessment_id"] for event in service.events() if event["client"] == "explains"]

    wait_until(events)
    assert events() == [assessed["assessment_id"]]
