"""One segment on its way to the stream."""

import asyncio
import logging
import os
from contextlib import suppress

from app.storage import shipped
from app.storage.lines import BATCH_BYTES, START, Batch, Position, read_batch
from app.storage.segments import Segment
from app.storage.shipped import Shipped, sidecar

logger = logging.getLogger(__name__)


class Cargo:
    """A segment that this process owns, and how much of it the stream of one life already has."""

    def __init__(self, segment: Segment, done: Shipped = shipped.NOTHING, *, adopted: bool = False) -> None:
        self.segment = segment
        self.adopted = adopted
        self.life = done.life
        self.position = done.position
        self.sent = done.sent
        self.corrupt: set[int] = set()

    @property
    def waiting_bytes(self) -> int:
        return self.segment.size - self.position.offset

    @property
    def waiting_lines(self) -> int:
        return self.segment.lines - self.position.line

    def next_batch(self, lines: int) -> Batch | None:
        """The next good lines; skips corrupt ones, None at the end."""
        while self.waiting_bytes > 0:
            batch = read_batch(self.segment.fd, self.position, self.segment.size, lines=lines)
            self._count(batch.corrupt)
            if batch.events:
                return batch
            if batch.after == self.position:
                return None
            self.position = batch.after
        return None

    def confirm(self, batch: Batch) -> None:
        """The stream has this batch."""
        self.position = batch.after
        self.sent = batch.last
        # Unsaved, it is sent again after a restart.
        with suppress(OSError):
            shipped.save(sidecar(self.segment.path), Shipped(self.life, self.position, self.sent))

    def restart(self, life: str | None) -> None:
        """Everything is to be sent again, into the stream of `life`."""
        self.life = life
        self.position = START
        self.sent = 0

    def _count(self, corrupt: list[int]) -> None:
        fresh = [line for line in corrupt if line not in self.corrupt]
        if fresh:
            self.corrupt.update(fresh)
            logger.error("%s: %d lines from line %d are corrupt", self.segment.path, len(fresh), fresh[0])


async def adopted_cargo(segment: Segment) -> Cargo:
    """Counts the lines of a segment whose owner died and finds where its whole lines end."""
    size = lines = offset = 0
    while data := os.pread(segment.fd, BATCH_BYTES, offset):
        lines += data.count(b"\n")
        if (newline := data.rfind(b"\n")) >= 0:
            size = offset + newline + 1
        offset += len(data)
        await asyncio.sleep(0)
    segment.size, segment.lines = size, lines
    done = shipped.load(sidecar(segment.path))
    return Cargo(segment, done if _fits(done.position, segment) else shipped.NOTHING, adopted=True)


def _fits(position: Position, segment: Segment) -> bool:
    return position.offset <= segment.size and position.line <= segment.lines
