"""What a client without a key can take of a worker is bounded, and each refusal is counted by its reason."""

import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import httpx
import pytest

from app.api.connection_limits import RESERVE
from app.server.worker_process import PROTOCOL
from tests.api.raw_requests import CHUNKED, CLOSE, HEALTH, chunked, get, post
from tests.api.served import plainly_served
from tests.api.test_raw_requests import answers
from tests.api.test_uvicorn_protocol import answer, connected, everything, request
from tests.deployment import Deployment
from tests.waiting import wait_until

CONNECTIONS = 4


@pytest.fixture(scope="module")
def port(service: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Half a second for a request, one for a silent connection, and few connections."""
    limits = {"FOREWARN_REQUEST_SECONDS": "0.5", "FOREWARN_MAX_CONNECTIONS": str(CONNECTIONS)}
    with plainly_served(service, tmp_path_factory.mktemp("limited"), PROTOCOL, "1", **limits) as port:
        yield port


def refused(port: int, reason: str) -> float:
    page = httpx.get(f"http://127.0.0.1:{port}/metrics").text
    found = re.search(rf'^forewarn_requests_refused_total{{reason="{reason}"}} (\S+)$', page, re.MULTILINE)
    assert found, page
    return float(found[1])


def statuses(data: bytes) -> list[int]:
    return [int(head.split()[1]) for head, _ in answers(data, b"")]


def keyed(sent: bytes, service: Deployment) -> bytes:
    return sent.replace(b"KEY", service.key.encode())


@pytest.mark.parametrize(
    ("sent", "wanted"),
    [
        pytest.param(HEALTH[:-2], [408], id="half a head"),
        pytest.param(b"G", [408], id="a byte"),
        pytest.param(post()[:-9], [408], id="half a body of the lane's"),
        pytest.param(post(CHUNKED, body=chunked(b" " * 99))[:-2], [408], id="half a body of FastAPI's"),
        pytest.param(HEALTH * 3 + post()[:-9], [200, 200, 200, 408], id="after good ones"),
        pytest.param(
            post(b"Content-Length: 99999").replace(b"KEY", b"no"), [401], id="a refused one is not refused again"
        ),
    ],
)
def test_a_request_must_arrive_in_time(port: int, service: Deployment, sent: bytes, wanted: list[int]) -> None:
    with connected(port) as client:
        client.sendall(keyed(sent, service))
        assert statuses(everything(client)) == wanted


def test_a_client_that_sends_byte_by_byte_gets_no_more_time(port: int) -> None:
    before = refused(port, "too_slow")
    with connected(port) as client:
        client.sendall(b"GET /healthz HTTP/1.1\r\nX: ")

        def answered() -> bool:
            with suppress(ConnectionError):
                client.sendall(b"a")
            client.settimeout(0.01)
            with suppress(TimeoutError):
                return client.recv(1 << 16).startswith(b"HTTP/1.1 408 ")
            return False

        wait_until(answered)
    assert refused(port, "too_slow") == before + 1


def test_a_connection_that_never_asks_is_closed(port: int) -> None:
    with connected(port) as client:
        assert everything(client) == b""


def test_who_never_reads_is_given_up(port: int) -> None:
    before = refused(port, "unread")
    with connected(port) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(0.2)
        with suppress(TimeoutError, ConnectionError):
            for _ in range(2_000):
                client.sendall(get(start=b"GET /openapi.json HTTP/1.1") * 20)
        wait_until(lambda: refused(port, "unread") == before + 1)


def test_above_the_limit_only_health_is_answered(port: int, service: Deployment) -> None:
    """Clients within the limit are answered; those above it are told to come back."""
    before = refused(port, "too_many")
    with ExitStack() as opened:
        within = [opened.enter_context(connected(port)) for _ in range(CONNECTIONS)]
        for client in within:
            client.sendall(request(service.key))  # a head that the lane knows from here on
            assert answer(client)[0].startswith(b"HTTP/1.1 200 ")
        with connected(port) as client:
            client.sendall(request(service.key))
            ((head, body),) = answers(everything(client), b"")
            assert head.startswith(b"HTTP/1.1 503 ")
            assert b"retry-after: 1" in head
            assert b"connection: close" in head
            assert b"fallback" in body
        for path in (b"/healthz", b"/readyz", b"/metrics"):
            with connected(port) as client:
                client.sendall(get(start=b"GET %b HTTP/1.1" % path))
                assert statuses(everything(client)) == [200]
        within[0].sendall(request(service.key))
        assert answer(within[0])[0].startswith(b"HTTP/1.1 200 ")

        # With the reserve taken too, a connection is told so before it asks.
        for _ in range(RESERVE):
            opened.enter_context(connected(port)).sendall(b"GET")
        with connected(port) as client:
            assert statuses(everything(client)) == [503]

    def answered() -> bool:
        with connected(port) as client:
            client.sendall(request(service.key))
            return answer(client)[0].startswith(b"HTTP/1.1 200 ")

    wait_until(answered)
    assert refused(port, "too_many") >= before + 2


def test_a_broken_off_body_is_not_recorded(service: Deployment) -> None:
    """Though all of its JSON has come."""
    head, _, body = request(service.key, "broken-off").partition(b"\r\n\r\n")
    head = re.sub(rb"Content-Length: \d+", CHUNKED, head)
    with connected(service.port) as client:
        client.sendall(head + b"\r\n\r\n%x\r\n%b\r\n" % (len(body), body))
        client.shutdown(socket.SHUT_WR)
        assert statuses(everything(client)) == [400]
    with connected(service.port) as client:
        client.sendall(request(service.key, "whole"))
        whole = answer(client)[1]["assessment_id"]

    wait_until(lambda: whole in service.event_ids())
    with service.client() as asking:
        broken = asking.post("/v1/assessments", content=body).json()["assessment_id"]
    recorded = [event["assessment_id"] for event in service.events()]
    assert broken not in recorded[: recorded.index(whole)]


@pytest.mark.parametrize(
    ("lines", "status"),
    [((b"Authorization: Bearer no",), 401), ((b"Content-Length: 20000",), 413), ((b"Content-Type: text/plain",), 415)],
    ids=["a wrong key", "too large", "no JSON"],
)
def test_a_refusal_in_place_of_continue_closes(service: Deployment, lines: tuple[bytes, ...], status: int) -> None:
    """The client may send the body or not: what comes next could be either."""
    sent = keyed(post(b"Expect: 100-continue"), service).partition(b"\r\n\r\n")[0]
    for line in lines:
        sent = re.sub(line.partition(b":")[0] + rb": [^\r]*", line, sent)
    with connected(service.port) as client:
        client.sendall(sent + b"\r\n\r\n")
        client.shutdown(socket.SHUT_WR)
        got = everything(client)
    assert b"100 Continue" not in got
    ((head, _),) = answers(got, b"")
    assert int(head.split()[1]) == status
    assert b"connection: close" in head


def test_after_a_continue_the_connection_is_kept(service: Deployment) -> None:
    head, _, body = request(service.key, "wd_1", "Expect: 100-continue").partition(b"\r\n\r\n")
    with connected(service.port) as client:
        client.sendall(head + b"\r\n\r\n")
        assert client.recv(1 << 16) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(body)
        assert b"connection: close" not in answer(client)[0]
        client.sendall(CLOSE)
        assert statuses(everything(client)) == [200]


def test_what_is_half_here_does_not_hold_up_a_stop(deployment: Deployment) -> None:
    """It is told that the worker stops; nothing is cancelled, and no traceback is written."""
    deployment.start()
    halves = (HEALTH[:-2], post()[:-9], post(CHUNKED, body=chunked(b" " * 99))[:-2], b"G", post(body=b" " * 99)[:-9])
    with ExitStack() as opened:
        clients = [opened.enter_context(connected(deployment.port)) for _ in halves]
        for client, half in zip(clients, halves, strict=True):
            client.sendall(keyed(half, deployment))
        never_reads = opened.enter_context(connected(deployment.port))
        never_reads.setblocking(False)
        with suppress(BlockingIOError):
            for _ in range(2_000):
                never_reads.send(get(start=b"GET /openapi.json HTTP/1.1") * 20)
        assert httpx.get(f"{deployment.url}/healthz").status_code == 200  # it has seen what was sent
        deployment.stop()
        for client in clients:
            assert statuses(everything(client)) == [503]
    log = deployment.log.read_text()
    assert "Traceback" not in log, log
    assert "not finished" not in log


def test_requests_that_wait_take_little_memory(service: Deployment) -> None:
    """Each of twenty clients asks six thousand times at once, without a key, and reads nothing."""
    (worker,) = service.workers()
    before = worker.memory_info().rss
    with ExitStack() as opened:
        for _ in range(20):
            client = opened.enter_context(connected(service.port))
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.settimeout(0.02)
            with suppress(TimeoutError):
                client.sendall(get(start=b"GET /openapi.json HTTP/1.1") * 6_000)
        assert httpx.get(f"{service.url}/healthz", timeout=20).status_code == 200
        taken = (worker.memory_info().rss - before) / 20
    assert taken < 1.5 * 2**20, f"{taken:,.0f} bytes a connection"
