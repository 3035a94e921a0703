"""How far one segment has been shipped to the stream."""

import asyncio
import os

from app.journal import shipped_position
from app.journal.damage import Damage, inspect
from app.journal.journal_folder import QUARANTINE
from app.journal.journal_lines import START, JournalBatch, Position, read_batch
from app.journal.segments import Segment
from app.journal.shipped_position import Shipped, sidecar


class SegmentProgress:
    """A segment, and how much of it the stream of one epoch already has.

    This process owns the segment unless it is `released`: shipped to its last line and unlocked, so that it takes no
    descriptor and any worker may delete it or send it again. `unreadable` is why its next lines could not be read; they
    are not tried again before it is None.
    """

    def __init__(
        self,
        segment: Segment,
        done: Shipped = shipped_position.NOTHING,
        *,
        adopted: bool = False,
        damage: Damage | None = None,
    ) -> None:
        self.segment = segment
        self.adopted = adopted
        self.damage = damage or Damage()
        self.unreadable: str | None = None
        self.released = False
        self.epoch = done.epoch
        self.position = done.position
        self.sent = done.sent
        self.entry = done.entry
        self.server = done.server
        self.served_at = 0.0  # when a batch of it was last sent
        self._saved = done

    @property
    def waiting_bytes(self) -> int:
        return self.segment.size - self.position.offset

    @property
    def waiting_lines(self) -> int:
        return self.segment.lines - self.position.line

    @property
    def quarantined(self) -> bool:
        return self.segment.path.parent.name == QUARANTINE

    @property
    def kept(self) -> bool:
        """Never deleted by a worker."""
        return self.quarantined or bool(self.damage)

    async def next_batch(self, lines: int) -> JournalBatch | None:
        """The next good lines, without corrupt ones; None at the end or where the disk does not give them."""
        while self.waiting_bytes > 0 and not self.unreadable:
            try:
                batch = read_batch(self.segment.fd, self.position, self.segment.size, lines=lines)
            except OSError as error:
                self.unreadable = error.strerror or str(error)
                return None
            self.damage.find(batch.corrupt)
            if batch.events:
                return batch
            if batch.after == self.position:
                return None
            self.position = batch.after
            await asyncio.sleep(0)
        return None

    def confirm(self, batch: JournalBatch, entry: str, server: str) -> None:
        """Records that the stream has this batch, in `entry`."""
        self.position = batch.after
        self.sent = batch.last
        self.entry = entry
        self.server = server
        self._save()

    def restart(self, epoch: str | None) -> None:
        """Marks every line to be sent again, into the stream of `epoch`."""
        self.epoch = epoch
        self.position = START
        self.sent = 0
        self.entry = self.server = None

    def release(self) -> None:
        """Unlocks a shipped segment; keeps it locked if its position cannot be saved."""
        if self._save():
            self.segment.close()
            self.released = True

    def reacquire(self, segment: Segment) -> bool:
        """Owns the segment again, through a lock just taken; False if another worker has changed its state since."""
        if _without_server(shipped_position.load(sidecar(self.segment.path))) != _without_server(self._saved):
            return False
        self.segment.fd = segment.fd
        self.released = False
        return True

    def _save(self) -> bool:
        done = Shipped(self.epoch, self.position, self.sent, self.entry, self.server)
        if _without_server(done) == _without_server(self._saved):
            return True
        try:
            shipped_position.save(sidecar(self.segment.path), done)
        except OSError:  # without it the segment is sent again after a restart
            return False
        self._saved = done
        return True


def shipped_progress(segment: Segment) -> SegmentProgress | None:
    """The progress of a segment that is shipped to its end, by its sidecar: it need not be read. Else None."""
    done = shipped_position.load(sidecar(segment.path))
    size = os.fstat(segment.fd).st_size
    if not done.sent or done.position.offset != size:
        return None
    segment.size, segment.lines = size, done.position.line
    return SegmentProgress(segment, done, adopted=True)


async def adopted_progress(segment: Segment) -> SegmentProgress:
    """The progress of a segment whose owner died. Counts its lines, finds where its last whole line ends, and checks
    every line before Redis gets the first. Raises OSError if it cannot be read.
    """
    damage = await inspect(segment)
    done = shipped_position.load(sidecar(segment.path))
    if not _fits(done.position, segment):
        done = shipped_position.NOTHING
    return SegmentProgress(segment, done, adopted=True, damage=damage)


def _fits(position: Position, segment: Segment) -> bool:
    return position.offset <= segment.size and position.line <= segment.lines


def _without_server(done: Shipped) -> Shipped:
    """Each worker finds out by itself whether another server has the same entry."""
    return done._replace(server=None)
