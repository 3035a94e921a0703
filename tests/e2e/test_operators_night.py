"""One fault after the other, under load: all is well again without anybody's hand, and nothing answered is missing."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from app.storage.parent_death import end_with_parent
from tests.dataset import events
from tests.deployment import FIXTURE, Deployment
from tests.e2e.traffic import Traffic, traffic
from tests.journal.child import without_rights_over_others
from tests.journal.segment_reader import paths
from tests.redis_server import RedisServer
from tests.small_disk import fill, small_disk
from tests.waiting import wait_until

DAY = 86_400
SOMEBODY = 12_345  # a user id

# `forewarn archive`, on a machine whose clock is 400 days ahead.
IN_THE_FUTURE = f"""
import sys, time
now = time.time
time.time = lambda: now() + 400 * {DAY}
from app.commands.archive import archive
archive(sys.argv[1:])
"""


@contextmanager
def archiver(deployment: Deployment) -> Iterator[subprocess.Popen[bytes]]:
    with (deployment.state.parent / "archiver.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "archive", "--interval", "0.2"],
            env=deployment.environment,
            cwd=FIXTURE,
            stdout=log,
            stderr=log,
            preexec_fn=end_with_parent(),
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        process.wait(30)


def reasons(deployment: Deployment) -> list[str]:
    found: list[str] = deployment.readyz()["reasons"]
    return found


def more(load: Traffic, answers: int = 50) -> None:
    before = load.count
    wait_until(lambda: load.count > before + answers, timeout=20)


def archived(deployment: Deployment) -> list[str]:
    """The ids of the assessments in the dataset, one for each row."""
    table = events.read(deployment.state / "dataset")
    kinds, ids = (table.column(name).to_pylist() for name in ("event", "assessment_id"))
    return [id_ for kind, id_ in zip(kinds, ids, strict=True) if kind == "assessment"]


def unarchived(deployment: Deployment, process: "subprocess.Popen[bytes]") -> bool:
    """Whether the stream has entries after the last that the archiver has written."""
    health = json.loads((deployment.state / "archive.json").read_bytes())
    with deployment.redis.client() as client:
        last = client.xinfo_stream("forewarn:events")["last-generated-id"].decode()
    return (health["pid"], health["position"]) != (process.pid, last)


def last_month(deployment: Deployment) -> set[str]:
    """Events of thirty days ago, which the archiver finds in the stream."""
    entry = events.entry(1, 20)
    events.add(deployment.redis, entry, at=f"{(time.time_ns() // 10**9 - 30 * DAY) * 1000}-0")
    found = map(json.loads, entry["events"].splitlines())
    return {event["assessment_id"] for event in found if event["event"] == "assessment"}


def redis_is_full(deployment: Deployment, load: Traffic, process: "subprocess.Popen[bytes]") -> None:
    """The archiver is too slow for a while."""
    process.send_signal(signal.SIGSTOP)
    with deployment.redis.client() as client:
        client.config_set("maxmemory", str(client.info("memory")["used_memory"] + 300_000))
    wait_until(lambda: "Redis does not take events" in reasons(deployment), timeout=20)
    more(load)
    process.send_signal(signal.SIGCONT)
    wait_until(lambda: "Redis does not take events" not in reasons(deployment), timeout=30)
    more(load)


def disk_is_full(deployment: Deployment, load: Traffic, disk: Path) -> None:
    """Redis is gone for so long that the journal fills the disk, on which the dataset is too."""
    filler = disk / "filler"
    fill(filler)
    os.truncate(filler, filler.stat().st_size - 500_000)
    deployment.redis.stop()
    wait_until(lambda: deployment.readyz()["journal"]["waiting"] > 50, timeout=30)
    deployment.redis.start()
    wait_until(lambda: deployment.readyz()["journal"]["waiting"] == 0, timeout=30)
    more(load)
    wait_until(lambda: not reasons(deployment), timeout=30)
    assert deployment.readyz()["journal"]["lost"] == 0
    filler.unlink()


def a_clock_is_wrong(deployment: Deployment) -> None:
    """Of the machine on which another archiver starts."""
    before = set(archived(deployment))
    done = subprocess.run(
        [sys.executable, "-c", IN_THE_FUTURE, "--once"],
        env=deployment.environment | {"FOREWARN_RETENTION_DAYS": "365"},
        cwd=FIXTURE,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert b"clock" in done.stderr
    assert before <= set(archived(deployment))


def volume_is_restored(deployment: Deployment, load: Traffic) -> None:
    """With segments of another user, in which there is what Redis never got."""
    deployment.redis.stop()
    more(load)
    deployment.kill()
    segments = paths(deployment.state / "journal")
    for path in segments:
        os.chown(path, SOMEBODY, SOMEBODY)
    deployment.redis.start()
    deployment.start(preexec=without_rights_over_others)
    wait_until(lambda: "events in the journal cannot be read" in reasons(deployment), timeout=20)
    journal = deployment.readyz()["journal"]
    assert journal["unshipped"] >= journal["unreadable"] == len(segments)
    assert journal["unreadable_bytes"] > 0
    more(load)
    for path in segments:
        os.chown(path, os.geteuid(), os.getegid())
    wait_until(lambda: not reasons(deployment), timeout=30)
    assert deployment.log.read_text().count("Events in the journal cannot be read") == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount and give files away")
@pytest.mark.timeout(300)  # a dozen processes: a minute on two cores at a load average of 15
def test_an_operators_night(tmp_path: Path, redis_server: RedisServer) -> None:
    with small_disk(tmp_path / "disk", size="8m") as disk, ExitStack() as nights:
        deployment = Deployment(tmp_path, redis_server, FOREWARN_EVENT_BUFFER="100000")
        deployment.state = disk / "state"
        deployment.cli("publish")
        old = last_month(deployment)
        try:
            deployment.start()
            with traffic(deployment, clients=2) as load:
                with archiver(deployment) as process:
                    more(load)
                    wait_until(lambda: old <= set(archived(deployment)), timeout=30)
                    redis_is_full(deployment, load, process)
                    disk_is_full(deployment, load, disk)
                a_clock_is_wrong(deployment)
                process = nights.enter_context(archiver(deployment))
                volume_is_restored(deployment, load)
                more(load)
            assert set(load.statuses) == {200}
            deployment.stop()
            wait_until(lambda: not unarchived(deployment, process), timeout=30)
            recorded = archived(deployment)
            assert events.is_once(events.ids(deployment.state / "dataset"))
            assert load.ids | old <= set(recorded)
            assert events.is_once(recorded)
        finally:
            deployment.close()
