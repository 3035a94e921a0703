"""Head and body of an answer leave together, and nothing that uvicorn does is lost by it."""

import asyncio
import socket
from typing import Any

import orjson

from app.api.connection import HELD_BYTES, JoiningTransport
from tests.deployment import Deployment, a_withdrawal


class Sent:
    """The end of a transport that notes each call."""

    def __init__(self) -> None:
        self.calls: list[bytes] = []
        self.closed_after: int | None = None

    def write(self, data: bytes) -> None:
        self.calls.append(data)

    def close(self) -> None:
        self.closed_after = len(self.calls)

    def is_closing(self) -> bool:
        return self.closed_after is not None


def joined(work: Any) -> Sent:
    """What the transport sent when `work` was done with it and the loop has turned."""

    async def turn() -> Sent:
        sent = Sent()
        work(JoiningTransport(sent, asyncio.get_running_loop()))  # type: ignore[arg-type]  # all of it that is asked
        await asyncio.sleep(0)
        return sent

    return asyncio.run(turn())


def test_what_is_written_in_one_turn_leaves_in_one_call_in_order() -> None:
    def work(transport: JoiningTransport) -> None:
        for part in (b"head ", b"body", b", next head"):
            transport.write(part)

    assert joined(work).calls == [b"head body, next head"]


def test_closing_sends_first_what_was_written_before() -> None:
    def work(transport: JoiningTransport) -> None:
        transport.write(b"head ")
        transport.write(b"body")
        transport.close()
        assert transport.is_closing()

    sent = joined(work)
    assert (sent.calls, sent.closed_after) == ([b"head body"], 1)


def test_much_is_not_held_back() -> None:
    """A client that is slow must be felt before the turn is over."""

    def work(transport: JoiningTransport) -> None:
        transport.write(b"x" * HELD_BYTES)
        assert transport._transport.calls == []  # type: ignore[attr-defined]
        transport.write(b"y")
        assert [len(call) for call in transport._transport.calls] == [HELD_BYTES + 1]  # type: ignore[attr-defined]
        transport.write(b"z")

    assert joined(work).calls[1:] == [b"z"]


def test_an_answer_arrives_in_one_piece_and_pipelined_ones_in_order(deployment: Deployment) -> None:
    deployment.start()
    body = orjson.dumps(a_withdrawal())
    head = (
        f"POST /v1/assessments HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {deployment.key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    request = head.encode() + body
    missing = b"GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    with socket.create_connection(("127.0.0.1", deployment.port), timeout=20) as client:
        client.sendall(request)
        answer = client.recv(1 << 16)
        client.sendall(request + missing)
        rest = b"".join(iter(lambda: client.recv(1 << 16), b""))

    assert orjson.loads(answer.partition(b"\r\n\r\n")[2])["assessment_id"]
    assert rest.index(b"HTTP/1.1 200") < rest.index(b"HTTP/1.1 404")
    assert rest.count(b"HTTP/1.1 ") == 2


def test_an_expected_continue_is_sent_before_the_body_is(deployment: Deployment) -> None:
    deployment.start()
    body = orjson.dumps(a_withdrawal())
    head = (
        f"POST /v1/assessments HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {deployment.key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n"
    )

    with socket.create_connection(("127.0.0.1", deployment.port), timeout=20) as client:
        client.sendall(head.encode())
        assert client.recv(1 << 16).startswith(b"HTTP/1.1 100 Continue")
        client.sendall(body)
        assert client.recv(1 << 16).startswith(b"HTTP/1.1 200")
