"""Workers that share a socket get equally many of its connections, and none is dropped where there is no room."""

import resource
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests.deployment import Deployment
from tests.server.test_drain import HEALTH
from tests.waiting import wait_until


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=20)


def spread(deployment: Deployment) -> list[int]:
    """The connections of each worker."""
    return [
        sum(each.status == "ESTABLISHED" and each.laddr.port == deployment.port for each in worker.net_connections())
        for worker in deployment.workers()
    ]


@pytest.mark.parametrize("workers", [2, 4])
def test_a_pool_that_opens_at_once_is_spread(deployment: Deployment, workers: int) -> None:
    """Within 60 to 40 between any two. A worker that starts later gets its share of the next connections."""
    connections = 8 * workers
    deployment.start(workers=workers)
    wait_until(lambda: deployment.log.read_text().count("Serving revision") == workers)
    with ExitStack() as closing, ThreadPoolExecutor(connections) as threads:

        def warm(count: int) -> list[int]:
            for client in threads.map(connect, [deployment.port] * count):
                closing.enter_context(client)
            wait_until(lambda: sum(spread(deployment)) == connections)
            return spread(deployment)

        each = warm(connections)
        assert max(each) / (max(each) + min(each)) <= 0.6, each
        if workers == 2:
            deployment.workers()[0].kill()
            wait_until(lambda: deployment.log.read_text().count("Serving revision") == workers + 1)
            each = warm(connections - sum(spread(deployment)))
            assert max(each) / (max(each) + min(each)) <= 0.6, each


def test_connections_for_which_there_is_no_room_wait_for_it(deployment: Deployment) -> None:
    """Without a busy loop: a worker that turned would have no time for those that it has."""
    limit = 64
    deployment.start(preexec=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit)))
    with ExitStack() as closing:
        waiting = [closing.enter_context(connect(deployment.port)) for _ in range(2 * limit)]
        wait_until(lambda: "No room for another connection" in deployment.log.read_text())
        (worker,) = deployment.workers()
        assert worker.cpu_percent(0.5) < 50
        for client in waiting:  # in the order in which they came
            client.sendall(HEALTH)
            assert client.recv(1 << 16).startswith(b"HTTP/1.1 200")
            client.close()
    assert deployment.log.read_text().count("No room for another connection") == 1
