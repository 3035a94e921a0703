"""Which files the dataset has, and which of them count.

    date=2026-11-20/9f86d081884c7d65-1700000000000_0-1700000004000_12.parquet

holds entries 1700000000000-0 to 1700000004000-12 of the stream's epoch 9f86d081884c7d65, and no other file holds
any entry between them. Ids are written with an underscore, so the name can be split in one way only.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise

from app.dataset.dataset_store import DatasetStore, StoredFile
from app.storage.event_stream import StreamId

_NAME = re.compile(r"date=(\d{4}-\d\d-\d\d)/([0-9A-Za-z]+)-(\d+)_(\d+)-(\d+)_(\d+)\.parquet")


@dataclass(frozen=True, slots=True)
class DataFile:
    """`date` is the UTC day on which the events arrived; they may be older."""

    path: str
    date: date
    epoch: str
    first: StreamId
    last: StreamId
    size: int = 0
    age: float = 0.0

    def contains(self, other: "DataFile") -> bool:
        return self.epoch == other.epoch and self.first <= other.first and other.last <= self.last

    def overlaps(self, other: "DataFile") -> bool:
        return self.epoch == other.epoch and self.first <= other.last and other.first <= self.last


def day_of(position: StreamId) -> date:
    return datetime.fromtimestamp(position.ms / 1000, UTC).date()


def path_of(epoch: str, first: StreamId, last: StreamId) -> str:
    """
    >>> path_of("9f86", StreamId(1700000000000, 0), StreamId(1700000004000, 12))
    'date=2023-11-14/9f86-1700000000000_0-1700000004000_12.parquet'
    """
    return f"date={day_of(first)}/{epoch}-{first.ms}_{first.seq}-{last.ms}_{last.seq}.parquet"


def parse(stored: StoredFile) -> DataFile | None:
    """None if `path_of` could not have made the path."""
    match = _NAME.fullmatch(stored.path)
    if match is None:
        return None
    first, last = StreamId(int(match[3]), int(match[4])), StreamId(int(match[5]), int(match[6]))
    if stored.path != path_of(match[2], first, last) or last < first:
        return None
    return DataFile(stored.path, day_of(first), match[2], first, last, stored.size, stored.age)


def every_file(store: DatasetStore) -> list[DataFile]:
    """Including files that another file contains. Raises OSError."""
    return [file for stored in store.list() if (file := parse(stored))]


def counting(files: Iterable[DataFile]) -> list[DataFile]:
    """The files that no other contains, which hold each event once; sorted by date, epoch and range."""
    kept: list[DataFile] = []
    for file in sorted(files, key=lambda file: (file.date, file.epoch, file.first, -file.last.ms, -file.last.seq)):
        if not kept or not kept[-1].contains(file):
            kept.append(file)
    return kept


def contained(files: Sequence[DataFile]) -> list[DataFile]:
    """Files that compaction has merged but not yet deleted."""
    return sorted(set(files) - set(counting(files)), key=lambda file: file.path)


def overlapping(counted: Sequence[DataFile]) -> list[tuple[DataFile, DataFile]]:
    """Neighbours in `counting` that share entries. Only two archivers that ran at the same time can make them."""
    return [(one, other) for one, other in pairwise(counted) if one.overlaps(other)]


# The epoch of files that `forewarn simulate` wrote.
SIMULATED = "simulated"


def positions(files: Iterable[DataFile]) -> dict[str, StreamId]:
    """The last archived entry of each epoch of the stream. A simulated history was never in a stream."""
    found: dict[str, StreamId] = {}
    for file in files:
        if file.epoch != SIMULATED:
            found[file.epoch] = max(file.last, found.get(file.epoch, file.last))
    return found


def listing(store: DatasetStore) -> list[DataFile]:
    """The files to read to see each event once, by date, epoch and range. Raises OSError."""
    return counting(every_file(store))
