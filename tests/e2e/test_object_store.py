"""The dataset in a bucket, from the service's answers to the console's figures, while the object store is away."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import httpx
import pytest

from app.storage import redis_names
from tests.deployment import FIXTURE, Deployment, a_withdrawal, deployments, free_port
from tests.redis_server import RedisServer
from tests.s3_server import KEYS, S3Server, needs_s3
from tests.waiting import wait_until

pytestmark = needs_s3

COUNT = "SELECT count(*) AS events, count(DISTINCT event_id) AS ids FROM events"


@pytest.fixture
def s3(tmp_path: Path) -> Iterator[S3Server]:
    server = S3Server(tmp_path)
    server.make_bucket("figures")
    yield server
    server.close()


@pytest.fixture
def in_bucket(tmp_path: Path, redis_server: RedisServer, s3: S3Server) -> Iterator[Deployment]:
    dataset = f"s3://figures/hk?{s3.options}"
    yield from deployments(tmp_path, redis_server, FOREWARN_DATASET=dataset, **KEYS)


class Process:
    """Runs a `forewarn` command of a deployment with the log file `log`."""

    def __init__(self, deployment: Deployment, *arguments: str) -> None:
        self.log = deployment.state.parent / f"{arguments[0]}.log"
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app", *arguments],
                env=deployment.environment,
                cwd=FIXTURE,
                stdout=log,
                stderr=log,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        assert self._process.wait(30) in {0, -15}, self.log.read_text()


def withdraw(deployment: Deployment, first: int, last: int, cancelled: int) -> None:
    """One withdrawal per user; the first few cancel theirs, the others proceed."""
    with deployment.client() as client:
        for number in range(first, last + 1):
            asked = a_withdrawal(f"wd-{number}", user_id=f"u-{number}")
            answer = client.post("/v1/assessments", json=asked).json()
            outcome = "cancelled" if number < first + cancelled else "proceeded"
            sent = client.post(f"/v1/assessments/{answer['assessment_id']}/outcomes", json={"outcome": outcome})
            assert sent.status_code == 202


def archiver_says(deployment: Deployment) -> dict[str, Any]:
    file = deployment.state / "archive.json"
    found: dict[str, Any] = json.loads(file.read_bytes()) if file.exists() else {}
    return found


def stream_length(deployment: Deployment) -> int:
    with deployment.redis.client() as client:
        return int(client.xlen(redis_names.EVENTS))


def main_rate(report: dict[str, Any]) -> tuple[int, int] | None:
    if "total" not in report:  # no report, but the reason why there is none
        return None
    rate = report["total"]["rates"]["reconsidered_or_reviewed"]
    return rate["numerator"], rate["denominator"]


def reported(deployment: Deployment) -> tuple[int, int] | None:
    """What `forewarn report` says about the dataset and the stream."""
    return main_rate(json.loads(deployment.cli("report", "--maturity", "all", "--format", "json").stdout))


def in_files(deployment: Deployment) -> list[dict[str, int]]:
    """The number of events in the dataset, as `forewarn sql` counts them without the stream."""
    deployment._settings["FOREWARN_REDIS_URL"] = "redis://127.0.0.1:1"
    found: list[dict[str, int]] = json.loads(deployment.cli("sql", COUNT, "--format", "json").stdout)
    del deployment._settings["FOREWARN_REDIS_URL"]
    return found


def test_figures_of_a_bucket_are_right_and_stay_so_when_it_goes_away(in_bucket: Deployment, s3: S3Server) -> None:
    """While it is away, the archiver says so and trims nothing; the console and the commands say that they cannot read,
    and keep their copies. When it is back, every event is there once.
    """
    in_bucket.start()
    analyst = {"Authorization": f"Bearer {in_bucket.new_key('reports', name='analyst')}"}
    port = free_port()
    with (
        Process(in_bucket, "archive", "--interval", "0.2"),
        Process(in_bucket, "console", "--port", str(port)) as console,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=analyst, timeout=60) as client,
    ):

        def ask() -> httpx.Response:
            return client.get("/v1/reports/reconsideration", params={"maturity": "all"})

        def ready() -> dict[str, Any]:
            try:
                says: dict[str, Any] = client.get("/readyz").json()
                return says
            except httpx.TransportError:
                return {}

        withdraw(in_bucket, 1, 40, cancelled=10)
        wait_until(lambda: archiver_says(in_bucket).get("events") == 80, timeout=30)
        wait_until(lambda: ready().get("archived_to"), timeout=30)
        wait_until(lambda: main_rate(ask().json()) == (10, 40), timeout=30)
        in_bucket._settings["FOREWARN_STATE_DIR"] = str(analysts := in_bucket.state.parent / "analysts")
        assert reported(in_bucket) == (10, 40)
        assert not [path for path in (analysts, *analysts.rglob("*")) if path.stat().st_mode & 0o077]
        del in_bucket._settings["FOREWARN_STATE_DIR"]
        assert in_files(in_bucket) == [{"events": 80, "ids": 80}]
        mirror = in_bucket.state / "console" / "mirror"
        copies = {path: path.stat().st_ino for path in mirror.rglob("*.parquet")}
        assert copies

        s3.vanish()
        before = stream_length(in_bucket)
        withdraw(in_bucket, 41, 60, cancelled=10)
        wait_until(lambda: archiver_says(in_bucket)["state"] == "failing", timeout=30)
        assert f"s3://figures/hk at {s3.endpoint}: " in archiver_says(in_bucket)["error"]
        assert stream_length(in_bucket) > before
        wait_until(lambda: ready()["status"] == "not ready", timeout=30)
        wait_until(lambda: ask().status_code == 503, timeout=30)
        assert ask().json()["detail"] == "The dataset cannot be read: the object store refused, or did not answer."
        for command in (("report",), ("sql", COUNT)):
            failed = in_bucket.cli(*command, ok=False)
            assert (failed.returncode, failed.stdout) == (1, "")
            [line] = failed.stderr.splitlines()
            assert line.startswith(f"forewarn: The dataset cannot be read: s3://figures/hk at {s3.endpoint}: ")
        assert archiver_says(in_bucket)["events"] == 80
        assert {path: path.stat().st_ino for path in mirror.rglob("*.parquet")} == copies

        s3.return_()
        wait_until(lambda: archiver_says(in_bucket)["events"] == 120, timeout=30)
        wait_until(lambda: ready()["status"] == "ready", timeout=30)
        wait_until(lambda: main_rate(ask().json()) == (20, 60), timeout=30)
        assert reported(in_bucket) == (20, 60)
        assert in_files(in_bucket) == [{"events": 120, "ids": 120}]
        assert {path: path.stat().st_ino for path in copies} == copies
    says = console.log.read_text()
    assert says.count("The dataset cannot be read: s3://figures/hk at ") == 1
    assert says.count("The dataset can be read again") == 1


@pytest.mark.parametrize("command", [("report",), ("sql", COUNT), ("archive", "--once")])
def test_a_bucket_that_is_not_there(in_bucket: Deployment, s3: S3Server, command: tuple[str, ...]) -> None:
    in_bucket._settings["FOREWARN_DATASET"] = f"s3://no-such-bucket/hk?{s3.options}"
    failed = in_bucket.cli(*command, ok=False)
    assert failed.returncode == 1
    assert failed.stderr.endswith(f"s3://no-such-bucket/hk at {s3.endpoint}: there is no such bucket\n")


@pytest.mark.parametrize("command", [("report",), ("sql", COUNT), ("archive", "--once")])
def test_wrong_credentials(in_bucket: Deployment, s3: S3Server, command: tuple[str, ...]) -> None:
    with s3.checking_keys():
        failed = in_bucket.cli(*command, ok=False)
    assert failed.returncode == 1
    [line] = failed.stderr.splitlines()
    assert f"s3://figures/hk at {s3.endpoint}: " in line
    assert "INVALID_ACCESS_KEY_ID" in line
    assert not any(value in line for value in KEYS.values())
