"""Connections to Redis, with tighter limits than the defaults of redis-py.

With its ten retries and five seconds, one XADD to a refused port took 3.8 s, to a hung server over 40 s, and a retried
XADD was written twice (measured, redis-py 8.1).
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import redis
import redis.asyncio
from redis.asyncio.connection import DefaultParser
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.storage.redis_errors import described, is_reply
from app.storage.storage_errors import RedisRefused, StorageError

SETTING = "FOREWARN_REDIS_URL"
EXPECTED = "redis://[user:password@]host[:port][/db], rediss://... or unix:///absolute/path"

# RESP2: the same answers from Redis 7.0 to Valkey 9, and no maintenance handshake when connecting.
PROTOCOL = 2


# Bytes of one message to a listener, in whole reads of 32 KiB. A server sends up to 32 MiB unless it is told otherwise.
MESSAGE_LIMIT = 256 * 1024


class _BoundedParser(DefaultParser):  # type: ignore[misc,valid-type]  # which of two it is, redis-py decides at import
    """Ends the connection at a message that is too long, before it is in memory."""

    async def read_response(self, *args: Any, **options: Any) -> Any:
        self._unanswered = 0
        return await super().read_response(*args, **options)

    async def read_from_socket(self) -> bool:
        if self._unanswered > MESSAGE_LIMIT:
            raise redis.ConnectionError(f"a message of over {MESSAGE_LIMIT:,} bytes")
        self._unanswered += self._read_size
        return bool(await super().read_from_socket())


def connect(url: str) -> redis.asyncio.Redis:
    """For data: no call takes longer than about a second, and none is retried."""
    return _async_client(url, socket_timeout=1.0)


def connect_listener(url: str) -> redis.asyncio.Redis:
    """For pub/sub, which waits longer than a timeout for data allows. No message may exceed MESSAGE_LIMIT."""
    return _async_client(url, socket_timeout=None, health_check_interval=5, parser_class=_BoundedParser)


def connect_sync(url: str) -> redis.Redis:
    """For commands."""
    _check(url)
    try:
        client = redis.Redis.from_url(
            url, protocol=PROTOCOL, socket_timeout=2.0, socket_connect_timeout=2.0, retry=Retry(NoBackoff(), 0)
        )
        client.connection_pool.make_connection()
    except (ValueError, TypeError):
        raise _refusal(url) from None
    return client


@contextmanager
def answering(client: redis.Redis | redis.asyncio.Redis, doing: str) -> Iterator[None]:
    """Turns the errors of a client into StorageError. `doing` is what is asked of Redis: "store the bundle"."""
    try:
        yield
    except (redis.RedisError, OSError) as error:
        kind = RedisRefused if is_reply(error) else StorageError
        raise kind(described(error, client, doing)) from error


def _async_client(url: str, **options: Any) -> redis.asyncio.Redis:
    _check(url)
    try:
        client = redis.asyncio.Redis.from_url(
            url, protocol=PROTOCOL, socket_connect_timeout=0.5, retry=AsyncRetry(NoBackoff(), 0), **options
        )
        # Otherwise an unknown option in the URL would fail only at the first command.
        client.connection_pool.make_connection()  # type: ignore[no-untyped-call]  # redis-py has no annotation here
    except (ValueError, TypeError):
        raise _refusal(url) from None
    return client


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        raise _refusal(url) from None
    # redis-py reads unix://var/redis.sock as the path /redis.sock.
    if parts.scheme == "unix" and ((host and "@" not in parts.netloc) or not parts.path.strip("/")):
        raise _refusal(url)
    # ... and redis://host/name as database 0.
    if parts.scheme != "unix" and not re.fullmatch(r"/?|/\d+", parts.path):
        raise _refusal(url)


def _refusal(url: str) -> StorageError:
    """Names only the scheme: a mistyped URL may contain its password anywhere."""
    scheme, separator, _ = url.partition("://")
    seen = f"a {scheme}:// URL that cannot be used" if separator and scheme.isalnum() else "not a URL"
    return StorageError(f"{SETTING}: {seen}; expected {EXPECTED}")
