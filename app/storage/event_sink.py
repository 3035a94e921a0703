"""Where a worker sends its journal: the events stream, and the archiver's marks of what is safe in the dataset."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, cast

import redis
import redis.asyncio

from app.storage import redis_names
from app.storage.redis_client import answering
from app.storage.stream_epoch import WHICH_SERVER, StreamEpoch


class EventSink:
    """Every method raises StorageError if Redis refuses or does not answer."""

    def __init__(self, client: redis.asyncio.Redis) -> None:
        self._redis = client
        self.epoch = StreamEpoch(client)

    async def append(self, segment: str, first: int, events: Sequence[bytes], *, create: bool) -> str | None:
        """Adds the lines of a segment from number `first` as one entry of the stream. Returns the entry's id.

        `create` is for the worker that began the epoch: nobody else may create the stream. Returns None if the stream
        vanished since `epoch` last looked, or if another server than the one it saw then took the entry: that server
        may lack what came before.
        """
        fields = {
            redis_names.VERSION: redis_names.EVENTS_VERSION,
            redis_names.SEGMENT: segment,
            redis_names.FIRST: first,
            redis_names.BATCH: b"\n".join(events),
        }
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.eval(WHICH_SERVER, 0)
        pipeline.xadd(redis_names.EVENTS, cast("dict[Any, Any]", fields), nomkstream=not create)
        with answering(self._redis, "take events"):
            # If the pipeline itself raised it, an error would quote the command, events included.
            for answer in (answers := await pipeline.execute(raise_on_error=False)):
                if isinstance(answer, Exception):
                    raise answer
        server, entry = answers
        return entry.decode() if entry and server.decode() == self.epoch.server else None

    async def archived(self, segments: Sequence[str]) -> list[int]:
        """For each segment the last line that is safe in the dataset, with all lines before it; 0 if none is."""
        with answering(self._redis, "give the archive's marks"):
            marks = await self._redis.hmget(redis_names.ARCHIVED, list(segments))
        return [int(mark or 0) for mark in marks]

    async def reconnect(self) -> None:
        """Drops the idle connections. A demoted primary keeps its connections open; a new one finds its successor."""
        with suppress(redis.RedisError, OSError):  # a close that takes too long raises
            await self._redis.connection_pool.disconnect(inuse_connections=False)
