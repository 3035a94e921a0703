"""One archiver at a time: a lease in Redis, and what its holder is about to write.

The lease alone is not safe: its holder may be paused for longer than it lasts and then go on. So a holder announces
the name of each file before it writes it, and its successor writes exactly that file first. A late write of the former
holder then puts the same rows under the same name.
"""

from typing import Any, cast

import redis

from app.storage import redis_names
from app.storage.redis_client import answering
from app.storage.storage_errors import StorageError

# KEYS[1]; ARGV: owner, milliseconds, then pairs of field and value to announce.
# Takes a lease that is free or our own, and with `fresh` (ARGV[3]) also the expired lease of another. One that lasts
# longer than any lease does was made before Redis's clock went back.
# allow-oom: only its holder trims the stream, and a full Redis would refuse HSET. It takes a few hundred bytes.
_HOLD = """#!lua flags=allow-oom
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held = redis.call('HMGET', KEYS[1], 'owner', 'until')
local left = tonumber(held[2] or 0) - now
if held[1] and held[1] ~= ARGV[1] and (ARGV[3] == '0' or (left > 0 and left <= tonumber(ARGV[2]))) then return 0 end
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'until', now + ARGV[2])
for i = 4, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
return 1
"""
_RELEASE = """
if redis.call('HGET', KEYS[1], 'owner') == ARGV[1] then redis.call('HDEL', KEYS[1], 'owner', 'until') end
"""


class LeaseLost(StorageError):
    """Another archiver has taken over."""


class Lease:
    """Raises StorageError if Redis refuses or does not answer. `seconds` is how long a silent holder keeps it."""

    def __init__(self, client: redis.Redis, owner: str, seconds: float) -> None:
        self._redis = client
        self._owner = owner
        self.seconds = seconds

    def taken(self) -> bool:
        """Whether it has a holder on record, expired or not."""
        with answering(self._redis, "say who archives"):
            return bool(self._redis.hexists(redis_names.ARCHIVER, "owner"))

    def acquire(self) -> bool:
        return self._hold(fresh=True)

    def keep(self, **announced: str) -> None:
        """Extends the lease and announces. Raises LeaseLost. Takes the lease again if Redis has lost it."""
        if not self._hold(fresh=False, **announced):
            raise LeaseLost("another archiver has taken over")

    def announced(self, name: str) -> str:
        with answering(self._redis, "say what is announced"):
            value = cast("bytes | None", self._redis.hget(redis_names.ARCHIVER, name))
        return (value or b"").decode(errors="replace")

    def release(self) -> None:
        with answering(self._redis, "release the archiver's lease"):
            self._redis.eval(_RELEASE, 1, redis_names.ARCHIVER, self._owner)

    def _hold(self, *, fresh: bool, **announced: str) -> bool:
        pairs = [part for pair in announced.items() for part in pair]
        with answering(self._redis, "hold the archiver's lease"):
            milliseconds = str(int(self.seconds * 1000))
            script = self._redis.eval(
                _HOLD, 1, redis_names.ARCHIVER, self._owner, milliseconds, str(int(fresh)), *pairs
            )
            return bool(cast("Any", script))
