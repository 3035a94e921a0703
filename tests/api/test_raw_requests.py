"""Raw bytes to the fast lane and to FastAPI's routes: both answer as RFC 9112 demands, and alike."""

import socket
from collections.abc import Iterator
from contextlib import suppress

import orjson
import pytest

from tests.api.raw_requests import BODIES, CASES, CLOSE, HEALTH, PIPELINED, SOUND, UPGRADES, Case
from tests.api.served import plainly_served
from tests.api.test_uvicorn_protocol import connected, everything
from tests.deployment import Deployment

# FastAPI's routes under our connection, without the fast lane.
CONNECTION = "app.api.http_connection:HttpConnection"


@pytest.fixture(scope="module", params=["fast lane", "FastAPI"])
def port(
    service: Deployment, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[int]:
    if request.param == "fast lane":
        yield service.port
    else:
        with plainly_served(service, tmp_path_factory.mktemp("routes"), CONNECTION, "75") as port:
            yield port


def exchanged(port: int, sent: bytes, *, pieces: int = 1, half_close: bool = False) -> list[tuple[bytes, bytes]]:
    """Head and body of every answer until the connection is closed."""
    with connected(port) as client:
        step = max(1, -(-len(sent) // pieces))
        with suppress(ConnectionError):  # it need not read all that is too much
            for start in range(0, len(sent), step):
                client.sendall(sent[start : start + step])
            if half_close:
                client.shutdown(socket.SHUT_WR)
        return answers(everything(client), sent)


def answers(data: bytes, sent: bytes) -> list[tuple[bytes, bytes]]:
    found = []
    bodiless = sent.startswith(b"HEAD")
    while data:
        head, _, data = data.partition(b"\r\n\r\n")
        length = next(int(line[16:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length: "))
        length = 0 if bodiless else length
        bodiless = False  # only a case's first request is a HEAD
        found.append((head, data[:length]))
        assert len(data) >= length
        data = data[length:]
    return found


def check(case: Case, got: list[tuple[bytes, bytes]]) -> None:
    wanted = [*case.statuses] if case.closes else [*case.statuses, 200]
    assert [int(head.split()[1]) for head, _ in got] == wanted
    for head, body in got:
        status = int(head.split()[1])
        if status >= 400 and body:
            assert b"content-type: application/problem+json" in head
            assert orjson.loads(body)["status"] == status
    last = got[-1][0].lower()
    assert b"connection: close" in last
    assert all(b"connection: close" not in head.lower() for head, _ in got[:-1])
    everywhere = b"".join(part for answer in got for part in answer).lower()
    assert all(said in everywhere for said in case.says)


def bytes_of(case: Case, key: str) -> bytes:
    return case.sent.replace(b"KEY", key.encode()) + (b"" if case.closes else CLOSE)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_is_answered_as_the_standard_says(port: int, service: Deployment, case: Case) -> None:
    check(case, exchanged(port, bytes_of(case, service.key)))


@pytest.mark.parametrize("case", [*UPGRADES, *SOUND, *BODIES], ids=lambda case: case.name)
def test_is_answered_alike_wherever_its_bytes_are_cut(port: int, service: Deployment, case: Case) -> None:
    check(case, exchanged(port, bytes_of(case, service.key), pieces=40))


@pytest.mark.parametrize("case", [*UPGRADES, *SOUND, *PIPELINED[:3]], ids=lambda case: case.name)
def test_a_client_that_has_shut_its_side_gets_every_answer(port: int, service: Deployment, case: Case) -> None:
    """As `nc` and some health checks do. The last answer says that the connection closes."""
    sent = case.sent.replace(b"KEY", service.key.encode())
    got = exchanged(port, sent, half_close=True)

    assert tuple(int(head.split()[1]) for head, _ in got) == case.statuses


def test_a_request_that_is_cut_off_is_400(port: int, service: Deployment) -> None:
    for sent in (HEALTH[:-2], UPGRADES[0].sent[:-9], UPGRADES[1].sent[:-9]):
        ((head, body),) = exchanged(port, sent.replace(b"KEY", service.key.encode()), half_close=True)
        assert head.split()[1] == b"400"
        assert b"ends" in body
