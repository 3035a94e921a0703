"""Which life of the events stream we are shipping into, and whether it still has what it was given.

The epoch key names a life: a stream that was emptied begins another. Within one life a stream may also go back in
time (a failover to a replica that lagged, the last second of an append-only file after a power loss). That takes
another server, so each look asks which it is; only where it changed are entries looked for.
"""

import secrets
from collections.abc import Sequence
from typing import Any, NamedTuple, cast

import redis.asyncio

from app.storage import redis_names
from app.storage.event_stream import StreamId

# One key, so it also runs on a cluster; SET IFEQ is not in Redis 7.0.
_BEGIN = """
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
"""

# ARGV: pairs of entry and segment. A server that went back may since have given an entry's id to another's.
_FIND = """
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
local info, found = redis.call('XINFO', 'STREAM', KEYS[1]), {}
for i = 1, #info, 2 do found[info[i]] = info[i + 1] end
local answer = {found['first-entry'] and found['first-entry'][1] or '', found['last-generated-id']}
for i = 1, #ARGV, 2 do
  local entry, here = redis.call('XRANGE', KEYS[1], ARGV[i], ARGV[i])[1], 0
  local fields = entry and entry[2] or {}
  for j = 1, #fields, 2 do
    if fields[j] == 'segment' and fields[j + 1] == ARGV[i + 1] then here = 1 end
  end
  answer[#answer + 1] = here
end
return answer
"""

# An entry has up to 256 KiB, which the script reads: 100 take Redis a few milliseconds.
_AT_ONCE = 100

# The run tells a restart, the replication id a promotion of a server that was a replica in between. A script,
# because parsing INFO takes our event loop 100 us, and Redis 10 (measured).
WHICH_SERVER = """
local run, replication = redis.call('INFO', 'server'), redis.call('INFO', 'replication')
return (run:match('run_id:(%w+)') or '') .. '/' .. (replication:match('master_replid:(%w+)') or '')
"""


class Given(NamedTuple):
    """The stream confirmed lines up to `sent` of a segment, the last of them in `entry`."""

    segment: str
    sent: int
    entry: str


class StreamLife:
    """`name` is None until `look` or `begin` has found a living stream."""

    def __init__(self, client: redis.asyncio.Redis) -> None:
        self._redis = client
        self._epoch = b""
        self.server = ""
        self.name: str | None = None

    async def look(self) -> str | None:
        """The life of the stream as it is now; None where the stream or its epoch is missing."""
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.exists(redis_names.EVENTS)
        pipeline.get(redis_names.EVENTS_EPOCH)
        pipeline.eval(WHICH_SERVER, 0)
        exists, epoch, server = cast("tuple[int, bytes | None, bytes]", await pipeline.execute())
        self._epoch, self.server = epoch or b"", server.decode()
        self.name = self._epoch.decode(errors="replace") if exists and epoch else None
        return self.name

    async def begin(self) -> str | None:
        """Starts a life after `look` found none; None where another worker was faster."""
        epoch = secrets.token_hex(8)
        script = self._redis.eval(_BEGIN, 1, redis_names.EVENTS_EPOCH, self._epoch, epoch)
        if not await cast("Any", script):
            return None
        self.name = epoch
        return self.name

    async def lost(self, given: Sequence[Given]) -> list[Given]:
        """Those of which the stream may have lost lines.

        A server goes back to a moment, so who finds a segment's last entry has all before it. That the stream's
        last id is beyond ours would prove nothing: other workers may have added to it since.
        """
        found: list[Given] = []
        for start in range(0, len(given), _AT_ONCE):
            found += await self._lost(given[start : start + _AT_ONCE])
        return found

    async def _lost(self, given: Sequence[Given]) -> list[Given]:
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.eval(
            _FIND, 1, redis_names.EVENTS, *cast("Any", [part for one in given for part in (one.entry, one.segment)])
        )
        pipeline.exists(redis_names.ARCHIVED)
        pipeline.hmget(redis_names.ARCHIVED, [one.segment for one in given])
        answer, archiver, marks = cast("Any", await pipeline.execute())
        if answer is None:
            return list(given)
        first, last, *here = answer
        missing = [
            one for one, found, mark in zip(given, here, marks, strict=True) if not found and int(mark or 0) < one.sent
        ]
        if archiver:
            return missing
        # Without an archiver somebody trims by hand, and has read what is trimmed.
        return [one for one in missing if not _trimmed(one.entry, first.decode(), last.decode())]


def _trimmed(entry: str, first: str, last: str) -> bool:
    """`first` is empty where the stream is."""
    id_ = StreamId.parse(entry)
    return id_ <= StreamId.parse(last) and (not first or id_ < StreamId.parse(first))
