"""What RFC 9112 demands of a request's head beyond what the parser checks, and the limits of its size."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from app.api.connection_limits import (
    HEAD_FIELDS,
    TARGET_BYTES,
    RefusedRequest,
    head_too_large,
    malformed,
    target_too_long,
)

Header = tuple[bytes, bytes]

# Fields that a request has once. Whoever reads the first of two and whoever reads the last are attacked between them.
_ONCE = (b"host", b"authorization", b"content-length", b"content-type", b"content-encoding", b"expect")

# Of a host and port (RFC 3986, section 3.2), without the user that RFC 9110 forbids there.
_HOST = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~%!$&'()*+;=:[]"

_SCHEMES = (b"http://", b"https://")


def fields_of(version: str, headers: Sequence[Header]) -> dict[bytes, bytes]:
    """The header fields by name. Names must be in lower case. Raises RefusedRequest."""
    if version not in {"1.1", "1.0"}:
        raise unsupported_version()
    if len(headers) > HEAD_FIELDS:
        raise head_too_large()
    fields = dict(headers)
    if len(fields) != len(headers):
        _check_repeated(headers, fields)
    host = fields.get(b"host")
    if host is None:
        if version == "1.1":
            raise malformed("`Host` is missing.")
    elif not _is_host(host):
        raise malformed("`Host` is no host.")
    if b"transfer-encoding" in fields:
        _check_coding(version, fields[b"transfer-encoding"].lower())
    return fields


@lru_cache(128)
def _is_host(value: bytes) -> bool:
    return not value.translate(None, _HOST)


def _check_repeated(headers: Sequence[Header], fields: dict[bytes, bytes]) -> None:
    names = [name for name, _ in headers]
    for name in _ONCE:
        if names.count(name) > 1:
            raise malformed(f"`{name.decode()}` is given twice.")
    codings = [value for name, value in headers if name == b"transfer-encoding"]
    if codings:
        fields[b"transfer-encoding"] = b",".join(codings)


def _check_coding(version: str, coding: bytes) -> None:
    """RFC 9112, section 6.1. Only `chunked` says where a body ends."""
    if version == "1.0":
        raise malformed("HTTP/1.0 has no `Transfer-Encoding`.")
    *others, last = [part.strip() for part in coding.split(b",")]
    if last != b"chunked":
        raise malformed("`Transfer-Encoding` must end with `chunked`.")
    if others:
        raise unsupported_coding()


def unsupported_coding() -> RefusedRequest:
    return RefusedRequest("unsupported", 501, "`Transfer-Encoding` may be `chunked` only.")


def unsupported_version() -> RefusedRequest:
    return RefusedRequest("unsupported", 505, "Use HTTP/1.1.")


def origin_form(target: bytes) -> bytes:
    """A target as path and query. Raises RefusedRequest.

    A whole URI (absolute-form, RFC 9112, section 3.2.2) loses its scheme and host; `*`, which asks about the server as
    such, becomes the root.
    """
    if len(target) > TARGET_BYTES:
        raise target_too_long()
    if b"#" in target:
        raise malformed("A request target has no fragment.")
    if target.startswith(b"/"):
        return target
    if target == b"*":
        return b"/"
    for scheme in _SCHEMES:
        if target[: len(scheme)].lower() == scheme:
            rest = target[len(scheme) :]
            end = min((at for at in (rest.find(b"/"), rest.find(b"?")) if at >= 0), default=len(rest))
            if end == 0 or not _is_host(rest[:end]):
                break
            return rest[end:] if rest[end : end + 1] == b"/" else b"/" + rest[end:]
    raise malformed("A request target is a path, or an http URI.")


def head_size(target: bytes, headers: Iterable[Header]) -> int:
    """Bytes of a head, or of what has arrived of it, short of a few of its request line."""
    return len(target) + sum(len(name) + len(value) + 4 for name, value in headers)


def without_upgrade(method: bytes, target: bytes, version: str, headers: Iterable[Header]) -> bytes:
    """The same head, as if its client did not offer another protocol. A server may ignore that (RFC 9110, 7.8)."""
    lines = [b"%b %b HTTP/%b\r\n" % (method, target, version.encode())]
    lines += [b"%b: %b\r\n" % header for header in headers if header[0] != b"upgrade"]
    return b"".join([*lines, b"\r\n"])
