"""The bundle in force, as a worker reads it from Redis."""

import asyncio
import hashlib
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from io import BytesIO
from typing import cast

import redis
import redis.asyncio

from app.bundle.record import BUNDLE_LIMIT
from app.bundle.revision import REVISION, SCHEME
from app.storage import redis_names
from app.storage.backoff import Backoff
from app.storage.redis_client import answering
from app.storage.redis_errors import described
from app.storage.storage_errors import BundleCorrupt, BundleMissing, BundleTooLarge, PointerError

logger = logging.getLogger(__name__)

NAME_BYTES = 128  # a revision has 71

SLICE = 256 * 1024  # hashing one takes 0.2 to 0.5 ms of the event loop


def named_revision(value: bytes) -> str | None:
    """The revision that BUNDLE_CURRENT names; None if it is empty. Raises PointerError if it names none."""
    text = value.decode(errors="replace")
    if text and not REVISION.fullmatch(text):
        expected = f"expected {SCHEME} and 64 hexadecimal digits; publish again, or roll back"
        raise PointerError(f"{redis_names.BUNDLE_CURRENT} names no revision: {text[:80]!r}, {expected}")
    return text or None


def require_possible_size(revision: str, size: int) -> None:
    """Raises BundleTooLarge."""
    if size > BUNDLE_LIMIT:
        raise BundleTooLarge(f"the bundle stored as {revision} has {size:,} bytes; the largest has {BUNDLE_LIMIT:,}")


class BundleSource:
    """`client` comes from `connect`, `listener` from `connect_listener`. `ping_every` is in seconds."""

    def __init__(self, client: redis.asyncio.Redis, listener: redis.asyncio.Redis, *, ping_every: float = 5.0) -> None:
        self._redis = client
        self._listener = listener
        self._ping_every = ping_every
        self._backoff = Backoff(cap=2.0, base=0.1)

    async def current(self) -> str | None:
        """The revision in force. Raises StorageError if Redis refuses, does not answer or names none."""
        with answering(self._redis, "name the revision in force"):
            # Not GET: somebody may have stored any amount there. GETRANGE answers b"" if there is none.
            value = await self._redis.getrange(redis_names.BUNDLE_CURRENT, 0, NAME_BYTES - 1)
        return named_revision(cast("bytes", value))

    async def fetch(self, revision: str) -> bytes:
        """Verified bytes.

        Raises BundleMissing, BundleTooLarge, BundleCorrupt, or StorageError if Redis refuses or does not answer.
        """
        key = redis_names.bundle_key(revision)
        with answering(self._redis, "give a bundle"):
            size = await self._redis.strlen(key)
        if not size:
            raise BundleMissing(f"Redis holds no bundle {revision}")
        require_possible_size(revision, size)
        digest = hashlib.sha256()
        # It grows in place. Joining 4 MB of slices at the end took 12 ms of the event loop, most of it page faults.
        bundle = BytesIO()
        with answering(self._redis, "give a bundle"):
            for start in range(0, size, SLICE):
                part = await self._redis.getrange(key, start, min(start + SLICE, size) - 1)
                digest.update(cast("bytes", part))
                bundle.write(cast("bytes", part))
        if SCHEME + digest.hexdigest() != revision:
            raise BundleCorrupt(f"the bundle stored as {revision} is {SCHEME}{digest.hexdigest()}")
        return bundle.getvalue()

    async def announcements(self) -> AsyncIterator[str]:
        """Revision ids as they are announced, forever. Reconnects by itself; raises on cancellation only.

        Announcements made while the connection is down are lost, so the caller also polls `current`.
        """
        while True:
            try:
                async with aclosing(self._subscription()) as revisions:
                    async for revision in revisions:
                        yield revision
            except (redis.RedisError, OSError) as error:
                if self._backoff.failures == 0:
                    why = described(error, self._listener, "announce bundles")
                    logger.warning("announcements of bundles are down: %s", why)
                await asyncio.sleep(self._backoff.fail())

    async def _subscription(self) -> AsyncGenerator[str, None]:
        pubsub = self._listener.pubsub()
        try:
            # A frozen server accepts the connection and never answers the handshake.
            async with asyncio.timeout(self._ping_every):
                await pubsub.subscribe(redis_names.BUNDLE_CHANNEL)
            pinged = False
            while True:
                message = await pubsub.get_message(timeout=self._ping_every)
                if message is None and pinged:
                    raise redis.TimeoutError(f"no answer to a ping for {self._ping_every} s")
                if message is None:
                    async with asyncio.timeout(self._ping_every):
                        await pubsub.ping()
                else:
                    self._backoff.succeed()
                    if message["type"] == "message":
                        yield message["data"][:NAME_BYTES].decode(errors="replace")
                pinged = message is None
        finally:
            await pubsub.aclose()  # type: ignore[no-untyped-call]  # redis-py has no annotation here
