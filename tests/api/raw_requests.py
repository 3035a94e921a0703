"""Requests as bytes, and what a server must answer to each (RFC 9110, RFC 9112)."""

from dataclasses import dataclass

import orjson

from tests.deployment import a_withdrawal

BODY = orjson.dumps(a_withdrawal())
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
CLOSE = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@dataclass(frozen=True)
class Case:
    """`statuses` are those of all answers to `sent`, until the connection closes. `KEY` in it becomes a key.

    A good request that asks to close follows, unless the case's own last answer must close the connection.
    """

    name: str
    sent: bytes
    statuses: tuple[int, ...]
    closes: bool = False
    says: tuple[bytes, ...] = ()  # in the answers, in lower case


def post(
    *lines: bytes, body: bytes = BODY, start: bytes = b"POST /v1/assessments HTTP/1.1", host: bytes = b"x"
) -> bytes:
    head = [start, b"Host: " + host, b"Authorization: Bearer KEY", b"Content-Type: application/json", *lines]
    if not any(line.lower().startswith((b"content-length", b"transfer-encoding")) for line in lines):
        head.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join([*head, b"", b""]) + body


def chunked(body: bytes, size: int = 7, *, extension: bytes = b"", trailers: bytes = b"") -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x%b\r\n%b\r\n" % (len(part), extension, part) for part in parts) + b"0\r\n" + trailers + b"\r\n"


def get(*lines: bytes, start: bytes = b"GET /healthz HTTP/1.1", host: bytes | None = b"x") -> bytes:
    return b"\r\n".join([start, *([b"Host: " + host] if host is not None else []), *lines, b"", b""])


H2C = (
    b"Connection: Upgrade, HTTP2-Settings",
    b"Upgrade: h2c",
    b"HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA",
)
WEBSOCKET = (b"Connection: Upgrade", b"Upgrade: websocket", b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Key: AAAA")
CHUNKED = b"Transfer-Encoding: chunked"

UPGRADES = [
    Case("h2c", post(*H2C), (200,)),
    Case("h2c, chunked", post(*H2C, CHUNKED, body=chunked(BODY)), (200,)),
    Case("h2c without a body", get(*H2C), (200,)),
    Case("plain, h2c, plain", post() + post(*H2C) + post(), (200, 200, 200)),
    Case("plain, h2c without a body, plain", HEALTH + get(*H2C) + post(), (200, 200, 200)),
    Case("many of h2c", post(*H2C) * 50, (200,) * 50),
    Case("h2c to FastAPI's routes, thrice", get(*H2C) * 3, (200, 200, 200)),
    Case("websocket", get(*WEBSOCKET), (200,)),
    Case("websocket with a body", post(*WEBSOCKET), (200,)),
    Case("another protocol", post(b"Upgrade: TLS/1.2, foo/3", b"connection: upgrade"), (200,)),
    Case("an upgrade that no connection option names", post(b"Upgrade: h2c"), (200,)),
    Case("a connection option without an upgrade", post(b"Connection: Upgrade"), (200,)),
    Case("h2c that closes", post(b"Connection: close, Upgrade", b"Upgrade: h2c"), (200,), closes=True),
    Case("h2c in HTTP/1.0", post(*H2C, start=b"POST /v1/assessments HTTP/1.0"), (200,), closes=True),
    Case("h2c with two lengths", post(*H2C, CHUNKED, b"Content-Length: 3"), (400,), closes=True),
    Case("h2c without Host", get(*H2C, host=None), (400,), closes=True),
    Case("h2c with a wrong key", post(*H2C).replace(b"KEY", b"no"), (401,)),
    Case("HTTP/2 at once", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (505,), closes=True),
]

SOUND = [
    Case("one length", post(), (200,)),
    Case("chunked", post(CHUNKED, body=chunked(BODY)), (200,)),
    Case("chunked in capitals", post(b"TRANSFER-ENCODING: CHUNKED", body=chunked(BODY)), (200,)),
    Case("one byte a chunk", post(CHUNKED, body=chunked(BODY, 1)), (200,)),
    Case(
        "with extensions and trailers",
        post(CHUNKED, body=chunked(BODY, extension=b";a=b", trailers=b"X: y\r\n")),
        (200,),
    ),
    Case(
        "a trailer that is a header elsewhere",
        post(CHUNKED, body=chunked(BODY, trailers=b"Host: y\r\nAuthorization: z\r\n")),
        (200,),
    ),
    Case("absolute-form", post(start=b"POST http://x/v1/assessments HTTP/1.1"), (200,)),
    Case("absolute-form in capitals", post(start=b"POST HTTP://x:80/v1/assessments HTTP/1.1"), (200,)),
    Case("absolute-form without a path", get(start=b"GET http://x HTTP/1.1"), (404,)),
    Case("absolute-form with a query only", get(start=b"GET http://x?a=b HTTP/1.1"), (404,)),
    Case("OPTIONS *", get(start=b"OPTIONS * HTTP/1.1"), (404,)),
    Case("another method", get(start=b"PURGE /healthz HTTP/1.1"), (405,), says=(b"allow: get, head",)),
    Case("a query", post(start=b"POST /v1/assessments?a=b HTTP/1.1"), (200,)),
    Case("two spaces in the request line", get(start=b"GET  /healthz  HTTP/1.1"), (200,)),
    Case("empty lines before a request", b"\r\n\r\n" + HEALTH, (200,)),
    Case("an empty Host", post(host=b""), (200,)),
    Case("an address of IPv6 as Host", post(host=b"[::1]:8000"), (200,)),
    Case("HTTP/1.0", get(start=b"GET /healthz HTTP/1.0"), (200,), closes=True),
    Case("HTTP/1.0 without Host", get(start=b"GET /healthz HTTP/1.0", host=None), (200,), closes=True),
    Case("bytes above 127 in a value", post(b"X: \xe9\xff"), (200,)),
    Case("nothing after Connection: close", CLOSE + post(), (200,), closes=True),
    Case("identity", post(b"Content-Encoding: identity"), (200,)),
    *(
        Case(f"HEAD {path}", get(start=b"HEAD %b HTTP/1.1" % path.encode()), (status,))
        for path, status in (
            ("/healthz", 200),
            ("/readyz", 200),
            ("/metrics", 200),
            ("/openapi.json", 200),
            ("/no", 404),
        )
    ),
]

REFUSED = [
    Case("no Host", get(host=None), (400,), closes=True),
    Case("no Host in a plain request", post().replace(b"Host: x\r\n", b""), (400,), closes=True),
    Case("two Hosts", get(b"Host: y"), (400,), closes=True),
    Case("two equal Hosts in a plain request", post(b"Host: x"), (400,), closes=True),
    Case("a Host with a space", post(host=b"a b"), (400,), closes=True),
    Case("a Host with a path", post(host=b"a/b"), (400,), closes=True),
    Case("two Hosts in one line", post(host=b"a, b"), (400,), closes=True),
    Case("two Hosts in HTTP/1.0", get(b"Host: y", start=b"GET /healthz HTTP/1.0"), (400,), closes=True),
    Case("two keys", post(b"Authorization: Bearer KEY"), (400,), closes=True),
    Case("two content types", post(b"content-type: text/plain"), (400,), closes=True),
    Case("length and chunks", post(CHUNKED, b"Content-Length: 3", body=chunked(BODY)), (400,), closes=True),
    Case("chunks and length", post(b"Content-Length: 3", CHUNKED, body=chunked(BODY)), (400,), closes=True),
    Case("two lengths", post(b"Content-Length: 3", b"Content-Length: 5"), (400,), closes=True),
    Case("two equal lengths", post(b"Content-Length: 3", b"Content-Length: 3"), (400,), closes=True),
    Case("a length with a sign", post(b"Content-Length: +3"), (400,), closes=True),
    Case("a list of lengths", post(b"Content-Length: 3, 3"), (400,), closes=True),
    Case("a length that no number holds", post(b"Content-Length: 99999999999999999999"), (400,), closes=True),
    Case("a compressed transfer", post(b"Transfer-Encoding: gzip, chunked", body=chunked(BODY)), (501,), closes=True),
    Case(
        "a compressed transfer in two lines",
        post(b"Transfer-Encoding: gzip", CHUNKED, body=chunked(BODY)),
        (501,),
        closes=True,
    ),
    Case("a transfer without an end", post(b"Transfer-Encoding: gzip", body=b""), (400,), closes=True),
    Case("an unknown transfer", post(b"Transfer-Encoding: xchunked", body=chunked(BODY)), (400,), closes=True),
    Case("twice chunked", post(b"Transfer-Encoding: chunked, chunked", body=chunked(BODY)), (400,), closes=True),
    Case("chunked before gzip", post(b"Transfer-Encoding: chunked, gzip", body=chunked(BODY)), (400,), closes=True),
    Case("chunked with a parameter", post(b"Transfer-Encoding: chunked;a=b", body=chunked(BODY)), (400,), closes=True),
    Case("a space before the colon", post(b"Transfer-Encoding : chunked", body=chunked(BODY)), (400,), closes=True),
    Case(
        "chunked in HTTP/1.0",
        post(CHUNKED, start=b"POST /v1/assessments HTTP/1.0", body=chunked(BODY)),
        (400,),
        closes=True,
    ),
    Case("a chunk ended by LF", post(CHUNKED, body=b"3\nabc\r\n0\r\n\r\n"), (400,), closes=True),
    Case("LF in a chunk extension", post(CHUNKED, body=b"3;a\nb\r\nabc\r\n0\r\n\r\n"), (400,), closes=True),
    Case("a chunk longer than it says", post(CHUNKED, body=b"3\r\nabcd\r\n0\r\n\r\n"), (400,), closes=True),
    Case("a chunk of no size", post(CHUNKED, body=b"-1\r\n"), (400,), closes=True),
    Case(
        "a length as trailer", post(CHUNKED, body=chunked(BODY, trailers=b"Content-Length: 5\r\n")), (400,), closes=True
    ),
    Case("a folded field", post(b"X: a\r\n b"), (400,), closes=True),
    Case("lines ended by LF", get().replace(b"\r\n", b"\n"), (400,), closes=True),
    Case("a field ended by LF", post(b"X: a\nY: b"), (400,), closes=True),
    Case("CR in a field", post(b"X: a\rb"), (400,), closes=True),
    Case("NUL in a field", post(b"X: a\0b"), (400,), closes=True),
    Case("a field without a colon", post(b"Xa"), (400,), closes=True),
    Case("a field without a name", post(b": a"), (400,), closes=True),
    Case("a method in small letters", get(start=b"get /healthz HTTP/1.1"), (400,), closes=True),
    Case("an unknown method", get(start=b"FOO /healthz HTTP/1.1"), (400,), closes=True),
    Case("a space in the target", get(start=b"GET /a b HTTP/1.1"), (400,), closes=True),
    Case("a fragment", get(start=b"GET /healthz#a HTTP/1.1"), (400,), closes=True),
    Case("bytes above 127 in the target", get(start=b"GET /\xff HTTP/1.1"), (400,), closes=True),
    Case("absolute-form without a host", get(start=b"GET http:///healthz HTTP/1.1"), (400,), closes=True),
    Case("absolute-form with a user", get(start=b"GET http://a@b/healthz HTTP/1.1"), (400,), closes=True),
    Case("CONNECT", get(start=b"CONNECT x:443 HTTP/1.1"), (501,), closes=True),
    Case("CONNECT, then a request", get(start=b"CONNECT x:443 HTTP/1.1") + HEALTH, (501,), closes=True),
    Case("HTTP/2.0", get(start=b"GET /healthz HTTP/2.0"), (505,), closes=True),
    Case("HTTP/1.2", get(start=b"GET /healthz HTTP/1.2"), (505,), closes=True),
    Case("HTTP/0.9", get(start=b"GET /healthz HTTP/0.9"), (505,), closes=True),
    Case("no version", get(start=b"GET /healthz"), (505,), closes=True),
    Case("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500), (400,), closes=True),
    Case("after good ones, in order", post() + HEALTH + post() + b"\0" + HEALTH, (200, 200, 200, 400), closes=True),
    Case("after a good one of FastAPI's, in order", HEALTH + b"\0" + HEALTH, (200, 400), closes=True),
    Case(
        "a broken body after a good request",
        HEALTH + HEALTH + post(CHUNKED, body=b"5\r\nabcdeX"),
        (200, 200, 400),
        closes=True,
    ),
    Case("a HEAD without Host", get(start=b"HEAD /healthz HTTP/1.1", host=None), (400,), closes=True),
]

BODIES = [
    Case("an empty one", post(body=b""), (400,), says=(b"empty",)),
    Case("white space", post(body=b" \r\n"), (400,), says=(b"empty",)),
    Case("no length", post(CHUNKED, body=b"0\r\n\r\n"), (400,), says=(b"empty",)),
    Case(
        "neither length nor chunks",
        post().replace(b"Content-Length: %d" % len(BODY), b"X: y")[: -len(BODY)],
        (400,),
        says=(b"empty",),
    ),
    Case("gzip", post(b"Content-Encoding: gzip"), (415,), says=(b"accept-encoding: identity",)),
    Case("gzip in chunks", post(b"Content-Encoding: gzip", CHUNKED, body=chunked(BODY)), (415,)),
    Case("gzip with a wrong key", post(b"Content-Encoding: gzip").replace(b"KEY", b"no"), (401,)),
    Case("too large", post(body=b" " * 20_000), (413,), closes=True),
    Case("too large, in chunks", post(CHUNKED, body=chunked(b" " * 20_000, 1000)), (413,), closes=True),
    Case("very large", post(body=b" " * 900_000), (413,), closes=True),
    Case("very large, and the next in it", post(body=b" " * 900_000) + HEALTH, (413,), closes=True),
    Case("large with a wrong key", post(body=b" " * 300_000).replace(b"KEY", b"no"), (401,)),
    Case("to a path that takes none", get(b"Content-Length: 3") + b"abc", (200,)),
]

PIPELINED = [
    Case("thousands", HEALTH * 2_000, (200,) * 2_000),
    Case("hundreds of plain ones", post() * 300, (200,) * 300),
    Case("plain ones behind another", (HEALTH + post() * 40) * 3, (200,) * 123),
    Case("thousands, then half a request", HEALTH * 2_000 + b"GET /\0", (200,) * 2_000 + (400,), closes=True),
    Case("bodies among them", (HEALTH + post(CHUNKED, body=chunked(BODY, 1))) * 100, (200,) * 200),
]

HEADS = [
    Case("a long field", get(b"X: " + b"a" * 32_000), (200,)),
    Case("a longer field", get(b"X: " + b"a" * 33_000), (431,), closes=True),
    Case("a field without an end", get(b"X: " + b"a" * 3_000_000)[:-4], (431,), closes=True),
    Case("fields without an end", get(*[b"X: y" * 50] * 50_000)[:-2], (431,), closes=True),
    Case("many fields", get(*[b"X: y"] * 120), (200,)),
    Case("more fields", get(*[b"X: y"] * 130), (431,), closes=True),
    Case("a long target", get(start=b"GET /%b HTTP/1.1" % (b"a" * 8_000)), (404,)),
    Case("a longer target", get(start=b"GET /%b HTTP/1.1" % (b"a" * 9_000)), (414,), closes=True),
    Case("a target without an end", b"GET /" + b"a" * 3_000_000, (414,), closes=True),
    Case(
        "trailers without an end",
        post(CHUNKED, body=chunked(BODY)[:-2] + b"X: " + b"a" * 3_000_000),
        (431,),
        closes=True,
    ),
    Case("many trailers", post(CHUNKED, body=chunked(BODY)[:-2] + b"X: y\r\n" * 500_000), (431,), closes=True),
    Case("a chunk extension without an end", post(CHUNKED, body=b"1;" + b"a" * 3_000_000), (431,), closes=True),
    Case(
        "good ones, then a longer field", post() * 90 + get(b"X: " + b"a" * 33_000), (200,) * 90 + (431,), closes=True
    ),
]

CASES = [*UPGRADES, *SOUND, *PIPELINED, *REFUSED, *BODIES, *HEADS]
