"""Runs one archive session after another, whatever fails."""

import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event
from time import monotonic

import pyarrow as pa

from app.dataset import archiver_status
from app.dataset.archive_context import ArchiveContext
from app.dataset.archive_session import ArchiveSession
from app.dataset.archiver_status import ArchiverStatus, State
from app.dataset.dataset_errors import DatasetError, reason_of
from app.dataset.dataset_store import DatasetStore
from app.dataset.file_listing import every_file
from app.storage.archive_lease import LeaseLost
from app.storage.storage_errors import StorageError

logger = logging.getLogger(__name__)

IDLE = 0.2  # seconds between looks at a stream that had nothing new
STANDBY = 1.0  # between looks whether the other archiver has ended
BACKOFF_CAP = 5.0
SAVE_EVERY = 1.0  # for the health file

FAULTS = (StorageError, OSError, pa.ArrowException)


class Archiver:
    """`context` makes the context of a session, given the name that the store's claim gave."""

    def __init__(
        self, store: DatasetStore, context: Callable[[str], ArchiveContext], health: ArchiverStatus, state_dir: Path
    ) -> None:
        self._store = store
        self._make_context = context
        self._status = health
        self._state_dir = state_dir
        self._session: ArchiveSession | None = None
        self._failures = 0
        self._save_at = 0.0
        self._absent_since: float | None = None

    def run(self, stopping: Event) -> None:
        """Runs until `stopping` is set, then writes what was read. No failure of Redis or the dataset ends it."""
        while not stopping.is_set():
            try:
                with self._store.claim() as name:
                    if name is None:
                        self._stand_by()
                        stopping.wait(STANDBY)
                    else:
                        self._store.tidy()
                        self._work(self._make_context(name), stopping)
            except OSError as error:
                stopping.wait(self._failed(error))
        self._say(State.STOPPED)

    def drain(self) -> None:
        """Writes all that the stream holds, merges and returns; never waits. Raises DatasetError and StorageError."""
        try:
            self._drain()
        except OSError as error:
            raise DatasetError(f"Not all is archived; the rest stays in the stream: {self._reason(error)}") from error

    def _drain(self) -> None:
        with self._store.claim() as name:
            if name is None:
                raise DatasetError(f"Another archiver is at work on {self._store.name}; it writes what the stream has")
            context = self._make_context(name)
            if not context.lease.acquire():
                raise DatasetError(
                    "Another archiver is at work on this Redis, or ended without a word in the last"
                    f" {context.lease.seconds:g} s; it writes what the stream has"
                )
            self._store.tidy()
            try:
                session = ArchiveSession(context)
                while session.turn():
                    pass
                session.close(drain=True)
            finally:
                with suppress(StorageError):
                    context.lease.release()
                self._say(State.STOPPED)

    def _work(self, context: ArchiveContext, stopping: Event) -> None:
        while not stopping.is_set():
            stopping.wait(self._step(context))
        try:
            if self._session is not None:
                self._session.close(drain=False)
        except FAULTS as error:
            logger.warning("what is not written stays in the stream: %s", error)
        with suppress(StorageError):
            context.lease.release()

    def _step(self, context: ArchiveContext) -> float:
        """One turn. Returns how long to wait before the next."""
        try:
            if self._session is None:
                if not self._acquire(context):
                    self._stand_by()
                    return STANDBY
                self._session = ArchiveSession(context)
            again = self._session.turn()
        except LeaseLost as error:
            logger.warning("%s; what was read is left to it", error)
            self._session = None
            return STANDBY
        except FAULTS as error:
            return self._failed(error, context)
        except Exception:  # if the archiver died, nothing would be recorded; a new session may work
            logger.exception("a fault of our own; starting again from what is written")
            self._session = None
            return self._failed(None)
        self._well()
        return 0.0 if again else IDLE

    def _acquire(self, context: ArchiveContext) -> bool:
        """If a claim keeps nobody away and Redis knows no holder, Redis may have been emptied while one writes. That
        holder comes back within the time of a lease, so we wait for it.
        """
        if not self._store.sole and not context.lease.taken() and every_file(self._store):
            self._absent_since = self._absent_since or monotonic()
            if monotonic() - self._absent_since < context.lease.seconds:
                return False
        self._absent_since = None
        return context.lease.acquire()

    def _failed(self, error: Exception | None, context: ArchiveContext | None = None) -> float:
        if context is not None and isinstance(error, StorageError):
            context.stream.reconnect()
        self._status.failures += 1
        # 2 ** 1024 overflows a float; the cap is reached long before.
        wait = min(BACKOFF_CAP, 0.1 * 2.0 ** min(self._failures, 10))
        self._failures += 1
        what = self._reason(error) if error else "a fault of our own, see the log"
        if self._status.state is not State.FAILING:
            logger.error("nothing is archived, and the stream is not trimmed: %s", what)
        self._say(State.FAILING, what)
        return wait

    def _reason(self, error: Exception) -> str:
        return reason_of(self._store.name, error) if isinstance(error, OSError) else f"{type(error).__name__}: {error}"

    def _well(self) -> None:
        if self._status.state is State.FAILING:
            logger.info("events are archived again")
        self._failures = 0
        self._say(State.RUNNING)

    def _stand_by(self) -> None:
        if self._status.state is not State.STANDBY:
            logger.info("another archiver is at work; standing by")
        self._say(State.STANDBY)

    def _say(self, state: State, error: str | None = None) -> None:
        changed = (state, error) != (self._status.state, self._status.error)
        self._status.state, self._status.error = state, error
        if changed or monotonic() >= self._save_at:
            archiver_status.save(self._status, self._state_dir)
            self._save_at = monotonic() + SAVE_EVERY
