"""An answer before it is HTTP: what the fast lane sends and what a FastAPI route returns."""

from dataclasses import dataclass

JSON = b"application/json"
PROBLEM = b"application/problem+json"

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(slots=True)  # made on every request: frozen takes 0.21 instead of 0.08 microseconds
class Reply:
    status: int
    body: bytes
    content_type: bytes = JSON
    headers: Headers = ()

    def asgi_headers(self) -> list[tuple[bytes, bytes]]:
        return [(b"content-type", self.content_type), (b"content-length", b"%d" % len(self.body)), *self.headers]
