"""Ships the journal to the events stream, in order, at least once."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from time import monotonic
from typing import Any, cast

import redis
import redis.asyncio
from redis.backoff import ExponentialWithJitterBackoff

from app.journal.cancel_and_wait import end
from app.journal.journal import Journal
from app.journal.journal_lines import BATCH_LINES, Batch
from app.journal.owned_segments import Hold
from app.journal.segment_progress import Cargo
from app.storage import redis_names
from app.storage.stream_epoch import WHICH_SERVER, Given, StreamLife

logger = logging.getLogger(__name__)

TURN = 1.0  # seconds of shipping a backlog, after which a turn looks after the folder again


class Shipper:
    """One per worker, on its event loop; owns what the journal retires and what it adopts.

    A batch is sent only after the one before it in its segment is confirmed: the archiver takes a line
    below a segment's high-water mark for a duplicate.
    """

    def __init__(
        self,
        journal: Journal,
        client: redis.asyncio.Redis,
        *,
        ship_every: float = 0.04,
        check_every: float = 1.0,
        adopt_every: float = 2.0,
        batch_lines: int = BATCH_LINES,
        backoff_cap: float = 2.0,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._journal = journal
        self._redis = client
        self._ship_every = ship_every
        self._check_every = check_every
        self._adopt_every = adopt_every
        self._batch_lines = batch_lines
        self._clock = clock
        self._backoff = ExponentialWithJitterBackoff(cap=backoff_cap, base=0.05)
        self._life = StreamLife(client)
        self._hold = Hold(journal)
        self._adopt_at = self._check_at = self._ship_at = 0.0
        self._checking = False  # a check is due that Redis has not answered yet
        self._failures = 0
        self._task: asyncio.Task[None] | None = None
        self.connected = True  # until the first exchange fails: a start is no fault
        self.last_error: str | None = None
        self.shipped_lines = 0

    @property
    def backlog_bytes(self) -> int:
        return sum(cargo.waiting_bytes for cargo in self._hold.all())

    @property
    def backlog_lines(self) -> int:
        """A segment that waits for its adoption counts as one line: nobody has read it yet."""
        return sum(cargo.waiting_lines for cargo in self._hold.all()) + self._hold.unadopted

    @property
    def corrupt_lines(self) -> int:
        """Of the segments now held."""
        return sum(len(cargo.corrupt) for cargo in self._hold.all())

    def start(self) -> None:
        self._task = asyncio.create_task(self.run(), name="shipper")

    async def run(self) -> None:
        """For ever; raises on cancellation only."""
        while True:
            try:
                await self.turn()
            except Exception as error:  # noqa: BLE001  a shipper that dies loses the record in silence
                await self._failed(error)
            await asyncio.sleep(self._ship_every)

    async def turn(self) -> None:
        """Whatever is due now. Raises what Redis raises; the next turn goes on where this one stopped."""
        now = self._clock()
        self._journal.retry()
        if now >= self._adopt_at:
            self._adopt_at = now + self._adopt_every
            await self._hold.adopt()
        if now >= self._check_at:
            self._check_at = now + self._check_every
            self._checking = True
            self._hold.make_room()
        if now >= self._ship_at:
            await self._exchange()

    async def drain(self, timeout: float = 10.0) -> None:  # noqa: ASYNC109  it bounds the shipping, not the call
        """Stops, ships what this worker wrote for up to `timeout` seconds, lets go of every segment."""
        ends = self._clock() + timeout
        await self._stop()
        while self._journal.waiting and self._journal.retry():  # noqa: ASYNC110  writes, does not wait
            await asyncio.sleep(0)
        self._journal.retire()
        try:
            async with asyncio.timeout(ends - self._clock()):
                await self._ship_out(ends)
                await self._delete_archived()
        except (TimeoutError, redis.RedisError, OSError) as error:
            logger.warning("what is not shipped stays in %s: %s", self._journal.folder, error)
        finally:
            self._hold.let_go()

    async def _stop(self) -> None:
        if self._task is not None:
            await end(self._task)
            self._task = None

    async def _ship_out(self, ends: float) -> None:
        """Raises TimeoutError when the clock says so, too: a time-out's one cancellation may be lost (see `end`)."""
        while own := [cargo for cargo in self._hold.own() if cargo.next_batch(1)]:
            if self._clock() >= ends:
                raise TimeoutError(f"{sum(cargo.waiting_lines for cargo in own)} lines are left and the time is over")
            try:
                await self._ship(own, ends)
            except (redis.RedisError, OSError) as error:
                await self._failed(error)
                await asyncio.sleep(max(0.0, min(self._ship_at, ends) - self._clock()))

    async def _exchange(self) -> None:
        """Where nothing is to be said to Redis, nothing is learned about it either."""
        looking = self._checking
        if looking:
            await self._look()
        await self._ship(self._hold.all(), self._clock() + TURN)
        if looking:
            await self._delete_archived()
            self._checking = False
            self._succeeded()

    async def _ship(self, cargos: Sequence[Cargo], until: float) -> None:
        """What is there now, a batch of each segment at a time, from call to call: old backlogs do not hold up fresh
        lines.
        """
        waiting = sorted((cargo for cargo in cargos if cargo.waiting_bytes > 0), key=lambda cargo: cargo.served_at)
        pending = deque((cargo, cargo.segment.size) for cargo in waiting)
        while pending and (now := self._clock()) < until:
            cargo, size = pending.popleft()
            cargo.served_at = now
            if await self._ship_batch(cargo) and cargo.position.offset < size:
                pending.append((cargo, size))

    async def _ship_batch(self, cargo: Cargo) -> bool:
        """False where nothing was left to send."""
        batch, start = cargo.next_batch(self._batch_lines), cargo.position
        if batch is None:
            return False
        fresh = await self._look() is None
        if fresh and not await self._begin():
            return True
        if cargo.position != start:
            batch = cargo.next_batch(self._batch_lines)
        entry = await self._add(cargo, batch, fresh=fresh) if batch else None
        if batch and entry:
            cargo.confirm(batch, entry, self._life.server)
            self.shipped_lines += len(batch.events)
            self._succeeded()
        return True

    async def _add(self, cargo: Cargo, batch: Batch, *, fresh: bool) -> str | None:
        """None where the stream vanished since we looked, as only who begins a life creates the stream; or where
        another server took the batch than we looked at: it may lack what came before.
        """
        fields = {
            redis_names.VERSION: redis_names.EVENTS_VERSION,
            redis_names.SEGMENT: cargo.segment.name,
            redis_names.FIRST: batch.first,
            redis_names.BATCH: b"\n".join(batch.events),
        }
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.eval(WHICH_SERVER, 0)
        pipeline.xadd(redis_names.EVENTS, cast("dict[Any, Any]", fields), nomkstream=not fresh)
        # Raised by the pipeline itself, an error would quote the command, events included.
        for answer in (answers := await pipeline.execute(raise_on_error=False)):
            if isinstance(answer, Exception):
                raise answer
        server, entry = answers
        return entry.decode() if entry and server.decode() == self._life.server else None

    async def _look(self) -> str | None:
        life = await self._life.look()
        self._follow(life)
        if life is not None:
            await self._recheck()
        return life

    async def _begin(self) -> bool:
        life = await self._life.begin()
        if life:
            logger.info("the events stream begins as %s: all that the journal holds is sent", life)
            self._follow(life)
        return life is not None

    def _follow(self, life: str | None) -> None:
        """What another life of the stream was given is not in this one."""
        for cargo in self._hold.all():
            if cargo.life != life:
                self._hold.send_again(cargo, life)

    async def _recheck(self) -> None:
        """Of a server that we have not seen yet, whether it has what another one confirmed."""
        server = self._life.server
        doubtful = {cargo.segment.name: cargo for cargo in self._hold.all() if cargo.entry and cargo.server != server}
        if not doubtful:
            return
        given = [Given(name, cargo.sent, str(cargo.entry)) for name, cargo in doubtful.items()]
        lost = await self._life.lost(given)
        if lost:
            logger.warning("Redis has lost events that it had confirmed: %d segments are sent again", len(lost))
        for one in lost:
            cargo = doubtful.pop(one.segment)
            self._hold.send_again(cargo, cargo.life)
        for cargo in doubtful.values():
            cargo.server = server

    async def _delete_archived(self) -> None:
        finished = self._hold.finished()
        if not finished:
            return
        names = [cargo.segment.name for cargo in finished]
        marks = await self._redis.hmget(redis_names.ARCHIVED, names)
        for cargo, mark in zip(finished, marks, strict=True):
            if int(mark or 0) >= cargo.sent:
                self._hold.drop(cargo)

    async def _failed(self, error: Exception) -> None:
        # 2 ** 1024 overflows a float; the cap is reached long before.
        self._ship_at = self._clock() + self._backoff.compute(min(self._failures, 10))
        self._failures += 1
        if self.last_error is None:
            logger.warning("events wait in the journal: %s", error, exc_info=not _expected(error))
        self.connected = False
        self.last_error = f"{type(error).__name__}: {error}"
        # A primary that was demoted keeps its connections; a new one finds its successor.
        with suppress(redis.RedisError, OSError):  # a close that takes too long raises
            await self._redis.connection_pool.disconnect(inuse_connections=False)

    def _succeeded(self) -> None:
        if self.last_error is not None:
            logger.info("events are shipped again")
        self.connected = True
        self.last_error = None
        self._failures = 0


def _expected(error: Exception) -> bool:
    return isinstance(error, redis.RedisError | OSError)
