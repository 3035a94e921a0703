"""The parent keeps the workers: it replaces those that end, one by one on SIGHUP, and stops them."""

import os
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


def test_a_single_worker_that_was_killed_is_replaced(deployment: Deployment) -> None:
    """Who connects in the meantime waits: the parent holds the socket."""
    deployment.start()
    (worker,) = deployment.workers()
    worker.kill()
    worker.wait(10)
    with deployment.client() as client:
        assert client.post("/v1/assessments", json=a_withdrawal()).status_code == 200


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
