"""Questions are answered on threads of their own, a few at a time, each for so long and no longer."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Timer
from time import monotonic
from typing import Any, Generic, TypeVar, cast

import duckdb

from app.dataset.recorded_events import KEPT, Data, DatasetUnreadable, DataSource, naming_damage
from app.domain.errors import ForewarnError
from app.reports.event_connection import Events, open_events

T = TypeVar("T")

AT_ONCE = 2
WAITING = 32
TIME_LIMIT = 60.0
MEMORY = "768MB"  # each of two: with Python itself, under 2 GB

# A page that looks again and again takes an answer that is up to so many times as old as it took.
_PATIENT = 2.0
LONGEST_KEPT = 60.0

# How long before a request its answer may have been read. An outcome is in the stream within 0.1 s. Seconds.
FRESH = 0.3


class TooSlow(ForewarnError):
    """The answer took longer than the limit."""


class Busy(ForewarnError):
    """Too many questions wait already."""


@dataclass(frozen=True, slots=True)
class Answered(Generic[T]):
    """A value, the data that it was read from, and how long that took, in seconds."""

    value: T
    data: Data
    seconds: float


@dataclass(slots=True)
class _Reading:
    """When the reading of an answer's data began, as far as is known; None where its turn has not come."""

    at: float | None = None

    def fresh(self, asked_at: float) -> bool:
        return self.at is None or asked_at - self.at <= FRESH


@dataclass(slots=True)
class _Kept:
    task: "asyncio.Future[Answered[Any]]"
    reading: _Reading
    begun_at: float
    done_at: float | None = None

    @property
    def will_do(self) -> bool:
        """For who is patient."""
        now = monotonic()
        if self.done_at is None or self.reading.fresh(now):
            return True
        return now - self.done_at <= min(_PATIENT * (self.done_at - self.begun_at), LONGEST_KEPT)


class Answers:
    """Lives on one event loop. DuckDB and the arithmetic run in threads: both let go of the interpreter lock."""

    def __init__(
        self,
        source: DataSource,
        *,
        at_once: int = AT_ONCE,
        waiting: int = WAITING,
        time_limit: float = TIME_LIMIT,
        memory: str = MEMORY,
    ) -> None:
        self._source = source
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="report")
        self._most = at_once + waiting
        self._time_limit = time_limit
        self._memory = memory
        self._kept: dict[str, _Kept] = {}

    async def get(self, key: str, work: Callable[[Events, Data], T]) -> Answered[T]:
        """What `work` makes of the events, of data whose reading began `FRESH` before this call at the earliest.

        However many ask, a question is answered once at a time: where an older answer is under way, those who come
        wait for it, and share the next. Raises TooSlow, Busy, DatasetUnreadable, and what `work` raises.
        """
        asked_at = monotonic()
        kept = self._kept.get(key)
        while kept is not None and kept.done_at is None and not kept.reading.fresh(asked_at):
            await asyncio.wait([kept.task])
            kept = self._kept.get(key)
        if kept is not None and kept.reading.fresh(asked_at):
            return await asyncio.shield(cast("asyncio.Future[Answered[T]]", kept.task))
        return await asyncio.shield(self._begin(key, work))

    def look(self, key: str, work: Callable[[Events, Data], T]) -> "asyncio.Future[Answered[T]]":
        """The same, without waiting, for who is patient: takes an older answer where a new one would take long."""
        kept = self._kept.get(key)
        if kept is not None and kept.will_do:
            return cast("asyncio.Future[Answered[T]]", kept.task)
        return self._begin(key, work)

    def _begin(self, key: str, work: Callable[[Events, Data], T]) -> "asyncio.Future[Answered[T]]":
        self._kept = {other: kept for other, kept in self._kept.items() if kept.will_do}
        if sum(one.done_at is None for one in self._kept.values()) >= self._most:
            raise Busy(f"{self._most} questions are being answered; ask again in a moment")
        reading = _Reading()
        task = asyncio.get_running_loop().run_in_executor(self._pool, self._answer, work, reading)
        new = self._kept[key] = _Kept(task, reading, monotonic())

        def done(finished: "asyncio.Future[Answered[T]]") -> None:
            new.done_at = monotonic()
            if not finished.cancelled():
                finished.exception()  # looked at: nobody may be waiting any more

        task.add_done_callback(done)
        return task

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _answer(self, work: Callable[[Events, Data], T], reading: _Reading) -> Answered[T]:
        try:
            return self._once(work, reading, anew=False)
        except (duckdb.IOException, FileNotFoundError):
            # A file that was listed has been merged into another meanwhile.
            try:
                return self._once(work, reading, anew=True)
            except duckdb.IOException as error:
                raise DatasetUnreadable("The dataset cannot be read: a file of it cannot be opened") from error

    def _once(self, work: Callable[[Events, Data], T], reading: _Reading, *, anew: bool) -> Answered[T]:
        began = monotonic()
        reading.at = began - KEPT
        data = self._source.current(anew=anew)
        reading.at = data.read_at
        with (
            naming_damage(data),
            open_events(data.sources, memory_limit=self._memory) as events,
            self._limited(events.connection),
        ):
            value = work(events, data)
        return Answered(value, data, monotonic() - began)

    @contextmanager
    def _limited(self, connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
        timer = Timer(self._time_limit, connection.interrupt)
        timer.daemon = True
        timer.start()
        try:
            yield
        except duckdb.InterruptException:
            raise TooSlow(f"not answered within {self._time_limit:.0f} s: ask about a shorter period") from None
        except duckdb.OutOfMemoryException:
            raise TooSlow("more than fits into memory and disk: ask about a shorter period") from None
        finally:
            timer.cancel()
