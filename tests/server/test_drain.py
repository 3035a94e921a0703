"""After SIGTERM the service says that it is not ready, answers for a while with `Connection: close`, then stops."""

import os
import signal
import socket
import threading
from collections.abc import Iterator

import httpx
import pytest

from tests.api.test_uvicorn_protocol import answer, connected, everything, issued, request
from tests.deployment import Deployment
from tests.redis_server import RedisServer
from tests.server.test_supervisor import parent, pids
from tests.waiting import wait_until

HEALTH = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
READY = b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture(scope="module")
def draining(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Deployment, socket.socket, socket.socket]]:
    """A service of two workers that drains without end, and two connections to it from before: one idle, one used."""
    folder = tmp_path_factory.mktemp("draining")
    redis = RedisServer(folder / "redis-server")
    deployment = Deployment(folder, redis, FOREWARN_DRAIN_SECONDS="600")
    try:
        redis.start()
        deployment.cli("publish")
        deployment.start(workers=2)
        with connected(deployment.port) as idle, connected(deployment.port) as used:
            for client in (idle, used):
                client.sendall(request(deployment.key))
                assert b"connection" not in answer(client)[0].lower()
            deployment.terminate()
            wait_until(lambda: httpx.get(f"{deployment.url}/readyz").status_code == 503)
            yield deployment, idle, used
    finally:
        deployment.close()
        redis.close()


Draining = tuple[Deployment, socket.socket, socket.socket]


def test_it_is_not_ready_and_says_why(draining: Draining) -> None:
    deployment, _, _ = draining
    for _ in range(4):  # both workers
        state = httpx.get(f"{deployment.url}/readyz")
        assert state.status_code == 503
        assert (state.json()["status"], state.json()["reasons"][0]) == ("not ready", "stopping")


@pytest.mark.parametrize(
    ("asked", "status"),
    [("lane", b"200"), ("two at once", b"200"), ("route", b"200"), ("nothing", b"404"), ("garbage", b"400")],
)
def test_a_new_connection_is_answered_once_and_closed(draining: Draining, asked: str, status: bytes) -> None:
    """What follows on it is not acted upon, and does not reset the answer."""
    deployment, _, _ = draining
    sent = {
        "lane": request(deployment.key, "wd_once"),
        "two at once": request(deployment.key, "wd_once") + request(deployment.key, "wd_never"),
        "route": HEALTH,
        "nothing": HEALTH.replace(b"healthz", b"nothing") + request(deployment.key, "wd_never"),
        "garbage": b"\0\r\n\r\n",
    }
    with connected(deployment.port) as client:
        client.sendall(sent[asked])
        answers = everything(client).split(b"HTTP/1.1 ")[1:]

    assert [part[:3] for part in answers] == [status]
    assert answers[0].lower().count(b"connection: close") == 1
    assert issued("wd_never") not in deployment.event_ids()


def test_a_connection_from_before_gets_one_more_answer(draining: Draining) -> None:
    deployment, _, used = draining
    used.sendall(request(deployment.key, "wd_last"))
    head, body = answer(used)
    assert b"connection: close" in head
    assert body["assessment_id"] == issued("wd_last")
    assert everything(used) == b""


def test_a_second_sigterm_ends_the_drain(draining: Draining) -> None:
    """What arrives as it ends is answered; an idle connection is closed, not reset."""
    deployment, idle, _ = draining
    with connected(deployment.port) as half, connected(deployment.port) as new:
        data = request(deployment.key, "wd_half")
        half.sendall(data[:-20])
        wait_until(lambda: httpx.get(f"{deployment.url}/readyz").status_code == 503)  # it has seen what was sent
        deployment.terminate()
        half.sendall(data[-20:])
        new.sendall(request(deployment.key, "wd_new"))
        assert answer(half)[1]["assessment_id"] == issued("wd_half")
        assert answer(new)[1]["assessment_id"] == issued("wd_new")
        assert everything(idle) == b""
    assert deployment._process is not None
    assert deployment._process.wait(20) == 0
    assert {issued("wd_half"), issued("wd_new"), issued("wd_last"), issued("wd_once")} <= deployment.event_ids()


def test_a_replaced_worker_leaves_the_service_ready(deployment: Deployment) -> None:
    """Its connections get one more answer, which says so; new ones go to the others."""
    deployment._settings["FOREWARN_DRAIN_SECONDS"] = "600"
    deployment.start(workers=2)
    before = pids(deployment)
    with connected(deployment.port) as one, connected(deployment.port) as other:
        leaving = [one, other]

        def each_was_told() -> bool:
            for client in list(leaving):
                client.sendall(READY)
                head = answer(client)[0]
                assert head.startswith(b"HTTP/1.1 200")
                if b"connection: close" in head:
                    leaving.remove(client)
                    client.close()
            return not leaving

        os.kill(parent(deployment), signal.SIGHUP)
        wait_until(each_was_told, timeout=60)
        new = httpx.get(f"{deployment.url}/readyz")
        assert (new.status_code, new.headers.get("connection")) == (200, None)
    wait_until(lambda: not pids(deployment) & before and len(pids(deployment)) == 2, timeout=60)


def test_busy_connections_lose_nothing_when_the_service_stops(deployment: Deployment) -> None:
    """Sixteen clients ask without a pause and connect anew after each last answer, until nobody listens."""
    deployment._settings["FOREWARN_DRAIN_SECONDS"] = "0.5"
    deployment.start(workers=2)
    answered: list[str] = []
    lost: list[str] = []

    def ask(name: str) -> None:
        while True:
            try:
                client = socket.create_connection(("127.0.0.1", deployment.port), timeout=20)
            except ConnectionRefusedError:
                return
            with client:
                head = b""
                while b"connection: close" not in head:
                    withdrawal_id = f"{name}-{len(answered)}"
                    try:
                        client.sendall(request(deployment.key, withdrawal_id))
                        head, body = answer(client)
                    except (OSError, AssertionError) as error:
                        lost.append(f"{withdrawal_id}: {error}")
                        break
                    answered.append(body["assessment_id"])

    threads = [threading.Thread(target=ask, args=(f"wd_{number}",)) for number in range(16)]
    for thread in threads:
        thread.start()
    wait_until(lambda: len(answered) > 200)
    deployment.stop()
    for thread in threads:
        thread.join(30)

    assert lost == []
    assert set(answered) <= deployment.event_ids()
