"""Runs reports on a few threads, each with a time limit, and shares the results among those who ask the same."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Thread
from time import monotonic
from typing import Any, Generic, TypeVar, cast

import duckdb

from app.dataset.recorded_events import KEPT, DatasetUnreadable, DataSource, RecordedEvents, naming_damage
from app.domain.errors import ForewarnError
from app.reports.event_connection import Events, open_events

T = TypeVar("T")

AT_ONCE = 2
WAITING = 32
FOR_ONE = 16  # of those that run or wait, for one key: a page of the dashboard asks seven
TIME_LIMIT = 60.0
MEMORY = "768MB"  # for each of two queries: under 2 GB with Python itself
_LOOK_EVERY = 0.05  # seconds between looks whether a query must end

# `poll` accepts a result whose age is up to this multiple of the time it took.
_MAX_AGE_FACTOR = 2.0
MAX_AGE = 60.0

# How long before a request its data may have been read, in seconds. An outcome is in the stream within 0.1 s.
FRESH = 0.3


class TooSlow(ForewarnError):
    """The query exceeded the time limit or the memory limit."""


class Busy(ForewarnError):
    """Too many queries are waiting already."""


@dataclass(frozen=True, slots=True)
class Answered(Generic[T]):
    """A result, the data that it was computed from, and how many seconds that took."""

    value: T
    data: RecordedEvents
    seconds: float


@dataclass(slots=True)
class _Run:
    """What the thread of a query and the event loop tell each other.

    `read_at` is when its data was read, as far as is known; None while the query waits for a thread. `unwanted` is True
    once nobody waits for it any more.
    """

    read_at: float | None = None
    unwanted: bool = False

    def fresh(self, asked_at: float) -> bool:
        return self.read_at is None or asked_at - self.read_at <= FRESH


@dataclass(slots=True)
class _Cached:
    """`waiting` callers of `get`; `kept` for callers of `poll`, who come back for the result."""

    task: "asyncio.Future[Answered[Any]]"
    run: _Run
    started_at: float
    asker: str
    done_at: float | None = None
    waiting: int = 0
    kept: bool = False

    @property
    def usable(self) -> bool:
        """Whether `poll` accepts it."""
        now = monotonic()
        if self.done_at is None or self.run.fresh(now):
            return True
        return now - self.done_at <= min(_MAX_AGE_FACTOR * (self.done_at - self.started_at), MAX_AGE)


class QueryPool:
    """Lives on one event loop. Queries run in threads; DuckDB and NumPy release the interpreter lock."""

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
        self._cached: dict[str, _Cached] = {}
        self.ended = dict.fromkeys(("answered", "refused", "too_slow", "unwanted", "failed"), 0)

    @property
    def open(self) -> int:
        return sum(not one.task.done() for one in self._cached.values())

    async def get(self, key: str, work: Callable[[Events, RecordedEvents], T], asker: str = "") -> Answered[T]:
        """The result of `work` on data read at most `FRESH` seconds before this call.

        However many callers ask with the same key, only one query runs at a time. Callers that find an older one
        running wait for it and then share the next. When all of them are cancelled, so is the query. `asker` is whose
        share of the queries it takes. Raises TooSlow, Busy, DatasetUnreadable, and what `work` raises.
        """
        asked_at = monotonic()
        cached = self._cached.get(key)
        while cached is not None and cached.done_at is None and not cached.run.fresh(asked_at):
            await self._wait(key, cached)
            cached = self._cached.get(key)
        if cached is None or not cached.run.fresh(asked_at):
            cached = self._start(key, work, asker)
        await self._wait(key, cached)
        return cast("Answered[T]", cached.task.result())

    async def _wait(self, key: str, cached: _Cached) -> None:
        cached.waiting += 1
        try:
            await asyncio.wait([cached.task])
        finally:
            cached.waiting -= 1
            if not cached.task.done() and not cached.waiting and not cached.kept:
                self._abandon(key, cached)

    def _abandon(self, key: str, cached: _Cached) -> None:
        """Ends a query whose callers have all left: the threads are for those who wait."""
        if self._cached.get(key) is cached:
            del self._cached[key]
        cached.run.unwanted = True
        cached.task.cancel()

    def poll(
        self, key: str, work: Callable[[Events, RecordedEvents], T], asker: str = ""
    ) -> "asyncio.Future[Answered[T]]":
        """Does not wait, and accepts an older result where a new one would take long. Raises Busy."""
        cached = self._cached.get(key)
        if cached is None or not cached.usable:
            cached = self._start(key, work, asker)
        cached.kept = True
        return cast("asyncio.Future[Answered[T]]", cached.task)

    def _start(self, key: str, work: Callable[[Events, RecordedEvents], T], asker: str) -> _Cached:
        self._cached = {other: cached for other, cached in self._cached.items() if cached.usable}
        running = [one for one in self._cached.values() if one.done_at is None]
        if len(running) >= self._most:
            self.ended["refused"] += 1
            raise Busy(f"{self._most} queries are running or waiting; try again in a moment")
        if sum(one.asker == asker for one in running) >= FOR_ONE:
            self.ended["refused"] += 1
            raise Busy(f"{FOR_ONE} queries of this key are running or waiting; try again in a moment")
        run = _Run()
        task = asyncio.get_running_loop().run_in_executor(self._pool, self._answer, work, run)
        new = self._cached[key] = _Cached(task, run, monotonic(), asker)

        def done(finished: "asyncio.Future[Answered[T]]") -> None:
            new.done_at = monotonic()
            self.ended[_end_of(finished)] += 1

        task.add_done_callback(done)
        return new

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _answer(self, work: Callable[[Events, RecordedEvents], T], run: _Run) -> Answered[T]:
        try:
            return self._once(work, run, anew=False)
        except (duckdb.IOException, FileNotFoundError):
            # Compaction has merged a listed file into another meanwhile.
            try:
                return self._once(work, run, anew=True)
            except duckdb.IOException as error:
                raise DatasetUnreadable("The dataset cannot be read: one of its files cannot be opened") from error

    def _once(self, work: Callable[[Events, RecordedEvents], T], run: _Run, *, anew: bool) -> Answered[T]:
        began = monotonic()
        run.read_at = began - KEPT
        data = self._source.current(anew=anew)
        run.read_at = data.read_at
        with (
            naming_damage(data),
            open_events(data.sources, memory_limit=self._memory) as events,
            self._limited(events.connection, run),
        ):
            value = work(events, data)
        return Answered(value, data, monotonic() - began)

    @contextmanager
    def _limited(self, connection: duckdb.DuckDBPyConnection, run: _Run) -> Iterator[None]:
        if run.unwanted:
            raise TooSlow("nobody waits for it")
        over, until = Event(), monotonic() + self._time_limit

        def watch() -> None:
            # One interrupt is not enough: DuckDB forgets it if it comes before a statement has begun.
            while not over.wait(_LOOK_EVERY):
                if run.unwanted or monotonic() > until:
                    with suppress(duckdb.Error):  # it has just ended
                        connection.interrupt()

        Thread(target=watch, daemon=True).start()
        try:
            yield
        except duckdb.InterruptException:
            raise TooSlow(f"not finished within {self._time_limit:.0f} s; choose a shorter period") from None
        except duckdb.OutOfMemoryException:
            raise TooSlow("needs more memory and disk than there is; choose a shorter period") from None
        finally:
            over.set()


def _end_of(finished: "asyncio.Future[Any]") -> str:
    """How a query ended, as the metrics call it. Asking marks its error as seen: nobody may be waiting any more."""
    if finished.cancelled():
        return "unwanted"
    error = finished.exception()
    if error is None:
        return "answered"
    return "too_slow" if isinstance(error, TooSlow) else "failed"
