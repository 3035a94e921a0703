"""Ships the journal to the events stream: in order, at least once."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from time import monotonic

from app.journal.cancel_and_wait import cancel_and_wait
from app.journal.journal import Journal
from app.journal.journal_lines import BATCH_LINES
from app.journal.owned_segments import OwnedSegments
from app.journal.segment_progress import SegmentProgress
from app.storage.backoff import Backoff
from app.storage.event_sink import EventSink
from app.storage.storage_errors import StorageError
from app.storage.stream_epoch import ConfirmedLines

logger = logging.getLogger(__name__)

TURN = 1.0  # seconds of shipping a backlog, after which a turn checks the folder again


class Shipper:
    """One per worker, on its event loop; owns the segments that the journal seals and those it adopts.

    A batch is sent only after the one before it in its segment is confirmed: the archiver takes a line
    below a segment's high-water mark for a duplicate. Times are in seconds.
    """

    def __init__(
        self,
        journal: Journal,
        sink: EventSink,
        *,
        ship_every: float = 0.04,
        check_every: float = 1.0,
        adopt_every: float = 2.0,
        batch_lines: int = BATCH_LINES,
        backoff_cap: float = 2.0,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._journal = journal
        self._sink = sink
        self._epoch = sink.epoch
        self._ship_every = ship_every
        self._check_every = check_every
        self._adopt_every = adopt_every
        self._batch_lines = batch_lines
        self._clock = clock
        self._backoff = Backoff(cap=backoff_cap, base=0.05)
        self.segments = OwnedSegments(journal)
        self._adopt_at = self._check_at = self._ship_at = 0.0
        self._check_due = False  # until Redis has answered the check
        self._task: asyncio.Task[None] | None = None
        self.connected = True  # until the first exchange fails
        self.last_error: str | None = None
        self.shipped_lines = 0

    @property
    def backlog_lines(self) -> int:
        """A segment that waits for its adoption, or that cannot be opened, counts as one line: nobody has read it."""
        segments = self.segments
        read = {progress.segment.path: progress.waiting_lines for progress in segments.all()}
        unread = sum(path not in read for path in segments.unreadable.reasons)
        return sum(read.values()) + segments.unadopted + unread

    def start(self) -> None:
        self._task = asyncio.create_task(self.run(), name="shipper")

    async def run(self) -> None:
        """Runs forever; raises on cancellation only."""
        while True:
            try:
                await self.turn()
            except Exception as error:  # noqa: BLE001  if the shipper ended, events would be lost in silence
                await self._failed(error)
            await asyncio.sleep(self._ship_every)

    async def turn(self) -> None:
        """Does what is due now. Raises StorageError or OSError; the next turn goes on where this one stopped."""
        now = self._clock()
        self._journal.retry()
        if now >= self._adopt_at:
            self._adopt_at = now + self._adopt_every
            await self.segments.adopt()
        checking = now >= self._check_at
        if checking:
            self._check_at = now + self._check_every
            self._check_due = True
        try:
            # First, so that what an emptied Redis no longer has does not go as confirmed.
            if self._check_due and now >= self._ship_at:
                await self._check_epoch()
        finally:
            if checking:
                self.segments.make_room()
        if now >= self._ship_at:
            await self._exchange()
            if self._journal.full:  # what was just confirmed makes room
                self.segments.make_room()
                self._journal.retry()

    async def drain(self, timeout: float = 10.0) -> None:  # noqa: ASYNC109  it bounds the shipping, not the call
        """Stops, ships what this worker wrote for up to `timeout` seconds, then unlocks every segment."""
        ends = self._clock() + timeout
        await self._stop()
        while self._journal.waiting and self._journal.retry():  # noqa: ASYNC110  writes, does not wait
            await asyncio.sleep(0)
        self._journal.seal()
        try:
            async with asyncio.timeout(ends - self._clock()):
                await self._ship_out(ends)
                await self._delete_archived()
        except (StorageError, OSError) as error:  # TimeoutError is an OSError
            logger.warning("what is not shipped stays in %s: %s", self._journal.folder, error)
        finally:
            self.segments.release_all()

    async def _stop(self) -> None:
        if self._task is not None:
            await cancel_and_wait(self._task)
            self._task = None

    async def _ship_out(self, ends: float) -> None:
        """Raises TimeoutError also when the clock says so: the one cancellation of a time-out may be lost (see
        `cancel_and_wait`).
        """
        while own := [progress for progress in self.segments.written_here() if await progress.next_batch(1)]:
            if self._clock() >= ends:
                lines = sum(progress.waiting_lines for progress in own)
                raise TimeoutError(f"{lines} lines are left and the time is over")
            try:
                await self._ship(own, ends)
            except (StorageError, OSError) as error:
                await self._failed(error)
                await asyncio.sleep(max(0.0, min(self._ship_at, ends) - self._clock()))

    async def _exchange(self) -> None:
        """Ships what is there. Only a check or a batch tells whether Redis answers."""
        await self._ship(self.segments.all(), self._clock() + TURN)
        if self._check_due:
            await self._delete_archived()
            self._check_due = False
            self._succeeded()

    async def _ship(self, owned: Sequence[SegmentProgress], until: float) -> None:
        """Ships what is there now, one batch of each segment at a time, in turn across calls: old backlogs do not hold
        up fresh lines.
        """
        waiting = sorted(
            (progress for progress in owned if progress.waiting_bytes > 0), key=lambda progress: progress.served_at
        )
        pending = deque((progress, progress.segment.size) for progress in waiting)
        while pending and (now := self._clock()) < until:
            progress, size = pending.popleft()
            progress.served_at = now
            if await self._ship_batch(progress) and progress.position.offset < size:
                pending.append((progress, size))

    async def _ship_batch(self, progress: SegmentProgress) -> bool:
        """False if nothing was left to send."""
        batch, start = await progress.next_batch(self._batch_lines), progress.position
        self.segments.set_aside(progress)
        if batch is None:
            return False
        fresh = await self._check_epoch() is None
        if fresh and not await self._begin_epoch():
            return True
        if progress.position != start:
            batch = await progress.next_batch(self._batch_lines)
        if batch is None:
            return True
        entry = await self._sink.append(progress.segment.name, batch.first, batch.events, create=fresh)
        if entry:
            progress.confirm(batch, entry, self._epoch.server)
            self.shipped_lines += len(batch.events)
            self._succeeded()
        return True

    async def _check_epoch(self) -> str | None:
        """The epoch now. Resends what this stream never got or has lost."""
        epoch = await self._epoch.look()
        self._resend_from_other_epochs(epoch)
        if epoch is not None:
            await self._resend_lost()
        return epoch

    async def _begin_epoch(self) -> bool:
        epoch = await self._epoch.begin()
        if epoch:
            logger.info("the events stream begins as %s: all that the journal holds is sent", epoch)
            self._resend_from_other_epochs(epoch)
        return epoch is not None

    def _resend_from_other_epochs(self, epoch: str | None) -> None:
        for progress in self.segments.all():
            if progress.epoch != epoch:
                self.segments.resend(progress, epoch)

    async def _resend_lost(self) -> None:
        """Asks a server that is new to us whether it has what another one confirmed."""
        server = self._epoch.server
        doubtful = {
            progress.segment.name: progress
            for progress in self.segments.all()
            if progress.entry and progress.server != server
        }
        if not doubtful:
            return
        confirmed = [ConfirmedLines(name, progress.sent, str(progress.entry)) for name, progress in doubtful.items()]
        lost = await self._epoch.lost(confirmed)
        if lost:
            logger.warning("Redis has lost events that it had confirmed: %d segments are sent again", len(lost))
        for one in lost:
            progress = doubtful.pop(one.segment)
            self.segments.resend(progress, progress.epoch)
        for progress in doubtful.values():
            progress.server = server

    async def _delete_archived(self) -> None:
        finished = self.segments.finished()
        if not finished:
            return
        archived = await self._sink.archived([progress.segment.name for progress in finished])
        for progress, line in zip(finished, archived, strict=True):
            if line >= progress.sent:
                self.segments.delete(progress)

    async def _failed(self, error: Exception) -> None:
        self._ship_at = self._clock() + self._backoff.fail()
        expected = isinstance(error, StorageError | OSError)
        what = str(error) if isinstance(error, StorageError) else f"{type(error).__name__}: {error}"
        if self.last_error is None:
            logger.warning("events wait in the journal: %s", what, exc_info=not expected)
        self.connected = False
        self.last_error = what
        await self._sink.reconnect()

    def _succeeded(self) -> None:
        if self.last_error is not None:
            logger.info("events are shipped again")
        self.connected = True
        self.last_error = None
        self._backoff.succeed()
