"""The epoch of the events stream, and whether the stream still has the entries that it confirmed.

A key names the epoch; a stream that was emptied begins another one. Within an epoch a stream may go back in time: after
a failover to a replica that lagged, or after a power loss, without the last second of an append-only file. Another
server then answers, so each look also asks which server that is. Entries are searched only when it changed.
"""

import secrets
from collections.abc import Sequence
from typing import Any, NamedTuple, cast

import redis.asyncio

from app.storage import redis_names
from app.storage.event_stream import StreamId
from app.storage.redis_client import answering

# A script, because SET IFEQ is not in Redis 7.0.
_BEGIN = """
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
"""

# ARGV: pairs of entry id and segment. A server that went back in time may have reused an id for another segment.
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

# Entries per script. The script reads each entry, up to 256 KiB: 100 take Redis a few milliseconds.
_AT_ONCE = 100

# The run id changes at a restart, the replication id at a promotion of a replica. A script, because parsing INFO takes
# 100 us of our event loop and 10 us of Redis (measured).
WHICH_SERVER = """
local run, replication = redis.call('INFO', 'server'), redis.call('INFO', 'replication')
return (run:match('run_id:(%w+)') or '') .. '/' .. (replication:match('master_replid:(%w+)') or '')
"""


class ConfirmedLines(NamedTuple):
    """The stream confirmed the lines up to `sent` of a segment, the last of them in `entry`."""

    segment: str
    sent: int
    entry: str


class StreamEpoch:
    """`name` is None until `look` has found a stream or `begin` has made one. Raises StorageError.

    `server` identifies the process that answered the last `look`.
    """

    def __init__(self, client: redis.asyncio.Redis) -> None:
        self._redis = client
        self._stored = b""
        self.server = ""
        self.name: str | None = None

    async def look(self) -> str | None:
        """The epoch of the stream now; None if the stream or its epoch is missing."""
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.exists(redis_names.EVENTS)
        pipeline.get(redis_names.EVENTS_EPOCH)
        pipeline.eval(WHICH_SERVER, 0)
        with answering(self._redis, "name the stream's epoch"):
            exists, epoch, server = cast("tuple[int, bytes | None, bytes]", await pipeline.execute())
        self._stored, self.server = epoch or b"", server.decode()
        self.name = self._stored.decode(errors="replace") if exists and epoch else None
        return self.name

    async def begin(self) -> str | None:
        """Begins an epoch after `look` found none; None if another worker was faster."""
        epoch = secrets.token_hex(8)
        with answering(self._redis, "begin an epoch"):
            script = self._redis.eval(_BEGIN, 1, redis_names.EVENTS_EPOCH, self._stored, epoch)
            if not await cast("Any", script):
                return None
        self.name = epoch
        return self.name

    async def lost(self, confirmed: Sequence[ConfirmedLines]) -> list[ConfirmedLines]:
        """Those of which the stream may have lost lines.

        A server goes back to one moment: if it has a segment's last entry, it has all entries before it. A last id of
        the stream beyond ours would prove nothing, since other workers may have added to it.
        """
        found: list[ConfirmedLines] = []
        for start in range(0, len(confirmed), _AT_ONCE):
            found += await self._lost(confirmed[start : start + _AT_ONCE])
        return found

    async def _lost(self, confirmed: Sequence[ConfirmedLines]) -> list[ConfirmedLines]:
        pipeline = self._redis.pipeline(transaction=False)
        arguments = [part for one in confirmed for part in (one.entry, one.segment)]
        pipeline.eval(_FIND, 1, redis_names.EVENTS, *cast("Any", arguments))
        pipeline.exists(redis_names.ARCHIVED)
        pipeline.hmget(redis_names.ARCHIVED, [one.segment for one in confirmed])
        with answering(self._redis, "show what the stream has"):
            answer, archiver, marks = cast("Any", await pipeline.execute())
        if answer is None:
            return list(confirmed)
        first, last, *here = answer
        missing = [
            one
            for one, found, mark in zip(confirmed, here, marks, strict=True)
            if not found and int(mark or 0) < one.sent
        ]
        if archiver:
            return missing
        # Without an archiver somebody trims by hand, after reading what is trimmed.
        return [one for one in missing if not _trimmed(one.entry, first.decode(), last.decode())]


def _trimmed(entry: str, first: str, last: str) -> bool:
    """Whether the stream had this entry before its first one. `first` is empty if the stream is."""
    id_ = StreamId.parse(entry)
    return id_ <= StreamId.parse(last) and (not first or id_ < StreamId.parse(first))
