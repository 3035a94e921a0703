"""Faults around the service change nothing in an answer and lose nothing that was answered."""

import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.deployment import Deployment, a_withdrawal
from tests.e2e.traffic import Traffic, traffic
from tests.redis_server import RedisServer
from tests.small_disk import fill, small_disk
from tests.waiting import wait_until


def test_a_killed_worker_loses_nothing_that_it_answered(deployment: Deployment) -> None:
    """After kill -9 under load, twice, every answered id is in the stream; extra ones were in flight."""
    deployment.start(workers=2)
    with traffic(deployment) as load:
        for _ in range(2):
            _more(load, 100)
            deployment.workers()[0].kill()
        _more(load, 100)

    wait_until(lambda: load.ids <= deployment.event_ids())
    extras = deployment.event_ids() - load.ids
    assert len(extras) <= len(load.unanswered)
    load.ask_again()
    wait_until(lambda: load.ids == deployment.event_ids())


def test_a_killed_machine_of_workers_is_adopted_at_the_next_start(deployment: Deployment) -> None:
    """If parent and workers are killed while Redis is down, the next start ships what they left."""
    deployment.start(workers=2)
    deployment.redis.stop()
    with traffic(deployment) as load:
        wait_until(lambda: load.count > 100)
        deployment.kill()
    deployment.redis.start()
    assert not load.ids <= deployment.event_ids()

    deployment.start()
    wait_until(lambda: load.ids <= deployment.event_ids())
    assert len(deployment.event_ids() - load.ids) <= len(load.unanswered)


def test_workers_do_not_outlive_their_parent(deployment: Deployment) -> None:
    """A killed parent takes its workers with it (Linux), so the port is free for the next start."""
    deployment.start(workers=2)
    workers = deployment.workers()
    assert deployment._process is not None
    deployment._process.kill()
    deployment._process.wait(10)

    wait_until(lambda: not any(_runs(worker) for worker in workers), timeout=20)
    deployment.start(workers=2)


@pytest.mark.parametrize("fault", ["stopped", "killed", "frozen", "emptied"])
def test_redis_faults_change_nothing_in_an_answer(tmp_path: Path, redis_server: RedisServer, fault: str) -> None:
    """Every request gets a 200 with the same alert; only `stale` may turn true. Every event arrives later."""
    deployment = Deployment(tmp_path, redis_server, FOREWARN_STALE_AFTER="1.5", FOREWARN_POLL_SECONDS="0.5")
    deployment.cli("publish")
    breaks: dict[str, Any] = {
        "stopped": redis_server.stop,
        "killed": redis_server.kill,
        "frozen": redis_server.freeze,
        "emptied": redis_server.flush,
    }
    mends: dict[str, Any] = {"frozen": redis_server.thaw, "emptied": lambda: None}
    try:
        deployment.start(workers=2)
        with traffic(deployment) as load:
            _more(load, 50)
            breaks[fault]()
            # `current` vanishes when Redis is emptied, so answers become stale there too.
            wait_until(lambda: any(answer["stale"] for answer in list(load.answers.values())), timeout=20)
            _more(load, 50)
            # Either worker may answer; each one finds out by itself.
            wait_until(lambda: deployment.readyz()["status"] == "degraded")
            mends.get(fault, redis_server.start)()
            if fault == "emptied":
                deployment.cli("publish")
            wait_until(lambda: not deployment.readyz()["bundle"]["stale"], timeout=20)

        assert set(load.statuses) == {200}
        assert not load.unanswered
        bodies = [answer | {"stale": None, "assessment_id": None} for answer in load.answers.values()]
        assert all(body == bodies[0] for body in bodies)
        wait_until(lambda: load.ids <= deployment.event_ids(), timeout=30)
    finally:
        deployment.close()


def test_a_restart_with_redis_down_still_warns(deployment: Deployment) -> None:
    """The last good bundle is on disk. Answers say stale, because nothing could confirm it."""
    deployment.start()
    deployment.stop()
    deployment.redis.stop()

    deployment.start()
    with deployment.client() as client:
        answer = client.post("/v1/assessments", json=a_withdrawal()).json()
    assert answer["alert"]["rule_id"] == "hk/investment-new-address"
    assert answer["stale"] is True


def test_a_disk_that_takes_no_more(deployment: Deployment) -> None:
    """If files may not grow, warnings go on, outcomes get a 503, and the loss is counted and visible."""
    deployment._settings.update(FOREWARN_EVENT_BUFFER="20")

    def limit() -> None:
        # Larger than a bundle and a file of metrics, so that only the journal reaches the limit.
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))

    deployment.start(preexec=limit)
    deployment.redis.stop()  # so that no segment is shipped and replaced
    with deployment.client() as client:
        ids = []
        for number in range(2000):
            answer = client.post("/v1/assessments", json=a_withdrawal(f"wd_{number}"))
            assert answer.status_code == 200
            ids.append(answer.json()["assessment_id"])
            if number % 50 == 0 and client.get("/readyz").json()["journal"]["lost"] > 0:
                break
        state = client.get("/readyz")
        assert state.status_code == 200
        assert state.json()["status"] == "degraded"
        assert state.json()["journal"]["lost"] > 0
        # Outcomes are shorter than assessments, so a few may still fit.
        refused = [
            answer
            for _ in range(10)
            if (answer := client.post(f"/v1/assessments/{ids[0]}/outcomes", json={"outcome": "cancelled"})).is_error
        ][-1]
        assert refused.status_code == 503
        assert refused.headers["retry-after"]
        many = client.post("/v1/outcomes", json=[{"assessment_id": ids[0], "outcome": "cancelled"}])
        assert many.status_code == 503
        assert "forewarn_events_lost_total 0.0" not in client.get("/metrics").text


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk") as folder:
        yield folder


def test_a_full_disk_and_its_return(disk: Path, tmp_path: Path, redis_server: RedisServer) -> None:
    """On a full disk, warnings go on. Once there is room again, waiting events are written and arrive."""
    deployment = Deployment(tmp_path, redis_server)
    deployment.state = disk / "state"
    deployment.cli("publish")
    filler = disk / "filler"
    try:
        deployment.start()
        with deployment.client() as client:
            first = client.post("/v1/assessments", json=a_withdrawal("first")).json()["assessment_id"]
            fill(filler)
            ids = {
                client.post("/v1/assessments", json=a_withdrawal(f"wd_{n}")).json()["assessment_id"] for n in range(60)
            }
            assert client.get("/readyz").json()["status"] == "degraded"
            assert client.post(f"/v1/assessments/{first}/outcomes", json={"outcome": "shown"}).status_code == 503
            filler.unlink()
            wait_until(
                lambda: client.post(f"/v1/assessments/{first}/outcomes", json={"outcome": "shown"}).status_code == 202
            )
        wait_until(lambda: ids | {first} <= deployment.event_ids())
        assert deployment.readyz()["journal"]["lost"] == 0
    finally:
        deployment.close()


def test_a_read_only_state_folder(disk: Path, tmp_path: Path, redis_server: RedisServer) -> None:
    """On a read-only disk it starts, warns, and refuses outcomes; nothing is half written."""
    deployment = Deployment(tmp_path, redis_server)
    deployment.state = disk / "state"
    deployment.cli("publish")
    deployment.key = deployment.new_key("assess", "rules")
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    try:
        deployment.start()
        with deployment.client() as client:
            answer = client.post("/v1/assessments", json=a_withdrawal())
            assert answer.status_code == 200
            assert answer.json()["alert"] is not None
            id_ = answer.json()["assessment_id"]
            assert client.post(f"/v1/assessments/{id_}/outcomes", json={"outcome": "shown"}).status_code == 503
            assert client.get("/readyz").json()["journal"]["writable"] is False
    finally:
        deployment.close()


def _runs(process: psutil.Process) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _more(load: Traffic, answers: int) -> None:
    before = load.count
    wait_until(lambda: load.count > before + answers)
