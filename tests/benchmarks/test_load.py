"""The load generator reports what a server does, stalls included."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from benchmarks.load import WrongAnswer, ask, closed_loop, open_loop, percentile, post

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
REQUEST = post("/v1/assessments", b"{}", "key")


@contextmanager
def serving(answer: bytes = ANSWER, stall_at: int = -1, stall: float = 0.0) -> Iterator[int]:
    """A server with one thread per connection. At the `stall_at`th answer, all of them wait `stall` seconds."""
    listener = socket.create_server(("127.0.0.1", 0))
    lock, answered = threading.Lock(), [0]

    def speak(client: socket.socket) -> None:
        with client, suppress(ConnectionError):
            while client.recv(65536):
                with lock:
                    answered[0] += 1
                    if answered[0] == stall_at:
                        time.sleep(stall)  # the stall is what is measured
                client.sendall(answer)

    def accept() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=speak, args=(client,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def test_a_stall_is_charged_for_every_request_that_was_due_meanwhile() -> None:
    """A stall of 0.4 s in 1 s: a closed loop sees one slow answer, but four in ten of the due requests are slow."""
    with serving(stall_at=20, stall=0.4) as port:
        opened = open_loop(port, [REQUEST], rate=200, seconds=1.0, connections=4)
    waited = [took for took in opened.latency if took > 0.02]
    assert len(waited) > len(opened.latency) * 0.2
    assert max(opened.latency) >= 0.38
    assert len(opened.latency) == len(opened.due) == len(opened.late)


def test_a_closed_loop_counts_answers() -> None:
    with serving() as port:
        assert closed_loop(port, [REQUEST], 0.1, connections=2).rate > 10


def test_an_answer_that_comes_in_parts_is_put_together() -> None:
    body = b"x" * 300_000
    with serving(b"HTTP/1.1 200 OK\r\ncontent-length: 300000\r\n\r\n" + body) as port:
        assert ask(port, REQUEST) == body


def test_another_status_ends_the_measurement() -> None:
    refusing = serving(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
    with refusing as port, pytest.raises(WrongAnswer, match="503"):
        closed_loop(port, [REQUEST], 0.1, connections=1)


def test_an_answer_that_was_watched_for_is_noticed() -> None:
    with serving() as port:
        assert open_loop(port, [REQUEST], 200, 0.1, watch=b"{}").seen_at is not None
        assert open_loop(port, [REQUEST], 200, 0.1, watch=b"sha256:", patience=0.2).seen_at is None


@pytest.mark.parametrize(("percent", "expected"), [(50, 50), (99, 99), (99.9, 100), (100, 100), (0, 1), (1, 1)])
def test_percentile_is_the_smallest_value_not_exceeded_by_the_rest(percent: float, expected: int) -> None:
    assert percentile(range(1, 101), percent) == expected
