"""`forewarn:archived`: how much of each journal segment is safe in the dataset."""

from collections.abc import Mapping
from typing import Any, cast

import redis

from app.storage import redis_names
from app.storage.redis_client import answering

# 100,000 segments are 1.6 TB of journal, and 10 MB of Redis.
KEPT = 100_000
_AT_ONCE = 2_000  # Lua unpacks up to 8,000 values

# A full Redis would refuse HSET, and without marks the journals keep what is safe.
_MOVE = """#!lua flags=allow-oom
return redis.call('HSET', KEYS[1], unpack(ARGV))
"""


class ArchiveMarks:
    """Raises StorageError if Redis refuses or does not answer."""

    def __init__(self, client: redis.Redis, kept: int = KEPT) -> None:
        self._redis = client
        self._kept = kept

    def move(self, marks: Mapping[str, int]) -> None:
        """Segment -> number of the last line that is safe, with all lines before it. Marks of 0 are left out."""
        pairs = [part for segment, line in marks.items() if line for part in (segment, line)]
        with answering(self._redis, "move the archive's marks"):
            for start in range(0, len(pairs), _AT_ONCE):
                some = cast("Any", pairs[start : start + _AT_ONCE])
                self._redis.eval(_MOVE, 1, redis_names.ARCHIVED, *some)

    def bound(self) -> int:
        """Deletes the marks of the oldest segments over the bound; names begin with the time of creation.

        A shipper that still has such a segment keeps it until its journal exceeds its own bound.
        """
        with answering(self._redis, "delete old marks"):
            excess = self._redis.hlen(redis_names.ARCHIVED) - self._kept
            if excess <= 0:
                return 0
            oldest = sorted(cast("list[bytes]", self._redis.hkeys(redis_names.ARCHIVED)))[:excess]
            for start in range(0, len(oldest), _AT_ONCE):
                self._redis.hdel(redis_names.ARCHIVED, *cast("Any", oldest[start : start + _AT_ONCE]))
        return excess
