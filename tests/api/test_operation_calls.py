"""The calls of load balancers, Prometheus and browsers. None needs a key."""

import re
from typing import Any
from urllib.parse import urljoin

import httpx
from prometheus_client.parser import text_string_to_metric_families

from app.api.connection_limits import REASONS
from app.domain.outcome import OUTCOME_NAMES
from tests.api.bodies import FULL, changed
from tests.api.problems import VALUE
from tests.api.test_rules_calls import IDS
from tests.deployment import Deployment, a_withdrawal
from tests.waiting import wait_until

Labels = frozenset[tuple[str, str]]


def samples(deployment: Deployment) -> dict[str, dict[Labels, float]]:
    """Every sample of a scrape over a connection of its own: value by labels, by name."""
    answer = httpx.get(f"{deployment.url}/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    found: dict[str, dict[Labels, float]] = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[frozenset(sample.labels.items())] = sample.value
    return found


def counted(deployment: Deployment, name: str, **labels: str) -> float:
    return samples(deployment).get(name, {}).get(frozenset(labels.items()), 0.0)


def test_healthz_says_alive(service: Deployment) -> None:
    answer = httpx.get(f"{service.url}/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


def test_readyz_has_what_an_operator_needs(service: Deployment) -> None:
    """The bundle's revision, its ages, the last errors, the journal, Redis and the keys."""
    wait_until(lambda: service.readyz()["redis"]["connected"])
    state = service.readyz()

    assert (state["status"], state["reasons"]) == ("ready", [])
    bundle = state["bundle"]
    assert re.fullmatch("sha256:[0-9a-f]{64}", bundle["revision"])
    assert (bundle["stale"], bundle["refused"], bundle["last_error"]) == (False, 0, None)
    for age in ("confirmed", "asked", "downloaded", "activated"):
        assert bundle[f"{age}_seconds_ago"] >= 0
    counts = {"waiting", "lost", "unshipped", "unreadable", "quarantined", "foreign"}
    sizes = {"folder_bytes", "free_bytes", "unreadable_bytes", "quarantined_bytes"}
    assert set(state["journal"]) == {"writable", "almost_full", "last_error", *counts, *sizes}
    assert (state["journal"]["writable"], state["journal"]["lost"]) == (True, 0)
    assert state["redis"] == {"connected": True, "last_error": None}
    assert state["keys"] == {"last_error": None}


def both_workers(deployment: Deployment, prefix: str) -> int:
    """Assesses over fresh connections until both workers have answered, and returns how many it took."""
    ids: set[str] = set()

    def segments() -> set[str]:
        return {e["event_id"].partition(":")[0] for e in deployment.events() if e["assessment_id"] in ids}

    while len(segments()) < 2:
        for _ in range(20):
            with deployment.client() as client:
                body = a_withdrawal(f"{prefix} {len(ids)}", asset="BTC")
                ids.add(client.post("/v1/assessments", json=body).json()["assessment_id"])
        wait_until(lambda: ids <= deployment.event_ids())
    return len(ids)


def test_metrics_are_summed_over_workers(small: Deployment) -> None:
    """Either worker reports the counts of both, and each count rises by what was sent."""
    names = {
        "forewarn_responses_total": {"call": "assess", "status": "200"},
        "forewarn_response_seconds_count": {"call": "assess"},
        "forewarn_alerts_total": {"rule_region": "hk", "severity": "info"},
    }
    before = {name: counted(small, name, **labels) for name, labels in names.items()}
    sent = both_workers(small, "metrics")

    def risen() -> dict[str, float]:
        return {name: counted(small, name, **labels) - before[name] for name, labels in names.items()}

    wait_until(lambda: risen() == dict.fromkeys(names, sent))
    for _ in range(6):
        assert risen() == dict.fromkeys(names, sent)


def test_each_answer_is_counted_under_its_status(small: Deployment) -> None:
    labels = [("assess", "400"), ("assess", "401"), ("assess", "413"), ("outcome", "404"), ("outcomes", "422")]
    before = [counted(small, "forewarn_responses_total", call=call, status=status) for call, status in labels]
    with small.client() as client:
        client.post("/v1/assessments", content=b"{")
        client.post("/v1/assessments", content=b"{", headers={"Authorization": ""})
        client.post("/v1/assessments", content=b" " * 20_000)
        client.post("/v1/assessments/as_x/outcomes", json={"outcome": "shown"})
        client.post("/v1/outcomes", content=b"7")

    def risen() -> list[float]:
        after = [counted(small, "forewarn_responses_total", call=call, status=status) for call, status in labels]
        return [later - earlier for earlier, later in zip(before, after, strict=True)]

    wait_until(lambda: risen() == [1] * 5)


def test_each_outcome_is_counted_under_its_name(small: Deployment) -> None:
    with small.client() as client:
        id_ = client.post("/v1/assessments", json=a_withdrawal()).json()["assessment_id"]
        before = {name: counted(small, "forewarn_outcomes_total", outcome=name) for name in OUTCOME_NAMES}
        for name in OUTCOME_NAMES:
            client.post(f"/v1/assessments/{id_}/outcomes", json={"outcome": name})
        client.post("/v1/outcomes", json=[{"assessment_id": id_, "outcome": name} for name in OUTCOME_NAMES])

    def risen() -> dict[str, float]:
        return {name: counted(small, "forewarn_outcomes_total", outcome=name) - before[name] for name in OUTCOME_NAMES}

    wait_until(lambda: risen() == dict.fromkeys(OUTCOME_NAMES, 2))


def test_a_withdrawal_without_an_alert_is_counted(small: Deployment) -> None:
    before = counted(small, "forewarn_assessments_without_alert_total")
    with small.client() as client:
        client.post("/v1/assessments", json=a_withdrawal(asset="USDT"))

    wait_until(lambda: counted(small, "forewarn_assessments_without_alert_total") == before + 1)


def test_no_label_is_from_a_request(service: Deployment) -> None:
    """Not the region, the asset, the path, an unknown field, a wrong outcome, nor a scheme."""
    body: dict[str, Any] = FULL | {"region": "QQ", "attributes": {VALUE: VALUE}}
    for field in ("/asset", "/network", "/channel", "/declared_purpose", "/destination/kind", "/user_id"):
        body = changed(field, VALUE, body)
    with service.client() as client:
        id_ = client.post("/v1/assessments", json=body).json()["assessment_id"]
        client.post("/v1/assessments", json=body | {VALUE: 1})
        client.post(f"/v1/assessments/{id_}/outcomes", json={"outcome": VALUE})
        client.post(f"/v1/assessments/{VALUE}/outcomes", json={"outcome": "shown"})
        client.post(f"/v1/{VALUE}", json=body)
        client.request(VALUE.upper(), "/v1/assessments")
        client.post("/v1/assessments", headers={"Authorization": f"Bearer {VALUE}"})

    allowed = {
        "call": {"assess", "outcome", "outcomes"},
        "status": {str(status) for status in (200, 202, 400, 401, 403, 404, 413, 415, 422)},
        "rule_region": {id_.partition("/")[0] for id_ in IDS},
        "severity": {"info", "caution", "high", "critical"},
        "outcome": set(OUTCOME_NAMES),
        "reason": set(REASONS),
    }
    seen = {label for by_labels in samples(service).values() for labels in by_labels for label in labels}
    assert seen
    for name, value in seen:
        assert name == "le" or value in allowed[name]
    page = httpx.get(f"{service.url}/metrics").text
    assert VALUE not in page
    assert "QQ" not in page


def test_the_gauges_of_a_healthy_service(service: Deployment) -> None:
    values = {name: value for name, by in samples(service).items() for labels, value in by.items() if not labels}

    for name, value in {"ready": 1, "stale": 0, "redis_up": 1, "journal_writable": 1, "events_lost_total": 0}.items():
        assert values[f"forewarn_{name}"] == value
    assert values["forewarn_rules"] == len(IDS)
    assert 0 <= values["forewarn_bundle_confirmed_age_seconds"] < 30


def test_every_metric_is_described(service: Deployment) -> None:
    families = list(text_string_to_metric_families(httpx.get(f"{service.url}/metrics").text))

    assert all(family.name.startswith("forewarn_") and family.documentation.endswith(".") for family in families)


def test_the_histogram_is_whole(service: Deployment, client: httpx.Client) -> None:
    """Its buckets rise, and the last is the count."""
    client.post("/v1/assessments", json=a_withdrawal())
    found = samples(service)

    buckets = {
        dict(by)["le"]: v for by, v in found["forewarn_response_seconds_bucket"].items() if ("call", "assess") in by
    }
    in_order = [buckets[le] for le in sorted(buckets, key=float)]
    assert in_order == sorted(in_order)
    assert in_order[-1] == found["forewarn_response_seconds_count"][frozenset({("call", "assess")})]


def test_the_documentation_comes_whole_from_here(service: Deployment) -> None:
    """No foreign host is named, and every file that the page asks for is answered."""
    page = httpx.get(f"{service.url}/docs")
    assert page.status_code == 200

    assert not re.search(r"(https?:)?//[a-z0-9.-]+\.[a-z]{2,}", page.text)
    files = re.findall(r"""(?:src|href)=["']([^"']+)["']|url: ["']([^"']+)["']""", page.text)
    places = {urljoin(f"{service.url}/docs", one or other) for one, other in files}
    assert len(places) >= 3
    for place in places:
        assert place.startswith(service.url)
        assert httpx.get(place).status_code == 200


def test_readyz_says_that_redis_is_gone_and_stays_ready(small: Deployment) -> None:
    """Each worker answers 200 and degraded while Redis is gone, even without traffic."""

    def said_by_all() -> bool:
        states = [httpx.get(f"{small.url}/readyz") for _ in range(20)]
        assert {state.status_code for state in states} == {200}
        return all(s.json()["status"] == "degraded" and s.json()["redis"]["last_error"] for s in states)

    small.redis.stop()
    try:
        wait_until(said_by_all)
    finally:
        small.redis.start()
        wait_until(lambda: all(small.readyz()["redis"]["connected"] for _ in range(8)))
