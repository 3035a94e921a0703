"""Which life of the events stream we are shipping into.

A stream that was emptied, or went back in time (a failover to a replica that lagged, the last second of an
append-only file after a power loss), lacks lines that we hold as shipped. The epoch key tells the first,
the server's run id the second.
"""

import secrets
from typing import Any, cast

import redis.asyncio

from app.storage import keys

# One key, so it also runs on a cluster; SET IFEQ is not in Redis 7.0.
_BEGIN = """
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
"""


class StreamLife:
    """`name` is None until `look` or `begin` has found a living stream."""

    def __init__(self, client: redis.asyncio.Redis) -> None:
        self._redis = client
        self._epoch = b""
        self._server = ""
        self.name: str | None = None

    async def look(self) -> str | None:
        """The life of the stream as it is now; None where the stream or its epoch is missing."""
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.exists(keys.EVENTS)
        pipeline.get(keys.EVENTS_EPOCH)
        pipeline.info("server")
        exists, epoch, server = cast("tuple[int, bytes | None, dict[str, Any]]", await pipeline.execute())
        self._epoch, self._server = epoch or b"", str(server.get("run_id"))
        self.name = f"{self._epoch.decode(errors='replace')}/{self._server}" if exists and epoch else None
        return self.name

    async def begin(self) -> str | None:
        """Starts a life after `look` found none; None where another worker was faster."""
        epoch = secrets.token_hex(8)
        script = self._redis.eval(_BEGIN, 1, keys.EVENTS_EPOCH, self._epoch, epoch)
        if not await cast("Any", script):
            return None
        self.name = f"{epoch}/{self._server}"
        return self.name
