"""Gaps: where the stream lost entries before they were archived. Files `_gaps/*.json`, which reports show.

After a gap events may be missing, but need not be: shippers send again all that they still hold.
"""

import logging
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum

import orjson

from app.dataset.archiver_status import ArchiverStatus
from app.dataset.dataset_store import DatasetStore
from app.storage.event_stream import START, StreamId

logger = logging.getLogger(__name__)

FOLDER = "_gaps"


class GapKind(StrEnum):
    GONE = "gone"  # the stream was emptied, deleted or evicted
    CUT = "cut"  # our position is not in it: somebody else trimmed it, or a failover went back in time
    DELETED = "deleted"  # an entry was deleted before we read it
    LATE = "late"  # entries were gone before we first read this epoch


DESCRIPTIONS = {
    GapKind.GONE: "the events stream is gone (emptied, deleted or evicted)",
    GapKind.CUT: "the events stream no longer holds our position (trimmed by somebody else, or a failover)",
    GapKind.DELETED: "entries of the events stream that were not archived yet have been deleted",
    GapKind.LATE: "entries of the events stream were removed before this dataset saw them",
}


@dataclass(frozen=True, slots=True)
class Gap:
    """`after` is the last entry of `epoch` that was read, empty if none; `entries` is how many were lost, if known."""

    kind: GapKind
    epoch: str
    after: str
    found_at: datetime
    entries: int | None = None

    @property
    def position(self) -> tuple[str, str]:
        """One position in the stream is one gap, however often it is found."""
        return self.epoch, self.after.replace("-", "_") or "0_0"

    @property
    def path(self) -> str:
        return f"{FOLDER}/{'-'.join(self.position)}-{self.kind}.json"


def write(store: DatasetStore, gap: Gap) -> None:
    """Raises OSError."""
    with store.create(gap.path) as sink:
        sink.write(orjson.dumps(asdict(gap)) + b"\n")


def noted(store: DatasetStore) -> set[tuple[str, str]]:
    """The `position` of every gap in the dataset. Raises OSError."""
    names = (stored.path.rpartition("/")[2].split("-") for stored in store.list(FOLDER))
    return {(parts[0], parts[1]) for parts in names if len(parts) == 3}


def gaps(store: DatasetStore) -> list[Gap]:
    """Every gap, oldest first. Raises OSError."""
    found: list[Gap] = []
    for stored in store.list(FOLDER):
        with store.open(stored.path) as source:
            noted = orjson.loads(source.read())
        noted |= {"kind": GapKind(noted["kind"]), "found_at": datetime.fromisoformat(noted["found_at"])}
        found.append(Gap(**noted))
    return sorted(found, key=lambda gap: gap.found_at)


class GapLog:
    """Logs and counts each gap once, and keeps it until it is written."""

    def __init__(self, store: DatasetStore, status: ArchiverStatus) -> None:
        self._store = store
        self._status = status
        self._unwritten: list[Gap] = []

    def add(self, kind: GapKind, epoch: str, after: StreamId, entries: int | None = None) -> None:
        """Raises OSError."""
        gap = Gap(kind, epoch, "" if after == START else str(after), datetime.now(UTC), entries)
        if gap.position in {*noted(self._store), *(known.position for known in self._unwritten)}:
            return
        self._status.gaps += 1
        logger.error(
            "%s, behind entry %s of epoch %s; events may be missing. Shippers send again what they hold",
            DESCRIPTIONS[kind],
            gap.after or "(none)",
            epoch,
        )
        self._unwritten.append(gap)

    def write(self) -> None:
        """Raises OSError, and may be called again after that."""
        while self._unwritten:
            write(self._store, self._unwritten[0])
            self._unwritten.pop(0)
