"""From a YAML rule to an event in the stream, over real HTTP, a real Redis, and two workers."""

from pathlib import Path
from typing import Any

from tests.deployment import Deployment, a_withdrawal, write_tree
from tests.redis_server import RedisServer
from tests.waiting import wait_until

RULES = {
    "rules/facts.yaml": "facts:\n  asset: {type: text, means: What is sent., values: {USDT: Tether}}\n",
    "rules/typologies.yaml": "typologies:\n  general: {name: General, description: Any scam.}\n",
    "rules/hk/region.yaml": "name: Hong Kong\npartner: {name: Hong Kong Police Force}\nlanguages: [en]\n",
    "rules/hk/every.yaml": "typology: general\nseverity: info\nrationale: All.\nmessage: every\n",
    "locales/hk/en.yaml": (
        "language: en\nstatus: official\ndefaults: {actions: {cancel: Cancel, proceed: Proceed}}\n"
        "messages:\n  every: {title: Take a moment, body: [Ask somebody you trust.]}\n"
    ),
}


def test_publish_assess_outcome_event(deployment: Deployment) -> None:
    """Answers and outcomes are in the stream, and nothing about the user is in it in clear text."""
    deployment.start(workers=2)
    with deployment.client() as client:
        answers = [client.post("/v1/assessments", json=a_withdrawal(f"wd_{n}")).json() for n in range(40)]
        for answer in answers:
            reported = client.post(f"/v1/assessments/{answer['assessment_id']}/outcomes", json={"outcome": "cancelled"})
            assert (reported.status_code, reported.json()) == (202, {"recorded": True})

    assert {answer["alert"]["rule_id"] for answer in answers} == {"hk/investment-new-address"}
    wait_until(lambda: len(deployment.events()) >= 80)
    events = deployment.events()
    ids = {answer["assessment_id"] for answer in answers}
    for kind in ("assessment", "outcome"):
        assert {event["assessment_id"] for event in events if event["event"] == kind} == ids
    assert len({event["event_id"] for event in events}) == 80
    assert len({event["event_id"].partition(":")[0] for event in events}) >= 1
    one = next(event for event in events if event["event"] == "assessment")
    assert one["facts"]["amount_usd"] == 12000
    assert (one["rule_id"], one["severity"], one["language"]) == ("hk/investment-new-address", "high", "zh-Hant")
    for secret in (b"u-829393", b"TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE", b"12500", b"wd_"):
        with deployment.redis.client() as redis:
            entries: Any = redis.xrange("forewarn:events")
        assert not any(secret in fields[b"events"] for _, fields in entries)
        for segment in (deployment.state / "journal").glob("*"):
            assert secret not in segment.read_bytes()
    assert "u-829393" not in deployment.log.read_text()


def test_the_same_withdrawal_twice_is_one_exposure(deployment: Deployment) -> None:
    deployment.start(workers=2)
    with deployment.client() as client:
        ids = {client.post("/v1/assessments", json=a_withdrawal()).json()["assessment_id"] for _ in range(10)}

    assert len(ids) == 1


def test_a_publish_and_a_rollback_are_live_in_every_worker(tmp_path: Path, deployment: Deployment) -> None:
    """Every answer names its revision. Soon after the command returns, all workers name the new one."""
    before = deployment.cli("history").stdout
    deployment.start(workers=2)
    tree = write_tree(tmp_path / "tree", RULES)
    folders = ("--rules", str(tree / "rules"), "--locales", str(tree / "locales"))

    others = ("ae", "gb", "global", "ph", "sg", "tw", "us")  # have rules so far
    deployment.cli("publish", *folders, *(part for region in others for part in ("--without", region)))
    wait_until(lambda: _shown(deployment) == {"hk/every"})
    with deployment.client() as client:
        alert = client.post("/v1/assessments", json=a_withdrawal()).json()["alert"]
    assert alert["source"] == "Hong Kong Police Force"

    deployment.cli("rollback")
    wait_until(lambda: _shown(deployment) == {"hk/investment-new-address"})
    assert before.split()[2] in deployment.cli("history").stdout


def _shown(deployment: Deployment) -> set[str]:
    """The rules in the answers to a dozen fresh connections, so that both workers answer sooner or later."""
    shown = set()
    for _ in range(12):
        with deployment.client() as client:
            shown.add(client.post("/v1/assessments", json=a_withdrawal()).json()["alert"]["rule_id"])
    return shown


def test_a_tampered_bundle_is_refused_and_the_old_one_serves_on(deployment: Deployment) -> None:
    """It is counted and visible in /readyz; publishing again repairs it."""
    deployment.start()
    current = deployment.readyz()["bundle"]["revision"]
    forged = "sha256:" + "0" * 64
    with deployment.redis.client() as redis:
        redis.set(f"forewarn:bundle:{forged}", b'{"kind":"header"}\n')
        redis.set("forewarn:bundle:current", forged)
        redis.publish("forewarn:bundle", forged)

    wait_until(lambda: deployment.readyz()["bundle"]["refused"] == 1)
    state = deployment.readyz()
    assert state["status"] == "degraded"
    assert forged in state["bundle"]["last_error"]
    assert state["bundle"]["revision"] == current
    with deployment.client() as client:
        assert client.post("/v1/assessments", json=a_withdrawal()).json()["revision"] == current

    deployment.cli("publish")
    wait_until(lambda: deployment.readyz()["status"] == "ready")


def test_without_any_bundle_it_is_not_ready_and_answers_503(tmp_path: Path, redis_server: RedisServer) -> None:
    """The exchange applies its own default. The first publish makes the service ready."""
    deployment = Deployment(tmp_path, redis_server)
    try:
        deployment.start(ready=False)
        with deployment.client() as client:
            answer = client.post("/v1/assessments", json=a_withdrawal())
            assert answer.status_code == 503
            assert answer.headers["retry-after"]
            assert client.get("/readyz").status_code == 503
            assert client.get("/healthz").status_code == 200
        deployment.cli("publish")
        wait_until(lambda: deployment.readyz()["status"] == "ready")
    finally:
        deployment.close()


def test_a_stopping_worker_ships_what_it_wrote(deployment: Deployment) -> None:
    """After SIGTERM, every event is in the stream when the process has exited, and no segment is unshipped."""
    deployment.start(workers=2)
    with deployment.client() as client:
        ids = {client.post("/v1/assessments", json=a_withdrawal(f"wd_{n}")).json()["assessment_id"] for n in range(30)}
    deployment.stop()

    assert deployment.event_ids() == ids
