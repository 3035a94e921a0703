"""The parent keeps the workers: it replaces those that end, one by one on SIGHUP, and stops them."""

import os
import shutil
import signal
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.deployment import Deployment, a_withdrawal
from tests.e2e.traffic import traffic
from tests.waiting import wait_until


def parent(deployment: Deployment) -> int:
    assert deployment._process is not None
    return deployment._process.pid


def pids(deployment: Deployment) -> set[int]:
    return {worker.pid for worker in deployment.workers()}


@pytest.mark.parametrize("workers", [1, 2])
def test_sighup_replaces_every_worker_and_loses_nothing(deployment: Deployment, workers: int) -> None:
    deployment._settings["FOREWARN_DRAIN_SECONDS"] = "5"
    deployment.start(workers=workers)
    before = pids(deployment)
    with traffic(deployment) as load:
        wait_until(lambda: load.count > 50)
        os.kill(parent(deployment), signal.SIGHUP)
        wait_until(lambda: not pids(deployment) & before, timeout=60)
        answered = load.count
        wait_until(lambda: load.count > answered + 50)

    assert load.unanswered == set()
    assert set(load.statuses) == {200}
    assert len(pids(deployment)) == workers


def test_a_single_worker_that_ends_is_replaced(deployment: Deployment) -> None:
    """Who connects in the meantime waits, however the worker ended: the parent holds the socket."""
    deployment.start()
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT):
        (worker,) = deployment.workers()
        worker.send_signal(number)
        worker.wait(10)
        with deployment.client() as client:
            assert client.post("/v1/assessments", json=a_withdrawal()).status_code == 200


def test_a_worker_stays_if_its_successor_would_answer_worse(deployment: Deployment) -> None:
    """Without the key file, or without any rules."""
    deployment.start()
    before = pids(deployment)
    keys, away = deployment.state / "keys.yaml", deployment.state / "away"
    with deployment.client() as client:
        for number, lost in enumerate((keys, deployment.state / "bundle"), 1):
            if lost is not keys:
                deployment.redis.stop()
            lost.rename(away)
            os.kill(parent(deployment), signal.SIGHUP)
            wait_until(lambda: deployment.log.read_text().count("not replaced") == number, timeout=60)  # noqa: B023  # called at once
            assert client.post("/v1/assessments", json=a_withdrawal()).status_code == 200
            assert pids(deployment) == before
            shutil.rmtree(lost, ignore_errors=True)
            away.rename(lost)
        os.kill(parent(deployment), signal.SIGHUP)
        wait_until(lambda: not pids(deployment) & before, timeout=60)
    log = deployment.log.read_text()
    assert "A new worker has no key file that can be used" in log
    assert "A new worker has no rules" in log


def test_a_worker_that_hangs_is_replaced(deployment: Deployment) -> None:
    """The others answer meanwhile."""
    deployment.program = "tests.server.impatient_parent"
    deployment.start(workers=2)
    hanging, _ = deployment.workers()
    hanging.suspend()
    with deployment.client() as client:
        assert client.post("/v1/assessments", json=a_withdrawal()).status_code == 200
    wait_until(lambda: hanging.pid not in pids(deployment) and len(pids(deployment)) == 2)
    assert f"Worker {hanging.pid} did not answer its parent" in deployment.log.read_text()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_service_that_cannot_start_says_why_once_and_ends(deployment: Deployment, workers: int) -> None:
    """Here another process is faster to listen on a port that both have bound."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", deployment.port))
        with ThreadPoolExecutor(1) as pool:
            starting = pool.submit(deployment.start, workers)
            wait_until(lambda: deployment._process and deployment.workers())
            other.listen()
            assert isinstance(starting.exception(), AssertionError)
    assert deployment._process is not None

    assert deployment._process.wait(20) == 1
    said = deployment.log.read_text().splitlines()
    why = f"forewarn: The service could not start: Cannot listen on 127.0.0.1:{deployment.port}: Address already in use"
    assert [line for line in said if "Traceback" in line or "forewarn:" in line] == [why]


def test_a_second_service_on_a_port_is_refused(deployment: Deployment) -> None:
    deployment.start()
    done = deployment.cli("serve", "--port", str(deployment.port), ok=False)

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith(
        f"Cannot listen on 127.0.0.1:{deployment.port}: Address already in use"
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT])
def test_it_ends_with_code_0_on(deployment: Deployment, number: signal.Signals) -> None:
    """Also when the whole group gets it, as from Ctrl-C in a terminal; no traceback."""
    deployment.start(workers=2)
    os.killpg(parent(deployment), number)
    assert deployment._process is not None
    assert deployment._process.wait(20) == 0
    assert "Traceback" not in deployment.log.read_text()
