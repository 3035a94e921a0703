"""The event journal: an event is on the worker's own disk before the answer leaves."""

import errno
import logging
import os
from binascii import crc32
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic

from app.journal import disk_space, segments
from app.journal.disk_space import NO_SPACE, DiskSpace
from app.journal.journal_folder import JournalFolder, look
from app.journal.segments import Segment

logger = logging.getLogger(__name__)

MANY = 100
PROBE_BYTES = 64 * 1024  # more than most calls write
# Checksum, '{"event_id":"20261120T213546-9f86d081:', the line's number, '",' and the newline.
OVERHEAD = 64
BOUND_SETTING = "FOREWARN_JOURNAL_MAX_BYTES"


class Journal:
    """The writer of one worker; not thread-safe. No method raises when the disk fails.

    A body is the bytes of a JSON object without a newline, with at least one member; the journal inserts
    `event_id` ("segment:line", lines from 1) as its first member. `workers` is how many workers share the
    folder: they share what is left of `max_bytes`, so the folder exceeds it by what one second writes at most.
    """

    def __init__(
        self,
        state_dir: Path,
        *,
        segment_bytes: int = 16 * 2**20,
        max_bytes: int = 2 * 2**30,
        workers: int = 1,
        buffer_limit: int = 10_000,
        retry_every: float = 0.2,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.folder = state_dir / segments.FOLDER
        self.max_bytes = max_bytes
        self.segment_bytes = max(1, min(segment_bytes, max_bytes // 16))
        self.held = JournalFolder()
        self.disk: DiskSpace | None = None
        self.relieve: Callable[[], bool] = lambda: False  # makes room on a full disk; False if nothing more can go
        self.segment: Segment | None = None
        self.sealed: list[Segment] = []  # no longer written, still locked; the shipper takes them over
        self.lost = 0
        self.error: str | None = None
        self.full = False  # the last write found no room on the disk; a quota shows nowhere else
        self._workers = workers
        self._buffer: deque[bytes] = deque()
        self._buffer_limit = buffer_limit
        self._retry_every = retry_every
        self._retry_at = 0.0
        self._clock = clock
        self._prefix = b""
        self._rotate_at = 0  # bytes of the open segment at which it is sealed
        self._room_ends = 0  # bytes of the open segment at which the folder is full
        self._limit = 0  # the smaller of the two
        self.measure()

    @property
    def writable(self) -> bool:
        return self.error is None and not self._buffer

    @property
    def folder_bytes(self) -> int:
        """What segments and sidecars take, without the quarantine."""
        return self.held.size

    @property
    def waiting(self) -> int:
        """How many events wait in memory for the disk."""
        return len(self._buffer)

    def append(self, body: bytes) -> bool:
        """True if the event is on disk; if False, no part of it is or ever will be. For outcomes."""
        segment = self.segment
        if segment is None or segment.size + len(body) + OVERHEAD > self._limit:
            segment = self._with_room(len(body) + OVERHEAD)
            if segment is None:
                return False
        json = b"%b%d%b%b" % (self._prefix, segment.lines + 1, b'",', body[1:])
        return self._write(segment, b"%08x %b\n" % (crc32(json), json), 1)

    def append_many(self, bodies: Sequence[bytes]) -> bool:
        """Like `append` for up to 100 events in one write: all of them or none."""
        if len(bodies) > MANY:
            raise ValueError(f"append_many takes up to {MANY} bodies, not {len(bodies)}")
        segment = self._with_room(sum(map(len, bodies)) + OVERHEAD * len(bodies))
        if segment is None:
            return False
        prefix = self._prefix
        jsons = [b'%b%d",%b' % (prefix, line, body[1:]) for line, body in enumerate(bodies, segment.lines + 1)]
        return self._write(segment, b"".join([b"%08x %b\n" % (crc32(json), json) for json in jsons]), len(jsons))

    def record(self, body: bytes) -> bool:
        """True if the event is on disk; else it waits in memory or is counted in `lost`. For assessments."""
        if self._buffer and self._clock() >= self._retry_at:
            self.retry()
        if not self._buffer and self.append(body):
            return True
        if len(self._buffer) < self._buffer_limit:
            if not self._buffer:
                self._retry_at = self._clock() + self._retry_every
            self._buffer.append(body)
        else:
            self.lost += 1
        return False

    def record_many(self, bodies: Sequence[bytes]) -> None:
        """Like `record`, for any number of events: one write per hundred."""
        for start in range(0, len(bodies), MANY):
            together = bodies[start : start + MANY]
            if self._buffer or len(together) == 1 or not self.append_many(together):
                for body in together:
                    self.record(body)

    def retry(self) -> bool:
        """Writes up to a hundred of the waiting events; True if that succeeded."""
        bodies = [self._buffer[i] for i in range(min(MANY, len(self._buffer)))]
        if bodies and not self.append_many(bodies):
            self._retry_at = self._clock() + self._retry_every
            return False
        for _ in bodies:
            self._buffer.popleft()
        return True

    def measure(self) -> None:
        """Measures how much is left of `max_bytes` and of the disk. Call it about once a second."""
        with suppress(OSError):  # the shipper, which looks too, says so
            self.held = look(self.folder)
        if self.segment is not None and not self.segment.linked:
            self._degrade(f"{self.segment.path} was deleted from outside")
            self.seal()
        if self.segment is None:
            self._rotate()
        self.disk = disk_space.measure(self.folder)
        room = max(0, self.max_bytes - self.folder_bytes) // self._workers
        self._room_ends = (self.segment.size if self.segment else 0) + room
        self._limit = min(self._rotate_at, self._room_ends)
        if self.error is not None and self._takes_events():
            self._recover()

    def seal(self) -> None:
        """Ends writing to the open segment; the next append opens another."""
        if self.segment is not None:
            self._room_ends -= self.segment.size
            self.sealed.append(self.segment)
            self.segment = None

    def close(self) -> None:
        """Unlocks every segment that the shipper has not taken over."""
        while self._buffer and self.retry():
            pass
        if self._buffer:
            self.lost += len(self._buffer)
            logger.error("%d events that were only in memory are lost", len(self._buffer))
            self._buffer.clear()
        self.seal()
        while self.sealed:
            self.sealed.pop().close()

    def _with_room(self, size: int) -> Segment | None:
        """The segment for the next `size` bytes; None if there is no room."""
        segment = self.segment
        if (segment.size if segment else 0) + size > self._room_ends:
            self._degrade(f"the journal holds {self.folder_bytes} bytes, {BOUND_SETTING} is {self.max_bytes}")
            return None
        if segment is None or (segment.size and segment.size + size > self._rotate_at):
            self._rotate()
        return self.segment

    def _rotate(self) -> None:
        try:
            opened = self._create()
        except OSError as error:
            if self.segment is None:
                self.full = error.errno in NO_SPACE
                self._degrade(f"cannot open a journal segment in {self.folder}: {error}")
            else:  # such as out of descriptors: a long segment is better than no record
                self._rotate_at += self.segment_bytes
        else:
            self.seal()
            self.segment = opened
            self._prefix = b'{"event_id":"%b:' % opened.name.encode()
            self._rotate_at = self.segment_bytes
            self._recover()
        self._limit = min(self._rotate_at, self._room_ends)

    def _create(self) -> Segment:
        while True:
            try:
                return segments.create(self.folder)
            except OSError as error:
                if error.errno not in NO_SPACE or not self.relieve():
                    raise

    def _write(self, segment: Segment, data: bytes, lines: int) -> bool:
        try:
            written = os.write(segment.fd, data)
            if written != len(data):
                raise OSError(errno.ENOSPC, f"only {written} of {len(data)} bytes were written")  # noqa: TRY301  a short write is a full disk
        except OSError as error:
            if self._undo(segment) and error.errno in NO_SPACE and self.relieve():
                return self._write(segment, data, lines)
            self.full = error.errno in NO_SPACE
            self._degrade(f"cannot write {segment.path}: {error}")
            return False
        segment.size += written
        segment.lines += lines
        if self.error is not None:
            self._recover()
        return True

    def _undo(self, segment: Segment) -> bool:
        """Takes back what a failed write left; False, and the segment is sealed, if that fails."""
        try:
            os.ftruncate(segment.fd, segment.size)
        except OSError:
            self.seal()
            return False
        return True

    def _takes_events(self) -> bool:
        """Whether it would take events again, if none came since it refused one."""
        if self.segment is None or self._buffer or self._room_ends - self.segment.size < PROBE_BYTES:
            return False
        return disk_space.takes(self.folder, PROBE_BYTES)

    def _recover(self) -> None:
        if self.error is not None:
            logger.warning("the journal is writable again; %d events have been lost so far", self.lost)
            self.error = None
            self.full = False

    def _degrade(self, error: str) -> None:
        if self.error is None:
            logger.error("the journal is degraded: %s", error)
        self.error = error
