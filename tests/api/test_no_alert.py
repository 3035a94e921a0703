"""A withdrawal that no rule matches, and ids of the secret before."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app.api import response_models
from app.service.identity import Identity
from tests.api.one_rule import OLDER_SECRET
from tests.api.whole_answers import whole
from tests.deployment import Deployment, a_withdrawal
from tests.waiting import wait_until


@pytest.fixture(scope="module")
def client(small: Deployment) -> Iterator[httpx.Client]:
    with small.client() as client:
        yield client


@pytest.mark.parametrize("changes", [{"asset": "USDT"}, {"region": "GB", "asset": "BTC"}, {"asset": None}])
def test_nothing_matches_and_the_alert_is_null(client: httpx.Client, changes: dict[str, Any]) -> None:
    """The answer names the revision all the same."""
    answer = client.post("/v1/assessments", json=a_withdrawal(**changes)).json()

    whole(response_models.Assessment, answer)
    assert (answer["alert"], answer["matched"], answer["matched_count"]) == (None, [], 0)
    assert answer["revision"].startswith("sha256:")


def test_a_withdrawal_without_an_alert_is_recorded_and_has_outcomes(small: Deployment, client: httpx.Client) -> None:
    """`proceeded` matters for what was sustained; the event says that there was no rule."""
    id_ = client.post("/v1/assessments", json=a_withdrawal("no alert", asset="USDT")).json()["assessment_id"]
    assert client.post(f"/v1/assessments/{id_}/outcomes", json={"outcome": "proceeded"}).status_code == 202

    wait_until(lambda: len([event for event in small.events() if event["assessment_id"] == id_]) == 2)
    (assessment,) = (e for e in small.events() if e["assessment_id"] == id_ and e["event"] == "assessment")
    assert (assessment["rule_id"], assessment["severity"], assessment["matched_count"]) == (None, None, 0)


def test_an_official_text_names_its_partner(client: httpx.Client) -> None:
    alert = client.post("/v1/assessments", json=a_withdrawal(asset="BTC")).json()["alert"]

    assert (alert["text_status"], alert["source"]) == ("official", "Hong Kong Police Force")


def test_ids_of_the_previous_secret_stay_valid(client: httpx.Client) -> None:
    """A rotation of FOREWARN_SECRET loses no outcome; new ids are of the new one."""
    id_ = Identity(OLDER_SECRET).assessment_id("u-829393", "wd_1")

    assert client.post(f"/v1/assessments/{id_}/outcomes", json={"outcome": "shown"}).status_code == 202
    assert client.post("/v1/assessments", json=a_withdrawal("wd_1")).json()["assessment_id"] != id_
