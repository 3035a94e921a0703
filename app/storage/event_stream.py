"""The events stream, as the archiver and the reports read it and the archiver trims it."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple, Self, cast

import redis

from app.storage import redis_names
from app.storage.redis_client import answering

# An entry has up to 256 KiB, so one read takes up to 32 MiB of memory.
READ_ENTRIES = 128

# Bytes that a reader loads of a stream whose archiver has stopped.
TAIL_BYTES = 256 * 1024 * 1024

# Of maxmemory. What is left must take the events of one turn of the archiver.
CROWDED = 0.75

_SEGMENT = re.compile(rb"[0-9A-Za-z_.-]{1,64}")
_EPOCH = re.compile(r"[0-9A-Za-z]{1,64}")

# XINFO alone would send the whole first and last entry, up to 512 KiB, each time.
_LOOK = """
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
local info, found = redis.call('XINFO', 'STREAM', KEYS[1]), {}
for i = 1, #info, 2 do found[info[i]] = info[i + 1] end
local first = found['first-entry'] and found['first-entry'][1] or '0-0'
local here = #redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])
return {first, found['last-generated-id'], found['max-deleted-entry-id'], found['entries-added'], found['length'], here}
"""

_TRIM = """
if #redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2]) == 0 then return 0 end
return redis.call('XTRIM', KEYS[1], 'MINID', '=', ARGV[1])
"""

# A script, because SET IFEQ is not in Redis 7.0; allow-oom, because it replaces 16 bytes by 16 others.
_RENEW = """#!lua flags=allow-oom
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
"""


class StreamId(NamedTuple):
    """An entry's id: Unix time in milliseconds by the server's clock, and a count within the millisecond."""

    ms: int
    seq: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        >>> StreamId.parse("1700000000000-7")
        StreamId(ms=1700000000000, seq=7)
        """
        ms, _, seq = text.partition("-")
        return cls(int(ms), int(seq))

    def __str__(self) -> str:
        return f"{self.ms}-{self.seq}"


START = StreamId(0, 0)


class Entry(NamedTuple):
    """An entry of the stream, written by a shipper or not."""

    id: StreamId
    fields: dict[bytes, bytes]


class StreamBatch(NamedTuple):
    """Consecutive journal lines of one segment; `first` is the number of the first, `events` their JSON."""

    id: StreamId
    segment: str
    first: int
    events: bytes

    @property
    def last(self) -> int:
        return self.first + self.events.count(b"\n")


def parse_batch(entry: Entry) -> StreamBatch | None:
    """The batch in an entry; None if no shipper could have written it."""
    fields = entry.fields
    segment, first, events = (
        fields.get(name.encode(), b"") for name in (redis_names.SEGMENT, redis_names.FIRST, redis_names.BATCH)
    )
    ours = fields.get(redis_names.VERSION.encode()) == str(redis_names.EVENTS_VERSION).encode()
    if not ours or not events or not _SEGMENT.fullmatch(segment) or not re.fullmatch(rb"[1-9][0-9]{0,17}", first):
        return None
    return StreamBatch(entry.id, segment.decode(), int(first), events)


@dataclass(frozen=True, slots=True)
class Look:
    """The stream at one moment. `here` is whether it has the entry at the position asked for."""

    epoch: str | None
    now_ms: int
    first: StreamId = START
    last: StreamId = START
    max_deleted: StreamId = START
    added: int = 0
    length: int = 0
    here: bool = False
    exists: bool = False


@dataclass(frozen=True, slots=True)
class Tail:
    """Entries in order. Not `complete` if there are more than the limit, or if the stream no longer has the position:
    it was trimmed meanwhile (`cut`), or has lost it.
    """

    epoch: str | None
    entries: Sequence[Entry]
    complete: bool
    cut: bool = False

    def batches(self) -> list[StreamBatch]:
        """The entries that shippers wrote."""
        return [batch for entry in self.entries if (batch := parse_batch(entry))]


class EventStream:
    """Synchronous. Every method raises StorageError if Redis refuses or does not answer."""

    def __init__(self, client: redis.Redis) -> None:
        self._redis = client

    def look(self, position: StreamId = START) -> Look:
        """The stream now. An epoch that no shipper could have set counts as none."""
        epoch, after = b"", None
        while epoch != after:  # no transaction: a full Redis 7.0 refuses every command in one (measured, 7.0.15)
            with answering(self._redis, "show the events stream"):
                pipeline = self._redis.pipeline(transaction=False)
                pipeline.get(redis_names.EVENTS_EPOCH)
                pipeline.eval(_LOOK, 1, redis_names.EVENTS, str(position))
                pipeline.time()
                pipeline.get(redis_names.EVENTS_EPOCH)
                epoch, found, (seconds, micros), after = cast("Any", pipeline.execute())
        now_ms = seconds * 1000 + micros // 1000
        if not found:
            return Look(_epoch(epoch), now_ms)
        first, last, max_deleted = (StreamId.parse(text.decode()) for text in found[:3])
        added, length, here = found[3:]
        return Look(_epoch(epoch), now_ms, first, last, max_deleted, added, length, here=bool(here), exists=True)

    def is_crowded(self) -> bool:
        """Whether Redis will soon refuse events for want of memory."""
        with answering(self._redis, "say how full it is"):
            memory = cast("Any", self._redis.info("memory"))
        return bool(0 < memory.get("maxmemory", 0) * CROWDED < memory.get("used_memory", 0))

    def read(self, epoch: str, position: StreamId, count: int = READ_ENTRIES) -> list[Entry] | None:
        """Up to `count` entries after `position`. None if the stream has another epoch or no longer has the entry at
        `position`: the entries after it might not be the ones that followed it.
        """
        start = position != START
        with answering(self._redis, "give events"):
            pipeline = self._redis.pipeline(transaction=False)
            pipeline.xrange(redis_names.EVENTS, min=str(position), count=count + start)
            pipeline.get(redis_names.EVENTS_EPOCH)
            found, epoch_now = cast("Any", pipeline.execute())
        entries = [Entry(StreamId.parse(id_.decode()), fields) for id_, fields in found]
        if _epoch(epoch_now) != epoch or (start and (not entries or entries[0].id != position)):
            return None
        return entries[start:]

    def trim(self, before: StreamId, position: StreamId) -> int:
        """Removes entries older than `before` and returns their number. Does nothing unless the stream has the entry
        at `position`: a stream that has just begun does not.
        """
        with answering(self._redis, "trim the events stream"):
            return cast("int", self._redis.eval(_TRIM, 1, redis_names.EVENTS, str(before), str(position)))

    def reconnect(self) -> None:
        """Drops the connections. A demoted primary keeps its connections open; a new one finds its successor."""
        with suppress(redis.RedisError, OSError):
            self._redis.connection_pool.disconnect()

    def renew(self, epoch: str, name: str) -> bool:
        """Begins another epoch, so that shippers resend all they have; False if another epoch began already."""
        with answering(self._redis, "begin another epoch"):
            return bool(self._redis.eval(_RENEW, 1, redis_names.EVENTS_EPOCH, epoch, name))

    def tail(self, positions: Mapping[str, StreamId], limit: int = TAIL_BYTES) -> Tail:
        """Every entry after the epoch's position in `positions`, or from the first if it has none there.

        The archiver leaves ten minutes of written entries in the stream while Redis has memory, so positions may
        usually be that old. Lines that shippers sent twice are in it twice.
        """
        epoch = self.look().epoch
        entries: list[Entry] = []
        if epoch is None:
            return Tail(None, entries, complete=True)
        position, size = positions.get(epoch, START), 0
        while size <= limit:
            more = self.read(epoch, position)
            if not more:
                return Tail(epoch, entries, complete=more is not None, cut=more is None)
            entries += more
            position = more[-1].id
            size += sum(len(value) for entry in more for value in entry.fields.values())
        return Tail(epoch, entries, complete=False)


def _epoch(value: bytes | None) -> str | None:
    text = (value or b"").decode(errors="replace")
    return text if _EPOCH.fullmatch(text) else None
