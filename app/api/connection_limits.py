"""What a connection may take before its client is known, and the answer to one that takes more."""

from collections.abc import Callable
from dataclasses import dataclass, field

from app.api.problem_document import problem
from app.api.reply import Headers, Reply

# Of a request line and its header fields together, in bytes; the fields after a chunked body, likewise.
HEAD_BYTES = 32 * 1024

# What is parsed at once of what has arrived. The transport reads up to 256 KiB at once.
PIECE_BYTES = 8 * 1024

# Of a request target. RFC 9112, section 3, asks for 8,000 at least.
TARGET_BYTES = 8 * 1024

# A field takes 5 bytes of a head and 150 of memory.
HEAD_FIELDS = 128

# Connections above the limit that are still read, so that a health check is answered.
RESERVE = 32

# How much of a body nobody wants is read, so that its client is not cut off before it reads why.
UNWANTED_BYTES = 1024 * 1024

# How long a client may take to read a last answer and close, in seconds. nginx calls it a lingering close.
LINGER_SECONDS = 2.0

# How long a stopping worker waits for the rest of a request, in seconds.
STOPPING_SECONDS = 1.0

# Where the application's lifespan state holds the limits.
LIMITS = "limits"

# Labels of `forewarn_requests_refused`.
REASONS = ("malformed", "unsupported", "too_large", "too_slow", "cut_off", "too_many", "stopping", "unread", "fault")


@dataclass(slots=True)
class ConnectionLimits:
    """The limits of one worker. `refused` counts a refusal by its reason."""

    connections: int
    request_seconds: float
    refused: Callable[[str], None]
    open: int = field(default=0, init=False)  # connections, now
    draining: bool = field(default=False, init=False)  # a new connection gets one answer

    @property
    def crowded(self) -> bool:
        """Whether there are more connections than the limit."""
        return self.open > self.connections

    @property
    def most(self) -> int:
        """How many are open at most: the limit and the reserve."""
        return self.connections + RESERVE

    @property
    def full(self) -> bool:
        """Whether even the reserve is taken."""
        return self.open > self.most


class RefusedRequest(Exception):
    """A request that no route sees. Its connection closes after `reply`."""

    def __init__(self, reason: str, status: int, detail: str, headers: Headers = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.reply: Reply = problem(status, detail, headers=((b"connection", b"close"), *headers))


def malformed(detail: str) -> RefusedRequest:
    return RefusedRequest("malformed", 400, detail)


def head_too_large() -> RefusedRequest:
    return RefusedRequest(
        "too_large", 431, f"Header fields take up to {HEAD_BYTES} bytes, in up to {HEAD_FIELDS} lines."
    )


def target_too_long() -> RefusedRequest:
    return RefusedRequest("too_large", 414, f"A request target takes up to {TARGET_BYTES} bytes.")


def too_slow(seconds: float) -> RefusedRequest:
    return RefusedRequest("too_slow", 408, f"The request did not arrive whole within {seconds:g} seconds.")


def cut_off() -> RefusedRequest:
    return RefusedRequest("cut_off", 400, "The request ends before it is complete.")


def too_many() -> RefusedRequest:
    return RefusedRequest(
        "too_many", 503, "Too many connections are open. Show your fallback.", ((b"retry-after", b"1"),)
    )


def stopping() -> RefusedRequest:
    return RefusedRequest("stopping", 503, "This worker stops. Send the request again.", ((b"retry-after", b"1"),))
