"""An answer before it is HTTP: what the fast lane sends and what a FastAPI route returns."""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

JSON = b"application/json"
PROBLEM = b"application/problem+json"

Headers = tuple[tuple[bytes, bytes], ...]

# By status, as uvicorn writes it.
_STATUS_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus}


@dataclass(slots=True)  # made on every request: frozen takes 0.21 instead of 0.08 microseconds
class Reply:
    status: int
    body: bytes
    content_type: bytes = JSON
    headers: Headers = ()

    def asgi_headers(self) -> list[tuple[bytes, bytes]]:
        return [(b"content-type", self.content_type), (b"content-length", b"%d" % len(self.body)), *self.headers]

    def in_http(self, added: Iterable[tuple[bytes, bytes]], *, body: bool = True) -> bytes:
        """As HTTP/1.1. `added` are the headers that uvicorn adds to every answer; an answer to HEAD has no body."""
        head = b"%b%b%b\r\n" % (_STATUS_LINES[self.status], header_lines(added), header_lines(self.asgi_headers()))
        return head + self.body if body else head


def header_lines(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    return b"".join([b"%b: %b\r\n" % header for header in headers])
