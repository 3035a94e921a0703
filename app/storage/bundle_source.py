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

from app.bundle.revision import SCHEME
from app.storage import redis_names
from app.storage.backoff import Backoff
from app.storage.redis_client import answering
from app.storage.redis_errors import described
from app.storage.storage_errors import BundleCorrupt, BundleMissing

logger = logging.getLogger(__name__)

SLICE = 256 * 1024  # hashing one takes 0.2 to 0.5 ms of the event loop


class BundleSource:
    """`client` comes from `connect`, `listener` from `connect_listener`. `ping_every` is in seconds."""

    def __init__(self, client: redis.asyncio.Redis, listener: redis.asyncio.Redis, *, ping_every: float = 5.0) -> None:
        self._redis = client
        self._listener = listener
        self._ping_every = ping_every
        self._backoff = Backoff(cap=2.0, base=0.1)

    async def current(self) -> str | None:
        """The revision in force. Raises StorageError if Redis refuses or does not answer."""
        with answering(self._redis, "name the revision in force"):
            value = await self._redis.get(redis_names.BUNDLE_CURRENT)
        return cast("bytes", value).decode(errors="replace") if value else None

    async def fetch(self, revision: str) -> bytes:
        """Verified bytes. Raises BundleMissing, BundleCorrupt, or StorageError if Redis refuses or does not answer."""
        digest = hashlib.sha256()
        # It grows in place. Joining 4 MB of slices at the end took 12 ms of the event loop, most of it page faults.
        bundle = BytesIO()
        with answering(self._redis, "give a bundle"):
            while True:
                start = bundle.tell()
                part = await self._redis.getrange(redis_names.bundle_key(revision), start, start + SLICE - 1)
                digest.update(cast("bytes", part))
                bundle.write(cast("bytes", part))
                if len(part) < SLICE:
                    break
        if not bundle.tell():
            raise BundleMissing(f"Redis holds no bundle {revision}")
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
                        yield message["data"].decode(errors="replace")
                pinged = message is None
        finally:
            await pubsub.aclose()  # type: ignore[no-untyped-call]  # redis-py has no annotation here
