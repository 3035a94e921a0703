"""The recorded events as they are now, for one query or for several that must agree."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

import duckdb

from app.dataset import stream_gaps
from app.dataset.dataset_errors import reason_of
from app.dataset.dataset_store import DatasetStore
from app.dataset.file_listing import DataFile, listing
from app.dataset.live_view import LiveView
from app.dataset.local_mirror import Mirror
from app.dataset.report_sources import Sources, named_in
from app.dataset.stream_gaps import Gap
from app.domain.errors import ForewarnError
from app.storage.event_stream import EventStream
from app.storage.storage_errors import RedisRefused, StorageError

log = logging.getLogger(__name__)

# The panels of one page read the same data, and a page that reloads often lists the dataset once. Must be shorter than
# query_pool.FRESH.
KEPT = 0.2  # seconds

NO_REDIS = "no Redis is set"
SILENT = "Redis does not answer"
REFUSES = "Redis refuses to be read"

# Seconds. A server that hangs costs a timeout of two seconds; until the next try, answers come from the dataset.
RETRY = 3.0


class DatasetUnreadable(ForewarnError):
    """The dataset's folder or bucket does not answer."""


@dataclass(frozen=True, slots=True)
class RecordedEvents:
    """What is known at `as_of`. `sizes` in bytes, by file. Events recorded before `read_at` (monotonic) are included.

    `live_error` says why the stream's tail is missing; None if it is not. `archived_to` is when the newest event of the
    dataset arrived. Not `complete` if the archiver is so far behind that the newest events do not fit.
    """

    sources: Sources
    sizes: Mapping[str, int]
    as_of: datetime
    read_at: float
    archived_to: datetime | None
    live_events: int
    live_error: str | None
    complete: bool
    gaps: Sequence[Gap]


@contextmanager
def naming_damage(data: RecordedEvents) -> Iterator[None]:
    """Raises DatasetUnreadable if DuckDB finds one of these files damaged: truncated or overwritten."""
    try:
        yield
    except duckdb.InvalidInputException as error:
        path = named_in(str(error), data.sources)
        if path is None:
            raise
        name = "/".join(Path(path).parts[-2:])
        raise DatasetUnreadable(f"The dataset cannot be read: {name} is damaged") from error


class DataSource:
    """Any thread may ask. `folds` is the folder of folded days; `stream` None is a console without Redis."""

    def __init__(
        self,
        store: DatasetStore,
        stream: EventStream | None,
        *,
        cache: Path,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._live = LiveView(store, stream) if stream else None
        self._mirror = Mirror(store, cache / "mirror")
        self.folds = cache / "folds"
        self._now = now
        self._lock = Lock()
        self._last: RecordedEvents | None = None
        self._ask_again_at = 0.0
        self._stream_error: str | None = None
        self._unreadable = False

    def current(self, *, anew: bool = False) -> RecordedEvents:
        """Raises DatasetUnreadable. `anew` after a file was found gone: compaction merges files at any time."""
        with self._lock:
            if self._last is None or anew or monotonic() - self._last.read_at > KEPT:
                self._last = self._reported()
            return self._last

    def read(self) -> RecordedEvents:
        """Raises OSError."""
        try:
            return self._read()
        except FileNotFoundError:  # merged and gone while others were copied, which need not be copied again
            return self._read()

    def _reported(self) -> RecordedEvents:
        try:
            data = self.read()
        except OSError as fault:
            if not self._unreadable:
                log.warning("The dataset cannot be read: %s", reason_of(self._store.name, fault))
            self._unreadable = True
            # Who reads the console is spared the names of buckets and machines.
            reason = fault.strerror or "the object store refused, or did not answer"
            raise DatasetUnreadable(f"The dataset cannot be read: {reason}") from fault
        if self._unreadable:
            log.warning("The dataset can be read again")
        self._unreadable = False
        return data

    def _read(self) -> RecordedEvents:
        began = monotonic()
        files, tail, complete, error = self._snapshot()
        paths = self._mirror.paths(files)
        gaps = stream_gaps.gaps(self._store)
        folds = [str(path) for path in self.folds.glob("date=*/*.parquet")]
        return RecordedEvents(
            sources=Sources(paths, folds, tail),
            sizes=dict(zip(paths, (file.size for file in files), strict=True)),
            as_of=self._now(),
            read_at=began,
            archived_to=max((datetime.fromtimestamp(file.last.ms / 1000, UTC) for file in files), default=None),
            live_events=0 if tail is None else len(tail),
            live_error=error,
            complete=complete,
            gaps=gaps,
        )

    def _snapshot(self) -> tuple[Sequence[DataFile], Any, bool, str | None]:
        if self._live is None:
            return listing(self._store), None, True, NO_REDIS
        if monotonic() < self._ask_again_at:
            return listing(self._store), None, True, self._stream_error
        try:
            found = self._live.snapshot()
        except StorageError as fault:
            why = REFUSES if isinstance(fault, RedisRefused) else SILENT
            if why is REFUSES and why != self._stream_error:
                log.warning("The newest events are missing: %s", fault)
            self._ask_again_at, self._stream_error = monotonic() + RETRY, why
            return listing(self._store), None, True, why
        self._stream_error = None
        return found.files, found.tail, found.complete, None
