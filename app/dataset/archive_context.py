"""What an archive session works with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from app.dataset.archiver_status import ArchiverStatus
from app.dataset.compaction import Policy
from app.dataset.dataset_store import DatasetStore
from app.storage.archive_lease import Lease
from app.storage.archive_marks import ArchiveMarks
from app.storage.event_stream import EventStream

INTERVAL = 5.0
HOUSEKEEPING = 60.0


@dataclass(frozen=True, slots=True)
class Pace:
    """Times in seconds. Memory is bounded by `events` and `bytes`, plus one read."""

    interval: float = INTERVAL  # an event that was read is in the dataset this long after, at the latest
    events: int = 50_000
    bytes: int = 48 * 1024 * 1024
    # Readers list the files, then read the stream: they have this long while Redis has memory, and list again if not.
    trim_behind: float = 600.0
    housekeeping: float = HOUSEKEEPING


@dataclass(frozen=True, slots=True)
class ArchiveContext:
    """`clock` gives seconds since the epoch. `timer` gives seconds too and never goes back.

    `retention_days` None keeps every day. Days before `accepted` may be dropped together, however many they are.
    """

    store: DatasetStore
    stream: EventStream
    lease: Lease
    marks: ArchiveMarks
    status: ArchiverStatus
    pace: Pace
    policy: Policy
    retention_days: int | None
    clock: Callable[[], float]
    timer: Callable[[], float]
    accepted: date | None = None
