"""One segment on its way to the stream."""

import asyncio
import logging
import os

from app.journal import shipped_position
from app.journal.journal_lines import BATCH_BYTES, START, Batch, Position, read_batch
from app.journal.segments import Segment
from app.journal.shipped_position import Shipped, sidecar

logger = logging.getLogger(__name__)


class Cargo:
    """A segment, and how much of it the stream of one life already has.

    This process owns it, unless it is `resting`: shipped to its last line and let go, so that it takes no
    descriptor and any worker may delete it, or send it again.
    """

    def __init__(self, segment: Segment, done: Shipped = shipped_position.NOTHING, *, adopted: bool = False) -> None:
        self.segment = segment
        self.adopted = adopted
        self.resting = False
        self.life = done.life
        self.position = done.position
        self.sent = done.sent
        self.entry = done.entry
        self.server = done.server
        self.corrupt: set[int] = set()
        self.served_at = 0.0  # when a batch of it was last taken
        self._saved = done

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

    def confirm(self, batch: Batch, entry: str, server: str) -> None:
        """The stream has this batch, in `entry`."""
        self.position = batch.after
        self.sent = batch.last
        self.entry = entry
        self.server = server
        self._save()

    def restart(self, life: str | None) -> None:
        """Everything is to be sent again, into the stream of `life`."""
        self.life = life
        self.position = START
        self.sent = 0
        self.entry = self.server = None

    def rest(self) -> None:
        """Lets go of a segment that is shipped; keeps it where the disk does not take down that it is."""
        if self._save():
            self.segment.close()
            self.resting = True

    def take(self, segment: Segment) -> bool:
        """Owns it again, by a lock that was just got; false where another worker has changed its state since."""
        if _without_server(shipped_position.load(sidecar(self.segment.path))) != _without_server(self._saved):
            return False
        self.segment.fd = segment.fd
        self.resting = False
        return True

    def _save(self) -> bool:
        done = Shipped(self.life, self.position, self.sent, self.entry, self.server)
        if _without_server(done) == _without_server(self._saved):
            return True
        try:
            shipped_position.save(sidecar(self.segment.path), done)
        except OSError:  # unsaved, it is sent again after a restart
            return False
        self._saved = done
        return True

    def _count(self, corrupt: list[int]) -> None:
        fresh = [line for line in corrupt if line not in self.corrupt]
        if fresh:
            self.corrupt.update(fresh)
            logger.error("%s: %d lines from line %d are corrupt", self.segment.path, len(fresh), fresh[0])


def shipped_cargo(segment: Segment) -> Cargo | None:
    """Where the sidecar says that all of it is shipped: then it need not be read."""
    done = shipped_position.load(sidecar(segment.path))
    size = os.fstat(segment.fd).st_size
    if not done.sent or done.position.offset != size:
        return None
    segment.size, segment.lines = size, done.position.line
    return Cargo(segment, done, adopted=True)


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
    done = shipped_position.load(sidecar(segment.path))
    return Cargo(segment, done if _fits(done.position, segment) else shipped_position.NOTHING, adopted=True)


def _fits(position: Position, segment: Segment) -> bool:
    return position.offset <= segment.size and position.line <= segment.lines


def _without_server(done: Shipped) -> Shipped:
    """Each worker finds out by itself that another server has the same entry."""
    return done._replace(server=None)
