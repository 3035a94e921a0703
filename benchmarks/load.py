"""Generates load over loopback: as many requests as a server takes, or at a rate that does not wait for it.

It uses one thread and raw sockets. `Closed` finds the saturation. `Opened` draws arrivals from a Poisson process and
counts each latency from the moment the request was due, sent or not. So a server that stalls is charged for every
request that would have arrived meanwhile; closed loops omit them (coordinated omission).
"""

import ctypes
import gc
import random
import select
import socket
import sys
import time
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

_RECEIVE = 1 << 16
_LAST_ANSWERS = 30.0  # seconds to wait for outstanding answers when the time is over
_LENGTH = b"content-length: "
_SLACK = 29  # PR_SET_TIMERSLACK of Linux: by default a sleep takes up to 50 microseconds too long

clock = time.perf_counter


class WrongAnswer(Exception):
    """The answer is not a 2xx with a Content-Length."""


@dataclass(frozen=True, slots=True)
class Closed:
    """The throughput of one server with clients that each wait for their answer."""

    rate: float  # requests a second
    generator_busy: float  # share of a core that the generator used; near 1, the generator was the limit
    answers: int  # including those that arrived after the time was over
    seconds: float  # until the last of them


@dataclass(slots=True)
class Opened:
    """Latencies in seconds at a fixed arrival rate, by the moment each request was due."""

    rate: float
    due: "array[float]" = field(default_factory=lambda: array("d"))
    latency: "array[float]" = field(default_factory=lambda: array("d"))
    late: "array[float]" = field(default_factory=lambda: array("d"))  # seconds by which each was sent later than due
    seen_at: float | None = None  # when an answer first contained the watched bytes

    def percentile(self, percent: float) -> float:
        return percentile(self.latency, percent)

    def slowest(self, since: float, until: float) -> float:
        """The latencies of the requests that were due in that interval."""
        return max(
            (took for due, took in zip(self.due, self.latency, strict=True) if since <= due < until), default=0.0
        )


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that `percent` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-len(ordered) * percent // 100) - 1))]


def post(path: str, body: bytes, key: str = "", trace: str = "") -> bytes:
    """A request's bytes; bodies of equal length give requests of equal length. `trace` is the id of a traceparent."""
    tracing = f"traceparent: 00-{trace}-00f067aa0ba902b7-01\r\n" if trace else ""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\n{tracing}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def ask(port: int, request: bytes) -> bytes:
    """The body of one answer."""
    connection = Connection(port)
    try:
        connection.socket.settimeout(60)
        connection.send(request)
        while not connection.answered():
            pass
        return connection.body
    finally:
        connection.socket.close()


def closed_loop(port: int, requests: Sequence[bytes], seconds: float, connections: int = 32) -> Closed:
    """Every connection sends its next request when it gets its answer."""
    with _connected(port, connections) as (poll, by_handle), _undisturbed():
        began, worked = clock(), time.thread_time()
        ends, done, place = began + seconds, 0, 0
        for connection in by_handle.values():
            connection.send(requests[place])
            place = (place + 1) % len(requests)
        while clock() < ends:
            for handle, _ in poll.poll(1.0):
                connection = by_handle[handle]
                if connection.answered():
                    done += 1
                    connection.send(requests[place])
                    place = (place + 1) % len(requests)
        took = clock() - began
        busy = (time.thread_time() - worked) / took
        done_late = _drain(poll, by_handle)
        return Closed(done / took, busy, done + done_late, clock() - began)


def _drain(poll: select.epoll, by_handle: dict[int, "Connection"]) -> int:
    """Receives the last answers, so that a slow server is idle when the next one is measured."""
    answered, gives_up = 0, clock() + _LAST_ANSWERS
    while answered < len(by_handle) and clock() < gives_up:
        for handle, _ in poll.poll(1.0):
            answered += by_handle[handle].answered()
    return answered


def open_loop(
    port: int,
    requests: Sequence[bytes],
    rate: float,
    seconds: float,
    *,
    connections: int = 64,
    watch: bytes | None = None,
    patience: float = 60.0,
) -> Opened:
    """Poisson arrivals, `rate` per second on average, for `seconds`.

    With `watch`, it runs until `seconds` after an answer first contained those bytes, or until `patience` is over.
    """
    draw = random.Random(3)  # noqa: S311  # the same arrivals every time
    opened = Opened(rate)
    with _connected(port, connections) as (poll, by_handle), _undisturbed():
        free = list(by_handle.values())
        waits = [poll.fileno()]
        due = clock()
        ends = due + (seconds if watch is None else patience)
        place = 0
        while due < ends or len(free) < connections:
            now = clock()
            while due <= now and due < ends and free:
                connection = free.pop()
                connection.due = due
                opened.late.append(now - due)
                connection.send(requests[place])
                place = (place + 1) % len(requests)
                due += draw.expovariate(rate)
                now = clock()
            if now > ends + _LAST_ANSWERS:
                raise WrongAnswer(f"{connections - len(free)} requests got no answer within {_LAST_ANSWERS:.0f} s")
            # epoll sleeps in whole milliseconds; select on the epoll handle sleeps in microseconds.
            pause = due - now if due < ends and free else 1.0
            if pause > 0:
                select.select(waits, [], [], pause)
            for handle, _ in poll.poll(0):
                connection = by_handle[handle]
                if connection.answered():
                    arrived = clock()
                    opened.due.append(connection.due)
                    opened.latency.append(arrived - connection.due)
                    free.append(connection)
                    if watch is not None and watch in connection.body:
                        opened.seen_at, watch, ends = arrived, None, arrived + seconds
    return opened


class Connection:
    """A keep-alive connection with at most one request in flight."""

    __slots__ = ("_parts", "_wanted", "body", "due", "socket")

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.due = 0.0
        self.body = b""
        self._parts = b""
        self._wanted = 0

    def send(self, request: bytes) -> None:
        if self.socket.send(request) != len(request):
            raise WrongAnswer("the socket's buffer is full: the server does not read")

    def answered(self) -> bool:
        """Receives what has arrived; true once the answer is complete."""
        received = self.socket.recv(_RECEIVE)
        if self._parts:
            received = self._parts + received
        elif received[9:10] != b"2":
            raise WrongAnswer(received[:300].decode(errors="replace") or "the server closed the connection")
        head = received.find(b"\r\n\r\n")
        if head >= 0:
            start = received.find(_LENGTH, 0, head)
            if start < 0:
                start = received.lower().find(_LENGTH, 0, head)
            wanted = head + 4 + int(received[start + len(_LENGTH) : received.index(b"\r", start)])
            if len(received) >= wanted:
                self.body = received[head + 4 :]
                self._parts = b""
                return True
        self._parts = received
        return False


@contextmanager
def _connected(port: int, count: int) -> Iterator[tuple[select.epoll, dict[int, Connection]]]:
    poll = select.epoll()
    connections = [Connection(port) for _ in range(count)]
    try:
        for connection in connections:
            connection.socket.settimeout(0)
            poll.register(connection.socket, select.EPOLLIN)
        yield poll, {connection.socket.fileno(): connection for connection in connections}
    finally:
        for connection in connections:
            connection.socket.close()
        poll.close()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Turns off garbage collection and timer slack while it measures."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SLACK, 1, 0, 0, 0)
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
