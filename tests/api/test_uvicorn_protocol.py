"""However the bytes arrive, each request gets its own answer, in order and once."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from app.server.worker_process import PROTOCOL
from app.service.identity import Identity
from tests.api.served import plainly_served
from tests.deployment import SECRET, Deployment, a_withdrawal
from tests.waiting import wait_until

LIMIT = 24 << 20


@contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield client


def request(key: str, withdrawal_id: str = "wd_1", *lines: str, version: str = "1.1") -> bytes:
    body = orjson.dumps(a_withdrawal(withdrawal_id))
    head = [
        f"POST /v1/assessments HTTP/{version}",
        "Host: x",
        f"Authorization: Bearer {key}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *lines,
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


def answer(client: socket.socket) -> tuple[bytes, dict[str, Any]]:
    """The head and the JSON body of the next answer."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += received(client)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(int(line[16:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length: "))
    while len(body) < length:
        body += received(client)
    assert len(body) == length, "more than one answer"
    return head, orjson.loads(body)


def received(client: socket.socket) -> bytes:
    data = client.recv(1 << 16)
    assert data, "the connection was closed"
    return data


def issued(withdrawal_id: str) -> str:
    """The assessment id that `request` gets."""
    return Identity(SECRET).assessment_id(a_withdrawal()["user_id"], withdrawal_id)


def everything(client: socket.socket) -> bytes:
    """Until the other side closes."""
    return b"".join(iter(lambda: client.recv(1 << 16), b""))


def test_an_answer_leaves_in_one_piece(service: Deployment) -> None:
    with connected(service.port) as client:
        for _ in range(3):  # the first head is parsed, the others are known
            client.sendall(request(service.key))
            head, _, body = client.recv(1 << 16).partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 OK\r\n")
            assert orjson.loads(body)["assessment_id"] == issued("wd_1")


def test_many_that_come_at_once_are_answered_each_and_in_order(service: Deployment) -> None:
    """More than the lane holds; other calls between them do not change the order."""
    names = [f"wd_{number}" for number in range(60)]
    missing = b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"
    sent = b"".join(
        request(service.key, name) + (missing if number % 7 == 6 else b"") for number, name in enumerate(names)
    )
    end = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    with connected(service.port) as client:
        client.sendall(sent + end)
        answers = everything(client)

    said = [part.partition(b"\r\n\r\n") for part in answers.split(b"HTTP/1.1 ")[1:]]
    got = [
        orjson.loads(body)["assessment_id"] if head[:3] == b"200" and b"as_" in body else head[:3]
        for head, _, body in said
    ]
    wanted: list[Any] = []
    for number, name in enumerate(names):
        wanted.extend([issued(name), *([b"404"] if number % 7 == 6 else [])])
    assert got == [*wanted, b"200"]
    wait_until(lambda: {issued(name) for name in names} <= service.event_ids())


@pytest.mark.parametrize("pieces", [1, 7, 100, 400])
def test_it_does_not_matter_where_the_bytes_are_cut(service: Deployment, pieces: int) -> None:
    with connected(service.port) as client:
        for name in ("wd_a", "wd_b"):
            data = request(service.key, name)
            step = max(1, len(data) // pieces)
            for start in range(0, len(data), step):
                client.sendall(data[start : start + step])
            assert answer(client)[1]["assessment_id"] == issued(name)


def test_two_requests_cut_in_the_second_head(service: Deployment) -> None:
    first, second = request(service.key, "wd_a"), request(service.key, "wd_b")
    with connected(service.port) as client:
        client.sendall(first + second[:40])
        assert answer(client)[1]["assessment_id"] == issued("wd_a")
        client.sendall(second[40:])
        assert answer(client)[1]["assessment_id"] == issued("wd_b")


def test_a_known_head_does_not_outlive_its_key(deployment: Deployment) -> None:
    deployment.start()
    key = deployment.new_key("assess", name="gone")
    with connected(deployment.port) as client:
        client.sendall(request(key))
        assert answer(client)[0].startswith(b"HTTP/1.1 200")
        deployment.cli("keys", "revoke", "gone")

        def status() -> bytes:
            client.sendall(request(key))
            return answer(client)[0].split()[1]

        wait_until(lambda: status() == b"401")
        client.sendall(request(deployment.key))
        assert answer(client)[0].startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("version", "line"), [("1.1", "Connection: close"), ("1.0", "X-Nothing: 1"), ("1.0", "Connection: keep-alive")]
)
def test_a_client_that_wants_the_connection_closed_gets_that(service: Deployment, version: str, line: str) -> None:
    with connected(service.port) as client:
        client.sendall(request(service.key, "wd_1", line, version=version))
        head, _, body = everything(client).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 200")
    assert b"connection: close" in head
    assert orjson.loads(body)["assessment_id"] == issued("wd_1")


def test_a_body_in_chunks(service: Deployment) -> None:
    body = orjson.dumps(a_withdrawal("wd_c"))
    lines = ("Host: x", f"Authorization: Bearer {service.key}", "Transfer-Encoding: chunked", "", "")
    head = "\r\n".join(["POST /v1/assessments HTTP/1.1", *lines])
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:9], body[9:])) + b"0\r\n\r\n"
    with connected(service.port) as client:
        for _ in range(2):
            client.sendall(head.encode() + chunks)
            assert answer(client)[1]["assessment_id"] == issued("wd_c")


def test_an_expected_continue_is_sent_before_the_body_is(service: Deployment) -> None:
    data = request(service.key, "wd_1", "Expect: 100-continue")
    head, _, body = data.partition(b"\r\n\r\n")
    with connected(service.port) as client:
        client.sendall(head + b"\r\n\r\n")
        assert client.recv(1 << 16).startswith(b"HTTP/1.1 100 Continue")
        client.sendall(body)
        assert answer(client)[1]["assessment_id"] == issued("wd_1")


def test_an_outcome_is_journaled_after_its_assessment(service: Deployment) -> None:
    """Even if both are sent together."""
    id_, body = issued("wd_order"), b'{"outcome":"shown"}'
    lines = ("Host: x", f"Authorization: Bearer {service.key}", f"Content-Length: {len(body)}", "", "")
    outcome = "\r\n".join([f"POST /v1/assessments/{id_}/outcomes HTTP/1.1", *lines]).encode() + body
    with connected(service.port) as client:
        client.sendall(request(service.key, "wd_order") + outcome)
        data = b""
        while data.count(b"HTTP/1.1 ") < 2:
            data += received(client)

    def events() -> list[str]:
        return [event["event"] for event in service.events() if event["assessment_id"] == id_]

    wait_until(lambda: len(events()) == 2)
    assert events() == ["assessment", "outcome"]


@pytest.mark.parametrize("garbage", [b"\0\0\0\r\n\r\n", b"POST /v1/assessments HTTP/1.1\r\nContent-Length: x\r\n\r\n"])
def test_what_is_not_http_comes_after_the_answer_before_it(service: Deployment, garbage: bytes) -> None:
    with connected(service.port) as client:
        client.sendall(request(service.key) + garbage)
        answers = everything(client)

    assert [part[:3] for part in answers.split(b"HTTP/1.1 ")[1:]] == [b"200", b"400"]


def test_a_head_that_is_ended_by_bare_line_feeds_is_never_learned(service: Deployment) -> None:
    """The parser may see its end at another byte."""
    data = request(service.key)
    head, _, body = data.partition(b"\r\n\r\n")
    with connected(service.port) as client:
        client.sendall(head.replace(b"\r\n", b"\n") + b"\n\n" + body + data)
        assert everything(client).startswith(b"HTTP/1.1 400")


def test_two_lengths_are_refused_however_known_the_head_is(service: Deployment) -> None:
    """A proxy may follow the other one."""
    with connected(service.port) as client:
        client.sendall(request(service.key))
        answer(client)
        client.sendall(request(service.key, "wd_1", "Content-Length: 5"))
        assert everything(client).startswith(b"HTTP/1.1 400")


def test_an_outcome_by_its_path(service: Deployment) -> None:
    body = b'{"outcome":"shown"}'
    with connected(service.port) as client:
        for assessment_id, status in ((issued("wd_1"), b"202"), (issued("wd_1")[:-1] + "!", b"404"), ("as_x", b"404")):
            client.sendall(
                f"POST /v1/assessments/{assessment_id}/outcomes HTTP/1.1\r\nHost: x\r\n"
                f"Authorization: Bearer {service.key}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                + body
            )
            assert answer(client)[0].split()[1] == status


def test_a_request_that_is_half_here_is_answered_before_the_service_ends(deployment: Deployment) -> None:
    deployment.start()
    data = request(deployment.key)
    with connected(deployment.port) as client:
        client.sendall(request(deployment.key))
        answer(client)
        client.sendall(data[:-20])
        wait_until(lambda: httpx.get(f"{deployment.url}/healthz").status_code == 200)  # it has seen what was sent
        deployment.terminate()
        wait_until(lambda: refused(deployment.port))
        client.sendall(data[-20:])
        head, body = answer(client)
        assert body["assessment_id"] == issued("wd_1")
        assert b"connection: close" in head
        assert everything(client) == b""
    deployment.stop()


def refused(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except ConnectionRefusedError:
        return True
    return False


@pytest.mark.parametrize("between", [b"", b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"])
def test_who_asks_and_never_reads_is_not_read_from_either(service: Deployment, between: bytes) -> None:
    """Otherwise its answers would fill the worker's memory, on both paths."""
    data = (request(service.key) * 20 + between) * 25
    with connected(service.port) as client:
        client.settimeout(2)

        def ask_on() -> None:
            for _ in range(LIMIT // len(data)):
                client.sendall(data)

        with pytest.raises(TimeoutError):
            ask_on()
    assert httpx.get(f"{service.url}/healthz", timeout=20).status_code == 200


def test_a_silent_connection_is_closed_and_a_busy_one_is_not(service: Deployment, tmp_path: Path) -> None:
    with plainly_served(service, tmp_path, PROTOCOL, "1") as port, connected(port) as busy, connected(port) as silent:
        silent.sendall(request(service.key))
        answer(silent)
        silent.settimeout(0.01)

        def closed() -> bool:
            busy.sendall(request(service.key))
            assert answer(busy)[0].startswith(b"HTTP/1.1 200")
            try:
                return silent.recv(1) == b""
            except TimeoutError:
                return False

        wait_until(closed, timeout=20)
        busy.sendall(request(service.key))
        assert answer(busy)[0].startswith(b"HTTP/1.1 200")
